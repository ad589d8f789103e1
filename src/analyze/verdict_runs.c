/*
 * Verdicts on several runs a side: see verdict_private.h. The interval is that of the shift by
 * Hodges and Lehmann, which one slow run cannot move; p and q are by permutation of the runs, over
 * all functions together (noise_family.h). What differs more than the runs do is slower or faster;
 * with calls it is told whether by their number or by their cost.
 */
#include <stddef.h>
#include <stdint.h>

#include "analyze/diff_private.h"
#include "analyze/noise.h"
#include "analyze/noise_family.h"
#include "analyze/verdict_private.h"

/* The values of one function, side by side. */
static void collect(const struct pk_diff *diff, uint32_t group, int64_t *value)
{
    const struct pk_diff_runs *runs = diff->runs;

    for (size_t run = 0; run < (size_t)runs->n[0] + runs->n[1]; run++)
        value[run] = runs->value[run * diff->groups[0].n + group];
}

static void set_middles(const struct pk_diff *diff, const int64_t *value, struct pk_judged *judged)
{
    const uint32_t *n = diff->runs->n;
    const struct pk_runs side[2] = {{value, n[0]}, {value + n[0], n[1]}};
    struct pk_interval interval;

    for (unsigned i = 0; i < 2; i++)
        judged->median[i] = pk_noise_runs_median(side[i]);
    judged->shift = pk_noise_runs_shift(side[0], side[1], &interval);
    judged->has_interval = true;
    judged->low = interval.low;
    judged->high = interval.high;
}

static enum pk_verdict verdict_of(const struct pk_diff *diff, const struct pk_diff_row *row)
{
    if (row->self.delta == 0)
        return PK_VERDICT_NO_CHANGE;
    if (pk_noise_runs_best(diff->runs->n[0], diff->runs->n[1]) >= PK_NOISE_LEVEL)
        return PK_VERDICT_TOO_FEW_RUNS;
    return row->judged.q < PK_NOISE_LEVEL ? PK_VERDICT_SLOWER : PK_VERDICT_WITHIN_NOISE;
}

void pk_verdicts_judge_runs(struct pk_diff *diff)
{
    const struct pk_diff_runs *runs = diff->runs;
    size_t n = diff->groups[0].n;
    int64_t *value = pk_calloc((size_t)runs->n[0] + runs->n[1] + 1, sizeof *value);
    double *p = pk_calloc(n + 1, sizeof *p), *q = pk_calloc(n + 1, sizeof *q);

    pk_noise_family(&(struct pk_family){runs->value, n, {runs->n[0], runs->n[1]}}, p, q);
    for (uint32_t i = 0; i < diff->n; i++) {
        struct pk_diff_row *row = &diff->row[i];
        struct pk_judged *judged = &row->judged;

        *judged = (struct pk_judged){
            .method = PK_METHOD_RUNS, .has_p = true, .p = p[row->group], .q = q[row->group]};
        collect(diff, row->group, value);
        set_middles(diff, value, judged);
        judged->verdict = verdict_of(diff, row);
    }
    pk_free(value);
    pk_free(p);
    pk_free(q);
}
