/*
 * A flame graph as one SVG file that is complete without script, inside <img> and on paper: title,
 * legend, labels and tooltips are in the markup, and the script only adds controls.
 *
 * Geometry: positions are integers, percent of the span times 10^decimals. A box reaches from the
 * position of its start to the position of its end, both rounded down, so neighbours touch exactly
 * and no child leaves its parent. The decimals are chosen so that the narrowest box still has 500
 * steps: enough to zoom into it.
 *
 * Foreign text goes through pk_svg_text and stands in text nodes only: never in an attribute, the
 * style or the script. There is no DOCTYPE, no event attribute and no reference outside the file.
 */
#include "render/out_dot.h"
#include "render/out_flow.h"
#include "render/out_svg_private.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/escape.h"
#include "render/assets.h"

enum { MOST_DECIMALS = 12, STEPS = 500 };
enum { FLUSH_AT = 1 << 16 };

__extension__ typedef __int128 wide;

void pk_svg_flush(struct pk_svg *svg, bool is_last)
{
    if (svg->out.size < FLUSH_AT && !is_last)
        return;
    pk_buf_write(&svg->out, svg->stream);
    pk_buf_reset(&svg->out);
}

/* 10^exponent, for exponents up to 18. */
static int64_t power_of_ten(unsigned exponent)
{
    int64_t power = 1;

    while (exponent-- > 0)
        power *= 10;
    return power;
}

int64_t pk_svg_position(const struct pk_svg *svg, int64_t value)
{
    wide hundred = 100 * (wide)power_of_ten(svg->decimals);

    return svg->scene->span > 0 ? (int64_t)(value * hundred / svg->scene->span) : (int64_t)hundred;
}

double pk_svg_px(const struct pk_svg *svg, int64_t positions)
{
    double whole = 100.0 * (double)power_of_ten(svg->decimals);

    return (double)positions / whole * (svg->width - 2 * PK_SVG_MARGIN);
}

void pk_svg_percent(struct pk_svg *svg, int64_t position)
{
    int64_t unit = power_of_ten(svg->decimals), rest = position % unit;
    unsigned digits = svg->decimals;
    char text[MOST_DECIMALS];

    pk_buf_int(&svg->out, position / unit);
    if (rest > 0) {
        for (; rest % 10 == 0; digits--)
            rest /= 10;
        for (unsigned i = digits; i-- > 0; rest /= 10)
            text[i] = (char)('0' + rest % 10);
        pk_buf_char(&svg->out, '.');
        pk_buf_add(&svg->out, text, digits);
    }
    pk_buf_char(&svg->out, '%');
}

void pk_svg_text(struct pk_svg *svg, struct pk_str text)
{
    struct pk_buf visible = {0};

    pk_escape_terminal(&visible, text);
    pk_escape_xml(&svg->out, pk_buf_view(&visible));
    pk_buf_fini(&visible);
}

/* As few digits as the narrowest box allows: each costs two bytes a box. */
static void choose_decimals(struct pk_svg *svg)
{
    const struct pk_scene *scene = svg->scene;
    int64_t narrowest = scene->span;

    for (uint32_t i = 0; i < scene->n_boxes; i++) {
        const struct pk_box *box = &scene->boxes[i];

        if (box->size > 0 && box->size < narrowest && !(box->flags & PK_BOX_SMALL))
            narrowest = box->size;
    }
    for (svg->decimals = 2; svg->decimals < MOST_DECIMALS; svg->decimals++)
        if ((wide)narrowest * 100 * power_of_ten(svg->decimals) >= (wide)scene->span * STEPS)
            break;
}

/* The legend of a comparison shows all of its scale, and one swatch with stripes. */
static void choose_change_fills(struct pk_svg *svg)
{
    size_t count;
    const struct pk_picture_key *keys = pk_picture_change_keys(svg->scene, &svg->arena, &count);

    for (size_t i = 0; i < count; i++) {
        if (keys[i].fill < PK_THEME_FILLS)
            svg->is_used[keys[i].fill] = true;
        if (keys[i].flags & PK_BOX_GONE)
            svg->is_striped[keys[i].fill] = true;
    }
}

