/*
 * Laws that every diff keeps, whatever it is measured by, tried on random programs: nothing is lost
 * by rounding, swapped sides are the exact negative, and a profile does not differ from itself.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analyze/diff.h"
#include "render/view_diff.h"
#include "support.h"

#define MEASURES 4

struct pair { /* two profiles, compared by one measure */
    struct pk_arena arena;
    struct pk_diff diff;
};

/* By what: as it is, by periods that divide badly, by the total, by calls. */
static struct pk_measure measure_of(uint32_t which, bool is_swapped, struct pk_match *all)
{
    const struct pk_rational a = {1000000007, 99}, b = {999999937, 101};

    switch (which) {
    case 0:
        return (struct pk_measure){.normal = PK_NORMAL_NONE};
    case 1:
        return (struct pk_measure){.normal = PK_NORMAL_TIME,
                                   .period = {is_swapped ? b : a, is_swapped ? a : b}};
    case 2:
        return (struct pk_measure){.normal = PK_NORMAL_TOTAL};
    default:
        return (struct pk_measure){.normal = PK_NORMAL_CALLS, .calls_of = all};
    }
}

static struct pair compared(const struct pk_profile *before, const struct pk_profile *after,
                            uint32_t which, bool is_swapped)
{
    const struct pk_side sides[2] = {{before, 0}, {after, 0}};
    struct pk_error error = {0};
    struct pk_match *all = pk_match_new(PK_STR("."), &error);
    struct pk_measure measure = measure_of(which, is_swapped, all);
    struct pair pair;

    pk_arena_init(&pair.arena);
    assert_true(pk_measure_choose(sides, &measure, &error));
    assert_true(
        pk_diff_find_by(sides, &measure, NULL, PK_DIFF_SELF, &pair.arena, &pair.diff, &error));
    pk_match_free(all);
    return pair;
}

/* Samples of functions that call each other; with calls, which a sampler would not have, so that
 * every measure can be tried. */
static struct pk_profile *random_profile(struct support_random *random, uint32_t functions)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_builder *b = pk_builder_new(&limits);
    pk_frame_id last = PK_NONE;

    pk_builder_metric(b, &(struct pk_metric){.name = PK_STR("samples")});
    for (uint32_t i = 0; i < functions; i++) {
        char name[] = {'f', (char)('a' + support_below(random, 26)), 0};
        pk_frame_id id = support_frame(b, name);
        int64_t self = support_below(random, 1000);
        struct pk_calls calls = {1 + support_below(random, 9), PK_MISSING};

        pk_builder_self(b, id, &self, NULL, calls);
        if (last != PK_NONE)
            pk_builder_edge(b, last, id, &self, NULL, calls);
        last = id;
    }
    return support_freeze(b);
}

/* What rounding takes from one function it gives to the next. */
static void nothing_is_lost_by_rounding(void **state)
{
    struct support_random random = {20};

    (void)state;
    for (uint32_t i = 0; i < support_cases(40); i++) {
        struct pk_profile *p = random_profile(&random, 30), *q = random_profile(&random, 30);

        for (uint32_t which = 0; which < MEASURES; which++) {
            struct pair pair = compared(p, q, which, false);
            int64_t sum[2] = {0, 0}, delta = 0;

            for (uint32_t r = 0; r < pair.diff.n; r++)
                delta += pair.diff.row[r].self.delta;
            assert_int_equal(delta, pair.diff.normal_total.delta);
            assert_int_equal(pair.diff.self_delta, pair.diff.normal_total.delta);
            if (which == 2) { /* shares of both sides: 100 % each, so no difference in all */
                assert_int_equal(pair.diff.normal_total.side[0], INT64_C(1000000000000));
                assert_int_equal(pair.diff.normal_total.side[1], INT64_C(1000000000000));
            }
            for (uint32_t r = 0; which == 0 && r < pair.diff.n; r++)
                for (unsigned s = 0; s < 2; s++) {
                    assert_int_equal(pair.diff.row[r].self.side[s],
                                     pair.diff.row[r].raw_self.side[s]);
                    sum[s] +=
                        pair.diff.row[r].frame[s] == PK_NONE ? 0 : pair.diff.row[r].self.side[s];
                }
            if (which == 0) /* what is as it was is in neither */
                assert_int_equal(sum[1] - sum[0], pair.diff.normal_total.delta);
            pk_arena_fini(&pair.arena);
        }
        pk_profile_free(p);
        pk_profile_free(q);
    }
}

