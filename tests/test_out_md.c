/*
 * Tables as Markdown. Each expected document was written by the rules of GitHub Flavored Markdown:
 * a header row, a row of dashes, and a line per row with as many cells.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "analyze/calls.h"
#include "render/view_calls.h"
#include "render/view_rows.h"
#include "render/writers.h"
#include "support.h"
#include "written.h"

static void check_hotspots(struct pk_builder *builder, const struct pk_style *style, uint32_t top,
                           const char *expected)
{
    struct pk_profile *profile = support_freeze(builder);
    struct pk_arena arena;
    struct pk_hotspots found;
    char *text;

    pk_arena_init(&arena);
    found = pk_hotspots_find(profile, 0, PK_HOTSPOTS_SELF, &arena);
    text =
        written_table(&pk_writer_md, pk_view_rows_hotspots(&arena, profile, 0, &found, top), style);
    assert_string_equal(text, expected);
    free(text);
    pk_arena_fini(&arena);
    pk_profile_free(profile);
}

static void columns_are_those_of_the_text_without_bars(void **state)
{
    struct pk_style terminal = {.is_terminal = true, .width = 40};

    (void)state;
    check_hotspots(support_stacks("main;parse 3\nmain;draw 1\n"), &terminal, 0,
                   "| SELF | % | TOTAL | % | FUNCTION |\n"
                   "| ---: | ---: | ---: | ---: | --- |\n"
                   "| 3 | 75.0 | 3 | 75.0 | `parse` |\n"
                   "| 1 | 25.0 | 1 | 25.0 | `draw` |\n"
                   "| 0 | 0.0 | 4 | 100.0 | `main` |\n");
}

static void what_was_left_out_is_a_paragraph_of_its_own(void **state)
{
    struct pk_style style = {.is_ascii = true}, bare = {.no_header = true};

    (void)state;
    check_hotspots(support_stacks("a 3\nb 1\n"), &style, 1,
                   "| SELF | % | TOTAL | % | FUNCTION |\n"
                   "| ---: | ---: | ---: | ---: | --- |\n"
                   "| 3 | 75.0 | 3 | 75.0 | `a` |\n"
                   "\n"
                   "... 1 more function holds 25.0 % of self (--top 0 shows all)\n");
    check_hotspots(support_stacks("a 3\nb 1\n"), &bare, 1,
                   "| SELF | % | TOTAL | % | FUNCTION |\n"
                   "| ---: | ---: | ---: | ---: | --- |\n"
                   "| 3 | 75.0 | 3 | 75.0 | `a` |\n");
}

static void a_name_never_leaves_its_cell(void **state)
{
    struct pk_style style = {.is_raw = true};

    (void)state;
    check_hotspots(support_stacks("a|b 3\n</td>`x` 2\n[l](http://x)\\| 1\n"), &style, 0,
                   "| SELF | % | TOTAL | % | FUNCTION |\n"
                   "| ---: | ---: | ---: | ---: | --- |\n"
                   "| 3 | 50.0 | 3 | 50.0 | `a\\|b` |\n"
                   "| 2 | 33.3 | 2 | 33.3 | `` </td>`x` `` |\n"
                   "| 1 | 16.7 | 1 | 16.7 | `[l](http://x)\\\\\\|` |\n");
}

/* Callers and callees are told apart as in text; words of ours stay words. */
static void marks_places_and_notes_are_kept(void **state)
{
    struct pk_style style = {.is_terminal = false};
    struct pk_builder *builder = support_builder();
    struct pk_frame main = {.name = PK_STR("main"), .file = PK_STR("/p/app.py"), .line = 1};
    pk_frame_id stack[] = {pk_builder_frame(builder, &main), support_frame(builder, "work")};
    struct pk_profile *profile;
    struct pk_neighbours neighbours;
    struct pk_arena arena;
    char *text;

    (void)state;
    pk_builder_stack(builder, stack, NULL, 2, (const int64_t[]){2000000});
    profile = support_freeze(builder);
    pk_arena_init(&arena);
    neighbours = pk_calls_find(profile, 0, support_find(profile, "work"), &arena);
    text = written_table(&pk_writer_md, pk_view_calls(&arena, profile, 0, &neighbours, 0), &style);
    assert_string_equal(text, "| TOTAL | % | FUNCTION |\n"
                              "| ---: | ---: | --- |\n"
                              "| 2.000 ms | 100.0 | ◂ `main` `/p/app.py:1` |\n"
                              "| 2.000 ms | 100.0 | `work` self 2.00 ms |\n"
                              "\n"
                              "◂ ▸ rows: % of work; its own row: % of the run\n");
    free(text);
    pk_arena_fini(&arena);
    pk_profile_free(profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_those_of_the_text_without_bars),
        cmocka_unit_test(what_was_left_out_is_a_paragraph_of_its_own),
        cmocka_unit_test(a_name_never_leaves_its_cell),
        cmocka_unit_test(marks_places_and_notes_are_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
