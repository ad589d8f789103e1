/*
 * Callers and callees of one function as a table. Layer: render; uses model, results of analyze,
 * table.
 */
#ifndef PK_RENDER_VIEW_CALLS_H
#define PK_RENDER_VIEW_CALLS_H

#include "analyze/calls.h" /* IWYU pragma: export */

#include <stdint.h>

#include "render/table.h" /* IWYU pragma: export */

/* Callers above the function, callees below, at most `top` of each (0: all), in `arena`. Shares of
 * the neighbours are of the function, its own is of the run; none passes 100 %. The footer says
 * what was left out and which option shows it, the note says what the shares are of. */
struct pk_table *pk_view_calls(struct pk_arena *arena, const struct pk_profile *profile,
                               uint32_t metric, const struct pk_neighbours *neighbours,
                               uint32_t top);

#endif
