/*
 * Top functions. Layer: analyze; uses model.
 */
#ifndef PK_ANALYZE_HOTSPOTS_H
#define PK_ANALYZE_HOTSPOTS_H

#include "base/arena.h" /* IWYU pragma: export */

#include <stdint.h>

#include "analyze/order.h" /* IWYU pragma: export */
#include "model/profile.h" /* IWYU pragma: export */

enum pk_hotspots_key {
    PK_HOTSPOTS_SELF,
    PK_HOTSPOTS_TOTAL,
    PK_HOTSPOTS_CALLS,
    PK_HOTSPOTS_PER_CALL,
    PK_HOTSPOTS_NAME,
};

struct pk_hotspots {          /* in the caller's arena */
    uint32_t n;               /* functions that have anything of the metric, or calls */
    pk_frame_id *frame;       /* the largest first; equal ones by frame, so by name */
    enum pk_hotspots_key key; /* PK_HOTSPOTS_PER_CALL when any key is that, else the first */
    uint32_t n_small;         /* functions that were left out as too small */
    int64_t small;            /* their self added up */
};

/* Order the functions of a profile by one key. Missing values come last. */
struct pk_hotspots pk_hotspots_find(const struct pk_profile *profile, uint32_t metric,
                                    enum pk_hotspots_key key, struct pk_arena *arena);

/* Order them anew by several keys (enum pk_hotspots_key): the largest first, or the name that comes
 * first. Without keys they stay as they are. */
void pk_hotspots_sort(struct pk_hotspots *hotspots, const struct pk_profile *profile,
                      uint32_t metric, const struct pk_order *orders, unsigned n);

/* Leave out the functions that have less than `percent` (in millionths) of the total of the
 * profile, even at most: see pk_hotspots_most. */
void pk_hotspots_leave_out(struct pk_hotspots *hotspots, const struct pk_profile *profile,
                           uint32_t metric, uint32_t percent);

/* What a function has in all, at most: where recursion leaves a range, its upper end; the self of
 * one whose total nobody knows. PK_MISSING when the file says neither. */
int64_t pk_hotspots_most(const struct pk_profile *profile, uint32_t metric, pk_frame_id frame);

/* Total time per call of a function, or PK_MISSING. Recursive calls share one total, so primitive
 * calls divide it where the file has them. */
int64_t pk_hotspots_per_call(const struct pk_profile *profile, uint32_t metric, pk_frame_id frame);

#endif
