/*
 * The difference of two profiles as a table. Layer: render; uses model, results of analyze, table.
 */
#ifndef PK_RENDER_VIEW_DIFF_H
#define PK_RENDER_VIEW_DIFF_H

#include "analyze/diff.h" /* IWYU pragma: export */

#include <stdint.h>

#include "render/table.h" /* IWYU pragma: export */

/* At most `top` of the functions that differ (0: all), in `arena`. The footer says what was left
 * out and which option shows it; the note, that the differences add up to that of the totals. The
 * table of what was compared is part of it; `names` are those of the two sides. */
struct pk_table *pk_view_diff(struct pk_arena *arena, const struct pk_diff *diff,
                              const char *const names[2], uint32_t top);

/* What was compared, a row for each side, for machines. */
const struct pk_table *pk_view_diff_compared(struct pk_arena *arena, const struct pk_diff *diff,
                                             const char *const names[2]);

/* The unit of differences of values in `unit`. */
enum pk_unit pk_view_diff_unit(enum pk_unit unit);

/* Append "-3.36 s" or "+12": a difference in its own best unit, with its sign. */
void pk_view_diff_delta(struct pk_buf *out, const struct pk_metric *metric, int64_t delta);

#endif
