/*
 * Several runs a side. Means are exact, and what is merged is the same as what is read run by run.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "analyze/diff_private.h"
#include "analyze/diff_runs.h"
#include "analyze/verdict.h"
#include "support.h"

#define MOST_RUNS 12
#define FUNCTIONS 8

struct sides { /* values of functions "f0", "f1", ... in each run, and all runs of a side added up
                */
    uint32_t n[2];
    struct pk_profile *run[2][MOST_RUNS], *all[2];
    struct pk_arena arena;
    struct pk_diff diff;
};

static struct pk_profile *profile_of(const int64_t *value, bool is_timed)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_builder *b = pk_builder_new(&limits);

    pk_builder_metric(b, is_timed ? &(struct pk_metric){.name = PK_STR("time"), .unit = PK_UNIT_NS}
                                  : &(struct pk_metric){.name = PK_STR("samples")});
    for (uint32_t f = 0; f < FUNCTIONS; f++) {
        char name[] = {'f', (char)('0' + f), 0};
        pk_frame_id id = support_frame(b, name);

        if (value[f])
            pk_builder_stack(b, &id, NULL, 1, &value[f]);
    }
    return support_freeze(b);
}

/* Compare; `values` are [run][function], those of the earlier side first. */
static struct sides compare(const int64_t (*values)[FUNCTIONS], uint32_t before, uint32_t after,
                            bool is_timed, enum pk_normal normal)
{
    struct sides s = {.n = {before, after}};
    struct pk_measure measure = {.normal = normal, .runs = {before, after}};
    struct pk_side sides[2];
    struct pk_error error = {0};

    for (unsigned side = 0; side < 2; side++) {
        int64_t sum[FUNCTIONS] = {0};

        for (uint32_t r = 0; r < s.n[side]; r++, values++) {
            s.run[side][r] = profile_of(*values, is_timed);
            for (uint32_t f = 0; f < FUNCTIONS; f++)
                sum[f] += (*values)[f];
        }
        s.all[side] = profile_of(sum, is_timed);
        sides[side] = (struct pk_side){s.all[side], 0};
    }
    pk_arena_init(&s.arena);
    assert_true(pk_measure_choose(sides, &measure, &error));
    assert_true(pk_diff_find_by(sides, &measure, NULL, PK_DIFF_SELF, &s.arena, &s.diff, &error));
    pk_diff_runs_begin(&s.diff, s.n, &s.arena);
    for (unsigned side = 0; side < 2; side++)
        for (uint32_t r = 0; r < s.n[side]; r++)
            assert_true(
                pk_diff_runs_add(&s.diff, side, r, &(struct pk_side){s.run[side][r], 0}, &error));
    pk_verdicts_judge(&s.diff, 2);
    return s;
}

static void sides_fini(struct sides *s)
{
    pk_arena_fini(&s->arena);
    for (unsigned side = 0; side < 2; side++) {
        pk_profile_free(s->all[side]);
        for (uint32_t r = 0; r < s->n[side]; r++)
            pk_profile_free(s->run[side][r]);
    }
}

static const struct pk_diff_row *row_of(const struct sides *s, const char *name)
{
    for (uint32_t i = 0; i < s->diff.n; i++) {
        const struct pk_diff_row *row = &s->diff.row[i];
        unsigned side = row->frame[PK_AFTER] == PK_NONE ? PK_BEFORE : PK_AFTER;

        if (pk_str_equal(pk_profile_frame(s->all[side], row->frame[side])->name, pk_str_of(name)))
            return row;
    }
    fail_msg("no row of %s", name);
    return NULL;
}

static void assert_verdict(const struct sides *s, const char *name, const char *verdict)
{
    assert_string_equal(pk_verdict_name(row_of(s, name)->judged.verdict), verdict);
}

/* f0 takes 10 ms more in each run, f1 scatters, f2 comes, f3 goes, f4 stays. */
static const int64_t five[10][FUNCTIONS] = {
    {100000, 50000, 0, 20000, 7000}, {101000, 53000, 0, 20100, 7000},
    {100500, 49000, 0, 20200, 7000}, {100700, 52000, 0, 19900, 7000},
    {100200, 51000, 0, 20050, 7000}, {110000, 52500, 30000, 0, 7000},
    {111000, 49500, 30200, 0, 7000}, {110300, 51500, 30100, 0, 7000},
    {110600, 50500, 29900, 0, 7000}, {110900, 52800, 30300, 0, 7000},
};

