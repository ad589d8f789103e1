/*
 * Decides how much is remembered of frame lines: see perf_cache.h. 65,536 texts in at most 6 MiB; a
 * recording of 20,000 functions has a few times as many, most of them met once (the leaf stands
 * anywhere). Doubling it gained nothing on either input of the benchmark.
 *
 * Bytes are compared, not hashes alone: a hash may be equal for two texts, and a name must not be.
 * What a text is stands in front of its bytes, which have to be looked at anyway, and slots are
 * small: a lookup waits for memory twice.
 */
#include "formats/perf_cache.h"

#include <stdint.h>
#include <string.h>

#include "base/arena.h"

#define FIRST_SLOTS 1024u
#define MOST_SLOTS 131072u
#define STORE ((size_t)6 << 20)
#define LONGEST 1024u /* longer ones are parsed each time */
#define ALIGNMENT _Alignof(struct pk_perf_cached)

void pk_perf_cache_fini(struct pk_perf_cache *cache)
{
    pk_free(cache->slots);
    pk_free(cache->store);
    *cache = (struct pk_perf_cache){0};
}

/* The bytes of a line that has this text. */
static size_t line_size(const struct pk_perf_cached *cached)
{
    return PK_PERF_USUAL_FRONT + cached->size + 1;
}

uint64_t pk_perf_cache_hash(struct pk_str text)
{
    return pk_map_hash(text.data, text.size);
}

uint32_t pk_perf_cache_find(const struct pk_perf_cache *cache, struct pk_str text, uint64_t hash)
{
    if (!cache->slots)
        return PK_NONE;
    for (size_t slot = hash >> 32 & cache->mask; cache->slots[slot];
         slot = (slot + 1) & cache->mask) {
        uint32_t place = (uint32_t)cache->slots[slot] - 1;

        if (cache->slots[slot] >> 32 == hash >> 32 &&
            pk_str_equal(pk_perf_cache_text(pk_perf_cache_at(cache, place)), text))
            return place;
    }
    return PK_NONE;
}

/* Into the free slot where it belongs. */
static void put(const struct pk_perf_cache *cache, uint64_t entry)
{
    size_t slot = entry >> 32 & cache->mask;

    while (cache->slots[slot])
        slot = (slot + 1) & cache->mask;
    cache->slots[slot] = entry;
}

/* Twice the slots, as long as there may be more: a short file never pays for a large cache. */
static void grow(struct pk_perf_cache *cache)
{
    uint64_t *old = cache->slots;
    size_t n_old = old ? cache->mask + 1 : 0, n = old ? 2 * n_old : FIRST_SLOTS;

    cache->slots = pk_calloc(n, sizeof *cache->slots);
    cache->mask = n - 1;
    for (size_t i = 0; i < n_old; i++)
        if (old[i])
            put(cache, old[i]);
    pk_free(old);
}

static void forget(struct pk_perf_cache *cache)
{
    memset(cache->slots, 0, (cache->mask + 1) * sizeof *cache->slots);
    cache->n = cache->stored = 0;
    cache->forgotten++;
}

/* Room for one more text, which takes `size` bytes in all; all others may go for it. */
static void make_room(struct pk_perf_cache *cache, size_t size)
{
    bool is_full = cache->n >= (cache->mask + 1) / 2;

    if (!cache->slots || (is_full && cache->mask + 1 < MOST_SLOTS))
        grow(cache);
    else if (is_full || cache->stored + size > STORE)
        forget(cache);
    if (cache->stored + size > cache->room) {
        cache->room = cache->room < STORE / 16 ? 2 * (cache->stored + size) : STORE;
        cache->store = pk_realloc(cache->store, cache->room, 1);
    }
}

uint32_t pk_perf_cache_add(struct pk_perf_cache *cache, const struct pk_perf_usual *usual,
                           uint32_t text, uint32_t frame)
{
    struct pk_perf_cached cached = {(uint32_t)usual->text.size, text, frame};
    size_t line = line_size(&cached);
    size_t size = (sizeof cached + line + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    char *at;

    if (usual->text.size > LONGEST)
        return PK_NONE;
    make_room(cache, size);
    at = cache->store + cache->stored;
    memcpy(at, &cached, sizeof cached);
    memcpy(at + sizeof cached, usual->text.data - PK_PERF_USUAL_FRONT, line);
    put(cache, (usual->hash >> 32 << 32) | (cache->stored + 1));
    cache->stored += size;
    cache->n++;
    return (uint32_t)(cache->stored - size);
}

/* Of another process the same function may have another address: that one is expected next. */
bool pk_perf_cache_is_line(struct pk_perf_cache *cache, uint32_t place, const char *line,
                           size_t size)
{
    const struct pk_perf_cached *cached = pk_perf_cache_at(cache, place);
    char *kept = cache->store + place + sizeof *cached;

    if (size < line_size(cached))
        return false;
    if (memcmp(line, kept, line_size(cached)) == 0)
        return true;
    if (memcmp(line + PK_PERF_USUAL_FRONT, kept + PK_PERF_USUAL_FRONT, cached->size + 1) != 0 ||
        !pk_perf_usual_front(line, size))
        return false;
    memcpy(kept, line, PK_PERF_USUAL_FRONT);
    return true;
}
