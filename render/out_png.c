/*
 * A page as PNG: an image of `scale` pixels for a px, without an alpha channel. Who calls has
 * checked the size.
 */
#include <cairo.h>
#include <math.h>
#include <stdio.h>

#include "render/out_cairo_private.h"

enum pk_page_outcome pk_png_write(const struct pk_page *page, double scale, FILE *stream)
{
    cairo_surface_t *surface = cairo_image_surface_create(
        CAIRO_FORMAT_RGB24, (int)ceil(page->width * scale), (int)ceil(page->height * scale));
    cairo_t *cairo = cairo_create(surface);
    enum pk_page_outcome outcome = pk_cairo_outcome(cairo_status(cairo));

    if (outcome == PK_PAGE_DONE) {
        cairo_scale(cairo, scale, scale);
        outcome = pk_cairo_paint(cairo, page);
    }
    cairo_destroy(cairo);
    if (outcome == PK_PAGE_DONE)
        outcome =
            pk_cairo_outcome(cairo_surface_write_to_png_stream(surface, pk_cairo_write, stream));
    cairo_surface_destroy(surface);
    return outcome;
}
