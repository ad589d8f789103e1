/*
 * Rows of annotated source: which lines are shown, for people and for machines. The rows are told
 * in one text, in the order in which they stand.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <setjmp.h>

#include <cmocka.h>

#include <string.h>

#include "render/view_annotate.h"
#include "support.h"
#include "tests/folder.h"

struct view { /* a table and what it lives on */
    struct pk_arena arena;
    struct pk_profile *profile;
    struct pk_table *table;
    struct pk_sourcefile file;
};

/* The one source of these tests: line n says "line n", of twenty. */
static const struct pk_sourcefile *open_source(void *context, struct pk_str path)
{
    struct view *v = context;
    struct pk_buf text = {0};

    for (int i = 1; i <= 20; i++)
        pk_buf_printf(&text, "line %d\n", i);
    write_file("s.c", text.data);
    pk_buf_fini(&text);
    pk_sourcefile_fini(&v->file);
    pk_sourcefile_open(&v->file, &(struct pk_sourcefile_options){0}, path, &v->arena);
    unlink("s.c");
    return &v->file;
}

/* f with lines of these costs, `n` pairs of line and self. */
static struct view view(const int64_t (*costs)[2], size_t n, const char *file,
                        struct pk_view_annotate_options options)
{
    struct pk_builder *builder = support_builder();
    const struct pk_frame f = {.name = PK_STR("f"), .file = pk_str_of(file), .line = 2};
    pk_frame_id id = pk_builder_frame(builder, &f);
    struct view v = {0};
    struct pk_annotation found;

    for (size_t i = 0; i < n; i++) {
        uint32_t line = (uint32_t)costs[i][0];

        pk_builder_stack(builder, &id, &line, 1, &costs[i][1]);
    }
    pk_arena_init(&v.arena);
    v.profile = support_freeze(builder);
    found = pk_annotate(
        v.profile, 0, (struct pk_annotate_scope){.frame = support_find(v.profile, "f")}, &v.arena);
    options.source = open_source;
    options.source_context = &v;
    v.table = pk_view_annotate(&v.arena, v.profile, 0, &found, &options);
    return v;
}

static const struct pk_cell *cell(const struct view *v, uint32_t row, const char *title)
{
    uint32_t c = 0;

    while (strcmp(v->table->columns[c].title, title) != 0 &&
           strcmp(v->table->columns[c].key, title) != 0)
        c++;
    return pk_table_cell(v->table, row, c);
}

/* "6|7:5 line 7|...": numbers, and the cost and text of those with costs. */
static void assert_rows(struct view *v, const char *expected)
{
    struct pk_buf text = {0};

    for (uint32_t r = 0; r < v->table->n_rows; r++) {
        struct pk_str number = cell(v, r, "LINE")->text;
        const struct pk_cell *self = cell(v, r, "self");

        pk_buf_text(&text, r ? "|" : "");
        while (number.size && number.data[0] == ' ')
            number = pk_str_slice(number, 1, number.size);
        pk_buf_str(&text, number);
        if (self->value != PK_MISSING) {
            pk_buf_char(&text, ':');
            pk_units_raw(&text, self->value, 0);
        }
        if (!number.size || self->value != PK_MISSING) {
            pk_buf_char(&text, ' ');
            pk_buf_str(&text, cell(v, r, "function")->text);
        }
    }
    assert_string_equal(text.data, expected);
    pk_buf_fini(&text);
    pk_sourcefile_fini(&v->file);
    pk_arena_fini(&v->arena);
    pk_profile_free(v->profile);
}

static const int64_t two_hot[][2] = {{3, 50}, {15, 50}};

static void lines_around_hot_ones_are_shown_with_gaps(void **state)
{
    struct view v =
        view(two_hot, 2, "s.c",
             (struct pk_view_annotate_options){.context = 2, .has_near = true, .for_people = true});

    (void)state;
    assert_string_equal(v.table->note.data,
                        "self of all lines: 100 ns = self of f; %: of its total");
    assert_rows(&v, " s.c|1|2|3:50 line 3|4|5| …|13|14|15:50 line 15|16|17");
}

/* Surroundings that meet or overlap have no gap, and no line stands twice. */
static void near_hot_lines_share_their_surroundings(void **state)
{
    static const int64_t costs[][2] = {{3, 50}, {5, 50}, {8, 50}};
    struct view v =
        view(costs, 3, "s.c",
             (struct pk_view_annotate_options){.context = 1, .has_near = true, .for_people = true});

    (void)state;
    assert_rows(&v, " s.c|2|3:50 line 3|4|5:50 line 5|6|7|8:50 line 8|9");
}

/* A tenth of a percent is not hot, but near a hot line, before or behind it, it is shown with its
 * cost. */
