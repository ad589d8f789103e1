/*
 * Sorting by counting: see sort.h. Source: D. E. Knuth, "The Art of Computer Programming", vol. 3,
 * 5.2.5, algorithm R (radix sort from the least digit on), with bytes as digits.
 */
#include "base/sort.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define FEW 32u /* so many are put in order one by one */
#define VALUES 256u

/* Each to its place among those before it. */
static void sort_few(struct pk_sorted *items, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        struct pk_sorted one = items[i];
        size_t at = i;

        for (; at > 0 && items[at - 1].key > one.key; at--)
            items[at] = items[at - 1];
        items[at] = one;
    }
}

static unsigned digit_of(uint64_t key, unsigned shift)
{
    return (unsigned)(key >> shift) & (VALUES - 1);
}

/* By one byte; false when all have the same there, and nothing moved. */
static bool sort_digit(const struct pk_sorted *from, struct pk_sorted *to, size_t n, unsigned shift)
{
    size_t at[VALUES] = {0}, sum = 0;

    for (size_t i = 0; i < n; i++)
        at[digit_of(from[i].key, shift)]++;
    if (at[digit_of(from[0].key, shift)] == n)
        return false;
    for (unsigned value = 0; value < VALUES; value++) {
        size_t count = at[value];

        at[value] = sum;
        sum += count;
    }
    for (size_t i = 0; i < n; i++)
        to[at[digit_of(from[i].key, shift)]++] = from[i];
    return true;
}

void pk_sort(struct pk_sorted *items, struct pk_sorted *spare, size_t n)
{
    struct pk_sorted *from = items, *to = spare;

    if (n <= FEW) {
        sort_few(items, n);
        return;
    }
    for (unsigned shift = 0; shift < 64; shift += 8)
        if (sort_digit(from, to, n, shift)) {
            struct pk_sorted *other = from;

            from = to;
            to = other;
        }
    if (from != items)
        memcpy(items, from, n * sizeof *items);
}
