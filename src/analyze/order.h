/*
 * By what rows are ordered: some keys, the first that tells two rows apart decides. What a key is,
 * and which way it goes, is said by whose rows they are; reversed it goes the other way, but what
 * is missing stays last. Layer: analyze.
 */
#ifndef PK_ANALYZE_ORDER_H
#define PK_ANALYZE_ORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/units.h" /* IWYU pragma: export */

struct pk_order {
    unsigned key;
    bool is_reversed;
};

/* Compare two values for qsort: the larger comes first, PK_MISSING last. */
static inline int pk_order_values(int64_t a, int64_t b, bool is_reversed)
{
    if (a == b)
        return 0;
    if (a == PK_MISSING || b == PK_MISSING)
        return a == PK_MISSING ? 1 : -1;
    return (a > b) == is_reversed ? 1 : -1;
}

#endif
