/*
 * The first lines of an input, for detection: at most 4 KiB, read without consuming anything. A
 * line that the window cuts is told apart, since it must not count for or against a format. Layer:
 * formats; uses base.
 */
#ifndef PK_FORMATS_HEAD_H
#define PK_FORMATS_HEAD_H

#include "base/input.h" /* IWYU pragma: export */

#include <stddef.h>

struct pk_head {
    struct pk_str text; /* the window as text, mark and UTF-16 undone */
    size_t at;          /* where the next line begins */
    bool is_all;        /* the window holds the whole input */
    bool is_cut;        /* the line handed out last ends with the window, not with the input */
};

/* Begin at the first line. */
struct pk_head pk_head_of(struct pk_input *input);

/* The next line without its end; false when there is none. */
bool pk_head_line(struct pk_head *head, struct pk_str *line);

/* The text from its first byte that is no blank and no line end. */
struct pk_str pk_head_trimmed(struct pk_input *input);

/* True when `s` holds `part`. */
bool pk_head_contains(struct pk_str s, struct pk_str part);

/* True when a line of the window starts with `start`. */
bool pk_head_has_line(struct pk_input *input, struct pk_str start);

#endif
