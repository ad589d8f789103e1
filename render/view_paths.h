/*
 * Heaviest paths as a table. Layer: render; uses analyze/paths, table.
 */
#ifndef PK_RENDER_VIEW_PATHS_H
#define PK_RENDER_VIEW_PATHS_H

#include <stdint.h>

#include "analyze/paths.h"   /* IWYU pragma: export */
#include "model/attribute.h" /* IWYU pragma: export */
#include "render/table.h"    /* IWYU pragma: export */

struct pk_view_stacks { /* the stacks that are shown, recorded or estimated */
    const struct pk_profile *profile;
    uint32_t profile_metric;    /* its metric */
    const struct pk_tree *tree; /* recorded, or that of `attributed` */
    uint32_t metric;            /* the same metric in the tree */
    int64_t total;              /* what shares are of */
};

/* Append "0.8 to 1.2 s": the proven bounds of a value. */
void pk_view_paths_range(struct pk_buf *out, const struct pk_metric *metric, struct pk_range range);

/* The first `top` paths (0: all), each with its last functions. */
struct pk_table *pk_view_paths(struct pk_arena *arena, const struct pk_view_stacks *stacks,
                               const struct pk_paths *paths, uint32_t top);

#endif
