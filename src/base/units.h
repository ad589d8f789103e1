/*
 * Numbers for people: 3 to 4 significant digits, one unit per column, decimal points aligned,
 * thousands grouped by ','. Free of locale, never nan, inf or -0. Values are integers in base units
 * times 10^scale, a scale fits an int8_t. Layer: base; uses buf.
 */
#ifndef PK_BASE_UNITS_H
#define PK_BASE_UNITS_H

#include <stdint.h>

#include "base/buf.h" /* IWYU pragma: export */

#define PK_MISSING INT64_MIN /* a value the file does not give: never zero, never part of a sum */

/* The value without its sign: PK_MISSING, as INT64_MIN, has one, too. */
static inline uint64_t pk_units_magnitude(int64_t value)
{
    return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

/* The same where a missing value is nothing. */
static inline uint64_t pk_units_known_magnitude(int64_t value)
{
    return value == PK_MISSING ? 0 : pk_units_magnitude(value);
}

enum pk_unit {
    PK_UNIT_COUNT,
    PK_UNIT_NS,
    PK_UNIT_BYTES,
    PK_UNIT_PERCENT, /* of results, never of a profile */
    PK_UNIT_POINTS,  /* differences of percentages */
};

/* How one column is printed: value * 10^scale / divisor, with `decimals` digits after the point. */
struct pk_units_format {
    double divisor;
    int decimals;
    const char *suffix; /* " s", " ms", " MiB", " G", or "" */
};

/* The name of a unit in JSON: "count", "ns", "bytes", "percent", "points". */
const char *pk_units_name(enum pk_unit unit);

/* One format for a whole column whose largest magnitude is `largest`. */
struct pk_units_format pk_units_choose(enum pk_unit unit, int scale, int64_t largest);

/* Append `value` in the format of its column, grouped; PK_MISSING as "-". */
void pk_units_print(struct pk_buf *out, const struct pk_units_format *format, int64_t value,
                    int scale);

/* Append `value` alone, in its own best unit: "12.48 s", "1,104,386", "3.2 MiB". */
void pk_units_value(struct pk_buf *out, enum pk_unit unit, int scale, int64_t value);

/* Append an integer with ',' between groups of three: calls and other exact counts. */
void pk_units_count(struct pk_buf *out, int64_t value);

/* Append part/whole in percent with one decimal, "39.4"; "-" when it has no meaning. */
void pk_units_percent(struct pk_buf *out, int64_t part, int64_t whole);

/* Append part/whole as "x1.33", with two decimals below 100; "-" when it has no meaning: something
 * missing, nothing to compare with, or a value below zero. */
void pk_units_ratio(struct pk_buf *out, int64_t part, int64_t whole);

/* Append value * 10^scale exactly, as a plain decimal number without zeros at its end: "2.567",
 * "1000". The raw form; PK_MISSING as "-". */
void pk_units_raw(struct pk_buf *out, int64_t value, int scale);

#endif
