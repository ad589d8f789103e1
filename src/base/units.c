/*
 * Numbers for people: see units.h. The rules that UX.md section 1.6 shows by example:
 *
 * A column has one unit, the one that gives its largest value one to three digits before the point,
 * and so many decimals that this value shows four digits or five: 4.914 s and 0.677 s, but
 * also 11.902 s, because the smaller values below it would lose theirs. A value alone shows four
 * digits, and zeros at their end are dropped down to three: 12.48 s, 85.0 s, -3.36 s. Counts are
 * exact up to a thousand million.
 *
 * All digits come from integers: a double would show 2.675 as 2.67 and lose the end of a large
 * count. Halves are rounded away from zero, as people do.
 */
#include "base/units.h"

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define MOST_DECIMALS 18 /* so that 10^decimals stays far inside 128 bits */
#define MOST_PLACES 128  /* of a raw value: a scale is an int8_t */
#define KI UINT64_C(1024)

__extension__ typedef unsigned __int128 wide;

#define WIDE_MAX (~(wide)0)

struct prefix {
    uint64_t divisor;
    const char *suffix;
};

/* Smallest first; a zero divisor ends each row. No "k" and "M" for counts: calls are wanted to the
 * last one. */
static const struct prefix prefixes[][8] = {
    [PK_UNIT_COUNT] = {{1, ""},
                       {UINT64_C(1000000000), " G"},
                       {UINT64_C(1000000000000), " T"},
                       {UINT64_C(1000000000000000), " P"},
                       {UINT64_C(1000000000000000000), " E"}},
    [PK_UNIT_NS] = {{1, " ns"}, {1000, " us"}, {1000000, " ms"}, {1000000000, " s"}},
    [PK_UNIT_BYTES] = {{1, " B"},
                       {KI, " KiB"},
                       {KI << 10, " MiB"},
                       {KI << 20, " GiB"},
                       {KI << 30, " TiB"},
                       {KI << 40, " PiB"},
                       {KI << 50, " EiB"}},
    [PK_UNIT_PERCENT] = {{1, " %"}},
    [PK_UNIT_POINTS] = {{1, " pp"}},
};

/* Words of the JSON schema and of the dump: never translated, never changed. */
const char *pk_units_name(enum pk_unit unit)
{
    switch (unit) {
    case PK_UNIT_NS:
        return "ns";
    case PK_UNIT_BYTES:
        return "bytes";
    case PK_UNIT_PERCENT:
        return "percent";
    case PK_UNIT_POINTS:
        return "points";
    case PK_UNIT_COUNT:
        break;
    }
    return "count";
}

/* value * 10^exponent, or the largest number there is. */
static wide times_power(wide value, int exponent)
{
    for (; exponent > 0 && value; exponent--) {
        if (value > WIDE_MAX / 10)
            return WIDE_MAX;
        value *= 10;
    }
    return value;
}

/* number * 10^exponent / divisor, rounded. */
static wide divided(uint64_t number, int exponent, uint64_t divisor)
{
    wide over = times_power(number, exponent);
    wide under = times_power(divisor, -exponent);
    wide quotient = over / under, rest = over % under;

    return quotient + (rest >= under - rest);
}

/* Append `number` / 10^decimals; `group` is ',' or 0 for none. */
static void add_number(struct pk_buf *out, wide number, int decimals, char group)
{
    char text[MOST_PLACES + 60]; /* 39 digits, 12 commas and a point stand before them */
    size_t at = sizeof text;

    if (decimals > MOST_PLACES)
        decimals = MOST_PLACES;
    for (int n = 0; number || n <= decimals; n++) {
        if (n == decimals && n > 0)
            text[--at] = '.';
        else if (group && n > decimals && (n - decimals) % 3 == 0)
            text[--at] = group;
        text[--at] = (char)('0' + (int)(number % 10));
        number /= 10;
    }
    pk_buf_add(out, text + at, sizeof text - at);
}

/* 0 has none: what counts is what stands before the point, and 0.5 has nothing there to read. */
static int count_digits(wide number)
{
    int digits = 0;

    for (; number; number /= 10)
        digits++;
    return digits;
}

/* Decimals that suit a value with `digits` digits before the point. */
static int suitable_decimals(int digits, bool is_column)
{
    if (is_column)
        return digits <= 2 ? 3 : digits == 3 ? 2 : digits <= 5 ? 1 : 0;
    return digits <= 1 ? 3 : digits <= 4 ? 4 - digits : 0;
}

/* The decimals for `largest` in units of `divisor`; `whole` gets what then stands before the point.
 */
static int choose_decimals(uint64_t largest, int scale, uint64_t divisor, bool is_column,
                           wide *whole)
{
    int decimals = 0;

    if (divisor == 1 && scale >= 0) {
        *whole = divided(largest, scale, 1);
        return 0;
    }
    *whole = divided(largest, scale + 3, divisor) / 1000;
    /* Twice: rounding may have added a digit (9.9996 is 10.00), and then one decimal is too many.
     */
    for (int i = 0; i < 2; i++) {
        decimals = suitable_decimals(count_digits(*whole), is_column);
        *whole = divided(largest, scale + decimals, divisor) / times_power(1, decimals);
    }
    if (divisor > 1)
        return decimals;
    /* A fraction of the smallest unit: no more decimals than recorded, but enough to show four
     * digits. */
    if (*whole == 0)
        decimals = suitable_decimals(0, is_column) - scale - count_digits(largest);
    if (decimals > -scale)
        decimals = -scale;
    return decimals < MOST_DECIMALS ? decimals : MOST_DECIMALS;
}

