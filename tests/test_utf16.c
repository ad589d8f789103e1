/*
 * UTF-16: when text is taken for it, and that no cut of the stream changes a character. Expected
 * bytes are from the Unicode standard's own examples and from iconv.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "base/utf16.h"

#define ZEROS8 "\0\0\0\0\0\0\0\0"

static void utf16_is_told_by_mark_or_by_zero_bytes(void **state)
{
    static const struct {
        struct pk_str bytes;
        enum pk_utf16_order order;
        size_t mark;
    } cases[] = {
        {PK_STR(""), PK_UTF16_NO, 0},
        {PK_STR("main;parse 3\n"), PK_UTF16_NO, 0},
        {PK_STR("\xef\xbb\xbfmain 3\n"), PK_UTF16_NO, 3},
        {PK_STR("\xef\xbb"), PK_UTF16_NO, 0},
        {PK_STR("\xff\xfe"), PK_UTF16_LITTLE, 2},
        {PK_STR("\xff\xfem\0"), PK_UTF16_LITTLE, 2},
        {PK_STR("\xfe\xff\0m"), PK_UTF16_BIG, 2},
        {PK_STR("\xff"), PK_UTF16_NO, 0},
        {PK_STR("m\0 \0003\0"), PK_UTF16_LITTLE, 0},
        {PK_STR("\0m\0 \0003"), PK_UTF16_BIG, 0},
        {PK_STR("\0m\0 \0003\0"), PK_UTF16_BIG, 0}, /* half a unit more */
        {PK_STR("m\0"), PK_UTF16_NO, 0},            /* too little to tell */
        {PK_STR("\0m"), PK_UTF16_NO, 0},
        {PK_STR(ZEROS8 ZEROS8), PK_UTF16_NO, 0},
        /* 9 of 10 odd bytes are zero, then 8 of 10 */
        {PK_STR("a\0b\0c\0d\0e\0f\0g\0h\0i\0\x3a\x26"), PK_UTF16_LITTLE, 0},
        {PK_STR("a\0b\0c\0d\0e\0f\0g\0h\0\x3a\x26\x3a\x26"), PK_UTF16_NO, 0},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t mark = 99;

        assert_int_equal(pk_utf16_detect(cases[i].bytes.data, cases[i].bytes.size, &mark),
                         cases[i].order);
        assert_int_equal(mark, cases[i].mark);
    }
}

static void utf16_guess_looks_at_64_bytes_only(void **state)
{
    char bytes[256];
    size_t mark;
    (void)state;

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(i < 64 && i % 2 == 0 ? 'a' : i < 64 ? 0 : 'b');
    assert_int_equal(pk_utf16_detect(bytes, sizeof bytes, &mark), PK_UTF16_LITTLE);
    memset(bytes, 'b', 64);
    memset(bytes + 64, 0, sizeof bytes - 64);
    assert_int_equal(pk_utf16_detect(bytes, sizeof bytes, &mark), PK_UTF16_NO);
}

static const struct {
    struct pk_str big, utf8;
} texts[] = {
    {PK_STR(""), PK_STR("")},
    {PK_STR("\0m\0;\0\n"), PK_STR("m;\n")},
    {PK_STR("\0\0"), PK_STR("\0")},                               /* NUL is a character */
    {PK_STR("\x00\x7f\x00\x80"), PK_STR("\x7f\xc2\x80")},         /* the last of one byte */
    {PK_STR("\x07\xff\x08\x00"), PK_STR("\xdf\xbf\xe0\xa0\x80")}, /* the last of two */
    {PK_STR("\xff\xff"), PK_STR("\xef\xbf\xbf")},                 /* the last of three */
    {PK_STR("\xd8\x00\xdc\x00"), PK_STR("\xf0\x90\x80\x80")},     /* U+10000 */
    {PK_STR("\xdb\xff\xdf\xff"), PK_STR("\xf4\x8f\xbf\xbf")},     /* U+10FFFF */
    {PK_STR("\xfe\xff\0a"), PK_STR("\xef\xbb\xbf"
                                   "a")}, /* a mark inside is a character */
    {PK_STR("\xd8\x00\0a"), PK_STR("\xed\xa0\x80"
                                   "a")}, /* lone high surrogate */
    {PK_STR("\xdc\x00\0a"), PK_STR("\xed\xb0\x80"
                                   "a")}, /* lone low one */
    {PK_STR("\xd8\x00\xd8\x00\xdc\x00"), PK_STR("\xed\xa0\x80\xf0\x90\x80\x80")},
    {PK_STR("\0a\xd8\x00"), PK_STR("a\xed\xa0\x80")},             /* the end cuts a pair */
    {PK_STR("\0a\x12"), PK_STR("a\xef\xbf\xbd")},                 /* the end cuts a unit */
    {PK_STR("\xd8\x00\xdc"), PK_STR("\xed\xa0\x80\xef\xbf\xbd")}, /* both */
};

