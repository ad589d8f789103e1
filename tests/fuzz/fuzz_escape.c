/*
 * Every escape function against the law of its sink, RELIABILITY.md section 5: what may not be in
 * the output is not, and a reader of the sink gets the name back. The readers here are libxml2,
 * utf8proc and small ones written from the standards, none of them ours.
 *
 * Trap: a name with invalid bytes comes back with U+FFFD in their place, and one with what XML
 * forbids too, so that "the same name" is asked only of what the sink can hold.
 */
#include <libxml/parser.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/buf.h"
#include "base/escape.h"
#include "fuzz_laws.h"
#include "fuzz_parts.h"
#include "tests/json_check.h"

static void expect(bool is_true, const char *what)
{
    if (!is_true)
        fuzz_laws_fail(what, NULL);
}

static bool has_any(struct pk_str text, const char *set)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] && strchr(set, text.data[i]))
            return true;
    return false;
}

static bool has_byte(struct pk_str text, char byte)
{
    return text.size > 0 && memchr(text.data, byte, text.size) != NULL;
}

/* True for valid UTF-8 whose every character XML 1.0 can hold; NUL is none. */
static bool is_xml(struct pk_str name)
{
    utf8proc_int32_t c;

    for (size_t at = 0; at < name.size;) {
        utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)name.data + at,
                                              (utf8proc_ssize_t)(name.size - at), &c);

        if (n <= 0 || c == 0xfffe || c == 0xffff ||
            (c < ' ' && c != '\t' && c != '\n' && c != '\r'))
            return false;
        at += (size_t)n;
    }
    return true;
}

static void expect_same(const xmlChar *text, struct pk_str name, const char *what)
{
    expect(text && pk_str_equal(pk_str_of((const char *)text), name), what);
}

/* As text and in both kinds of attribute. */
static void check_xml(struct pk_str name, struct pk_str out)
{
    struct pk_buf file = {0};
    xmlDoc *doc;
    xmlNode *root;

    expect(fuzz_is_utf8(out), "XML that is no UTF-8");
    expect(!has_any(out, "<>\"'") && !has_byte(out, '\0'), "a character of markup in XML");
    pk_buf_text(&file, "<r a=\"");
    pk_buf_str(&file, out);
    pk_buf_text(&file, "\" b='");
    pk_buf_str(&file, out);
    pk_buf_text(&file, "'>");
    pk_buf_str(&file, out);
    pk_buf_text(&file, "</r>\n");
    doc = xmlReadMemory(file.data, (int)file.size, "out.xml", NULL,
                        XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_HUGE);
    expect(doc != NULL, "escaped text is not well-formed");
    root = xmlDocGetRootElement(doc);
    expect(root && (!root->children || !root->children->next), "a name made an element");
    if (is_xml(name)) {
        xmlChar *found[] = {xmlGetProp(root, (const xmlChar *)"a"),
                            xmlGetProp(root, (const xmlChar *)"b"), xmlNodeGetContent(root)};
        struct pk_str wanted = name.size ? name : PK_STR("");

        for (int i = 0; i < 3; i++) {
            expect_same(found[i], wanted, "XML gives another name back");
            xmlFree(found[i]);
        }
    }
    xmlFreeDoc(doc);
    pk_buf_fini(&file);
}

/* The string as a document; \u of what is not ASCII is read by json_check, not compared. */
static void check_json(struct pk_str name, struct pk_str out, bool in_markup)
{
    struct pk_buf file = {0}, back = {0};

    expect(!has_byte(out, '\0'), "a NUL in JSON");
    pk_buf_char(&file, '"');
    pk_buf_str(&file, out);
    pk_buf_text(&file, "\"\n");
    expect(fuzz_is_utf8(out) && json_check(file.data), "a string that is no JSON");
    if (in_markup)
        expect(!has_any(out, "<>&") && !strstr(file.data, "\xe2\x80\xa8") &&
                   !strstr(file.data, "\xe2\x80\xa9"),
               "a character of markup in JSON");
    for (size_t i = 0; i < out.size; i++) {
        const char *letters = "\"\"\\\\b\bf\fn\nr\rt\t", *found;
        char code[5] = {0};

        if (out.data[i] != '\\') {
            pk_buf_char(&back, out.data[i]);
        } else if (out.data[++i] == 'u') {
            utf8proc_uint8_t utf8[4];

            memcpy(code, out.data + i + 1, 4);
            pk_buf_add(&back, utf8,
                       (size_t)utf8proc_encode_char((int)strtol(code, NULL, 16), utf8));
            i += 4;
        } else {
            found = letters;
            while (*found != out.data[i])
                found += 2;
            pk_buf_char(&back, found[1]);
        }
    }
    if (fuzz_is_utf8(name))
        expect(pk_str_equal(pk_buf_view(&back), name.size ? name : PK_STR("")),
               "JSON gives another name back");
    pk_buf_fini(&back);
    pk_buf_fini(&file);
}

