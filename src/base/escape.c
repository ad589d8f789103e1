/*
 * Names on their way out: see escape.h. Every sink is a small struct of constants; one loop serves
 * them all. It walks the bytes once and copies what needs no care in whole runs. Two 64-bit masks
 * tell which ASCII bytes need care; everything from 0x80 on is decoded, since a sink may refuse
 * single characters and none takes broken UTF-8.
 *
 * Source of the rules: RFC 8259 (JSON), RFC 4180 (CSV), XML 1.0 section 2.2, the DOT language page
 * of Graphviz, GitHub Flavored Markdown 0.29 (tables, code spans).
 *
 * Traps: an XML parser turns CR into LF, and LF and TAB into a space inside attributes, unless they
 * stand as character references. U+FFFE and U+FFFF are valid UTF-8 but forbidden in XML, so also in
 * JSON that stands in a script element of an SVG. Graphviz reads "&lt;" in a label as "<", and like
 * many CSV readers it stops at a NUL.
 */
#include "base/escape.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "base/utf8.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */
#define JOINER 0x200d              /* zero-width joiner: keeps a family of emoji together */
#define BIT(c) (UINT64_C(1) << ((c) & 63))
#define C0 UINT64_C(0xffffffff)

/* Appends what stands for a special character: its code point, or -1 and the byte that broke the
 * UTF-8. */
typedef void replace_fn(struct pk_buf *out, int32_t code_point, unsigned char byte);

/* True when a valid character above ASCII must not be copied. */
typedef bool refuse_fn(int32_t code_point);

struct sink {
    uint64_t low, high; /* special bytes: 0 to 63, 64 to 127 */
    refuse_fn *refuses; /* NULL: all above ASCII are copied */
    replace_fn *replace;
};

/* True when `escape` has to look closer; above ASCII that is always so, since UTF-8 may be
 * broken. */
static bool is_special(const struct sink *sink, unsigned char byte)
{
    uint64_t mask = byte < 64 ? sink->low : sink->high;

    return byte >= 0x80 || (mask >> (byte & 63) & 1);
}

/* A byte that begins no valid character has the code point -1 and the length 1, so each broken byte
 * is replaced alone and the next good character is not swallowed. */
static void escape(struct pk_buf *out, struct pk_str s, const struct sink *sink)
{
    size_t run = 0, at = 0;

    while (at < s.size) {
        unsigned char byte = (unsigned char)s.data[at];
        size_t length = 1;

        if (is_special(sink, byte)) {
            int32_t code_point = pk_utf8_decode(s, at, &length);

            if (code_point < 0x80 || (sink->refuses && sink->refuses(code_point) &&
                                      !(code_point == JOINER && pk_utf8_joins_emoji(s, at)))) {
                pk_buf_add(out, s.data + run, at - run);
                sink->replace(out, code_point, byte);
                run = at + length;
            }
        }
        at += length;
    }
    if (at > run)
        pk_buf_add(out, s.data + run, at - run);
}

/* What XML 1.0 leaves out of Char above ASCII; surrogates are no valid UTF-8 in the first place. */
static bool refuse_for_xml(int32_t code_point)
{
    return code_point == 0xfffe || code_point == 0xffff;
}

/* Anything else that comes here is a control character or broken: XML 1.0 has no way to write
 * those, not even by number. */
static void replace_for_xml(struct pk_buf *out, int32_t code_point, unsigned char byte)
{
    (void)byte;
    switch (code_point) {
    case '&':
        pk_buf_text(out, "&amp;");
        break;
    case '<':
        pk_buf_text(out, "&lt;");
        break;
    case '>':
        pk_buf_text(out, "&gt;");
        break;
    case '"':
    case '\'':
    case '\t':
    case '\n':
    case '\r':
        /* By number: HTML 4 does not know &apos;, and a parser keeps white space only in this form.
         */
        pk_buf_printf(out, "&#%d;", (int)code_point);
        break;
    default:
        pk_buf_text(out, REPLACEMENT);
    }
}

/* One form for text and attributes: quotes escaped in text cost a few bytes and no mistake. */
void pk_escape_xml(struct pk_buf *out, struct pk_str s)
{
    static const struct sink sink = {
        .low = C0 | BIT('&') | BIT('<') | BIT('>') | BIT('"') | BIT('\''),
        .refuses = refuse_for_xml,
        .replace = replace_for_xml,
    };

    escape(out, s, &sink);
}

static bool refuse_for_script(int32_t code_point)
{
    /* U+2028 and U+2029 end a line in old JavaScript, even inside a string. */
    return code_point == 0x2028 || code_point == 0x2029 || refuse_for_xml(code_point);
}

/* The short forms of RFC 8259 in pairs, the character and its letter. "\/" is left out: it is
 * allowed, but "<" is what guards markup. U+2028 and its like are below U+FFFF, so no surrogate
 * pair is ever needed. */
