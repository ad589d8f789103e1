/*
 * A page as PDF: one page whose text can be selected and searched, with bookmarks. A px is 0.75
 * points, as in CSS, so that print has the size of the screen.
 *
 * Traps: cairo writes the time of creation unless it is set to nothing. The attributes of a
 * bookmark are a little language, so only numbers of ours go there; names are its text.
 */
#include <cairo-pdf.h>
#include <cairo.h>
#include <stddef.h>
#include <stdio.h>

#include "render/out_cairo_private.h"

static const double points = 0.75; /* of a px */

static void add_marks(cairo_surface_t *surface, const struct pk_page *page)
{
    for (size_t i = 0; i < page->n_marks; i++) {
        const struct pk_page_mark *mark = &page->marks[i];
        char place[80];

        snprintf(place, sizeof place, "page=1 pos=[%d %d]", (int)(mark->x * points),
                 (int)(mark->y * points));
        cairo_pdf_surface_add_outline(surface, CAIRO_PDF_OUTLINE_ROOT, mark->text, place,
                                      (cairo_pdf_outline_flags_t)0);
    }
}

enum pk_page_outcome pk_pdf_write(const struct pk_page *page, FILE *stream)
{
    cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(
        pk_cairo_write, stream, page->width * points, page->height * points);
    cairo_t *cairo = cairo_create(surface);
    struct pk_cairo_pen *pen = pk_cairo_pen_new(page);
    enum pk_page_outcome outcome = pen ? pk_cairo_outcome(cairo_status(cairo)) : PK_PAGE_NO_FONT;

    if (outcome == PK_PAGE_DONE) {
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, page->title);
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "profkit");
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, "");
        cairo_scale(cairo, points, points);
        outcome = pk_cairo_paint(cairo, page, pen, pk_cairo_whole(page));
    }
    if (outcome == PK_PAGE_DONE) {
        cairo_show_page(cairo);
        add_marks(surface, page);
    }
    if (pen)
        pk_cairo_pen_free(pen);
    cairo_destroy(cairo);
    cairo_surface_finish(surface);
    if (outcome == PK_PAGE_DONE)
        outcome = pk_cairo_outcome(cairo_surface_status(surface));
    cairo_surface_destroy(surface);
    return outcome;
}
