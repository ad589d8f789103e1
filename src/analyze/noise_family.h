/*
 * Many functions in several runs a side: which of them changed, tried all together. Layer: analyze;
 * uses base, noise.
 *
 * With few runs no function by itself can be told from chance among hundreds: five runs a side have
 * 252 ways to be dealt out, so no p is below 0.008, and holding false discoveries down over a
 * hundred functions makes nothing of it. But all functions are dealt out together: what counts is
 * how seldom ANY of them differs as much, which needs no more runs for more functions.
 */
#ifndef PK_ANALYZE_NOISE_FAMILY_H
#define PK_ANALYZE_NOISE_FAMILY_H

#include <stddef.h>
#include <stdint.h>

struct pk_family {
    const int64_t *value; /* [run * functions + function], runs before first */
    size_t functions, runs[2];
};

/* For each function the p of its own difference of means, and q: the share of all ways to deal the
 * runs out in which some function differs as much for its noise. Exact while there are few ways,
 * else by ways drawn with a fixed seed. All 1 when a side is empty. */
void pk_noise_family(const struct pk_family *family, double *p, double *q);

#endif
