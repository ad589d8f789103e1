/*
 * Arithmetic of bounds: of values that are only known to lie within a range. Layer: model.
 */
#ifndef PK_MODEL_BOUNDS_H
#define PK_MODEL_BOUNDS_H

#include <stdint.h>

#include "model/profile.h" /* IWYU pragma: export */

enum pk_answer { PK_NO, PK_MAYBE, PK_YES }; /* what is proven of something, in this order */

static inline int64_t pk_bounds_least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static inline int64_t pk_bounds_most(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* Sums and differences that end where 64 bits do: what a hostile file makes so large means nothing
 * any more, but stays in order. */
static inline int64_t pk_bounds_plus(int64_t a, int64_t b)
{
    int64_t sum;

    return __builtin_add_overflow(a, b, &sum) ? (a < 0 ? INT64_MIN + 1 : INT64_MAX) : sum;
}

static inline int64_t pk_bounds_minus(int64_t a, int64_t b)
{
    int64_t rest;

    return __builtin_sub_overflow(a, b, &rest) ? (a < 0 ? INT64_MIN + 1 : INT64_MAX) : rest;
}

/* The nearest value that is possible. */
static inline int64_t pk_bounds_clip(int64_t value, struct pk_range range)
{
    return pk_bounds_most(range.lo, pk_bounds_least(value, range.hi));
}

#endif
