/*
 * Activity over time as a table: a row each thread. People see a line of bars, machines the numbers
 * it was drawn from. Layer: render; uses analyze/activity.
 */
#ifndef PK_RENDER_VIEW_TIMELINE_H
#define PK_RENDER_VIEW_TIMELINE_H

#include "analyze/activity.h" /* IWYU pragma: export */
#include "render/table.h"     /* IWYU pragma: export */

/* The rows of an activity; the table borrows what that has in its arena. Names of threads that are
 * wider than `most_name` cells are cut at the front for people; 0: never. */
struct pk_table *pk_view_timeline(struct pk_arena *arena, const struct pk_profile *profile,
                                  uint32_t metric, const struct pk_activity *activity,
                                  uint32_t most_name);

#endif
