/*
 * Texts of a page by pango: every script, by whatever fonts there are; a letter that none of them
 * has shows as a box with its number.
 *
 * Each text is a layout of its own that runs from left to right, so an Arabic name is read as such
 * and moves nothing outside of itself. Names are never markup. Nothing of the screen or the locale
 * shows in a picture: no hinting, no subpixels, the language is fixed.
 *
 * Traps: without any font pango draws boxes for all letters and says nothing. LANGUAGE and
 * PANGO_LANGUAGE choose between the Chinese and the Japanese shape of a letter.
 */
#include <cairo.h>
#include <glib-object.h>
#include <glib.h>
#include <pango/pangocairo.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "render/out_cairo_private.h"

enum { TITLE_PX = 16, PLAIN_PX = 12, BESIDE_GAP = 8 };

struct pk_cairo_pen {
    cairo_t *cairo; /* what is painted on now */
    PangoFontMap *map;
    PangoContext *context;
    PangoLayout *layout;
    PangoFontDescription *fonts[3]; /* by pk_page_font */
};

/* A font that pango finds odd is no message of ours; what ends the program is. */
static void log_fatal(const char *domain, GLogLevelFlags level, const char *text, void *data)
{
    if (level & G_LOG_FLAG_FATAL)
        g_log_default_handler(domain, level, text, data);
}

static PangoFontDescription *new_font(double px, bool is_bold)
{
    PangoFontDescription *font = pango_font_description_new();

    pango_font_description_set_family_static(font, "Sans");
    pango_font_description_set_absolute_size(font, px * PANGO_SCALE);
    if (is_bold)
        pango_font_description_set_weight(font, PANGO_WEIGHT_SEMIBOLD);
    return font;
}

/* The context that all layouts of the pen have. */
static void set_up(PangoContext *context)
{
    cairo_font_options_t *options = cairo_font_options_create();

    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(context, options);
    pango_cairo_context_set_resolution(context, 96);
    pango_context_set_language(context, pango_language_from_string("en"));
    pango_context_set_base_dir(context, PANGO_DIRECTION_LTR);
    pango_context_set_round_glyph_positions(context, FALSE);
    cairo_font_options_destroy(options);
}

/* The width in px of a text in the layout. */
static double width_of(struct pk_cairo_pen *pen, const char *text)
{
    int width, height;

    pango_layout_set_width(pen->layout, -1);
    pango_layout_set_text(pen->layout, text, -1);
    pango_layout_get_size(pen->layout, &width, &height);
    return (double)width / PANGO_SCALE;
}

/* Draw what is in the layout. Letters that are drawn far above or below the line, such as piles of
 * accents, are cut off where the next row begins. */
static void show(struct pk_cairo_pen *pen, const struct pk_page_text *text, double x)
{
    double base = (double)pango_layout_get_baseline(pen->layout) / PANGO_SCALE;
    PangoRectangle ink;
    bool is_clipped;

    pango_layout_get_extents(pen->layout, &ink, NULL);
    is_clipped = base - (double)ink.y / PANGO_SCALE > text->above ||
                 (double)(ink.y + ink.height) / PANGO_SCALE - base > text->below;
    if (is_clipped) {
        cairo_save(pen->cairo);
        cairo_rectangle(pen->cairo, text->x - 2, text->y - text->above, text->room + 4,
                        text->above + text->below);
        cairo_clip(pen->cairo);
    }
    pk_cairo_color(pen->cairo, text->color, 1);
    cairo_move_to(pen->cairo, x, text->y - base);
    pango_cairo_show_layout(pen->cairo, pen->layout);
    if (is_clipped)
        cairo_restore(pen->cairo);
}

/* Whether there is a font at all. The families cannot be asked: three of them are always listed. */
static bool has_letters(struct pk_cairo_pen *pen)
{
    (void)width_of(pen, "all");
    return pango_layout_get_unknown_glyphs_count(pen->layout) == 0;
}

/* The first form that fits, and what stands beside it if it is the whole one. */
static void add_text(struct pk_cairo_pen *pen, const struct pk_page_text *text)
{
    double width = 0;
    uint32_t i = 0;

    pango_layout_set_font_description(pen->layout, pen->fonts[text->font]);
    for (; i < text->n_forms; i++) {
        width = width_of(pen, text->forms[i]);
        if (width <= text->room)
            break;
    }
    if (i == text->n_forms) {
        pango_layout_set_ellipsize(pen->layout, PANGO_ELLIPSIZE_END);
        pango_layout_set_width(pen->layout, (int)(text->room * PANGO_SCALE));
    }
    show(pen, text, text->x);
    pango_layout_set_ellipsize(pen->layout, PANGO_ELLIPSIZE_NONE);
    if (i > 0 || !text->beside)
        return;
    width += (double)BESIDE_GAP;
    if (width + width_of(pen, text->beside) <= text->room)
        show(pen, text, text->x + width);
}

void pk_cairo_pen_free(struct pk_cairo_pen *pen)
{
    for (size_t i = 0; i < sizeof pen->fonts / sizeof *pen->fonts; i++)
        pango_font_description_free(pen->fonts[i]);
    g_object_unref(pen->layout);
    g_object_unref(pen->context);
    g_object_unref(pen->map);
    g_free(pen);
}

struct pk_cairo_pen *pk_cairo_pen_new(const struct pk_page *page)
{
    struct pk_cairo_pen *pen = g_new0(struct pk_cairo_pen, 1);

    g_log_set_default_handler(log_fatal, NULL);
    unsetenv("LANGUAGE");
    unsetenv("PANGO_LANGUAGE");
    pen->map = pango_cairo_font_map_new();
    pen->context = pango_font_map_create_context(pen->map);
    set_up(pen->context);
    pen->layout = pango_layout_new(pen->context);
    pango_layout_set_auto_dir(pen->layout, FALSE);
    pango_layout_set_single_paragraph_mode(pen->layout, TRUE);
    pen->fonts[PK_PAGE_LABEL] = new_font(page->font, false);
    pen->fonts[PK_PAGE_PLAIN] = new_font(PLAIN_PX, false);
    pen->fonts[PK_PAGE_TITLE] = new_font(TITLE_PX, true);
    if (has_letters(pen))
        return pen;
    pk_cairo_pen_free(pen);
    return NULL;
}

void pk_cairo_texts(cairo_t *cairo, const struct pk_page *page, struct pk_cairo_pen *pen,
                    struct pk_cairo_band band)
{
    pen->cairo = cairo;
    pango_cairo_update_context(cairo, pen->context);
    pango_layout_context_changed(pen->layout);
    for (size_t i = 0; i < page->n_texts; i++) {
        const struct pk_page_text *text = &page->texts[i];

        if (text->y - text->above < band.bottom && text->y + text->below > band.top)
            add_text(pen, text);
    }
}
