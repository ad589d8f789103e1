/*
 * A picture as boxes, before anyone knows how it is drawn: flame graphs now, diffs and graphs
 * later. Geometry is exact: start and size of a box are in units of the metric (or of its span),
 * never pixels. A scene lives in its arena. Layer: render; uses base, model.
 */
#ifndef PK_RENDER_SCENE_H
#define PK_RENDER_SCENE_H

#include "base/arena.h" /* IWYU pragma: export */

#include <stdint.h>

#include "base/units.h"    /* IWYU pragma: export */
#include "model/profile.h" /* IWYU pragma: export */

enum pk_box_flag {
    PK_BOX_UNCERTAIN = 1, /* hatched: its value is estimated with a range worth showing */
    PK_BOX_SMALL = 2,     /* stands for `n_merged` neighbours too narrow to draw */
    PK_BOX_SPECIAL = 4,   /* (pruned), (not recorded), (place not proven) */
    PK_BOX_DEEPER = 8,    /* something above it was not drawn because of the depth limit */
};

struct pk_box {            /* boxes stand in preorder; box 0 is the root over everything */
    uint32_t parent;       /* index, PK_NONE for box 0 */
    uint32_t depth;        /* 0 for box 0 */
    pk_frame_id frame;     /* PK_NONE for box 0 and merged small ones */
    int64_t start, size;   /* in the scene's units: 0 .. span */
    int64_t self;          /* own part of size */
    struct pk_range range; /* of the size; lo = hi = size when exact */
    uint32_t n_merged;     /* with PK_BOX_SMALL */
    unsigned flags;
};

struct pk_scene {
    struct pk_str title, subtitle, notes; /* subtitle and notes may be missing */
    const struct pk_profile *profile;     /* borrowed */
    struct pk_metric metric;              /* what a unit of width means */
    int64_t span;                         /* size of box 0 */
    uint32_t n_boxes, max_depth;          /* depth of the deepest drawn box */
    struct pk_box *boxes;
    bool is_inverted; /* icicle: root on top */
    bool is_reversed; /* merged from the leaves */
    bool is_estimated;
    bool is_exact_only;
    uint32_t
        min_percent;    /* in millionths: small boxes are those with less; 0: it was their width */
    uint32_t n_omitted; /* boxes left out by depth; merged small ones are still drawn as such */
    int64_t proven;     /* with is_estimated: sum of proven self */
};

/* An empty scene in `arena`. */
struct pk_scene *pk_scene_new(struct pk_arena *arena);

#endif
