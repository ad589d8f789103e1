/*
 * Differences of two profiles. The laws hold for random programs; single values are counted by
 * hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "analyze/diff.h"
#include "support.h"

struct diffed { /* a comparison and what it lives on */
    struct pk_arena arena;
    struct pk_profile *profile[2];
    struct pk_diff diff;
};

static struct diffed diffed_of(struct pk_profile *before, struct pk_profile *after,
                               enum pk_diff_key key)
{
    struct diffed d = {.profile = {before, after}};
    struct pk_side sides[2] = {{before, 0}, {after, 0}};
    struct pk_error error = {0};

    pk_arena_init(&d.arena);
    assert_true(pk_diff_find(sides, key, &d.arena, &d.diff, &error));
    return d;
}

static struct diffed diffed(const char *before, const char *after)
{
    return diffed_of(support_profile(before), support_profile(after), PK_DIFF_SELF);
}

static void diffed_fini(struct diffed *d)
{
    pk_arena_fini(&d->arena);
    pk_profile_free(d->profile[0]);
    if (d->profile[1] != d->profile[0])
        pk_profile_free(d->profile[1]);
}

static struct pk_str name_of(const struct diffed *d, uint32_t row)
{
    unsigned side = d->diff.row[row].frame[PK_AFTER] == PK_NONE ? PK_BEFORE : PK_AFTER;

    return pk_profile_frame(d->profile[side], d->diff.row[row].frame[side])->name;
}

/* Self and total of one row: before, after, difference. */
static void assert_row(const struct diffed *d, uint32_t row, const char *name,
                       struct pk_diff_value self, struct pk_diff_value total)
{
    const struct pk_diff_row *r = &d->diff.row[row];

    assert_true(row < d->diff.n);
    assert_true(pk_str_equal(name_of(d, row), pk_str_of(name)));
    assert_memory_equal(&r->self, &self, sizeof self);
    assert_memory_equal(&r->total, &total, sizeof total);
}

static void the_largest_change_comes_first(void **state)
{
    struct diffed d = diffed("main;load 10\nmain;draw 5\nmain;same 3\n",
                             "main;load 12\nmain;draw 1\nmain;same 3\n");

    (void)state;
    assert_int_equal(d.diff.n, 3);
    assert_row(&d, 0, "draw", (struct pk_diff_value){{5, 1}, -4},
               (struct pk_diff_value){{5, 1}, -4});
    assert_row(&d, 1, "load", (struct pk_diff_value){{10, 12}, 2},
               (struct pk_diff_value){{10, 12}, 2});
    assert_row(&d, 2, "main", (struct pk_diff_value){{0, 0}, 0},
               (struct pk_diff_value){{18, 16}, -2});
    assert_int_equal(d.diff.total.side[PK_BEFORE], 18);
    assert_int_equal(d.diff.total.side[PK_AFTER], 16);
    assert_int_equal(d.diff.total.delta, -2);
    assert_int_equal(d.diff.self_delta, -2);
    assert_int_equal(d.diff.n_functions, 4);
    diffed_fini(&d);
}

static void functions_of_one_side_are_new_or_gone(void **state)
{
    struct diffed d = diffed("main;old 5\n", "main;fresh 7\n");

    (void)state;
    assert_row(&d, 0, "fresh", (struct pk_diff_value){{PK_MISSING, 7}, 7},
               (struct pk_diff_value){{PK_MISSING, 7}, 7});
    assert_int_equal(d.diff.row[0].frame[PK_BEFORE], PK_NONE);
    assert_row(&d, 1, "old", (struct pk_diff_value){{5, PK_MISSING}, -5},
               (struct pk_diff_value){{5, PK_MISSING}, -5});
    assert_int_equal(d.diff.row[1].frame[PK_AFTER], PK_NONE);
    diffed_fini(&d);
}

static void keys_choose_the_order(void **state)
{
    static const struct {
        enum pk_diff_key key;
        const char *first;
    } table[] = {{PK_DIFF_SELF, "draw"}, {PK_DIFF_TOTAL, "main"}, {PK_DIFF_NAME, "draw"}};

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct diffed d = diffed_of(support_profile("main;load 1\nmain;draw 1\n"),
                                    support_profile("main;load 5\nmain;draw 8\n"), table[i].key);

        assert_true(pk_str_equal(name_of(&d, 0), pk_str_of(table[i].first)));
        diffed_fini(&d);
    }
}

