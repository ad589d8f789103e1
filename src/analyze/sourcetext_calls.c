/*
 * Calls in the text of a program, and their arguments: see sourcetext.h.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "analyze/sourcetext_private.h"

bool pk_sourcetext_is_at(const struct pk_sourcetext *text, size_t at, struct pk_str word)
{
    return at + word.size <= text->bytes.size &&
           memcmp(text->code + at, word.data, word.size) == 0 &&
           !(at > 0 && pk_sourcetext_is_word(text->code[at - 1])) &&
           !(at + word.size < text->bytes.size &&
             pk_sourcetext_is_word(text->code[at + word.size]));
}

size_t pk_sourcetext_skip(const struct pk_sourcetext *text, size_t at, size_t to)
{
    while (at < to && memchr(" \t\r\n\\", text->code[at], 5))
        at++;
    return at;
}

size_t pk_sourcetext_next(const struct pk_sourcetext *text, struct pk_str name, size_t from,
                          size_t to)
{
    while (from < to) {
        const char *found = memmem(text->code + from, to - from, name.data, name.size);
        size_t at = found ? (size_t)(found - text->code) : to, behind;

        if (at == to)
            return to;
        behind = pk_sourcetext_skip(text, at + name.size, to);
        if (pk_sourcetext_is_at(text, at, name) && behind < to && text->code[behind] == '(')
            return at;
        from = at + 1;
    }
    return to;
}

size_t pk_sourcetext_match(const struct pk_sourcetext *text, size_t at, size_t to)
{
    size_t depth = 0;

    for (; at < to; at++) {
        char c = text->code[at];

        if (c == '(' || c == '[' || c == '{')
            depth++;
        else if ((c == ')' || c == ']' || c == '}') && --depth == 0)
            return at + 1;
    }
    return to;
}

uint32_t pk_sourcetext_line(const struct pk_sourcetext *text, size_t at)
{
    uint32_t line = 1;

    for (size_t i = 0; i < at; i++)
        line += text->bytes.data[i] == '\n' ? 1 : 0;
    return line;
}

/* --- arguments --- */

struct arguments { /* between the brackets */
    const struct pk_sourcetext *text;
    size_t from, to;
};

/* Letters before a literal of Python, whose last one is at `at`: whether it is formatted (f""). */
static bool is_formatted(const struct arguments *a, size_t at)
{
    bool has_f = false;
    size_t n = 0, end = at;

    for (; n < 2 && at > a->from && pk_sourcetext_is_word(a->text->code[at - 1]); n++, at--)
        has_f |= a->text->code[at - 1] == 'f' || a->text->code[at - 1] == 'F';
    while (end < a->to && a->text->code[end] == PK_SOURCETEXT_LITERAL)
        end++;
    return has_f && memchr(a->text->bytes.data + at, '{', end - at);
}

static bool is_literal(const struct arguments *a, size_t at)
{
    return at >= a->from && at < a->to && a->text->code[at] == PK_SOURCETEXT_LITERAL;
}

/* "text" + x, on either side; `at` is that of the sign. */
static bool joins_text(const struct arguments *a, size_t at)
{
    size_t before = at;

    while (before > a->from && memchr(" \t\r\n\\", a->text->code[before - 1], 5))
        before--;
    return is_literal(a, before - 1) || is_literal(a, pk_sourcetext_skip(a->text, at + 1, a->to));
}

/* Whether arguments are worked out before the call; `is_late` gets whether they are not at all. */
static bool makes_text(const struct arguments *a, bool *is_late)
{
    bool makes = false;

    *is_late = false;
    for (size_t at = a->from; at < a->to; at++) {
        char c = a->text->code[at];
        bool begins_literal = is_literal(a, at) && !is_literal(a, at - 1);

        makes |= c == '%' || (c == '+' && joins_text(a, at));
        makes |= begins_literal && is_formatted(a, at);
        makes |= c == '(' && at > a->from && pk_sourcetext_is_word(a->text->code[at - 1]);
        *is_late |= pk_sourcetext_is_at(a->text, at, PK_STR("lambda"));
    }
    return makes && !*is_late;
}

