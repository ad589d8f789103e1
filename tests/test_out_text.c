/*
 * Tables for people. The first expected table is the example of UX.md section 1.6 (its numbers, our
 * gaps); widths are counted here by a rule of thumb of its own: two cells for what lies between
 * U+1100 and U+FF60, one for all else.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "render/view_rows.h"
#include "render/writers.h"
#include "support.h"
#include "written.h"

/* --- profiles --- */

struct function {
    const char *name, *file;
    uint32_t line;
    enum pk_frame_kind kind;
    int64_t self, total, calls;
};

#define US INT64_C(1000) /* ns */
#define LONG_NAME "解析する関数の名前がとても長い"

static void add(struct pk_builder *builder, const struct function *f)
{
    pk_frame_id frame = pk_builder_frame(builder, &(struct pk_frame){.name = pk_str_of(f->name),
                                                                     .file = pk_str_of(f->file),
                                                                     .line = f->line,
                                                                     .kind = f->kind});

    pk_builder_self(builder, frame, &f->self, &f->total, (struct pk_calls){f->calls, f->calls});
}

/* The profile of the example: five functions, and 1,432 more that hold 2.841 s of 12.48 s. */
static struct pk_builder *example(void)
{
    static const struct function functions[] = {
        {"<method 'execute' of 'sqlite3.Cursor' objects>", NULL, 0, PK_KIND_BUILTIN, 4914000 * US,
         4914000 * US, 9120},
        {"<method 'match' of 're.Pattern' objects>", NULL, 0, PK_KIND_BUILTIN, 2310000 * US,
         2310000 * US, 912004},
        {"load_items", "orders/models.py", 88, PK_KIND_FUNCTION, 1208000 * US, 8033000 * US, 9120},
        {"list_orders", "orders/api.py", 41, PK_KIND_FUNCTION, 677000 * US, 11902000 * US, 304},
        {"iterencode", "/usr/lib/python3.11/json/encoder.py", 204, PK_KIND_FUNCTION, 530000 * US,
         530000 * US, 6080},
    };
    struct pk_builder *builder = support_builder();

    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        add(builder, &functions[i]);
    for (unsigned i = 0; i < 1432; i++) {
        char name[16];
        int64_t self = i < 6 ? 470000 * US : i == 6 ? 21000 * US : 0;

        snprintf(name, sizeof name, "rest%u", i);
        add(builder, &(struct function){name, NULL, 0, PK_KIND_FUNCTION, self, self, 1});
    }
    return builder;
}

static char *hotspots(struct pk_builder *builder, uint32_t top, const struct pk_style *style)
{
    struct pk_profile *profile = support_freeze(builder);
    struct pk_arena arena;
    struct pk_hotspots found;
    char *text;

    pk_arena_init(&arena);
    found = pk_hotspots_find(profile, 0, PK_HOTSPOTS_SELF, &arena);
    text = written_table(&pk_writer_text, pk_view_rows_hotspots(&arena, profile, 0, &found, top),
                         style);
    pk_arena_fini(&arena);
    pk_profile_free(profile);
    return text;
}

static void check(struct pk_builder *builder, uint32_t top, struct pk_style style,
                  const char *expected)
{
    char *text = hotspots(builder, top, &style);

    assert_string_equal(text, expected);
    free(text);
}

/* --- layout --- */

static void the_example_comes_out_as_promised(void **state)
{
    (void)state;
    check(example(), 5, (struct pk_style){.width = 80, .is_terminal = true},
          "   SELF     %         TOTAL     %    CALLS  FUNCTION\n"
          "4.914 s  39.4 ████  4.914 s  39.4    9,120  sqlite3.Cursor.execute [C]\n"
          "2.310 s  18.5 █▉    2.310 s  18.5  912,004  re.Pattern.match [C]\n"
          "1.208 s   9.7 █     8.033 s  64.4    9,120  load_items   orders/models.py:88\n"
          "0.677 s   5.4 ▌    11.902 s  95.4      304  list_orders  orders/api.py:41\n"
          "0.530 s   4.2 ▍     0.530 s   4.2    6,080  iterencode   …/json/encoder.py:204\n"
          "… 1,432 more functions hold 22.8 % of self (--top 0 shows all)\n");
}

