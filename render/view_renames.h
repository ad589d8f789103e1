/*
 * Functions that are likely the same under another name, for machines and in words. Layer: render;
 * uses model, results of analyze, table.
 */
#ifndef PK_RENDER_VIEW_RENAMES_H
#define PK_RENDER_VIEW_RENAMES_H

#include "analyze/diff.h" /* IWYU pragma: export */
#include "base/buf.h"     /* IWYU pragma: export */

#include <stdint.h>

#include "render/table.h" /* IWYU pragma: export */

/* A row for each pair, in `arena`, for machines. */
struct pk_table *pk_view_renames(struct pk_arena *arena, const struct pk_diff *diff);

/* Append one of them, for people: "draw -> paint, alike by 0.93". Files stand behind the names
 * where they are all that differs. */
void pk_view_renames_pair(struct pk_buf *out, const struct pk_diff *diff, uint32_t index);

/* Append a line for each of the first `top` (0: all) that are only suggested, and how many more
 * there are; nothing where there is none. */
void pk_view_renames_words(struct pk_buf *out, const struct pk_diff *diff, uint32_t top);

#endif
