/*
 * Seconds to nanoseconds, rounded once and without floating point arithmetic: 0.1 s times 1e9 as a
 * double is already rounded before it meets an integer, and a decimal text would be rounded a third
 * time. Both forms are exact fractions, so integers suffice. Nothing here depends on the locale, as
 * strtod does.
 */
#include "formats/pstats_time.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define NS_DIGITS 9
#define NS_PER_SECOND 1000000000
#define FRACTION_BITS 52
#define EXPONENT_MOST 100000 /* of a decimal text: far past any that matters */

enum result { GOOD, NO_NUMBER, NOT_FINITE, TOO_LARGE };

/* Rounding went by magnitude, so that a time and its negative are rounded alike. */
static enum result apply_sign(uint64_t magnitude, bool is_negative, int64_t *ns)
{
    if (magnitude > INT64_MAX)
        return TOO_LARGE;
    *ns = is_negative ? -(int64_t)magnitude : (int64_t)magnitude;
    return GOOD;
}

/* A double is fraction * 2^exponent; times 10^9 that takes 83 bits before the shift. */
static enum result from_binary(double seconds, int64_t *ns)
{
    uint64_t bits, fraction;
    int exponent;
    unsigned __int128 scaled;

    memcpy(&bits, &seconds, sizeof bits);
    fraction = bits & ((UINT64_C(1) << FRACTION_BITS) - 1);
    exponent = (int)(bits >> FRACTION_BITS & 0x7ff);
    if (exponent == 0x7ff)
        return NOT_FINITE;
    if (exponent > 0) /* a normal number has a leading one that is not stored */
        fraction |= UINT64_C(1) << FRACTION_BITS;
    else
        exponent = 1;
    exponent -= 1023 + FRACTION_BITS;
    if (exponent >= 0) /* 2^52 seconds and more */
        return TOO_LARGE;
    scaled = (unsigned __int128)fraction * NS_PER_SECOND;
    if (exponent < -100) /* 83 bits shifted by more: under half a nanosecond */
        scaled = 0;
    else
        scaled = (scaled + ((unsigned __int128)1 << (-exponent - 1))) >> -exponent;
    return scaled > INT64_MAX ? TOO_LARGE : apply_sign((uint64_t)scaled, bits >> 63, ns);
}

bool pk_pstats_time_of(double seconds, int64_t *ns)
{
    return from_binary(seconds, ns) == GOOD;
}

struct decimal { /* 0.DIGITS * 10^point */
    char digits[256];
    int64_t size, point;
    bool is_negative;
};

static bool is_digit(struct pk_str text, size_t at)
{
    return at < text.size && text.data[at] >= '0' && text.data[at] <= '9';
}

/* "e-05" and its like, from `at` to the end. */
static bool parse_exponent(struct pk_str text, size_t at, int64_t *exponent)
{
    bool is_negative = ++at < text.size && text.data[at] == '-';
    int64_t value = 0;

    if (at < text.size && (text.data[at] == '-' || text.data[at] == '+'))
        at++;
    if (!is_digit(text, at))
        return false;
    for (; is_digit(text, at); at++)
        if (value < EXPONENT_MOST)
            value = value * 10 + (text.data[at] - '0');
    *exponent = is_negative ? -value : value;
    return at == text.size;
}

/* Sign, digits with at most one point among or around them, exponent: what Python's float() writes
 * and, of what it reads, all but blanks and underscores. */
static bool parse_decimal(struct pk_str text, struct decimal *out)
{
    size_t at = 0;
    int64_t exponent = 0, point = -1;

    out->is_negative = text.size > 0 && text.data[0] == '-';
    if (text.size > 0 && (text.data[0] == '-' || text.data[0] == '+'))
        at++;
    for (; is_digit(text, at) || (at < text.size && text.data[at] == '.' && point < 0); at++) {
        if (text.data[at] == '.')
            point = out->size;
        else
            out->digits[out->size++] = text.data[at]; /* a text has at most 255 bytes */
    }
    if (out->size == 0)
        return false;
    if (at < text.size && (text.data[at] | 0x20) == 'e') {
        if (!parse_exponent(text, at, &exponent))
            return false;
    } else if (at < text.size) {
        return false;
    }
    out->point = (point < 0 ? out->size : point) + exponent;
    return true;
}

