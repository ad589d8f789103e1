/*
 * From a tree to a flame graph's boxes. Layer: render; uses model, scene.
 */
#ifndef PK_RENDER_VIEW_FLAME_H
#define PK_RENDER_VIEW_FLAME_H

#include "model/attribute.h" /* IWYU pragma: export */

#include <stdint.h>

#include "render/scene.h" /* IWYU pragma: export */

struct pk_flame_options {
    bool is_inverted;   /* icicle */
    bool is_reversed;   /* merge from the leaves */
    bool is_exact_only; /* draw every box at its proven low, the rest as one (place not proven) box
                         */
    uint32_t max_depth; /* levels drawn; deeper ones are counted in n_omitted */
    double min_width;   /* px; narrower neighbours are merged into one small box */
    uint32_t min_percent; /* in millionths, of the total: boxes with less are merged, too */
    unsigned width;       /* px of the whole picture: what min_width is compared with */
};

/* Lay out `tree` (recorded, or of pk_attribute_new: then `attributed` is given too) for one metric.
 * The scene and its boxes live in `arena`; the profile is borrowed. Titles are left to the caller.
 */
struct pk_scene *pk_view_flame(struct pk_arena *arena, const struct pk_profile *profile,
                               uint32_t metric, const struct pk_tree *tree,
                               const struct pk_attributed *attributed,
                               const struct pk_flame_options *options);

#endif
