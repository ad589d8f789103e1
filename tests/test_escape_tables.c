/*
 * Names in tab-separated text and in Markdown, and the joiner of emoji: the documented texts, and
 * what must hold of any bytes: a field stays one field of one line, and a cell stays one cell. The
 * rest of the sinks is in test_escape.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/escape.h"
#include "support.h"

#define FFFD "\xef\xbf\xbd"
#define ZWJ "\xe2\x80\x8d"
#define MAN "\xf0\x9f\x91\xa8"
#define WOMAN "\xf0\x9f\x91\xa9"
#define GIRL "\xf0\x9f\x91\xa7"
#define TONE "\xf0\x9f\x8f\xbd"
#define LAPTOP "\xf0\x9f\x92\xbb"
#define HEART "\xe2\x9d\xa4"
#define VS16 "\xef\xb8\x8f"
#define FIRE "\xf0\x9f\x94\xa5"

static const struct {
    void (*escape)(struct pk_buf *out, struct pk_str s);
    struct pk_str input;
    const char *expected;
} examples[] = {
    /* tab-separated */
    {pk_escape_tsv, PK_STR("a,\"b\""), "a,\"b\""},
    {pk_escape_tsv, PK_STR("a\tb\nc\r\nd"), "a b c  d"},
    {pk_escape_tsv, PK_STR("=1+2"), "'=1+2"},
    {pk_escape_tsv, PK_STR("-1"), "'-1"},
    {pk_escape_tsv, PK_STR("\tx"), "' x"},
    {pk_escape_tsv, PK_STR("\"x"), "'\"x"}, /* else a spreadsheet reads on over rows */
    {pk_escape_tsv, PK_STR("\0\xff"), FFFD FFFD},

    /* Markdown */
    {pk_escape_markdown, PK_STR(""), ""},
    {pk_escape_markdown, PK_STR("main"), "`main`"},
    {pk_escape_markdown, PK_STR("<b>*a*</b> @root http://x"), "`<b>*a*</b> @root http://x`"},
    {pk_escape_markdown, PK_STR("a|b"), "`a\\|b`"},
    {pk_escape_markdown, PK_STR("a\\|b"), "`a\\\\\\|b`"}, /* or \\ would free the bar */
    {pk_escape_markdown, PK_STR("a`b"), "``a`b``"},
    {pk_escape_markdown, PK_STR("`a``b"), "``` `a``b ```"},
    {pk_escape_markdown, PK_STR("`"), "`` ` ``"},
    {pk_escape_markdown, PK_STR("a\nb\xe2\x80\xae"), "`a\\x0ab\\u202e`"},

    /* The joiner between two emoji is seen: it makes one of them. */
    {pk_escape_terminal, PK_STR(MAN ZWJ WOMAN ZWJ GIRL), MAN ZWJ WOMAN ZWJ GIRL},
    {pk_escape_terminal, PK_STR(MAN TONE ZWJ LAPTOP "x"), MAN TONE ZWJ LAPTOP "x"},
    {pk_escape_terminal, PK_STR(HEART VS16 ZWJ FIRE), HEART VS16 ZWJ FIRE},
    {pk_escape_markdown, PK_STR(MAN ZWJ GIRL), "`" MAN ZWJ GIRL "`"},
    /* Anywhere else it hides. */
    {pk_escape_terminal, PK_STR("ma" ZWJ "in"), "ma\\u200din"},
    {pk_escape_terminal, PK_STR(ZWJ MAN), "\\u200d" MAN},
    {pk_escape_terminal, PK_STR(MAN ZWJ), MAN "\\u200d"},
    {pk_escape_terminal, PK_STR(MAN ZWJ "a"), MAN "\\u200da"},
    {pk_escape_terminal, PK_STR("a" ZWJ MAN), "a\\u200d" MAN},
    {pk_escape_terminal, PK_STR("a" TONE ZWJ MAN), "a" TONE "\\u200d" MAN},
    {pk_escape_terminal, PK_STR(MAN ZWJ ZWJ GIRL), MAN "\\u200d\\u200d" GIRL},
    {pk_escape_terminal, PK_STR(MAN "\xe2\x80\x8b" ZWJ GIRL), MAN "\\u200b\\u200d" GIRL},
    {pk_escape_terminal, PK_STR("\xe0\xa4\x95" ZWJ MAN), "\xe0\xa4\x95\\u200d" MAN},
    {pk_escape_terminal, PK_STR("\x91\xa8" ZWJ MAN), "\\x91\\xa8\\u200d" MAN},
    {pk_escape_terminal, PK_STR(MAN ZWJ "\xf0\x9f\x91"), MAN "\\u200d\\xf0\\x9f\\x91"},
    {pk_escape_terminal, PK_STR(ZWJ), "\\u200d"},
};

static void escape_gives_the_documented_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        struct pk_buf out = {0};

        pk_buf_text(&out, "[");
        examples[i].escape(&out, examples[i].input);
        pk_buf_text(&out, "]");
        if (out.size != strlen(examples[i].expected) + 2 ||
            memcmp(out.data + 1, examples[i].expected, out.size - 2) != 0)
            fail_msg("example %zu: got %s, expected [%s]", i, out.data, examples[i].expected);
        pk_buf_fini(&out);
    }
}

/* What parts fields or rows is not in it, and nothing at its front is a formula or a quote. */
static void check_tsv(struct pk_str s)
{
    struct pk_buf out = {0};

    pk_escape_tsv(&out, s);
    for (size_t i = 0; i < out.size; i++)
        assert_null(memchr("\t\n\r", out.data[i], 4)); /* with the NUL */
    assert_false(out.size && strchr("=+-@\"", out.data[0]));
    pk_buf_fini(&out);
}

/* As GitHub reads a row: a backslash takes the next character along, and a bar that none took
 * begins the next cell. Inside the cell, a run of backticks as long as the first closes the span:
 * that must be the last one. */
static void check_markdown(struct pk_str s)
{
    struct pk_buf out = {0};
    size_t fence = 0, run = 0;

    pk_escape_markdown(&out, s);
    while (fence < out.size && out.data[fence] == '`')
        fence++;
    assert_true(s.size == 0 || fence > 0);
    for (size_t i = 0; i < out.size; i++) {
        assert_null(memchr("\n\r", out.data[i], 3));
        if (out.data[i] == '\\' && i + 1 < out.size && out.data[i + 1] != '`')
            i++;
        else
            assert_int_not_equal(out.data[i], '|');
    }
    for (size_t i = fence; i < out.size; i++) {
        run = out.data[i] == '`' ? run + 1 : 0;
        if (run == fence && (i + 1 == out.size || out.data[i + 1] != '`'))
            assert_int_equal(i + 1, out.size);
    }
    pk_buf_fini(&out);
}

/* Bytes that mean something to either form come often. */
static void no_bytes_leave_their_field(void **state)
{
    static const char often[] = "||\\\\``\"\t\n\r=+-@ <a\xff\xc3\xa9";
    struct support_random random = {20260};

    (void)state;
    for (uint32_t n = support_cases(20000); n > 0; n--) {
        char bytes[12];
        size_t size = support_below(&random, sizeof bytes + 1);

        for (size_t i = 0; i < size; i++)
            bytes[i] = often[support_below(&random, sizeof often)];
        check_tsv((struct pk_str){bytes, size});
        check_markdown((struct pk_str){bytes, size});
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(escape_gives_the_documented_text),
        cmocka_unit_test(no_bytes_leave_their_field),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
