/*
 * Paths of calls of perf script that were seen lately, from the caller of a leaf outwards: return
 * addresses are the same when a path comes again, so its lines come again byte for byte, and each
 * needs only to be compared with the one that stood there last time.
 *
 * A path is a position in `places`, which holds the places of lines in a perf_cache. The next line
 * outwards is mostly that of the next position; where paths part, another one begins elsewhere and
 * is found by the position in front of it and its line. So each line of each path is held once,
 * four bytes a line. Layer: formats; uses base.
 */
#ifndef PK_FORMATS_PERF_PATHS_H
#define PK_FORMATS_PERF_PATHS_H

#include "base/array.h" /* IWYU pragma: export */
#include "base/map.h"   /* IWYU pragma: export */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PK_PERF_PATHS_LEAF 0u /* the position of a leaf, whatever its line is */

struct pk_perf_branch { /* where a path goes on elsewhere than at the next position */
    uint32_t from, place;
    uint32_t to; /* 0: a free slot */
};

struct pk_perf_paths {         /* begin with zero */
    PK_ARRAY(uint32_t) places; /* PK_NONE where nothing follows at the next position */
    struct pk_perf_branch *slots;
    uint32_t n, mask;
    uint64_t age;          /* of the cache that the places are in */
    uint64_t asked, found; /* lines that tell whether paths come again */
    uint64_t resting;      /* lines until they are looked for again */
};

/* Free everything and begin anew. */
void pk_perf_paths_fini(struct pk_perf_paths *paths);

/* Begin a stack, with the age of the cache: what was kept of another age is forgotten. Not while
 * paths are `resting`. */
void pk_perf_paths_begin(struct pk_perf_paths *paths, uint64_t age);

/* Count lines that were read; those that were found are counted by the caller. */
void pk_perf_paths_count(struct pk_perf_paths *paths, size_t lines);

/* The place of the line that most likely follows at the next position, or PK_NONE. */
static inline uint32_t pk_perf_paths_next(const struct pk_perf_paths *paths, uint32_t position)
{
    return paths->places.data[position + 1];
}

/* The place of the line that will be asked for after `n` more, if all goes on like this. */
static inline uint32_t pk_perf_paths_ahead(const struct pk_perf_paths *paths, uint32_t position,
                                           uint32_t n)
{
    return position + n < paths->places.size ? paths->places.data[position + n] : PK_NONE;
}

/* The position of this line behind another, or PK_NONE when it never followed there. */
uint32_t pk_perf_paths_branch(const struct pk_perf_paths *paths, uint32_t from, uint32_t place);

/* Room for `n` lines (at least one) that followed a position now and never did before, of which the
 * first is at `place`; the caller fills it at once. NULL: there are too many. */
uint32_t *pk_perf_paths_add(struct pk_perf_paths *paths, uint32_t from, uint32_t place, size_t n);

#endif
