/*
 * Cells of a screen: every line has as many as there are columns, whatever is put; and painting
 * brings only what is not there yet.
 */
#include "render/canvas.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/utf8.h"

static const struct pk_look plain = {PK_INK_PLAIN, 0};

static void check_text(const struct pk_canvas *canvas, const char *expected)
{
    struct pk_buf text = {0};

    pk_canvas_text(canvas, &text);
    assert_string_equal(text.data, expected);
    pk_buf_fini(&text);
}

static void text_is_cut_at_the_edge(void **state)
{
    struct pk_canvas canvas = {0};

    (void)state;
    pk_canvas_resize(&canvas, 5, 2);
    assert_int_equal(pk_canvas_put(&canvas, 0, 3, 9, PK_STR("abc"), plain), 2);
    assert_int_equal(pk_canvas_put(&canvas, 1, 0, 2, PK_STR("abc"), plain), 2);
    assert_int_equal(pk_canvas_put(&canvas, 2, 0, 9, PK_STR("abc"), plain), 0);
    assert_int_equal(pk_canvas_put(&canvas, 0, 5, 9, PK_STR("abc"), plain), 0);
    check_text(&canvas, "   ab\nab\n");
    pk_canvas_clear(&canvas);
    check_text(&canvas, "\n\n");
    pk_canvas_fini(&canvas);
}

/* 日 takes two cells; half of it is never left, and none of it stands at the edge. */
static void wide_characters_take_two_cells(void **state)
{
    struct pk_canvas canvas = {0};

    (void)state;
    pk_canvas_resize(&canvas, 5, 1);
    assert_int_equal(pk_canvas_put(&canvas, 0, 0, 5, PK_STR("日本語"), plain), 4);
    check_text(&canvas, "日本\n");
    pk_canvas_put(&canvas, 0, 1, 1, PK_STR("x"), plain); /* onto the second half */
    check_text(&canvas, " x本\n");
    pk_canvas_put(&canvas, 0, 2, 1, PK_STR("y"), plain); /* onto the first half */
    check_text(&canvas, " xy\n");
    pk_canvas_fini(&canvas);
}

static void marks_stay_with_their_letter(void **state)
{
    struct pk_canvas canvas = {0};

    (void)state;
    pk_canvas_resize(&canvas, 4, 1);
    assert_int_equal(pk_canvas_put(&canvas, 0, 0, 4, PK_STR("e\xcc\x81x\xcc\x88y"), plain), 3);
    check_text(&canvas, "e\xcc\x81x\xcc\x88y\n");
    pk_canvas_fini(&canvas);
}

/* A letter with a thousand marks would be a line of its own in bytes. */
static void a_heap_of_marks_is_one_sign(void **state)
{
    struct pk_canvas canvas = {0};
    struct pk_buf name = {0};

    (void)state;
    pk_buf_char(&name, 'a');
    for (int i = 0; i < 1000; i++)
        pk_buf_text(&name, "\xcc\x81");
    pk_buf_char(&name, 'b');
    pk_canvas_resize(&canvas, 4, 1);
    pk_canvas_put(&canvas, 0, 0, 4, pk_buf_view(&name), plain);
    check_text(&canvas, "?b\n");
    pk_buf_fini(&name);
    pk_canvas_fini(&canvas);
}

/* Where a person's eye sees cells; wide characters, marks and broken bytes at random. */
static void no_line_is_wider_than_the_screen(void **state)
{
    static const char *const pieces[] = {"a",    "日",       "e\xcc\x81", "\xf0\x9f\x94\xa5",
                                         "\xff", "\xcc\x81", "🇩🇪",        "…"};
    struct pk_canvas canvas = {0};
    uint32_t seed = 7;

    (void)state;
    for (int n = 0; n < 3000; n++) {
        unsigned columns = 1 + (unsigned)n % 9;
        struct pk_buf text = {0};

        pk_canvas_resize(&canvas, columns, 1);
        for (int i = 0; i < 8; i++) {
            seed = seed * 1664525 + 1013904223;
            pk_canvas_put(&canvas, 0, (seed >> 20) % 10, 1 + (seed >> 16) % 4,
                          pk_str_of(pieces[seed >> 29]), plain);
        }
        pk_canvas_text(&canvas, &text);
        text.size--; /* the line end */
        assert_true(pk_utf8_width(pk_buf_view(&text)) <= columns);
        pk_buf_fini(&text);
    }
    pk_canvas_fini(&canvas);
}

static void only_lines_that_differ_are_painted(void **state)
{
    struct pk_canvas canvas = {0};
    struct pk_buf out = {0};

    (void)state;
    pk_canvas_resize(&canvas, 3, 2);
    pk_canvas_put(&canvas, 0, 0, 3, PK_STR("abc"), plain);
    pk_canvas_paint(&canvas, PK_CANVAS_16, &out);
    assert_string_equal(out.data, "\x1b[1;1H\x1b[0mabc\x1b[0m\x1b[2;1H\x1b[0m   \x1b[0m");
    pk_buf_reset(&out);
    pk_canvas_paint(&canvas, PK_CANVAS_16, &out);
    assert_int_equal(out.size, 0);
    pk_canvas_put(&canvas, 1, 1, 3, PK_STR("x"), (struct pk_look){PK_INK_CHOSEN, 0});
    pk_canvas_paint(&canvas, PK_CANVAS_16, &out);
    assert_string_equal(out.data, "\x1b[2;1H\x1b[0m \x1b[0;7mx\x1b[0m \x1b[0m");
    pk_buf_reset(&out);
    pk_canvas_forget(&canvas);
    pk_canvas_paint(&canvas, PK_CANVAS_16, &out);
    assert_memory_equal(out.data, "\x1b[1;1H", 6);
    pk_buf_fini(&out);
    pk_canvas_fini(&canvas);
}

/* Numbers of ECMA-48 for colours: 30 to 37, 90 to 97, and 38;2 or 48;2 for 24 bits. */
static void colours_are_those_that_the_terminal_has(void **state)
{
    static const char *const expected[] = {[PK_CANVAS_PLAIN] = "\x1b[0m",
                                           [PK_CANVAS_16] = "\x1b[0;7;3",
                                           [PK_CANVAS_TRUE] = "\x1b[0;48;2;"};
    struct pk_canvas canvas = {0};

    (void)state;
    pk_canvas_resize(&canvas, 2, 1);
    for (enum pk_canvas_colors colors = PK_CANVAS_PLAIN; colors <= PK_CANVAS_TRUE; colors++) {
        struct pk_buf out = {0};

        pk_canvas_put(&canvas, 0, 0, 2, PK_STR("ab"), (struct pk_look){PK_INK_BOX, 5});
        pk_canvas_forget(&canvas);
        pk_canvas_paint(&canvas, colors, &out);
        assert_memory_equal(out.data + 6, expected[colors], strlen(expected[colors]));
        pk_buf_fini(&out);
    }
    pk_canvas_fini(&canvas);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_cut_at_the_edge),
        cmocka_unit_test(wide_characters_take_two_cells),
        cmocka_unit_test(marks_stay_with_their_letter),
        cmocka_unit_test(a_heap_of_marks_is_one_sign),
        cmocka_unit_test(no_line_is_wider_than_the_screen),
        cmocka_unit_test(only_lines_that_differ_are_painted),
        cmocka_unit_test(colours_are_those_that_the_terminal_has),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
