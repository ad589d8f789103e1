/*
 * Functions and loops of Python, by indentation: see sourcetext.h. Source: Python Language
 * Reference 8 (compound statements), 6.2.4 (comprehensions).
 *
 * Traps: a function begins at its first decorator for the interpreter; the iterable of a for, of a
 * comprehension too, is worked out once, the condition of a while at each turn; what stands in a
 * function within, or behind lambda, runs when that is called.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "analyze/sourcetext_private.h"

/* Behind this word and the blanks that follow, where it begins a line; else 0. */
static size_t take(const struct pk_sourcesearch *s, size_t at, size_t to, struct pk_str word)
{
    return pk_sourcetext_is_at(s->text, at, word) ? pk_sourcetext_skip(s->text, at + word.size, to)
                                                  : 0;
}

/* The same for one word that "async" may stand before. */
static size_t take_async(const struct pk_sourcesearch *s, const struct pk_sourceline *line,
                         struct pk_str word)
{
    size_t behind = take(s, line->from, line->to, PK_STR("async"));

    return take(s, behind ? behind : line->from, line->to, word);
}

static bool defines(const struct pk_sourcesearch *s, const struct pk_sourceline *line)
{
    size_t at = take_async(s, line, PK_STR("def"));

    return at && pk_sourcetext_is_at(s->text, at, s->name);
}

static bool is_scope(const struct pk_sourcesearch *s, const struct pk_sourceline *line)
{
    return take_async(s, line, PK_STR("def")) || take(s, line->from, line->to, PK_STR("class"));
}

/* The first place from `from` on where `what` stands outside of all brackets, or `to`. */
static size_t find_outside(const struct pk_sourcesearch *s, size_t from, size_t to, char what)
{
    while (from < to && s->text->code[from] != what)
        from = memchr("([{", s->text->code[from], 3) ? pk_sourcetext_match(s->text, from, to)
                                                     : from + 1;
    return from < to ? from : to;
}

/* Whether a call ends before the "for" of the comprehension that it is the element of. */
static bool is_element(const struct pk_sourcesearch *s, size_t at, size_t to)
{
    size_t open = pk_sourcetext_skip(s->text, at + s->callee.size, to);

    for (at = pk_sourcetext_match(s->text, open, to); at < to;) {
        char c = s->text->code[at];

        if (c == ',' || c == ';')
            return false;
        if (pk_sourcetext_is_at(s->text, at, PK_STR("for")))
            return true;
        at = memchr("([{", c, 3) ? pk_sourcetext_match(s->text, at, to) : at + 1;
    }
    return false;
}

/* Whether the header of a loop, on this line, has the call at `at` run at each turn. */
static bool loops(const struct pk_sourcesearch *s, const struct pk_sourceline *line, size_t at)
{
    bool is_outside = at < line->from || at >= line->to;

    if (take(s, line->from, line->to, PK_STR("while")))
        return true;
    return take_async(s, line, PK_STR("for")) &&
           (is_outside || find_outside(s, line->from, line->to, ':') < at);
}

static bool is_in_lambda(const struct pk_sourcesearch *s, const struct pk_sourceline *line,
                         size_t at)
{
    for (size_t i = line->from; i < at; i++)
        if (pk_sourcetext_is_at(s->text, i, PK_STR("lambda")))
            return true;
    return false;
}

/* A call on line i, of a function whose lines begin with `first`: where it is in a function
 * within, it is no call of this one. */
static void add(struct pk_sourcesearch *s, size_t first, size_t i, size_t at)
{
    const struct pk_sourceline *lines = s->text->lines.data;
    uint32_t indent = lines[i].indent, loop = 0;

    if (pk_sourcetext_is_full(s) || is_in_lambda(s, &lines[i], at))
        return;
    if (is_element(s, at, lines[i].to))
        loop = pk_sourcetext_line(s->text, at);
    else if (loops(s, &lines[i], at))
        loop = lines[i].number;
    if (is_scope(s, &lines[i]) && i >= first)
        return;
    for (size_t k = i; k-- > first;) {
        if (lines[k].indent >= indent)
            continue;
        indent = lines[k].indent;
        if (is_scope(s, &lines[k]))
            return;
        if (!loop && loops(s, &lines[k], at))
            loop = lines[k].number;
    }
    pk_sourcetext_add(s, at, loop);
}