static void replace_for_json(struct pk_buf *out, int32_t code_point, unsigned char byte)
{
    static const char short_forms[] = "\"\"\\\\\bb\ff\nn\rr\tt";

    (void)byte;
    if (code_point < 0) {
        pk_buf_text(out, REPLACEMENT);
        return;
    }
    for (size_t i = 0; i + 1 < sizeof short_forms; i += 2) {
        if (short_forms[i] == code_point) {
            pk_buf_char(out, '\\');
            pk_buf_char(out, short_forms[i + 1]);
            return;
        }
    }
    pk_buf_printf(out, "\\u%04x", (unsigned)code_point);
}

/* In markup "</script>" and "<!--" must not appear, nor "]]>"; with < > & as \u00xx none of them
 * can. */
void pk_escape_json(struct pk_buf *out, struct pk_str s, bool in_markup)
{
    static const struct sink plain = {
        .low = C0 | BIT('"'),
        .high = BIT('\\'),
        .replace = replace_for_json,
    };
    static const struct sink markup = {
        .low = C0 | BIT('"') | BIT('<') | BIT('>') | BIT('&'),
        .high = BIT('\\'),
        .refuses = refuse_for_script,
        .replace = replace_for_json,
    };

    escape(out, s, in_markup ? &markup : &plain);
}

/* What a terminal obeys or hides instead of showing it: with these, one name could pass for another
 * (Unicode Technical Report 36). */
static bool refuse_for_terminal(int32_t code_point)
{
    static const struct {
        int32_t first, last;
    } ranges[] = {
        {0x80, 0x9f},       /* C1: 0x9b alone begins a control sequence on some terminals */
        {0xad, 0xad},       /* soft hyphen */
        {0x61c, 0x61c},     /* Arabic letter mark */
        {0x180e, 0x180e},   /* Mongolian vowel separator */
        {0x200b, 0x200f},   /* zero width, left-to-right and right-to-left mark */
        {0x2028, 0x202e},   /* line and paragraph separator, bidi embeddings and overrides */
        {0x2060, 0x206f},   /* word joiner, invisible operators, bidi isolates */
        {0xfeff, 0xfeff},   /* byte order mark */
        {0xfff9, 0xfffb},   /* interlinear annotation */
        {0xe0000, 0xe007f}, /* tags: a whole invisible alphabet */
    };

    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (code_point >= ranges[i].first && code_point <= ranges[i].last)
            return true;
    return false;
}

/* As C and Python write them, in the shortest of three lengths. A backslash in a name stays as it
 * is: doubling it would spoil every Windows path. */
static void replace_for_terminal(struct pk_buf *out, int32_t code_point, unsigned char byte)
{
    if (code_point < 0x80) /* also a broken byte: its code point is -1 */
        pk_buf_printf(out, "\\x%02x", byte);
    else if (code_point <= 0xffff)
        pk_buf_printf(out, "\\u%04x", (unsigned)code_point);
    else
        pk_buf_printf(out, "\\U%08x", (unsigned)code_point);
}

void pk_escape_terminal(struct pk_buf *out, struct pk_str s)
{
    static const struct sink sink = {
        .low = C0,
        .high = BIT(0x7f),
        .refuses = refuse_for_terminal,
        .replace = replace_for_terminal,
    };

    escape(out, s, &sink);
}

/* Comes here for quotes, NUL and broken UTF-8; line ends inside quotes are data. */
static void replace_for_csv(struct pk_buf *out, int32_t code_point, unsigned char byte)
{
    (void)byte;
    pk_buf_text(out, code_point == '"' ? "\"\"" : REPLACEMENT);
}

/* Only where it must be quoted is it: awk -F, then reads most files as they are. The mark goes
 * inside the quotes, or it would end up in front of them. */
void pk_escape_csv(struct pk_buf *out, struct pk_str s)
{
    static const struct sink sink = {
        .low = BIT(0) | BIT('"'),
        .replace = replace_for_csv,
    };
    bool is_formula = s.size && s.data[0] && strchr("=+-@\t\r", s.data[0]);
    bool is_quoted = false;

    for (size_t i = 0; i < s.size && !is_quoted; i++)
        is_quoted = s.data[i] && strchr(",\"\r\n", s.data[i]);
    if (is_quoted)
        pk_buf_char(out, '"');
    if (is_formula) /* a spreadsheet would run it; the mark makes it text */
        pk_buf_char(out, '\'');
    escape(out, s, &sink);
    if (is_quoted)
        pk_buf_char(out, '"');
}

/* Tab-separated text has no quoting that all readers know, so one row stays one line whatever the
 * name: what would part fields or rows becomes a space. */
static void replace_for_tsv(struct pk_buf *out, int32_t code_point, unsigned char byte)
{
    (void)byte;
    pk_buf_text(out, code_point > 0 ? " " : REPLACEMENT);
}

