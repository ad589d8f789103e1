/*
 * Looking around by keys, without a terminal: what the screen shows after each of them, on a small
 * profile whose widths are worked out by hand, and that no key and no size does harm. The profile
 * on 20 columns of 40 units: main 36 (self 2), parse 24 (self 4), lex 20, draw 10; idle 4.
 */
#include "render/explore.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/keys.h"
#include "base/utf8.h"
#include "support.h"

#define SMALL "main 2\nmain;draw 10\nmain;parse 4\nmain;parse;lex 20\nidle 4\n"

static struct pk_profile *profile;
static struct pk_explore *explore;
static struct pk_canvas canvas;
static struct pk_attributed *attributed;

static void begin_with(struct pk_profile *of, unsigned columns, unsigned rows)
{
    struct pk_explore_setup setup = {.name = PK_STR("x.folded"), .is_ascii = true};

    profile = of;
    setup.stacks = (struct pk_view_stacks){.profile = profile,
                                           .tree = pk_profile_tree(profile),
                                           .total = pk_profile_total(profile, 0)};
    if (!setup.stacks.tree && pk_profile_graph(profile) && pk_profile_graph(profile)->n) {
        attributed = pk_attribute_new(profile, 0);
        setup.attributed = attributed;
        setup.stacks.tree = &attributed->tree;
    }
    explore = pk_explore_new(&setup);
    pk_canvas_resize(&canvas, columns, rows);
    pk_explore_draw(explore, &canvas);
}

static void begin(unsigned columns, unsigned rows)
{
    begin_with(support_profile(SMALL), columns, rows);
}

static void end(void)
{
    pk_explore_free(explore);
    pk_canvas_fini(&canvas);
    pk_attribute_free(attributed);
    attributed = NULL;
    pk_profile_free(profile);
}

static enum pk_explore_wish press(int32_t key)
{
    enum pk_explore_wish wish = pk_explore_key(explore, key);

    pk_explore_draw(explore, &canvas);
    return wish;
}

static void type(const char *text)
{
    for (; *text; text++)
        press(*text);
}

/* All lines of the screen. */
static void check(const char *expected)
{
    struct pk_buf text = {0};

    pk_canvas_text(&canvas, &text);
    assert_string_equal(text.data, expected);
    pk_buf_fini(&text);
}

/* A line of the screen, counted from the end: 0 is the last. */
static void check_line(unsigned from_end, const char *expected)
{
    struct pk_buf text = {0};
    struct pk_str rest, line = PK_STR_NULL;

    pk_canvas_text(&canvas, &text);
    rest = pk_buf_view(&text);
    for (unsigned row = 0; row + from_end < canvas.rows; row++)
        line = pk_str_take_line(&rest);
    if (!pk_str_equal(line, pk_str_of(expected)))
        fail_msg("'%.*s' is not '%s'", (int)line.size, line.data, expected);
    pk_buf_fini(&text);
}

/* --- the icicle --- */

static void boxes_are_as_wide_as_their_share(void **state)
{
    (void)state;
    begin(20, 5);
    check("[all  100.0 %      ]\n"
          "[][main  90.0 %    ]\n" /* idle 4: two cells */
          "  [dra][parse     ]\n"  /* then one cell that is main's own */
          "       [lex     ]\n"
          "all         total 40\n");
    end();
}

static void arrows_go_to_parent_child_and_siblings(void **state)
{
    static const struct {
        int32_t key;
        const char *name;
    } steps[] = {{PK_KEY_DOWN, "main"},
                 {PK_KEY_DOWN, "parse"},
                 {PK_KEY_DOWN, "lex"},
                 {PK_KEY_DOWN, "lex"},
                 {PK_KEY_UP, "parse"},
                 {PK_KEY_LEFT, "draw"},
                 {PK_KEY_LEFT, "draw"},
                 {PK_KEY_RIGHT, "parse"},
                 {PK_KEY_RIGHT, "parse"},
                 {PK_KEY_UP, "main"},
                 {PK_KEY_LEFT, "idle"},
                 {PK_KEY_UP, "all         total 40"},
                 {PK_KEY_UP, "all         total 40"},
                 {PK_KEY_PAGE_DOWN, "lex"},
                 {PK_KEY_HOME, "all         total 40"}};

    (void)state;
    begin(20, 5);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        press(steps[i].key);
        check_line(0, steps[i].name);
    }
    end();
}

