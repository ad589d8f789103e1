/*
 * Decides what is a count and what still belongs to the stack. Sources: flamegraph.pl's regular
 * expression (digits with optional decimals), difffolded.pl (two counts), austin's README (full
 * mode), inferno's tests. Traps: "memcpy@GLIBC_2.2.5 3" holds digits and dots before its count;
 * "%.9f" writes decimals that mean nothing; an exponent of a billion must cost no more time than
 * one of two.
 */
#include "formats/collapsed_count.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/* More digits than that on either side of the point overflow or round to nothing, whatever they
 * are. */
#define EXPONENT_CAP 1000000

struct numeral { /* the parts of a decimal number, not yet a value */
    struct pk_str whole, fraction;
    int64_t exponent;
    bool is_negative;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* ASCII only: what isdigit takes depends on the locale. */
static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_digits(struct pk_str s)
{
    for (size_t i = 0; i < s.size; i++) {
        if (!is_digit(s.data[i]))
            return false;
    }
    return s.size > 0;
}

/* The same string without blanks at its end. */
static struct pk_str trim_end(struct pk_str s)
{
    while (s.size && is_blank(s.data[s.size - 1]))
        s.size--;
    return s;
}

/* Where the last word of a trimmed string begins. */
static size_t last_word(struct pk_str s)
{
    size_t at = s.size;

    while (at && !is_blank(s.data[at - 1]))
        at--;
    return at;
}

bool pk_collapsed_count_split(struct pk_str line, struct pk_str *stack, struct pk_str *last)
{
    line = trim_end(line);

    size_t at = last_word(line);

    *last = pk_str_slice(line, at, line.size);
    *stack = trim_end(pk_str_slice(line, 0, at));
    return at > 0;
}

/* Digits at `*at`, which moves behind them. */
static struct pk_str take_digits(struct pk_str text, size_t *at)
{
    size_t from = *at;

    while (*at < text.size && is_digit(text.data[*at]))
        (*at)++;
    return pk_str_slice(text, from, *at);
}

/* A sign at `*at`, which moves behind it: true for minus. */
static bool take_sign(struct pk_str text, size_t *at)
{
    if (*at >= text.size || (text.data[*at] != '-' && text.data[*at] != '+'))
        return false;
    return text.data[(*at)++] == '-';
}

/* The exponent after the 'e' at `*at`; false without a digit. */
static bool take_exponent(struct pk_str text, size_t *at, int64_t *exponent)
{
    (*at)++;

    bool is_negative = take_sign(text, at);
    struct pk_str digits = take_digits(text, at);

    *exponent = 0;
    for (size_t i = 0; i < digits.size && *exponent < EXPONENT_CAP; i++)
        *exponent = *exponent * 10 + (digits.data[i] - '0');
    if (is_negative)
        *exponent = -*exponent;
    return digits.size > 0;
}

/* All of `text` as the parts of a number; false when anything is left over. "1." has no decimals
 * and
 * ".5" is no number, as in flamegraph.pl. */
static bool split_numeral(struct pk_str text, struct numeral *numeral)
{
    size_t at = 0;

    *numeral = (struct numeral){.fraction = {text.data, 0}};
    numeral->is_negative = take_sign(text, &at);
    numeral->whole = take_digits(text, &at);
    if (!numeral->whole.size)
        return false;
    if (at < text.size && text.data[at] == '.') {
        at++;
        numeral->fraction = take_digits(text, &at);
    }
    if (at < text.size && (text.data[at] == 'e' || text.data[at] == 'E')) {
        if (!take_exponent(text, &at, &numeral->exponent))
            return false;
    }
    return at == text.size;
}

/* Multiply by 10^power. Zero stays zero, so that 0e999999 costs nothing. */
static bool shift(int64_t *value, int64_t power)
{
    if (*value == 0)
        return true;
    for (; power > 0; power--) {
        if (__builtin_mul_overflow(*value, 10, value))
            return false;
    }
    return true;
}

/* The value of a numeral with PK_COLLAPSED_DECIMALS decimals or fewer. The digits stand at places
 * 0, 1, ...; `point` is the place of the first one behind the decimal point once the exponent has
 * moved it. */
static bool evaluate(const struct numeral *n, struct pk_collapsed_count *count)
{
    int64_t total = (int64_t)(n->whole.size + n->fraction.size);
    int64_t point = (int64_t)n->whole.size + n->exponent;
    int64_t end = point + PK_COLLAPSED_DECIMALS; /* the first place that is too fine */
    bool rounds_up = false;

    for (int64_t i = 0; i < total; i++) {
        size_t place = (size_t)i;
        char c =
            place < n->whole.size ? n->whole.data[place] : n->fraction.data[place - n->whole.size];
        int digit = c - '0';

        if (i >= end) {
            count->is_rounded |= digit != 0;
            rounds_up |= i == end && digit >= 5;
        } else if (__builtin_mul_overflow(count->value, 10, &count->value) ||
                   __builtin_add_overflow(count->value, digit, &count->value)) {
            return false;
        }
    }
    if (rounds_up && __builtin_add_overflow(count->value, 1, &count->value))
        return false;
    int64_t decimals = (total < end ? total : end) - point;
    if (decimals < 0) {
        decimals = 0;
        if (!shift(&count->value, point - total))
            return false;
    }
    count->decimals = (int)decimals;
    return true;
}

/* Trailing zeros of the fraction say nothing: 19.0 is 19. */
static void drop_zeros(struct pk_collapsed_count *count)
{
    while (count->decimals > 0 && count->value % 10 == 0) {
        count->value /= 10;
        count->decimals--;
    }
}

enum pk_collapsed_verdict pk_collapsed_count_parse(struct pk_str text,
                                                   struct pk_collapsed_count *count)
{
    struct numeral numeral;

