/*
 * Fixed-size keys to dense ids: see map.h. Open addressing with linear probing over 64-bit slots,
 * at most three quarters full; keys stand apart in the order of their ids, so growing rehashes
 * without touching them.
 */
#include "base/map.h"

#include <stdint.h>
#include <string.h>
#include <sys/random.h>
#include <sys/types.h>
#include <time.h>
#include <xxhash.h>

#include "base/arena.h"

#define FIRST_SLOTS 64u

/* Read once per process, on first use. */
static uint64_t seed(void)
{
    static uint64_t value;

    if (value == 0) {
        /* A machine without entropy this early still gets a seed that a file cannot know. */
        if (getrandom(&value, sizeof value, GRND_NONBLOCK) != (ssize_t)sizeof value) {
            struct timespec now;

            clock_gettime(CLOCK_MONOTONIC, &now);
            value = (uint64_t)now.tv_nsec * 0x9e3779b97f4a7c15u ^ (uint64_t)now.tv_sec;
        }
        value |= 1;
    }
    return value;
}

/* Seeded per process: names and paths come from the input, and with a known hash a file could be
 * made whose names all fall into one slot. So no output may depend on it. */
uint64_t pk_map_hash(const void *bytes, size_t size)
{
    return XXH3_64bits_withSeed(bytes, size, seed());
}

void pk_map_init(struct pk_map *map, size_t key_size)
{
    *map = (struct pk_map){.key_size = key_size};
}

void pk_map_fini(struct pk_map *map)
{
    pk_free(map->slots);
    pk_free(map->keys);
    *map = (struct pk_map){.key_size = map->key_size};
}

const void *pk_map_key(const struct pk_map *map, uint32_t id)
{
    return map->keys + id * map->key_size;
}

/* A slot holds the high half of the hash and the id plus one; 0 is an empty one. That half also
 * says where the slot is, so that a larger table is made without a look at the keys. */
#define ID(slot) ((uint32_t)(slot) - 1) /* of a slot that is not empty */

/* The slot that holds `key` with this hash, or the empty one where it belongs. The high half of the
 * hash stands in the slot, so a key is only looked at when it is almost certainly the right one:
 * keys lie far apart in memory, and each look would wait for it. */
static uint32_t slot_of(const struct pk_map *map, const void *key, uint64_t hash)
{
    uint32_t slot = (uint32_t)(hash >> 32) & map->slot_mask;

    while (map->slots[slot] &&
           (map->slots[slot] >> 32 != hash >> 32 ||
            memcmp(pk_map_key(map, ID(map->slots[slot])), key, map->key_size) != 0))
        slot = (slot + 1) & map->slot_mask;
    return slot;
}

/* Put a key that is not there yet into the first empty slot from its own on. */
static void place(struct pk_map *map, uint64_t entry)
{
    uint32_t slot = (uint32_t)(entry >> 32) & map->slot_mask;

    while (map->slots[slot]) /* all keys differ: no comparison needed */
        slot = (slot + 1) & map->slot_mask;
    map->slots[slot] = entry;
}

/* Keys keep their ids: only the slots are made anew, so many that there is room for one key more.
 */
void pk_map_index(struct pk_map *map)
{
    uint64_t *old = map->slots;
    size_t n_old = old ? (size_t)map->slot_mask + 1 : 0, slots = FIRST_SLOTS;

    while (pk_map_room(slots) <= map->size)
        slots *= 2;
    map->slots = pk_calloc(slots, sizeof *map->slots);
    map->slot_mask = (uint32_t)(slots - 1);
    for (size_t i = 0; i < n_old; i++)
        if (old[i])
            place(map, old[i]);
    for (uint32_t id = 0; !old && id < map->size; id++) {
        uint64_t hash = pk_map_hash(pk_map_key(map, id), map->key_size);

        place(map, (hash >> 32 << 32) | (id + 1));
    }
    pk_free(old);
}

/* The key at its place, behind the others. */
static uint32_t push(struct pk_map *map, const void *key)
{
    if (map->size == map->key_room) {
        if (map->key_room > UINT32_MAX / 2) /* no number is left for a key */
            pk_out_of_memory();
        map->key_room = map->key_room ? 2 * map->key_room : FIRST_SLOTS / 2;
        map->keys = pk_realloc(map->keys, map->key_room, map->key_size);
    }
    memcpy(map->keys + map->size * map->key_size, key, map->key_size);
    return map->size++;
}

void pk_map_seal(struct pk_map *map)
{
    pk_free(map->slots);
    map->slots = NULL;
    map->slot_mask = 0;
}

uint32_t pk_map_append(struct pk_map *map, const void *key)
{
    if (map->slots)
        pk_map_seal(map);
    return push(map, key);
}

/* Never full, so every probe ends. */
uint32_t pk_map_add(struct pk_map *map, const void *key, bool *is_new)
{
    uint64_t hash = pk_map_hash(key, map->key_size);
    uint32_t slot;

    if (!map->slots || map->size >= pk_map_room((size_t)map->slot_mask + 1))
        pk_map_index(map);
    slot = slot_of(map, key, hash);
    if (is_new)
        *is_new = map->slots[slot] == 0;
    if (map->slots[slot])
        return ID(map->slots[slot]);
    map->slots[slot] = (hash >> 32 << 32) | (map->size + 1);
    return push(map, key);
}

void pk_map_expect(const struct pk_map *map, const void *key)
{
    uint64_t hash;

    if (!map->slots)
        return;
    hash = pk_map_hash(key, map->key_size);
    __builtin_prefetch(&map->slots[(uint32_t)(hash >> 32) & map->slot_mask]);
}

/* An empty map has no slots at all: profiles have many maps that are never filled. */
uint32_t pk_map_find(const struct pk_map *map, const void *key)
{
    uint64_t hash;
    uint32_t slot;

    if (!map->slots)
        return PK_NONE;
    hash = pk_map_hash(key, map->key_size);
    slot = slot_of(map, key, hash);
    return map->slots[slot] ? ID(map->slots[slot]) : PK_NONE;
}
