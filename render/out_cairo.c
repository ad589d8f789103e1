/*
 * The boxes of a page in cairo, and the door of the module.
 */
#include <cairo.h>
#include <stddef.h>
#include <stdio.h>

#include "render/out_cairo_private.h"

struct pk_page_module pk_page_module = {
    .version = PK_PAGE_MODULE_VERSION,
    .sizes = PK_PAGE_MODULE_SIZES,
    .png = pk_png_write,
    .pdf = pk_pdf_write,
};

static const double hatch = 8; /* px from line to line of a hatch, along either axis */

/* A failed write is told by the output at its end, with the reason. */
cairo_status_t pk_cairo_write(void *closure, const unsigned char *bytes, unsigned size)
{
    FILE *stream = closure;

    return fwrite(bytes, 1, size, stream) == size ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

enum pk_page_outcome pk_cairo_outcome(cairo_status_t status)
{
    if (status == CAIRO_STATUS_SUCCESS || status == CAIRO_STATUS_WRITE_ERROR)
        return PK_PAGE_DONE;
    if (status == CAIRO_STATUS_NO_MEMORY)
        return PK_PAGE_NO_MEMORY;
    pk_page_module.failed = cairo_status_to_string(status);
    return PK_PAGE_FAILED;
}

void pk_cairo_color(cairo_t *cairo, struct pk_color color, double alpha)
{
    cairo_set_source_rgba(cairo, color.r / 255.0, color.g / 255.0, color.b / 255.0, alpha);
}

/* Half-transparent lines of paper from lower left to upper right. They lie where they would lie on
 * the whole page, so neighbours look as one surface. */
static void add_hatch(cairo_t *cairo, const struct pk_page *page, const struct pk_page_box *box)
{
    int first = (int)((box->x + box->y) / hatch) - 1;
    int last = (int)((box->x + box->width + box->y + box->height) / hatch) + 1;

    cairo_save(cairo);
    cairo_rectangle(cairo, box->x, box->y, box->width, box->height);
    cairo_clip(cairo);
    for (int i = first; i <= last; i++) {
        double sum = (double)i * hatch; /* of x and y on the line */

        cairo_move_to(cairo, sum - box->y + 2, box->y - 2);
        cairo_line_to(cairo, sum - box->y - box->height - 2, box->y + box->height + 2);
    }
    pk_cairo_color(cairo, page->paper, 0.5);
    cairo_set_line_width(cairo, 2.4);
    cairo_stroke(cairo);
    cairo_restore(cairo);
}

/* Half-transparent lines of paper from top to bottom. */
static void add_stripes(cairo_t *cairo, const struct pk_page *page, const struct pk_page_box *box)
{
    int first = (int)(box->x / hatch), last = (int)((box->x + box->width) / hatch);

    cairo_save(cairo);
    cairo_rectangle(cairo, box->x, box->y, box->width, box->height);
    cairo_clip(cairo);
    pk_cairo_color(cairo, page->paper, 0.5);
    for (int i = first; i <= last; i++)
        cairo_rectangle(cairo, hatch * i, box->y, 2.4, box->height);
    cairo_fill(cairo);
    cairo_restore(cairo);
}

/* Inside of the box, so that no neighbour covers it. */
static void add_outline(cairo_t *cairo, const struct pk_page *page, const struct pk_page_box *box)
{
    double line = box->width < 4 ? box->width / 4 : 1.5;

    pk_cairo_color(cairo, page->ink, 1);
    cairo_set_line_width(cairo, line);
    cairo_rectangle(cairo, box->x + line / 2, box->y + line / 2, box->width - line,
                    box->height - line);
    cairo_stroke(cairo);
}

static void add_box(cairo_t *cairo, const struct pk_page *page, const struct pk_page_box *box)
{
    if (box->has_gap) {
        pk_cairo_color(cairo, page->paper, 1);
        cairo_rectangle(cairo, box->x - 1, box->y, box->width + 2, box->height);
        cairo_fill(cairo);
    }
    pk_cairo_color(cairo, box->fill, 1);
    cairo_rectangle(cairo, box->x, box->y, box->width, box->height);
    cairo_fill(cairo);
    if (box->is_hatched)
        add_hatch(cairo, page, box);
    if (box->is_striped)
        add_stripes(cairo, page, box);
    if (box->is_outlined)
        add_outline(cairo, page, box);
}

/* Two curves and two straight ends. */
static void add_ribbon(cairo_t *cairo, const struct pk_page *page,
                       const struct pk_page_ribbon *ribbon)
{
    static const double dashes[] = {4, 3};
    double middle = (ribbon->x0 + ribbon->x1) / 2;
    double low0 = ribbon->y0 + ribbon->height, low1 = ribbon->y1 + ribbon->height;

    cairo_move_to(cairo, ribbon->x0, ribbon->y0);
    cairo_curve_to(cairo, middle, ribbon->y0, middle, ribbon->y1, ribbon->x1, ribbon->y1);
    cairo_line_to(cairo, ribbon->x1, low1);
    cairo_curve_to(cairo, middle, low1, middle, low0, ribbon->x0, low0);
    cairo_close_path(cairo);
    pk_cairo_color(cairo, ribbon->fill, 1);
    cairo_fill_preserve(cairo);
    if (ribbon->is_dashed) {
        pk_cairo_color(cairo, page->ink, 0.7);
        cairo_set_line_width(cairo, 0.8);
        cairo_set_dash(cairo, dashes, 2, 0);
        cairo_stroke(cairo);
        cairo_set_dash(cairo, dashes, 0, 0);
    }
    cairo_new_path(cairo);
}

struct pk_cairo_band pk_cairo_whole(const struct pk_page *page)
{
    return (struct pk_cairo_band){0, page->height};
}

void pk_cairo_boxes(cairo_t *cairo, const struct pk_page *page, struct pk_cairo_band band)
{
    for (size_t i = 0; i < page->n_ribbons; i++)
        add_ribbon(cairo, page, &page->ribbons[i]);
    for (size_t i = 0; i < page->n_boxes; i++) {
        const struct pk_page_box *box = &page->boxes[i];

        if (box->y < band.bottom && box->y + box->height > band.top)
            add_box(cairo, page, box);
    }
}

enum pk_page_outcome pk_cairo_paint(cairo_t *cairo, const struct pk_page *page,
                                    struct pk_cairo_pen *pen, struct pk_cairo_band band)
{
    pk_cairo_color(cairo, page->paper, 1);
    cairo_paint(cairo);
    pk_cairo_boxes(cairo, page, band);
    pk_cairo_texts(cairo, page, pen, band);
    return pk_cairo_outcome(cairo_status(cairo));
}
