/*
 * Positions and numbers: see callgrind_costs.h.
 *
 * Traps: "-3" at the start of a line is a relative position, never a cost; each subposition has its
 * own base; relative and absolute mix freely; a relative result below 0 is 0; missing costs at the
 * end are 0, and a position without any cost is legal. Xdebug has negative memory costs, and other
 * producers decimal fractions.
 */
#include "formats/callgrind_costs.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Without a positions: line there is one, the line. */
void pk_callgrind_costs_init(struct pk_callgrind_costs *costs)
{
    memset(costs, 0, sizeof *costs);
    costs->n_positions = 1;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* -1 for no hexadecimal digit. */
static int hex_value(char c)
{
    if (is_digit(c))
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* A number that ends in anything but a blank is no number: "12x" is damage. */
static bool is_end(struct pk_str text, size_t at)
{
    return at == text.size || is_blank(text.data[at]);
}

/* Digits behind "0x"; false when there are none. */
static bool read_hex(struct pk_str text, size_t *at, uint64_t *value, bool *is_past)
{
    size_t start = *at;

    for (; *at < text.size && hex_value(text.data[*at]) >= 0; ++*at) {
        *is_past |= *value >> 60 != 0;
        *value = *value << 4 | (uint64_t)hex_value(text.data[*at]);
    }
    return *at > start;
}

/* A number without sign; `is_past` tells that it does not fit. */
static bool read_unsigned(struct pk_str text, size_t *at, uint64_t *value, bool *is_past)
{
    size_t start = *at;

    *value = 0;
    *is_past = false;
    if (start + 1 < text.size && text.data[start] == '0' &&
        (text.data[start + 1] == 'x' || text.data[start + 1] == 'X')) {
        *at += 2;
        return read_hex(text, at, value, is_past);
    }
    for (; *at < text.size && is_digit(text.data[*at]); ++*at) {
        uint64_t digit = (uint64_t)(text.data[*at] - '0');

        if (*value >= UINT64_MAX / 10) /* nearly never, so the two checks stay out of the loop */
            *is_past |= __builtin_mul_overflow(*value, 10, value) ||
                        __builtin_add_overflow(*value, digit, value);
        else
            *value = *value * 10 + digit;
    }
    return *at > start;
}

/* What follows the count, the target of the calls, is left to the caller: Xdebug writes two numbers
 * there, pprofile one. */
bool pk_callgrind_costs_count(struct pk_str text, size_t *at, uint64_t *count)
{
    bool is_past;

    return read_unsigned(text, at, count, &is_past) && !is_past;
}

/* One subposition; false when it is none or wraps past 64 bits. */
static bool read_position(struct pk_str line, size_t *at, uint64_t base, uint64_t *position,
                          uint64_t *clamped)
{
    char sign = *at < line.size ? line.data[*at] : '\0';
    uint64_t number;
    bool is_past;

    if (sign == '*') {
        ++*at;
        *position = base;
        return is_end(line, *at);
    }
    *at += sign == '+' || sign == '-';
    if (!read_unsigned(line, at, &number, &is_past) || is_past || !is_end(line, *at))
        return false;
    *position = number;
    if (sign == '+')
        return !__builtin_add_overflow(base, number, position);
    if (sign == '-') {
        *position = number > base ? 0 : base - number;
        *clamped += number > base;
    }
    return true;
}

/* Digits behind the point, brought to `decimals`; what is finer is rounded away from zero at 5. */
static bool read_fraction(struct pk_callgrind_costs *costs, struct pk_str line, size_t *at,
                          uint64_t *number, bool *is_past)
{
    int digits = 0;
    bool is_finer = false;

    for (; *at < line.size && is_digit(line.data[*at]); ++*at, digits++) {
        uint64_t digit = (uint64_t)(line.data[*at] - '0');

        if (digits < costs->decimals)
            *is_past |= __builtin_mul_overflow(*number, 10, number) ||
                        __builtin_add_overflow(*number, digit, number);
        else if (digits == PK_CALLGRIND_MOST_DECIMALS)
            *is_past |= __builtin_add_overflow(*number, digit >= 5, number);
        is_finer |= digits >= PK_CALLGRIND_MOST_DECIMALS && digit;
    }
    costs->rounded += is_finer;
    for (; digits < costs->decimals; digits++)
        *is_past |= __builtin_mul_overflow(*number, 10, number);
    return is_end(line, *at);
}

/* One cost. Numbers past int64 do not fit: valgrind's are unsigned, a profile's are not. */
static enum pk_callgrind_cost_status read_cost(struct pk_callgrind_costs *costs, struct pk_str line,
                                               size_t *at, int64_t *value)
{
    bool is_negative = line.data[*at] == '-', is_past;
    uint64_t number;

    *at += is_negative || line.data[*at] == '+';
    if (!read_unsigned(line, at, &number, &is_past))
        return PK_CALLGRIND_COST_BAD;
    if (costs->decimals || (*at < line.size && line.data[*at] == '.')) {
        *at += *at < line.size && line.data[*at] == '.';
        if (!read_fraction(costs, line, at, &number, &is_past))
            return PK_CALLGRIND_COST_BAD;
    }
    if (!is_end(line, *at))
        return PK_CALLGRIND_COST_BAD;
    if (is_past || number > INT64_MAX)
        return PK_CALLGRIND_COST_TOO_BIG;
    *value = is_negative ? -(int64_t)number : (int64_t)number;
    return PK_CALLGRIND_COST;
}

/* Digits behind the point of the word at `at`, at most what can be kept. */
static int decimals_of(struct pk_str line, size_t at)
{
    int digits = 0;

    while (at < line.size && !is_blank(line.data[at]) && line.data[at] != '.')
        at++;
    while (digits < PK_CALLGRIND_MOST_DECIMALS && at + 1 < line.size &&
           is_digit(line.data[at + 1])) {
        digits++;
        at++;
    }
    return digits;
}

/* All words are looked at, positions too: those have no point. */
int pk_callgrind_costs_decimals(struct pk_str line)
{
    int most = 0;

    for (size_t at = 0; at < line.size; at++) {
        if (line.data[at] == '.') {
            int digits = decimals_of(line, at);

            most = digits > most ? digits : most;
        }
    }
    return most;
}

/* Positions go into a copy first: a line that turns out bad must not move the base. */
enum pk_callgrind_cost_status pk_callgrind_costs_read(struct pk_callgrind_costs *costs,
                                                      struct pk_str line, size_t *bad)
{
    uint64_t position[3] = {0}, clamped = 0;
    unsigned n = 0;
    size_t at = 0;

    for (unsigned i = 0; i < costs->n_positions; i++) {
        while (at < line.size && is_blank(line.data[at]))
            at++;
        *bad = at;
        if (!read_position(line, &at, costs->position[i], &position[i], &clamped))
            return PK_CALLGRIND_COST_BAD;
    }
    if (costs->decimals < PK_CALLGRIND_MOST_DECIMALS && line.size &&
        memchr(line.data, '.', line.size) && pk_callgrind_costs_decimals(line) > costs->decimals)
        return PK_CALLGRIND_COST_FINER;
    for (;;) {
        enum pk_callgrind_cost_status status;

        while (at < line.size && is_blank(line.data[at]))
            at++;
        *bad = at;
        if (at == line.size)
            break;
        if (n == costs->n_events)
            return PK_CALLGRIND_COST_BAD;
        status = read_cost(costs, line, &at, &costs->values[n]);
        if (status != PK_CALLGRIND_COST)
            return status;
        n++;
    }
    if (n < costs->n_events)
        memset(costs->values + n, 0, (costs->n_events - n) * sizeof *costs->values);
    costs->n_values = n;
    costs->clamped += clamped;
    memcpy(costs->position, position, sizeof position);
    return PK_CALLGRIND_COST;
}

/* A line past 32 bits is in no source file: as good as unknown. */
uint32_t pk_callgrind_costs_line(const struct pk_callgrind_costs *costs)
{
    uint64_t line = costs->line_at < 0 ? 0 : costs->position[costs->line_at];

    return line < UINT32_MAX ? (uint32_t)line : 0;
}