static void without_a_terminal_there_are_no_bars_and_nothing_is_cut(void **state)
{
    (void)state;
    check(example(), 2, (struct pk_style){.is_ascii = false},
          "   SELF     %    TOTAL     %    CALLS  FUNCTION\n"
          "4.914 s  39.4  4.914 s  39.4    9,120  sqlite3.Cursor.execute [C]\n"
          "2.310 s  18.5  2.310 s  18.5  912,004  re.Pattern.match [C]\n"
          "… 1,435 more functions hold 42.1 % of self (--top 0 shows all)\n");
}

static void the_header_and_the_footer_can_be_left_out(void **state)
{
    (void)state;
    check(example(), 2, (struct pk_style){.no_header = true},
          "4.914 s  39.4  4.914 s  39.4    9,120  sqlite3.Cursor.execute [C]\n"
          "2.310 s  18.5  2.310 s  18.5  912,004  re.Pattern.match [C]\n");
}

static void raw_numbers_are_base_units_without_commas(void **state)
{
    (void)state;
    check(example(), 2, (struct pk_style){.no_header = true, .is_raw = true},
          "4914000000  39.4  4914000000  39.4    9120  sqlite3.Cursor.execute [C]\n"
          "2310000000  18.5  2310000000  18.5  912004  re.Pattern.match [C]\n");
}

static void ascii_swaps_bars_bounds_and_every_ellipsis(void **state)
{
    struct pk_builder *builder = support_builder();

    (void)state;
    add(builder, &(struct function){"std::vector<int>::push_back(int&&)", NULL, 0, PK_KIND_FUNCTION,
                                    3000, 3000, 1});
    add(builder, &(struct function){"dumps", "/usr/lib/python3.11/json/__init__.py", 9,
                                    PK_KIND_FUNCTION, 1000, 1000, 1});
    add(builder, &(struct function){"x", NULL, 0, PK_KIND_FUNCTION, 1, 1, 1});
    check(builder, 2, (struct pk_style){.width = 90, .is_terminal = true, .is_ascii = true},
          "    SELF     %         TOTAL     %  CALLS  FUNCTION\n"
          "3.000 us  75.0 #### 3.000 us  75.0      1  std::vector<...>::push_back\n"
          "1.000 us  25.0 #    1.000 us  25.0      1  dumps  .../json/__init__.py:9\n"
          "... 1 more function holds 0.0 % of self (--top 0 shows all)\n");
}

static void a_missing_value_is_a_dash(void **state)
{
    struct pk_builder *builder = support_builder();
    static const int64_t incl = 7, self = 5;

    (void)state;
    pk_builder_self(builder, support_frame(builder, "known"), &self, &incl,
                    (struct pk_calls){2, 2});
    pk_builder_self(builder, support_frame(builder, "unknown"), NULL, &incl, PK_CALLS_MISSING);
    check(builder, 0, (struct pk_style){.no_header = true},
          "5 ns  100.0  7 ns  100.0  2  known\n"
          "   -      -  7 ns  100.0  -  unknown\n");
}

static void lower_bounds_are_marked(void **state)
{
    struct pk_builder *builder = support_builder();
    pk_frame_id r = support_frame(builder, "r"), a = support_frame(builder, "a"),
                b = support_frame(builder, "b");
    static const int64_t self[] = {50, 20, 30}, into = 50;

    (void)state;
    pk_builder_self(builder, r, &self[0], NULL, PK_CALLS_MISSING);
    pk_builder_self(builder, a, &self[1], NULL, PK_CALLS_MISSING);
    pk_builder_self(builder, b, &self[2], NULL, PK_CALLS_MISSING);
    pk_builder_edge(builder, r, a, &into, NULL, PK_CALLS_MISSING);
    pk_builder_edge(builder, a, b, NULL, NULL, PK_CALLS_MISSING);
    pk_builder_edge(builder, b, a, NULL, NULL, PK_CALLS_MISSING);
    check(builder, 0, (struct pk_style){.is_ascii = false},
          " SELF     %   TOTAL      %  FUNCTION\n"
          "50 ns  50.0  100 ns  100.0  r\n"
          "30 ns  30.0  ≥30 ns  ≥30.0  b\n"
          "20 ns  20.0   50 ns   50.0  a\n");
}

