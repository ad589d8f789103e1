/*
 * What the two halves of the tree view share: view_tree_fold.c decides which lines there are,
 * view_tree.c fills them. Nobody else includes this.
 */
#ifndef PK_RENDER_VIEW_TREE_PRIVATE_H
#define PK_RENDER_VIEW_TREE_PRIVATE_H

#include <stdint.h>

#include "render/view_tree.h" /* IWYU pragma: export */

struct pk_tree_line {      /* one row of the table to come */
    uint32_t row;          /* of the tree, or PK_NONE: it stands for hidden ones */
    uint32_t parent;       /* a line, PK_NONE for the first ones */
    uint32_t depth;        /* 0 for the first ones */
    uint32_t n_hidden;     /* how many rows it stands for */
    int64_t total;         /* of the row, or of the hidden rows that nobody hidden calls */
    struct pk_range range; /* of the total */
    struct pk_str modules; /* of hidden rows: "json, re" */
};

struct pk_tree_lines { /* in the arena */
    uint32_t n, n_folds;
    struct pk_tree_line *line; /* in preorder */
};

/* A line for each row; with `is_folded` one for each group of hidden rows, in place of them. */
struct pk_tree_lines pk_tree_lines_find(struct pk_arena *arena, const struct pk_profile *profile,
                                        const struct pk_calltree *rows, bool is_folded);

#endif
