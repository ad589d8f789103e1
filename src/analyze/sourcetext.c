/*
 * The text of a program without what is in its literals and comments, its lines, and names: see
 * sourcetext.h. Sources: Python Language Reference 2 (lexical analysis), C17 6.4.
 *
 * Traps: a backslash keeps a quote from ending a literal also where it is raw; within brackets or
 * behind a backslash a line goes on; a digit may stand before a quote in C++ (1'000).
 */
#include "analyze/sourcetext_private.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

bool pk_sourcetext_is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (unsigned char)c >= 0x80;
}

/* --- literals and comments --- */

/* Mark a literal that begins at `from` with a quote; returns its end. One that is not three quotes
 * long ends with its line, at the latest. */
static size_t mark_literal(struct pk_sourcetext *text, size_t from, bool may_be_long)
{
    struct pk_str s = text->bytes;
    char quote = s.data[from];
    size_t size =
        may_be_long && from + 2 < s.size && s.data[from + 1] == quote && s.data[from + 2] == quote
            ? 3
            : 1;
    size_t at = from + size, n = 0;

    while (at < s.size && n < size && (size == 3 || s.data[at] != '\n')) {
        n = s.data[at] == quote ? n + 1 : 0;
        at += s.data[at] == '\\' ? 2 : 1;
    }
    at = at < s.size ? at : s.size;
    memset(text->code + from, PK_SOURCETEXT_LITERAL, at - from);
    return at;
}

/* Mark a comment up to `end` of it; the ends of lines stay. */
static size_t mark_comment(struct pk_sourcetext *text, size_t from, const char *end)
{
    const char *found = memmem(text->bytes.data + from, text->bytes.size - from, end, strlen(end));
    size_t to =
        found ? (size_t)(found - text->bytes.data) + (end[0] == '*' ? 2 : 0) : text->bytes.size;

    for (size_t i = from; i < to; i++)
        text->code[i] = text->bytes.data[i] == '\n' ? '\n' : ' ';
    return to;
}

static void mark_python(struct pk_sourcetext *text)
{
    for (size_t at = 0; at < text->bytes.size;) {
        char c = text->bytes.data[at];

        if (c == '#')
            at = mark_comment(text, at, "\n");
        else if (c == '"' || c == '\'')
            at = mark_literal(text, at, true);
        else
            at++;
    }
}

static void mark_c(struct pk_sourcetext *text)
{
    struct pk_str s = text->bytes;

    for (size_t at = 0; at < s.size;) {
        char c = s.data[at], next = at + 1 < s.size ? s.data[at + 1] : ' ';

        if (c == '/' && (next == '/' || next == '*'))
            at = mark_comment(text, at, next == '/' ? "\n" : "*/");
        else if (c == '"' ||
                 (c == '\'' && !(at > 0 && s.data[at - 1] >= '0' && s.data[at - 1] <= '9')))
            at = mark_literal(text, at, false);
        else
            at++;
    }
}

/* --- lines of Python --- */

/* A logical line that begins at `from`, which is the start of one of the file; returns its end. */
static size_t end_of_line(const struct pk_sourcetext *text, size_t from)
{
    int depth = 0;
    size_t at = from;

    for (; at < text->bytes.size; at++) {
        char c = text->code[at];

        depth += c == '(' || c == '[' || c == '{' ? 1 : 0;
        depth -= c == ')' || c == ']' || c == '}' ? 1 : 0;
        if (c == '\n' && depth <= 0 && !(at > from && text->code[at - 1] == '\\'))
            break;
    }
    return at;
}

static void find_lines(struct pk_sourcetext *text)
{
    uint32_t number = 1;

    for (size_t at = 0; at < text->bytes.size;) {
        size_t end = end_of_line(text, at), from = at;
        uint32_t indent = 0;

        for (; from < end && (text->code[from] == ' ' || text->code[from] == '\t'); from++)
            indent = text->code[from] == '\t' ? (indent | 7) + 1 : indent + 1;
        if (from < end && text->code[from] != '\r')
            pk_array_push(&text->lines, ((struct pk_sourceline){from, end, number, indent}));
        for (; at < end; at++)
            number += text->bytes.data[at] == '\n' ? 1 : 0;
        number++;
        at = end + 1;
    }
}

/* --- the whole --- */

bool pk_sourcetext_init(struct pk_sourcetext *text, struct pk_str bytes, struct pk_str path)
{
    static const char *const of_c[] = {".c", ".h", ".cc", ".cpp", ".cxx", ".hpp", ".hh", ".C"};
    bool is_python = pk_str_ends(path, PK_STR(".py")), is_c = false;

    *text = (struct pk_sourcetext){.bytes = bytes};
    for (size_t i = 0; i < sizeof of_c / sizeof *of_c; i++)
        is_c |= pk_str_ends(path, pk_str_of(of_c[i]));
    if (!is_python && !is_c)
        return false;
    text->language = is_python ? PK_SOURCETEXT_PYTHON : PK_SOURCETEXT_C;
    text->code = pk_alloc(bytes.size + 1);
    if (bytes.size)
        memcpy(text->code, bytes.data, bytes.size);
    if (is_python) {
        mark_python(text);
        find_lines(text);
    } else {
        mark_c(text);
    }
    return true;
}

void pk_sourcetext_fini(struct pk_sourcetext *text)
{
    pk_free(text->code);
    pk_array_fini(&text->lines);
    *text = (struct pk_sourcetext){.code = NULL};
}

/* The name of a method or built-in of C stands in quotes, or at the end of its path. */
struct pk_str pk_sourcetext_name(struct pk_str name)
{
    const char *quote = name.size ? memchr(name.data, '\'', name.size) : NULL;
    const char *end;
    size_t from, to = name.size;

    if (quote) {
        name = pk_str_slice(name, (size_t)(quote - name.data) + 1, name.size);
        end = name.size ? memchr(name.data, '\'', name.size) : NULL;
        to = end ? (size_t)(end - name.data) : 0;
    } else if (pk_str_starts(name, PK_STR("<built-in method "))) {
        to -= name.data[to - 1] == '>';
    } else if (name.size && (end = memchr(name.data, '(', name.size))) {
        to = (size_t)(end - name.data);
    }
    for (from = to; from > 0 && pk_sourcetext_is_word(name.data[from - 1]);)
        from--;
    return from < to ? pk_str_slice(name, from, to) : PK_STR_NULL;
}
