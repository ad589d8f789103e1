/*
 * What if, as a table: the total now and then, and what each change saves alone. Layer: render;
 * uses model, results of analyze, table.
 */
#ifndef PK_RENDER_VIEW_WHATIF_H
#define PK_RENDER_VIEW_WHATIF_H

#include "analyze/whatif.h" /* IWYU pragma: export */

#include <stdint.h>

#include "base/buf.h"     /* IWYU pragma: export */
#include "render/table.h" /* IWYU pragma: export */

/* The table of `n` changes, in `arena`. */
struct pk_table *pk_view_whatif_table(struct pk_arena *arena, const struct pk_profile *profile,
                                      uint32_t metric, const struct pk_whatif *whatif,
                                      const struct pk_whatif_change *changes, uint32_t n);

/* Append "memo load, 2x parse", not escaped. */
void pk_view_whatif_words(struct pk_buf *out, const struct pk_profile *profile,
                          const struct pk_whatif_change *changes, uint32_t n);

/* Append a value with its bounds, where they are not one: "≈8.03 s (7.65 s to 12.48 s)". */
void pk_view_whatif_value(struct pk_buf *out, const struct pk_metric *metric,
                          const struct pk_whatif_part *part);

#endif
