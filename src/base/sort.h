/*
 * Numbers in order, many at a time: by their bytes from the last on, so that nothing is compared.
 * Comparing guesses wrong every other time, and that is most of what sorting a million takes.
 * Layer: base.
 */
#ifndef PK_BASE_SORT_H
#define PK_BASE_SORT_H

#include <stddef.h>
#include <stdint.h>

struct pk_sorted {
    uint64_t key;
    uint32_t id, other; /* go with it */
};

/* By key, smallest first; equal ones stay as they stand. `spare` has room for as many. */
void pk_sort(struct pk_sorted *items, struct pk_sorted *spare, size_t n);

/* A key that stands where a value does when the largest comes first. */
static inline uint64_t pk_sort_downwards(int64_t value)
{
    return ~((uint64_t)value ^ UINT64_C(1) << 63);
}

#endif
