/*
 * Functions and loops of C and C++, by brackets: see sourcetext.h. Source: C17 6.8, 6.9.1.
 *
 * Traps: a definition has its braces behind the parameters, with words or an initialiser between at
 * most; the first part of a for runs once; a loop needs no braces.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "analyze/sourcetext_private.h"

struct block {
    size_t loop; /* the byte behind the first of it, or of one around it; 0: none */
};

struct body {
    struct pk_sourcesearch *search;
    size_t from, to;  /* between the braces */
    size_t statement; /* where the statement at hand begins */
    PK_ARRAY(struct block) blocks;
};

/* The loop that the statement at hand begins with, as seen from `at` in it: whether what stands
 * there runs at each turn. */
static bool loops(const struct body *b, size_t at)
{
    const struct pk_sourcetext *text = b->search->text;
    size_t from = pk_sourcetext_skip(text, b->statement, at), open, close;

    if (pk_sourcetext_is_at(text, from, PK_STR("else")))
        from = pk_sourcetext_skip(text, from + 4, at);
    if (pk_sourcetext_is_at(text, from, PK_STR("while")) ||
        pk_sourcetext_is_at(text, from, PK_STR("do")))
        return true;
    if (!pk_sourcetext_is_at(text, from, PK_STR("for")))
        return false;
    open = pk_sourcetext_skip(text, from + 3, b->to);
    close = pk_sourcetext_match(text, open, b->to);
    for (; open < at && open < close; open++)
        if (text->code[open] == ';')
            return true;
    return at >= close;
}

/* As of a block. */
static size_t loop_around(const struct body *b, size_t at)
{
    if (loops(b, at))
        return pk_sourcetext_skip(b->search->text, b->statement, at) + 1;
    return b->blocks.size ? b->blocks.data[b->blocks.size - 1].loop : 0;
}

/* One byte outside of round brackets; statements begin behind those that end one. */
static void step(struct body *b, size_t at)
{
    char c = b->search->text->code[at];
    struct block block;

    if (c == '{') {
        block.loop = loop_around(b, at);
        pk_array_push(&b->blocks, block);
    } else if (c == '}' && b->blocks.size) {
        b->blocks.size--;
    }
    if (c == '{' || c == '}' || c == ';')
        b->statement = at + 1;
}

static void look(struct body *b)
{
    const struct pk_sourcetext *text = b->search->text;
    struct pk_str callee = b->search->callee;
    size_t next = pk_sourcetext_next(text, callee, b->from, b->to);
    int depth = 0;

    b->statement = b->from;
    for (size_t at = b->from; next < b->to && at < b->to; at++) {
        if (at == next) {
            size_t loop = loop_around(b, at);

            pk_sourcetext_add(b->search, at, loop ? pk_sourcetext_line(text, loop - 1) : 0);
            next = pk_sourcetext_is_full(b->search)
                       ? b->to
                       : pk_sourcetext_next(text, callee, at + 1, b->to);
        }
        depth += text->code[at] == '(' ? 1 : 0;
        depth -= text->code[at] == ')' ? 1 : 0;
        if (depth <= 0)
            step(b, at);
    }
}

/* Where the braces of a definition begin, whose name stands at `at`; else `to`. */
static size_t find_braces(const struct pk_sourcetext *text, size_t at, size_t size, size_t to)
{
    at = pk_sourcetext_match(text, pk_sourcetext_skip(text, at + size, to), to);
    while (at < to && text->code[at] != '{') {
        char c = text->code[at];

        if (c == '(')
            at = pk_sourcetext_match(text, at, to);
        else if (pk_sourcetext_is_word(c) || memchr(" \t\r\n:,&*<>->", c, 11))
            at++;
        else
            return to;
    }
    return at;
}

/* How well a definition fits a line of the profile: 0 not at all, 1 nearly (the type may stand on
 * lines before the name), 2 that it is in it. */
static int fit(const struct pk_sourcesearch *search, size_t at, size_t end)
{
    uint32_t first = pk_sourcetext_line(search->text, at);

    if (search->line == 0)
        return 1;
    if (search->line > pk_sourcetext_line(search->text, end) || search->line + 3 < first)
        return 0;
    return search->line < first ? 1 : 2;
}

/* Several functions of one name are told apart by their lines. */
bool pk_sourcetext_c(struct pk_sourcesearch *search)
{
    const struct pk_sourcetext *text = search->text;
    size_t to = text->bytes.size, end = 0;
    struct body body = {.search = search, .blocks = {0}};
    int best = 0;
    uint32_t n = 0, tried = 0;

    for (size_t at = 0; search->name.size && tried < PK_SOURCETEXT_MOST &&
                        (at = pk_sourcetext_next(text, search->name, at, to)) < to;
         at++) {
        size_t open = find_braces(text, at, search->name.size, to);
        int fits;

        if (at < end || open == to)
            continue;
        tried++;
        end = pk_sourcetext_match(text, open, to);
        fits = fit(search, at, end);
        n = fits > best ? 1 : n + (fits == best && fits);
        if (fits > best) {
            best = fits;
            body.from = open + 1;
            body.to = end > open + 1 ? end - 1 : open + 1;
        }
    }
    if (n == 1)
        look(&body);
    pk_array_fini(&body.blocks);
    return n == 1;
}
