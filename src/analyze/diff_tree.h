/*
 * Two call trees laid over each other: one tree of all paths that either side has, with the values
 * of both. Layer: analyze; uses model.
 *
 * Paths are matched by the functions on them as diff.h matches functions, so a path whose functions
 * moved or whose file was renamed is one path. Nothing drops out: the self differences of all nodes
 * add up to the difference of the totals. Which side is called before cannot show but in the signs:
 * the order of siblings is that of names.
 */
#ifndef PK_ANALYZE_DIFF_TREE_H
#define PK_ANALYZE_DIFF_TREE_H

#include "analyze/diff.h" /* IWYU pragma: export */

#include <stdint.h>

struct pk_diff_stacks { /* the tree of one side: recorded, or climbed */
    const struct pk_tree *tree;
    uint32_t metric; /* of the tree: 0 when it is climbed */
    int64_t total;   /* of the side; what the nodes lack is the self of node 0 */
};

enum pk_shape { /* what the width of a node is in a picture */
                PK_SHAPE_AFTER,
                PK_SHAPE_BEFORE,
                PK_SHAPE_MAX,   /* the larger self of both sides, and all that stands on the node */
                PK_SHAPE_DELTA, /* the differences of self, whichever their sign, of all that stands
                                   on it */
};

struct pk_diff_node {     /* in preorder: its subtree is [i, end) */
    uint32_t parent, end; /* PK_NONE of node 0, which is the whole */
    uint32_t function;    /* index of `frame`; PK_NONE of node 0 */
    bool has[2];          /* the side has this path; node 0 always */
    int64_t self[2], total[2];
    struct pk_range range[2]; /* of the total; lo = hi where the side's stacks were recorded */
};

struct pk_diff_cut { /* of a tree that is cut for one shape: what is known of a whole subtree */
    int64_t width;   /* in that shape */
    uint32_t nodes, wide; /* all of it; those with a width, which were cut away, and the node */
};

struct pk_diff_cutting { /* what a picture will not show need not be there */
    enum pk_shape shape;
    double share; /* of the width of the whole: what is below has nothing on it. 0: all is kept but
                     what stands on a node without width */
};

struct pk_diff_tree { /* in the caller's arena; values are in its measure */
    uint32_t n;
    struct pk_diff_node *node;
    uint32_t n_functions;
    const struct pk_frame **frame;  /* [function] what it is called: as the later side has it */
    const struct pk_diff_row **row; /* [function] its row, NULL: it does not differ at all */
    int64_t *whole[2]; /* [side][function] its total; PK_MISSING: not known, or not there */
    int64_t total[2];
    int64_t most_self, most_total; /* largest difference of any node, whichever its sign */
    struct pk_diff_cut *cut;       /* [node], or NULL: all nodes are there */
    bool is_too_wide;              /* a width did not fit 64 bits, and `cut` is worth nothing */
};

/* The part of a node itself in one shape; values below zero have no width. False when it does not
 * fit 64 bits. */
bool pk_diff_width(const struct pk_diff_node *node, enum pk_shape shape, int64_t *width);

/* Lay the stacks of both sides of a comparison over each other. False fills `error` (PK_INPUT) when
 * a value does not fit 64 bits. Borrows frames and rows. With `cutting`, which may be NULL, nodes
 * that are too narrow have nothing on them, though their totals say what was there. */
bool pk_diff_tree_find(const struct pk_diff *diff, const struct pk_diff_stacks sides[2],
                       const struct pk_diff_cutting *cutting, struct pk_arena *arena,
                       struct pk_diff_tree *tree, struct pk_error *error);

#endif
