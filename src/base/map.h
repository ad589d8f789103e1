/*
 * A hash map from keys of one fixed size to dense ids 0, 1, 2, ... in the order of first arrival.
 * It is at once a set, an interner of small structs, and an index for parallel arrays. The hash is
 * XXH3 with a random seed per process, so hostile keys cannot be aimed at it; nothing a user sees
 * may depend on its order. Keys are compared bytewise: padding bytes inside a key must be zero.
 * Layer: base; uses arena, xxhash.
 */
#ifndef PK_BASE_MAP_H
#define PK_BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PK_NONE UINT32_MAX /* no id: none found, no parent, no caller */

struct pk_map {
    size_t key_size;
    uint32_t size;       /* number of keys; ids are 0 .. size - 1 */
    uint32_t slot_mask;  /* number of slots - 1; 0 before the first key */
    uint64_t *slots;     /* low half: id + 1, or 0; high half: of the key's hash */
    unsigned char *keys; /* key of id i at keys + i * key_size */
    size_t key_room;
};

/* Begin an empty map for keys of `key_size` bytes. */
void pk_map_init(struct pk_map *map, size_t key_size);

/* Free everything; the map may be used again after pk_map_init. */
void pk_map_fini(struct pk_map *map);

/* The id of `key`, added when it is new; `is_new` (may be NULL) says which. */
uint32_t pk_map_add(struct pk_map *map, const void *key, bool *is_new);

/* The id of `key`, or PK_NONE, as it is for keys that were appended and not indexed yet. */
uint32_t pk_map_find(const struct pk_map *map, const void *key);

/* This key will be asked for: memory may begin to fetch where it would be found. */
void pk_map_expect(const struct pk_map *map, const void *key);

/* Add a key that is known to be new, without making it findable: cheaper by far where nothing is
 * looked for. pk_map_index makes all keys findable again; pk_map_add does so by itself. */
uint32_t pk_map_append(struct pk_map *map, const void *key);
void pk_map_index(struct pk_map *map);

/* Free what finds keys: from now on they are only read, by id. */
void pk_map_seal(struct pk_map *map);

/* The key of an id below `size`, valid until the next add. */
const void *pk_map_key(const struct pk_map *map, uint32_t id);

/* How many keys `slots` slots hold before there must be more: three quarters. The tables of a file
 * of ten million functions are most of what reading it takes, and probes stay short still, since
 * the hash in a slot spares all looks at keys but the last. */
static inline size_t pk_map_room(size_t slots)
{
    return slots - slots / 4;
}

/* A seeded 64-bit hash of any bytes: the one hash function of the program. */
uint64_t pk_map_hash(const void *bytes, size_t size);

#endif
