/*
 * Flame graphs as text. The expected pictures are drawn by hand from the rule of the header: a box
 * of n cells is a bracket, n - 2 cells of its label, a bracket.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "flame_text.h"
#include "render/writers.h"
#include "support.h"

static struct pk_arena arena;
static char *picture; /* of the last draw */

/* The text of collapsed stacks in so many cells; `flags` go to the box of that name. */
static const char *draw_marked(const char *folded, const struct pk_style *style, const char *marked,
                               unsigned flags)
{
    const struct pk_flame_options options = {
        .is_inverted = true, .width = style->width, .min_width = 1, .max_depth = 40};
    struct pk_profile *profile = flame_profile(folded);
    struct pk_scene *scene =
        pk_view_flame(&arena, profile, 0, pk_profile_tree(profile), NULL, &options);
    struct pk_error error = {0};
    size_t size;
    FILE *stream;

    for (uint32_t i = 0; marked && i < scene->n_boxes; i++)
        if (scene->boxes[i].frame != PK_NONE &&
            pk_str_equal(pk_profile_frame(profile, scene->boxes[i].frame)->name, pk_str_of(marked)))
            scene->boxes[i].flags |= flags;
    scene->title = PK_STR("t");
    free(picture);
    stream = open_memstream(&picture, &size);
    assert_true(pk_writer_text.scene(scene, style, stream, &error));
    fclose(stream);
    pk_profile_free(profile);
    return picture;
}

static const char *draw(const char *folded, const struct pk_style *style)
{
    return draw_marked(folded, style, NULL, 0);
}

/* The part of a picture from its line `n` on, counted from 0. */
static const char *from_line(const char *text, unsigned n)
{
    while (n-- > 0)
        text = strchr(text, '\n') + 1;
    return text;
}

static void boxes_are_brackets_as_wide_as_their_share(void **state)
{
    (void)state;

    /* 40 cells for 40 samples: one each. `main` has 4 of its own behind its children. */
    assert_string_equal(draw("main;load;parse_it 20\nmain;load 6\nmain;x 1\nmain 3\nother 10\n",
                             &(struct pk_style){.width = 40}),
                        "t\n"
                        "[all  100.0 %                          ]\n"
                        "[main  75.0 %                ][other   ]\n"
                        "[load  65.0 %            ]|\n"
                        "[parse_it  50.0 %  ]\n");
}

static void names_are_cut_at_the_end_that_says_least(void **state)
{
    (void)state;

    assert_string_equal(from_line(draw("a::b::parse_the_file 18\nsqlite3.Cursor.execute 18\nlong_"
                                       "name_without_parts 4\n",
                                       &(struct pk_style){.width = 40}),
                                  2),
                        "[..parse_the_file][  ][..Cursor.execute]\n");
}

static void what_is_narrower_than_a_cell_is_drawn_together_and_counted(void **state)
{
    const char *text = draw("a 1960\nb 10\nc 10\nd 10\ne 10\n", &(struct pk_style){.width = 100});
    (void)state;

    /* 100 cells for 2000 samples: 20 each, and the last two are those of the four small ones. */
    assert_non_null(strstr(text, "][]\n"));
    assert_non_null(strstr(text, "4 boxes narrower than a cell, drawn as +n, hold 2.0 %:"));
}

static void levels_left_out_are_counted_with_what_they_hold(void **state)
{
    struct pk_buf folded = {0};
    (void)state;

    for (int i = 0; i < 50; i++)
        pk_buf_text(&folded, i ? ";f" : "f");
    pk_buf_text(&folded, " 3\ng 1\n");
    /* `all` and 40 levels are drawn */
    assert_non_null(strstr(draw(folded.data, &(struct pk_style){.width = 99}),
                           "10 boxes deeper than this hold 75.0 %: --max-depth"));
    pk_buf_fini(&folded);
}

static void estimates_are_marked_and_shaded(void **state)
{
    const char *text = draw_marked("main 30\nguess 9\nx 1\n", &(struct pk_style){.width = 40},
                                   "guess", PK_BOX_UNCERTAIN);
    (void)state;

    assert_non_null(strstr(text, "[~guess~]"));
    assert_non_null(strstr(text, "\n~: estimated, size not proven\n"));
    text =
        draw_marked("main 30\nguess 9\nx 1\n", &(struct pk_style){.width = 40, .has_color = true},
                    "guess", PK_BOX_UNCERTAIN);
    assert_non_null(strstr(text, "≈guess░░"));
    assert_non_null(strstr(text, "≈ and shaded: estimated"));
    assert_null(strstr(draw("main 3\n", &(struct pk_style){.width = 40}), "estimated"));
}