/* Convert `from` in pieces of `step` bytes, as exactly as much memory as the header asks for
 * allows. */
static void convert(struct pk_utf16 utf16, struct pk_str from, size_t step, struct pk_buf *out)
{
    for (size_t at = 0; at < from.size; at += step) {
        size_t size = from.size - at < step ? from.size - at : step;

        pk_buf_reserve(out, PK_UTF16_ROOM(size));
        out->size += pk_utf16_convert(&utf16, from.data + at, size, out->data + out->size);
    }
    pk_buf_reserve(out, PK_UTF16_FINISH_ROOM);
    out->size += pk_utf16_finish(&utf16, out->data + out->size);
}

static void utf16_becomes_utf8_whatever_the_pieces(void **state)
{
    (void)state;

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        for (size_t step = 1; step <= 7; step++) {
            struct pk_buf out = {0};

            convert((struct pk_utf16){.order = PK_UTF16_BIG}, texts[i].big, step, &out);
            assert_true(pk_str_equal(pk_buf_view(&out), texts[i].utf8));
            pk_buf_fini(&out);
        }
}

static void utf16_little_is_big_with_bytes_swapped(void **state)
{
    (void)state;

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct pk_buf swapped = {0}, out = {0};

        if (texts[i].big.size % 2 == 0) {
            for (size_t at = 0; at < texts[i].big.size; at++)
                pk_buf_char(&swapped, texts[i].big.data[at ^ 1]);
            convert((struct pk_utf16){.order = PK_UTF16_LITTLE}, pk_buf_view(&swapped), 3, &out);
            assert_true(pk_str_equal(pk_buf_view(&out), texts[i].utf8));
        }
        pk_buf_fini(&swapped);
        pk_buf_fini(&out);
    }
}

static void utf16_never_writes_more_than_its_room(void **state)
{
    static const unsigned char worst[] = {0xd8, 0, 0xd8, 0, 0xd8, 0, 0xff, 0xff, 0xff, 0xff, 0xd8};
    (void)state;

    for (size_t lead = 0; lead <= 3; lead++)
        for (size_t size = 0; size + lead <= sizeof worst; size++) {
            struct pk_utf16 utf16 = {.order = PK_UTF16_BIG};
            char out[64];

            pk_utf16_convert(&utf16, worst, lead,
                             out); /* leaves a surrogate, half a unit, or both */
            assert_true(pk_utf16_convert(&utf16, worst + lead, size, out) <= PK_UTF16_ROOM(size));
            assert_true(pk_utf16_finish(&utf16, out) <= PK_UTF16_FINISH_ROOM);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf16_is_told_by_mark_or_by_zero_bytes),
        cmocka_unit_test(utf16_guess_looks_at_64_bytes_only),
        cmocka_unit_test(utf16_becomes_utf8_whatever_the_pieces),
        cmocka_unit_test(utf16_little_is_big_with_bytes_swapped),
        cmocka_unit_test(utf16_never_writes_more_than_its_room),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
