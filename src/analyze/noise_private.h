/*
 * What noise.c and noise_family.c share: the ways to deal runs out onto two sides. Nobody else
 * includes this.
 */
#ifndef PK_ANALYZE_NOISE_PRIVATE_H
#define PK_ANALYZE_NOISE_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PK_NOISE_WAYS 20000u /* more ways to deal out the runs are drawn, not listed */

/* How many ways there are to choose k of n; UINT32_MAX: more than anyone would list. */
uint32_t pk_noise_ways(size_t n, size_t k);

/* The next choice of k of n, ascending indexes, in the order of a dictionary that begins with 0, 1,
 * ... k - 1; false after the last. */
bool pk_noise_next(size_t *chosen, size_t k, size_t n);

/* The next number of a generator with a fixed seed (splitmix64). */
uint64_t pk_noise_draw(uint64_t *state);

/* Draw the first k of a shuffle by Fisher and Yates: `order` holds all indexes below n, and stays
 * so. */
void pk_noise_shuffle(size_t *order, size_t k, size_t n, uint64_t *state);

#endif
