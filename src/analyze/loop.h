/*
 * Where the loop is. A function that is called very often is seldom to blame, and neither is its
 * caller when that is called as often. So walk up, from a call through the one caller that makes
 * nearly all calls, to where calls multiply: there the loop stands, and "60,000 calls for one call
 * of invoice_totals" is what a reader can check. Layer: analyze; uses model.
 */
#ifndef PK_ANALYZE_LOOP_H
#define PK_ANALYZE_LOOP_H

#include "model/profile.h" /* IWYU pragma: export */

struct pk_loop {
    pk_edge_id edge;      /* its caller has the loop, its callee is what is called in it */
    int64_t calls;        /* along the edge */
    int64_t caller_calls; /* of the function with the loop, recursion counted once */
};

struct pk_loops { /* made once a profile */
    const struct pk_profile *profile;
    pk_edge_id *main_caller; /* by function: the edge from the caller that makes nearly all of its
                                calls, or PK_NONE */
};

/* In the arena; the profile must have a graph. */
struct pk_loops pk_loops_of(const struct pk_profile *profile, struct pk_arena *arena);

/* The nearest loop at or above `edge` that multiplies calls at least by `least`. False when calls
 * are not counted, when no one caller answers for the calls, or when nothing multiplies. */
bool pk_loop_find(const struct pk_loops *loops, pk_edge_id edge, int64_t least,
                  struct pk_loop *loop);

#endif