static void negative_values_are_shown(void **state)
{
    (void)state;
    check(support_stacks("a -1500\nb 20\n"), 0, (struct pk_style){.is_ascii = false},
          "  SELF  %   TOTAL  %  FUNCTION\n"
          "    20  -      20  -  b\n"
          "-1,500  -  -1,500  -  a\n");
}

static void an_empty_table_is_a_header(void **state)
{
    struct pk_arena arena;
    static const struct pk_column columns[] = {
        {.key = "a", .title = "SELF", .kind = PK_COLUMN_VALUE, .unit = PK_UNIT_NS},
        {.key = "b", .title = "WHAT", .kind = PK_COLUMN_TEXT},
    };
    struct pk_style style = {.width = 80, .is_terminal = true};
    char *text;

    (void)state;
    pk_arena_init(&arena);
    text = written_table(&pk_writer_text, pk_table_new(&arena, columns, 2, 0), &style);
    assert_string_equal(text, "SELF  WHAT\n");
    free(text);
    pk_arena_fini(&arena);
}

static void text_columns_stand_to_the_left(void **state)
{
    struct pk_arena arena;
    static const struct pk_column columns[] = {
        {.key = "a", .title = "WHAT", .kind = PK_COLUMN_TEXT},
        {.key = "b", .title = "N", .kind = PK_COLUMN_COUNT},
    };
    struct pk_style style = {0};
    struct pk_table *table;
    char *text;

    (void)state;
    pk_arena_init(&arena);
    table = pk_table_new(&arena, columns, 2, 2);
    pk_table_cell(table, 0, 0)->text = PK_STR("slower");
    pk_table_cell(table, 0, 1)->value = 1234;
    pk_table_cell(table, 1, 0)->text = PK_STR("\x1b[2J\n");
    pk_table_cell(table, 1, 1)->value = 5;
    text = written_table(&pk_writer_text, table, &style);
    assert_string_equal(text, "WHAT             N\n"
                              "slower       1,234\n"
                              "\\x1b[2J\\x0a      5\n");
    free(text);
    pk_arena_fini(&arena);
}

/* --- widths --- */

static size_t cells(const char *from, const char *end)
{
    size_t n = 0;

    for (; from < end; from++) {
        unsigned char byte = (unsigned char)*from;

        if ((byte & 0xc0) == 0x80)
            continue;
        n++;
        if (byte >= 0xe1 && byte < 0xf0) { /* three bytes */
            unsigned c = (byte & 15u) << 12 | ((unsigned char)from[1] & 63u) << 6;

            n += (c >= 0x1100 && c < 0x2000) || (c >= 0x2e80 && c < 0xff60);
        }
    }
    return n;
}

/* Every line within `width` cells; returns how many stand before the footer. */
static size_t check_widths(const char *text, size_t width)
{
    size_t lines = 0;
    bool in_footer = false;

    for (const char *end; (end = strchr(text, '\n')); text = end + 1) {
        if (cells(text, end) > width)
            fail_msg("%zu cells instead of %zu: %.*s", cells(text, end), width, (int)(end - text),
                     text);
        in_footer |= strncmp(text, "… ", strlen("… ")) == 0;
        lines += !in_footer;
    }
    assert_true(in_footer);
    assert_int_equal(*text, '\0');
    return lines;
}

static struct pk_builder *wide_names(void)
{
    struct pk_builder *builder = example();

    add(builder, &(struct function){LONG_NAME LONG_NAME, "日本/語.py", 7, PK_KIND_FUNCTION,
                                    9000000 * US, 9000000 * US, 1});
    add(builder,
        &(struct function){"a::very::long::name::of::something::that::goes::on::for::more::"
                           "than::a::hundred::and::twenty::cells::in::all::to::be::cut",
                           "/a/path/that/is/as/long/as/the/name/is/and/then/some/more.cc", 123456,
                           PK_KIND_FUNCTION, 8000000 * US, 8000000 * US, INT64_C(1234567890123)});
    return builder;
}

