/*
 * Tables as CSV and as tab-separated text. What is expected follows from RFC 4180 and from the
 * values that each table is given; nothing is rounded, and what is missing is empty.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "render/view_rows.h"
#include "render/writers.h"
#include "support.h"
#include "written.h"

#define NAMES "name,display,file,line,module,kind\r\n"

/* All functions of a profile, in a style for people, of which nothing may show. */
static void check_hotspots(struct pk_builder *builder, const struct pk_writer *writer, uint32_t top,
                           const char *expected)
{
    struct pk_profile *profile = support_freeze(builder);
    struct pk_style style = {.width = 40, .is_ascii = true};
    struct pk_arena arena;
    struct pk_hotspots found;
    char *text;

    pk_arena_init(&arena);
    found = pk_hotspots_find(profile, 0, PK_HOTSPOTS_SELF, &arena);
    text = written_table(writer, pk_view_rows_hotspots(&arena, profile, 0, &found, top), &style);
    assert_string_equal(text, expected);
    free(text);
    pk_arena_fini(&arena);
    pk_profile_free(profile);
}

static void values_are_exact_and_missing_ones_empty(void **state)
{
    (void)state;
    check_hotspots(
        support_stacks("main;parse 1234567\nmain;draw 1\n"), &pk_writer_csv, 0,
        "self,self_share,total,total_share,total_high,calls,primitive_calls,per_call," NAMES
        "1234567,0.999999,1234567,0.999999,,,,,parse,parse,,,,function\r\n"
        "1,0.000001,1,0.000001,,,,,draw,draw,,,,function\r\n"
        "0,0.000000,1234568,1.000000,,,,,main,main,,,,function\r\n");
}

static void a_unit_stands_in_the_heading_and_a_place_in_its_columns(void **state)
{
    struct pk_builder *builder = support_builder(); /* the metric "time" in ns */
    struct pk_frame frame = {.name = PK_STR("load, all"),
                             .file = PK_STR("/src/a b.py"),
                             .line = 7,
                             .module = PK_STR("m")};
    int64_t ns = 2500000001;

    (void)state;
    pk_builder_self(builder, pk_builder_frame(builder, &frame), &ns, &ns, (struct pk_calls){3, 2});
    check_hotspots(builder, &pk_writer_csv, 0,
                   "self_ns,self_share,total_ns,total_share,total_high_ns,calls,primitive_calls,"
                   "per_call_ns," NAMES "2500000001,1.000000,2500000001,1.000000,,3,2,1250000000,"
                   "\"load, all\",\"load, all\",/src/a b.py,7,m,function\r\n");
}

static void names_stay_in_their_field(void **state)
{
    struct pk_builder *builder = support_builder();
    int64_t ns = 1;
    pk_frame_id hostile = support_frame(builder, "=cmd|' /C calc'!A0,\"q\"\nx\ty");

    (void)state;
    pk_builder_self(builder, hostile, &ns, &ns, PK_CALLS_MISSING);
    check_hotspots(
        builder, &pk_writer_csv, 0,
        "self_ns,self_share,total_ns,total_share,total_high_ns,calls,primitive_calls,"
        "per_call_ns," NAMES "1,1.000000,1,1.000000,,,,,"
        "\"'=cmd|' /C calc'!A0,\"\"q\"\"\nx\ty\",\"'=cmd|' /C calc'!A0,\"\"q\"\"\nx\ty\","
        ",,,function\r\n");
}

static void a_row_of_tabs_is_one_line(void **state)
{
    struct pk_builder *builder = support_builder();
    int64_t ns = 1;
    pk_frame_id hostile = support_frame(builder, "\"q\nx\ty\r");

    (void)state;
    pk_builder_self(builder, hostile, &ns, &ns, PK_CALLS_MISSING);
    check_hotspots(builder, &pk_writer_tsv, 0,
                   "self_ns\tself_share\ttotal_ns\ttotal_share\ttotal_high_ns\tcalls\t"
                   "primitive_calls\tper_call_ns\tname\tdisplay\tfile\tline\tmodule\tkind\n"
                   "1\t1.000000\t1\t1.000000\t\t\t\t\t'\"q x y \t'\"q x y \t\t\t\tfunction\n");
}

static void only_the_rows_that_were_asked_for_are_written(void **state)
{
    (void)state;
    check_hotspots(
        support_stacks("a 3\nb 2\nc 1\n"), &pk_writer_csv, 1,
        "self,self_share,total,total_share,total_high,calls,primitive_calls,per_call," NAMES
        "3,0.500000,3,0.500000,,,,,a,a,,,,function\r\n");
}

/* Decimals of a scale, a difference below zero, and a share of nothing. */
static void numbers_are_never_marked_as_formulas(void **state)
{
    static const struct pk_column columns[] = {
        {.key = "delta", .kind = PK_COLUMN_VALUE, .unit = PK_UNIT_BYTES, .scale = -2},
        {.key = "bar", .kind = PK_COLUMN_BAR},
        {.key = "ratio", .kind = PK_COLUMN_RATIO},
        {.key = "what", .kind = PK_COLUMN_TEXT},
    };
    struct pk_style style = {.no_header = true}, headed = {.no_header = false};
    struct pk_arena arena;
    struct pk_table *table;
    struct pk_cell *cell;
    char *text;

    (void)state;
    pk_arena_init(&arena);
    table = pk_table_new(&arena, columns, 4, 2);
    cell = pk_table_cell(table, 0, 0);
    cell[0].value = -105;
    cell[2] = (struct pk_cell){.value = 4, .whole = 3};
    cell[3].text = PK_STR("-new");
    cell = pk_table_cell(table, 1, 0);
    cell[0].value = PK_MISSING;
    cell[2] = (struct pk_cell){.value = 1, .whole = 0};
    text = written_table(&pk_writer_csv, table, &style);
    assert_string_equal(text, "-1.05,1.333333,'-new\r\n,,\r\n");
    free(text);
    text = written_table(&pk_writer_csv, table, &headed);
    assert_string_equal(text, "delta_bytes,ratio,what\r\n-1.05,1.333333,'-new\r\n,,\r\n");
    free(text);
    pk_arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_exact_and_missing_ones_empty),
        cmocka_unit_test(a_unit_stands_in_the_heading_and_a_place_in_its_columns),
        cmocka_unit_test(names_stay_in_their_field),
        cmocka_unit_test(a_row_of_tabs_is_one_line),
        cmocka_unit_test(only_the_rows_that_were_asked_for_are_written),
        cmocka_unit_test(numbers_are_never_marked_as_formulas),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
