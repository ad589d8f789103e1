/*
 * Hot spots as rows. Columns are asked for by their JSON keys, which are promised to users; values
 * are counted by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "render/view_rows.h"
#include "support.h"

struct view { /* a table and what it lives on */
    struct pk_arena arena;
    struct pk_profile *profile;
    struct pk_table *table;
};

static struct view view(struct pk_builder *builder, enum pk_hotspots_key key, uint32_t top)
{
    struct view v = {.profile = support_freeze(builder)};
    struct pk_hotspots hotspots;

    pk_arena_init(&v.arena);
    hotspots = pk_hotspots_find(v.profile, 0, key, &v.arena);
    v.table = pk_view_rows_hotspots(&v.arena, v.profile, 0, &hotspots, top);
    return v;
}

static void view_fini(struct view *v)
{
    pk_arena_fini(&v->arena);
    pk_profile_free(v->profile);
}

static uint32_t column(const struct view *v, const char *key)
{
    uint32_t c = 0;

    while (c < v->table->n_columns && strcmp(v->table->columns[c].key, key) != 0)
        c++;
    assert_true(c < v->table->n_columns);
    return c;
}

static const struct pk_cell *cell(const struct view *v, uint32_t row, const char *key)
{
    return pk_table_cell(v->table, row, column(v, key));
}

static void add(struct pk_builder *builder, const char *name, int64_t self, int64_t incl)
{
    pk_builder_self(builder, support_frame(builder, name), &self, &incl, PK_CALLS_MISSING);
}

static void rows_hold_what_the_profile_says_of_a_function(void **state)
{
    struct view v = view(support_stacks("main;load;parse 30\nmain;load 5\nmain;draw 15\n"),
                         PK_HOTSPOTS_SELF, 0);
    static const struct {
        const char *name;
        int64_t self, total;
    } rows[] = {{"parse", 30, 30}, {"draw", 15, 15}, {"load", 5, 35}, {"main", 0, 50}};

    (void)state;
    assert_int_equal(v.table->n_rows, 4);
    assert_string_equal(v.table->schema, "profkit.hotspots/1");
    for (uint32_t r = 0; r < 4; r++) {
        struct pk_str name = pk_profile_frame(v.profile, cell(&v, r, "function")->frame)->name;

        assert_true(pk_str_equal(name, pk_str_of(rows[r].name)));
        assert_int_equal(cell(&v, r, "self")->value, rows[r].self);
        assert_int_equal(cell(&v, r, "total")->value, rows[r].total);
        assert_int_equal(cell(&v, r, "self_share")->value, rows[r].self);
        assert_int_equal(cell(&v, r, "self_share")->whole, 50);
        assert_int_equal(cell(&v, r, "total_share")->whole, 50);
        assert_true(cell(&v, r, "calls")->value == PK_MISSING);
        assert_true(cell(&v, r, "total_high")->value == PK_MISSING);
        assert_false(cell(&v, r, "total")->is_low);
    }
    assert_null(v.table->footer.data);
    view_fini(&v);
}

/* UX.md section 1.6: the longest bar fills its column, whatever its share. */
static void bars_are_measured_by_the_longest(void **state)
{
    struct view v = view(support_stacks("a 30\nb 15\nc 55\n"), PK_HOTSPOTS_NAME, 2);

    (void)state;
    assert_int_equal(cell(&v, 0, "bar")->value, 30);
    assert_int_equal(cell(&v, 0, "bar")->whole, 30); /* c is not among the rows */
    assert_int_equal(cell(&v, 1, "bar")->value, 15);
    assert_int_equal(cell(&v, 1, "bar")->whole, 30);
    view_fini(&v);
}

static void values_have_the_unit_and_scale_of_their_metric(void **state)
{
    struct pk_builder *builder = support_builder();
    struct view v;

    (void)state;
    add(builder, "f", 25, 25);
    pk_builder_rescale(builder, 0, -2);
    v = view(builder, PK_HOTSPOTS_SELF, 0);
    assert_int_equal(v.table->columns[column(&v, "self")].unit, PK_UNIT_NS);
    assert_int_equal(v.table->columns[column(&v, "total")].scale, -2);
    assert_int_equal(v.table->columns[column(&v, "per_call")].scale, -2);
    assert_int_equal(v.table->columns[column(&v, "calls")].unit, PK_UNIT_COUNT);
    assert_int_equal(v.table->columns[column(&v, "calls")].scale, 0);
    assert_int_equal(cell(&v, 0, "self")->value, 2500);
    view_fini(&v);
}

