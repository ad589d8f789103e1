/*
 * Usual cost lines: see callgrind_usual.h. A usual line is decimal numbers with one blank between
 * them, positions first, and a cost at least: "16 400", "+3 5", "* 7". It means the same here and
 * in callgrind_costs.c, which reads all others, so no rule is written here that tells what is wrong
 * with a line: what is not usual ends the taking.
 *
 * Trap: a sum that does not fit must be told at the line that made it so. So sums are tried before
 * anything is kept, and lines whose sum fails are left to be read one by one.
 */
#include "formats/callgrind_usual.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define MOST_DIGITS 18 /* always fit 63 bits */

/* No usual line is longer: its numbers and what is between them. */
#define MOST_LINE ((PK_CALLGRIND_MOST_EVENTS + UINT64_C(3)) * (MOST_DIGITS + 2))

struct usual {      /* lines that were looked at and not yet taken */
    const char *at; /* a line begins here; a newline stands at the end of all there is */
    const struct pk_callgrind_costs *costs;
    uint64_t position[3];
    uint64_t lines;
    bool has_number; /* of a line of source */
    int64_t sums[PK_CALLGRIND_MOST_EVENTS];
};

/* Digits up to a byte that is none; false for none or too many. */
static inline bool take_number(const char **at, uint64_t *number)
{
    const char *start = *at;
    uint64_t sum = 0;
    unsigned digit;

    while ((digit = (unsigned)(unsigned char)**at - '0') <= 9) {
        sum = sum * 10 + digit;
        ++*at;
    }
    *number = sum; /* of too many digits anything */
    return *at != start && *at - start <= MOST_DIGITS;
}

/* One position, by itself or from the line before. One that would be below 0 is counted elsewhere.
 */
static inline bool take_position(const char **at, uint64_t *position)
{
    char sign = **at;
    uint64_t number;

    if (sign == '*') {
        ++*at;
        return true;
    }
    *at += sign == '+' || sign == '-';
    if (!take_number(at, &number))
        return false;
    if (sign == '+')
        return !__builtin_add_overflow(*position, number, position);
    if (sign == '-')
        return !__builtin_sub_overflow(*position, number, position);
    *position = number;
    return true;
}

/* The line at hand; false when it is not usual, and then nothing of it was taken. */
static inline bool take_line(struct usual *usual)
{
    const struct pk_callgrind_costs *costs = usual->costs;
    uint64_t position[3] = {0};
    int64_t sums[PK_CALLGRIND_MOST_EVENTS];
    const char *at = usual->at;
    unsigned n = 0;

    for (unsigned i = 0; i < costs->n_positions; i++) {
        position[i] = usual->position[i];
        if (!take_position(&at, &position[i]) || *at++ != ' ')
            return false;
    }
    do {
        uint64_t number;

        if (n == costs->n_events || !take_number(&at, &number) ||
            __builtin_add_overflow(usual->sums[n], (int64_t)number, &sums[n]))
            return false;
        n++;
    } while (*at++ == ' ');
    if (at[-1] != '\n')
        return false;
    for (unsigned i = 0; i < n; i++)
        usual->sums[i] = sums[i];
    for (unsigned i = 0; i < costs->n_positions; i++)
        usual->position[i] = position[i];
    usual->has_number |= costs->line_at >= 0 && position[costs->line_at] != 0 &&
                         position[costs->line_at] < UINT32_MAX;
    usual->lines++;
    usual->at = at;
    return true;
}

/* Whether what comes now may be a self cost, and lines may be taken together. Of formulas the sum
 * of values is not the value of the sums where one of them takes away. */
static bool can_take(const struct pk_callgrind_run *run)
{
    return run->scan.bytes >= run->one_by_one &&
           (run->costs.line_at < 0 || pk_builder_leaves_lines(run->reading->builder)) &&
           run->expecting == PK_CALLGRIND_SELF_COST && run->header.is_bound && run->part.has_body &&
           run->calls.function != PK_NONE && run->costs.decimals == 0 &&
           run->header.derived.size == 0 && pk_input_limits(run->reading->input)->line >= MOST_LINE;
}

/* Whether all sums fit; then the builder has its part of them. */
static bool add_up(struct pk_callgrind_run *run, const struct usual *usual)
{
    for (unsigned i = 0; i < run->costs.n_events; i++) {
        int64_t ignored;

        if (__builtin_add_overflow(run->block[i], usual->sums[i], &ignored) ||
            __builtin_add_overflow(run->part.sums[i], usual->sums[i], &ignored))
            return false;
    }
    return pk_callgrind_header_values(&run->header, usual->sums, false, run->values) &&
           (run->costs.line_at < 0 ||
            pk_builder_left_lines(run->reading->builder, run->values, usual->has_number));
}

/* As pk_callgrind_run_self does for each. */
static void keep(struct pk_callgrind_run *run, const struct usual *usual, size_t size)
{
    for (unsigned i = 0; i < run->costs.n_events; i++) {
        run->block[i] += usual->sums[i];
        run->part.sums[i] += usual->sums[i];
    }
    memcpy(run->costs.position, usual->position, sizeof usual->position);
    run->calls.costed = run->calls.inner;
    run->has_block = true;
    run->good += usual->lines;
    run->costed += usual->lines;
    pk_scan_skip(&run->scan, size, usual->lines);
}

void pk_callgrind_usual_take(struct pk_callgrind_run *run)
{
    struct pk_str text;
    const char *end;
    struct usual usual;
    size_t size;

    if (!can_take(run)) /* asked first: before the first line there is no buffer */
        return;
    text = pk_scan_buffered(&run->scan);
    end = text.size ? memrchr(text.data, '\n', text.size) : NULL;
    if (!end)
        return;
    usual.at = text.data;
    usual.costs = &run->costs;
    usual.lines = 0;
    usual.has_number = false;
    memcpy(usual.position, run->costs.position, sizeof usual.position);
    memset(usual.sums, 0, run->costs.n_events * sizeof *usual.sums);
    while (usual.at <= end && take_line(&usual))
        ;
    size = (size_t)(usual.at - text.data);
    if (size && add_up(run, &usual))
        keep(run, &usual, size);
    else
        run->one_by_one = run->scan.bytes + size; /* not looked at again for each of them */
}