/* The fill of every box, and which fills the style sheet has to name. */
static void choose_fills(struct pk_svg *svg)
{
    const struct pk_scene *scene = svg->scene;

    svg->fill = PK_NEW_ARRAY(&svg->arena, uint8_t, scene->n_boxes);
    for (uint32_t i = 0; i < scene->n_boxes; i++) {
        const struct pk_box *box = &scene->boxes[i];
        unsigned fill = pk_picture_fill(scene, svg->style->palette, box);

        svg->fill[i] = (uint8_t)fill;
        svg->is_used[fill] = true;
        if (box->flags & PK_BOX_UNCERTAIN)
            svg->is_hatched[fill] = true;
        else if (box->flags & PK_BOX_GONE)
            svg->is_striped[fill] = true;
    }
    if (scene->change)
        choose_change_fills(svg);
}

struct kind_of_line { /* how a text above or below the boxes is set */
    const char *class;
    const struct pk_picture_line *line;
};

static const struct kind_of_line title_line = {"title", &pk_picture_title};
static const struct kind_of_line sub_line = {"sub", &pk_picture_plain};
static const struct kind_of_line note_line = {"note", &pk_picture_plain};

/* Append `text` as lines that fit the width, the first at `y`. Returns the y of the line below. */
static unsigned add_lines(struct pk_svg *svg, const struct kind_of_line *kind, struct pk_str text,
                          unsigned y)
{
    while (text.size > 0) {
        size_t size = pk_picture_line_size(kind->line, svg->width, text);

        pk_buf_printf(&svg->out, "<text class=\"%s\" x=\"%d\" y=\"%u\">", kind->class,
                      PK_SVG_MARGIN, y);
        pk_svg_text(svg, pk_str_slice(text, 0, size));
        pk_buf_text(&svg->out, "</text>\n");
        y += kind->line->step;
        text = pk_picture_next_line(text, size);
    }
    return y;
}

/* Where a share was asked for, what is less. What is only too narrow says so in its own box. */
static unsigned add_small(struct pk_svg *svg, unsigned y)
{
    struct pk_picture_omitted omitted = pk_picture_omitted(svg->scene);
    struct pk_buf text = {0};

    if (!svg->scene->min_percent || omitted.n_small == 0)
        return y;
    pk_units_count(&text, omitted.n_small);
    pk_buf_text(&text, omitted.n_small == 1 ? " box of " : " boxes of ");
    pk_picture_least(svg->scene, &text);
    pk_buf_text(&text, omitted.n_small == 1 ? " is" : " each are");
    pk_buf_text(&text, " drawn in grey, together ");
    pk_units_percent(&text, omitted.small, svg->scene->span);
    pk_buf_text(&text, " % of all.");
    y = add_lines(svg, &note_line, pk_buf_view(&text), y);
    pk_buf_fini(&text);
    return y;
}

/* What the writer itself has to say below the boxes. */
static unsigned add_notes(struct pk_svg *svg, unsigned y)
{
    const struct pk_scene *scene = svg->scene;
    struct pk_buf text = {0};

    y = add_small(svg, add_lines(svg, &note_line, scene->notes, y));
    for (size_t i = 0; scene->change && i < scene->change->n_notes; i++)
        y = add_lines(svg, &note_line, scene->change->notes[i], y);
    if (scene->n_omitted > 0) {
        pk_units_count(&text, scene->n_omitted);
        pk_buf_text(&text, scene->n_omitted == 1 ? " box lies" : " boxes lie");
        pk_buf_text(&text, " deeper than what is drawn; the boxes below hold their values.");
        y = add_lines(svg, &note_line, pk_buf_view(&text), y);
    }
    pk_buf_fini(&text);
    return y;
}

