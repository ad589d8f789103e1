/*
 * Regular expressions over names: what is found, and what is refused. The meaning of patterns is
 * PCRE2's own; these are the promises made on top of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/buf.h"
#include "base/match.h"

/* The same with machine code and without. */
static bool find(const char *pattern, struct pk_str subject)
{
    struct pk_error error = {0};
    struct pk_match *match = pk_match_new(pk_str_of(pattern), &error);
    struct pk_match *plain = pk_match_new_for_few(pk_str_of(pattern), &error);
    bool found;

    assert_non_null(match);
    assert_non_null(plain);
    found = pk_match_find(match, subject, &error);
    assert_true(pk_match_find(plain, subject, &error) == found);
    assert_int_equal(error.status, PK_OK);
    pk_match_free(match);
    pk_match_free(plain);
    return found;
}

static void a_pattern_is_found_anywhere_in_a_name(void **state)
{
    static const struct {
        const char *pattern, *subject;
        bool is_found;
    } table[] = {
        {"load", "load_items", true},
        {"items", "load_items", true},
        {"^load$", "load_items", false},
        {"^load_items$", "load_items", true},
        {"LOAD", "load_items", false}, /* case counts unless asked for */
        {"(?i)LOAD", "load_items", true},
        {"a|items", "load_items", true},
        {"", "load_items", true},
        {"x", "", false},
        {"^$", "", true},
        {"\\Qoperator()(\\E", "f::operator()(int)", true},
        {"^.$", "\xc3\xa9", true}, /* one character, not one byte */
        {"^..$", "\xc3\xa9", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (find(table[i].pattern, pk_str_of(table[i].subject)) != table[i].is_found)
            fail_msg("'%s' in '%s'", table[i].pattern, table[i].subject);
}

/* RELIABILITY.md section 2: any bytes are a name. */
static void names_may_hold_any_bytes(void **state)
{
    (void)state;
    assert_true(find("main", PK_STR("\xff\xfe main")));
    assert_true(find("main$", PK_STR("\0main")));
    assert_false(find("main", PK_STR("ma\xffin")));
    assert_false(find("^.$", PK_STR("\xff")));
    assert_false(find("x", PK_STR_NULL));
    assert_true(find("^$", PK_STR_NULL));
}

static void a_bad_pattern_is_refused_with_its_place(void **state)
{
    static const struct {
        const char *pattern, *text;
    } table[] = {
        /* f(   the end is where the parenthesis is missed */
        {"f(", "bad regular expression 'f(': missing closing parenthesis, at byte 3"},
        /* *a   nothing before the star */
        {"*a", "bad regular expression '*a': quantifier does not follow a repeatable item, at byte"
               " 1"},
        /* [z-a] */
        {"[z-a]", "bad regular expression '[z-a]': range out of order in character class, at byte "
                  "4"},
        {"a\\C", "bad regular expression 'a\\C': using \\C is disabled by the application, at byte "
                 "4"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct pk_error error = {0};

        assert_null(pk_match_new(pk_str_of(table[i].pattern), &error));
        assert_int_equal(error.status, PK_USAGE);
        assert_string_equal(error.text, table[i].text);
        assert_string_equal(error.hint, "\\Q...\\E takes every character between as it is");
    }
}

/* A pattern that is no UTF-8 comes from another encoding of the terminal. */
static void a_pattern_that_is_no_utf8_is_refused(void **state)
{
    struct pk_error error = {0};

    (void)state;
    assert_null(pk_match_new(PK_STR("\xff"), &error));
    assert_int_equal(error.status, PK_USAGE);
    assert_non_null(strstr(error.text, "'\\xff'"));
}

/* (a+)+b needs 2^n steps on n letters: without a limit this test would not end. */
static void a_match_that_takes_too_long_is_given_up(void **state)
{
    struct pk_error error = {0};
    struct pk_match *match = pk_match_new(PK_STR("^(a+)+$"), &error);
    struct pk_buf name = {0};

    (void)state;
    for (int i = 0; i < 200; i++)
        pk_buf_char(&name, 'a');
    pk_buf_char(&name, 'b');
    assert_non_null(match);
    assert_false(pk_match_find(match, pk_buf_view(&name), &error));
    assert_int_equal(error.status, PK_USAGE);
    assert_non_null(strstr(error.text, "the regular expression takes too long on the name 'aaa"));
    assert_non_null(strstr(error.hint, "a repeat within a repeat"));
    pk_match_free(match);
    pk_buf_fini(&name);
}

/* One match serves many names: nothing of one may stay for the next. */
static void a_match_can_be_used_again(void **state)
{
    struct pk_error error = {0};
    struct pk_match *match = pk_match_new(PK_STR("(a+)b\\1"), &error);

    (void)state;
    for (int i = 0; i < 100; i++) {
        assert_true(pk_match_find(match, PK_STR("aabaa"), &error));
        assert_false(pk_match_find(match, PK_STR("aab"), &error));
    }
    assert_int_equal(error.status, PK_OK);
    pk_match_free(match);
    pk_match_free(NULL);
}

/* A long name must not run out of the stack of a compiled pattern. */
static void a_name_of_a_megabyte_is_searched(void **state)
{
    struct pk_buf name = {0};

    (void)state;
    for (int i = 0; i < 1 << 20; i++)
        pk_buf_char(&name, 'x');
    pk_buf_text(&name, "end");
    assert_true(find("end$", pk_buf_view(&name)));
    assert_true(find("^x+end$", pk_buf_view(&name)));
    assert_false(find("y", pk_buf_view(&name)));
    pk_buf_fini(&name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pattern_is_found_anywhere_in_a_name),
        cmocka_unit_test(names_may_hold_any_bytes),
        cmocka_unit_test(a_bad_pattern_is_refused_with_its_place),
        cmocka_unit_test(a_pattern_that_is_no_utf8_is_refused),
        cmocka_unit_test(a_match_that_takes_too_long_is_given_up),
        cmocka_unit_test(a_match_can_be_used_again),
        cmocka_unit_test(a_name_of_a_megabyte_is_searched),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
