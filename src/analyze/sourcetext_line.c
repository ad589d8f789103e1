/*
 * What one line of Python calls that is written in C: see sourcetext.h. Only the name stands in the
 * text, so a module is told from a variable by the caller (whether such a name is known), and a
 * list by what only lists have.
 *
 * Traps: a line that calls several things does not say which of them its time went into; the "in"
 * of a for searches nothing; f(x) of a definition is no call.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "analyze/sourcetext_private.h"

/* The logical line that a line of the file is a part of, or NULL. */
static const struct pk_sourceline *line_of(const struct pk_sourcetext *text, uint32_t number)
{
    const struct pk_sourceline *lines = text->lines.data;
    size_t i = text->lines.size;

    while (i > 0 && lines[i - 1].number > number)
        i--;
    if (i == 0 || pk_sourcetext_line(text, lines[i - 1].to) < number)
        return NULL;
    return &lines[i - 1];
}

/* Words that a bracket may follow without a call. */
static bool is_keyword(struct pk_str word)
{
    static const char *const words[] = {
        "and", "assert", "await", "elif", "else",  "except", "for",   "from", "if",    "in",
        "is",  "lambda", "not",   "or",   "raise", "return", "while", "with", "yield", "del"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (pk_str_equal(word, pk_str_of(words[i])))
            return true;
    return false;
}

struct called { /* what a line calls */
    size_t n;
    size_t from, end; /* of the last: "self.waiting.pop"; of "in" itself */
    bool is_in;
};

/* What stands before the bracket at `open`: words and dots, or what a value is taken of or called.
 */
static void see_bracket(const struct pk_sourcetext *text, size_t begin, size_t open,
                        struct called *called)
{
    size_t end = open, from;

    while (end > begin && (text->code[end - 1] == ' ' || text->code[end - 1] == '\t'))
        end--;
    for (from = end; from > begin &&
                     (pk_sourcetext_is_word(text->code[from - 1]) || text->code[from - 1] == '.');)
        from--;
    if (from == end ? end == begin || !memchr(")]", text->code[end - 1], 2)
                    : is_keyword((struct pk_str){text->code + from, end - from}))
        return;
    *called = (struct called){called->n + 1, from, end, false};
}

/* Everything that the line calls, "in" too where it is no part of a "for". False: it defines. */
static bool look(const struct pk_sourcetext *text, const struct pk_sourceline *line,
                 struct called *called)
{
    size_t n_for = 0;

    if (pk_sourcetext_is_at(text, line->from, PK_STR("def")) ||
        pk_sourcetext_is_at(text, line->from, PK_STR("async")) ||
        pk_sourcetext_is_at(text, line->from, PK_STR("class")))
        return false;
    for (size_t at = line->from; at < line->to; at++) {
        if (text->code[at] == '(')
            see_bracket(text, line->from, at, called);
        else if (pk_sourcetext_is_at(text, at, PK_STR("for")))
            n_for++;
        else if (!pk_sourcetext_is_at(text, at, PK_STR("in")))
            continue;
        else if (n_for)
            n_for--;
        else
            *called = (struct called){called->n + 1, at, at + 2, true};
    }
    return true;
}

/* What is searched is a variable: of a text or a tuple in the line itself it is soon known. */
static bool name_search(const struct pk_sourcetext *text, const struct pk_sourceline *line,
                        size_t behind, struct pk_buf *name)
{
    size_t at = pk_sourcetext_skip(text, behind, line->to);

    if (at >= line->to || !pk_sourcetext_is_word(text->code[at]))
        return false;
    pk_buf_text(name, "<method '__contains__' of 'list' objects>");
    return true;
}

/* Whether the first argument is 0: what dictionaries are asked for is seldom that. */
static bool is_at_front(const struct pk_sourcetext *text, size_t end, size_t to)
{
    size_t open = pk_sourcetext_skip(text, end, to);
    size_t at = pk_sourcetext_skip(text, open + 1, to), behind;

    if (at >= to || text->code[at] != '0')
        return false;
    behind = pk_sourcetext_skip(text, at + 1, to);
    return behind < to && memchr("),", text->code[behind], 2);
}

/* A method by its own name, where that tells the type. */
static bool name_method(const struct pk_sourcetext *text, size_t end, size_t to,
                        struct pk_str method, struct pk_buf *name)
{
    bool is_of_list = pk_str_equal(method, PK_STR("sort")) ||
                      pk_str_equal(method, PK_STR("index")) ||
                      pk_str_equal(method, PK_STR("remove"));

    if (pk_str_equal(method, PK_STR("pop")) || pk_str_equal(method, PK_STR("insert")))
        is_of_list = is_at_front(text, end, to);
    if (!is_of_list)
        return false;
    pk_buf_printf(name, "<method '%.*s' of 'list' objects>", (int)method.size, method.data);
    return true;
}

/* Modules whose functions are those of another one, which is written in C. */
static void add_module(struct pk_buf *name, struct pk_str module)
{
    pk_buf_text(name, pk_str_equal(module, PK_STR("pickle")) ? "_" : "");
    pk_buf_str(name, module);
}

bool pk_sourcetext_builtin(const struct pk_sourcetext *text, uint32_t number, struct pk_buf *name)
{
    const struct pk_sourceline *line =
        text->language == PK_SOURCETEXT_PYTHON ? line_of(text, number) : NULL;
    struct called called = {0};
    struct pk_str path, method;
    size_t dot;

    pk_buf_reset(name);
    if (!line || !look(text, line, &called) || called.n != 1)
        return false;
    if (called.is_in)
        return name_search(text, line, called.end, name);
    path = (struct pk_str){text->code + called.from, called.end - called.from};
    for (dot = path.size; dot > 0 && path.data[dot - 1] != '.';)
        dot--;
    method = pk_str_slice(path, dot, path.size);
    if (method.size == 0)
        return false; /* of what another call gave */
    if (dot > 0 && name_method(text, called.end, line->to, method, name))
        return true;
    if (dot == 1 || (dot > 1 && memchr(path.data, '.', dot - 1)))
        return false; /* of a value, whose type is not known */
    pk_buf_text(name, "<built-in method ");
    if (dot)
        add_module(name, pk_str_slice(path, 0, dot - 1));
    else
        pk_buf_text(name, pk_str_equal(method, PK_STR("open")) ? "io" : "builtins");
    pk_buf_printf(name, ".%.*s>", (int)method.size, method.data);
    return true;
}
