/*
 * Callers and callees as rows. Columns are asked for by their JSON keys, which are promised to
 * users; values are counted by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "render/view_calls.h"
#include "support.h"

struct view { /* a table and what it lives on */
    struct pk_arena arena;
    struct pk_profile *profile;
    struct pk_table *table;
};

static struct view view(struct pk_builder *builder, const char *function, uint32_t top)
{
    struct view v = {.profile = support_freeze(builder)};
    struct pk_neighbours found;

    pk_arena_init(&v.arena);
    found = pk_calls_find(v.profile, 0, support_find(v.profile, function), &v.arena);
    v.table = pk_view_calls(&v.arena, v.profile, 0, &found, top);
    return v;
}

static void view_fini(struct view *v)
{
    pk_arena_fini(&v->arena);
    pk_profile_free(v->profile);
}

static const struct pk_cell *cell(const struct view *v, uint32_t row, const char *key)
{
    uint32_t c = 0;

    while (c < v->table->n_columns && strcmp(v->table->columns[c].key, key) != 0)
        c++;
    assert_true(c < v->table->n_columns && row < v->table->n_rows);
    return pk_table_cell(v->table, row, c);
}

static void assert_row(const struct view *v, uint32_t row, const char *role, const char *name,
                       int64_t total, int64_t whole)
{
    assert_string_equal(cell(v, row, "role")->text.data, role);
    assert_true(
        pk_str_equal(pk_table_frame(v->table, cell(v, row, "function"))->name, pk_str_of(name)));
    assert_int_equal(cell(v, row, "total")->value, total);
    assert_int_equal(cell(v, row, "share")->value, total > whole ? whole : total);
    assert_int_equal(cell(v, row, "share")->whole, whole);
}

/* The example of UX.md section 1.6: neighbours are shares of the function, its own is of the run.
 */
static void callers_stand_above_and_callees_below(void **state)
{
    struct view v =
        view(support_stacks("main;load;parse 30\nmain;load 5\ntest;load 10\nmain 55\n"), "load", 0);

    (void)state;
    assert_string_equal(v.table->schema, "profkit.calls/1");
    assert_int_equal(v.table->n_rows, 4);
    assert_row(&v, 0, "caller", "main", 35, 45);
    assert_row(&v, 1, "caller", "test", 10, 45);
    assert_row(&v, 2, "function", "load", 45, 100);
    assert_row(&v, 3, "callee", "parse", 30, 45);
    assert_int_equal(cell(&v, 0, "function")->mark, PK_MARK_CALLER);
    assert_int_equal(cell(&v, 2, "function")->mark, PK_MARK_NONE);
    assert_int_equal(cell(&v, 3, "function")->mark, PK_MARK_CALLEE);
    assert_int_equal(cell(&v, 2, "self")->value, 15);
    assert_string_equal(cell(&v, 2, "function")->text.data, "self 15");
    assert_null(v.table->footer.data);
    assert_string_equal(v.table->note.data, "◂ ▸ rows: % of load; its own row: % of the run");
    view_fini(&v);
}

/* On the stacks f;f;f and f;f;g the edge f -> f stands twice and once: it counts each stack once.
 */
static void an_edge_to_itself_has_one_row_of_at_most_all(void **state)
{
    struct view v = view(support_stacks("f;f;f 3\nf;f;g 1\nf 4\n"), "f", 0);

    (void)state;
    assert_int_equal(v.table->n_rows, 3);
    assert_row(&v, 0, "function", "f", 8, 8);
    assert_row(&v, 1, "itself", "f", 4, 8);
    assert_row(&v, 2, "callee", "g", 1, 8);
    assert_int_equal(cell(&v, 1, "function")->mark, PK_MARK_ITSELF);
    view_fini(&v);
}

static void add_edge(struct pk_builder *b, const char *caller, const char *callee,
                     const int64_t *total, int64_t calls)
{
    pk_builder_edge(b, support_frame(b, caller), support_frame(b, callee), total, NULL,
                    (struct pk_calls){calls, PK_MISSING});
}

static void add_function(struct pk_builder *b, const char *name, int64_t self, int64_t total)
{
    pk_builder_self(b, support_frame(b, name), &self, &total, (struct pk_calls){1, 1});
}

/* cpython#142374: some files say more on an edge than the function has in all. */
static void no_share_passes_the_whole(void **state)
{
    struct pk_builder *b = support_builder();
    struct view v;

    (void)state;
    add_function(b, "main", 5, 15);
    add_function(b, "f", 10, 10);
    add_edge(b, "main", "f", &(int64_t){13}, 1);
    v = view(b, "f", 0);
    assert_int_equal(cell(&v, 0, "total")->value, 13); /* the number is the file's */
    assert_int_equal(cell(&v, 0, "share")->value, 10); /* the share is at most all */
    assert_int_equal(cell(&v, 0, "share")->whole, 10);
    view_fini(&v);
}

