/*
 * Escaping: each rule of RELIABILITY.md section 5 with the text it must give, and one property for
 * each sink that must hold for all bytes: what comes out obeys the sink, as judged by libxml2, or
 * by a small reader written here that knows nothing of the writer.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <libxml/globals.h>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlstring.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/escape.h"
#include "base/str.h"
#include "base/utf8.h"

#define FFFD "\xef\xbf\xbd"

static void escape_json_plain(struct pk_buf *out, struct pk_str s)
{
    pk_escape_json(out, s, false);
}

static void escape_json_markup(struct pk_buf *out, struct pk_str s)
{
    pk_escape_json(out, s, true);
}

struct example {
    void (*escape)(struct pk_buf *out, struct pk_str s);
    struct pk_str input;
    const char *expected;
};

static const struct example examples[] = {
    /* XML and HTML */
    {pk_escape_xml, PK_STR("plain text 123"), "plain text 123"},
    {pk_escape_xml, PK_STR("</text><script>"), "&lt;/text&gt;&lt;script&gt;"},
    {pk_escape_xml, PK_STR("a&b \"c\" 'd'"), "a&amp;b &#34;c&#34; &#39;d&#39;"},
    {pk_escape_xml, PK_STR("&lt;"), "&amp;lt;"},
    {pk_escape_xml, PK_STR("]]>"), "]]&gt;"},
    {pk_escape_xml, PK_STR("a\tb\nc\rd"), "a&#9;b&#10;c&#13;d"},
    {pk_escape_xml, PK_STR("\0\x01\x1b\x1f"), FFFD FFFD FFFD FFFD},
    {pk_escape_xml, PK_STR("\x7f\xc2\x85"), "\x7f\xc2\x85"}, /* allowed, if discouraged */
    {pk_escape_xml, PK_STR("\xef\xbf\xbe\xef\xbf\xbf"), FFFD FFFD},
    {pk_escape_xml, PK_STR("\xed\xa0\x80"), FFFD FFFD FFFD}, /* a surrogate: three bad bytes */
    {pk_escape_xml, PK_STR("\xc3"), FFFD},
    {pk_escape_xml, PK_STR("gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80"),
     "gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80"},

    /* JSON by itself */
    {escape_json_plain, PK_STR("a/b <c> & 'd'"), "a/b <c> & 'd'"},
    {escape_json_plain, PK_STR("say \"hi\" C:\\x"), "say \\\"hi\\\" C:\\\\x"},
    {escape_json_plain, PK_STR("\b\f\n\r\t"), "\\b\\f\\n\\r\\t"},
    {escape_json_plain, PK_STR("\0\x01\x1f\x7f"), "\\u0000\\u0001\\u001f\x7f"},
    {escape_json_plain,
     PK_STR("\xff"
            "a\xe2\x82"),
     FFFD "a" FFFD FFFD},
    {escape_json_plain, PK_STR("\xe2\x80\xa8"), "\xe2\x80\xa8"},

    /* JSON inside a script element */
    {escape_json_markup, PK_STR("</script><!-- & ]]>"),
     "\\u003c/script\\u003e\\u003c!-- \\u0026 ]]\\u003e"},
    {escape_json_markup, PK_STR("\xe2\x80\xa8\xe2\x80\xa9"), "\\u2028\\u2029"},
    {escape_json_markup, PK_STR("\xef\xbf\xbe\xef\xbf\xbf"), "\\ufffe\\uffff"},
    {escape_json_markup, PK_STR("\"\\\n\x80"), "\\\"\\\\\\n" FFFD},

    /* terminal and messages */
    {pk_escape_terminal, PK_STR("C:\\dir <x> 'y'"), "C:\\dir <x> 'y'"},
    {pk_escape_terminal, PK_STR("\x1b[31mred"), "\\x1b[31mred"},
    {pk_escape_terminal, PK_STR("two\nlines\r\t\0"), "two\\x0alines\\x0d\\x09\\x00"},
    {pk_escape_terminal, PK_STR("\x7f\xff\xc3("), "\\x7f\\xff\\xc3("},
    {pk_escape_terminal,
     PK_STR("\xc2\x9b"
            "31m"),
     "\\u009b31m"}, /* C1 CSI */
    {pk_escape_terminal,
     PK_STR("\x9b"
            "31m"),
     "\\x9b31m"}, /* the same, bare */
    {pk_escape_terminal,
     PK_STR("\xe2\x80\xae"
            "abc"),
     "\\u202eabc"}, /* right-to-left override */
    {pk_escape_terminal, PK_STR("\xe2\x81\xa6\xe2\x81\xa9"), "\\u2066\\u2069"}, /* isolates */
    {pk_escape_terminal, PK_STR("\xd8\x9c\xe2\x80\x8e\xe2\x80\x8f"), "\\u061c\\u200e\\u200f"},
    {pk_escape_terminal, PK_STR("\xe2\x80\xa8\xe2\x80\xa9"), "\\u2028\\u2029"},
    {pk_escape_terminal,
     PK_STR("\xef\xbb\xbf"
            "a\xe2\x80\x8b"
            "b"),
     "\\ufeffa\\u200bb"},
    {pk_escape_terminal, PK_STR("\xf3\xa0\x81\x81"), "\\U000e0041"}, /* a tag character */
    {pk_escape_terminal, PK_STR("\xe4\xb8\xad e\xcc\x81 \xf0\x9f\x98\x80"),
     "\xe4\xb8\xad e\xcc\x81 \xf0\x9f\x98\x80"},

    /* CSV */
    {pk_escape_csv, PK_STR("main"), "main"},
    {pk_escape_csv, PK_STR("a,b"), "\"a,b\""},
    {pk_escape_csv, PK_STR("say \"hi\""), "\"say \"\"hi\"\"\""},
    {pk_escape_csv, PK_STR("a\nb\rc"), "\"a\nb\rc\""},
    {pk_escape_csv, PK_STR("=1+2"), "'=1+2"},
    {pk_escape_csv, PK_STR("+1"), "'+1"},
    {pk_escape_csv, PK_STR("-1"), "'-1"},
    {pk_escape_csv, PK_STR("@x"), "'@x"},
    {pk_escape_csv, PK_STR("\tx"), "'\tx"},
    {pk_escape_csv, PK_STR("\rx"), "\"'\rx\""},
    {pk_escape_csv, PK_STR("=a,\"b\""), "\"'=a,\"\"b\"\"\""},
    {pk_escape_csv, PK_STR("a=b"), "a=b"}, /* only at the start */
    {pk_escape_csv, PK_STR("\0\xff"), FFFD FFFD},

    /* DOT */
    {pk_escape_dot, PK_STR("main"), "main"},
    {pk_escape_dot, PK_STR("a\"b\\c\nd"), "a\\\"b\\\\c\\nd"},
    {pk_escape_dot, PK_STR("\\N &lt;b&gt;"), "\\\\N &amp;lt;b&amp;gt;"},
    {pk_escape_dot, PK_STR("\0\x1b\r\xff"), FFFD FFFD FFFD FFFD},
    {pk_escape_dot, PK_STR("\x7f\xc2\x80\xc2\x9b\xc2\xa0"), FFFD FFFD FFFD "\xc2\xa0"},

    /* collapsed */
    {pk_escape_folded, PK_STR("operator() const"), "operator() const"},
    {pk_escape_folded, PK_STR("Ljava/lang/Object;"), "Ljava/lang/Object:"},
    {pk_escape_folded, PK_STR("a\nb\r\nc\0"), "a b  c "},
    {pk_escape_folded, PK_STR("\xff\xc3"), "\xff\xc3"},
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