static void names_cannot_drive_the_terminal(void **state)
{
    static const char *const hostile = "a\x1b[2Jb 9\nx\xe2\x80\xaey 9\nz\xff 9\n\x9b 9\n";
    static const struct pk_style styles[] = {{.width = 100}, {.width = 100, .is_ascii = true}};
    (void)state;

    for (size_t i = 0; i < 2; i++) {
        const char *text = draw(hostile, &styles[i]);

        assert_null(strchr(text, '\x1b'));
        assert_null(strstr(text, "\xe2\x80\xae"));
        assert_null(strchr(text, '\xff'));
        assert_non_null(strstr(text, "a\\x1b[2Jb"));
        assert_non_null(strstr(text, "x\\u202ey"));
    }
}

/* The text without its escape sequences, which must all be those of colours. */
static char *without_colors(const char *text)
{
    struct pk_buf out = {0};

    while (*text) {
        if (*text == '\x1b') {
            assert_int_equal(text[1], '[');
            text += 2 + strspn(text + 2, "0123456789;");
            assert_int_equal(*text++, 'm');
        } else {
            pk_buf_char(&out, *text++);
        }
    }
    pk_buf_char(&out, '\0');
    return out.data;
}

/* Wide letters, combining marks and a name that is cut between them. */
static void every_line_keeps_within_the_width(void **state)
{
    static const char *const folded =
        "解析请求;表示する表示する表示する 30\n解析请求;x\xcc\x81\xcc\x82y 9\nmain::very_long_name_here;"
        "\xf0\x9f\x9a\x80\xf0\x9f\x94\xa5launch 20\nz 3\nw 1\n";
    (void)state;

    for (unsigned width = 10; width < 90; width += 7)
        for (int color = 0; color < 3; color++) {
            const struct pk_style style = {
                .width = width, .has_color = color > 0, .has_truecolor = color > 1};
            char *plain = without_colors(draw(folded, &style));
            struct pk_str all = pk_str_of(from_line(plain, 1)); /* behind the title */

            for (unsigned line = 0; line < 3; line++) {
                size_t end = (size_t)((const char *)memchr(all.data, '\n', all.size) - all.data);
                size_t cells = pk_utf8_width(pk_str_slice(all, 0, end));

                assert_true(cells <= width);
                if (line == 0)
                    assert_int_equal(cells, width); /* all fills it */
                all = pk_str_slice(all, end + 1, all.size);
            }
            pk_free(plain);
        }
}

static void colours_are_those_that_the_terminal_has(void **state)
{
    const char *text;
    (void)state;

    text = draw("main 9\n", &(struct pk_style){.width = 40, .has_color = true});
    assert_non_null(strstr(text, "\x1b[0;7;39mall"));
    assert_null(strstr(text, "8;2;"));
    text = draw("main 9\n", &(struct pk_style){.width = 40,
                                               .has_color = true,
                                               .has_truecolor = true,
                                               .palette = PK_PALETTE_HASH});
    assert_non_null(strstr(text, "\x1b[0;48;2;218;226;235;38;2;27;29;33mall")); /* theme.c: root */
    assert_string_equal(from_line(text, 3), ""); /* colours that mean nothing: no legend */
    text = draw("main 9\n", &(struct pk_style){.width = 40, .has_color = true, .is_ascii = true});
    assert_null(strchr(text, '\x1b'));
    for (; *text; text++)
        assert_true(*text == '\n' || (*text >= ' ' && *text <= '~'));
}

/* Reversed, text has the colour of the page: a number outside of these would be no text colour. */
static void every_fill_has_a_readable_colour_of_the_terminal(void **state)
{
    unsigned used = 0;
    (void)state;

    for (unsigned i = 0; i < PK_THEME_FILLS; i++) {
        unsigned number = pk_theme_ansi(i);

        assert_true((number >= 31 && number <= 36 && number != 34) || number == 39);
        used |= 1u << (number - 30);
    }
    assert_int_equal(used, 1u << 1 | 1u << 2 | 1u << 3 | 1u << 5 | 1u << 6 | 1u << 9);
}

static int begin(void **state)
{
    (void)state;
    pk_arena_init(&arena);
    return 0;
}

static int end(void **state)
{
    (void)state;
    pk_arena_fini(&arena);
    free(picture);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(boxes_are_brackets_as_wide_as_their_share),
        cmocka_unit_test(names_are_cut_at_the_end_that_says_least),
        cmocka_unit_test(what_is_narrower_than_a_cell_is_drawn_together_and_counted),
        cmocka_unit_test(levels_left_out_are_counted_with_what_they_hold),
        cmocka_unit_test(estimates_are_marked_and_shaded),
        cmocka_unit_test(names_cannot_drive_the_terminal),
        cmocka_unit_test(every_line_keeps_within_the_width),
        cmocka_unit_test(colours_are_those_that_the_terminal_has),
        cmocka_unit_test(every_fill_has_a_readable_colour_of_the_terminal),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
