/*
 * Decoding against the table of well-formed sequences (Unicode 3.9, table 3-7) and against an
 * encoder written here; widths of characters whose class is known.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <utf8proc.h>

#include "base/str.h"
#include "base/utf8.h"

/* Encode by the definition of UTF-8, with no thought of what is allowed. */
static size_t encode(int32_t code_point, char *out)
{
    uint32_t c = (uint32_t)code_point;

    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xc0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3f));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xe0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3f));
        out[2] = (char)(0x80 | (c & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3f));
    out[2] = (char)(0x80 | (c >> 6 & 0x3f));
    out[3] = (char)(0x80 | (c & 0x3f));
    return 4;
}

static void utf8_decodes_every_character_and_no_surrogate(void **state)
{
    (void)state;
    for (int32_t c = 0; c < 0x120000; c++) {
        bool is_character = c < 0x110000 && !(c >= 0xd800 && c < 0xe000);
        char bytes[4];
        size_t size = encode(c, bytes), length;
        int32_t got = pk_utf8_decode((struct pk_str){bytes, size}, 0, &length);

        if (got != (is_character ? c : -1) || length != (is_character ? size : 1))
            fail_msg("U+%04X gives %d, length %zu", (unsigned)c, (int)got, length);
    }
}

static void utf8_broken_byte_steps_by_one(void **state)
{
    static const struct pk_str broken[] = {
        PK_STR("\x80"),             /* continuation without a lead */
        PK_STR("\xbf\x80"),         /* two of them */
        PK_STR("\xc0\xaf"),         /* overlong "/" */
        PK_STR("\xc1\xbf"),         /* overlong DEL */
        PK_STR("\xc3"),             /* cut after the lead */
        PK_STR("\xc3("),            /* no continuation */
        PK_STR("\xe0\x9f\xbf"),     /* overlong */
        PK_STR("\xe2\x82"),         /* cut */
        PK_STR("\xe2\x82("),        /* third byte wrong */
        PK_STR("\xed\xa0\x80"),     /* surrogate */
        PK_STR("\xf0\x8f\xbf\xbf"), /* overlong */
        PK_STR("\xf0\x9f\x98"),     /* cut */
        PK_STR("\xf4\x90\x80\x80"), /* above U+10FFFF */
        PK_STR("\xf5\x80\x80\x80"), /* no such lead */
        PK_STR("\xfe"),
        PK_STR("\xff\xff"),
    };

    (void)state;
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        size_t length = 99;

        if (pk_utf8_decode(broken[i], 0, &length) != -1 || length != 1)
            fail_msg("case %zu: length %zu", i, length);
    }
}

static void utf8_decodes_in_the_middle(void **state)
{
    struct pk_str s = PK_STR("a\xc3\xa9\xff\xe2\x82\xac");
    static const struct {
        size_t at;
        int32_t code_point;
        size_t length;
    } cases[] = {{0, 'a', 1}, {1, 0xe9, 2}, {2, -1, 1}, {3, -1, 1}, {4, 0x20ac, 3}, {6, -1, 1}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t length;

        assert_int_equal(pk_utf8_decode(s, cases[i].at, &length), cases[i].code_point);
        assert_int_equal(length, cases[i].length);
    }
}