static void several_keys_order_changes(void **state)
{
    const struct pk_order small_first[] = {{PK_DIFF_SELF, true}, {PK_DIFF_TOTAL, false}};
    const struct pk_order name[] = {{PK_DIFF_NAME, true}};
    struct diffed d = diffed_of(support_profile("main;load 1\nmain;draw 1\nmain;old 2\n"),
                                support_profile("main;load 5\nmain;draw 8\n"), PK_DIFF_SELF);

    (void)state;
    pk_diff_sort(&d.diff, small_first, 2); /* main 0, old -2, load +4, draw +7 */
    assert_true(pk_str_equal(name_of(&d, 0), PK_STR("main")));
    assert_true(pk_str_equal(name_of(&d, 1), PK_STR("old")));
    assert_true(pk_str_equal(name_of(&d, 2), PK_STR("load")));
    assert_true(pk_str_equal(name_of(&d, 3), PK_STR("draw")));
    pk_diff_sort(&d.diff, name, 1);
    assert_true(pk_str_equal(name_of(&d, 0), PK_STR("old")));
    diffed_fini(&d);
}

/* --- matching --- */

static void add(struct pk_builder *b, const struct pk_frame *frame, int64_t self, int64_t total,
                int64_t calls)
{
    pk_builder_self(b, pk_builder_frame(b, frame), &self, &total,
                    (struct pk_calls){calls, PK_MISSING});
}

#define FRAME(the_name, the_file, the_line) \
    {.name = PK_STR(the_name), .file = PK_STR(the_file), .line = (the_line)}

static void a_function_that_moved_is_the_same(void **state)
{
    struct pk_builder *before = support_builder(), *after = support_builder();
    struct diffed d;

    (void)state;
    add(before, &(struct pk_frame)FRAME("load", "a.py", 10), 5, 5, 1);
    add(after, &(struct pk_frame)FRAME("load", "a.py", 12), 5, 5, 1);
    d = diffed_of(support_freeze(before), support_freeze(after), PK_DIFF_SELF);
    assert_int_equal(d.diff.n, 0);
    assert_int_equal(d.diff.n_functions, 1);
    diffed_fini(&d);
}

static void file_and_module_tell_functions_apart(void **state)
{
    struct pk_builder *before = support_builder(), *after = support_builder();
    struct diffed d;

    (void)state;
    add(before, &(struct pk_frame)FRAME("load", "a.py", 1), 5, 5, 1);
    add(after, &(struct pk_frame)FRAME("load", "b.py", 1), 5, 5, 1);
    add(before, &(struct pk_frame){.name = PK_STR("f"), .module = PK_STR("libx")}, 5, 5, 1);
    add(after, &(struct pk_frame){.name = PK_STR("f"), .module = PK_STR("liby")}, 5, 5, 1);
    d = diffed_of(support_freeze(before), support_freeze(after), PK_DIFF_SELF);
    assert_int_equal(d.diff.n, 4);
    assert_int_equal(d.diff.self_delta, 0);
    diffed_fini(&d);
}

static void copies_of_the_compiler_are_the_function(void **state)
{
    struct diffed d =
        diffed("main;f 4\nmain;f.constprop.0 3\n", "main;f 2\nmain;f.isra.1.cold 5\n");

    (void)state;
    assert_int_equal(d.diff.n, 0);
    assert_int_equal(d.diff.n_functions, 2);
    diffed_fini(&d);
}

/* No name can look like the end of another's file. */
static void names_and_files_cannot_be_mixed_up(void **state)
{
    struct pk_builder *before = support_builder(), *after = support_builder();
    struct pk_frame left = {.name = {"a\0b", 3}, .file = PK_STR("c")};
    struct pk_frame right = {.name = PK_STR("a"), .file = {"b\0c", 3}};
    struct diffed d;

    (void)state;
    add(before, &left, 1, 1, 1);
    add(after, &right, 1, 1, 1);
    d = diffed_of(support_freeze(before), support_freeze(after), PK_DIFF_SELF);
    assert_int_equal(d.diff.n, 2);
    diffed_fini(&d);
}

/* --- totals of several frames that are one function --- */

/* f.cold stands below f on the same stack: 7 of the 9 are counted once. */
static void a_total_counts_a_stack_once(void **state)
{
    struct diffed d = diffed("m;f;f.cold 7\nm;f.cold 2\nm 1\n", "m 10\n");

    (void)state;
    assert_row(&d, 0, "f", (struct pk_diff_value){{9, PK_MISSING}, -9},
               (struct pk_diff_value){{9, PK_MISSING}, -9});
    diffed_fini(&d);
}

