/*
 * Frame lines of perf script that were seen lately, found by the bytes behind their address: nine
 * in ten lines of a recording are among them, and none of those is parsed again. A text holds an
 * offset
 * ("hot+0x21 (/srv/p)"), so there are many more of them than functions; the cache forgets all of
 * them when it is full, and memory does not follow the file. Layer: formats; uses base.
 */
#ifndef PK_FORMATS_PERF_CACHE_H
#define PK_FORMATS_PERF_CACHE_H

#include "base/str.h" /* IWYU pragma: export */

#include <stddef.h>
#include <stdint.h>

struct pk_perf_cached {
    uint64_t hash;
    uint32_t at, size; /* its bytes in the store; a free slot has size 0 */
    uint32_t text;     /* what it was found to be: the id of perf_symbols.h */
    uint32_t frame;    /* its only frame where nothing else tells frames apart, or PK_NONE */
};

struct pk_perf_cache { /* begin with zero */
    struct pk_perf_cached *slots;
    size_t n, mask;
    char *store;
    size_t stored, room;
};

/* Free everything and leave an empty cache. */
void pk_perf_cache_fini(struct pk_perf_cache *cache);

/* The hash that the others take. */
uint64_t pk_perf_cache_hash(struct pk_str text);

/* Tell the processor that this hash will be looked for. */
static inline void pk_perf_cache_expect(const struct pk_perf_cache *cache, uint64_t hash)
{
    __builtin_prefetch(&cache->slots[hash & cache->mask]);
}

/* The entry of these bytes, or NULL; valid until the next add. */
const struct pk_perf_cached *pk_perf_cache_find(const struct pk_perf_cache *cache,
                                                struct pk_str text, uint64_t hash);

/* Keep what a text was found to be; texts that would take much room are not kept. */
void pk_perf_cache_add(struct pk_perf_cache *cache, struct pk_str line, uint64_t hash,
                       uint32_t text, uint32_t frame);

#endif