/* A quotation mark at the front would make a spreadsheet read on to the next one, over rows. */
void pk_escape_tsv(struct pk_buf *out, struct pk_str s)
{
    static const struct sink sink = {
        .low = BIT(0) | BIT('\t') | BIT('\n') | BIT('\r'),
        .replace = replace_for_tsv,
    };

    if (s.size && s.data[0] && strchr("=+-@\t\r\"", s.data[0]))
        pk_buf_char(out, '\'');
    escape(out, s, &sink);
}

/* Backticks around a code span: one more than stand together anywhere inside. */
static size_t longest_run(struct pk_str s, char c)
{
    size_t longest = 0, run = 0;

    for (size_t i = 0; i < s.size; i++) {
        run = s.data[i] == c ? run + 1 : 0;
        if (run > longest)
            longest = run;
    }
    return longest;
}

/* A table is cut at its bars before code spans are looked for, and there a backslash escapes the
 * next character: a bar needs one that is not itself escaped. */
static void add_bars_escaped(struct pk_buf *out, struct pk_str s)
{
    size_t backslashes = 0;

    for (size_t i = 0; i < s.size; i++) {
        if (s.data[i] == '|') {
            if (backslashes % 2)
                pk_buf_char(out, '\\');
            pk_buf_char(out, '\\');
        }
        backslashes = s.data[i] == '\\' ? backslashes + 1 : 0;
        pk_buf_char(out, s.data[i]);
    }
}

/* In a code span nothing is a link, a picture, a tag, an accent or a user who is told about it. */
void pk_escape_markdown(struct pk_buf *out, struct pk_str s)
{
    struct pk_buf shown = {0};
    struct pk_str inside;
    size_t fence;
    bool is_padded;

    if (s.size == 0)
        return;
    pk_escape_terminal(&shown, s);
    inside = pk_buf_view(&shown);
    fence = longest_run(inside, '`') + 1;
    is_padded = inside.data[0] == '`' || inside.data[inside.size - 1] == '`';
    for (size_t i = 0; i < fence; i++)
        pk_buf_char(out, '`');
    pk_buf_text(out, is_padded ? " " : "");
    add_bars_escaped(out, inside);
    pk_buf_text(out, is_padded ? " " : "");
    for (size_t i = 0; i < fence; i++)
        pk_buf_char(out, '`');
    pk_buf_fini(&shown);
}

/* DOT is printed on terminals too, and there these are commands. */
static bool refuse_for_dot(int32_t code_point)
{
    return (code_point >= 0x80 && code_point < 0xa0) || refuse_for_xml(code_point);
}

/* For a quoted string of Graphviz, where \n ends a centred line. CR and the other controls have no
 * meaning there and no escape. */
static void replace_for_dot(struct pk_buf *out, int32_t code_point, unsigned char byte)
{
    (void)byte;
    switch (code_point) {
    case '"':
        pk_buf_text(out, "\\\"");
        break;
    case '\\':
        pk_buf_text(out, "\\\\");
        break;
    case '\n':
        pk_buf_text(out, "\\n");
        break;
    case '&':
        pk_buf_text(out, "&amp;");
        break;
    default: /* controls would reach Graphviz' own SVG, which then is no XML */
        pk_buf_text(out, REPLACEMENT);
    }
}

void pk_escape_dot(struct pk_buf *out, struct pk_str s)
{
    static const struct sink sink = {
        .low = (C0 & ~BIT('\t')) | BIT('"') | BIT('&'),
        .high = BIT('\\') | BIT(0x7f),
        .refuses = refuse_for_dot,
        .replace = replace_for_dot,
    };

    escape(out, s, &sink);
}

/* ";" parts frames and a line end stacks; both have no escape in that format. ":" instead of ";" is
 * what stackcollapse-perf.pl does. */
void pk_escape_folded(struct pk_buf *out, struct pk_str s)
{
    /* Not through `escape`: a folded name keeps its broken bytes, so that it stays the same name.
     */
    size_t run = out->size;

    pk_buf_add(out, s.data, s.size);
    for (size_t i = run; i < out->size; i++) {
        char c = out->data[i];

        if (c == ';')
            out->data[i] = ':';
        else if (c == '\n' || c == '\r' || c == '\0')
            out->data[i] = ' ';
    }
}

/* What readers skip around names. */
static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* White space at either end would be trimmed, and "(12)" at the front would be taken for the number
 * of a compressed name: both would make another function of it. */
void pk_escape_callgrind(struct pk_buf *out, struct pk_str s)
{
    size_t begin = out->size, end;

    pk_buf_add(out, s.data, s.size);
    end = out->size;
    for (size_t i = begin; i < end; i++)
        if (out->data[i] == '\n' || out->data[i] == '\r' || out->data[i] == '\0')
            out->data[i] = ' ';
    for (size_t i = begin; i < end && is_space(out->data[i]); i++)
        out->data[i] = '_';
    for (size_t i = end; i > begin && is_space(out->data[i - 1]); i--)
        out->data[i - 1] = '_';
    if (end > begin + 1 && out->data[begin] == '(' && out->data[begin + 1] >= '0' &&
        out->data[begin + 1] <= '9')
        out->data[begin] = '[';
}
