/*
 * Keys of a pstats file by the bytes they are written in: a key that is spelled out again is found
 * by one look, without its texts. Layer: formats; part of the pstats reader.
 */
#ifndef PK_FORMATS_PSTATS_KEYS_H
#define PK_FORMATS_PSTATS_KEYS_H

#include "base/array.h" /* IWYU pragma: export */

#include <stddef.h>
#include <stdint.h>

#include "base/str.h" /* IWYU pragma: export */

struct pk_pstats_spelling {
    struct pk_str bytes; /* of the file */
    uint32_t function;
};

struct pk_pstats_keys {
    PK_ARRAY(struct pk_pstats_spelling) list;
    uint64_t *slots; /* low half: index into the list + 1, or 0; high half: of the hash, which also
                        says the place */
    uint32_t slot_mask;
};

/* The function of a key that is written so, with PK_NONE where it was not met yet: then the caller
 * says what it is. `hash` is pk_map_hash of the bytes. Valid until the next call. All zero is a
 * valid empty table. */
uint32_t *pk_pstats_keys_at(struct pk_pstats_keys *keys, struct pk_str bytes, uint64_t hash);

/* A key that is very likely the one with this hash, or NULL. */
const struct pk_pstats_spelling *pk_pstats_keys_guess(const struct pk_pstats_keys *keys,
                                                      uint64_t hash);

/* The key with this hash will be asked for: memory may begin to fetch its slot. */
static inline void pk_pstats_keys_expect(const struct pk_pstats_keys *keys, uint64_t hash)
{
    if (keys->slots)
        __builtin_prefetch(&keys->slots[(uint32_t)(hash >> 32) & keys->slot_mask]);
}

/* Free what the table holds. */
void pk_pstats_keys_fini(struct pk_pstats_keys *keys);

#endif
