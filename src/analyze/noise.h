/*
 * Whether a difference is more than noise: the statistics behind the verdicts of a diff. Nothing
 * here knows profiles. Layer: analyze; uses base.
 *
 * One sampled run a side: intervals and tests for two shares, both widened by an overdispersion
 * factor, since samples of one run hang together. Several runs a side: the values of the runs are
 * compared, whatever they measure. Many functions at once: false discoveries are held down.
 */
#ifndef PK_ANALYZE_NOISE_H
#define PK_ANALYZE_NOISE_H

#include "base/arena.h" /* IWYU pragma: export */

#include <stddef.h>
#include <stdint.h>

#define PK_NOISE_FACTOR 2.0 /* overdispersion when nobody measured it */
#define PK_NOISE_LEVEL 0.05 /* of all false verdicts: intervals hold 95 %, q stays below 5 % */

struct pk_share { /* `part` of `whole` samples; 0 <= part <= whole, whole above 0 */
    double part, whole;
};

struct pk_interval {
    double low, high;
};

struct pk_runs { /* the values of one function in each run of a side, at most PK_NOISE_RUNS */
    const int64_t *value;
    size_t n;
};

#define PK_NOISE_RUNS 1000

/* The 95 % interval of one share, by Wilson. */
struct pk_interval pk_noise_share_interval(struct pk_share share, double factor);

/* The 95 % interval of what share after is worth less what share before is: `worth` is that of the
 * whole of each side, known without noise. With both 1, and a factor of 1, it is Newcombe's
 * method 10 itself. */
struct pk_interval pk_noise_worth_interval(struct pk_share before, struct pk_share after,
                                           const double worth[2], double factor);

/* The two-sided p of both shares being worth the same: the pooled score test, corrected for
 * continuity, so that many tests of small counts can stand together. 1 where both are 0. */
double pk_noise_worth_p(struct pk_share before, struct pk_share after, const double worth[2],
                        double factor);

/* The smallest p that so many runs a side can reach, however far they lie apart. */
double pk_noise_runs_best(size_t n_before, size_t n_after);

/* The shift from before to after by Hodges and Lehmann: the median of all differences; its 95 %
 * interval (or the widest that so few runs give) goes to `interval`. Both sides have a run. */
double pk_noise_runs_shift(struct pk_runs before, struct pk_runs after,
                           struct pk_interval *interval);

/* The middle of the runs of one side, the mean of the two middle ones of an even number. There is
 * at least one. */
double pk_noise_runs_median(struct pk_runs runs);

/* Turn `n` p values into q values by Benjamini and Hochberg, in place and in their order; one that
 * is NaN was not tested and stays. */
void pk_noise_discoveries(double *p, size_t n);

#endif
