/*
 * Statistics of differences: see noise.h. Sources:
 *
 *   intervals    R. G. Newcombe, Interval estimation for the difference between independent
 *                proportions, Statistics in Medicine 17 (1998) 873-890, method 10; the single
 *                intervals are Wilson's (1927); weights: G. Y. Zou and A. Donner, Statistics in
 *                Medicine 27 (2008) 1693-1702, of which method 10 is the case of equal ones
 *   factor       overdispersion divides the number of samples: P. McCullagh and J. A. Nelder,
 *                Generalized Linear Models (1989), section 4.5
 *   correction   F. Yates, Supplement to J. R. Statist. Soc. 1 (1934) 217-235
 *   shift        J. L. Hodges and E. L. Lehmann (1963); interval by order statistics of the
 *                differences, as wilcox.test of R has it, from the exact distribution of Mann and
 *                Whitney (1947)
 *   discoveries  Y. Benjamini and Y. Hochberg, J. R. Statist. Soc. B 57 (1995) 289-300
 */
#include "analyze/noise.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "analyze/noise_private.h"

#define Z95 1.959963984540054 /* quantile 0.975 of the normal distribution */

/* --- two shares --- */

/* Wilson's interval. */
static struct pk_interval single(struct pk_share share)
{
    double n = share.whole, k = share.part, z2 = Z95 * Z95;
    double middle = 2 * k + z2, width = Z95 * sqrt(z2 + 4 * k * (1 - k / n));

    return (struct pk_interval){(middle - width) / (2 * (n + z2)),
                                (middle + width) / (2 * (n + z2))};
}

/* Correlated samples say as much as fewer independent ones. */
static struct pk_share thinned(struct pk_share share, double factor)
{
    return (struct pk_share){share.part / factor, share.whole / factor};
}

struct pk_interval pk_noise_share_interval(struct pk_share share, double factor)
{
    return single(thinned(share, factor));
}

/* Method 10 with a weight for each share: each side brings its own variance, so the two are taken
 * together as Newcombe does it. */
struct pk_interval pk_noise_worth_interval(struct pk_share before, struct pk_share after,
                                           const double worth[2], double factor)
{
    struct pk_interval b = single(thinned(before, factor)), a = single(thinned(after, factor));
    double p = before.part / before.whole, q = after.part / after.whole;
    double difference = worth[1] * q - worth[0] * p;

    return (struct pk_interval){difference - hypot(worth[1] * (q - a.low), worth[0] * (b.high - p)),
                                difference +
                                    hypot(worth[1] * (a.high - q), worth[0] * (p - b.low))};
}

/* Were both worth the same, each side would be a share of its own whole: pooled by what a sample of
 * each side is worth. No share is above all of it.
 *
 * Yates's correction, half a sample of each side, and samples come in clumps of `factor`: without
 * it, small counts that hang together are called different too often (docs/diff.md has the
 * experiment). */
double pk_noise_worth_p(struct pk_share before, struct pk_share after, const double worth[2],
                        double factor)
{
    double pooled = (before.part + after.part) / (before.whole / worth[0] + after.whole / worth[1]);
    double p = fmin(pooled / worth[0], 1), q = fmin(pooled / worth[1], 1);
    double difference =
        fabs(worth[1] * (after.part / after.whole) - worth[0] * (before.part / before.whole));
    double variance = factor * (worth[0] * worth[0] * p * (1 - p) / before.whole +
                                worth[1] * worth[1] * q * (1 - q) / after.whole);
    double step = factor / 2 * (worth[0] / before.whole + worth[1] / after.whole);

    /* Shares that are all of both sides have no noise: what differs is the wholes. */
    if (variance <= 0)
        return difference <= 1e-12 * fmax(fabs(worth[0]), fabs(worth[1])) ? 1 : 0;
    return erfc(fmax(difference - step, 0) / sqrt(2 * variance));
}

/* --- several runs: how they are dealt out --- */

uint32_t pk_noise_ways(size_t n, size_t k)
{
    uint64_t count = 1;

    for (size_t i = 1; i <= k; i++) {
        count = count * (n - k + i) / i; /* a binomial coefficient at every step */
        if (count > PK_NOISE_WAYS * (uint64_t)1000)
            return UINT32_MAX;
    }
    return (uint32_t)count;
}

/* The last index that can still grow does, and those behind it follow closely. */
bool pk_noise_next(size_t *chosen, size_t k, size_t n)
{
    size_t i = k;

    while (i > 0 && chosen[i - 1] == n - k + i - 1)
        i--;
    if (i == 0)
        return false;
    chosen[i - 1]++;
    for (; i < k; i++)
        chosen[i] = chosen[i - 1] + 1;
    return true;
}

