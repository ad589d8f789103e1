/*
 * A flow as a page: rectangles, ribbons and lines of text that only have to be painted. Ribbons are
 * of a shade between their colour and the paper, so that text on them keeps its contrast.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/escape.h"
#include "render/flow_layout.h"
#include "render/out_flow.h"
#include "render/picture.h"
#include "render/theme.h"

enum { SMALL = 11 }; /* px, of what pk_picture_cells measures */

/* The name as it is where it fits, else the end of it that says most. */
static void add_name(struct pk_buf *out, struct pk_str name, size_t cells)
{
    if (name.size <= cells)
        pk_buf_str(out, name);
    else
        pk_picture_shorten(out, name, cells);
}

/* The fact without its bounds, which are long and stand in tooltips and tables. */
static struct pk_str short_fact(struct pk_str fact)
{
    for (size_t i = 0; i + 1 < fact.size; i++)
        if (fact.data[i] == ')' && fact.data[i + 1] == ',')
            return pk_str_slice(fact, 0, i + 1);
    return fact;
}

void pk_flow_label(struct pk_buf *out, const struct pk_flow_node *node, double room)
{
    size_t cells = pk_picture_cells(room, SMALL);
    struct pk_str fact = short_fact(node->fact);

    if (!fact.size || cells < fact.size + 2 + (node->name.size < 8 ? node->name.size : 8)) {
        add_name(out, node->name, cells < 3 ? 3 : cells); /* the least that can be cut to */
        return;
    }
    add_name(out, node->name, cells - fact.size - 2);
    pk_buf_text(out, "  ");
    pk_buf_str(out, fact);
}

struct building {
    struct pk_page page;
    struct pk_arena *arena;
};

/* One line in one font, cut off at its room by who paints it. */
static void add_text(struct building *b, enum pk_page_font font, enum pk_surface surface, double x,
                     double y, double room, struct pk_str text)
{
    const char **forms = PK_NEW_ARRAY(b->arena, const char *, 1);
    struct pk_buf visible = {0};

    pk_escape_terminal(&visible, text);
    forms[0] = pk_page_plain(b->arena, &visible);
    pk_buf_fini(&visible);
    b->page.texts[b->page.n_texts++] =
        (struct pk_page_text){.x = x,
                              .y = y,
                              .room = room,
                              .above = 20,
                              .below = 8,
                              .font = font,
                              .color = pk_theme_surface(surface).light,
                              .forms = forms,
                              .n_forms = 1};
}

/* Two parts of the colour, three of the paper: as the opacity in the SVG. */
static uint8_t mix(uint8_t color, uint8_t paper)
{
    return (uint8_t)((2 * color + 3 * paper) / 5);
}

static struct pk_color pale(struct pk_color color, struct pk_color paper)
{
    return (struct pk_color){mix(color.r, paper.r), mix(color.g, paper.g), mix(color.b, paper.b)};
}

/* What is estimated is hatched, as boxes of flame graphs are. */
static void add_node(struct building *b, const struct pk_flow_node *node,
                     const struct pk_flow_place *place)
{
    struct pk_buf label = {0};

    b->page.boxes[b->page.n_boxes++] =
        (struct pk_page_box){.x = place->x,
                             .y = place->y,
                             .width = PK_FLOW_NODE_WIDTH,
                             .height = place->height,
                             .fill = pk_theme_shades(node->fill).light,
                             .is_hatched = node->is_uncertain};
    pk_flow_label(&label, node, place->room);
    add_text(b, PK_PAGE_PLAIN, PK_SURFACE_TEXT, place->x + PK_FLOW_NODE_WIDTH + 5,
             place->y + place->height / 2 + 4, place->room, pk_buf_view(&label));
    pk_buf_fini(&label);
}

/* A ribbon has no label; the table has its number. */
static void add_link(struct building *b, const struct pk_flow_link *link,
                     const struct pk_flow_ribbon *ribbon)
{
    b->page.ribbons[b->page.n_ribbons++] =
        (struct pk_page_ribbon){.x0 = ribbon->x0,
                                .y0 = ribbon->y0,
                                .x1 = ribbon->x1,
                                .y1 = ribbon->y1,
                                .height = ribbon->height,
                                .fill = pale(pk_theme_shades(link->fill).light, b->page.paper),
                                .is_dashed = link->is_uncertain};
}

/* Room for all is known before: a box and a text for each node, a ribbon for each link. */
const struct pk_page *pk_flow_page(const struct pk_flow *flow, const struct pk_style *style,
                                   struct pk_arena *arena)
{
    struct building *b = PK_NEW(arena, struct building);
    struct pk_page *page = &b->page;
    double room;
    struct pk_flow_layout layout;

    b->arena = arena;
    page->width = pk_picture_width(style->width);
    layout = pk_flow_lay_out(flow, page->width, PK_FLOW_TOP, arena);
    page->height = (unsigned)(layout.bottom + PK_FLOW_BELOW);
    page->font = PK_FLOW_FONT;
    page->title = pk_arena_str(arena, flow->title).data;
    page->paper = pk_theme_surface(PK_SURFACE_PAGE).light;
    page->ink = pk_theme_surface(PK_SURFACE_TEXT).light;
    page->boxes = PK_NEW_ARRAY(arena, struct pk_page_box, flow->n_nodes);
    page->ribbons = PK_NEW_ARRAY(arena, struct pk_page_ribbon, flow->n_links);
    page->texts =
        PK_NEW_ARRAY(arena, struct pk_page_text, (size_t)flow->n_nodes + flow->n_columns + 3);
    room = page->width - 2 * PK_PICTURE_MARGIN;
    add_text(b, PK_PAGE_TITLE, PK_SURFACE_TEXT, PK_PICTURE_MARGIN, PK_FLOW_TITLE, room,
             flow->title);
    add_text(b, PK_PAGE_PLAIN, PK_SURFACE_MUTED, PK_PICTURE_MARGIN, PK_FLOW_SUBTITLE, room,
             flow->subtitle);
    for (uint32_t i = 0; i < flow->n_links; i++)
        add_link(b, &flow->link[i], &layout.link[i]);
    for (uint32_t i = 0, column = 0; i < flow->n_nodes; i++) {
        add_node(b, &flow->node[i], &layout.node[i]);
        if (flow->node[i].column < column)
            continue;
        column = flow->node[i].column;
        add_text(b, PK_PAGE_PLAIN, PK_SURFACE_MUTED, layout.node[i].x, PK_FLOW_HEADS,
                 layout.node[i].room, pk_str_of(flow->columns[column]));
        column++;
    }
    add_text(b, PK_PAGE_PLAIN, PK_SURFACE_MUTED, PK_PICTURE_MARGIN, layout.bottom + PK_FLOW_NOTES,
             room, flow->notes);
    return page;
}
