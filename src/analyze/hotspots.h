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
};

/* Order the functions of a profile by one key. Missing values come last. */
struct pk_hotspots pk_hotspots_find(const struct pk_profile *profile, uint32_t metric,
                                    enum pk_hotspots_key key, struct pk_arena *arena);

/* Order them anew by several keys (enum pk_hotspots_key): the largest first, or the name that comes
 * first. Without keys they stay as they are. */
void pk_hotspots_sort(struct pk_hotspots *hotspots, const struct pk_profile *profile,
                      uint32_t metric, const struct pk_order *orders, unsigned n);

/* Total time per call of a function, or PK_MISSING. Recursive calls share one total, so primitive
 * calls divide it where the file has them. */
int64_t pk_hotspots_per_call(const struct pk_profile *profile, uint32_t metric, pk_frame_id frame);

#endif