/* The unit and decimals for `largest`. The divisor is a double there, in which all of them are
 * exact: powers of two, and of ten up to 10^18. */
static struct pk_units_format choose(enum pk_unit unit, int scale, uint64_t largest, bool is_column)
{
    const struct prefix *prefix = prefixes[unit];
    int decimals = 0;
    wide whole;

    if (largest == 0) {
        while (unit == PK_UNIT_NS && prefix[1].divisor) /* nothing is "0 s", not "0 ns" */
            prefix++;
    } else {
        decimals = choose_decimals(largest, scale, prefix->divisor, is_column, &whole);
        /* By the rounded value: 999.9996 ms are 1.00 s. */
        while (prefix[1].divisor && whole >= prefix[1].divisor / prefix->divisor) {
            prefix++;
            decimals = choose_decimals(largest, scale, prefix->divisor, is_column, &whole);
        }
    }
    return (struct pk_units_format){(double)prefix->divisor, decimals, prefix->suffix};
}

struct pk_units_format pk_units_choose(enum pk_unit unit, int scale, int64_t largest)
{
    return choose(unit, scale, pk_units_known_magnitude(largest), true);
}

/* With the format of another value, as columns do: so a value may be smaller than its last decimal,
 * and is then 0 without a sign. */
void pk_units_print(struct pk_buf *out, const struct pk_units_format *format, int64_t value,
                    int scale)
{
    wide number;

    if (value == PK_MISSING) {
        pk_buf_char(out, '-');
        return;
    }
    number =
        divided(pk_units_magnitude(value), scale + format->decimals, (uint64_t)format->divisor);
    if (value < 0 && number)
        pk_buf_char(out, '-');
    add_number(out, number, format->decimals, ',');
    pk_buf_text(out, format->suffix);
}

/* Drop zeros at the end of what a lone value shows: all in the base unit, where they say nothing,
 * elsewhere as long as three digits are left. */
static void drop_zeros(struct pk_units_format *format, int64_t value, int scale)
{
    uint64_t divisor = (uint64_t)format->divisor;
    wide number = divided(pk_units_magnitude(value), scale + format->decimals, divisor);

    while (format->decimals > 0 && number % 10 == 0 && (divisor == 1 || number >= 1000)) {
        number /= 10;
        format->decimals--;
    }
}

/* `scale` is the power of ten that the raw value is multiplied by, as in struct pk_metric. */
void pk_units_value(struct pk_buf *out, enum pk_unit unit, int scale, int64_t value)
{
    struct pk_units_format format;

    if (value == PK_MISSING) {
        pk_buf_char(out, '-');
        return;
    }
    format = choose(unit, scale, pk_units_magnitude(value), false);
    drop_zeros(&format, value, scale);
    pk_units_print(out, &format, value, scale);
}

void pk_units_count(struct pk_buf *out, int64_t value)
{
    const struct pk_units_format exact = {1, 0, ""};

    pk_units_print(out, &exact, value, 0);
}

/* One decimal, and no percent sign: the caller sets " %" or has it in a title. Not clipped at 100,
 * a file that contradicts itself shows. */
void pk_units_percent(struct pk_buf *out, int64_t part, int64_t whole)
{
    wide number;

    if (part == PK_MISSING || whole <= 0) { /* PK_MISSING is below zero, too */
        pk_buf_char(out, '-');
        return;
    }
    number = divided(pk_units_magnitude(part), 3, (uint64_t)whole); /* tenths of a percent */
    if (part < 0 && number)
        pk_buf_char(out, '-');
    add_number(out, number, 1, ',');
}

/* What rounds to nothing is still more than nothing. */
void pk_units_ratio(struct pk_buf *out, int64_t part, int64_t whole)
{
    wide number;

    if (part < 0 || whole <= 0) { /* PK_MISSING is below zero, too */
        pk_buf_char(out, '-');
        return;
    }
    number = divided(pk_units_magnitude(part), 2, (uint64_t)whole);
    if (number == 0 && part > 0) {
        pk_buf_text(out, "<x0.01");
        return;
    }
    pk_buf_char(out, 'x');
    /* Under x100 two decimals, from there on whole: "x12.34", "x1,234". */
    if (number < 10000)
        add_number(out, number, 2, ',');
    else
        add_number(out, divided(pk_units_magnitude(part), 0, (uint64_t)whole), 0, ',');
}

/* Every digit and nothing else: for spreadsheets and awk. No group marks, no unit, no exponent. */
void pk_units_raw(struct pk_buf *out, int64_t value, int scale)
{
    uint64_t number = pk_units_magnitude(value);

    if (value == PK_MISSING) {
        pk_buf_char(out, '-');
        return;
    }
    if (value < 0)
        pk_buf_char(out, '-');
    if (number == 0)
        scale = 0;
    for (; scale < 0 && number % 10 == 0; scale++) /* "1000", not "1000.000" */
        number /= 10;
    add_number(out, number, scale < 0 ? -scale : 0, 0);
    for (; scale > 0; scale--)
        pk_buf_char(out, '0');
}