static void check_json_plain(struct pk_str name, struct pk_str out)
{
    check_json(name, out, false);
}

static void check_json_markup(struct pk_str name, struct pk_str out)
{
    check_json(name, out, true);
}

static bool drives_a_terminal(utf8proc_int32_t c)
{
    return c < ' ' || (c >= 0x7f && c <= 0x9f) || c == 0x61c || c == 0x200e || c == 0x200f ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

static void check_terminal(struct pk_str name, struct pk_str out)
{
    utf8proc_int32_t c;

    expect(fuzz_is_utf8(out), "a terminal gets no UTF-8");
    for (size_t at = 0; at < out.size;) {
        at += (size_t)utf8proc_iterate((const utf8proc_uint8_t *)out.data + at,
                                       (utf8proc_ssize_t)(out.size - at), &c);
        expect(!drives_a_terminal(c), "a character that drives a terminal");
    }
    expect(out.size >= name.size || has_byte(out, '\\'), "a name is shown shorter");
}

/* Between the fences nothing ends the span, and every bar is escaped: by then an odd number of
 * backslashes stands before it. */
static void check_markdown(struct pk_str name, struct pk_str out)
{
    size_t fence = 0, run = 0, backslashes = 0;

    check_terminal((struct pk_str){name.data, 0}, out);
    if (name.size == 0) {
        expect(out.size == 0, "a code span of nothing");
        return;
    }
    while (fence < out.size && out.data[fence] == '`')
        fence++;
    expect(fence > 0 && out.size > 2 * fence, "no code span");
    for (size_t i = fence; i < out.size; i++) {
        run = out.data[i] == '`' ? run + 1 : 0;
        expect(run != fence || i + 1 == out.size || out.data[i + 1] == '`' || run > fence,
               "a code span ends early");
        expect(out.data[i] != '|' || backslashes % 2 == 1, "a bar that ends a cell");
        backslashes = out.data[i] == '\\' ? backslashes + 1 : 0;
    }
    expect(run == fence, "a code span does not end");
}

/* RFC 4180, section 2. */
static void check_csv(struct pk_str name, struct pk_str out)
{
    bool is_quoted = out.size > 0 && out.data[0] == '"', is_guarded;
    struct pk_buf back = {0};
    struct pk_str inner = out;

    expect(fuzz_is_utf8(out) && !has_byte(out, '\0'), "CSV that is no UTF-8");
    if (is_quoted) {
        expect(out.size >= 2 && out.data[out.size - 1] == '"', "a quote is not closed");
        inner = pk_str_slice(out, 1, out.size - 1);
    }
    for (size_t i = 0; i < inner.size; i++) {
        expect(is_quoted || !strchr(",\"\r\n", inner.data[i]), "a field ends early");
        if (inner.data[i] == '"')
            expect(++i < inner.size && inner.data[i] == '"', "a quote ends a field early");
        pk_buf_char(&back, inner.data[i]);
    }
    expect(back.size == 0 || !strchr("=+-@\t\r", back.data[0]), "a formula");
    is_guarded = name.size > 0 && name.data[0] && strchr("=+-@\t\r", name.data[0]);
    if (fuzz_is_utf8(name) && !has_byte(name, '\0')) {
        struct pk_str same = pk_buf_view(&back);

        if (is_guarded) {
            expect(same.size > 0 && same.data[0] == '\'', "a formula without its mark");
            same = pk_str_slice(same, 1, same.size);
        }
        expect(same.size == name.size &&
                   (same.size == 0 || !memcmp(same.data, name.data, same.size)),
               "CSV gives another name back");
    }
    pk_buf_fini(&back);
}

static void check_tsv(struct pk_str name, struct pk_str out)
{
    (void)name;
    expect(fuzz_is_utf8(out) && !has_byte(out, '\0') && !has_any(out, "\t\r\n"),
           "a field that is not one");
    expect(out.size == 0 || !strchr("=+-@\"", out.data[0]), "a formula or quote in front");
}

/* A backslash takes the next character with it, so that no quote ends the string. */
static void check_dot(struct pk_str name, struct pk_str out)
{
    (void)name;
    expect(fuzz_is_utf8(out) && !has_byte(out, '\0'), "DOT that is no UTF-8");
    for (size_t i = 0; i < out.size; i++) {
        expect(((unsigned char)out.data[i] >= ' ' || out.data[i] == '\t') && out.data[i] != '"',
               "a quoted string ends early");
        expect(out.data[i] != 0x7f &&
                   ((unsigned char)out.data[i] != 0xc2 || (unsigned char)out.data[i + 1] >= 0xa0),
               "a control character in DOT");
        if (out.data[i] == '\\')
            expect(++i < out.size && strchr("\"\\nlr", out.data[i]), "an escape that is none");
    }
}

/* The same bytes, but for those that the format takes. */
static void check_folded(struct pk_str name, struct pk_str out)
{
    expect(out.size == name.size, "a frame of another length");
    for (size_t i = 0; i < name.size; i++)
        expect(name.data[i] && strchr(";\n\r", name.data[i]) ? out.data[i] != name.data[i]
               : name.data[i]                                ? out.data[i] == name.data[i]
                                                             : out.data[i] == ' ',
               "a frame of other bytes");
}

static void check_callgrind(struct pk_str name, struct pk_str out)
{
    expect(out.size == name.size, "a name of another length");
    expect(!has_byte(out, '\0') && !has_any(out, "\n\r"), "a name of two lines");
    if (out.size == 0)
        return;
    expect(!strchr(" \t\v\f", out.data[0]) && !strchr(" \t\v\f", out.data[out.size - 1]),
           "white space that a reader drops");
    expect(out.data[0] != '(' || out.size == 1 || out.data[1] < '0' || out.data[1] > '9',
           "a name that is a number");
}

static void escape_json_plain(struct pk_buf *out, struct pk_str s)
{
    pk_escape_json(out, s, false);
}

static void escape_json_markup(struct pk_buf *out, struct pk_str s)
{
    pk_escape_json(out, s, true);
}

void fuzz_escape(struct pk_str bytes)
{
    static const struct {
        void (*escape)(struct pk_buf *out, struct pk_str s);
        void (*check)(struct pk_str name, struct pk_str out);
    } sinks[] = {
        {pk_escape_xml, check_xml},
        {escape_json_plain, check_json_plain},
        {escape_json_markup, check_json_markup},
        {pk_escape_terminal, check_terminal},
        {pk_escape_csv, check_csv},
        {pk_escape_tsv, check_tsv},
        {pk_escape_markdown, check_markdown},
        {pk_escape_dot, check_dot},
        {pk_escape_folded, check_folded},
        {pk_escape_callgrind, check_callgrind},
    };
    struct pk_buf out = {0};
    struct pk_str name;
    size_t which;

    if (bytes.size == 0)
        return;
    name = pk_str_slice(bytes, 1, bytes.size);
    which = (unsigned char)bytes.data[0] % (sizeof sinks / sizeof *sinks);
    pk_buf_text(&out, "before"); /* what stands there already is left alone */
    sinks[which].escape(&out, name);
    expect(out.size >= 6 && memcmp(out.data, "before", 6) == 0, "what stood before is changed");
    sinks[which].check(name, pk_str_slice(pk_buf_view(&out), 6, out.size));
    pk_buf_fini(&out);
}
