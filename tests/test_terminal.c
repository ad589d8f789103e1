/*
 * What the environment says about a terminal; the order of the variables is the one of UX.md.
 */
#include "base/terminal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const variables[] = {"NO_COLOR", "CLICOLOR_FORCE", "TERM",    "LC_ALL",
                                        "LC_CTYPE", "LANG",           "COLUMNS", NULL};

static void forget_all(void)
{
    for (size_t i = 0; variables[i]; i++)
        unsetenv(variables[i]);
}

/* "A=1 B=" into the environment, and nothing else of what counts. */
static void set_all(const char *text)
{
    char copy[200];

    forget_all();
    snprintf(copy, sizeof copy, "%s", text);
    for (char *rest = copy, *word; (word = strsep(&rest, " "));) {
        char *value = strchr(word, '=');

        if (!value)
            continue;
        *value++ = '\0';
        setenv(word, value, 1);
    }
}

static void colour_follows_option_then_variables_then_the_stream(void **state)
{
    static const struct {
        const char *environment;
        enum pk_color_when choice;
        bool is_terminal, expected;
    } cases[] = {
        {"", PK_COLOR_AUTO, true, true},
        {"", PK_COLOR_AUTO, false, false},
        {"TERM=xterm", PK_COLOR_AUTO, true, true},
        {"TERM=dumb", PK_COLOR_AUTO, true, false},
        {"CLICOLOR_FORCE=1 TERM=dumb", PK_COLOR_AUTO, true, true},
        {"CLICOLOR_FORCE=1", PK_COLOR_AUTO, false, true},
        {"CLICOLOR_FORCE=0", PK_COLOR_AUTO, false, false},
        {"CLICOLOR_FORCE=", PK_COLOR_AUTO, false, false},
        {"NO_COLOR=1 CLICOLOR_FORCE=1", PK_COLOR_AUTO, true, false},
        {"NO_COLOR=0", PK_COLOR_AUTO, true, false}, /* any text, says no-color.org */
        {"NO_COLOR=", PK_COLOR_AUTO, true, true},   /* but not an empty one */
        {"NO_COLOR=1 TERM=dumb", PK_COLOR_ALWAYS, false, true},
        {"CLICOLOR_FORCE=1", PK_COLOR_NEVER, true, false},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        set_all(cases[i].environment);
        if (pk_terminal_has_color(cases[i].choice, cases[i].is_terminal) != cases[i].expected)
            fail_msg("case %zu: %s", i, cases[i].environment);
    }
    forget_all();
}

static void words_of_the_option_are_choices(void **state)
{
    (void)state;
    assert_int_equal(pk_terminal_color("always"), PK_COLOR_ALWAYS);
    assert_int_equal(pk_terminal_color("never"), PK_COLOR_NEVER);
    assert_int_equal(pk_terminal_color("auto"), PK_COLOR_AUTO);
    assert_int_equal(pk_terminal_color(NULL), PK_COLOR_AUTO);
}

/* POSIX: LC_ALL before LC_CTYPE before LANG, and an empty one is not set. */
static void characters_follow_the_locale(void **state)
{
    static const struct {
        const char *environment;
        bool expected;
    } cases[] = {
        {"", false},
        {"LANG=en_US.UTF-8", true},
        {"LANG=C", false},
        {"LANG=de_DE.utf8", true},
        {"LANG=de_DE.ISO-8859-1", false},
        {"LC_CTYPE=C LANG=en_US.UTF-8", false},
        {"LC_CTYPE=C.UTF-8 LANG=C", true},
        {"LC_ALL=C LC_CTYPE=C.UTF-8", false},
        {"LC_ALL= LC_CTYPE= LANG=C.UTF-8", true},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        set_all(cases[i].environment);
        if (pk_terminal_is_utf8() != cases[i].expected)
            fail_msg("case %zu: %s", i, cases[i].environment);
    }
    forget_all();
}

static void width_without_a_terminal_is_that_of_columns_or_100(void **state)
{
    static const struct {
        const char *environment;
        unsigned expected;
    } cases[] = {
        {"", 100},           {"COLUMNS=72", 72},
        {"COLUMNS=", 100},   {"COLUMNS=0", 100},
        {"COLUMNS=-5", 100}, {"COLUMNS=wide", 100},
        {"COLUMNS=1e9", 1u}, {"COLUMNS=99999999999999999999", 100},
    };
    int fd = open("/dev/null", O_RDWR);
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        set_all(cases[i].environment);
        assert_int_equal(pk_terminal_width(fd), cases[i].expected);
        assert_int_equal(pk_terminal_width(-1), cases[i].expected);
    }
    close(fd);
    forget_all();
}

/* No more than the theme of the terminal: SGR 1, 2, and 31 to 36. */
static void paints_are_of_the_theme(void **state)
{
    (void)state;
    for (int paint = PK_PAINT_HEADING; paint <= PK_PAINT_HINT; paint++) {
        const char *at = pk_terminal_begin((enum pk_paint)paint);

        assert_int_equal(strncmp(at, "\x1b[", 2), 0);
        for (at += 2; *at && *at != 'm';) {
            char *end;
            long number = strtol(at, &end, 10);

            assert_true(number == 1 || number == 2 || (number >= 31 && number <= 36));
            at = end + (*end == ';');
        }
        assert_string_equal(at, "m");
        assert_string_equal(pk_terminal_end((enum pk_paint)paint), "\x1b[0m");
    }
    assert_string_equal(pk_terminal_begin(PK_PAINT_PLAIN), "");
    assert_string_equal(pk_terminal_end(PK_PAINT_PLAIN), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(colour_follows_option_then_variables_then_the_stream),
        cmocka_unit_test(words_of_the_option_are_choices),
        cmocka_unit_test(characters_follow_the_locale),
        cmocka_unit_test(width_without_a_terminal_is_that_of_columns_or_100),
        cmocka_unit_test(paints_are_of_the_theme),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
