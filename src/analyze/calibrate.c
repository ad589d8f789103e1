/*
 * The noise floor of several runs: see calibrate.h. Every pair of runs could have been a before and
 * an after. The worst pair of a function is its lowest run and its highest, so nothing else has to
 * be tried: a threshold that this pair passes, all pairs pass.
 */
#include "analyze/calibrate.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "analyze/diff_private.h"

static int order_values(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

    return (a > b) - (a < b);
}

/* Lowest, median, highest. */
static void summarize(int64_t *value, uint32_t n, double three[3])
{
    uint32_t below = (n - 1) / 2, above = n / 2; /* one, for an odd number */

    qsort(value, n, sizeof *value, order_values);
    three[0] = (double)value[0];
    three[1] = ((double)value[below] + (double)value[above]) / 2;
    three[2] = (double)value[n - 1];
}

/* From nothing to something is no percentage: such a function is told by its amount, and does not
 * raise the threshold, which it would pass by no value. */
static double change_of(const double three[3])
{
    return three[0] > 0 ? (three[2] - three[0]) / three[0] * 100 : HUGE_VAL;
}

static int order_rows(const void *left, const void *right)
{
    const struct pk_calibrated_row *a = left, *b = right;

    if (a->change < b->change || a->change > b->change)
        return a->change < b->change ? 1 : -1;
    return (a->frame > b->frame) - (a->frame < b->frame);
}

/* All functions of a run added up. Values of a run fit together, since its total does. */
static void add_up(const struct pk_diff *diff, int64_t *sum)
{
    uint32_t n = diff->groups[0].n;

    for (uint32_t run = 0; run < diff->runs->n[PK_BEFORE]; run++)
        for (uint32_t g = 0; g < n; g++)
            if (__builtin_add_overflow(sum[run], diff->runs->value[(size_t)run * n + g], &sum[run]))
                sum[run] = INT64_MAX;
}

/* A whole percent above, so that it can be typed; at least 1. Beyond a million, which a function of
 * one sample may show, nobody would believe a threshold: such runs are no runs of the same thing.
 */
static double proposal(const struct pk_calibration *c)
{
    double most = 0;

    for (uint32_t i = 0; i < c->n; i++)
        if (isfinite(c->row[i].change))
            most = fmax(most, c->row[i].change);
    return fmin(1e6, fmax(1, ceil(most * PK_CALIBRATE_MARGIN)));
}

struct pk_calibration pk_calibrate(const struct pk_diff *diff, double least, struct pk_arena *arena)
{
    uint32_t n = diff->groups[0].n, runs = diff->runs->n[PK_BEFORE];
    struct pk_calibration c = {.n_runs = runs, .least = least};
    int64_t *value = pk_calloc((size_t)runs + 1, sizeof *value);

    c.row = PK_NEW_ARRAY(arena, struct pk_calibrated_row, (size_t)n + 1);
    add_up(diff, value);
    summarize(value, runs, c.whole);
    for (uint32_t g = 0; g < n; g++) {
        double three[3];

        for (uint32_t run = 0; run < runs; run++)
            value[run] = diff->runs->value[(size_t)run * n + g];
        summarize(value, runs, three);
        if (three[2] - three[0] < c.whole[1] * least / 100 || three[2] <= three[0])
            continue;
        c.row[c.n++] = (struct pk_calibrated_row){diff->groups[0].frame[g], three[0], three[1],
                                                  three[2], change_of(three)};
    }
    qsort(c.row, c.n, sizeof *c.row, order_rows);
    c.most = proposal(&c);
    pk_free(value);
    return c;
}
