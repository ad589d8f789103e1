/*
 * A flow as one SVG file without script: everything has its facts in a tooltip, colours follow the
 * theme of the page, and what is estimated has a dashed outline. Foreign text goes through one
 * function and stands in text nodes only; there is no reference outside the file.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/escape.h"
#include "render/flow_layout.h"
#include "render/out_flow.h"
#include "render/picture.h"
#include "render/theme.h"

struct drawing {
    const struct pk_flow *flow;
    struct pk_buf out;
    struct pk_arena arena;
    unsigned width, height;
    struct pk_flow_layout layout;
};

/* Made visible where it would act, then escaped: in this order. */
static void add_text(struct drawing *d, struct pk_str text)
{
    struct pk_buf visible = {0};

    pk_escape_terminal(&visible, text);
    pk_escape_xml(&d->out, pk_buf_view(&visible));
    pk_buf_fini(&visible);
}

/* Tenths of a px are enough; the text must not depend on the locale. */
static void add_px(struct pk_buf *out, double px)
{
    int64_t tenths = (int64_t)(px * 10 + 0.5);

    pk_buf_int(out, tenths / 10);
    if (tenths % 10) {
        pk_buf_char(out, '.');
        pk_buf_int(out, tenths % 10);
    }
}

/* Numbers only: no name stands in an attribute. */
static void add_attribute(struct drawing *d, const char *name, double px)
{
    pk_buf_printf(&d->out, " %s=\"", name);
    add_px(&d->out, px);
    pk_buf_char(&d->out, '"');
}

/* A pair of a path. */
static void add_point(struct drawing *d, double x, double y)
{
    pk_buf_char(&d->out, ' ');
    add_px(&d->out, x);
    pk_buf_char(&d->out, ' ');
    add_px(&d->out, y);
}

/* "#rrggbb" */
static void add_color(struct drawing *d, struct pk_color c)
{
    pk_buf_printf(&d->out, "#%02x%02x%02x", c.r, c.g, c.b);
}

/* The colours in use and those of text and page, for one of both themes. */
static void add_colors(struct drawing *d, const bool *is_used, bool is_dark)
{
    static const struct {
        const char *selector;
        enum pk_surface surface;
    } rules[] = {{".pkf .page", PK_SURFACE_PAGE},
                 {".pkf text", PK_SURFACE_TEXT},
                 {".pkf .sub,.pkf .head", PK_SURFACE_MUTED}};

    for (unsigned i = 0; i < PK_THEME_FILLS; i++)
        if (is_used[i]) {
            struct pk_shades shades = pk_theme_shades(i);

            pk_buf_printf(&d->out, ".pkf .f%u{fill:", i);
            add_color(d, is_dark ? shades.dark : shades.light);
            pk_buf_text(&d->out, "}\n");
        }
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        struct pk_shades shades = pk_theme_surface(rules[i].surface);

        pk_buf_printf(&d->out, "%s{fill:", rules[i].selector);
        add_color(d, is_dark ? shades.dark : shades.light);
        pk_buf_text(&d->out, "}\n");
    }
    for (unsigned i = 0; i < 2; i++) {
        struct pk_shades shades = pk_theme_surface(i ? PK_SURFACE_PAGE : PK_SURFACE_TEXT);

        pk_buf_printf(&d->out, "%s{stroke:", i ? ".pkf .label" : ".pkf .est");
        add_color(d, is_dark ? shades.dark : shades.light);
        pk_buf_text(&d->out, "}\n");
    }
}

/* Light by default, dark by media query, and where the user has chosen colours for all, theirs.
 * Labels have a rim of the page's colour, so that they can be read across ribbons. */
static void add_style(struct drawing *d)
{
    bool is_used[PK_THEME_FILLS] = {false};

    for (uint32_t i = 0; i < d->flow->n_nodes; i++)
        is_used[d->flow->node[i].fill] = true;
    for (uint32_t i = 0; i < d->flow->n_links; i++)
        is_used[d->flow->link[i].fill] = true;
    pk_buf_text(&d->out, "<style>\n.pkf text{font:12px sans-serif}\n"
                         ".pkf .title{font-size:17px;font-weight:bold}\n"
                         ".pkf path{fill-opacity:.4}\n.pkf path:hover{fill-opacity:.7}\n"
                         ".pkf .label{paint-order:stroke;stroke-width:3px;stroke-linejoin:round}\n"
                         ".pkf .est{stroke-width:1px;stroke-dasharray:4 3}\n");
    add_colors(d, is_used, false);
    pk_buf_text(&d->out, "@media screen and (prefers-color-scheme:dark){\n");
    add_colors(d, is_used, true);
    pk_buf_text(&d->out, "}\n@media (forced-colors:active){\n.pkf .page{fill:Canvas}\n"
                         ".pkf text{fill:CanvasText}\n.pkf .label{stroke:Canvas}\n"
                         ".pkf .est{stroke:CanvasText}\n}\n</style>\n");
}