static pk_frame_id init_at(struct pk_builder *b, uint32_t line, int64_t self, int64_t total)
{
    pk_frame_id id = pk_builder_frame(
        b, &(struct pk_frame){.name = PK_STR("__init__"), .file = PK_STR("a.py"), .line = line});

    pk_builder_self(b, id, &self, &total, (struct pk_calls){1, 1});
    return id;
}

static void add_edge(struct pk_builder *b, pk_frame_id caller, pk_frame_id callee, int64_t total)
{
    pk_builder_edge(b, caller, callee, &total, NULL, (struct pk_calls){1, 1});
}

/* cProfile: two __init__ of one file, the first calls the second and each calls work. With edges
 * the function has its self, 1 + 2, and what leaves it, 10 + 20: not 33 + 22. */
static void a_total_of_edges_is_self_and_what_leaves(void **state)
{
    struct pk_builder *b = support_builder();
    pk_frame_id outer = init_at(b, 10, 1, 33), inner = init_at(b, 20, 2, 22);
    pk_frame_id work = support_frame(b, "work");
    struct diffed d;

    (void)state;
    pk_builder_self(b, work, &(int64_t){30}, &(int64_t){30}, (struct pk_calls){2, 2});
    add_edge(b, outer, inner, 22);
    add_edge(b, outer, work, 10);
    add_edge(b, inner, work, 20);
    d = diffed_of(support_freeze(b), support_freeze(support_stacks("x 1\n")), PK_DIFF_NAME);
    assert_row(&d, 0, "__init__", (struct pk_diff_value){{3, PK_MISSING}, -3},
               (struct pk_diff_value){{33, PK_MISSING}, -33});
    assert_true(d.diff.row[0].total_high[PK_BEFORE] == PK_MISSING);
    diffed_fini(&d);
}

/* work calls back: what leaves may come home, so only bounds are known, and no difference. */
static void a_total_in_a_cycle_is_a_range(void **state)
{
    struct pk_builder *b = support_builder();
    pk_frame_id outer = init_at(b, 10, 1, 33), inner = init_at(b, 20, 2, 22);
    pk_frame_id work = support_frame(b, "work");
    const struct pk_diff_row *row;
    struct diffed d;

    (void)state;
    pk_builder_self(b, work, &(int64_t){30}, &(int64_t){32}, (struct pk_calls){2, 2});
    add_edge(b, outer, work, 32);
    add_edge(b, work, inner, 22);
    d = diffed_of(support_freeze(b), support_profile("x 1\n"), PK_DIFF_NAME);
    row = &d.diff.row[0];
    assert_int_equal(row->total.side[PK_BEFORE], 33);      /* the larger member */
    assert_true(row->total_high[PK_BEFORE] == PK_MISSING); /* which is all there is */
    diffed_fini(&d);

    b = support_builder();
    outer = init_at(b, 10, 1, 13);
    inner = init_at(b, 20, 2, 22);
    work = support_frame(b, "work");
    pk_builder_self(b, work, &(int64_t){97}, &(int64_t){100}, (struct pk_calls){2, 2});
    add_edge(b, work, outer, 13);
    add_edge(b, outer, work, 10);
    add_edge(b, work, inner, 22);
    d = diffed_of(support_freeze(b), support_profile("x 1\n"), PK_DIFF_NAME);
    row = &d.diff.row[0];
    assert_int_equal(row->total.side[PK_BEFORE], 22);
    assert_int_equal(row->total_high[PK_BEFORE], 35);
    assert_true(row->total.delta == PK_MISSING);
    assert_int_equal(row->self.delta, -3);
    diffed_fini(&d);
}

/* --- calls, scales, two counts --- */