static void escape_of_nothing_is_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        struct pk_buf out = {0};

        pk_buf_text(&out, "before");
        examples[i].escape(&out, PK_STR_NULL);
        examples[i].escape(&out, PK_STR(""));
        assert_string_equal(out.data, "before");
        pk_buf_fini(&out);
    }
}

/* What a reader should see of `s` when bytes no sink can carry become U+FFFD. */
static void add_seen(struct pk_buf *out, struct pk_str s, bool in_xml)
{
    for (size_t at = 0, length; at < s.size; at += length) {
        int32_t c = pk_utf8_decode(s, at, &length);
        bool is_white = c == '\t' || c == '\n' || c == '\r';
        bool is_lost = c < 0 || (in_xml && ((c < 0x20 && !is_white) || c == 0xfffe || c == 0xffff));

        if (is_lost)
            pk_buf_text(out, FFFD);
        else
            pk_buf_add(out, s.data + at, length);
    }
}

/* Text and attributes are read back by libxml2 as they were, up to U+FFFD. */
static void check_xml(struct pk_str s)
{
    static const xmlChar name_a[] = "a", name_b[] = "b";
    struct pk_buf document = {0}, seen = {0};
    xmlDoc *parsed;
    xmlChar *text, *single, *twice;

    add_seen(&seen, s, true);
    pk_buf_text(&document, "<r a='");
    pk_escape_xml(&document, s);
    pk_buf_text(&document, "' b=\"");
    pk_escape_xml(&document, s);
    pk_buf_text(&document, "\">");
    pk_escape_xml(&document, s);
    pk_buf_text(&document, "</r>");
    parsed = xmlReadMemory(document.data, (int)document.size, NULL, NULL,
                           XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    if (!parsed)
        fail_msg("not well-formed: %s", document.data);
    text = xmlNodeGetContent(xmlDocGetRootElement(parsed));
    single = xmlGetProp(xmlDocGetRootElement(parsed), name_a);
    twice = xmlGetProp(xmlDocGetRootElement(parsed), name_b);
    assert_string_equal((const char *)text, pk_buf_view(&seen).data);
    assert_string_equal((const char *)single, pk_buf_view(&seen).data);
    assert_string_equal((const char *)twice, pk_buf_view(&seen).data);
    xmlFree(text);
    xmlFree(single);
    xmlFree(twice);
    xmlFreeDoc(parsed);
    pk_buf_fini(&document);
    pk_buf_fini(&seen);
}

static void add_utf8(struct pk_buf *out, unsigned c)
{
    if (c < 0x80) {
        pk_buf_char(out, (char)c);
    } else if (c < 0x800) {
        pk_buf_char(out, (char)(0xc0 | c >> 6));
        pk_buf_char(out, (char)(0x80 | (c & 0x3f)));
    } else {
        pk_buf_char(out, (char)(0xe0 | c >> 12));
        pk_buf_char(out, (char)(0x80 | (c >> 6 & 0x3f)));
        pk_buf_char(out, (char)(0x80 | (c & 0x3f)));
    }
}

/* Read the inside of a JSON string by RFC 8259; false when it is none. */
static bool read_json(struct pk_str s, struct pk_buf *out)
{
    static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";

    for (size_t at = 0, length = 1; at < s.size; at += length) {
        const char *letter;
        char hex[5] = "", *end;
        unsigned c;

        length = 1;
        if ((unsigned char)s.data[at] < 0x20 || s.data[at] == '"')
            return false;
        if (s.data[at] != '\\') {
            if (pk_utf8_decode(s, at, &length) < 0)
                return false;
            pk_buf_add(out, s.data + at, length);
            continue;
        }
        if (at + 1 >= s.size)
            return false;
        letter = s.data[at + 1] ? strchr(letters, s.data[at + 1]) : NULL;
        if (letter) {
            length = 2;
            pk_buf_char(out, meanings[letter - letters]);
            continue;
        }
        if (at + 6 > s.size || s.data[at + 1] != 'u')
            return false;
        memcpy(hex, s.data + at + 2, 4);
        c = (unsigned)strtoul(hex, &end, 16);
        if (end != hex + 4)
            return false;
        length = 6;
        add_utf8(out, c);
    }
    return true;
}

static void check_json(struct pk_str s)
{
    struct pk_buf seen = {0};

    add_seen(&seen, s, false);
    for (int in_markup = 0; in_markup < 2; in_markup++) {
        struct pk_buf out = {0}, read = {0};

        pk_escape_json(&out, s, in_markup);
        if (!read_json(pk_buf_view(&out), &read))
            fail_msg("no JSON string: %s", out.data);
        assert_true(pk_str_equal(pk_buf_view(&read), pk_buf_view(&seen)));
        if (in_markup && out.size) {
            assert_int_equal(strcspn(out.data, "<>&"), out.size);
            assert_null(strstr(out.data, "\xe2\x80\xa8"));
            assert_null(strstr(out.data, "\xe2\x80\xa9"));
        }
        pk_buf_fini(&out);
        pk_buf_fini(&read);
    }
    pk_buf_fini(&seen);
}

/* No control, no line break, no bidi control reaches a terminal, and escaping twice changes
 * nothing. */
static void check_terminal(struct pk_str s)
{
    static const char *const forbidden[] = {
        "\xe2\x80\x8b", "\xe2\x80\x8e", "\xe2\x80\x8f", "\xe2\x80\xa8", "\xe2\x80\xa9",
        "\xe2\x80\xaa", "\xe2\x80\xab", "\xe2\x80\xac", "\xe2\x80\xad", "\xe2\x80\xae",
        "\xe2\x81\xa6", "\xe2\x81\xa7", "\xe2\x81\xa8", "\xe2\x81\xa9", "\xef\xbb\xbf",
    };
    struct pk_buf out = {0}, again = {0};
    struct pk_str view;

    pk_escape_terminal(&out, s);
    view = pk_buf_view(&out);
    for (size_t at = 0, length; at < view.size; at += length) {
        int32_t c = pk_utf8_decode(view, at, &length);

        assert_true(c >= 0x20 && c != 0x7f && !(c >= 0x80 && c < 0xa0));
    }
    for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++)
        assert_null(strstr(view.data, forbidden[i]));
    pk_escape_terminal(&again, view);
    assert_true(pk_str_equal(view, pk_buf_view(&again)));
    pk_buf_fini(&out);
    pk_buf_fini(&again);
}