/* splitmix64 by G. Steele, D. Lea, C. Flood (2014). */
uint64_t pk_noise_draw(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

void pk_noise_shuffle(size_t *order, size_t k, size_t n, uint64_t *state)
{
    for (size_t i = 0; i < k; i++) {
        size_t other = i + (size_t)(pk_noise_draw(state) % (n - i)), kept = order[i];

        order[i] = order[other];
        order[other] = kept;
    }
}

/* Both ends count, unless they are the same way. */
double pk_noise_runs_best(size_t n_before, size_t n_after)
{
    uint32_t count = pk_noise_ways(n_before + n_after, n_before);

    if (n_before == 0 || n_after == 0)
        return 1;
    if (count > PK_NOISE_WAYS)
        return 1.0 / (PK_NOISE_WAYS + 1.0);
    return (n_before == n_after ? 2.0 : 1.0) / count;
}

/* --- several runs: shift --- */

static int order_doubles(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;

    return (a > b) - (a < b);
}

/* The number of pairs to leave out at each end of the sorted differences, at least one pair being
 * the end itself: quantile 0.025 of Mann and Whitney's U, for m and n runs without ties. */
static size_t pairs_outside(size_t m, size_t n)
{
    /* ways[u]: how many orders of the runs so far have U = u; one run of the one side is put in
     * after the other, as the generating function prod (1 - x^(n+i)) / (1 - x^i) */
    size_t room = m * n + 1, u = 0;
    double *number = pk_calloc(room, sizeof *number);
    double all = 1, sum = 0;

    number[0] = 1;
    for (size_t i = 1; i <= m; i++) {
        for (size_t j = room; j-- > n + i;)
            number[j] -= number[j - n - i];
        for (size_t j = i; j < room; j++)
            number[j] += number[j - i];
        all = all * (double)(n + i) / (double)i;
    }
    while (u < room && (sum += number[u]) < all * (PK_NOISE_LEVEL / 2))
        u++;
    pk_free(number);
    return u > 0 ? u : 1;
}

#define MANY \
    50 /* runs a side from which the normal distribution serves: number[] would lose digits */

/* The same where U is as good as normal. */
static size_t pairs_outside_many(size_t m, size_t n)
{
    double mean = (double)m * (double)n / 2;
    double low = mean - Z95 * sqrt(mean * (double)(m + n + 1) / 6);

    return low > 1 ? (size_t)low : 1;
}

/* Halves first: the sum of two large values would not fit. */
static double middle(const double *sorted, size_t n)
{
    return sorted[(n - 1) / 2] / 2 + sorted[n / 2] / 2;
}

double pk_noise_runs_median(struct pk_runs runs)
{
    double *value = pk_alloc(runs.n * sizeof *value);
    double median;

    for (size_t i = 0; i < runs.n; i++)
        value[i] = (double)runs.value[i];
    qsort(value, runs.n, sizeof *value, order_doubles);
    median = middle(value, runs.n);
    pk_free(value);
    return median;
}

double pk_noise_runs_shift(struct pk_runs before, struct pk_runs after,
                           struct pk_interval *interval)
{
    size_t n = before.n * after.n, outside;
    double *difference = pk_alloc(n * sizeof *difference);
    double median;

    for (size_t i = 0; i < before.n; i++)
        for (size_t j = 0; j < after.n; j++)
            difference[i * after.n + j] = (double)after.value[j] - (double)before.value[i];
    qsort(difference, n, sizeof *difference, order_doubles);
    median = middle(difference, n);
    outside = before.n > MANY || after.n > MANY ? pairs_outside_many(before.n, after.n)
                                                : pairs_outside(before.n, after.n);
    *interval = (struct pk_interval){difference[outside - 1], difference[n - outside]};
    pk_free(difference);
    return median;
}

/* --- many functions --- */

struct tested {
    double p;
    size_t at;
};

static int order_tests(const void *left, const void *right)
{
    const struct tested *a = left, *b = right;

    if (a->p != b->p)
        return a->p < b->p ? -1 : 1;
    return (a->at > b->at) - (a->at < b->at);
}

void pk_noise_discoveries(double *p, size_t n)
{
    struct tested *tests = pk_calloc(n + 1, sizeof *tests);
    size_t m = 0;
    double least = 1;

    for (size_t i = 0; i < n; i++)
        if (!isnan(p[i]))
            tests[m++] = (struct tested){p[i], i};
    qsort(tests, m, sizeof *tests, order_tests);
    for (size_t rank = m; rank > 0; rank--) {
        least = fmin(least, tests[rank - 1].p * (double)m / (double)rank);
        p[tests[rank - 1].at] = least;
    }
    pk_free(tests);
}