/* parse has 24 of 20 columns: lex 20 is 16 of them. */
static void enter_zooms_and_backspace_takes_it_back(void **state)
{
    const char *zoomed = "[parse  60.0 %     ]\n"
                         "[lex  50.0 %   ]\n"
                         "\n"
                         "\n"
                         "parse\n";

    (void)state;
    begin(20, 5);
    press(PK_KEY_DOWN);
    press(PK_KEY_DOWN);
    press(PK_KEY_ENTER);
    check(zoomed);
    press(PK_KEY_UP); /* not above what is shown */
    check(zoomed);
    press('-');
    check_line(4, "[main  90.0 %      ]");
    press(PK_KEY_BACKSPACE);
    check(zoomed);
    press('0');
    check_line(4, "[all  100.0 %      ]");
    check_line(0, "parse");
    press(PK_KEY_BACKSPACE);
    press(PK_KEY_BACKSPACE);
    check_line(4, "[all  100.0 %      ]");
    press(PK_KEY_BACKSPACE);
    check_line(0, "nothing to take back");
    end();
}

/* Of 4,000 units in 20 columns a box needs 200: ten children of 10 are one box of a half. */
static void what_is_narrower_than_a_cell_is_one_box(void **state)
{
    struct pk_buf folded = {0};

    (void)state;
    for (int i = 0; i < 100; i++)
        pk_buf_printf(&folded, "r;f%02d 10\n", i);
    pk_buf_text(&folded, "r;wide 3000\n");
    begin_with(support_profile(folded.data), 20, 4);
    check("[all  100.0 %      ]\n"
          "[r  100.0 %        ]\n"
          "[+  ][wide  75.0 % ]\n" /* +100 has no room, and +10 would be wrong */
          "all\n");
    pk_buf_fini(&folded);
    end();
}

static void what_is_selected_is_drawn_however_narrow(void **state)
{
    (void)state;
    begin_with(support_profile("a 100000\nb;c;d 1\nz 99000\n"), 20, 6);
    press('/');
    type("d");
    press(PK_KEY_ENTER);
    check_line(1, "          |");
    check_line(2, "          |");
    check_line(3, "[a       ]|z       ]"); /* over the edge of z, which begins in the same cell */
    end();
}

/* Three rows of boxes: the view follows the selection. */
static void levels_scroll(void **state)
{
    (void)state;
    begin_with(support_profile("a;b;c;d;e;f 10\n"), 20, 4);
    check_line(3, "[all  100.0 %      ]");
    press(PK_KEY_END);
    press(PK_KEY_PAGE_DOWN);
    press(PK_KEY_PAGE_DOWN);
    check("[b  100.0 %        ]\n"
          "[c  100.0 %        ]\n"
          "[d  100.0 %        ]\n"
          "d\n");
    press(PK_KEY_HOME);
    check_line(3, "[all  100.0 %      ]");
    end();
}

/* --- lists --- */

static void the_table_is_sorted_by_key(void **state)
{
    (void)state;
    begin(60, 7);
    press('3');
    check_line(5, "SELF     %  TOTAL     %  FUNCTION  by self, 1 of 5");
    check_line(4, "  20  50.0     20  50.0  lex");
    press(PK_KEY_DOWN);
    check_line(0, "draw                             self 10 - total 10 - 25.0 %");
    press('o');
    check_line(5, "SELF     %  TOTAL     %  FUNCTION  by total, 4 of 5");
    press(PK_KEY_HOME);
    check_line(4, "   2   5.0     36  90.0  main");
    press('o'); /* no calls: by name */
    check_line(5, "SELF     %  TOTAL     %  FUNCTION  by name, 4 of 5");
    press('O');
    check_line(5, "SELF     %  TOTAL     %  FUNCTION  by name reversed, 2 of 5");
    end();
}

static void the_sandwich_has_callers_above_and_callees_below(void **state)
{
    (void)state;
    begin(60, 7);
    press(PK_KEY_DOWN);
    press(PK_KEY_DOWN); /* parse */
    press('2');
    check_line(5, "TOTAL      %  CALLERS ABOVE, CALLEES BELOW");
    check_line(4, "   24  100.0  < main");
    check_line(3, "   24   60.0  parse");
    check_line(2, "   20   83.3  > lex");
    press(PK_KEY_DOWN);
    press(PK_KEY_ENTER);
    check_line(4, "   20  100.0  < parse");
    check_line(3, "   20   50.0  lex");
    press(PK_KEY_BACKSPACE);
    check_line(3, "   24   60.0  parse");
    press('1'); /* the same function in the icicle */
    check_line(0, "parse");
    end();
}

