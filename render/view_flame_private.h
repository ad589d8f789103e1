/*
 * What the layouts share: view_flame.c (callers below), view_flame_reverse.c (merged from the
 * leaves) and view_chart.c (in order of time). Nobody else includes this.
 */
#ifndef PK_RENDER_VIEW_FLAME_PRIVATE_H
#define PK_RENDER_VIEW_FLAME_PRIVATE_H

#include "base/array.h" /* IWYU pragma: export */

#include <stdint.h>

#include "render/view_flame.h" /* IWYU pragma: export */

struct pk_flame_work { /* one layout in the making */
    const struct pk_tree *tree;
    const struct pk_flame_options *options;
    struct pk_scene *scene;
    const int64_t *self; /* [node] drawn self: never negative; the proven low with is_exact_only */
    int64_t total;       /* span of the scene */
    int64_t threshold;   /* boxes of a smaller size are merged */
    uint32_t max_depth;  /* deepest box; UINT32_MAX: no limit */
    PK_ARRAY(struct pk_box) boxes;
};

/* Sizes below this many units are narrower than min_width, when `total` is as wide as the picture,
 * or less than min_percent of it: where that decides, the scene will say so. */
int64_t pk_flame_threshold(const struct pk_flame_options *options, int64_t total,
                           struct pk_scene *scene);

/* Append a box with its exact range; `size` must be above 0. Returns its index. */
uint32_t pk_flame_add(struct pk_flame_work *work, uint32_t parent, pk_frame_id frame, int64_t start,
                      int64_t size);

/* Append the box that stands for `count` children of `parent` too narrow to draw; nothing when size
 * is 0. */
void pk_flame_add_small(struct pk_flame_work *work, uint32_t parent, int64_t start, int64_t size,
                        uint32_t count);

/* Set the range of a box and mark it when that is worth showing. */
void pk_flame_set_range(struct pk_box *box, struct pk_range range);

/* Add the boxes merged from the leaves above box 0. */
void pk_flame_reverse(struct pk_flame_work *work);

#endif