static void columns_without_anything_are_for_machines_only(void **state)
{
    struct pk_builder *traced = support_builder();
    struct view samples = view(support_stacks("f 1\n"), PK_HOTSPOTS_PER_CALL, 0), calls;
    static const int64_t self = 1;

    (void)state;
    assert_true(samples.table->columns[column(&samples, "calls")].is_machine_only);
    assert_true(samples.table->columns[column(&samples, "per_call")].is_machine_only);
    view_fini(&samples);

    pk_builder_self(traced, support_frame(traced, "f"), &self, &self, (struct pk_calls){4, 2});
    calls = view(traced, PK_HOTSPOTS_SELF, 0);
    assert_false(calls.table->columns[column(&calls, "calls")].is_machine_only);
    assert_true(calls.table->columns[column(&calls, "per_call")].is_machine_only);
    assert_true(calls.table->columns[column(&calls, "primitive_calls")].is_machine_only);
    assert_int_equal(cell(&calls, 0, "primitive_calls")->value, 2);
    view_fini(&calls);
}

static void time_per_call_is_shown_when_it_orders_the_rows(void **state)
{
    struct pk_builder *builder = support_builder();
    struct view v;
    static const int64_t self = 12;

    (void)state;
    pk_builder_self(builder, support_frame(builder, "f"), &self, &self, (struct pk_calls){4, 4});
    v = view(builder, PK_HOTSPOTS_PER_CALL, 0);
    assert_false(v.table->columns[column(&v, "per_call")].is_machine_only);
    assert_int_equal(cell(&v, 0, "per_call")->value, 3);
    view_fini(&v);
}

