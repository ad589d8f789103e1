/*
 * From two call trees laid over each other to the boxes of one picture. Layer: render; uses model,
 * results of analyze, scene.
 */
#ifndef PK_RENDER_VIEW_DIFF_FLAME_H
#define PK_RENDER_VIEW_DIFF_FLAME_H

#include "analyze/diff_tree.h" /* IWYU pragma: export */
#include "render/view_flame.h" /* IWYU pragma: export */

struct pk_box_verdict { /* on one function */
    const char *words;  /* "within noise" */
    bool is_noise;      /* grey, whatever the difference */
};

struct pk_diff_flame_options {
    struct pk_flame_options flame; /* neither reversed nor exact */
    enum pk_shape shape;
    bool is_self; /* shades are those of the self difference */
    int64_t full; /* differences from here on have the deepest shade; 0: chosen */
    const struct pk_box_verdict *verdict; /* [function] of the tree */
};

/* What a picture needs of the tree, of which the options say shape, width and the least box. */
struct pk_diff_cutting pk_view_diff_flame_needs(const struct pk_diff_flame_options *options);

/* Lay out a tree of both sides. The scene and what belongs to it live in `arena`; the tree,
 * which is whole or cut for this shape, is borrowed. Titles are left to the caller. Where nothing
 * has a width in this shape the span is 0 and there is no box. NULL fills `error` (PK_INPUT): a
 * width does not fit 64 bits. */
struct pk_scene *pk_view_diff_flame(struct pk_arena *arena, const struct pk_diff *diff,
                                    const struct pk_diff_tree *tree,
                                    const struct pk_diff_flame_options *options,
                                    struct pk_error *error);

#endif