static void no_line_is_wider_than_the_terminal(void **state)
{
    (void)state;
    for (unsigned width = 24; width <= 200; width++) {
        struct pk_style style = {.width = width, .is_terminal = true};
        char *text = hotspots(wide_names(), 4, &style);

        assert_int_equal(check_widths(text, width), 1 + 4 * (width < 40 ? 2 : 1));
        free(text);
    }
}

/* UX.md: bar, per call, second %, source place, total. With "per call" hidden by default, four
 * steps are left; each line begins with the header of its width. */
static void columns_go_in_the_documented_order(void **state)
{
    static const struct {
        unsigned width;
        const char *header, *row; /* of load_items */
    } cases[] = {
        {80, "   SELF     %         TOTAL     %    CALLS  FUNCTION",
         "1.208 s   9.7 █     8.033 s  64.4    9,120  load_items   orders/models.py:88"},
        {73, "   SELF     %     TOTAL     %    CALLS  FUNCTION",
         "1.208 s   9.7   8.033 s  64.4    9,120  load_items   orders/models.py:88"},
        {66, "   SELF     %     TOTAL    CALLS  FUNCTION",
         "1.208 s   9.7   8.033 s    9,120  load_items   orders/models.py:88"},
        {60, "   SELF     %     TOTAL    CALLS  FUNCTION",
         "1.208 s   9.7   8.033 s    9,120  load_items"},
        {50, "   SELF     %    CALLS  FUNCTION", "1.208 s   9.7    9,120  load_items"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_style style = {.width = cases[i].width, .is_terminal = true};
        char *text = hotspots(example(), 5, &style), *line = text;

        assert_memory_equal(text, cases[i].header, strlen(cases[i].header));
        assert_int_equal(text[strlen(cases[i].header)], '\n');
        for (int n = 0; n < 3; n++)
            line = strchr(line, '\n') + 1;
        *strchr(line, '\n') = '\0';
        assert_string_equal(line, cases[i].row);
        free(text);
    }
}

static void under_forty_cells_a_row_takes_two_lines(void **state)
{
    (void)state;
    check(example(), 3, (struct pk_style){.width = 39, .is_terminal = true},
          "   SELF     %    CALLS  FUNCTION\n"
          "4.914 s  39.4    9,120\n"
          "  sqlite3.Cursor.execute [C]\n"
          "2.310 s  18.5  912,004\n"
          "  re.Pattern.match [C]\n"
          "1.208 s   9.7    9,120\n"
          "  load_items  orders/models.py:88\n"
          "… 1,434 more functions hold 32.4 % of\n"
          "  self (--top 0 shows all)\n");
}

static void names_and_places_are_cut_at_the_front(void **state)
{
    struct pk_builder *builder = support_builder();

    (void)state;
    add(builder, &(struct function){"company::product::module::the_function", NULL, 0,
                                    PK_KIND_FUNCTION, 2000, 2000, 1});
    add(builder, &(struct function){"main", "/home/someone/project/source/main.c", 3,
                                    PK_KIND_FUNCTION, 1000, 1000, 1});
    check(builder, 0, (struct pk_style){.width = 59, .no_header = true},
          "2.000 us  66.7  2.000 us  1  …product::module::the_function\n"
          "1.000 us  33.3  1.000 us  1  main  …project/source/main.c:3\n");
}

static void decimal_points_stand_below_each_other(void **state)
{
    struct pk_builder *builder = support_builder();
    char *text, *line;
    struct pk_style style = {.no_header = true};

    (void)state;
    for (unsigned i = 0; i < 5; i++) {
        static const char *const names[] = {"a", "b", "c", "d", "e"};
        static const int64_t values[] = {123456789, 98765432, 1234567, 54321, 1};

        add(builder,
            &(struct function){names[i], NULL, 0, PK_KIND_FUNCTION, values[i], values[i], 1});
    }
    text = hotspots(builder, 0, &style);
    for (line = text; *line; line = strchr(line, '\n') + 1) {
        assert_int_equal(line[3], '.'); /* "123.46 ms", " 98.77 ms", ... "  0.00 ms" */
        assert_memory_equal(line + 6, " ms", 3);
    }
    free(text);
}

/* --- hostile names --- */

static void wide_characters_keep_the_columns_in_line(void **state)
{
    struct pk_builder *builder = support_builder();

    (void)state;
    add(builder, &(struct function){"解析", "a.py", 1, PK_KIND_FUNCTION, 30, 30, 1});
    add(builder, &(struct function){"parse", "b.py", 2, PK_KIND_FUNCTION, 20, 20, 1});
    add(builder, &(struct function){"e\u0301te\u0301", "c.py", 3, PK_KIND_FUNCTION, 10, 10, 1});
    check(builder, 0, (struct pk_style){.width = 80, .no_header = true},
          "30 ns  50.0  30 ns  50.0  1  解析   a.py:1\n"
          "20 ns  33.3  20 ns  33.3  1  parse  b.py:2\n"
          "10 ns  16.7  10 ns  16.7  1  e\u0301te\u0301    c.py:3\n");
}

static void a_name_is_cut_between_characters(void **state)
{
    struct pk_builder *builder = support_builder();

    (void)state;
    add(builder, &(struct function){LONG_NAME, NULL, 0, PK_KIND_FUNCTION, 30, 30, 1});
    check(builder, 0, (struct pk_style){.width = 40, .no_header = true},
          "30 ns  100.0  1  …関数の名前がとても長い\n");
}

static void a_hostile_name_stays_on_its_line_and_inert(void **state)
{
    struct pk_builder *builder = support_builder();
    struct pk_frame hostile = {
        .name = {"a\0b\n\x1b[31m\x7f\xff", 11}, .file = PK_STR("\u202e/x\r.py"), .line = 1};
    static const int64_t self = 5;

    (void)state;
    pk_builder_self(builder, pk_builder_frame(builder, &hostile), &self, &self,
                    (struct pk_calls){1, 1});
    check(builder, 0, (struct pk_style){.no_header = true},
          "5 ns  100.0  5 ns  100.0  1  a\\x00b\\x0a\\x1b[31m\\x7f\\xff  \\u202e/x\\x0d.py:1\n");
}

static void a_frame_without_a_name_is_called_so(void **state)
{
    struct pk_builder *builder = support_builder();

    (void)state;
    add(builder, &(struct function){"", NULL, 0, PK_KIND_FUNCTION, 5, 5, 1});
    check(builder, 0, (struct pk_style){.no_header = true},
          "5 ns  100.0  5 ns  100.0  1  (no name)\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example_comes_out_as_promised),
        cmocka_unit_test(without_a_terminal_there_are_no_bars_and_nothing_is_cut),
        cmocka_unit_test(the_header_and_the_footer_can_be_left_out),
        cmocka_unit_test(raw_numbers_are_base_units_without_commas),
        cmocka_unit_test(ascii_swaps_bars_bounds_and_every_ellipsis),
        cmocka_unit_test(a_missing_value_is_a_dash),
        cmocka_unit_test(lower_bounds_are_marked),
        cmocka_unit_test(negative_values_are_shown),
        cmocka_unit_test(an_empty_table_is_a_header),
        cmocka_unit_test(text_columns_stand_to_the_left),
        cmocka_unit_test(no_line_is_wider_than_the_terminal),
        cmocka_unit_test(columns_go_in_the_documented_order),
        cmocka_unit_test(under_forty_cells_a_row_takes_two_lines),
        cmocka_unit_test(names_and_places_are_cut_at_the_front),
        cmocka_unit_test(decimal_points_stand_below_each_other),
        cmocka_unit_test(wide_characters_keep_the_columns_in_line),
        cmocka_unit_test(a_name_is_cut_between_characters),
        cmocka_unit_test(a_hostile_name_stays_on_its_line_and_inert),
        cmocka_unit_test(a_frame_without_a_name_is_called_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