/* Read one CSV field by RFC 4180; false when it is none, or not the only one. */
static bool read_csv(struct pk_str s, struct pk_buf *out)
{
    bool is_quoted = s.size && s.data[0] == '"';
    size_t end = s.size - is_quoted;

    if (is_quoted && (s.size < 2 || s.data[end] != '"'))
        return false;
    for (size_t at = is_quoted; at < end; at++) {
        char c = s.data[at];

        if (is_quoted && c == '"') {
            at++;
            if (at >= end || s.data[at] != '"')
                return false;
        }
        if (!is_quoted && (c == '"' || c == ',' || c == '\n' || c == '\r'))
            return false;
        pk_buf_char(out, c);
    }
    return true;
}

static void check_csv(struct pk_str s)
{
    struct pk_buf out = {0}, read = {0}, expected = {0};

    pk_escape_csv(&out, s);
    if (!read_csv(pk_buf_view(&out), &read))
        fail_msg("no CSV field: %s", out.data);
    assert_false(read.size && read.data[0] && strchr("=+-@\t\r", read.data[0]));
    if (s.size && s.data[0] && strchr("=+-@\t\r", s.data[0]))
        pk_buf_char(&expected, '\'');
    for (size_t at = 0, length; at < s.size; at += length) {
        if (pk_utf8_decode(s, at, &length) <= 0)
            pk_buf_text(&expected, FFFD);
        else
            pk_buf_add(&expected, s.data + at, length);
    }
    assert_true(pk_str_equal(pk_buf_view(&read), pk_buf_view(&expected)));
    pk_buf_fini(&out);
    pk_buf_fini(&read);
    pk_buf_fini(&expected);
}

