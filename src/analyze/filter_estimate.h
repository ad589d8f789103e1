/*
 * Stack filters on an estimated tree, with proven bounds. What is drawn follows filter.h; what is
 * not sure widens the ranges:
 *
 * - Functions that call each other in a circle are one frame. It matches when any of them does, but
 *   hide takes it away only when all do; a stack through it may still miss the one that matches.
 * - "(pruned)" and "(not recorded)" stand for calls of which nobody knows whether they match, and
 *   functions under "(callers not recorded)" have callers of which nobody knows.
 *
 * No value of the filtered program lies outside its range, whatever its true stacks are. Layer:
 * analyze; uses model.
 */
#ifndef PK_ANALYZE_FILTER_ESTIMATE_H
#define PK_ANALYZE_FILTER_ESTIMATE_H

#include "analyze/filter.h"  /* IWYU pragma: export */
#include "model/attribute.h" /* IWYU pragma: export */

struct pk_filter_kept { /* what is left of the total, and what had no frame to show */
    int64_t kept, hidden;
    struct pk_range range; /* of kept */
};

/* The filtered tree of `profile`, which `from` was climbed from. Where nothing is left it has no
 * node. NULL never; free it with pk_attribute_free. */
struct pk_attributed *pk_filter_estimate(const struct pk_profile *profile,
                                         const struct pk_filter *filter,
                                         const struct pk_attributed *from,
                                         struct pk_filter_kept *kept);

#endif
