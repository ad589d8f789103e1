/*
 * Many functions in several runs: see noise_family.h. The largest of all differences over the ways
 * to deal the runs out: P. H. Westfall and S. S. Young, Resampling-Based Multiple Testing (1993),
 * single-step maxT. It keeps the chance of any false verdict below q, however functions depend on
 * each other. Drawn ways count as (hits + 1) / (drawn + 1): B. Phipson and G. K. Smyth (2010).
 *
 * A difference counts by its noise: divided by how much the function scatters over all runs of both
 * sides (which no dealing changes, and which orders functions as the t of Student does), but by no
 * less than a part of the whole, since a function of three samples may scatter by nothing at all.
 */
#include "analyze/noise_family.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyze/noise.h"
#include "analyze/noise_private.h"

#define LEAST (1.0 / 400) /* of the whole of a run: scatter below it counts as that much */
#define TIE 1e-9          /* sums of doubles in another order: as far is as far */

struct trying {
    const struct pk_family *family;
    size_t n;            /* runs of both sides */
    double *value;       /* [run][function] once, as every way adds them up */
    double *sum;         /* [function] over all runs */
    double *scale;       /* [function] what a difference is divided by */
    double *observed;    /* [function] */
    uint32_t *own, *any; /* [function] ways in which it, or any, is as far */
    double *distance;    /* [function] of the way at hand */
    size_t *chosen;
};

static const double *values_of(const struct trying *t, size_t run)
{
    return t->value + run * t->family->functions;
}

/* Means and scatter over all runs, whichever side they are of. */
static void measure(struct trying *t)
{
    double whole = 0;

    for (size_t i = 0; i < t->n * t->family->functions; i++)
        t->value[i] = (double)t->family->value[i];
    for (size_t f = 0; f < t->family->functions; f++) {
        for (size_t run = 0; run < t->n; run++)
            t->sum[f] += values_of(t, run)[f];
        whole += fabs(t->sum[f]) / (double)t->n;
    }
    for (size_t f = 0; f < t->family->functions; f++) {
        double mean = t->sum[f] / (double)t->n, squares = 0;

        for (size_t run = 0; run < t->n; run++)
            squares += (values_of(t, run)[f] - mean) * (values_of(t, run)[f] - mean);
        t->scale[f] = hypot(sqrt(squares / (double)t->n), LEAST * whole);
    }
}

/* How far the means of the chosen runs and of the others lie apart, by function. */
static void find_distances(const struct trying *t, double *distance)
{
    double before = (double)t->family->runs[0], after = (double)t->family->runs[1];

    for (size_t f = 0; f < t->family->functions; f++)
        distance[f] = 0;
    for (size_t i = 0; i < t->family->runs[0]; i++) {
        const double *value = values_of(t, t->chosen[i]);

        for (size_t f = 0; f < t->family->functions; f++)
            distance[f] += value[f];
    }
    for (size_t f = 0; f < t->family->functions; f++)
        distance[f] =
            t->scale[f] > 0
                ? fabs((t->sum[f] - distance[f]) / after - distance[f] / before) / t->scale[f]
                : 0;
}

static void count(struct trying *t)
{
    double largest = 0;

    find_distances(t, t->distance);
    for (size_t f = 0; f < t->family->functions; f++)
        largest = fmax(largest, t->distance[f]);
    for (size_t f = 0; f < t->family->functions; f++) {
        double needed = t->observed[f] - TIE * (1 + t->observed[f]);

        t->own[f] += t->distance[f] >= needed;
        t->any[f] += largest >= needed;
    }
}

/* All ways, or drawn ones; then the way that was observed counts as one more. Returns how many. */
static double try_ways(struct trying *t, uint32_t *extra)
{
    size_t k = t->family->runs[0];
    uint64_t state = 1; /* fixed: the same files give the same p */
    uint32_t tried = 0;

    *extra = pk_noise_ways(t->n, k) > PK_NOISE_WAYS;
    if (*extra) {
        for (; tried < PK_NOISE_WAYS; tried++) {
            pk_noise_shuffle(t->chosen, k, t->n, &state);
            count(t);
        }
        return tried;
    }
    do {
        count(t);
        tried++;
    } while (pk_noise_next(t->chosen, k, t->n));
    return tried;
}

static void free_all(struct trying *t)
{
    pk_free(t->value);
    pk_free(t->sum);
    pk_free(t->scale);
    pk_free(t->observed);
    pk_free(t->own);
    pk_free(t->any);
    pk_free(t->distance);
    pk_free(t->chosen);
}

void pk_noise_family(const struct pk_family *family, double *p, double *q)
{
    size_t functions = family->functions + 1, n = family->runs[0] + family->runs[1];
    struct trying t = {.family = family,
                       .n = n,
                       .value = pk_calloc(n * family->functions + 1, sizeof *t.value),
                       .sum = pk_calloc(functions, sizeof *t.sum),
                       .scale = pk_calloc(functions, sizeof *t.scale),
                       .observed = pk_calloc(functions, sizeof *t.observed),
                       .own = pk_calloc(functions, sizeof *t.own),
                       .any = pk_calloc(functions, sizeof *t.any),
                       .distance = pk_calloc(functions, sizeof *t.distance),
                       .chosen = pk_calloc(n + 1, sizeof *t.chosen)};
    double tried = 1;
    uint32_t extra = 1;

    for (size_t i = 0; i < n; i++)
        t.chosen[i] = i;
    if (family->runs[0] && family->runs[1]) {
        measure(&t);
        find_distances(&t, t.observed);
        tried = try_ways(&t, &extra);
    }
    for (size_t f = 0; f < family->functions; f++) {
        p[f] = fmin((t.own[f] + extra) / (tried + extra), 1);
        q[f] = fmin((t.any[f] + extra) / (tried + extra), 1);
    }
    if (family->runs[0] == 0 || family->runs[1] == 0)
        for (size_t f = 0; f < family->functions; f++)
            p[f] = q[f] = 1;
    free_all(&t);
}
