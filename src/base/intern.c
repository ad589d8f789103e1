/*
 * Strings to ids: see intern.h. Separate from map because keys differ in size; the bytes live in an
 * arena.
 */
#include "base/intern.h"

#include <stddef.h>
#include <stdint.h>

#include "base/map.h"

#define FIRST_SLOTS 64u

#define ID(slot) ((uint32_t)(slot) - 1) /* of a slot that is not empty */

/* The slot that holds these bytes, or the empty one where they belong. As in map.c the high half of
 * the hash stands in the slot: looking at a text waits for memory. */
static uint32_t slot_of(const struct pk_intern *intern, struct pk_str text, uint64_t hash)
{
    uint32_t slot = (uint32_t)(hash >> 32) & intern->slot_mask;

    while (intern->slots[slot] &&
           (intern->slots[slot] >> 32 != hash >> 32 ||
            !pk_str_equal(intern->texts.data[ID(intern->slots[slot])], text)))
        slot = (slot + 1) & intern->slot_mask;
    return slot;
}

/* Twice the slots; texts stay where they are, so pointers to them stay good. Id 0, the missing
 * string, has no slot: it is recognised by its pointer. As in map.c no text has to be looked at. */
static void grow(struct pk_intern *intern)
{
    uint64_t *old = intern->slots;
    size_t n_old = old ? (size_t)intern->slot_mask + 1 : 0;
    size_t slots = old ? 2 * n_old : FIRST_SLOTS;

    intern->slots = pk_calloc(slots, sizeof *intern->slots);
    intern->slot_mask = (uint32_t)(slots - 1);
    for (size_t i = 0; i < n_old; i++) {
        uint32_t slot = (uint32_t)(old[i] >> 32) & intern->slot_mask;

        if (!old[i])
            continue;
        while (intern->slots[slot]) /* all texts differ: no comparison needed */
            slot = (slot + 1) & intern->slot_mask;
        intern->slots[slot] = old[i];
    }
    pk_free(old);
}

/* The first two ids are promised: 0 is the missing string, 1 the empty one. */
void pk_intern_init(struct pk_intern *intern)
{
    *intern = (struct pk_intern){0};
    pk_arena_init(&intern->arena);
    pk_array_push(&intern->texts, PK_STR_NULL);
    grow(intern);
    pk_intern_id(intern, PK_STR(""));
}

void pk_intern_fini(struct pk_intern *intern)
{
    pk_arena_fini(&intern->arena);
    pk_array_fini(&intern->texts);
    pk_free(intern->slots);
    *intern = (struct pk_intern){0};
}

/* From here on only pk_intern_text works: the texts stay, what finds them goes. */
void pk_intern_seal(struct pk_intern *intern)
{
    pk_free(intern->slots);
    intern->slots = NULL;
    intern->slot_mask = 0;
}

/* The bytes are copied with a NUL behind them, for messages. */
uint32_t pk_intern_id(struct pk_intern *intern, struct pk_str text)
{
    uint64_t hash;
    uint32_t slot;

    if (!text.data)
        return 0;
    if (intern->texts.size >= pk_map_room((size_t)intern->slot_mask + 1))
        grow(intern);
    hash = pk_map_hash(text.data, text.size);
    slot = slot_of(intern, text, hash);
    if (intern->slots[slot] == 0) {
        pk_array_push(&intern->texts, pk_arena_str(&intern->arena, text));
        intern->slots[slot] = (hash >> 32 << 32) | intern->texts.size;
    }
    return ID(intern->slots[slot]);
}

void pk_intern_expect(const struct pk_intern *intern, struct pk_str text)
{
    uint64_t hash = pk_map_hash(text.data, text.size);

    __builtin_prefetch(&intern->slots[(uint32_t)(hash >> 32) & intern->slot_mask]);
}

struct pk_str pk_intern_text(const struct pk_intern *intern, uint32_t id)
{
    return intern->texts.data[id];
}
