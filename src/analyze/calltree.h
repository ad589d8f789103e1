/*
 * The call tree as rows worth showing: from the roots down, or from each function to its callers.
 * Layer: analyze; uses model.
 */
#ifndef PK_ANALYZE_CALLTREE_H
#define PK_ANALYZE_CALLTREE_H

#include "base/arena.h" /* IWYU pragma: export */

#include <stdint.h>

#include "analyze/order.h" /* IWYU pragma: export */
#include "model/profile.h" /* IWYU pragma: export */

#define PK_CALLTREE_ROWS 200000 /* no more rows than that */

struct pk_calltree_options {
    bool is_bottom_up;
    pk_frame_id function; /* the one the tree begins with, or PK_NONE */
    uint32_t min_percent; /* in millionths of a percent: rows with less are left out */
    int64_t whole;        /* what it is a percent of, unless the tree begins with a function */
    const struct pk_profile *profile; /* of an estimated tree: its tables know first rows exactly */
    uint32_t profile_metric;          /* the same metric there */
    const struct pk_order *orders;    /* of siblings, by enum pk_calltree_key; none: the heaviest
                                         first */
    unsigned n_orders;
    uint32_t most; /* siblings shown, the first in their order; 0: all */
};

enum pk_calltree_key { PK_CALLTREE_TOTAL, PK_CALLTREE_SELF, PK_CALLTREE_NAME };

struct pk_calltree_row {
    pk_frame_id frame;
    uint32_t parent, depth; /* index of a row, PK_NONE for the first ones, which have depth 0 */
    int64_t total; /* from the roots down: inclusive; bottom up: what of the first row comes here */
    int64_t self;  /* 0 bottom up, but in the first rows */
    struct pk_range total_range, self_range; /* proven bounds; both ends the value when exact */
};

struct pk_calltree { /* in the caller's arena */
    uint32_t n;      /* rows in preorder, siblings in their order */
    bool has_keys;   /* which is not the heaviest first */
    struct pk_calltree_row *row;
    int64_t whole;    /* what the rows are parts of: `options->whole`, or that of the function */
    uint32_t n_small; /* branches left out because they hold too little */
    int64_t small;    /* their totals added up */
    uint32_t n_more;  /* branches left out because of `most` */
    int64_t more;
    uint32_t n_cut; /* branches left out because there would be too many rows */
    int64_t cut;
};

/* Make the rows. Nodes of a function that calls itself count once: the outermost of each stack.
 * Bottom up and without a function, the first rows are functions with their self; with one, the row
 * is its inclusive value and its callers share it. */
struct pk_calltree pk_calltree_find(const struct pk_tree *tree, uint32_t metric,
                                    const struct pk_calltree_options *options,
                                    struct pk_arena *arena);

#endif
