/*
 * Two profiles, function by function: see diff.h. Both sides are brought to one scale first, so all
 * differences are exact.
 *
 * Three things look alike and are kept apart: a function that is not there (its value counts 0, so
 * that the sum of all differences is that of the totals), a value that the file does not give (the
 * difference is missing), and a total that is only known to lie in a range (so is its difference).
 */
#include "analyze/diff.h"

#include <stdint.h>
#include <stdlib.h>

#include "analyze/diff_private.h"

struct comparing {
    struct pk_diff *diff;
    int64_t *self[2], *raw[2]; /* [group] in the measure, and as read */
    enum pk_diff_key key;
    bool is_too_large;
};

/* By a factor of the measure; what does not fit ends the comparison. */
static int64_t times(struct comparing *c, struct pk_rational factor, int64_t value)
{
    int64_t result;

    if (value == PK_MISSING)
        return PK_MISSING;
    if (!pk_measure_value(value, factor, &result)) {
        c->is_too_large = true;
        return 0;
    }
    return result;
}

/* A value of one side that is missing counts 0: the function is not there, or only in other
 * columns. Both missing: nobody knows. */
static void set_delta(struct comparing *c, struct pk_diff_value *value)
{
    int64_t before = value->side[PK_BEFORE], after = value->side[PK_AFTER];

    value->delta = PK_MISSING;
    if (before == PK_MISSING && after == PK_MISSING)
        return;
    before = before == PK_MISSING ? 0 : before;
    after = after == PK_MISSING ? 0 : after;
    if (__builtin_sub_overflow(after, before, &value->delta) || value->delta == PK_MISSING)
        c->is_too_large = true;
}

/* Where a total is only known to lie in a range, its difference is not known. */
static void set_total(struct comparing *c, const struct pk_diff_row *row,
                      struct pk_diff_value *total)
{
    set_delta(c, total);
    for (unsigned s = 0; s < 2; s++)
        if (row->total_high[s] != PK_MISSING ||
            (total->side[s] == PK_MISSING && row->frame[s] != PK_NONE))
            total->delta = PK_MISSING;
}

/* The part of one run in all runs of a side. */
static struct pk_rational per_run(const struct pk_diff *diff, unsigned s)
{
    return (struct pk_rational){1, diff->measure.raw[s].den};
}

/* One function with the values of both sides; one of them may not have it. */
static struct pk_diff_row compare(struct comparing *c, const struct pk_diff_groups groups[2],
                                  uint32_t g, struct pk_str key)
{
    struct pk_diff_row row = {.key = key, .group = g};

    for (unsigned s = 0; s < 2; s++) {
        row.frame[s] = groups[s].frame[g];
        row.self.side[s] = c->self[s][g];
        row.raw_self.side[s] = c->raw[s][g];
        row.total.side[s] = times(c, c->diff->measure.factor[s], groups[s].total[g]);
        row.total_high[s] = times(c, c->diff->measure.factor[s], groups[s].total_high[g]);
        row.raw_total.side[s] = times(c, c->diff->measure.raw[s], groups[s].total[g]);
        row.raw_high[s] = times(c, c->diff->measure.raw[s], groups[s].total_high[g]);
        row.calls.side[s] =
            c->diff->has_calls ? times(c, per_run(c->diff, s), groups[s].calls[g]) : PK_MISSING;
    }
    set_delta(c, &row.self);
    set_delta(c, &row.raw_self);
    set_total(c, &row, &row.total);
    set_total(c, &row, &row.raw_total);
    set_delta(c, &row.calls);
    for (unsigned s = 0; s < 2; s++)
        if (row.calls.side[s] == PK_MISSING && row.frame[s] != PK_NONE)
            row.calls.delta = PK_MISSING;
    return row;
}

/* True for anything that a reader of two tables would see. */
static bool differs(const struct pk_diff_row *row)
{
    return pk_diff_is_one_sided(row) || row->self.side[0] != row->self.side[1] ||
           row->total.side[0] != row->total.side[1] || row->total_high[0] != row->total_high[1] ||
           row->calls.side[0] != row->calls.side[1];
}

/* --- self in the measure --- */

static int order_keys(const void *left, const void *right, void *context)
{
    const struct pk_intern *keys = context;

    return pk_str_compare(pk_intern_text(keys, *(const uint32_t *)left),
                          pk_intern_text(keys, *(const uint32_t *)right));
}