/* No value is off by a whole unit of the measure. */
static void rounding_stays_below_one(void **state)
{
    struct support_random random = {21};

    (void)state;
    for (uint32_t i = 0; i < support_cases(20); i++) {
        struct pk_profile *p = random_profile(&random, 30), *q = random_profile(&random, 30);

        for (uint32_t which = 1; which < MEASURES; which++) {
            struct pair pair = compared(p, q, which, false);

            for (uint32_t r = 0; r < pair.diff.n; r++)
                for (unsigned s = 0; s < 2; s++) {
                    const struct pk_diff_row *row = &pair.diff.row[r];
                    double exact = pk_diff_measured(&pair.diff, s, (double)row->raw_self.side[s]);

                    if (row->frame[s] != PK_NONE)
                        assert_true((double)row->self.side[s] - exact < 1.001 &&
                                    exact - (double)row->self.side[s] < 1.001);
                }
            pk_arena_fini(&pair.arena);
        }
        pk_profile_free(p);
        pk_profile_free(q);
    }
}

static void swapped_sides_are_the_exact_negative(void **state)
{
    struct support_random random = {22};

    (void)state;
    for (uint32_t i = 0; i < support_cases(40); i++) {
        struct pk_profile *p = random_profile(&random, 30), *q = random_profile(&random, 30);

        for (uint32_t which = 0; which < MEASURES; which++) {
            struct pair forth = compared(p, q, which, false), back = compared(q, p, which, true);

            assert_int_equal(forth.diff.n, back.diff.n);
            assert_int_equal(forth.diff.normal_total.delta, -back.diff.normal_total.delta);
            for (uint32_t r = 0; r < forth.diff.n; r++) {
                const struct pk_diff_row *a = &forth.diff.row[r], *b = &back.diff.row[r];

                assert_true(pk_str_equal(a->key, b->key));
                assert_int_equal(a->self.delta, -b->self.delta);
                assert_int_equal(a->self.side[0], b->self.side[1]);
                assert_true(a->total.delta == PK_MISSING ? b->total.delta == PK_MISSING
                                                         : a->total.delta == -b->total.delta);
            }
            pk_arena_fini(&forth.arena);
            pk_arena_fini(&back.arena);
        }
        pk_profile_free(p);
        pk_profile_free(q);
    }
}

static void a_profile_does_not_differ_from_itself(void **state)
{
    struct support_random random = {23};

    (void)state;
    for (uint32_t i = 0; i < support_cases(20); i++) {
        struct pk_profile *p = random_profile(&random, 30);

        for (uint32_t which = 0; which < MEASURES; which += which ? 1 : 2) { /* equal periods */
            struct pair pair = compared(p, p, which, false);

            assert_int_equal(pair.diff.n, 0);
            assert_int_equal(pair.diff.normal_total.delta, 0);
            pk_arena_fini(&pair.arena);
        }
        pk_profile_free(p);
    }
}

static void ten_times_as_many_samples_are_the_same_shares(void **state)
{
    struct pk_profile *p = support_profile("main;a 1\nmain;b 3\nmain;c;a 3\nmain 6\n");
    struct pk_profile *q = support_profile("main;a 10\nmain;b 30\nmain;c;a 30\nmain 60\n");
    struct pair pair = compared(p, q, 2, false);

    (void)state;
    assert_int_equal(pair.diff.n, 0);
    pk_arena_fini(&pair.arena);
    pk_profile_free(p);
    pk_profile_free(q);
}

