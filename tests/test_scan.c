/*
 * Lines out of blocks: expected lines are written by hand, and where blocks end must not show.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/input.h"
#include "base/limits.h"
#include "base/scan.h"
#include "base/str.h"
#include "tests/packed.h"

/* Every line as "[text]", and "!" when the last one ended with the input. */
static void list_lines(struct pk_scan *scan, struct pk_buf *out)
{
    struct pk_str line;

    while (pk_scan_line(scan, &line)) {
        pk_buf_char(out, '[');
        pk_buf_str(out, line);
        pk_buf_char(out, ']');
    }
    if (pk_scan_is_unterminated(scan))
        pk_buf_char(out, '!');
}

static void scan_splits_at_lf_and_crlf_only(void **state)
{
    static const struct {
        struct pk_str text, lines;
        uint64_t count;
    } cases[] = {
        {PK_STR(""), PK_STR(""), 0},
        {PK_STR("\n"), PK_STR("[]"), 1},
        {PK_STR("a 1\nb 2\n"), PK_STR("[a 1][b 2]"), 2},
        {PK_STR("a 1\nb 2"), PK_STR("[a 1][b 2]!"), 2},
        {PK_STR("a 1\r\nb 2\r\n"), PK_STR("[a 1][b 2]"), 2},
        {PK_STR("a 1\r\nb 2\n\r\nc 3"), PK_STR("[a 1][b 2][][c 3]!"), 4}, /* a mix */
        {PK_STR("a\rb 1\n"), PK_STR("[a\rb 1]"), 1},                      /* part of a name */
        {PK_STR("a 1\r\r\n"), PK_STR("[a 1\r]"), 1},                      /* one of them is not */
        {PK_STR("a 1\r"), PK_STR("[a 1]!"), 1},                           /* a CRLF cut in two */
        {PK_STR("\r"), PK_STR("[]!"), 1},
        {PK_STR("a\0b 1\n\0\n"), PK_STR("[a\0b 1][\0]"), 2},
        {PK_STR("\xef\xbb\xbf"
                "a 1\n"),
         PK_STR("[a 1]"), 1}, /* byte order marks are not text */
        {PK_STR("a 1\n\xef\xbb\xbf"
                "b 1\n"),
         PK_STR("[a 1][\xef\xbb\xbf"
                "b 1]"),
         2}, /* but inside */
        {PK_STR("\xff\xfe"
                "a\0 \0001\0\r\0\n\0"),
         PK_STR("[a 1]"), 1},
        {PK_STR("\0a\0 \0001\0\n"), PK_STR("[a 1]"), 1},
    };
    struct pk_limits limits = pk_limits_default();
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_input *input =
            pk_input_memory("t", cases[i].text.data, cases[i].text.size, &limits);
        struct pk_error error = {0};
        struct pk_buf out = {0};
        struct pk_scan scan;

        pk_scan_init(&scan, input, &error);
        list_lines(&scan, &out);
        assert_true(out.size == cases[i].lines.size &&
                    memcmp(out.data ? out.data : "", cases[i].lines.data, out.size) == 0);
        assert_int_equal(scan.line, cases[i].count);
        assert_int_equal(error.status, PK_OK);
        pk_scan_fini(&scan);
        pk_buf_fini(&out);
        pk_input_free(input);
    }
}

static void scan_counts_lines_and_bytes_with_their_ends(void **state)
{
    static const char text[] = "main 1\r\nx 22\nlast";
    static const uint64_t bytes[] = {8, 13, 17};
    struct pk_limits limits = pk_limits_default();
    struct pk_input *input = pk_input_memory("t", text, sizeof text - 1, &limits);
    struct pk_error error = {0};
    struct pk_scan scan;
    struct pk_str line;
    (void)state;

    pk_scan_init(&scan, input, &error);
    assert_int_equal(scan.line, 0);
    for (size_t i = 0; i < 3; i++) {
        struct pk_place place;

        assert_true(pk_scan_line(&scan, &line));
        assert_int_equal(scan.bytes, bytes[i]);
        assert_int_equal(pk_scan_is_unterminated(&scan), i == 2);
        place = pk_scan_place(&scan, 4);
        assert_int_equal(place.kind, PK_AT_LINE);
        assert_int_equal(place.line, i + 1);
        assert_int_equal(place.column, 4);
    }
    assert_false(pk_scan_line(&scan, &line));
    assert_false(pk_scan_line(&scan, &line));
    assert_int_equal(scan.line, 3);
    assert_true(pk_scan_is_unterminated(&scan));
    pk_scan_fini(&scan);
    pk_input_free(input);
}