static void tab_goes_round(void **state)
{
    (void)state;
    begin(20, 5);
    press(PK_KEY_TAB);
    check_line(4, "CALLERS ABOVE, CALLE");
    press(PK_KEY_TAB);
    check_line(4, "FUNCTION  by self, 1");
    press(PK_KEY_TAB);
    check_line(4, "[all  100.0 %      ]");
    press(PK_KEY_BACK_TAB);
    check_line(4, "FUNCTION  by self, 1");
    end();
}

/* --- search, help, names --- */

static void hits_are_found_while_one_types(void **state)
{
    (void)state;
    begin(60, 8);
    press('/');
    type("^[dl]");
    check_line(0, "/^[dl]_  2 functions on stacks with 75.0 %");
    press(PK_KEY_BACKSPACE);
    check_line(0, "/^[dl_  0 functions; no regular expression, taken as it sta>");
    type("]");
    press(PK_KEY_ENTER); /* goes to the first hit: draw stands before lex */
    check_line(1, "draw");
    press('n');
    check_line(0, "/^[dl]  2 functions on stacks with 75.0 %");
    press(PK_KEY_ESCAPE);
    press('n');
    check_line(0, "no search: / begins one");
    end();
}

/* Each stack once: parse is on that of lex. */
static void nested_hits_count_once(void **state)
{
    (void)state;
    begin(60, 8);
    press('/');
    type("parse|lex");
    check_line(0, "/parse|lex_  2 functions on stacks with 60.0 %");
    press(PK_KEY_ESCAPE);
    press('/');
    check_line(0, "/_");
    end();
}

static void help_is_shown_until_a_key(void **state)
{
    (void)state;
    begin(60, 24);
    press('?');
    check_line(22, "1 2 3, Tab    icicle, sandwich, table");
    assert_int_equal(press(PK_KEY_DOWN), PK_EXPLORE_GO_ON);
    check_line(22, "[all  100.0 %                                              ]");
    assert_int_equal(press('q'), PK_EXPLORE_QUIT);
    end();
}

static void names_are_copied_as_they_are_shown(void **state)
{
    (void)state;
    begin_with(support_profile("a;wipe\x1b[2J\x7f disk\xe2\x80\xae 5\n"), 60, 8);
    assert_int_equal(press('y'), PK_EXPLORE_GO_ON);
    check_line(0, "no function is selected");
    press(PK_KEY_DOWN);
    press(PK_KEY_DOWN);
    assert_int_equal(press('y'), PK_EXPLORE_COPY);
    assert_true(pk_str_equal(pk_explore_copied(explore), PK_STR("wipe\\x1b[2J\\x7f disk\\u202e")));
    check_line(6, "wipe\\x1b[2J\\x7f disk\\u202e");
    end();
}

/* --- what a file does not know --- */

static struct pk_profile *calls_only(void)
{
    struct pk_builder *b = support_builder();

    support_function(b, "main", 10, 100, 1);
    support_function(b, "a", 0, 60, 1);
    support_function(b, "b", 0, 30, 3);
    support_function(b, "c", 90, 90, 4);
    support_edge(b, "main", "a", 60, PK_MISSING, 1);
    support_edge(b, "main", "b", 30, PK_MISSING, 3);
    support_edge(b, "a", "c", 60, PK_MISSING, 1);
    support_edge(b, "b", "c", 30, PK_MISSING, 3);
    support_edge(b, "c", "leaf", 45, PK_MISSING, 9);
    support_function(b, "leaf", 45, 45, 9);
    return support_freeze(b);
}

/* How much of leaf is below a nobody knows: it is marked, and has its bounds. */
static void estimates_are_marked_with_their_bounds(void **state)
{
    struct pk_buf text = {0};

    (void)state;
    begin_with(calls_only(), 100, 10);
    press('/');
    type("leaf");
    press(PK_KEY_ENTER);
    press(PK_KEY_ESCAPE);
    pk_canvas_text(&canvas, &text);
    assert_non_null(strstr(text.data, "~ estimated, "));
    assert_non_null(strstr(text.data, "[~leaf"));
    assert_non_null(strstr(text.data, " to "));
    assert_non_null(strstr(text.data, "9 calls"));
    pk_buf_fini(&text);
    end();
}

