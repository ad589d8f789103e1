/*
 * Tables as arrays: every cell its own, what was passed copied.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "render/table.h"

static void every_cell_of_a_table_is_its_own(void **state)
{
    static const struct pk_column columns[] = {
        {.key = "a", .kind = PK_COLUMN_COUNT},
        {.key = "b", .kind = PK_COLUMN_COUNT},
        {.key = "c", .kind = PK_COLUMN_COUNT},
    };
    struct pk_arena arena;
    struct pk_table *table;

    (void)state;
    pk_arena_init(&arena);
    table = pk_table_new(&arena, columns, 3, 2);
    for (uint32_t r = 0; r < 2; r++)
        for (uint32_t c = 0; c < 3; c++)
            pk_table_cell(table, r, c)->value = r * 10 + c;
    for (uint32_t r = 0; r < 2; r++)
        for (uint32_t c = 0; c < 3; c++)
            assert_int_equal(pk_table_cell(table, r, c)->value, r * 10 + c);
    pk_arena_fini(&arena);
}

static void a_new_table_is_all_zero(void **state)
{
    static const struct pk_column column = {.key = "a", .kind = PK_COLUMN_FRAME};
    struct pk_arena arena;
    struct pk_table *table;

    (void)state;
    pk_arena_init(&arena);
    table = pk_table_new(&arena, &column, 1, 1);
    assert_int_equal(table->n_columns, 1);
    assert_int_equal(table->n_rows, 1);
    assert_null(table->schema);
    assert_null(table->profile);
    assert_null(table->footer.data);
    assert_int_equal(table->n_left_out, 0);
    assert_int_equal(pk_table_cell(table, 0, 0)->value, 0);
    assert_null(pk_table_cell(table, 0, 0)->text.data);
    pk_arena_fini(&arena);
}

/* A view changes the columns of its table (units, what is shown), never its own layout. */
static void columns_are_copied(void **state)
{
    struct pk_column columns[] = {{.key = "a", .title = "A", .kind = PK_COLUMN_VALUE}};
    struct pk_arena arena;
    struct pk_table *table;

    (void)state;
    pk_arena_init(&arena);
    table = pk_table_new(&arena, columns, 1, 0);
    columns[0].title = "B";
    assert_string_equal(table->columns[0].title, "A");
    table->columns[0].unit = PK_UNIT_BYTES;
    assert_int_equal(columns[0].unit, PK_UNIT_COUNT);
    pk_arena_fini(&arena);
}

/* Shares leave 0 to 100 % neither for files that contradict themselves nor for negative values. */
static void shares_stay_within_the_whole(void **state)
{
    static const struct {
        int64_t value, whole, expected;
        bool is_signed;
    } table[] = {
        {5, 10, 5, false},
        {10, 10, 10, false},
        {13, 10, 10, false},
        {0, 0, 0, false},
        {3, 0, 0, false},
        {-1, 10, PK_MISSING, false},
        {PK_MISSING, 10, PK_MISSING, false},
        {5, PK_MISSING, PK_MISSING, false},
        {5, -10, PK_MISSING, false},
        {5, 10, PK_MISSING, true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct pk_metric metric = {.is_signed = table[i].is_signed};
        struct pk_cell cell = pk_table_share(&metric, table[i].value, table[i].whole);

        assert_true(cell.value == table[i].expected);
        assert_true(cell.whole == table[i].whole);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cell_of_a_table_is_its_own),
        cmocka_unit_test(a_new_table_is_all_zero),
        cmocka_unit_test(columns_are_copied),
        cmocka_unit_test(shares_stay_within_the_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