static void five_runs_tell_a_change_from_noise(void **state)
{
    struct sides s = compare(five, 5, 5, true, PK_NORMAL_NONE);
    const struct pk_judged *f0;

    (void)state;
    assert_int_equal(pk_verdicts_method(&s.diff), PK_METHOD_RUNS);
    assert_verdict(&s, "f0", "slower");
    assert_verdict(&s, "f1", "within noise");
    assert_verdict(&s, "f2", "new");
    assert_verdict(&s, "f3", "gone");
    assert_int_equal(s.diff.n, 4); /* f4 is as it was */
    f0 = &row_of(&s, "f0")->judged;
    assert_true(f0->has_p && f0->p == 2.0 / 252 && f0->q == 2.0 / 252);
    /* wilcox.test(after, before, conf.int = TRUE) of R 4.2.2: the median of the 25 differences, and
     * the third from each end. */
    assert_true(f0->shift == 10100 && f0->low == 9300 && f0->high == 10800);
    assert_true(f0->median[PK_BEFORE] == 100500 && f0->median[PK_AFTER] == 110600);
    assert_int_equal(row_of(&s, "f0")->self.side[PK_BEFORE], 100480); /* 502,400 / 5 */
    assert_int_equal(row_of(&s, "f0")->self.delta, 10080);
    sides_fini(&s);
}

static void three_runs_are_too_few(void **state)
{
    struct sides s;
    int64_t values[6][FUNCTIONS];

    (void)state;
    for (uint32_t r = 0; r < 6; r++)
        for (uint32_t f = 0; f < FUNCTIONS; f++)
            values[r][f] = five[r < 3 ? r : r + 2][f];
    s = compare(values, 3, 3, true, PK_NORMAL_NONE);
    assert_verdict(&s, "f0", "too few runs");
    assert_verdict(&s, "f2", "too few runs");
    assert_true(row_of(&s, "f0")->judged.p == 2.0 / 20);
    sides_fini(&s);
}

/* One run against three: means, so that nothing is three times as slow. */
static void sides_of_different_sizes_are_compared_by_their_means(void **state)
{
    static const int64_t values[4][FUNCTIONS] = {{90, 10}, {90, 10}, {91, 10}, {92, 10}};
    struct sides s = compare(values, 1, 3, true, PK_NORMAL_NONE);

    (void)state;
    assert_int_equal(s.diff.n, 1);
    assert_int_equal(row_of(&s, "f0")->self.side[PK_AFTER], 91);
    assert_int_equal(row_of(&s, "f0")->self.delta, 1);
    assert_int_equal(s.diff.total.side[PK_AFTER], 101);
    sides_fini(&s);
}

/* 90 and 91 are 90.5 in the mean, which whole samples could not tell. */
static void means_of_counts_have_digits(void **state)
{
    static const int64_t values[3][FUNCTIONS] = {{90, 10}, {90, 10}, {91, 10}};
    struct sides s = compare(values, 1, 2, false, PK_NORMAL_NONE);

    (void)state;
    assert_int_equal(s.diff.measure.metric.scale, -3);
    assert_int_equal(row_of(&s, "f0")->self.side[PK_AFTER], 90500);
    assert_int_equal(row_of(&s, "f0")->self.delta, 500);
    assert_int_equal(s.diff.normal_total.side[PK_AFTER], 100500);
    assert_true(row_of(&s, "f0")->judged.shift == 500);
    sides_fini(&s);
}

/* Random values that 3 and 7 do not divide. */
static void fill(int64_t (*values)[FUNCTIONS], uint32_t runs, struct support_random *random)
{
    for (uint32_t r = 0; r < runs; r++)
        for (uint32_t f = 0; f < FUNCTIONS; f++)
            values[r][f] = 1 + support_below(random, 1000);
}

/* The mean of a sum is the sum of the means, rounded: as shown and as read. */
static void means_add_up(void **state)
{
    static const enum pk_normal normals[] = {PK_NORMAL_NONE, PK_NORMAL_TOTAL};
    struct support_random random = {41};
    int64_t values[10][FUNCTIONS];

    (void)state;
    for (uint32_t i = 0; i < support_cases(20); i++)
        for (size_t k = 0; k < 2; k++) {
            struct sides s;
            int64_t shown = 0, read = 0;

            fill(values, 10, &random);
            s = compare(values, 3, 7, false, normals[k]);
            for (uint32_t r = 0; r < s.diff.n; r++) {
                shown += s.diff.row[r].self.delta;
                read += s.diff.row[r].raw_self.delta;
            }
            assert_int_equal(shown, s.diff.normal_total.delta);
            assert_int_equal(s.diff.self_delta, s.diff.normal_total.delta);
            if (s.diff.n == FUNCTIONS)
                assert_int_equal(read, s.diff.total.delta);
            sides_fini(&s);
        }
}