static void calls_are_compared_only_when_both_have_them(void **state)
{
    struct pk_builder *before = support_builder(), *after = support_builder(),
                      *again = support_builder();
    struct diffed d;
    int64_t value = 5;

    (void)state;
    add(before, &(struct pk_frame)FRAME("f", "a", 0), 5, 5, 3);
    add(after, &(struct pk_frame)FRAME("f", "a", 0), 5, 5, 9);
    d = diffed_of(support_freeze(before), support_freeze(after), PK_DIFF_SELF);
    assert_true(d.diff.has_calls);
    assert_int_equal(d.diff.row[0].calls.delta, 6);
    assert_int_equal(d.diff.row[0].self.delta, 0);
    before = support_builder();
    add(before, &(struct pk_frame)FRAME("f", "a", 0), 4, 4, 3);
    pk_builder_self(again, pk_builder_frame(again, &(struct pk_frame)FRAME("f", "a", 0)), &value,
                    &value, PK_CALLS_MISSING);
    diffed_fini(&d);
    d = diffed_of(support_freeze(before), support_freeze(again), PK_DIFF_SELF);
    assert_false(d.diff.has_calls);
    assert_true(d.diff.row[0].calls.delta == PK_MISSING);
    assert_true(d.diff.row[0].calls.side[PK_BEFORE] == PK_MISSING);
    diffed_fini(&d);
}

/* 1.5 and 2: the finer scale is that of the result, 15 and 20 tenths. */
static void decimals_are_brought_to_one_scale(void **state)
{
    struct pk_builder *fine = support_builder(), *coarse = support_builder();
    struct diffed d;

    (void)state;
    pk_builder_rescale(fine, 0, -1);
    add(fine, &(struct pk_frame)FRAME("f", "a", 0), 15, 15, 1);
    add(coarse, &(struct pk_frame)FRAME("f", "a", 0), 2, 2, 1);
    d = diffed_of(support_freeze(fine), support_freeze(coarse), PK_DIFF_SELF);
    assert_int_equal(d.diff.metric.scale, -1);
    assert_int_equal(d.diff.row[0].self.side[PK_BEFORE], 15);
    assert_int_equal(d.diff.row[0].self.side[PK_AFTER], 20);
    assert_int_equal(d.diff.total.delta, 5);
    diffed_fini(&d);
}

static void what_does_not_fit_is_an_error(void **state)
{
    struct pk_builder *fine = support_builder(), *coarse = support_builder();
    struct pk_profile *profile[2];
    struct pk_arena arena;
    struct pk_diff diff;
    struct pk_error error = {0};

    (void)state;
    pk_builder_rescale(fine, 0, -6);
    add(fine, &(struct pk_frame)FRAME("f", "a", 0), 1, 1, 1);
    add(coarse, &(struct pk_frame)FRAME("f", "a", 0), INT64_MAX / 1000, INT64_MAX / 1000, 1);
    profile[0] = support_freeze(fine);
    profile[1] = support_freeze(coarse);
    pk_arena_init(&arena);
    assert_false(pk_diff_find((struct pk_side[]){{profile[0], 0}, {profile[1], 0}}, PK_DIFF_SELF,
                              &arena, &diff, &error));
    assert_int_equal(error.status, PK_INPUT);
    assert_string_equal(error.text, "a difference of these profiles does not fit 64 bits");
    pk_arena_fini(&arena);
    pk_profile_free(profile[0]);
    pk_profile_free(profile[1]);
}

/* Both metrics of one profile, as of a collapsed file with two counts. */
static void two_metrics_of_one_profile_are_two_sides(void **state)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_builder *b = pk_builder_new(&limits);
    static const int64_t values[][2] = {{3, 5}, {2, 0}, {0, 7}, {1, 1}};
    struct pk_arena arena;
    struct pk_profile *p;
    struct pk_diff diff;
    struct pk_error error = {0};

    (void)state;
    pk_builder_metric(b, &(struct pk_metric){.name = PK_STR("before")});
    pk_builder_metric(b, &(struct pk_metric){.name = PK_STR("after")});
    for (int i = 0; i < 4; i++) {
        static const char *const names[] = {"b", "c", "d", "e"};
        pk_frame_id stack[] = {support_frame(b, "a"), support_frame(b, names[i])};

        pk_builder_stack(b, stack, NULL, 2, values[i]);
    }
    p = support_freeze(b);
    pk_arena_init(&arena);
    assert_true(
        pk_diff_find((struct pk_side[]){{p, 0}, {p, 1}}, PK_DIFF_SELF, &arena, &diff, &error));
    assert_int_equal(diff.n, 4); /* d is new, b, c is gone, a by its total; e is as it was */
    assert_int_equal(diff.row[0].frame[PK_BEFORE], PK_NONE);
    assert_int_equal(diff.row[0].self.delta, 7);
    assert_int_equal(diff.total.delta, 7);
    assert_int_equal(diff.self_delta, 7);
    pk_arena_fini(&arena);
    pk_profile_free(p);
}