/* Lines of 0, 1, 2, ... bytes, so that every place of a line end meets the end of a block. */
static void scan_does_not_show_where_blocks_end(void **state)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_buf text = {0};
    struct pk_input *input;
    struct pk_error error = {0};
    struct pk_scan scan;
    struct pk_str line;
    (void)state;

    for (size_t size = 0; size < 1500; size++) {
        for (size_t i = 0; i < size; i++)
            pk_buf_char(&text, (char)('a' + size % 26));
        pk_buf_text(&text, size % 2 ? "\r\n" : "\n");
    }
    assert_true(text.size > 4 * ((size_t)256 << 10));
    input = pk_input_memory("t", text.data, text.size, &limits);
    pk_scan_init(&scan, input, &error);
    for (size_t size = 0; size < 1500; size++) {
        assert_true(pk_scan_line(&scan, &line));
        assert_int_equal(line.size, size);
        for (size_t i = 0; i < size; i++)
            if (line.data[i] != (char)('a' + size % 26))
                fail_msg("line %zu differs at byte %zu", size, i);
    }
    assert_false(pk_scan_line(&scan, &line));
    assert_int_equal(scan.bytes, text.size);
    pk_scan_fini(&scan);
    pk_input_free(input);
    pk_buf_fini(&text);
}

static void scan_reads_a_line_longer_than_its_buffer(void **state)
{
    size_t size = (size_t)3 << 20;
    struct pk_limits limits = pk_limits_default();
    char *text = pk_alloc(size + 3);
    struct pk_input *input;
    struct pk_error error = {0};
    struct pk_scan scan;
    struct pk_str line;
    (void)state;

    memset(text, 'x', size);
    text[size] = text[size + 2] = '\n';
    text[size + 1] = 'y';
    input = pk_input_memory("t", text, size + 3, &limits);
    pk_scan_init(&scan, input, &error);
    assert_true(pk_scan_line(&scan, &line));
    assert_int_equal(line.size, size);
    assert_memory_equal(line.data, text, size);
    assert_true(pk_scan_line(&scan, &line));
    assert_true(pk_str_equal(line, PK_STR("y")));
    assert_false(pk_scan_line(&scan, &line));
    pk_scan_fini(&scan);
    pk_input_free(input);
    pk_free(text);
}

static void scan_stops_at_the_line_limit_and_not_before(void **state)
{
    static const struct {
        const char *text, *lines;
        uint64_t failed_line; /* 0: none */
    } cases[] = {
        {"a\n12345678\nb\n", "[a][12345678][b]", 0},
        {"a\n12345678\r\nb\n", "[a][12345678][b]", 0}, /* the end does not count */
        {"a\n12345678", "[a][12345678]!", 0},
        {"a\n12345678\r", "[a][12345678]!", 0},
        {"a\n123456789\nb\n", "[a]", 2},
        {"a\n12345678\r\r\nb\n", "[a]", 2},
        {"a\n123456789", "[a]", 2},
        {"1234567890123456789", "", 1},
    };
    struct pk_limits limits = pk_limits_default();
    (void)state;

    limits.line = 8;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_input *input =
            pk_input_memory("t", cases[i].text, strlen(cases[i].text), &limits);
        struct pk_error error = {0};
        struct pk_buf out = {0};
        struct pk_scan scan;
        struct pk_str line;

        pk_scan_init(&scan, input, &error);
        list_lines(&scan, &out);
        assert_string_equal(out.data ? out.data : "", cases[i].lines);
        assert_int_equal(error.status, cases[i].failed_line ? PK_INPUT : PK_OK);
        assert_int_equal(error.place.line, cases[i].failed_line);
        assert_true(!cases[i].failed_line || strstr(error.hint, "--limit line="));
        assert_false(pk_scan_line(&scan, &line)); /* for good */
        pk_scan_fini(&scan);
        pk_buf_fini(&out);
        pk_input_free(input);
    }
}