/* Groups in the order of their keys, which is that of both sides whichever was read first. */
static uint32_t *groups_by_key(const struct pk_intern *keys, uint32_t n, struct pk_arena *arena)
{
    uint32_t *order = PK_NEW_ARRAY(arena, uint32_t, n);

    for (uint32_t g = 0; g < n; g++)
        order[g] = g;
    qsort_r(order, n, sizeof *order, order_keys, (void *)(uintptr_t)keys);
    return order;
}

/* Whole factors round nothing, so functions need no order. */
static int64_t *measure_self(struct comparing *c, struct pk_rational factor,
                             const struct pk_diff_groups *groups, const uint32_t *order,
                             struct pk_arena *arena)
{
    int64_t *self = PK_NEW_ARRAY(arena, int64_t, groups->n);
    struct pk_measure_sum sum = {.factor = factor};

    for (uint32_t i = 0; i < groups->n; i++) {
        uint32_t g = order ? order[i] : i;

        self[g] = PK_MISSING;
        if (groups->self[g] != PK_MISSING && !pk_measure_next(&sum, groups->self[g], &self[g]))
            c->is_too_large = true;
    }
    return self;
}

/* --- the order of rows --- */

struct sorting {
    const struct pk_order *orders;
    unsigned n;
};

/* The size of a change, whichever its sign, so that swapped sides keep their order. The lowest
 * number stands for a missing one, so every other has a size. */
static int64_t change_of(const struct pk_diff_row *row, unsigned key)
{
    const int64_t deltas[] = {row->self.delta, row->total.delta, row->calls.delta};

    if (key >= PK_DIFF_NAME || deltas[key] == PK_MISSING)
        return PK_MISSING;
    return deltas[key] < 0 ? -deltas[key] : deltas[key];
}

/* The first key that tells them apart; then by what they are called. */
static int order_by_keys(const void *left, const void *right, void *context)
{
    const struct pk_diff_row *a = left, *b = right;
    const struct sorting *s = context;

    for (unsigned i = 0; i < s->n; i++) {
        unsigned key = s->orders[i].key;
        int order = pk_order_values(change_of(a, key), change_of(b, key), s->orders[i].is_reversed);

        if (key == PK_DIFF_NAME)
            order = pk_str_compare(a->key, b->key) * (s->orders[i].is_reversed ? -1 : 1);
        if (order)
            return order;
    }
    for (unsigned i = 0; i < 3; i++) { /* what is left, from the first key on */
        unsigned key = (s->orders[0].key + i) % 3;
        int order = pk_order_values(change_of(a, key), change_of(b, key), false);

        if (order && s->orders[0].key != PK_DIFF_NAME)
            return order;
    }
    return pk_str_compare(a->key, b->key);
}

void pk_diff_sort(struct pk_diff *diff, const struct pk_order *orders, unsigned n)
{
    struct sorting sorting = {orders, n};

    if (n)
        qsort_r(diff->row, diff->n, sizeof *diff->row, order_by_keys, &sorting);
}

/* --- comparing --- */

/* All functions are compared, for the sum; those that differ are kept. */
static void compare_all(struct comparing *c, const struct pk_diff_groups groups[2],
                        const struct pk_intern *keys, struct pk_arena *arena)
{
    struct pk_diff *diff = c->diff;

    diff->row = PK_NEW_ARRAY(arena, struct pk_diff_row, groups[0].n);
    diff->key = PK_NEW_ARRAY(arena, struct pk_str, groups[0].n);
    for (uint32_t g = 0; g < groups[0].n; g++) {
        bool is_merged = diff->likely.merged && diff->likely.merged[g] != g;
        struct pk_diff_row row;

        if (groups[0].frame[g] == PK_NONE && groups[1].frame[g] == PK_NONE && !is_merged)
            continue; /* the two strings that every interner knows */
        diff->key[g] = pk_arena_str(arena, pk_intern_text(keys, g));
        if (is_merged)
            continue; /* a run is matched by it still */
        row = compare(c, groups, g, diff->key[g]);
        diff->n_functions++;
        if (row.self.delta != PK_MISSING &&
            __builtin_add_overflow(diff->self_delta, row.self.delta, &diff->self_delta))
            c->is_too_large = true;
        if (differs(&row))
            diff->row[diff->n++] = row;
    }
    pk_diff_sort(diff, &(struct pk_order){.key = c->key}, 1);
}

/* What each function has in its frames; one that got another name is first found by that. */
static void sum_groups(struct pk_diff *diff, const struct pk_intern *keys, struct pk_arena *arena)
{
    uint32_t n = (uint32_t)keys->texts.size;

    for (unsigned s = 0; s < 2; s++)
        pk_diff_sum(&diff->side[s], &diff->groups[s], n, arena);
    diff->likely = pk_diff_likely_find(diff, keys, arena);
    if (!diff->likely.n || !diff->renames || !diff->renames->follows)
        return;
    pk_diff_likely_merge(diff, keys, arena);
    for (unsigned s = 0; s < 2; s++)
        pk_diff_sum(&diff->side[s], &diff->groups[s], n, arena);
}