/* The closing quote of a DOT string is ours: every inner quote has an odd number of backslashes
 * before it, and at the end their number is even. A frame of a folded line stays one frame of one
 * line. */
static void check_dot_and_folded(struct pk_str s)
{
    struct pk_buf out = {0};
    size_t backslashes = 0;

    pk_escape_dot(&out, s);
    for (size_t i = 0; i < out.size; i++) {
        unsigned char c = (unsigned char)out.data[i];

        assert_true((c >= 0x20 && c != 0x7f) || c == '\t');
        assert_true(c != 0xc2 || (unsigned char)out.data[i + 1] >= 0xa0);
        assert_true(c != '"' || backslashes % 2 == 1);
        backslashes = c == '\\' ? backslashes + 1 : 0;
    }
    assert_int_equal(backslashes % 2, 0);
    pk_buf_reset(&out);
    pk_escape_folded(&out, s);
    assert_int_equal(out.size, s.size);
    for (size_t i = 0; i < out.size; i++)
        assert_true(out.data[i] && !strchr(";\n\r", out.data[i]));
    pk_buf_fini(&out);
}

static void check_all(struct pk_str s)
{
    check_xml(s);
    check_json(s);
    check_terminal(s);
    check_csv(s);
    check_dot_and_folded(s);
}

