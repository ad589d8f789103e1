/*
 * What the terminal at the end of a stream can show, as far as the environment tells: colours,
 * characters, width. And the few colours there are, so that a look at one place shows them all.
 * Layer: base; knows the environment, nothing else.
 */
#ifndef PK_BASE_TERMINAL_H
#define PK_BASE_TERMINAL_H

#include <stdbool.h>

enum pk_color_when { PK_COLOR_AUTO, PK_COLOR_ALWAYS, PK_COLOR_NEVER };

/* The choice that a word names; auto for NULL and for any other word. */
enum pk_color_when pk_terminal_color(const char *word);

/* Whether to write colours: the choice, else a non-empty NO_COLOR, else CLICOLOR_FORCE other than
 * 0, else TERM=dumb, else whether the stream is a terminal. */
bool pk_terminal_has_color(enum pk_color_when choice, bool is_terminal);

/* Whether COLORTERM says that colours may have 24 bits. */
bool pk_terminal_has_truecolor(void);

/* Whether LC_ALL, else LC_CTYPE, else LANG names UTF-8. */
bool pk_terminal_is_utf8(void);

/* Columns of the terminal at `fd`, else COLUMNS, else 100. */
unsigned pk_terminal_width(int fd);

/* What is painted. A sign, an arrow or a word says the same as each of them. */
enum pk_paint {
    PK_PAINT_PLAIN,
    PK_PAINT_HEADING, /* the titles of a table */
    PK_PAINT_BAR,
    PK_PAINT_MORE, /* a difference above zero */
    PK_PAINT_LESS,
    PK_PAINT_ASIDE, /* code of others, and where code stands */
    PK_PAINT_ERROR,
    PK_PAINT_WARNING,
    PK_PAINT_HINT,
};

/* The sequence that begins a paint, and the one that ends any; both empty for PK_PAINT_PLAIN. */
const char *pk_terminal_begin(enum pk_paint paint);
const char *pk_terminal_end(enum pk_paint paint);

#endif