/* Title, style and what stands above the boxes. Returns the y of the boxes. */
static unsigned add_head(struct pk_svg *svg)
{
    unsigned y;
    struct pk_str title = pk_picture_heading(svg->scene);

    pk_buf_text(&svg->out, "<title>");
    pk_svg_text(svg, title);
    pk_buf_text(&svg->out, "</title>\n");
    pk_svg_style(svg);
    pk_svg_metadata(svg);
    pk_buf_text(&svg->out, "<rect class=\"page\" width=\"100%\" height=\"100%\"/>\n");
    y = add_lines(svg, &title_line, title, PK_PICTURE_TITLE_Y);
    return add_lines(svg, &sub_line, svg->scene->subtitle, y - 2) - 6;
}

/* The rows stand in an <svg> of their own, so that percents are of their width without the margin.
 * What the script needs to know of the layout stands in data attributes: numbers and letters of
 * ours, never foreign text. */
static void add_boxes(struct pk_svg *svg, unsigned y)
{
    unsigned base = pk_picture_base(svg->row, svg->font);

    pk_buf_printf(
        &svg->out,
        "<svg class=\"frames\" x=\"%d\" y=\"%u\" width=\"%u\" height=\"%u\" data-height=\"%u\""
        " data-font=\"%u\" data-base=\"%u\" data-inverted=\"%d\"",
        PK_SVG_MARGIN, y, svg->width - 2 * PK_SVG_MARGIN, svg->row * svg->rows.n, svg->row,
        svg->font, base, svg->scene->is_inverted);
    pk_svg_views(svg);
    pk_buf_text(&svg->out, ">\n");
    pk_svg_frames(svg, base);
    pk_buf_text(&svg->out, "</svg>\n");
}

/* What was written so far, to be put in its place later; the caller frees it. */
static struct pk_buf take(struct pk_svg *svg)
{
    struct pk_buf taken = svg->out;

    svg->out = (struct pk_buf){0};
    return taken;
}

/* The parts of the script share one scope of their own, so that a page that holds several pictures,
 * or scripts of others, keeps them apart. */
static void add_script(struct pk_svg *svg)
{
    pk_buf_text(&svg->out, "<script><![CDATA[\n(function () {\n'use strict';\n");
    pk_buf_text(&svg->out, pk_asset_flame_js);
    pk_buf_text(&svg->out, pk_asset_flame_views_js);
    pk_buf_text(&svg->out, pk_asset_flame_use_js);
    pk_buf_text(&svg->out, "})();\n]]></script>\n");
}

/* The opening tag needs the height, so head and tail are made first. */
static void write_picture(struct pk_svg *svg)
{
    unsigned top = add_head(svg);
    struct pk_buf head = take(svg);
    unsigned bottom = pk_svg_legend(svg, top + svg->row * svg->rows.n + 18);
    unsigned height = add_notes(svg, bottom);
    struct pk_buf tail = take(svg);

    pk_buf_printf(
        &svg->out,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\""
        " class=\"pk\" width=\"%u\" height=\"%u\" viewBox=\"0 0 %u %u\">\n",
        svg->width, height, svg->width, height);
    pk_buf_str(&svg->out, pk_buf_view(&head));
    add_boxes(svg, top);
    pk_buf_str(&svg->out, pk_buf_view(&tail));
    add_script(svg);
    pk_buf_text(&svg->out, "</svg>\n");
    pk_svg_flush(svg, true);
    pk_buf_fini(&head);
    pk_buf_fini(&tail);
}

static bool write_scene(const struct pk_scene *scene, const struct pk_style *style, FILE *stream,
                        struct pk_error *error)
{
    struct pk_svg svg = {.scene = scene, .style = style, .stream = stream};

    (void)error;
    svg.width = pk_picture_width(style->width);
    svg.row = pk_picture_row(style->box_height);
    svg.font = pk_picture_font(svg.row);
    choose_decimals(&svg);
    svg.rows = pk_picture_rows(scene, &svg.arena);
    choose_fills(&svg);
    pk_svg_origins(&svg);
    write_picture(&svg);
    pk_arena_fini(&svg.arena);
    pk_buf_fini(&svg.out);
    return true;
}

const struct pk_writer pk_writer_svg = {
    .name = "svg",
    .summary = "flame graph for any browser, with zoom and search",
    .extension = ".svg",
    .scene = write_scene,
    .net = pk_dot_svg,
    .flow = pk_svg_flow,
};
