/*
 * Tables as text: marks of callers and callees, signs of differences, ratios, notes. The rest of
 * the layout is tested through the program, in tests/cli.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "render/table.h"
#include "render/writers.h"
#include "support.h"

enum { DELTA, RATIO, NAME, COLUMNS };

static const struct pk_column columns[COLUMNS] = {
    [DELTA] = {.title = "SELF Δ", .kind = PK_COLUMN_VALUE, .is_delta = true},
    [RATIO] = {.title = "RATIO", .kind = PK_COLUMN_RATIO, .drop = 1},
    [NAME] = {.title = "FUNCTION", .kind = PK_COLUMN_FRAME},
};

struct sheet { /* a table over the functions f and longer_name */
    struct pk_arena arena;
    struct pk_profile *profile;
    struct pk_table *table;
};

static struct sheet sheet(uint32_t rows)
{
    struct sheet s = {.profile = support_profile("f;longer_name 1\n")};

    pk_arena_init(&s.arena);
    s.table = pk_table_new(&s.arena, columns, COLUMNS, rows);
    s.table->profile = s.profile;
    return s;
}

static void sheet_fini(struct sheet *s)
{
    pk_arena_fini(&s->arena);
    pk_profile_free(s->profile);
}

static void set(const struct sheet *s, uint32_t row, int64_t delta, int64_t part, int64_t whole,
                const char *name, enum pk_mark mark)
{
    struct pk_cell *cell = pk_table_cell(s->table, row, 0);

    cell[DELTA].value = delta;
    cell[RATIO].value = part;
    cell[RATIO].whole = whole;
    cell[NAME].frame = support_find(s->profile, name);
    cell[NAME].mark = mark;
}

static void assert_text(const struct sheet *s, const struct pk_style *style, const char *expected)
{
    struct pk_error error = {0};
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);

    assert_true(pk_writer_text.table(s->table, style, to, &error));
    fclose(to);
    assert_string_equal(text, expected);
    free(text);
}

static void a_difference_always_shows_its_sign(void **state)
{
    struct sheet s = sheet(4);

    (void)state;
    set(&s, 0, 1200, 4, 3, "f", PK_MARK_NONE);
    set(&s, 1, -7, 1, 10, "longer_name", PK_MARK_NONE);
    set(&s, 2, 0, 5, 5, "f", PK_MARK_NONE);
    set(&s, 3, PK_MISSING, PK_MISSING, 5, "f", PK_MARK_NONE);
    assert_text(&s, &(struct pk_style){0},
                "SELF Δ  RATIO  FUNCTION\n"
                "+1,200  x1.33  f\n"
                "    -7  x0.10  longer_name\n"
                "     0  x1.00  f\n"
                "     -      -  f\n");
    assert_text(&s, &(struct pk_style){.is_raw = true, .no_header = true},
                "+1200  x1.33  f\n"
                "   -7  x0.10  longer_name\n"
                "    0  x1.00  f\n"
                "    -      -  f\n");
    sheet_fini(&s);
}

static void callers_and_callees_are_marked_and_indented(void **state)
{
    struct sheet s = sheet(4);

    (void)state;
    s.table->columns[RATIO].is_machine_only = true;
    set(&s, 0, 1, 0, 0, "f", PK_MARK_CALLER);
    set(&s, 1, 2, 0, 0, "longer_name", PK_MARK_NONE);
    set(&s, 2, 3, 0, 0, "longer_name", PK_MARK_ITSELF);
    set(&s, 3, 4, 0, 0, "f", PK_MARK_CALLEE);
    pk_table_cell(s.table, 1, NAME)->text = PK_STR("self 2");
    assert_text(&s, &(struct pk_style){0},
                "SELF Δ  FUNCTION\n"
                "    +1    ◂ f\n"
                "    +2  longer_name   self 2\n"
                "    +3   ◂▸ longer_name\n"
                "    +4    ▸ f\n");
    assert_text(&s, &(struct pk_style){.is_ascii = true},
                "SELF +/-  FUNCTION\n"
                "      +1    < f\n"
                "      +2  longer_name   self 2\n"
                "      +3   <> longer_name\n"
                "      +4    > f\n");
    sheet_fini(&s);
}

/* The mark is what the row is about: the name is cut instead, and what stands behind it goes. */
static void a_narrow_terminal_keeps_the_marks(void **state)
{
    struct sheet s = sheet(2);

    (void)state;
    s.table->columns[RATIO].is_machine_only = true;
    set(&s, 0, 1, 0, 0, "longer_name", PK_MARK_CALLER);
    set(&s, 1, 2, 0, 0, "longer_name", PK_MARK_NONE);
    pk_table_cell(s.table, 1, NAME)->text = PK_STR("self 2");
    assert_text(&s, &(struct pk_style){.width = 10},
                "SELF Δ\n"
                "    +1\n"
                "    ◂ …ame\n"
                "    +2\n"
                "  …er_name\n");
    assert_text(&s, &(struct pk_style){.width = 42},
                "SELF Δ  FUNCTION\n"
                "    +1    ◂ longer_name\n"
                "    +2  longer_name   self 2\n");
    sheet_fini(&s);
}

static void the_note_stands_below_all_and_is_escaped(void **state)
{
    struct sheet s = sheet(1);

    (void)state;
    set(&s, 0, 1, 1, 1, "f", PK_MARK_NONE);
    s.table->footer = PK_STR("3 more (--top 0 shows all)");
    s.table->note = PK_STR("Sum of Δ in x\x1b[31m: 1");
    assert_text(&s, &(struct pk_style){0},
                "SELF Δ  RATIO  FUNCTION\n"
                "    +1  x1.00  f\n"
                "… 3 more (--top 0 shows all)\n"
                "Sum of Δ in x\\x1b[31m: 1\n");
    assert_text(&s, &(struct pk_style){.is_ascii = true, .width = 12},
                "SELF +/-\n"
                "      +1\n"
                "  f\n"
                "... 3 more\n"
                "  (--top 0\n"
                "  shows all)\n"
                "Sum of +/-\n"
                "  in\n"
                "  x\\x1b[31m:\n"
                "  1\n");
    assert_text(&s, &(struct pk_style){.no_header = true}, "+1  x1.00  f\n");
    sheet_fini(&s);
}

/* A function that is gone is shown from the other profile. */
static void a_cell_may_be_of_another_profile(void **state)
{
    struct sheet s = sheet(1);
    struct pk_profile *other = support_profile("gone 1\n");

    (void)state;
    set(&s, 0, -1, PK_MISSING, 1, "f", PK_MARK_NONE);
    pk_table_cell(s.table, 0, NAME)->frame = 0;
    pk_table_cell(s.table, 0, NAME)->profile = other;
    assert_text(&s, &(struct pk_style){.no_header = true}, "-1  -  gone\n");
    sheet_fini(&s);
    pk_profile_free(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_difference_always_shows_its_sign),
        cmocka_unit_test(callers_and_callees_are_marked_and_indented),
        cmocka_unit_test(a_narrow_terminal_keeps_the_marks),
        cmocka_unit_test(the_note_stands_below_all_and_is_escaped),
        cmocka_unit_test(a_cell_may_be_of_another_profile),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
