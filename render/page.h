/*
 * A page: a scene laid out in px, as rectangles and texts that only have to be painted. All that is
 * decided about a PNG or a PDF is decided here, in the program; the module that knows cairo and
 * pango (page_module.h) measures letters and paints. Plain data, so that the module needs nothing
 * of the program, and tests need no module.
 *
 * Every text is valid UTF-8 of one line without control and bidi control characters. A page lives
 * in the arena it was made in. Layer: render; uses picture.
 */
#ifndef PK_RENDER_PAGE_H
#define PK_RENDER_PAGE_H

#include <stddef.h>
#include <stdint.h>

#include "render/writer.h" /* IWYU pragma: export */

enum pk_page_font { PK_PAGE_LABEL, PK_PAGE_PLAIN, PK_PAGE_TITLE };

struct pk_page_box {
    double x, y, width, height; /* px */
    struct pk_color fill;
    bool is_hatched;
    bool is_striped;  /* gone, in a comparison */
    bool is_outlined; /* new */
    bool has_gap;     /* the page shows for a px on its left and right */
};

struct pk_page_ribbon { /* from one x to another, as high at both; between them it bends */
    double x0, y0, x1, y1, height; /* px; y0 and y1 are its upper ends */
    struct pk_color fill;
    bool is_dashed; /* an outline that says that it is estimated */
};

struct pk_page_text {
    double x, y;         /* px: the left end of the base line */
    double room;         /* px: it never reaches further */
    double above, below; /* px: it never reaches higher or lower than this from the base line */
    enum pk_page_font font;
    struct pk_color color;
    const char *const *forms; /* the first that fits is drawn; the last one with its end cut off */
    uint32_t n_forms;         /* at least one */
    const char *beside;       /* drawn behind the first form when both fit, or NULL */
};

struct pk_page_mark { /* a bookmark */
    double x, y;      /* px: the upper left corner of what it leads to */
    const char *text;
};

struct pk_page {
    const char *title;
    unsigned width, height; /* px */
    unsigned font;          /* px of labels; other sizes are fixed */
    struct pk_color paper, ink;
    struct pk_page_ribbon *ribbons; /* below all else */
    struct pk_page_box *boxes;      /* in the order of painting, below all texts */
    struct pk_page_text *texts;
    struct pk_page_mark *marks; /* the functions that cost most, first the largest */
    size_t n_boxes, n_texts, n_marks, n_ribbons;
};

/* Lay out what stands around the boxes: `width` and `height` are then known, and may be refused
 * before anything large is made. */
struct pk_page_work;
struct pk_page_work *pk_page_begin(struct pk_arena *arena, const struct pk_scene *scene,
                                   const struct pk_style *style);

/* A copy in `arena` of a visible text that cairo takes too: code points that are no characters are
 * replaced. */
const char *pk_page_plain(struct pk_arena *arena, const struct pk_buf *text);

/* The page so far, of which only width and height are to be read. */
const struct pk_page *pk_page_size(const struct pk_page_work *work);

/* Add boxes, labels and bookmarks; the page is then complete. Frees what `work` has outside of the
 * arena. */
const struct pk_page *pk_page_end(struct pk_page_work *work);

/* Give up a page that was begun. */
void pk_page_drop(struct pk_page_work *work);

/* The number of rows that would make the page `px` high; 0 when even one is too many. */
unsigned pk_page_rows(const struct pk_page_work *work, double px);

#endif