static void scan_hands_out_nothing_after_an_error_of_its_caller(void **state)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_input *input = pk_input_memory("t", "a\nb\n", 4, &limits);
    struct pk_error error = {0};
    struct pk_scan scan;
    struct pk_str line;
    (void)state;

    pk_scan_init(&scan, input, &error);
    assert_true(pk_scan_line(&scan, &line));
    pk_error_set(&error, PK_INPUT, pk_scan_place(&scan, 1), "expected a count");
    assert_false(pk_scan_line(&scan, &line));
    pk_scan_fini(&scan);
    assert_false(pk_scan_line(&scan, &line));
    pk_input_free(input);
}

static void scan_hands_out_the_lines_before_damage(void **state)
{
    unsigned char damaged[sizeof gzip_one];
    struct pk_limits limits = pk_limits_default();
    struct pk_input *input;
    struct pk_error error = {0};
    struct pk_buf out = {0};
    struct pk_scan scan;
    (void)state;

    memcpy(damaged, gzip_one, sizeof damaged);
    damaged[sizeof damaged - 8] ^= 1; /* the checksum, four bytes before the size at the end */
    input = pk_input_memory("t", damaged, sizeof damaged, &limits);
    pk_scan_init(&scan, input, &error);
    list_lines(&scan, &out);
    assert_string_equal(out.data, "[main;parse 3]");
    assert_int_equal(error.status, PK_INPUT);
    assert_string_equal(error.text, "damaged gzip data: incorrect data check");
    assert_int_equal(error.place.kind, PK_AT_OFFSET);
    pk_scan_fini(&scan);
    pk_buf_fini(&out);
    pk_input_free(input);
}

static void scan_int_takes_whole_decimal_numbers_only(void **state)
{
    static const struct {
        struct pk_str text;
        bool is_one, is_past;
        int64_t value;
    } cases[] = {
        {PK_STR("0"), true, false, 0},
        {PK_STR("-0"), true, false, 0},
        {PK_STR("+7"), true, false, 7},
        {PK_STR("0042"), true, false, 42},
        {PK_STR("9223372036854775807"), true, false, INT64_MAX},
        {PK_STR("9223372036854775808"), false, true, 0},
        {PK_STR("-9223372036854775808"), true, false, INT64_MIN},
        {PK_STR("-9223372036854775809"), false, true, 0},
        {PK_STR("99999999999999999999999999"), false, true, 0},
        {PK_STR("99999999999999999999999999x"), false, false, 0}, /* no number, however long */
        {PK_STR("00000000000000000000000000001"), true, false, 1},
        {PK_STR(""), false, false, 0},
        {PK_STR("-"), false, false, 0},
        {PK_STR("+"), false, false, 0},
        {PK_STR("+-1"), false, false, 0},
        {PK_STR(" 1"), false, false, 0},
        {PK_STR("1 "), false, false, 0},
        {PK_STR("1\0"), false, false, 0},
        {PK_STR("1e3"), false, false, 0},
        {PK_STR("0x1"), false, false, 0},
        {PK_STR("1,000"), false, false, 0},
        {PK_STR("\xd9\xa1"), false, false, 0}, /* an Arabic one */
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t value = 12345;
        bool is_past = !cases[i].is_past;

        assert_int_equal(pk_scan_int(cases[i].text, &value, &is_past), cases[i].is_one);
        assert_int_equal(is_past, cases[i].is_past);
        assert_true(value == (cases[i].is_one ? cases[i].value : 12345));
        assert_int_equal(pk_scan_int(cases[i].text, &value, NULL), cases[i].is_one);
    }
    assert_false(pk_scan_int(PK_STR_NULL, &(int64_t){0}, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scan_splits_at_lf_and_crlf_only),
        cmocka_unit_test(scan_counts_lines_and_bytes_with_their_ends),
        cmocka_unit_test(scan_does_not_show_where_blocks_end),
        cmocka_unit_test(scan_reads_a_line_longer_than_its_buffer),
        cmocka_unit_test(scan_stops_at_the_line_limit_and_not_before),
        cmocka_unit_test(scan_hands_out_nothing_after_an_error_of_its_caller),
        cmocka_unit_test(scan_hands_out_the_lines_before_damage),
        cmocka_unit_test(scan_int_takes_whole_decimal_numbers_only),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