/* Whether an argument is a variable that may have been given a text before. */
static bool has_variable(const struct pk_sourcesearch *search, const struct arguments *a)
{
    for (size_t at = a->from; at < a->to; at++) {
        bool begins = pk_sourcetext_is_word(a->text->code[at]) &&
                      (at == a->from || (a->text->code[at - 1] != '.' &&
                                         !pk_sourcetext_is_word(a->text->code[at - 1])));

        if (begins && (a->text->code[at] < '0' || a->text->code[at] > '9') &&
            pk_sourcetext_sets(search, at))
            return true;
    }
    return false;
}

/* A number, or a name whose last part is in capitals, from `at` on; returns its end, or `at`. */
static size_t skip_constant(const struct arguments *a, size_t at)
{
    size_t from = at, end = at, n = 0;

    for (; end < a->to && (pk_sourcetext_is_word(a->text->code[end]) || a->text->code[end] == '.');
         end++)
        from = a->text->code[end] == '.' ? end + 1 : from;
    for (size_t i = from; i < end; i++) {
        if (a->text->code[i] >= 'A' && a->text->code[i] <= 'Z')
            n++;
        else if (a->text->code[i] != '_' && (a->text->code[i] < '0' || a->text->code[i] > '9'))
            return at;
    }
    return n > 1 || (end > at && a->text->code[at] >= '0' && a->text->code[at] <= '9') ? end : at;
}

/* The first argument is one literal, in several pieces perhaps, or a constant by its name. */
static bool is_constant(const struct arguments *a)
{
    size_t at = pk_sourcetext_skip(a->text, a->from, a->to), begin = at, end;

    while (at < a->to && at < begin + 2 && pk_sourcetext_is_word(a->text->code[at]))
        at++;
    if (is_literal(a, at) && !is_formatted(a, at))
        for (end = at; is_literal(a, end);)
            end = pk_sourcetext_skip(a->text, end + 1, a->to);
    else
        end = skip_constant(a, begin);
    end = pk_sourcetext_skip(a->text, end, a->to);
    return end > begin && (end == a->to || a->text->code[end] == ',');
}

void pk_sourcetext_add(struct pk_sourcesearch *search, size_t at, uint32_t loop_line)
{
    const struct pk_sourcetext *text = search->text;
    size_t open = pk_sourcetext_skip(text, at + search->callee.size, text->bytes.size);
    size_t close = pk_sourcetext_match(text, open, text->bytes.size);
    struct arguments arguments = {text, open + 1, close > open + 1 ? close - 1 : open + 1};
    bool is_late, makes;

    if (pk_sourcetext_is_full(search))
        return;
    makes = makes_text(&arguments, &is_late);
    pk_array_push(
        &search->found,
        ((struct pk_sourcecall){pk_sourcetext_line(text, at), loop_line, is_constant(&arguments),
                                makes, !makes && !is_late && !has_variable(search, &arguments)}));
}

struct pk_sourcecall *pk_sourcetext_calls(const struct pk_sourcetext *text, struct pk_str name,
                                          uint32_t line, struct pk_str callee,
                                          struct pk_arena *arena, uint32_t *n)
{
    struct pk_sourcesearch search = {
        .text = text, .name = name, .callee = callee, .line = line, .found = {0}};
    struct pk_sourcecall *calls = NULL;

    *n = 0;
    if (callee.size && (text->language == PK_SOURCETEXT_PYTHON ? pk_sourcetext_python(&search)
                                                               : pk_sourcetext_c(&search))) {
        *n = (uint32_t)search.found.size;
        calls = PK_NEW_ARRAY(arena, struct pk_sourcecall, search.found.size + 1);
        for (uint32_t i = 0; i < *n; i++)
            calls[i] = search.found.data[i];
    }
    pk_array_fini(&search.found);
    return calls;
}
