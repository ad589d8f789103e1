/*
 * Decides where lines end in the window of detection: see head.h.
 */
#include "formats/head.h"

#include <stddef.h>
#include <string.h>

struct pk_head pk_head_of(struct pk_input *input)
{
    return (struct pk_head){.text = pk_input_text_head(input),
                            .is_all = pk_input_head_is_all(input)};
}

/* LF ends a line, CR in front of it is dropped; a CR alone is text, since no producer of a profile
 * runs on a classic Mac. */
bool pk_head_line(struct pk_head *head, struct pk_str *line)
{
    const char *newline;
    size_t end;

    if (head->at >= head->text.size)
        return false;
    newline = memchr(head->text.data + head->at, '\n', head->text.size - head->at);
    end = newline ? (size_t)(newline - head->text.data) : head->text.size;
    *line = pk_str_slice(head->text, head->at, end);
    if (line->size && line->data[line->size - 1] == '\r')
        line->size--;
    head->is_cut = !newline && !head->is_all;
    head->at = newline ? end + 1 : end;
    return true;
}

/* Empty where the window holds nothing but blanks, even when the input goes on behind it. */
struct pk_str pk_head_trimmed(struct pk_input *input)
{
    struct pk_str text = pk_input_text_head(input);

    while (text.size && memchr(" \t\r\n", text.data[0], 4))
        text = pk_str_slice(text, 1, text.size);
    return text;
}

/* `part` has one byte at least; memchr for that byte does nearly all of the work. */
bool pk_head_contains(struct pk_str s, struct pk_str part)
{
    for (size_t at = 0; at + part.size <= s.size; at++) {
        const char *first = memchr(s.data + at, part.data[0], s.size - at - part.size + 1);

        if (!first)
            return false;
        at = (size_t)(first - s.data);
        if (memcmp(first, part.data, part.size) == 0)
            return true;
    }
    return false;
}

bool pk_head_has_line(struct pk_input *input, struct pk_str start)
{
    struct pk_head head = pk_head_of(input);
    struct pk_str line;

    while (pk_head_line(&head, &line)) {
        if (pk_str_starts(line, start))
            return true;
    }
    return false;
}