/* "main to load: 4.914 s (39.4 %)" */
static void add_link(struct drawing *d, uint32_t i)
{
    const struct pk_flow_link *link = &d->flow->link[i];
    const struct pk_flow_ribbon *r = &d->layout.link[i];
    double middle = (r->x0 + r->x1) / 2;

    pk_buf_printf(&d->out, "<path class=\"f%u%s\" d=\"M", link->fill,
                  link->is_uncertain ? " est" : "");
    add_point(d, r->x0, r->y0);
    pk_buf_text(&d->out, "C");
    add_point(d, middle, r->y0);
    add_point(d, middle, r->y1);
    add_point(d, r->x1, r->y1);
    pk_buf_text(&d->out, "V ");
    add_px(&d->out, r->y1 + r->height);
    pk_buf_text(&d->out, "C");
    add_point(d, middle, r->y1 + r->height);
    add_point(d, middle, r->y0 + r->height);
    add_point(d, r->x0, r->y0 + r->height);
    pk_buf_text(&d->out, "Z\"><title>");
    add_text(d, d->flow->node[link->from].name);
    pk_buf_text(&d->out, " → ");
    add_text(d, d->flow->node[link->to].name);
    pk_buf_text(&d->out, ": ");
    add_text(d, link->fact);
    pk_buf_text(&d->out, "</title></path>\n");
}

/* A box with its label to the right; both share one tooltip. */
static void add_node(struct drawing *d, uint32_t i)
{
    const struct pk_flow_node *node = &d->flow->node[i];
    const struct pk_flow_place *place = &d->layout.node[i];
    struct pk_buf label = {0};

    pk_buf_text(&d->out, "<g><title>");
    add_text(d, node->name);
    pk_buf_text(&d->out, node->fact.size ? ": " : "");
    add_text(d, node->fact);
    pk_buf_printf(&d->out, "</title><rect class=\"f%u%s\"", node->fill,
                  node->is_uncertain ? " est" : "");
    add_attribute(d, "x", place->x);
    add_attribute(d, "y", place->y);
    add_attribute(d, "width", PK_FLOW_NODE_WIDTH);
    add_attribute(d, "height", place->height);
    pk_buf_text(&d->out, "/><text class=\"label\"");
    add_attribute(d, "x", place->x + PK_FLOW_NODE_WIDTH + 5);
    add_attribute(d, "y", place->y + place->height / 2 + 4);
    pk_buf_char(&d->out, '>');
    pk_flow_label(&label, node, place->room);
    add_text(d, pk_buf_view(&label));
    pk_buf_text(&d->out, "</text></g>\n");
    pk_buf_fini(&label);
}

/* A line of text that belongs to no node. */
static void add_line(struct drawing *d, const char *class, double x, double y, struct pk_str text)
{
    if (!text.size)
        return;
    pk_buf_printf(&d->out, "<text class=\"%s\"", class);
    add_attribute(d, "x", x);
    add_attribute(d, "y", y);
    pk_buf_char(&d->out, '>');
    add_text(d, text);
    pk_buf_text(&d->out, "</text>\n");
}

/* Links below nodes, so that no ribbon covers a label's box. */
static void add_picture(struct drawing *d)
{
    const struct pk_flow *flow = d->flow;

    pk_buf_printf(&d->out,
                  "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg "
                  "xmlns=\"http://www.w3.org/2000/svg\" class=\"pkf\" role=\"img\" width=\"%u\" "
                  "height=\"%u\" viewBox=\"0 0 %u %u\">\n<title>",
                  d->width, d->height, d->width, d->height);
    add_text(d, flow->title);
    pk_buf_text(&d->out, "</title>\n");
    add_style(d);
    pk_buf_text(&d->out, "<rect class=\"page\" width=\"100%\" height=\"100%\"/>\n");
    add_line(d, "title", PK_PICTURE_MARGIN, PK_FLOW_TITLE, flow->title);
    add_line(d, "sub", PK_PICTURE_MARGIN, PK_FLOW_SUBTITLE, flow->subtitle);
    for (uint32_t i = 0, column = 0; i < flow->n_nodes; i++)
        if (flow->node[i].column >= column) {
            column = flow->node[i].column;
            add_line(d, "head", d->layout.node[i].x, PK_FLOW_HEADS,
                     pk_str_of(flow->columns[column]));
            column++;
        }
    for (uint32_t i = 0; i < flow->n_links; i++)
        add_link(d, i);
    for (uint32_t i = 0; i < flow->n_nodes; i++)
        add_node(d, i);
    add_line(d, "sub", PK_PICTURE_MARGIN, d->layout.bottom + PK_FLOW_NOTES, flow->notes);
    pk_buf_text(&d->out, "</svg>\n");
}

/* Small enough to be made as a whole: its nodes are counted in dozens. */
bool pk_svg_flow(const struct pk_flow *flow, const struct pk_style *style, FILE *stream,
                 struct pk_error *error)
{
    struct drawing d = {.flow = flow, .width = pk_picture_width(style->width)};

    (void)error;
    d.layout = pk_flow_lay_out(flow, d.width, PK_FLOW_TOP, &d.arena);
    d.height = (unsigned)(d.layout.bottom + PK_FLOW_BELOW);
    add_picture(&d);
    pk_buf_write(&d.out, stream);
    pk_buf_fini(&d.out);
    pk_arena_fini(&d.arena);
    return true;
}