/* Python writes these when a clock went wrong; they are told apart from plain damage. */
static bool names_no_finite(struct pk_str text)
{
    static const char *const names[] = {"inf", "nan", "infinity"};
    size_t sign = text.size > 0 && (text.data[0] == '-' || text.data[0] == '+');

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t same = 0;

        if (text.size - sign != strlen(names[i]))
            continue;
        while (same + sign < text.size && (text.data[same + sign] | 0x20) == names[i][same])
            same++;
        if (same + sign == text.size)
            return true;
    }
    return false;
}

/* The digits in front of the point, moved by nine places, are the nanoseconds; the next digit
 * decides the rounding alone, since 5 is the half already. A number that does not fit stops the
 * loop early, so a huge exponent costs nothing. */
static enum result from_text(struct pk_str text, int64_t *ns)
{
    struct decimal decimal = {.size = 0};
    uint64_t sum = 0;
    int64_t whole, first = 0;

    if (!parse_decimal(text, &decimal))
        return names_no_finite(text) ? NOT_FINITE : NO_NUMBER;
    whole =
        decimal.point + NS_DIGITS; /* so many digits are in front of the point, in nanoseconds */
    while (first < decimal.size && decimal.digits[first] == '0')
        first++;
    for (int64_t i = first; first < decimal.size && i < whole; i++) {
        unsigned digit = i < decimal.size ? (unsigned)(decimal.digits[i] - '0') : 0;

        if (__builtin_mul_overflow(sum, 10, &sum) || __builtin_add_overflow(sum, digit, &sum))
            return TOO_LARGE;
    }
    if (whole >= 0 && whole < decimal.size && decimal.digits[whole] >= '5')
        sum++;
    return apply_sign(sum, decimal.is_negative, ns);
}

/* An int is a time too: the profile module writes a plain 0 where nothing was measured. Bools are
 * not, though Python would take them. */
static enum result from_value(const struct pk_marshal_value *value, int64_t *ns)
{
    switch (value->kind) {
    case PK_MARSHAL_INT:
        if (__builtin_mul_overflow(value->as.number, NS_PER_SECOND, ns) || *ns == INT64_MIN)
            return TOO_LARGE;
        return GOOD;
    case PK_MARSHAL_LONG:
        return TOO_LARGE;
    case PK_MARSHAL_FLOAT:
        return from_binary(value->as.real, ns);
    case PK_MARSHAL_FLOAT_TEXT:
        return from_text(value->as.text, ns);
    default:
        return NO_NUMBER;
    }
}

/* Nanoseconds in 64 bits, never INT64_MIN, which is PK_MISSING. Out of range is an error, not a
 * clipped value: a sum with it would be wrong without a word. */
bool pk_pstats_time_read(const struct pk_marshal_value *value, int64_t *ns, struct pk_error *error)
{
    struct pk_place place = pk_place_offset(value->offset);
    char found[300];

    switch (from_value(value, ns)) {
    case GOOD:
        return true;
    case NOT_FINITE:
        return pk_error_set(error, PK_INPUT, place,
                            "expected a time in seconds, found one that is not finite");
    case TOO_LARGE:
        return pk_error_set(
            error, PK_INPUT, place,
            "expected a time in seconds, found one past 292 years (64 bits of nanoseconds)");
    case NO_NUMBER:
        break;
    }
    if (value->kind == PK_MARSHAL_FLOAT_TEXT)
        pk_error_quote(found, sizeof found, value->as.text);
    else
        pk_marshal_describe(value, found, sizeof found);
    return pk_error_set(error, PK_INPUT, place, "expected a time in seconds, found %s", found);
}