static void the_footer_says_what_was_left_out(void **state)
{
    static const struct {
        const char *stacks;
        uint32_t top;
        const char *footer;
    } cases[] = {
        {"a 50\nb 30\nc 20\n", 1, "2 more functions hold 50.0 % of self (--top 0 shows all)"},
        {"a 50\nb 30\nc 20\n", 2, "1 more function holds 20.0 % of self (--top 0 shows all)"},
        {"a 50\nb 30\nc 20\n", 3, NULL},
        {"a 50\nb 30\nc 20\n", 9, NULL},
        {"a 50\nb 30\nc 20\n", 0, NULL},
        /* no share of nothing, and none of differences: the value itself */
        {"a 0\nb 0\n", 1, "1 more function holds 0 of self (--top 0 shows all)"},
        {"a 9\nb -3\n", 1, "1 more function holds -3 of self (--top 0 shows all)"},
        {"a 9\nb 3\nc -11\n", 1, "2 more functions hold -8 of self (--top 0 shows all)"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct view v = view(support_stacks(cases[i].stacks), PK_HOTSPOTS_SELF, cases[i].top);

        if (cases[i].footer)
            assert_string_equal(v.table->footer.data, cases[i].footer);
        else
            assert_null(v.table->footer.data);
        view_fini(&v);
    }
}

static void what_is_left_out_is_counted_and_summed(void **state)
{
    struct view v = view(support_stacks("r;a 50\nr;b 30\nr;c 20\n"), PK_HOTSPOTS_TOTAL, 1);

    (void)state;
    assert_int_equal(v.table->n_rows, 1);
    assert_int_equal(v.table->n_left_out, 3);
    assert_int_equal(v.table->left_out, 100); /* of self: r, the one row shown, has none */
    view_fini(&v);
}

/* A file may contradict itself: its function has more inclusive time than the whole program. */
static void no_share_passes_a_hundred_percent(void **state)
{
    struct pk_builder *builder = support_builder();
    struct view v;

    (void)state;
    add(builder, "f", 10, 500);
    add(builder, "g", 30, 30);
    v = view(builder, PK_HOTSPOTS_TOTAL, 0);
    assert_int_equal(cell(&v, 0, "total")->value, 500);
    assert_int_equal(cell(&v, 0, "total_share")->value, 40);
    assert_int_equal(cell(&v, 0, "total_share")->whole, 40);
    view_fini(&v);
}

static void negative_values_are_kept_and_have_no_share(void **state)
{
    struct pk_builder *builder = support_builder();
    struct view v;

    (void)state;
    add(builder, "f", -4, -4);
    add(builder, "g", 10, 10);
    v = view(builder, PK_HOTSPOTS_NAME, 0);
    assert_int_equal(cell(&v, 0, "self")->value, -4);
    assert_true(cell(&v, 0, "self_share")->value == PK_MISSING);
    assert_true(cell(&v, 0, "total_share")->value == PK_MISSING);
    assert_int_equal(cell(&v, 1, "self_share")->value, 6); /* 10 of 6: all of it */
    view_fini(&v);
}

static void differences_have_no_shares_at_all(void **state)
{
    struct pk_builder *builder = support_stacks("a 5\nb -3\n");
    struct pk_metric samples = {
        .name = PK_STR("samples"), .unit = PK_UNIT_COUNT, .is_signed = true};
    struct view v;

    (void)state;
    pk_builder_metric(builder, &samples);
    v = view(builder, PK_HOTSPOTS_SELF, 0);
    assert_int_equal(cell(&v, 0, "self")->value, 5);
    assert_true(cell(&v, 0, "self_share")->value == PK_MISSING);
    view_fini(&v);
}

/* a and b call each other: each has between what is known of it (its own 10 or 20, or the 30 that
 * enter a from outside) and the 30 of the whole circle. */
static void a_bound_is_marked_and_its_other_end_kept(void **state)
{
    struct pk_builder *builder = support_builder();
    pk_frame_id r = support_frame(builder, "r"), a = support_frame(builder, "a"),
                b = support_frame(builder, "b");
    static const int64_t self[] = {0, 10, 20}, into = 30;
    struct view v;

    (void)state;
    pk_builder_self(builder, r, &self[0], NULL, (struct pk_calls){1, 1});
    pk_builder_self(builder, a, &self[1], NULL, (struct pk_calls){3, 3});
    pk_builder_self(builder, b, &self[2], NULL, (struct pk_calls){2, 2});
    pk_builder_edge(builder, r, a, &into, NULL, (struct pk_calls){1, 1});
    pk_builder_edge(builder, a, b, NULL, NULL, (struct pk_calls){2, 2});
    pk_builder_edge(builder, b, a, NULL, NULL, (struct pk_calls){2, 2});
    v = view(builder, PK_HOTSPOTS_SELF, 0); /* b, a, r */
    assert_int_equal(cell(&v, 0, "total")->value, 20);
    assert_true(cell(&v, 0, "total")->is_low);
    assert_true(cell(&v, 0, "total_share")->is_low);
    assert_true(cell(&v, 0, "per_call")->is_low);
    assert_int_equal(cell(&v, 0, "total_high")->value, 30);
    assert_int_equal(cell(&v, 1, "total")->value, 30);
    assert_false(cell(&v, 1, "total")->is_low);
    assert_false(cell(&v, 2, "total")->is_low);
    view_fini(&v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_hold_what_the_profile_says_of_a_function),
        cmocka_unit_test(bars_are_measured_by_the_longest),
        cmocka_unit_test(values_have_the_unit_and_scale_of_their_metric),
        cmocka_unit_test(columns_without_anything_are_for_machines_only),
        cmocka_unit_test(time_per_call_is_shown_when_it_orders_the_rows),
        cmocka_unit_test(the_footer_says_what_was_left_out),
        cmocka_unit_test(what_is_left_out_is_counted_and_summed),
        cmocka_unit_test(no_share_passes_a_hundred_percent),
        cmocka_unit_test(negative_values_are_kept_and_have_no_share),
        cmocka_unit_test(differences_have_no_shares_at_all),
        cmocka_unit_test(a_bound_is_marked_and_its_other_end_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
