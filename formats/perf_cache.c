/*
 * Decides how much is remembered of frame lines: see perf_cache.h. 32,768 texts in at most 4 MiB,
 * so that slots and the texts in use stay in the processor's second cache; a recording of 20,000
 * functions has a few times as many texts, most of them met once (the leaf stands anywhere).
 * Doubling it gained nothing on either input of the benchmark.
 *
 * Bytes are compared, not hashes alone: a hash may be equal for two texts, and a name must not be.
 */
#include "formats/perf_cache.h"

#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/map.h"

#define FIRST_SLOTS 1024u
#define MOST_SLOTS 131072u
#define STORE ((size_t)6 << 20)
#define LONGEST 1024u /* longer ones are parsed each time */

void pk_perf_cache_fini(struct pk_perf_cache *cache)
{
    pk_free(cache->slots);
    pk_free(cache->store);
    *cache = (struct pk_perf_cache){0};
}

uint64_t pk_perf_cache_hash(struct pk_str text)
{
    return pk_map_hash(text.data, text.size);
}

const struct pk_perf_cached *pk_perf_cache_find(const struct pk_perf_cache *cache,
                                                struct pk_str text, uint64_t hash)
{
    if (!cache->slots)
        return NULL;
    for (size_t slot = hash & cache->mask; cache->slots[slot].size;
         slot = (slot + 1) & cache->mask) {
        const struct pk_perf_cached *entry = &cache->slots[slot];

        if (entry->hash == hash && entry->size == text.size &&
            memcmp(cache->store + entry->at, text.data, text.size) == 0)
            return entry;
    }
    return NULL;
}

/* The free slot where a hash belongs. */
static struct pk_perf_cached *place(const struct pk_perf_cache *cache, uint64_t hash)
{
    size_t slot = hash & cache->mask;

    while (cache->slots[slot].size)
        slot = (slot + 1) & cache->mask;
    return &cache->slots[slot];
}

/* Twice the slots, as long as there may be more: a short file never pays for a large cache. */
static void grow(struct pk_perf_cache *cache)
{
    struct pk_perf_cached *old = cache->slots;
    size_t n_old = old ? cache->mask + 1 : 0, n = old ? 2 * n_old : FIRST_SLOTS;

    cache->slots = pk_calloc(n, sizeof *cache->slots);
    cache->mask = n - 1;
    for (size_t i = 0; i < n_old; i++)
        if (old[i].size)
            *place(cache, old[i].hash) = old[i];
    pk_free(old);
}

static void forget(struct pk_perf_cache *cache)
{
    memset(cache->slots, 0, (cache->mask + 1) * sizeof *cache->slots);
    cache->n = cache->stored = 0;
}

/* Room for the bytes of one more text; all others may go for it. */
static void make_room(struct pk_perf_cache *cache, size_t size)
{
    bool is_full = cache->n >= (cache->mask + 1) / 2;

    if (!cache->slots || (is_full && cache->mask + 1 < MOST_SLOTS))
        grow(cache);
    else if (is_full || cache->stored + size > STORE)
        forget(cache);
    if (cache->stored + size > cache->room) {
        cache->room = 2 * (cache->stored + size);
        cache->store = pk_realloc(cache->store, cache->room, 1);
    }
}

void pk_perf_cache_add(struct pk_perf_cache *cache, struct pk_str line, uint64_t hash,
                       uint32_t text, uint32_t frame)
{
    if (line.size == 0 || line.size > LONGEST)
        return;
    make_room(cache, line.size);
    memcpy(cache->store + cache->stored, line.data, line.size);
    *place(cache, hash) = (struct pk_perf_cached){.hash = hash,
                                                  .at = (uint32_t)cache->stored,
                                                  .size = (uint32_t)line.size,
                                                  .text = text,
                                                  .frame = frame};
    cache->stored += line.size;
    cache->n++;
}
