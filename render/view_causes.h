/*
 * Why two profiles differ, as a table. Layer: render; uses model, results of analyze, table.
 */
#ifndef PK_RENDER_VIEW_CAUSES_H
#define PK_RENDER_VIEW_CAUSES_H

#include "analyze/causes.h" /* IWYU pragma: export */

#include <stdbool.h>

#include "render/table.h" /* IWYU pragma: export */

/* A row for each cause, in `arena`: what it explains, its two parts, and in words what it does
 * otherwise. With `has_callees` those within others have rows too. */
struct pk_table *pk_view_causes(struct pk_arena *arena, const struct pk_diff *diff,
                                const struct pk_causes *causes, bool has_callees);

#endif
