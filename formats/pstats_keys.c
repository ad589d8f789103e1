/*
 * Keys by their bytes: see pstats_keys.h. As in base/map.c the slots hold half of the hash, so that
 * the bytes are looked at only where they are almost certainly the same.
 */
#include "formats/pstats_keys.h"

#include <stddef.h>
#include <stdint.h>

#include "base/map.h"

#define FIRST_SLOTS 64u

/* Twice the slots; the bytes need not be looked at again. */
static void grow(struct pk_pstats_keys *keys)
{
    uint64_t *old = keys->slots;
    size_t n_old = old ? (size_t)keys->slot_mask + 1 : 0;
    size_t slots = old ? 2 * n_old : FIRST_SLOTS;

    keys->slots = pk_calloc(slots, sizeof *keys->slots);
    keys->slot_mask = (uint32_t)(slots - 1);
    for (size_t i = 0; i < n_old; i++) {
        uint32_t slot = (uint32_t)(old[i] >> 32) & keys->slot_mask;

        if (!old[i])
            continue;
        while (keys->slots[slot])
            slot = (slot + 1) & keys->slot_mask;
        keys->slots[slot] = old[i];
    }
    pk_free(old);
}

/* By half of the hash, so that what it points to can be fetched ahead; whether it is the spelling
 * that was meant is only seen when the bytes are compared. */
const struct pk_pstats_spelling *pk_pstats_keys_guess(const struct pk_pstats_keys *keys,
                                                      uint64_t hash)
{
    uint32_t slot = (uint32_t)(hash >> 32) & keys->slot_mask;

    while (keys->slots && keys->slots[slot] && keys->slots[slot] >> 32 != hash >> 32)
        slot = (slot + 1) & keys->slot_mask;
    return keys->slots && keys->slots[slot] ? &keys->list.data[(uint32_t)keys->slots[slot] - 1]
                                            : NULL;
}

/* A spelling that is new gets a place; its bytes are borrowed from the file. */
uint32_t *pk_pstats_keys_at(struct pk_pstats_keys *keys, struct pk_str bytes, uint64_t hash)
{
    uint32_t slot;

    if (!keys->slots || keys->list.size >= pk_map_room((size_t)keys->slot_mask + 1))
        grow(keys);
    slot = (uint32_t)(hash >> 32) & keys->slot_mask;
    for (; keys->slots[slot]; slot = (slot + 1) & keys->slot_mask) {
        struct pk_pstats_spelling *known = &keys->list.data[(uint32_t)keys->slots[slot] - 1];

        if (keys->slots[slot] >> 32 == hash >> 32 && pk_str_equal(known->bytes, bytes))
            return &known->function;
    }
    pk_array_push(&keys->list, ((struct pk_pstats_spelling){bytes, PK_NONE}));
    keys->slots[slot] = (hash >> 32 << 32) | keys->list.size;
    return &keys->list.data[keys->list.size - 1].function;
}

void pk_pstats_keys_fini(struct pk_pstats_keys *keys)
{
    pk_array_fini(&keys->list);
    pk_free(keys->slots);
    keys->slots = NULL;
}
