/*
 * The growing byte string: content, its NUL, and numbers. After every step the invariants are
 * checked again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/str.h"

/* The content is `text`, with a NUL behind it and room for both. */
static void check(const struct pk_buf *buf, const char *text, size_t size)
{
    assert_int_equal(buf->size, size);
    assert_true(buf->room > buf->size);
    assert_memory_equal(buf->data, text, size);
    assert_int_equal(buf->data[size], '\0');
}

static void buf_appends_in_order(void **state)
{
    struct pk_buf buf = {0};

    (void)state;
    pk_buf_add(&buf, "ab", 2);
    check(&buf, "ab", 2);
    pk_buf_str(&buf, PK_STR("cd"));
    check(&buf, "abcd", 4);
    pk_buf_text(&buf, "ef");
    check(&buf, "abcdef", 6);
    pk_buf_char(&buf, 'g');
    check(&buf, "abcdefg", 7);
    pk_buf_printf(&buf, "-%d-%s", 5, "h");
    check(&buf, "abcdefg-5-h", 11);
    pk_buf_fini(&buf);
}

static void buf_keeps_nul_bytes(void **state)
{
    struct pk_buf buf = {0};

    (void)state;
    pk_buf_str(&buf, PK_STR("a\0b"));
    pk_buf_char(&buf, '\0');
    check(&buf, "a\0b\0", 4);
    pk_buf_fini(&buf);
}

static void buf_missing_string_adds_nothing(void **state)
{
    struct pk_buf buf = {0};

    (void)state;
    pk_buf_str(&buf, PK_STR_NULL);
    assert_int_equal(buf.size, 0);
    pk_buf_text(&buf, "x");
    pk_buf_str(&buf, PK_STR_NULL);
    check(&buf, "x", 1);
    pk_buf_fini(&buf);
}

static void buf_view_is_never_missing(void **state)
{
    struct pk_buf buf = {0};

    (void)state;
    assert_non_null(pk_buf_view(&buf).data);
    assert_int_equal(pk_buf_view(&buf).size, 0);
    pk_buf_text(&buf, "abc");
    assert_true(pk_str_equal(pk_buf_view(&buf), PK_STR("abc")));
    pk_buf_fini(&buf);
    assert_int_equal(pk_buf_view(&buf).size, 0);
}

static void buf_reset_keeps_memory_and_drops_content(void **state)
{
    struct pk_buf buf = {0};
    char *data;

    (void)state;
    pk_buf_reset(&buf); /* an empty one may be reset, too */
    pk_buf_text(&buf, "something");
    data = buf.data;
    pk_buf_reset(&buf);
    assert_ptr_equal(buf.data, data);
    check(&buf, "", 0);
    pk_buf_fini(&buf);
}

static void buf_reserve_keeps_data_in_place(void **state)
{
    struct pk_buf buf = {0};
    char *data;

    (void)state;
    pk_buf_text(&buf, "12345");
    pk_buf_reserve(&buf, 5000);
    data = buf.data;
    for (int i = 0; i < 5000; i++)
        pk_buf_char(&buf, 'x');
    assert_ptr_equal(buf.data, data);
    assert_int_equal(buf.size, 5005);
    pk_buf_fini(&buf);
}

static void buf_grows_past_any_first_guess(void **state)
{
    struct pk_buf buf = {0};
    static char block[70000];

    (void)state;
    memset(block, 'b', sizeof block);
    pk_buf_char(&buf, 'a');
    pk_buf_add(&buf, block, sizeof block);
    pk_buf_printf(&buf, "%s", "c");
    assert_int_equal(buf.size, 70002);
    assert_int_equal(buf.data[0], 'a');
    assert_int_equal(buf.data[70000], 'b');
    assert_string_equal(buf.data + 70001, "c");
    pk_buf_fini(&buf);
}

static void buf_int_agrees_with_printf(void **state)
{
    static const int64_t values[] = {0,  1,   -1,      9,         10,        -10,
                                     99, 100, 1234567, INT32_MIN, INT64_MAX, INT64_MIN};
    struct pk_buf buf = {0};

    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        char expected[32];

        snprintf(expected, sizeof expected, "%" PRId64, values[i]);
        pk_buf_reset(&buf);
        pk_buf_int(&buf, values[i]);
        check(&buf, expected, strlen(expected));
    }
    pk_buf_fini(&buf);
}

static void buf_printf_takes_long_and_empty_results(void **state)
{
    struct pk_buf buf = {0};
    static char text[3000];

    (void)state;
    memset(text, 't', sizeof text - 1);
    pk_buf_printf(&buf, "%s", "");
    assert_int_equal(buf.size, 0);
    pk_buf_printf(&buf, "[%s]", text);
    assert_int_equal(buf.size, sizeof text + 1);
    assert_int_equal(buf.data[buf.size - 1], ']');
    pk_buf_printf(&buf, "%s", "");
    assert_int_equal(buf.size, sizeof text + 1);
    pk_buf_fini(&buf);
}

static void buf_is_empty_and_usable_after_fini(void **state)
{
    struct pk_buf buf = {0};

    (void)state;
    pk_buf_fini(&buf);
    pk_buf_text(&buf, "x");
    pk_buf_fini(&buf);
    assert_null(buf.data);
    pk_buf_text(&buf, "y");
    check(&buf, "y", 1);
    pk_buf_fini(&buf);
}

static void lines_are_taken_one_by_one(void **state)
{
    struct pk_str rest = PK_STR("one\n\nlast");
    (void)state;

    assert_true(pk_str_equal(pk_str_take_line(&rest), PK_STR("one")));
    assert_true(pk_str_equal(pk_str_take_line(&rest), PK_STR("")));
    assert_int_equal(rest.size, 4);
    assert_true(pk_str_equal(pk_str_take_line(&rest), PK_STR("last")));
    assert_int_equal(rest.size, 0);
    rest = PK_STR("x\n");
    assert_true(pk_str_equal(pk_str_take_line(&rest), PK_STR("x")));
    assert_int_equal(rest.size, 0);
}

/* An empty buffer has no bytes to point at, and what was written keeps its NULs. */
static void what_is_written_is_the_content(void **state)
{
    struct pk_buf buf = {0};
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    (void)state;

    assert_non_null(to);
    pk_buf_write(&buf, to);
    pk_buf_add(&buf, "a\0b", 3);
    pk_buf_write(&buf, to);
    assert_int_equal(fclose(to), 0);
    assert_int_equal(size, 3);
    assert_memory_equal(text, "a\0b", 3);
    free(text);
    pk_buf_fini(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(buf_appends_in_order),
        cmocka_unit_test(buf_keeps_nul_bytes),
        cmocka_unit_test(buf_missing_string_adds_nothing),
        cmocka_unit_test(buf_view_is_never_missing),
        cmocka_unit_test(buf_reset_keeps_memory_and_drops_content),
        cmocka_unit_test(buf_reserve_keeps_data_in_place),
        cmocka_unit_test(buf_grows_past_any_first_guess),
        cmocka_unit_test(buf_int_agrees_with_printf),
        cmocka_unit_test(buf_printf_takes_long_and_empty_results),
        cmocka_unit_test(buf_is_empty_and_usable_after_fini),
        cmocka_unit_test(lines_are_taken_one_by_one),
        cmocka_unit_test(what_is_written_is_the_content),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