/* The sign of an assignment on a line, or its end: "=" outside of brackets, alone or behind another
 * sign ("+="), but no comparison. */
static size_t find_assignment(const struct pk_sourcesearch *s, const struct pk_sourceline *line)
{
    const char *code = s->text->code;

    for (size_t at = line->from; (at = find_outside(s, at, line->to, '=')) < line->to; at++) {
        if (at + 1 < line->to && code[at + 1] == '=')
            at++;
        else if (at > line->from && !memchr("<>!:", code[at - 1], 4))
            return at;
    }
    return line->to;
}

bool pk_sourcetext_sets(const struct pk_sourcesearch *search, size_t at)
{
    size_t size = 0;
    struct pk_str name;

    while (at + size < search->text->bytes.size &&
           pk_sourcetext_is_word(search->text->code[at + size]))
        size++;
    name = (struct pk_str){search->text->code + at, size};
    for (size_t i = search->first; i < search->end; i++) {
        const struct pk_sourceline *line = &search->text->lines.data[i];
        size_t sign = find_assignment(search, line);

        for (size_t k = line->from; sign < line->to && k < sign; k++)
            if (pk_sourcetext_is_at(search->text, k, name))
                return true;
    }
    return search->text->language != PK_SOURCETEXT_PYTHON;
}

/* All calls on lines [first, end). */
static void look(struct pk_sourcesearch *s, size_t first, size_t end)
{
    s->first = first;
    s->end = end;
    for (size_t i = first; i < end; i++) {
        const struct pk_sourceline *line = &s->text->lines.data[i];

        for (size_t at = line->from;
             (at = pk_sourcetext_next(s->text, s->callee, at, line->to)) < line->to; at++)
            add(s, first, i, at);
    }
}

/* The line of the definition: that of `line`, behind its decorators, or the only one of the name.
 * The number of lines where there is none. */
static size_t find_definition(const struct pk_sourcesearch *s)
{
    const struct pk_sourceline *lines = s->text->lines.data;
    size_t n = s->text->lines.size, found = n, i = 0;

    if (s->line) {
        while (i < n && (lines[i].number < s->line || s->text->code[lines[i].from] == '@'))
            i++;
        return i < n && defines(s, &lines[i]) ? i : n;
    }
    for (; i < n; i++)
        if (defines(s, &lines[i])) {
            if (found < n)
                return n;
            found = i;
        }
    return found;
}

/* A comprehension is a function of its own, which has no name in the text: all of its line. */
static bool look_at_line(struct pk_sourcesearch *s)
{
    const struct pk_sourceline *lines = s->text->lines.data;
    size_t i = s->text->lines.size;

    while (i > 0 && lines[i - 1].number > s->line)
        i--;
    if (!s->line || i == 0)
        return false;
    for (size_t at = lines[i - 1].from;
         (at = pk_sourcetext_next(s->text, s->callee, at, lines[i - 1].to)) < lines[i - 1].to; at++)
        if (is_element(s, at, lines[i - 1].to))
            pk_sourcetext_add(s, at, pk_sourcetext_line(s->text, at));
    return true;
}

bool pk_sourcetext_python(struct pk_sourcesearch *search)
{
    const struct pk_sourceline *lines = search->text->lines.data;
    size_t n = search->text->lines.size, first, end;

    if (pk_str_equal(search->name, PK_STR("<module>"))) {
        look(search, 0, n);
        return true;
    }
    if (pk_str_equal(search->name, PK_STR("<listcomp>")) ||
        pk_str_equal(search->name, PK_STR("<genexpr>")) ||
        pk_str_equal(search->name, PK_STR("<setcomp>")) ||
        pk_str_equal(search->name, PK_STR("<dictcomp>")))
        return look_at_line(search);
    first = search->name.size ? find_definition(search) : n;
    if (first == n)
        return false;
    for (end = first + 1; end < n && lines[end].indent > lines[first].indent;)
        end++;
    look(search, first + 1, end);
    return true;
}
