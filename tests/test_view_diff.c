/*
 * Differences as rows and as text. Columns are asked for by their JSON keys, which are promised to
 * users; values are counted by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "analyze/verdict.h"
#include "render/view_diff.h"
#include "support.h"

struct view { /* a table and what it lives on */
    struct pk_arena arena;
    struct pk_profile *profile[2];
    struct pk_diff diff;
    struct pk_table *table;
};

static struct view view_of(struct pk_profile *before, struct pk_profile *after, uint32_t top)
{
    static const char *const names[] = {"old.folded", "new.folded"};
    struct view v = {.profile = {before, after}};
    struct pk_error error = {0};

    pk_arena_init(&v.arena);
    assert_true(pk_diff_find((struct pk_side[]){{before, 0}, {after, 0}}, PK_DIFF_SELF, &v.arena,
                             &v.diff, &error));
    v.table = pk_view_diff(&v.arena, &v.diff, names, top);
    return v;
}

static struct view view(const char *before, const char *after, uint32_t top)
{
    return view_of(support_profile(before), support_profile(after), top);
}

static void view_fini(struct view *v)
{
    pk_arena_fini(&v->arena);
    pk_profile_free(v->profile[0]);
    pk_profile_free(v->profile[1]);
}

static uint32_t column(const struct pk_table *table, const char *key)
{
    uint32_t c = 0;

    while (c < table->n_columns && strcmp(table->columns[c].key, key) != 0)
        c++;
    assert_true(c < table->n_columns);
    return c;
}

static const struct pk_cell *cell(const struct pk_table *table, uint32_t row, const char *key)
{
    assert_true(row < table->n_rows);
    return pk_table_cell(table, row, column(table, key));
}

static void rows_hold_both_sides_and_the_difference(void **state)
{
    struct view v = view("main;load 12\nmain;draw 5\n", "main;load 16\nmain;draw 4\n", 0);
    static const struct {
        const char *key;
        int64_t value;
    } row[] = {{"self_delta", 4},    {"self_before", 12}, {"self_after", 16}, {"total_delta", 4},
               {"total_before", 12}, {"total_after", 16}, {"self_ratio", 16}};

    (void)state;
    assert_string_equal(v.table->schema, "profkit.diff/1");
    assert_int_equal(v.table->n_rows, 3);
    for (size_t i = 0; i < sizeof row / sizeof *row; i++)
        assert_int_equal(cell(v.table, 0, row[i].key)->value, row[i].value);
    assert_int_equal(cell(v.table, 0, "self_ratio")->whole, 12);
    assert_true(
        pk_str_equal(pk_table_frame(v.table, cell(v.table, 0, "function"))->name, PK_STR("load")));
    assert_string_equal(v.table->note.data, "Sum of self Δ in 3 functions: +3 = total Δ");
    assert_true(v.table->columns[column(v.table, "what")].is_machine_only);
    assert_false(v.table->columns[column(v.table, "verdict")].is_machine_only);
    assert_true(v.table->columns[column(v.table, "calls_delta")].is_machine_only);
    view_fini(&v);
}

/* UX.md section 4, item 3. */
static void new_and_gone_have_no_ratio(void **state)
{
    struct view v = view("main;old 5\nmain 1\n", "main;fresh 7\nmain 1\n", 0);

    (void)state;
    assert_string_equal(cell(v.table, 0, "what")->text.data, "new");
    assert_true(cell(v.table, 0, "self_ratio")->value == PK_MISSING);
    assert_true(cell(v.table, 0, "self_before")->value == PK_MISSING);
    assert_string_equal(cell(v.table, 1, "what")->text.data, "gone");
    assert_true(cell(v.table, 1, "self_ratio")->value == PK_MISSING);
    assert_true(cell(v.table, 1, "self_after")->value == PK_MISSING);
    assert_null(cell(v.table, 2, "what")->text.data);
    /* Each is shown from the profile that has it. */
    assert_true(
        pk_str_equal(pk_table_frame(v.table, cell(v.table, 0, "function"))->name, PK_STR("fresh")));
    assert_true(
        pk_str_equal(pk_table_frame(v.table, cell(v.table, 1, "function"))->name, PK_STR("old")));
    view_fini(&v);
}

/* Bounds are rounded outwards; what was not tested has neither p nor q. */
static void verdicts_have_what_they_rest_on(void **state)
{
    struct view v = view("a 48\nb 32\nc 3\n", "a 64\nb 16\nc 5\n", 0);

    (void)state;
    pk_verdicts_judge(&v.diff, 1);
    v.diff.row[0].judged.low = 4.6;
    v.diff.row[0].judged.high = 26.1;
    v.diff.row[0].judged.p = 0.0057;
    v.diff.row[0].judged.q = 0.5;
    v.table = pk_view_diff(&v.arena, &v.diff, (const char *const[]){"old", "new"}, 0);
    assert_string_equal(cell(v.table, 0, "verdict")->text.data, "slower");
    assert_string_equal(cell(v.table, 0, "method")->text.data, "shares");
    assert_int_equal(cell(v.table, 0, "interval_low")->value, 4);
    assert_int_equal(cell(v.table, 0, "interval_high")->value, 27);
    assert_int_equal(cell(v.table, 0, "p")->value, cell(v.table, 0, "p")->whole / 10000 * 57);
    assert_int_equal(cell(v.table, 0, "q")->value, cell(v.table, 0, "q")->whole / 2);
    assert_string_equal(cell(v.table, 2, "verdict")->text.data, "too few samples");
    assert_true(cell(v.table, 2, "p")->value == PK_MISSING);
    assert_true(cell(v.table, 2, "q")->value == PK_MISSING);
    view_fini(&v);
}