/* Values of all functions of both sides, in the measure. */
static void measure_sides(struct comparing *c, const struct pk_intern *keys, struct pk_arena *arena)
{
    struct pk_diff *diff = c->diff;
    const struct pk_measure *measure = &diff->measure;
    uint32_t n = (uint32_t)keys->texts.size;
    bool is_whole = measure->factor[0].den == 1 && measure->factor[1].den == 1 &&
                    measure->raw[0].den == 1 && measure->raw[1].den == 1;
    uint32_t *order = is_whole ? NULL : groups_by_key(keys, n, arena);

    for (unsigned s = 0; s < 2; s++) {
        int64_t total = pk_profile_total(diff->side[s].profile, diff->side[s].metric);

        c->self[s] = measure_self(c, measure->factor[s], &diff->groups[s], order, arena);
        c->raw[s] = measure_self(c, measure->raw[s], &diff->groups[s], order, arena);
        diff->normal_total.side[s] = times(c, measure->factor[s], total);
        diff->total.side[s] = times(c, measure->raw[s], total);
    }
    set_delta(c, &diff->normal_total);
    set_delta(c, &diff->total);
}

/* Keys of both sides stand in one interner: a group has the same id on both. */
bool pk_diff_find_by(const struct pk_side sides[2], const struct pk_measure *measure,
                     struct pk_renames *renames, enum pk_diff_key key, struct pk_arena *arena,
                     struct pk_diff *diff, struct pk_error *error)
{
    struct pk_diff_groups *groups = PK_NEW_ARRAY(arena, struct pk_diff_groups, 2);
    struct comparing c = {.diff = diff, .key = key};
    struct pk_intern keys;

    *diff = (struct pk_diff){.side = {sides[0], sides[1]},
                             .groups = groups,
                             .renames = renames,
                             .metric = measure->read,
                             .measure = *measure};
    diff->has_calls =
        pk_profile_flat(sides[0].profile)->calls && pk_profile_flat(sides[1].profile)->calls;
    pk_intern_init(&keys);
    diff->files = pk_diff_files_find(sides, renames, false, arena);
    diff->modules = pk_diff_files_find(sides, renames, true, arena);
    for (unsigned s = 0; s < 2; s++)
        pk_diff_match(&sides[s], diff,
                      sides[0].profile == sides[1].profile && sides[0].metric != sides[1].metric,
                      &keys, &groups[s], arena);
    sum_groups(diff, &keys, arena);
    measure_sides(&c, &keys, arena);
    if (!c.is_too_large)
        compare_all(&c, groups, &keys, arena);
    pk_intern_fini(&keys);
    if (!pk_renames_held(renames, error))
        return false;
    return !c.is_too_large || pk_error_set(error, PK_INPUT, pk_place_none(),
                                           "a difference of these profiles does not fit 64 bits");
}

bool pk_diff_find(const struct pk_side sides[2], enum pk_diff_key key, struct pk_arena *arena,
                  struct pk_diff *diff, struct pk_error *error)
{
    struct pk_measure measure = {.normal = PK_NORMAL_NONE};

    return pk_measure_choose(sides, &measure, error) &&
           pk_diff_find_by(sides, &measure, NULL, key, arena, diff, error);
}

double pk_diff_measured(const struct pk_diff *diff, unsigned side, double value)
{
    const struct pk_rational factor = diff->measure.factor[side];

    return value * (double)factor.num / (double)factor.den;
}

double pk_diff_calls(const struct pk_diff *diff, unsigned side, double calls)
{
    const struct pk_measure *measure = &diff->measure;

    if (measure->normal == PK_NORMAL_CALLS) /* of all runs, both the calls and those they are by */
        return side == PK_AFTER
                   ? calls * (double)measure->calls[PK_BEFORE] / (double)measure->calls[PK_AFTER]
                   : calls;
    return calls / (double)measure->raw[side].den;
}

int64_t pk_diff_between(const int64_t value[2])
{
    int64_t delta;

    return __builtin_sub_overflow(value[PK_AFTER], value[PK_BEFORE], &delta) ? INT64_MAX : delta;
}

int64_t pk_diff_size(int64_t delta)
{
    return delta == INT64_MIN ? INT64_MAX : delta < 0 ? -delta : delta;
}