static void escape_of_every_byte_obeys_its_sink(void **state)
{
    char all[256];

    (void)state;
    for (int byte = 0; byte < 256; byte++) {
        char alone = (char)byte, between[] = {'a', (char)byte, 'b'};

        all[byte] = (char)byte;
        check_all((struct pk_str){&alone, 1});
        check_all((struct pk_str){between, sizeof between});
    }
    check_all((struct pk_str){all, sizeof all});
}

static void escape_of_every_character_obeys_its_sink(void **state)
{
    (void)state;
    /* Up to U+FFFF only: above it no sink but the terminal looks at single characters. */
    for (unsigned c = 0x80; c < 0x10000; c++) {
        struct pk_buf bytes = {0};

        if (c >= 0xd800 && c < 0xe000)
            continue;
        add_utf8(&bytes, c);
        check_terminal(pk_buf_view(&bytes));
        check_json(pk_buf_view(&bytes));
        if (c % 64 == 0 || c >= 0xfff0 || (c >= 0x2000 && c < 0x2080))
            check_xml(pk_buf_view(&bytes));
        pk_buf_fini(&bytes);
    }
}

static void escape_of_random_strings_obeys_its_sink(void **state)
{
    static const char *const pieces[] = {
        "\"",
        "\\",
        "'",
        "<",
        ">",
        "&",
        ";",
        ",",
        "\n",
        "\r",
        "\t",
        "\x1b",
        "\x7f",
        "]]>",
        "<!--",
        "</script>",
        "\xe2\x80\xa8",
        "\xe2\x80\xae",
        "\xc2",
        "\xe2",
        "\x80",
        "\xf0\x9f",
        "=",
        "\xef\xbf\xbf",
        "&#10;",
        "\\u0022",
        "-",
        "main",
        "\xff",
        "\xed\xa0",
        "x",
        "\xf4\x90\x80\x80",
    };
    uint32_t random = 7;

    (void)state;
    for (int round = 0; round < 5000; round++) {
        struct pk_buf s = {0};

        for (unsigned n = (random >> 16) % 12; n > 0; n--) {
            random = random * 1664525 + 1013904223;
            if (random & 0x400000)
                pk_buf_text(&s, pieces[(random >> 24) % (sizeof pieces / sizeof *pieces)]);
            else
                pk_buf_char(&s, (char)(random >> 24));
        }
        random = random * 1664525 + 1013904223;
        check_all(pk_buf_view(&s));
        pk_buf_fini(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(escape_gives_the_documented_text),
        cmocka_unit_test(escape_of_nothing_is_nothing),
        cmocka_unit_test(escape_of_every_byte_obeys_its_sink),
        cmocka_unit_test(escape_of_every_character_obeys_its_sink),
        cmocka_unit_test(escape_of_random_strings_obeys_its_sink),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