/* UX.md section 4, item 10: a side that was merged before says the same as its runs do. */
static void split_and_merged_runs_give_the_same_diff(void **state)
{
    struct support_random random = {42};
    int64_t values[10][FUNCTIONS];

    (void)state;
    for (uint32_t i = 0; i < support_cases(20); i++) {
        int64_t merged[2][FUNCTIONS] = {{0}};
        struct sides split, whole;

        fill(values, 10, &random);
        for (uint32_t r = 0; r < 10; r++)
            for (uint32_t f = 0; f < FUNCTIONS; f++)
                merged[r / 5][f] += values[r][f] * 5; /* so that fifths are whole */
        for (uint32_t r = 0; r < 10; r++)
            for (uint32_t f = 0; f < FUNCTIONS; f++)
                values[r][f] *= 5;
        split = compare(values, 5, 5, true, PK_NORMAL_NONE);
        whole = compare(merged, 1, 1, true, PK_NORMAL_NONE);
        assert_int_equal(split.diff.n, whole.diff.n);
        assert_int_equal(5 * split.diff.total.delta, whole.diff.total.delta);
        for (uint32_t r = 0; r < split.diff.n; r++) {
            assert_true(pk_str_equal(split.diff.row[r].key, whole.diff.row[r].key));
            for (unsigned side = 0; side < 2; side++)
                assert_int_equal(5 * split.diff.row[r].self.side[side],
                                 whole.diff.row[r].self.side[side]);
        }
        sides_fini(&split);
        sides_fini(&whole);
    }
}

/* The order of runs is nobody's; swapped sides have the negative interval, and the same p and q. */
static void runs_in_another_order_and_swapped_sides(void **state)
{
    int64_t other[10][FUNCTIONS], back[10][FUNCTIONS];
    struct sides s = compare(five, 5, 5, true, PK_NORMAL_NONE), shuffled, swapped;

    (void)state;
    for (uint32_t r = 0; r < 10; r++)
        for (uint32_t f = 0; f < FUNCTIONS; f++) {
            other[r][f] = five[r / 5 * 5 + (r + 2) % 5][f];
            back[r][f] = five[(r + 5) % 10][f];
        }
    shuffled = compare(other, 5, 5, true, PK_NORMAL_NONE);
    swapped = compare(back, 5, 5, true, PK_NORMAL_NONE);
    for (uint32_t i = 0; i < s.diff.n; i++) {
        const struct pk_judged *a = &s.diff.row[i].judged, *b = &shuffled.diff.row[i].judged;
        const struct pk_judged *c = &swapped.diff.row[i].judged;

        assert_true(a->p == b->p && a->q == b->q && a->shift == b->shift && a->low == b->low);
        assert_true(a->p == c->p && a->q == c->q && a->shift == -c->shift && a->low == -c->high);
    }
    sides_fini(&s);
    sides_fini(&shuffled);
    sides_fini(&swapped);
}

/* Twice the samples in each run are the same shares of it. */
static void shares_are_of_the_run(void **state)
{
    int64_t values[10][FUNCTIONS];
    struct sides s;

    (void)state;
    for (uint32_t r = 0; r < 10; r++)
        for (uint32_t f = 0; f < FUNCTIONS; f++)
            values[r][f] = (int64_t)(f + 1) * 10 * (r + 1);
    s = compare(values, 5, 5, false, PK_NORMAL_AUTO);
    assert_int_equal(s.diff.measure.normal, PK_NORMAL_TOTAL);
    assert_int_equal(s.diff.n, 0);
    for (uint32_t r = 1; r < 10; r++) /* to the last digit but the one of rounding */
        for (uint32_t g = 0; g < s.diff.groups[0].n; g++)
            assert_in_range(
                s.diff.runs->value[r * s.diff.groups[0].n + g] - s.diff.runs->value[g] + 1, 0, 2);
    sides_fini(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(five_runs_tell_a_change_from_noise),
        cmocka_unit_test(three_runs_are_too_few),
        cmocka_unit_test(sides_of_different_sizes_are_compared_by_their_means),
        cmocka_unit_test(means_of_counts_have_digits),
        cmocka_unit_test(means_add_up),
        cmocka_unit_test(split_and_merged_runs_give_the_same_diff),
        cmocka_unit_test(runs_in_another_order_and_swapped_sides),
        cmocka_unit_test(shares_are_of_the_run),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