/* --- laws --- */

static struct pk_profile *random_program(struct support_random *random, bool is_traced)
{
    const struct support_program program = {10, 100, 12, true, 1000};
    struct pk_profile *truth = support_freeze(support_program(random, &program)), *traced;

    if (!is_traced)
        return truth;
    traced = support_freeze(support_traced(truth, false, false));
    pk_profile_free(truth);
    return traced;
}

/* UX.md section 4, item 10. */
static void a_profile_against_itself_is_empty(void **state)
{
    struct support_random random = {4711};

    (void)state;
    for (uint32_t i = 0; i < support_cases(40); i++) {
        struct pk_profile *p = random_program(&random, i % 2);
        struct diffed d = diffed_of(p, p, PK_DIFF_SELF);

        assert_int_equal(d.diff.n, 0);
        assert_int_equal(d.diff.total.delta, 0);
        assert_int_equal(d.diff.self_delta, 0);
        diffed_fini(&d);
    }
}

static void self_differences_add_up_to_that_of_the_totals(void **state)
{
    struct support_random random = {815};

    (void)state;
    for (uint32_t i = 0; i < support_cases(40); i++) {
        struct diffed d = diffed_of(random_program(&random, i % 2),
                                    random_program(&random, i / 2 % 2), PK_DIFF_TOTAL);
        int64_t sum = 0;

        for (uint32_t r = 0; r < d.diff.n; r++)
            sum += d.diff.row[r].self.delta == PK_MISSING ? 0 : d.diff.row[r].self.delta;
        assert_int_equal(sum, d.diff.total.delta);
        assert_int_equal(d.diff.self_delta, d.diff.total.delta);
        diffed_fini(&d);
    }
}

/* A to B is the negative of B to A, row by row. */
static void swapped_sides_change_only_the_sign(void **state)
{
    struct support_random random = {99};

    (void)state;
    for (uint32_t i = 0; i < support_cases(40); i++) {
        struct pk_profile *p = random_program(&random, i % 2), *q = random_program(&random, i % 2);
        struct diffed forth = diffed_of(p, q, PK_DIFF_SELF);
        struct diffed back = {.profile = {q, p}};
        struct pk_error error = {0};

        pk_arena_init(&back.arena);
        assert_true(pk_diff_find((struct pk_side[]){{q, 0}, {p, 0}}, PK_DIFF_SELF, &back.arena,
                                 &back.diff, &error));
        assert_int_equal(forth.diff.n, back.diff.n);
        for (uint32_t r = 0; r < forth.diff.n; r++) {
            const struct pk_diff_row *a = &forth.diff.row[r], *b = &back.diff.row[r];

            assert_true(pk_str_equal(a->key, b->key));
            assert_int_equal(a->self.delta, -b->self.delta);
            assert_true(a->total.delta == PK_MISSING ? b->total.delta == PK_MISSING
                                                     : a->total.delta == -b->total.delta);
            assert_int_equal(a->frame[0], b->frame[1]);
        }
        pk_arena_fini(&back.arena);
        diffed_fini(&forth);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_largest_change_comes_first),
        cmocka_unit_test(functions_of_one_side_are_new_or_gone),
        cmocka_unit_test(keys_choose_the_order),
        cmocka_unit_test(several_keys_order_changes),
        cmocka_unit_test(a_function_that_moved_is_the_same),
        cmocka_unit_test(file_and_module_tell_functions_apart),
        cmocka_unit_test(copies_of_the_compiler_are_the_function),
        cmocka_unit_test(names_and_files_cannot_be_mixed_up),
        cmocka_unit_test(a_total_counts_a_stack_once),
        cmocka_unit_test(a_total_of_edges_is_self_and_what_leaves),
        cmocka_unit_test(a_total_in_a_cycle_is_a_range),
        cmocka_unit_test(calls_are_compared_only_when_both_have_them),
        cmocka_unit_test(decimals_are_brought_to_one_scale),
        cmocka_unit_test(what_does_not_fit_is_an_error),
        cmocka_unit_test(two_metrics_of_one_profile_are_two_sides),
        cmocka_unit_test(a_profile_against_itself_is_empty),
        cmocka_unit_test(self_differences_add_up_to_that_of_the_totals),
        cmocka_unit_test(swapped_sides_change_only_the_sign),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
