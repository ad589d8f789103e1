/*
 * From results to tables. Layer: render; uses model, results of analyze, table.
 */
#ifndef PK_RENDER_VIEW_ROWS_H
#define PK_RENDER_VIEW_ROWS_H

#include "analyze/hotspots.h" /* IWYU pragma: export */

#include <stdint.h>

#include "render/table.h" /* IWYU pragma: export */

/* The hot spots as a table of at most `top` rows (0: all), in `arena`. The footer says what was
 * left out and which option shows it. */
struct pk_table *pk_view_rows_hotspots(struct pk_arena *arena, const struct pk_profile *profile,
                                       uint32_t metric, const struct pk_hotspots *hotspots,
                                       uint32_t top);

/* All functions by self: what is left of a profile in an output that has only tables. */
struct pk_table *pk_view_rows_all(struct pk_arena *arena, const struct pk_profile *profile,
                                  uint32_t metric);

#endif
