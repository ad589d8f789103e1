/*
 * Services as rows: what is listed, what is left out, and that this is said.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "render/view_services.h"
#include "support.h"
#include "table_check.h"

static struct pk_profile *profile;
static struct pk_arena arena;
static struct pk_str names[] = {PK_STR("store"), PK_STR("mail"), PK_STR("never")};
static uint32_t start[] = {0, 2, 3, 3};
static pk_frame_id member[3];
static struct pk_service_sets sets = {3, names, start, member};

static int set_up(void **state)
{
    (void)state;
    profile = support_profile("main;put 600\nmain;get 100\nmain;sync;get 200\nmain;send 10\n");
    member[0] = support_find(profile, "put");
    member[1] = support_find(profile, "get");
    member[2] = support_find(profile, "send");
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

static struct pk_table *view_with(struct pk_view_services view, pk_frame_id function)
{
    static struct pk_services services;
    struct pk_service_question question = {.sets = &sets, .function = function};

    services = pk_services_find(profile, &question, &arena);
    view.sets = &sets;
    view.services = &services;
    view.function = function;
    return pk_view_services_table(&arena, profile, 0, &view);
}

static void a_service_has_its_rows_below_it(void **state)
{
    struct pk_table *table = view_with((struct pk_view_services){.has_parts = true}, PK_NONE);

    (void)state;
    /* store, 3 calls into it, 2 parts; mail, 1 call, 1 part; what is never called has none */
    assert_int_equal(table->n_rows, 6 + 3);
    assert_text(cell_of(table, 0, "role")->text, "service");
    assert_text(cell_of(table, 0, "service")->text, "store");
    assert_int_equal(cell_of(table, 0, "total")->value, 900);
    assert_int_equal(cell_of(table, 0, "share")->whole, 910);
    assert_text(cell_of(table, 1, "role")->text, "caller");
    assert_text(cell_of(table, 1, "other")->text, "put");
    assert_int_equal(cell_of(table, 1, "total")->value, 600);
    assert_text(cell_of(table, 4, "role")->text, "part");
    assert_null(cell_of(table, 4, "other")->text.data);
    assert_text(cell_of(table, 6, "service")->text, "mail");
    assert_null(table->footer.data);
}

static void what_is_left_out_is_said(void **state)
{
    struct pk_table *table = view_with(
        (struct pk_view_services){.has_parts = true, .top = 1, .min_percent = 2000000}, PK_NONE);

    (void)state;
    assert_int_equal(table->n_rows, 3);
    assert_text(table->footer,
                "1 smaller service, 3 more rows (--top 0 --min-percent 0 shows all)");
    assert_int_equal(table->n_left_out, 4);
    table =
        view_with((struct pk_view_services){.has_parts = true, .n_entries_left_out = 7}, PK_NONE);
    assert_text(table->footer, "7 smaller entry points were not looked at");
}

static void a_function_is_told_what_it_does_not_reach(void **state)
{
    struct pk_table *table =
        view_with((struct pk_view_services){.has_parts = true}, support_find(profile, "sync"));

    (void)state;
    assert_int_equal(table->n_rows, 3 + 2);
    assert_int_equal(cell_of(table, 0, "total")->value, 200);
    assert_int_equal(cell_of(table, 0, "share")->whole, 200);
    assert_text(cell_of(table, 3, "service")->text, "mail");
    assert_int_equal(cell_of(table, 3, "total")->value, 0);
    assert_text(cell_of(table, 4, "service")->text, "never");
}

static void samples_show_no_calls(void **state)
{
    struct pk_table *table = view_with((struct pk_view_services){.has_parts = true}, PK_NONE);

    (void)state;
    assert_int_equal(cell_of(table, 0, "calls")->value, PK_MISSING);
    for (uint32_t c = 0; c < table->n_columns; c++)
        if (pk_str_equal(pk_str_of(table->columns[c].key), PK_STR("calls")))
            assert_true(table->columns[c].is_machine_only);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_service_has_its_rows_below_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_left_out_is_said, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_function_is_told_what_it_does_not_reach, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(samples_show_no_calls, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
