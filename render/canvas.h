/*
 * What a screen shows, as cells: views put text into it, then it is read as plain text (tests) or
 * as the sequences that bring a terminal from what it showed before to this. Whatever is put, each
 * line has as many cells as there are columns: a wide character takes two, marks none, and what
 * does not fit is cut. Layer: render; uses base, theme.
 */
#ifndef PK_RENDER_CANVAS_H
#define PK_RENDER_CANVAS_H

#include "base/buf.h" /* IWYU pragma: export */

#include <stdbool.h>
#include <stdint.h>

enum pk_ink { /* how a cell looks; `fill` of the theme is used by the last three */
              PK_INK_PLAIN,
              PK_INK_BOLD,
              PK_INK_DIM,
              PK_INK_CHOSEN, /* reversed: what is selected */
              PK_INK_HIT,    /* underlined: what was searched for */
              PK_INK_BOX,    /* the fill is the ground */
              PK_INK_EDGE,   /* the fill is the colour of the sign */
              PK_INK_BOX_HIT
};

struct pk_look {
    enum pk_ink ink;
    unsigned fill;
};

struct pk_canvas { /* all zero is valid: no cells; free with pk_canvas_fini */
    unsigned columns, rows;
    struct pk_canvas_cell *cells;
    struct pk_buf texts;  /* of all cells */
    struct pk_buf *shown; /* [row] what the terminal has of it; missing: nothing is known */
};

/* Take a size, at least 1 by 1, and forget what is shown. */
void pk_canvas_resize(struct pk_canvas *canvas, unsigned columns, unsigned rows);
void pk_canvas_fini(struct pk_canvas *canvas);

/* Make all cells blank. */
void pk_canvas_clear(struct pk_canvas *canvas);

/* Put text (escaped for the terminal before) from a place on into at most `cells` cells; outside of
 * the canvas nothing is put. Returns the cells that were taken. */
unsigned pk_canvas_put(struct pk_canvas *canvas, unsigned row, unsigned column, unsigned cells,
                       struct pk_str text, struct pk_look look);

/* Put one sign of one cell into `cells` cells. */
void pk_canvas_fill(struct pk_canvas *canvas, unsigned row, unsigned column, unsigned cells,
                    const char *sign, struct pk_look look);

/* Append the lines as plain text, without the blanks at their ends. */
void pk_canvas_text(const struct pk_canvas *canvas, struct pk_buf *out);

enum pk_canvas_colors { PK_CANVAS_PLAIN, PK_CANVAS_16, PK_CANVAS_TRUE };

/* Append what brings the terminal to show this: the lines that are not shown yet. */
void pk_canvas_paint(struct pk_canvas *canvas, enum pk_canvas_colors colors, struct pk_buf *out);

/* Forget what is shown: the next paint has all lines. */
void pk_canvas_forget(struct pk_canvas *canvas);

#endif
