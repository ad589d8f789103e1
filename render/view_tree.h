/*
 * Call trees as tables. Layer: render; uses analyze/calltree, table.
 */
#ifndef PK_RENDER_VIEW_TREE_H
#define PK_RENDER_VIEW_TREE_H

#include "analyze/calltree.h"  /* IWYU pragma: export */
#include "render/view_paths.h" /* IWYU pragma: export */

struct pk_view_tree_options {
    struct pk_calltree_options calls; /* what the rows were made with */
    bool is_folded; /* library functions that library functions call are one row */
};

/* Whether a function belongs to a library or a runtime: by its folder, or by being in a shared
 * object or the kernel. */
bool pk_view_tree_is_library(const struct pk_frame *frame);

/* The table of the rows, in their order. */
struct pk_table *pk_view_tree(struct pk_arena *arena, const struct pk_view_stacks *stacks,
                              const struct pk_calltree *rows,
                              const struct pk_view_tree_options *options);

#endif
