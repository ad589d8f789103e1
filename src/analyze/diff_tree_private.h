/*
 * What laying two trees over each other consists of: diff_tree.c knows the functions, diff_walk.c
 * walks both trees at once. Nobody else includes this. Layer: analyze; uses model.
 */
#ifndef PK_ANALYZE_DIFF_TREE_PRIVATE_H
#define PK_ANALYZE_DIFF_TREE_PRIVATE_H

#include "analyze/diff_private.h" /* IWYU pragma: export */

#include <stdint.h>

#include "analyze/diff_tree.h" /* IWYU pragma: export */
#include "base/array.h"        /* IWYU pragma: export */

struct pk_diff_extra { /* what is no function of the comparison, as each side calls it */
    const struct pk_frame *frame[2];
};

struct pk_diff_joining {
    const struct pk_diff *diff;
    const struct pk_diff_stacks *stacks;   /* [side] */
    const struct pk_diff_cutting *cutting; /* or NULL */
    struct pk_diff_tree *tree;
    struct pk_arena *arena;
    struct pk_intern names;               /* of what is no function of the comparison */
    PK_ARRAY(struct pk_diff_extra) extra; /* [id of names] */
    struct pk_diff_cycles cycles;
    uint32_t *function[2]; /* [side][frame] PK_NONE: not asked for yet */
    uint32_t *rank;        /* [function] place in the order of names */
    uint32_t *ranked;      /* [rank] the function */
    bool is_pair, is_too_large;
};

/* The function of a frame of a side, which may be a special one. */
uint32_t pk_diff_function_of(struct pk_diff_joining *joining, unsigned side, pk_frame_id frame);

/* The sum; a value in the measure of the comparison. What does not fit is noted. */
int64_t pk_diff_add(struct pk_diff_joining *joining, int64_t a, int64_t b);
int64_t pk_diff_in_measure(struct pk_diff_joining *joining, unsigned side, int64_t value);

/* Fill the nodes of the tree, whose functions are known and in order. */
void pk_diff_walk(struct pk_diff_joining *joining);

#endif