static void utf8_cells_follow_the_class_of_a_character(void **state)
{
    static const struct {
        int32_t code_point;
        int cells;
    } cases[] = {
        {'a', 1},     {' ', 1},     {0xe9, 1},    {0x430, 1},  {0x5d0, 1},  /* letters */
        {0x301, 0},   {0x20d7, 0},  {0xfe0f, 0},  {0x200d, 0},              /* joining, combining */
        {0x4e2d, 2},  {0x3042, 2},  {0xac00, 2},  {0xff21, 2}, {0x3000, 2}, /* CJK, full width */
        {0x1f600, 2}, {0x1f680, 2}, {0x20000, 2},                           /* emoji, rare Han */
        {0x2026, 1},  {0x2588, 1},  {0x258f, 1},  {0x25b8, 1}, {0x2248, 1}, /* what tables draw */
        {-1, 1},      {'\n', 1},    {0x1b, 1},    {0x9b, 1},                /* shown escaped */
        {0xe000, 1},  {0xfffd, 1},  {0x378, 1}, /* private, replacement, unassigned */
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (pk_utf8_cells(cases[i].code_point) != cases[i].cells)
            fail_msg("U+%04X has %d cells", (unsigned)cases[i].code_point,
                     pk_utf8_cells(cases[i].code_point));
}

static void utf8_width_adds_up_cells(void **state)
{
    static const struct {
        struct pk_str text;
        size_t cells;
    } cases[] = {
        {{NULL, 0}, 0},
        {{"", 0}, 0},
        {{"main", 4}, 4},
        {{"e\xcc\x81t\xc3\xa9", 6}, 3},       /* combining accent, then a composed one */
        {{"\xe4\xb8\xad\xe6\x96\x87", 6}, 4}, /* two Han characters */
        {{"\xf0\x9f\x98\x80!", 5}, 3},        /* emoji */
        {{"a\xff\xfe"
          "b",
          4},
         4},                           /* an invalid byte counts 1 */
        {{"\xe2\x80\xa6/x.py", 8}, 6}, /* ellipsis */
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(pk_utf8_width(cases[i].text), cases[i].cells);
}

static void utf8_prefix_ends_on_a_character(void **state)
{
    static const struct {
        struct pk_str text;
        size_t cells, bytes;
    } cases[] = {
        {{"main", 4}, 0, 0},
        {{"main", 4}, 3, 3},
        {{"main", 4}, 4, 4},
        {{"main", 4}, 99, 4},
        {{"", 0}, 5, 0},
        {{"\xe4\xb8\xad\xe6\x96\x87", 6}, 1, 0}, /* half a character is none */
        {{"\xe4\xb8\xad\xe6\x96\x87", 6}, 2, 3},
        {{"\xe4\xb8\xad\xe6\x96\x87", 6}, 3, 3},
        {{"e\xcc\x81x", 4}, 1, 3}, /* the accent stays with its letter */
        {{"\xff\xff\xff", 3}, 2, 2},
        /* woman, joiner, rocket; thumb and its skin; two flags; a Hindi letter with its sign */
        {{"\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x9a\x80x", 12}, 3, 0},
        {{"\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x9a\x80x", 12}, 4, 11},
        {{"\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbdx", 9}, 3, 0},
        {{"\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa\xf0\x9f\x87\xab\xf0\x9f\x87\xb7", 16}, 3, 8},
        {{"\xe0\xa4\xb8\xe0\xa4\xbex", 7}, 1, 6},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(pk_utf8_prefix(cases[i].text, cases[i].cells), cases[i].bytes);
}

static void utf8_suffix_begins_on_a_character(void **state)
{
    static const struct {
        struct pk_str text;
        size_t cells, skipped;
    } cases[] = {
        {{"main", 4}, 4, 0},
        {{"main", 4}, 99, 0},
        {{"main", 4}, 3, 1},
        {{"main", 4}, 0, 4},
        {{"", 0}, 0, 0},
        {{"\xe4\xb8\xad\xe6\x96\x87", 6}, 3, 3},
        {{"\xe4\xb8\xad\xe6\x96\x87", 6}, 1, 6},
        {{"e\xcc\x81x", 4}, 1, 3}, /* no accent without its letter */
        {{"\xcc\x81x", 3}, 1, 0},  /* but nothing is cut that fits */
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(pk_utf8_suffix(cases[i].text, cases[i].cells), cases[i].skipped);
}

/* Random bytes, half of them from the alphabet that makes nearly valid UTF-8. */
static size_t random_bytes(uint32_t *seed, char *out, size_t room)
{
    static const char alphabet[] = "a;\xc3\xa9\xe4\xb8\xad\xf0\x9f\x98\x80\xcc\x81\xed\xa0\xff\x80";
    size_t size;

    *seed = *seed * 1664525 + 1013904223;
    size = (*seed >> 16) % room;
    for (size_t i = 0; i < size; i++) {
        *seed = *seed * 1664525 + 1013904223;
        out[i] =
            *seed & 0x8000 ? alphabet[(*seed >> 16) % (sizeof alphabet - 1)] : (char)(*seed >> 16);
    }
    return size;
}

/* The end of what is seen as one character at `at`. */
static size_t seen_end(struct pk_str s, size_t at)
{
    size_t length, next;
    utf8proc_int32_t state = 0;
    int32_t before = pk_utf8_decode(s, at, &length);

    for (at += length; at < s.size; at = next) {
        int32_t after = pk_utf8_decode(s, at, &length);

        next = at + length;
        if (before < 0 || after < 0 || utf8proc_grapheme_break_stateful(before, after, &state))
            return at;
        before = after;
    }
    return at;
}

static void utf8_cutting_random_bytes_obeys_its_laws(void **state)
{
    uint32_t seed = 1;

    (void)state;
    for (int round = 0; round < 20000; round++) {
        char bytes[40];
        struct pk_str s = {bytes, random_bytes(&seed, bytes, sizeof bytes)};
        size_t cells = seed % 20, prefix = pk_utf8_prefix(s, cells),
               skip = pk_utf8_suffix(s, cells);
        size_t at = 0, length;

        assert_true(pk_utf8_width(pk_str_slice(s, 0, prefix)) <= cells);
        assert_true(pk_utf8_width(pk_str_slice(s, skip, s.size)) <= cells);
        /* The longest: with the next character it is too wide. */
        if (prefix < s.size)
            assert_true(pk_utf8_width(pk_str_slice(s, 0, seen_end(s, prefix))) > cells);
        /* Both cuts are met when stepping character by character. */
        while (at < prefix) {
            pk_utf8_decode(s, at, &length);
            at += length;
        }
        assert_int_equal(at, prefix);
        for (at = 0; at < skip; at += length)
            pk_utf8_decode(s, at, &length);
        assert_int_equal(at, skip);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8_decodes_every_character_and_no_surrogate),
        cmocka_unit_test(utf8_broken_byte_steps_by_one),
        cmocka_unit_test(utf8_decodes_in_the_middle),
        cmocka_unit_test(utf8_cells_follow_the_class_of_a_character),
        cmocka_unit_test(utf8_width_adds_up_cells),
        cmocka_unit_test(utf8_prefix_ends_on_a_character),
        cmocka_unit_test(utf8_suffix_begins_on_a_character),
        cmocka_unit_test(utf8_cutting_random_bytes_obeys_its_laws),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
