/*
 * Who calls a function, and whom it calls. Layer: analyze; uses model.
 */
#ifndef PK_ANALYZE_CALLS_H
#define PK_ANALYZE_CALLS_H

#include "base/arena.h" /* IWYU pragma: export */

#include <stdint.h>

#include "analyze/order.h" /* IWYU pragma: export */
#include "model/profile.h" /* IWYU pragma: export */

struct pk_neighbour {  /* one edge, seen from one of its ends */
    pk_frame_id frame; /* the other end */
    pk_edge_id edge;
};

struct pk_neighbours { /* in the caller's arena; each list with the largest total first */
    pk_frame_id frame;
    uint32_t n_callers, n_callees;
    struct pk_neighbour *callers, *callees;
    pk_edge_id itself; /* the edge of a function that calls itself, which stands in neither list;
                          PK_NONE when it has none */
    uint32_t n_small_callers, n_small_callees; /* left out as too small */
};

/* The edges of one function. The profile must have a graph. */
struct pk_neighbours pk_calls_find(const struct pk_profile *profile, uint32_t metric,
                                   pk_frame_id frame, struct pk_arena *arena);

enum pk_calls_key { PK_CALLS_TOTAL, PK_CALLS_CALLS, PK_CALLS_NAME };

/* Order both lists anew by several keys (enum pk_calls_key): the largest first, or the name that
 * comes first. */
void pk_calls_sort(struct pk_neighbours *neighbours, const struct pk_profile *profile,
                   uint32_t metric, const struct pk_order *orders, unsigned n);

/* What shares of the function are of: its total, at most. */
int64_t pk_calls_whole(const struct pk_profile *profile, uint32_t metric, pk_frame_id frame);

/* Leave out callers and callees with less than `percent` (in millionths) of the function. Those of
 * which the file says no total stay. */
void pk_calls_leave_out(struct pk_neighbours *neighbours, const struct pk_profile *profile,
                        uint32_t metric, uint32_t percent);

#endif
