/*
 * The parts of the layout of a page, which share one state: what stands around the boxes (page.c,
 * page_legend.c), and boxes, labels and bookmarks (page_boxes.c). Nobody else includes this.
 */
#ifndef PK_RENDER_PAGE_PRIVATE_H
#define PK_RENDER_PAGE_PRIVATE_H

#include <stdint.h>

#include "render/page.h"    /* IWYU pragma: export */
#include "render/picture.h" /* IWYU pragma: export */

struct pk_page_work {
    struct pk_page page;
    const struct pk_scene *scene;
    const struct pk_style *style;
    struct pk_arena *arena;
    unsigned row, n_rows, top; /* px of a row, rows, the y of the uppermost */
    PK_ARRAY(struct pk_page_box) boxes;
    PK_ARRAY(struct pk_page_text) texts;
    PK_ARRAY(struct pk_page_mark) marks;
};

/* The px of a value on the x axis, from the left end of the boxes. */
double pk_page_px(const struct pk_page_work *work, int64_t value);

/* The light shade of a surface. */
struct pk_color pk_page_color(enum pk_surface surface);

/* A copy of a visible text that cairo takes too: code points that are no characters are replaced.
 */
const char *pk_page_keep(const struct pk_page_work *work, const struct pk_buf *text);

/* Add a text of one form in the colour of `surface`, cut off after `room` px. `text` is foreign: it
 * is made visible first. */
void pk_page_line(struct pk_page_work *work, enum pk_page_font font, enum pk_surface surface,
                  double x, double y, double room, struct pk_str text);

/* Add the scale bar with its base line at `y`. */
void pk_page_scale_bar(struct pk_page_work *work, unsigned y);

/* Add the legend with its first line at `y`; returns the y below it. */
unsigned pk_page_legend(struct pk_page_work *work, unsigned y);

/* Add the boxes, their labels, and the bookmarks. */
void pk_page_boxes(struct pk_page_work *work);
void pk_page_marks(struct pk_page_work *work);

#endif
