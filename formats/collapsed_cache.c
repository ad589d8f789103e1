/*
 * Decides how many stacks are remembered: see collapsed_cache.h. 8 MiB of text, which is some
 * thousand deep stacks; when they are full all are forgotten. A file in which fewer than one line
 * in four came again until then has nothing to gain.
 *
 * Bytes are compared, not hashes alone: a stack must not be taken for another.
 */
#include "formats/collapsed_cache.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/map.h"

#define SLOTS 16384u
#define MOST 8192u
#define STORE ((size_t)8 << 20)
#define ITEMS ((size_t)1 << 20) /* frames and lines: texts of one letter are small */
#define LONGEST ((size_t)64 << 10)

void pk_collapsed_cache_fini(struct pk_collapsed_cache *cache)
{
    pk_free(cache->slots);
    pk_free(cache->store);
    pk_array_fini(&cache->items);
    *cache = (struct pk_collapsed_cache){0};
}

const struct pk_collapsed_kept *pk_collapsed_cache_find(struct pk_collapsed_cache *cache,
                                                        struct pk_str text, uint64_t *hash)
{
    if (cache->is_off || text.size > LONGEST)
        return NULL;
    *hash = pk_map_hash(text.data, text.size);
    if (!cache->slots)
        return NULL;
    for (size_t slot = *hash % SLOTS; cache->slots[slot].size; slot = (slot + 1) % SLOTS) {
        const struct pk_collapsed_kept *kept = &cache->slots[slot];

        if (kept->hash == *hash && kept->size == text.size &&
            memcmp(cache->store + kept->at, text.data, text.size) == 0) {
            cache->hits++;
            return kept;
        }
    }
    return NULL;
}

/* Where a hash that is not there belongs. */
static struct pk_collapsed_kept *place(const struct pk_collapsed_cache *cache, uint64_t hash)
{
    size_t slot = hash % SLOTS;

    while (cache->slots[slot].size)
        slot = (slot + 1) % SLOTS;
    return &cache->slots[slot];
}

/* Room for one more; false: from now on nothing is kept. */
static bool make_room(struct pk_collapsed_cache *cache, size_t size, size_t items)
{
    bool is_off;

    if (!cache->slots) {
        cache->slots = pk_calloc(SLOTS, sizeof *cache->slots);
        cache->store = pk_alloc(STORE);
        return true;
    }
    if (cache->n < MOST && cache->stored + size <= STORE && cache->items.size + items <= ITEMS)
        return true;
    is_off = cache->hits < cache->n / 4;
    if (is_off) {
        pk_collapsed_cache_fini(cache);
        cache->is_off = true;
        return false;
    }
    memset(cache->slots, 0, SLOTS * sizeof *cache->slots);
    cache->n = cache->stored = cache->items.size = 0;
    cache->hits = 0;
    return true;
}

void pk_collapsed_cache_add(struct pk_collapsed_cache *cache, struct pk_str text, uint64_t hash,
                            const pk_frame_id *frames, const uint32_t *lines, uint32_t n)
{
    if (cache->is_off || text.size > LONGEST || !make_room(cache, text.size, (size_t)n * 2))
        return;
    *place(cache, hash) = (struct pk_collapsed_kept){.hash = hash,
                                                     .at = (uint32_t)cache->stored,
                                                     .size = (uint32_t)text.size,
                                                     .items = (uint32_t)cache->items.size,
                                                     .n = n,
                                                     .has_lines = lines != NULL};
    memcpy(cache->store + cache->stored, text.data, text.size);
    cache->stored += text.size;
    cache->n++;
    pk_array_reserve(&cache->items, (size_t)n * 2);
    memcpy(cache->items.data + cache->items.size, frames, n * sizeof *frames);
    cache->items.size += n;
    if (lines) {
        memcpy(cache->items.data + cache->items.size, lines, n * sizeof *lines);
        cache->items.size += n;
    }
}
