/*
 * A page as PNG: an image of `scale` pixels for a px, without an alpha channel. Who calls has
 * checked the size.
 *
 * It is painted in bands from the top, each of which goes to libpng before the next one begins: the
 * largest picture would otherwise take a GiB. A band is moved by whole pixels, so no pixel shows
 * where it ends. What follows a row in a flame graph is mostly that row again: the filter "up"
 * makes that zeros, which pack fast.
 *
 * Trap: libpng tells errors by a jump, over everything that was opened in between; so all that is
 * opened stands in one struct outside.
 */
#include <cairo.h>
#include <glib.h>
#include <math.h>
#include <png.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "render/out_cairo_private.h"

enum { BAND_PIXELS = 1 << 22 };

struct image {
    const struct pk_page *page;
    double scale;
    int width, height, band; /* pixels; rows of a band */
    cairo_surface_t *surface;
    struct pk_cairo_pen *pen;
    png_structp png;
    png_infop info;
    unsigned char *row;
};

/* ---- libpng's calls back */

static _Noreturn void on_error(png_structp png, const char *text)
{
    static char said[80]; /* outlives the libpng that said it */

    snprintf(said, sizeof said, "%s", text);
    pk_page_module.failed = said;
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, const char *text)
{
    (void)png;
    (void)text;
}

static void on_write(png_structp png, unsigned char *bytes, size_t size)
{
    (void)pk_cairo_write(png_get_io_ptr(png), bytes, (unsigned)size);
}

static void on_flush(png_structp png)
{
    (void)png;
}

/* ---- rows */

/* Cairo has a pixel in a number, whatever the order of its bytes. */
static void write_rows(struct image *image, int rows)
{
    const unsigned char *data = cairo_image_surface_get_data(image->surface);
    int stride = cairo_image_surface_get_stride(image->surface);

    for (int y = 0; y < rows; y++) {
        const unsigned char *from = data + (ptrdiff_t)y * stride;
        unsigned char *to = image->row;

        for (int x = 0; x < image->width; x++) {
            uint32_t pixel;

            memcpy(&pixel, from + (ptrdiff_t)4 * x, sizeof pixel);
            *to++ = (unsigned char)(pixel >> 16);
            *to++ = (unsigned char)(pixel >> 8);
            *to++ = (unsigned char)pixel;
        }
        png_write_row(image->png, image->row);
    }
}

/* Paint the band that begins at the row `top` of pixels. */
static enum pk_page_outcome paint_band(struct image *image, int top)
{
    struct pk_cairo_band band = {top / image->scale, (top + image->band) / image->scale};
    cairo_t *cairo = cairo_create(image->surface);
    enum pk_page_outcome outcome;

    cairo_translate(cairo, 0, -top);
    cairo_scale(cairo, image->scale, image->scale);
    outcome = pk_cairo_paint(cairo, image->page, image->pen, band);
    cairo_destroy(cairo);
    cairo_surface_flush(image->surface);
    return outcome;
}

static enum pk_page_outcome write_bands(struct image *image)
{
    for (int top = 0; top < image->height; top += image->band) {
        int left = image->height - top;
        enum pk_page_outcome outcome = paint_band(image, top);

        if (outcome != PK_PAGE_DONE)
            return outcome;
        write_rows(image, left < image->band ? left : image->band);
    }
    return PK_PAGE_DONE;
}

/* ---- the file */

static bool prepare(struct image *image, FILE *stream)
{
    image->png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, on_error, on_warning);
    image->info = image->png ? png_create_info_struct(image->png) : NULL;
    if (!image->info)
        return false;
    image->row = g_malloc((size_t)image->width * 3);
    png_set_write_fn(image->png, stream, on_write, on_flush);
    return true;
}

static enum pk_page_outcome write_file(struct image *image)
{
    enum pk_page_outcome outcome;

    if (setjmp(png_jmpbuf(image->png)))
        return PK_PAGE_FAILED;
    png_set_IHDR(image->png, image->info, (unsigned)image->width, (unsigned)image->height, 8,
                 PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                 PNG_FILTER_TYPE_DEFAULT);
    png_set_filter(image->png, PNG_FILTER_TYPE_BASE, PNG_FILTER_NONE | PNG_FILTER_UP);
    png_set_compression_level(image->png, 6);
    png_write_info(image->png, image->info);
    outcome = write_bands(image);
    if (outcome == PK_PAGE_DONE)
        png_write_end(image->png, NULL);
    return outcome;
}

enum pk_page_outcome pk_png_write(const struct pk_page *page, double scale, FILE *stream)
{
    struct image image = {.page = page,
                          .scale = scale,
                          .width = (int)ceil(page->width * scale),
                          .height = (int)ceil(page->height * scale)};
    enum pk_page_outcome outcome;

    image.band = BAND_PIXELS / image.width + 1;
    if (image.band > image.height)
        image.band = image.height;
    image.surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, image.width, image.band);
    outcome = pk_cairo_outcome(cairo_surface_status(image.surface));
    image.pen = pk_cairo_pen_new(page);
    if (outcome == PK_PAGE_DONE && !image.pen)
        outcome = PK_PAGE_NO_FONT;
    if (outcome == PK_PAGE_DONE && !prepare(&image, stream))
        outcome = PK_PAGE_NO_MEMORY;
    if (outcome == PK_PAGE_DONE)
        outcome = write_file(&image);
    if (image.pen)
        pk_cairo_pen_free(image.pen);
    png_destroy_write_struct(&image.png, &image.info);
    g_free(image.row);
    cairo_surface_destroy(image.surface);
    return outcome;
}