static void without_callers_there_is_a_table_alone(void **state)
{
    struct pk_builder *b = support_builder();
    int64_t self = 7;

    (void)state;
    pk_builder_self(b, support_frame(b, "lonely"), &self, NULL,
                    (struct pk_calls){PK_MISSING, PK_MISSING});
    pk_builder_self(b, support_frame(b, "other"), &self, NULL,
                    (struct pk_calls){PK_MISSING, PK_MISSING});
    begin_with(support_freeze(b), 60, 6);
    check_line(3, "7 ns  50.0   7 ns  50.0  lonely");
    press('1');
    check_line(0, "this profile does not say who called what: no icicle");
    press(PK_KEY_TAB);
    press(PK_KEY_ENTER);
    check_line(3, "7 ns  50.0   7 ns  50.0  lonely");
    end();
}

/* --- no harm --- */

/* Any keys on screens of any size: no line is too wide, and it goes on. */
static void no_keys_and_no_size_do_harm(void **state)
{
    static const int32_t keys[] = {PK_KEY_UP,
                                   PK_KEY_DOWN,
                                   PK_KEY_LEFT,
                                   PK_KEY_RIGHT,
                                   PK_KEY_HOME,
                                   PK_KEY_END,
                                   PK_KEY_TAB,
                                   PK_KEY_PAGE_UP,
                                   PK_KEY_PAGE_DOWN,
                                   PK_KEY_BACKSPACE,
                                   PK_KEY_ENTER,
                                   PK_KEY_ESCAPE,
                                   PK_KEY_DOWN,
                                   '1',
                                   '2',
                                   '3',
                                   'o',
                                   'O',
                                   'n',
                                   'p',
                                   '/',
                                   'e',
                                   '(',
                                   '?',
                                   'y',
                                   '+',
                                   '-',
                                   '0',
                                   PK_KEY_ENTER,
                                   0x65e5,
                                   PK_KEY_NONE,
                                   3,
                                   'x',
                                   PK_KEY_BACK_TAB,
                                   PK_KEY_DELETE,
                                   PK_KEY_ENTER};
    struct support_random random = {.state = 5};

    (void)state;
    for (uint32_t n = support_cases(60); n > 0; n--) {
        struct support_program program = {
            .functions = 9, .nodes = 60, .depth = 9, .is_recursive = n % 2, .largest = 1000};
        struct pk_profile *truth = support_freeze(support_program(&random, &program));

        if (n % 3 == 0) {
            struct pk_profile *traced = support_freeze(support_traced(truth, n % 2, true));

            pk_profile_free(truth);
            truth = traced;
        }
        begin_with(truth, 1 + support_below(&random, 90), 1 + support_below(&random, 30));
        for (int i = 0; i < 200; i++) {
            struct pk_buf text = {0};
            struct pk_str rest;

            if (support_below(&random, 20) == 0)
                pk_canvas_resize(&canvas, 1 + support_below(&random, 90),
                                 1 + support_below(&random, 30));
            press(keys[support_below(&random, sizeof keys / sizeof *keys)]);
            pk_canvas_text(&canvas, &text);
            rest = pk_buf_view(&text);
            while (rest.size)
                assert_true(pk_utf8_width(pk_str_take_line(&rest)) <= canvas.columns);
            pk_buf_fini(&text);
        }
        end();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(boxes_are_as_wide_as_their_share),
        cmocka_unit_test(arrows_go_to_parent_child_and_siblings),
        cmocka_unit_test(enter_zooms_and_backspace_takes_it_back),
        cmocka_unit_test(what_is_narrower_than_a_cell_is_one_box),
        cmocka_unit_test(what_is_selected_is_drawn_however_narrow),
        cmocka_unit_test(levels_scroll),
        cmocka_unit_test(the_table_is_sorted_by_key),
        cmocka_unit_test(the_sandwich_has_callers_above_and_callees_below),
        cmocka_unit_test(tab_goes_round),
        cmocka_unit_test(hits_are_found_while_one_types),
        cmocka_unit_test(nested_hits_count_once),
        cmocka_unit_test(help_is_shown_until_a_key),
        cmocka_unit_test(names_are_copied_as_they_are_shown),
        cmocka_unit_test(estimates_are_marked_with_their_bounds),
        cmocka_unit_test(without_callers_there_is_a_table_alone),
        cmocka_unit_test(no_keys_and_no_size_do_harm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