static void cold_lines_are_left_out_and_counted(void **state)
{
    static const int64_t costs[][2] = {{3, 1}, {9, 1}, {10, 996}, {11, 1}, {20, 1}};
    struct view v =
        view(costs, 5, "s.c",
             (struct pk_view_annotate_options){
                 .context = 1, .min_percent = 1000000, .has_near = true, .for_people = true});

    (void)state;
    assert_string_equal(v.table->footer.data, "2 more lines hold 2 ns of self (--all shows all)");
    assert_int_equal(v.table->n_left_out, 2);
    assert_int_equal(v.table->left_out, 2);
    assert_rows(&v, " s.c|9:1 line 9|10:996 line 10|11:1 line 11");
}

/* From the definition to the last line with costs. */
static void all_shows_the_whole_function(void **state)
{
    static const int64_t costs[][2] = {{4, 1}, {7, 999}};
    struct view v =
        view(costs, 2, "s.c",
             (struct pk_view_annotate_options){
                 .min_percent = 1000000, .is_all = true, .has_near = true, .for_people = true});

    (void)state;
    assert_null(v.table->footer.data);
    assert_rows(&v, " s.c|2|3|4:1 line 4|5|6|7:999 line 7");
}

static void machines_get_lines_with_costs_alone(void **state)
{
    struct view v = view(two_hot, 2, "s.c", (struct pk_view_annotate_options){.context = 2});

    (void)state;
    assert_int_equal(cell(&v, 1, "source_line")->value, 15);
    assert_true(pk_str_equal(cell(&v, 1, "source")->text, PK_STR("line 15")));
    assert_true(pk_str_equal(cell(&v, 1, "source_file")->text, PK_STR("s.c")));
    assert_string_equal(cell(&v, 1, "role")->text.data, "line");
    assert_rows(&v, "3:50 |15:50 ");
}

/* Who reads costs alone need not know the source; who asks for what is around gets it in order. */
static void machines_get_the_lines_around_when_they_are_asked_for(void **state)
{
    struct view v =
        view(two_hot, 2, "s.c", (struct pk_view_annotate_options){.context = 1, .has_near = true});
    static const struct {
        const char *role, *source;
        int64_t line;
    } expected[] = {{"near", "line 2", 2},   {"line", "line 3", 3},   {"near", "line 4", 4},
                    {"near", "line 14", 14}, {"line", "line 15", 15}, {"near", "line 16", 16}};

    (void)state;
    assert_int_equal(v.table->n_rows, 6);
    for (uint32_t r = 0; r < 6; r++) {
        assert_string_equal(cell(&v, r, "role")->text.data, expected[r].role);
        assert_int_equal(cell(&v, r, "source_line")->value, expected[r].line);
        assert_true(pk_str_equal(cell(&v, r, "source")->text, pk_str_of(expected[r].source)));
        assert_true(pk_str_equal(cell(&v, r, "source_file")->text, PK_STR("s.c")));
        assert_true((cell(&v, r, "self")->value == PK_MISSING) == (r % 3 != 1));
    }
    assert_rows(&v, "2|3:50 |4|14|15:50 |16");
}

static void without_a_source_there_are_numbers(void **state)
{
    struct view v =
        view(two_hot, 2, "no.c",
             (struct pk_view_annotate_options){.context = 2, .has_near = true, .for_people = true});

    (void)state;
    assert_rows(&v, " no.c|3:50 | …|15:50 ");
}

/* Line 25 of a file of twenty: of another version. */
static void lines_behind_the_end_are_kept(void **state)
{
    static const int64_t costs[][2] = {{19, 50}, {25, 50}};
    struct view v =
        view(costs, 2, "s.c",
             (struct pk_view_annotate_options){.context = 3, .has_near = true, .for_people = true});

    (void)state;
    assert_rows(&v, " s.c|16|17|18|19:50 line 19|20| …|25:50 ");
}

static void the_largest_numbers_are_no_trouble(void **state)
{
    static const int64_t costs[][2] = {{1, 1}, {UINT32_MAX, 1}};
    struct view v =
        view(costs, 2, "s.c",
             (struct pk_view_annotate_options){
                 .context = UINT32_MAX, .is_all = true, .has_near = true, .for_people = true});

    (void)state;
    assert_rows(&v, " s.c|1:1 line 1|2|3|4|5|6|7|8|9|10|11|12|13|14|15|16|17|18|19|20| "
                    "…|4294967295:1 ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_around_hot_ones_are_shown_with_gaps),
        cmocka_unit_test(near_hot_lines_share_their_surroundings),
        cmocka_unit_test(cold_lines_are_left_out_and_counted),
        cmocka_unit_test(all_shows_the_whole_function),
        cmocka_unit_test(machines_get_lines_with_costs_alone),
        cmocka_unit_test(machines_get_the_lines_around_when_they_are_asked_for),
        cmocka_unit_test(without_a_source_there_are_numbers),
        cmocka_unit_test(lines_behind_the_end_are_kept),
        cmocka_unit_test(the_largest_numbers_are_no_trouble),
    };

    return cmocka_run_group_tests(tests, folder_setup, folder_teardown);
}
