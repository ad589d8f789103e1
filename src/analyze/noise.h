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

/* The 95 % interval of share after - share before. A factor of 1 is Newcombe's method 10 itself. */
struct pk_interval pk_noise_share_interval(struct pk_share before, struct pk_share after,
                                           double factor);

/* The two-sided p of both shares being equal: the pooled score test. 1 where both are 0, or both
 * are all. */
double pk_noise_share_p(struct pk_share before, struct pk_share after, double factor);

/* The same for what two shares are worth: `worth` is that of the whole of each side, known without
 * noise. With equal worth this is the difference of the shares times it. */
struct pk_interval pk_noise_worth_interval(struct pk_share before, struct pk_share after,
                                           const double worth[2], double factor);

/* The two-sided p of both shares being worth the same: the score test as above, corrected for
 * continuity, so that many tests of small counts can stand together. */
double pk_noise_worth_p(struct pk_share before, struct pk_share after, const double worth[2],
                        double factor);

/* The two-sided p of both sides being runs of the same thing: the permutation test on the
 * difference of means. Exact while there are few ways to deal the runs out, else the share of
 * 20,000 ways drawn by a fixed seed. 1 when a side is empty. */
double pk_noise_runs_p(struct pk_runs before, struct pk_runs after);

/* The smallest p that so many runs a side can reach, however far they lie apart. */
double pk_noise_runs_best(size_t n_before, size_t n_after);

/* The shift from before to after by Hodges and Lehmann: the median of all differences; its 95 %
 * interval (or the widest that so few runs give) goes to `interval`. Both sides have a run. */
double pk_noise_runs_shift(struct pk_runs before, struct pk_runs after,
                           struct pk_interval *interval);

/* Turn `n` p values into q values by Benjamini and Hochberg, in place and in their order; one that
 * is NaN was not tested and stays. */
void pk_noise_discoveries(double *p, size_t n);

#endif
