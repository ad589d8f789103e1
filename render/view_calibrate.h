/*
 * The noise floor of several runs as rows. Layer: render; uses analyze.
 */
#ifndef PK_RENDER_VIEW_CALIBRATE_H
#define PK_RENDER_VIEW_CALIBRATE_H

#include "base/arena.h" /* IWYU pragma: export */

#include <stdint.h>

#include "analyze/calibrate.h" /* IWYU pragma: export */
#include "render/table.h"      /* IWYU pragma: export */

/* The whole, then at most `top` functions (0: all) that scatter most; the note proposes thresholds.
 */
struct pk_table *pk_view_calibrate(struct pk_arena *arena, const struct pk_diff *diff,
                                   const struct pk_calibration *calibration, uint32_t top);

#endif
