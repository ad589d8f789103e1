/*
 * Frame lines of perf script that were seen lately, found by the bytes behind their address: nine
 * in ten lines of a recording are among them, and none of those is parsed again. A text holds an
 * offset ("hot+0x21 (/srv/p)"), so there are many more of them than functions; the cache forgets
 * all of them when it is full, and memory does not follow the file. Layer: formats; uses base,
 * perf_usual.
 */
#ifndef PK_FORMATS_PERF_CACHE_H
#define PK_FORMATS_PERF_CACHE_H

#include "base/map.h" /* IWYU pragma: export */
#include "base/str.h" /* IWYU pragma: export */

#include <stddef.h>
#include <stdint.h>

#include "formats/perf_usual.h" /* IWYU pragma: export */

struct pk_perf_cached { /* one text; behind it stands a line that has it, newline and all */
    uint32_t size;
    uint32_t text;  /* what it was found to be: the id of perf_symbols.h */
    uint32_t frame; /* its only frame where nothing else tells frames apart, or PK_NONE */
};

struct pk_perf_cache { /* begin with zero */
    uint64_t *slots;   /* high half: of the hash; low half: the place of the text + 1, or 0 */
    size_t n, mask;
    char *store;
    size_t stored, room;
    uint64_t forgotten; /* how often all texts were: their places are void then */
};

/* Free everything and leave an empty cache. */
void pk_perf_cache_fini(struct pk_perf_cache *cache);

/* The hash that the others take. */
uint64_t pk_perf_cache_hash(struct pk_str text);

/* The text at a place, of which all that were handed out hold until the cache forgets. */
static inline const struct pk_perf_cached *pk_perf_cache_at(const struct pk_perf_cache *cache,
                                                            uint32_t place)
{
    return (const void *)(cache->store + place);
}

static inline struct pk_str pk_perf_cache_text(const struct pk_perf_cached *cached)
{
    return (struct pk_str){(const char *)(cached + 1) + PK_PERF_USUAL_FRONT, cached->size};
}

/* Tell the processor that this hash will be looked for. */
static inline void pk_perf_cache_expect(const struct pk_perf_cache *cache, uint64_t hash)
{
    __builtin_prefetch(&cache->slots[hash >> 32 & cache->mask]);
}

/* The same a little later, when the slot has come: the text is most likely this one. */
static inline void pk_perf_cache_expect_text(const struct pk_perf_cache *cache, uint64_t hash)
{
    uint32_t place = (uint32_t)cache->slots[hash >> 32 & cache->mask];

    if (place)
        __builtin_prefetch(cache->store + place - 1);
}

/* Tell the processor that a line with the text at this place is expected; PK_NONE: none is. */
static inline void pk_perf_cache_expect_place(const struct pk_perf_cache *cache, uint32_t place)
{
    if (place == PK_NONE)
        return;
    __builtin_prefetch(cache->store + place);
    __builtin_prefetch(cache->store + place + 64);
}

/* The place of these bytes, or PK_NONE. */
uint32_t pk_perf_cache_find(const struct pk_perf_cache *cache, struct pk_str text, uint64_t hash);

/* Whether a usual line with the text at a place begins here; no more than `size` bytes are looked
 * at. It mostly has the address that stood there last time too. */
bool pk_perf_cache_is_line(struct pk_perf_cache *cache, uint32_t place, const char *line,
                           size_t size);

/* Keep what the text of a line was found to be and return its place; PK_NONE: it would take much
 * room and is not kept. */
uint32_t pk_perf_cache_add(struct pk_perf_cache *cache, const struct pk_perf_usual *usual,
                           uint32_t text, uint32_t frame);

#endif
