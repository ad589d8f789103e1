/*
 * What --min-percent leaves out: one rule for trees, tables and pictures, so that the same number
 * means the same everywhere. Layer: analyze.
 */
#ifndef PK_ANALYZE_THRESHOLD_H
#define PK_ANALYZE_THRESHOLD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/units.h" /* IWYU pragma: export */

#define PK_THRESHOLD_ALL 100000000u /* millionths of a percent: the whole */

/* True when `value` is less than `percent` (in millionths) of `whole`. Magnitudes are compared, for
 * differences; what is missing is not known to be small; of nothing, nothing is a small part. The
 * products fit 128 bits. */
static inline bool pk_threshold_is_small(int64_t value, int64_t whole, uint32_t percent)
{
    __int128 part = value < 0 ? -(__int128)value : value;
    __int128 most = whole < 0 ? -(__int128)whole : whole;

    if (value == PK_MISSING || whole == PK_MISSING)
        return false;
    return part * PK_THRESHOLD_ALL < most * percent;
}

#endif
