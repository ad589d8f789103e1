/*
 * UTF-8 that may be broken, and how wide it stands on a terminal: see utf8.h. Decoding is our own,
 * because a broken byte must step by exactly one, so that every sink shows the same number of
 * replacements; widths come from utf8proc. Source: The Unicode Standard, section 3.9, table 3-7
 * (well-formed byte sequences).
 */
#include "base/utf8.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <utf8proc.h>

#include "base/str.h"

/* The bounds of the second byte depend on the first one: they keep out overlong forms (E0, F0),
 * surrogates (ED) and what lies above U+10FFFF (F4). */
struct lead {
    unsigned char length, second_low, second_high;
};

static struct lead lead_of(unsigned char byte)
{
    if (byte < 0xc2)
        return (struct lead){0};
    if (byte < 0xe0)
        return (struct lead){2, 0x80, 0xbf};
    if (byte < 0xf0)
        return (struct lead){3, byte == 0xe0 ? 0xa0 : 0x80, byte == 0xed ? 0x9f : 0xbf};
    if (byte < 0xf5)
        return (struct lead){4, byte == 0xf0 ? 0x90 : 0x80, byte == 0xf4 ? 0x8f : 0xbf};
    return (struct lead){0};
}

int32_t pk_utf8_decode(struct pk_str s, size_t at, size_t *length)
{
    unsigned char first = (unsigned char)s.data[at];
    struct lead lead;
    int32_t code_point;

    *length = 1;
    if (first < 0x80)
        return first;
    lead = lead_of(first);
    if (lead.length == 0 || s.size - at < lead.length)
        return -1;
    code_point = first & (0x7f >> lead.length);
    for (size_t i = 1; i < lead.length; i++) {
        unsigned char byte = (unsigned char)s.data[at + i];

        if (byte < (i == 1 ? lead.second_low : 0x80) || byte > (i == 1 ? lead.second_high : 0xbf))
            return -1;
        code_point = code_point << 6 | (byte & 0x3f);
    }
    *length = lead.length;
    return code_point;
}

int pk_utf8_cells(int32_t code_point)
{
    /* utf8proc gives controls no width, but what is shown in their place always has one. */
    return code_point < 0xa0 ? 1 : utf8proc_charwidth(code_point);
}

/* The cells of the character at `at`, and the bytes to step over it. */
static size_t cells_at(struct pk_str s, size_t at, size_t *length)
{
    return (size_t)pk_utf8_cells(pk_utf8_decode(s, at, length));
}

size_t pk_utf8_width(struct pk_str s)
{
    size_t cells = 0;

    for (size_t at = 0, length; at < s.size; at += length)
        cells += cells_at(s, at, &length);
    return cells;
}

/* Whether what is seen as one character may end between two code points; nothing joins what is no
 * character. ASCII is told apart at once. */
static bool is_break(int32_t before, int32_t after, utf8proc_int32_t *state)
{
    if (before < 0x300 && after < 0x300) {
        *state = 0;
        return true;
    }
    return before < 0 || after < 0 || utf8proc_grapheme_break_stateful(before, after, state);
}

size_t pk_utf8_prefix(struct pk_str s, size_t cells)
{
    utf8proc_int32_t state = 0;
    int32_t before = -1;
    size_t at = 0, end = 0; /* of what is read, and of the characters that are whole */

    while (at < s.size) {
        size_t length;
        int32_t code_point = pk_utf8_decode(s, at, &length);
        size_t more = (size_t)pk_utf8_cells(code_point);

        if (is_break(before, code_point, &state))
            end = at;
        if (more > cells)
            return end;
        cells -= more;
        at += length;
        before = code_point;
    }
    return s.size;
}

size_t pk_utf8_suffix(struct pk_str s, size_t cells)
{
    size_t left = pk_utf8_width(s), at = 0, length;

    while (left > cells) {
        left -= cells_at(s, at, &length);
        at += length;
    }
    /* A combining mark whose base was skipped would join whatever is printed in front. */
    while (at > 0 && at < s.size && cells_at(s, at, &length) == 0)
        at += length;
    return at;
}

/* The class by which Unicode breaks text into what is seen as characters; none for a broken byte.
 */
static int class_of(int32_t code_point)
{
    return code_point < 0 ? UTF8PROC_BOUNDCLASS_OTHER
                          : (int)utf8proc_get_property(code_point)->boundclass;
}

/* The rule GB11 of Unicode Standard Annex 29: between the first picture and the joiner stand only
 * its marks, such as the colour of a skin. They end at the joiner before, so a name full of joiners
 * is still read once. */
bool pk_utf8_joins_emoji(struct pk_str s, size_t at)
{
    size_t length, from = at;
    int class = UTF8PROC_BOUNDCLASS_EXTEND;

    (void)pk_utf8_decode(s, at, &length);
    if (at + length >= s.size || class_of(pk_utf8_decode(s, at + length, &length)) !=
                                     UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC)
        return false;
    while (from > 0 && class == UTF8PROC_BOUNDCLASS_EXTEND) {
        size_t end = from--;

        while (from > 0 && end - from < 4 && ((unsigned char)s.data[from] & 0xc0) == 0x80)
            from--;
        class = class_of(pk_utf8_decode(s, from, &length));
        if (length != end - from) /* broken: a byte of its own stands in between */
            return false;
    }
    return class == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
}