/* More self first, then less, then none; short lists hold `top` of each, filled up by what has no
 * difference of its own. */
static void lists_hold_what_takes_more_and_what_takes_less(void **state)
{
    static const int64_t deltas[] = {9, 4, 2, -8, -3, 0}; /* c e a, b d, and m by its total */
    static const struct {
        uint32_t top, n, row[6];
    } table[] = {{0, 6, {0, 1, 2, 3, 4, 5}},
                 {1, 2, {0, 3}},
                 {2, 4, {0, 1, 3, 4}},
                 {6, 6, {0, 1, 2, 3, 4, 5}}};
    struct pk_profile *p = support_profile("a 10\nb 10\nm;c 10\nd 10\ne 10\n");
    struct pk_profile *q = support_profile("a 12\nb 2\nm;c 19\nd 7\ne 14\n");
    struct pair pair = compared(p, q, 0, false);
    uint32_t row[6];

    (void)state;
    pk_diff_split(&pair.diff);
    assert_int_equal(pair.diff.n, 6);
    for (uint32_t i = 0; i < 6; i++)
        assert_int_equal(pair.diff.row[i].self.delta, deltas[i]);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        assert_int_equal(pk_diff_pick(&pair.diff, table[i].top, row), table[i].n);
        assert_memory_equal(row, table[i].row, table[i].n * sizeof *row);
    }
    pk_arena_fini(&pair.arena);
    pk_profile_free(p);
    pk_profile_free(q);
}

static int64_t cell_of(const struct pk_table *table, uint32_t row, const char *key)
{
    for (uint32_t c = 0; c < table->n_columns; c++)
        if (pk_str_equal(pk_str_of(table->columns[c].key), pk_str_of(key)))
            return pk_table_cell(table, row, c)->value;
    fail_msg("no column %s", key);
    return 0;
}

/* What a reader of the table adds up: what was read, and what is shown, with what was left out. */
static void tables_add_up_as_shown_and_as_read(void **state)
{
    static const char *const names[] = {"old", "new"};
    struct support_random random = {24};

    (void)state;
    for (uint32_t i = 0; i < support_cases(20); i++) {
        struct pk_profile *p = random_profile(&random, 30), *q = random_profile(&random, 30);

        for (uint32_t which = 0; which < MEASURES; which++) {
            struct pair pair = compared(p, q, which, false);
            struct pk_table *table = pk_view_diff(&pair.arena, &pair.diff, names, 0);
            struct pk_table *cut = pk_view_diff(&pair.arena, &pair.diff, names, 5);
            int64_t read = 0, shown = 0, shown_cut = cut->left_out;

            for (uint32_t r = 0; r < table->n_rows; r++) {
                read += cell_of(table, r, "self_delta");
                shown += cell_of(table, r, which ? "normal_self_delta" : "self_delta");
            }
            for (uint32_t r = 0; r < cut->n_rows; r++)
                shown_cut += cell_of(cut, r, which ? "normal_self_delta" : "self_delta");
            assert_int_equal(read, pair.diff.total.delta);
            assert_int_equal(shown, pair.diff.normal_total.delta);
            assert_int_equal(shown_cut, pair.diff.normal_total.delta);
            pk_arena_fini(&pair.arena);
        }
        pk_profile_free(p);
        pk_profile_free(q);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_lost_by_rounding),
        cmocka_unit_test(rounding_stays_below_one),
        cmocka_unit_test(swapped_sides_are_the_exact_negative),
        cmocka_unit_test(a_profile_does_not_differ_from_itself),
        cmocka_unit_test(ten_times_as_many_samples_are_the_same_shares),
        cmocka_unit_test(lists_hold_what_takes_more_and_what_takes_less),
        cmocka_unit_test(tables_add_up_as_shown_and_as_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
