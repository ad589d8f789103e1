/*
 * A picture as boxes, before anyone knows how it is drawn: flame graphs and their
 * differences. Geometry is exact: start and size of a box are in units of the metric (or of its
 * span), never pixels. A scene lives in its arena. Layer: render; uses base, model.
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
    PK_BOX_NEW = 16,      /* of a comparison: only the later side has it */
    PK_BOX_GONE = 32,     /* only the earlier side has it */
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

enum { PK_CHANGE_STEPS = 4 }; /* shades of more and of less */

struct pk_box_change {         /* what a comparison says of a box; before and after */
    int64_t total[2], self[2]; /* of all that the box stands for */
    struct pk_range delta;     /* bounds of the difference of the total, where it is estimated */
    int8_t level;              /* -PK_CHANGE_STEPS .. PK_CHANGE_STEPS: its shade */
    bool is_noise;             /* its function did not change by more than noise: grey */
    const char *verdict;       /* on its function, in words */
    int64_t function_delta;    /* of the total of its function, or PK_MISSING */
};

struct pk_scene_change {             /* a picture of what changed */
    const struct pk_box_change *box; /* [box] */
    bool is_self;                    /* shades are those of the self difference */
    int64_t step[PK_CHANGE_STEPS];   /* the least difference of each shade, ascending */
    int64_t unseen[2];               /* what has no width in this shape; before and after */
    const struct pk_str *notes;      /* lines that say so */
    size_t n_notes;
};

struct pk_scene {
    struct pk_str title, subtitle, notes; /* subtitle and notes may be missing */
    const struct pk_profile *profile;     /* borrowed */
    const struct pk_frame *const *frame;  /* of the boxes by their id, where they are of more than
                                             one profile; else NULL */
    uint32_t n_frames;                    /* of `frame` */
    const struct pk_scene_change *change; /* NULL: no comparison */
    struct pk_metric metric;              /* what a unit of width means */
    int64_t span;                         /* size of box 0 */
    uint32_t n_boxes, max_depth;          /* depth of the deepest drawn box */
    struct pk_box *boxes;
    bool is_inverted; /* icicle: root on top */
    bool is_reversed; /* merged from the leaves */
    bool is_chart;    /* in order of time, which merging would undo */
    bool is_estimated;
    bool is_exact_only;
    uint32_t
        min_percent;    /* in millionths: small boxes are those with less; 0: it was their width */
    uint32_t n_omitted; /* boxes left out by depth; merged small ones are still drawn as such */
    int64_t proven;     /* with is_estimated: sum of proven self */
};

/* The frame of a box that has one (its id is not PK_NONE), and how many ids there may be but for
 * special ones. */
const struct pk_frame *pk_scene_frame(const struct pk_scene *scene, const struct pk_box *box);
uint32_t pk_scene_frames(const struct pk_scene *scene);

/* What a comparison says of a box of the scene; NULL: there is none. */
const struct pk_box_change *pk_scene_change(const struct pk_scene *scene, const struct pk_box *box);

/* An empty scene in `arena`. */
struct pk_scene *pk_scene_new(struct pk_arena *arena);

#endif
