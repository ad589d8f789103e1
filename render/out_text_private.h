/*
 * What writers of text for people share: out_text_cell.c makes the text of each cell, out_text.c
 * lays the cells out, out_md.c puts them into Markdown, out_term.c draws. Nobody else includes
 * this.
 */
#ifndef PK_RENDER_OUT_TEXT_PRIVATE_H
#define PK_RENDER_OUT_TEXT_PRIVATE_H

#include "base/arena.h" /* IWYU pragma: export */

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/units.h"    /* IWYU pragma: export */
#include "render/writer.h" /* IWYU pragma: export */

#define PK_TEXT_BAR 4 /* cells of a bar */

struct pk_text_layout {
    const struct pk_table *table;
    const struct pk_style *style;
    struct pk_units_format *formats; /* [column] of VALUE columns */
    struct pk_str *texts;            /* [row * columns + column], in the arena */
    size_t *widths;                  /* [column] */
    bool *is_shown;                  /* [column] */
    uint32_t function;               /* the column of frames, or PK_NONE */
    struct pk_str *titles;           /* [column] */
    struct pk_str *names, *places;   /* [row] of that column, as they are shown */
    struct pk_str *leads;            /* [row] lines of a tree before the name */
    struct pk_str *behind;           /* [row] what stands behind the place */
    bool has_marks;                  /* some function is marked as a caller or callee */
    bool has_places;                 /* false, too, when they had to go */
    size_t name_width;               /* names of this width or less get their places aligned */
    struct pk_arena arena;
};

/* Append the text of one cell, escaped, without its padding; nothing for a function, which is laid
 * out last, in what is left of the line. */
void pk_text_cell(struct pk_buf *out, const struct pk_text_layout *layout, uint32_t column,
                  const struct pk_cell *cell);

/* Choose one unit per column, by its largest value, so that columns can be compared by eye. */
void pk_text_formats(struct pk_text_layout *layout);

/* Append what we say ourselves, escaped, with our own signs in ASCII where that is all the terminal
 * shows. */
void pk_text_own(struct pk_buf *out, const struct pk_style *style, struct pk_str text);

/* The same in the arena of the layout. */
struct pk_str pk_text_plain(struct pk_text_layout *layout, struct pk_str text);

/* Draw a scene for a terminal. */
bool pk_term_scene(const struct pk_scene *scene, const struct pk_style *style, FILE *to,
                   struct pk_error *error);

/* Append a sentence, escaped before, on as many lines as it takes. */
void pk_text_sentence(struct pk_buf *out, const struct pk_style *style, struct pk_str sentence);

#endif