    *count = (struct pk_collapsed_count){0};
    if (text.size &&
        text.size <= 18) { /* nearly every count there is: digits that cannot overflow */
        size_t i = 0;

        for (; i < text.size && is_digit(text.data[i]); i++)
            count->value = count->value * 10 + (text.data[i] - '0');
        if (i == text.size)
            return PK_COLLAPSED_COUNT;
        count->value = 0;
    }
    if (!split_numeral(text, &numeral))
        return PK_COLLAPSED_NO_COUNT;
    /* "%.9f" of a large number has more digits than 64 bits hold although its value fits. */
    while (numeral.fraction.size && numeral.fraction.data[numeral.fraction.size - 1] == '0')
        numeral.fraction.size--;
    if (!evaluate(&numeral, count))
        return PK_COLLAPSED_TOO_BIG;
    drop_zeros(count);
    if (numeral.is_negative)
        count->value = -count->value;
    return PK_COLLAPSED_COUNT;
}

bool pk_collapsed_count_widen(const struct pk_collapsed_count *count, int decimals, int64_t *value)
{
    *value = count->value;
    return shift(value, decimals - count->decimals) && *value != INT64_MIN;
}

bool pk_collapsed_count_pair(struct pk_str line, struct pk_str *stack, struct pk_str *before,
                             struct pk_str *after)
{
    line = trim_end(line);

    size_t at = last_word(line);

    *after = pk_str_slice(line, at, line.size);
    if (at == 0 || !is_digits(*after))
        return false;
    line.size = at - 1; /* one blank only: with two of them the first number ends the name */
    at = last_word(line);
    *before = pk_str_slice(line, at, line.size);
    if (!is_digits(*before))
        return false;
    *stack = trim_end(pk_str_slice(line, 0, at));
    return stack->size > 0;
}

bool pk_collapsed_count_triple(struct pk_str text, struct pk_str parts[3])
{
    size_t at = 0;

    for (int i = 0; i < 3; i++) {
        size_t from = at;

        if (i == 2)
            take_sign(text, &at);
        if (!take_digits(text, &at).size)
            return false;
        parts[i] = pk_str_slice(text, from, at);
        if (i < 2 && (at >= text.size || text.data[at++] != ','))
            return false;
    }
    return at == text.size;
}