/* Something out of nothing is no ratio; nothing out of something is x0.00. */
static void a_ratio_needs_something_to_compare_with(void **state)
{
    struct view v = view("main;a 9\nmain 3\n", "main;a 3\nmain;a;b 1\n", 0);

    (void)state;
    for (uint32_t r = 0; r < v.table->n_rows; r++) {
        const struct pk_cell *ratio = cell(v.table, r, "self_ratio");
        int64_t before = cell(v.table, r, "self_before")->value;

        assert_true(before > 0 ? ratio->value >= 0 && ratio->whole == before
                               : ratio->value == PK_MISSING);
    }
    view_fini(&v);
}

static void the_rest_is_counted_with_its_difference(void **state)
{
    struct view v = view("a 10\nb 10\nc 10\nd 10\n", "a 30\nb 15\nc 7\nd 9\n", 1);

    (void)state;
    assert_int_equal(v.table->n_rows, 1);
    assert_int_equal(v.table->n_left_out, 3);
    assert_int_equal(v.table->left_out, 1); /* 5 - 3 - 1 */
    assert_string_equal(v.table->footer.data,
                        "3 more functions differ by +1 of self (--top 0 shows all)");
    assert_string_equal(v.table->note.data, "Sum of self Δ in 4 functions: +21 = total Δ");
    view_fini(&v);
}

static void no_difference_is_said(void **state)
{
    struct view v = view("a;b 1\n", "a;b 1\n", 0);

    (void)state;
    assert_int_equal(v.table->n_rows, 0);
    assert_string_equal(v.table->note.data, "no difference");
    view_fini(&v);
}

static void what_was_compared_is_told_for_machines(void **state)
{
    struct view v = view("a;b 1\n", "a;b 3\na;c 1\n", 0);
    const struct pk_table *sides = v.table->compared;

    (void)state;
    assert_int_equal(sides->n_rows, 2);
    assert_string_equal(cell(sides, 0, "side")->text.data, "before");
    assert_string_equal(cell(sides, 0, "input")->text.data, "old.folded");
    assert_string_equal(cell(sides, 1, "side")->text.data, "after");
    assert_string_equal(cell(sides, 1, "input")->text.data, "new.folded");
    assert_int_equal(cell(sides, 0, "total")->value, 1);
    assert_int_equal(cell(sides, 1, "total")->value, 4);
    assert_int_equal(cell(sides, 0, "functions")->value, 2);
    assert_int_equal(cell(sides, 1, "functions")->value, 3);
    view_fini(&v);
}

static void calls_are_shown_when_both_sides_count_them(void **state)
{
    struct pk_builder *b[2];
    struct view v;

    (void)state;
    for (int s = 0; s < 2; s++) {
        int64_t value = 10;

        b[s] = support_builder();
        pk_builder_self(b[s], support_frame(b[s], "f"), &value, &value,
                        (struct pk_calls){s ? 3 : 8, PK_MISSING});
    }
    v = view_of(support_freeze(b[0]), support_freeze(b[1]), 0);
    assert_false(v.table->columns[column(v.table, "calls_delta")].is_machine_only);
    assert_int_equal(cell(v.table, 0, "calls_delta")->value, -5);
    assert_int_equal(cell(v.table, 0, "calls_before")->value, 8);
    assert_int_equal(cell(v.table, 0, "calls_after")->value, 3);
    view_fini(&v);
}

static void differences_always_have_a_sign(void **state)
{
    static const struct {
        struct pk_metric metric;
        int64_t delta;
        const char *expected;
    } table[] = {
        {{.unit = PK_UNIT_NS}, -3360000000, "-3.36 s"},
        {{.unit = PK_UNIT_NS}, 730000000, "+730 ms"},
        {{.unit = PK_UNIT_COUNT}, 0, "0"},
        {{.unit = PK_UNIT_COUNT, .scale = -1}, 15, "+1.5"},
        {{.unit = PK_UNIT_BYTES}, -2048, "-2.00 KiB"},
        {{.unit = PK_UNIT_COUNT}, PK_MISSING, "-"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct pk_buf out = {0};

        pk_view_diff_delta(&out, &table[i].metric, table[i].delta);
        assert_string_equal(out.data, table[i].expected);
        pk_buf_fini(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_hold_both_sides_and_the_difference),
        cmocka_unit_test(new_and_gone_have_no_ratio),
        cmocka_unit_test(verdicts_have_what_they_rest_on),
        cmocka_unit_test(a_ratio_needs_something_to_compare_with),
        cmocka_unit_test(the_rest_is_counted_with_its_difference),
        cmocka_unit_test(no_difference_is_said),
        cmocka_unit_test(what_was_compared_is_told_for_machines),
        cmocka_unit_test(calls_are_shown_when_both_sides_count_them),
        cmocka_unit_test(differences_always_have_a_sign),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
