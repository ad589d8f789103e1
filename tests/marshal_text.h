/*
 * Marshal data from the text of a Python value, so that test inputs read as data:
 *     {('a.py', 3, 'f'): (1, 1, 0.5, 0.5, {})}
 * Integers become type i, numbers with a point or exponent type f (decimal text), strings type s,
 * tuples and dicts ( and {; None, True and False themselves. Written from the format's definition,
 * apart from the decoder under test.
 */
#ifndef TESTS_MARSHAL_TEXT_H
#define TESTS_MARSHAL_TEXT_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h" /* IWYU pragma: export */

struct marshal_writer {
    struct pk_buf *out;
    size_t open[32]; /* where the count of each open container stands; 0 for dicts */
    int depth;
};

static inline void marshal_u32(char *at, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        at[i] = (char)(value >> (8 * i) & 0xff);
}

static inline void marshal_length(struct pk_buf *out, char type, size_t length)
{
    char bytes[5] = {type};

    marshal_u32(bytes + 1, (uint32_t)length);
    pk_buf_add(out, bytes, 5);
}

/* One more value in the innermost tuple. */
static inline void marshal_count(struct marshal_writer *w)
{
    size_t at = w->depth > 0 ? w->open[w->depth - 1] : 0;

    if (at)
        w->out->data[at]++; /* tuples of a test have fewer than 128 values */
}

static inline void marshal_open(struct marshal_writer *w, char bracket)
{
    marshal_count(w);
    if (bracket == '(')
        marshal_length(w->out, '(', 0);
    else
        pk_buf_char(w->out, '{');
    w->open[w->depth++] = bracket == '(' ? w->out->size - 4 : 0;
}

static inline void marshal_close(struct marshal_writer *w, char bracket)
{
    if (bracket == '}')
        pk_buf_char(w->out, '0');
    w->depth--;
}

/* A number or a word; returns what follows. */
static inline const char *marshal_word(struct marshal_writer *w, const char *text)
{
    size_t size = strcspn(text, ",:(){} ");
    bool is_int = strspn(text, "-0123456789") == size;

    marshal_count(w);
    if (text[0] == 'N' || text[0] == 'T' || text[0] == 'F') {
        pk_buf_char(w->out, text[0]);
    } else if (is_int) {
        marshal_length(w->out, 'i', (size_t)strtol(text, NULL, 10));
    } else {
        pk_buf_char(w->out, 'f');
        pk_buf_char(w->out, (char)size);
        pk_buf_add(w->out, text, size);
    }
    return text + size;
}

/* Append the marshal form of `text` to `out`. */
static inline void marshal_text(struct pk_buf *out, const char *text)
{
    struct marshal_writer w = {.out = out};

    while (*text) {
        if (*text == '(' || *text == '{') {
            marshal_open(&w, *text++);
        } else if (*text == ')' || *text == '}') {
            marshal_close(&w, *text++);
        } else if (*text == '\'') {
            size_t size = strcspn(text + 1, "'");

            marshal_count(&w);
            marshal_length(out, 's', size);
            pk_buf_add(out, text + 1, size);
            text += size + 2;
        } else if (strchr(",: ", *text)) {
            text++;
        } else {
            text = marshal_word(&w, text);
        }
    }
}

#endif