static void what_the_file_does_not_say_is_missing(void **state)
{
    struct pk_builder *b = support_builder();
    struct view v;

    (void)state;
    add_function(b, "main", 5, 15);
    add_function(b, "f", 10, 10);
    add_edge(b, "main", "f", NULL, 7);
    v = view(b, "f", 0);
    assert_true(cell(&v, 0, "total")->value == PK_MISSING);
    assert_true(cell(&v, 0, "share")->value == PK_MISSING);
    assert_true(cell(&v, 0, "self")->value == PK_MISSING);
    assert_true(cell(&v, 0, "primitive_calls")->value == PK_MISSING);
    assert_int_equal(cell(&v, 0, "calls")->value, 7);
    view_fini(&v);
}

/* Samples have no calls; traced profiles do. */
static void the_column_of_calls_is_shown_where_there_are_calls(void **state)
{
    struct view samples = view(support_stacks("a;b 1\n"), "b", 0), traced;
    struct pk_builder *b = support_builder();

    (void)state;
    add_function(b, "f", 10, 10);
    traced = view(b, "f", 0);
    for (uint32_t c = 0; c < samples.table->n_columns; c++)
        if (strcmp(samples.table->columns[c].key, "calls") == 0) {
            assert_true(samples.table->columns[c].is_machine_only);
            assert_false(traced.table->columns[c].is_machine_only);
        }
    view_fini(&samples);
    view_fini(&traced);
}

/* A cycle f <-> g of a graph: the total of a member is only known to be at least its entries. */
static void shares_of_a_lower_bound_are_lower_bounds(void **state)
{
    struct pk_builder *b = support_builder();
    struct view v;
    int64_t low, high;

    (void)state;
    for (int i = 0; i < 4; i++) {
        static const char *const names[] = {"main", "f", "g", "leaf"};
        static const int64_t selfs[] = {1, 4, 10, 5};

        pk_builder_self(b, support_frame(b, names[i]), &selfs[i], NULL, PK_CALLS_MISSING);
    }
    add_edge(b, "main", "f", &(int64_t){19}, 1);
    add_edge(b, "f", "g", NULL, 2);
    add_edge(b, "g", "f", NULL, 1);
    add_edge(b, "g", "leaf", &(int64_t){5}, 1);
    v = view(b, "g", 0);
    low = cell(&v, 1, "total")->value;
    high = cell(&v, 1, "total_high")->value;
    assert_string_equal(cell(&v, 1, "role")->text.data, "function");
    assert_int_equal(low, 15);  /* its self and what leaves the cycle from it */
    assert_int_equal(high, 19); /* everything that entered the cycle */
    assert_true(cell(&v, 1, "total")->is_low);
    assert_true(cell(&v, 1, "share")->is_low);
    assert_string_equal(cell(&v, 2, "role")->text.data, "callee");
    assert_int_equal(cell(&v, 2, "share")->value, 5);
    assert_int_equal(cell(&v, 2, "share")->whole, 19);
    assert_true(cell(&v, 2, "share")->is_low);
    view_fini(&v);
}

static void top_cuts_both_lists_and_says_so(void **state)
{
    struct view v = view(support_stacks("a;f;x 9\nb;f;y 8\nc;f;z 7\nd;f 6\n"), "f", 2);
    static const char *const names[] = {"a", "b", "f", "x", "y"};

    (void)state;
    assert_int_equal(v.table->n_rows, 5);
    for (uint32_t r = 0; r < 5; r++)
        assert_true(pk_str_equal(pk_table_frame(v.table, cell(&v, r, "function"))->name,
                                 pk_str_of(names[r])));
    assert_string_equal(v.table->footer.data,
                        "2 more callers and 1 more callee (--top 0 shows all)");
    assert_int_equal(v.table->n_left_out, 3);
    assert_true(v.table->left_out == PK_MISSING);
    view_fini(&v);
    v = view(support_stacks("a;f;x 9\nb;f;x 8\n"), "f", 1);
    assert_string_equal(v.table->footer.data, "1 more caller (--top 0 shows all)");
    view_fini(&v);
}

/* Over random programs with recursion: a caller or callee never has more than the function. */
static void edges_of_recorded_stacks_never_pass_the_function(void **state)
{
    struct support_random random = {77};
    const struct support_program program = {6, 80, 14, true, 1000};

    (void)state;
    for (uint32_t i = 0; i < support_cases(50); i++) {
        struct view v = view(support_program(&random, &program), "f01", 0);
        int64_t own = 0;

        for (uint32_t r = 0; r < v.table->n_rows; r++)
            if (strcmp(cell(&v, r, "role")->text.data, "function") == 0)
                own = cell(&v, r, "total")->value;
        for (uint32_t r = 0; r < v.table->n_rows; r++) {
            assert_true(cell(&v, r, "total")->value <= own);
            assert_true(cell(&v, r, "share")->value <= cell(&v, r, "share")->whole);
        }
        view_fini(&v);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(callers_stand_above_and_callees_below),
        cmocka_unit_test(an_edge_to_itself_has_one_row_of_at_most_all),
        cmocka_unit_test(no_share_passes_the_whole),
        cmocka_unit_test(what_the_file_does_not_say_is_missing),
        cmocka_unit_test(the_column_of_calls_is_shown_where_there_are_calls),
        cmocka_unit_test(shares_of_a_lower_bound_are_lower_bounds),
        cmocka_unit_test(top_cuts_both_lists_and_says_so),
        cmocka_unit_test(edges_of_recorded_stacks_never_pass_the_function),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
