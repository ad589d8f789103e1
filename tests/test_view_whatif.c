/*
 * What if, as rows and in words.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "render/view_whatif.h"
#include "support.h"
#include "table_check.h"

static struct pk_profile *profile;
static struct pk_arena arena;
static struct pk_whatif_change changes[3];

static int set_up(void **state)
{
    (void)state;
    profile = support_profile("main;load;parse 300\nmain;load 100\nmain;draw 100\n");
    changes[0] =
        (struct pk_whatif_change){PK_WHATIF_MEMO, support_find(profile, "parse"), PK_NONE, 0};
    changes[1] = (struct pk_whatif_change){PK_WHATIF_SPEEDUP, support_find(profile, "load"),
                                           PK_NONE, 1250000};
    changes[2] = (struct pk_whatif_change){PK_WHATIF_HOIST, support_find(profile, "parse"),
                                           support_find(profile, "load"), 0};
    pk_arena_init(&arena);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    pk_arena_fini(&arena);
    pk_profile_free(profile);
    return 0;
}

static void the_whole_stands_above_single_changes(void **state)
{
    struct pk_whatif whatif;
    struct pk_table *table;

    (void)state;
    changes[1].speedup = 2000000; /* halves have no rounding */
    pk_whatif_find(&whatif, profile, 0, changes, 3);
    table = pk_view_whatif_table(&arena, profile, 0, &whatif, changes, 3);
    assert_int_equal(table->n_rows, 5);
    assert_text(cell_of(table, 0, "change")->text, "now");
    assert_int_equal(cell_of(table, 0, "total")->value, 500);
    assert_int_equal(cell_of(table, 0, "saves")->value, PK_MISSING);
    assert_text(cell_of(table, 1, "change")->text, "all");
    assert_int_equal(cell_of(table, 1, "total_low")->value, 150); /* 100 + 100 / 2 */
    assert_int_equal(cell_of(table, 1, "total_high")->value, 300);
    assert_int_equal(cell_of(table, 2, "saves_high")->value, 300);
    assert_true(cell_of(table, 2, "saves")->is_estimated);
    assert_int_equal(cell_of(table, 3, "saves")->value, 200);
    assert_false(cell_of(table, 3, "saves")->is_estimated);
    assert_text(cell_of(table, 4, "caller")->text, "load");
    assert_text(cell_of(table, 4, "function")->text, "out of load, saves 0 to 300");
    assert_non_null(table->note.data); /* samples count no calls */
    pk_whatif_fini(&whatif);
}

static void changes_are_said_in_words(void **state)
{
    struct pk_buf text = {0};

    (void)state;
    pk_view_whatif_words(&text, profile, changes, 3);
    assert_text(pk_buf_view(&text), "memo parse, 1.25x load, hoist parse out of load");
    pk_buf_fini(&text);
}

static void a_value_has_its_bounds_where_they_are_two(void **state)
{
    const struct pk_whatif_part known = {500, {500, 500}}, open = {500, {100, 900}};
    const struct pk_metric *metric = pk_profile_metric(profile, 0);
    struct pk_buf text = {0};

    (void)state;
    pk_view_whatif_value(&text, metric, &known);
    assert_text(pk_buf_view(&text), "500");
    pk_buf_reset(&text);
    pk_view_whatif_value(&text, metric, &open);
    assert_text(pk_buf_view(&text), "≈500 (100 to 900)");
    pk_buf_fini(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_whole_stands_above_single_changes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(changes_are_said_in_words, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_value_has_its_bounds_where_they_are_two, set_up,
                                        tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
