/*
 * How far runs of the same program lie apart, and which thresholds they would all have passed.
 * Layer: analyze; uses diff.
 *
 * Nothing is assumed of how times scatter: what is proposed is what the runs themselves show, and
 * half as much again, since the next run may lie a little farther out than those that were seen.
 */
#ifndef PK_ANALYZE_CALIBRATE_H
#define PK_ANALYZE_CALIBRATE_H

#include "base/arena.h" /* IWYU pragma: export */

#include <stdint.h>

#include "analyze/diff.h" /* IWYU pragma: export */

#define PK_CALIBRATE_MARGIN 1.5

struct pk_calibrated_row {    /* one function */
    pk_frame_id frame;        /* of the earlier side of the diff */
    double low, median, high; /* of its self over the runs, in the unit of the measure */
    double change;            /* percent from the lowest run to the highest */
};

struct pk_calibration { /* in the caller's arena */
    uint32_t n_runs;
    double whole[3]; /* lowest, median and highest run of all functions together */
    double least;    /* the smallest change that counts: percent of the whole */
    uint32_t n;      /* functions that some two runs show to differ by more than that */
    struct pk_calibrated_row *row; /* the largest change first */
    double most;                   /* percent: the proposal for --max-regression */
};

/* Look at the runs of the earlier side, which pk_diff_runs_add has filled; at least two. `least` is
 * in percent of the whole. */
struct pk_calibration pk_calibrate(const struct pk_diff *diff, double least,
                                   struct pk_arena *arena);

#endif
