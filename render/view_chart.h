/*
 * From a timeline to a flame chart's boxes: stacks stand from left to right as they were sampled.
 * Layer: render; uses model, scene, view_flame.
 */
#ifndef PK_RENDER_VIEW_CHART_H
#define PK_RENDER_VIEW_CHART_H

#include <stdint.h>

#include "model/timeline.h"    /* IWYU pragma: export */
#include "render/view_flame.h" /* IWYU pragma: export */

/* Lay out the moments of `metric` (there must be some): each slice's in order of time, one slice
 * behind the other, below a box of its own when there are several. Widths are values, so gaps
 * without samples are not drawn. A neighbour with the same frames from the root continues the box;
 * equal stacks that are apart stay apart. The scene lives in `arena`; of the options is_reversed
 * and is_exact_only mean nothing here. */
struct pk_scene *pk_view_chart(struct pk_arena *arena, const struct pk_profile *profile,
                               uint32_t metric, const struct pk_flame_options *options);

#endif
