/*
 * The module that draws PNG and PDF: painting is one for both (out_cairo.c, out_cairo_text.c), the
 * files differ (out_png.c, out_pdf.c). Only these include cairo and pango; they call nothing of the
 * program. Memory that cannot be had ends the program in GLib, or is told by cairo.
 */
#ifndef PK_RENDER_OUT_CAIRO_PRIVATE_H
#define PK_RENDER_OUT_CAIRO_PRIVATE_H

#include <cairo.h>
#include <stdio.h>

#include "render/page_module.h" /* IWYU pragma: export */

extern struct pk_page_module pk_page_module; /* exported: what the program looks for by name */

/* Make the page a file: PNG of `scale` pixels for a px, or PDF. */
enum pk_page_outcome pk_png_write(const struct pk_page *page, double scale, FILE *stream);
enum pk_page_outcome pk_pdf_write(const struct pk_page *page, FILE *stream);

struct pk_cairo_pen; /* fonts, and what letters are laid out with */

/* Fonts of the sizes that the page has; NULL when there is none. */
struct pk_cairo_pen *pk_cairo_pen_new(const struct pk_page *page);
void pk_cairo_pen_free(struct pk_cairo_pen *pen);

struct pk_cairo_band { /* of a page, in px; what lies outside need not be painted */
    double top, bottom;
};

/* The band that is the whole page. */
struct pk_cairo_band pk_cairo_whole(const struct pk_page *page);

/* Paint a band of the page; one px is one unit of the context. */
enum pk_page_outcome pk_cairo_paint(cairo_t *cairo, const struct pk_page *page,
                                    struct pk_cairo_pen *pen, struct pk_cairo_band band);

/* Paint only its boxes, in their order. */
void pk_cairo_boxes(cairo_t *cairo, const struct pk_page *page, struct pk_cairo_band band);

/* Paint only its texts. */
void pk_cairo_texts(cairo_t *cairo, const struct pk_page *page, struct pk_cairo_pen *pen,
                    struct pk_cairo_band band);

/* Take this colour. */
void pk_cairo_color(cairo_t *cairo, struct pk_color color, double alpha);

/* What a status of cairo means; the stream's own errors are no errors here. */
enum pk_page_outcome pk_cairo_outcome(cairo_status_t status);

/* Writes to the FILE that is `closure`. */
cairo_status_t pk_cairo_write(void *closure, const unsigned char *bytes, unsigned size);

#endif
