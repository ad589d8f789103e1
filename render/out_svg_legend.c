/*
 * The legend: what the colours stand for and how much self time each group holds, what grey and
 * hatched boxes are. Always drawn. The positions suit the width without script; the script flows
 * the items anew.
 */
#include "render/out_svg_private.h"

#include <stddef.h>
#include <stdint.h>

#include "base/utf8.h"

enum { LINE = 18, SWATCH = 12, GAP = 16, LETTER_PX = 7 /* of 12 px sans */ };

struct flow { /* where the next item goes */
    struct pk_svg *svg;
    unsigned x, y;
};

/* The room that an item takes, about: letters are not measured. */
static unsigned item_size(const char *classes, struct pk_str text)
{
    return (unsigned)pk_utf8_width(text) * LETTER_PX + GAP + (classes ? SWATCH + 6 : 0);
}

/* Append one item; `classes` is that of its swatch, or NULL for a text alone. */
static void add_item(struct flow *flow, const char *classes, struct pk_str text)
{
    struct pk_buf *out = &flow->svg->out;
    unsigned size = item_size(classes, text);

    if (flow->x > 0 && flow->x + size > flow->svg->width - 2 * PK_SVG_MARGIN) {
        flow->x = 0;
        flow->y += LINE;
    }
    pk_buf_printf(out, "<g transform=\"translate(%u %u)\">", flow->x, flow->y);
    if (classes)
        pk_buf_printf(out,
                      "<rect class=\"%s\" y=\"-10\" width=\"%d\" height=\"%d\"/><text x=\"%d\">",
                      classes, SWATCH, SWATCH, SWATCH + 6);
    else
        pk_buf_text(out, "<text>");
    pk_svg_text(flow->svg, text);
    pk_buf_text(out, "</text></g>\n");
    flow->x += size;
}

/* The whole text, or the short one where the picture is too narrow for it. */
static void add_fitting(struct flow *flow, const char *classes, struct pk_str whole,
                        struct pk_str brief)
{
    bool fits = item_size(classes, whole) <= flow->svg->width - 2 * PK_SVG_MARGIN;

    add_item(flow, classes, fits ? whole : brief);
}

/* A group with its share. */
static void add_group(struct flow *flow, const struct pk_picture_group *group)
{
    char classes[2] = {pk_svg_class(group->fill), '\0'};
    struct pk_buf text = {0};

    pk_picture_group_text(&text, group, flow->svg->scene->span);
    add_item(flow, classes, pk_buf_view(&text));
    pk_buf_fini(&text);
}

/* The largest groups, after a word on what is summed up. */
static void add_groups(struct flow *flow)
{
    enum pk_palette palette = flow->svg->style->palette;
    struct pk_str heading = pk_picture_group_heading(palette);
    struct pk_picture_group *groups;
    size_t count;

    groups = pk_picture_groups(flow->svg->scene, palette, &flow->svg->arena, &count);
    if (count > 0 && heading.size > 0)
        add_item(flow, NULL, heading);
    for (size_t i = 0; i < count && i < PK_PICTURE_GROUPS; i++)
        add_group(flow, &groups[i]);
    if (count == 0)
        add_item(flow, NULL, PK_STR("Colours only tell functions apart."));
    else if (count > PK_PICTURE_GROUPS)
        add_item(flow, NULL, PK_STR("and smaller ones"));
}

/* The scale of a comparison and its marks. */
static void add_keys(struct flow *flow)
{
    size_t count;
    const struct pk_picture_key *keys =
        pk_picture_change_keys(flow->svg->scene, &flow->svg->arena, &count);

    for (size_t i = 0; i < count; i++) {
        struct pk_buf classes = {0};

        if (keys[i].fill < PK_THEME_FILLS)
            pk_buf_printf(&classes, "%c%s", pk_svg_class(keys[i].fill), pk_svg_mark(keys[i].flags));
        add_item(flow, classes.data, keys[i].text);
        pk_buf_fini(&classes);
    }
}

/* Explain the hatch, in a colour that has one. */
static void add_hatched(struct flow *flow)
{
    char classes[] = "a u";
    unsigned fill = 0;

    while (!flow->svg->is_hatched[fill])
        fill++;
    classes[0] = pk_svg_class(fill);
    add_fitting(flow, classes, PK_STR("hatched: estimated, proven bounds in the tooltip"),
                PK_STR("hatched: estimated"));
}

/* Explain the grey boxes, and how much they hide from the groups above. */
static void add_small(struct flow *flow, int64_t sum)
{
    char classes[2] = {pk_svg_class(PK_THEME_SPECIAL), '\0'};
    struct pk_buf whole = {0}, brief = {0};

    if (flow->svg->scene->min_percent) { /* a note says what they hold */
        pk_buf_text(&whole, "+n small: ");
        pk_picture_least(flow->svg->scene, &whole);
        pk_buf_text(&whole, " each");
    } else {
        pk_buf_text(&whole, "+n small: too narrow to draw ");
        pk_units_percent(&whole, sum, flow->svg->scene->span);
        pk_buf_text(&whole, " %");
    }
    pk_buf_text(&brief, "+n small ");
    pk_units_percent(&brief, sum, flow->svg->scene->span);
    pk_buf_text(&brief, " %");
    add_fitting(flow, classes, pk_buf_view(&whole), pk_buf_view(&brief));
    pk_buf_fini(&whole);
    pk_buf_fini(&brief);
}

unsigned pk_svg_legend(struct pk_svg *svg, unsigned y)
{
    const struct pk_scene *scene = svg->scene;
    struct flow flow = {svg, 0, 0};
    unsigned flags = 0;
    int64_t small = 0;

    for (uint32_t i = 0; i < scene->n_boxes; i++) {
        flags |= scene->boxes[i].flags;
        if (scene->boxes[i].flags & PK_BOX_SMALL)
            small += scene->boxes[i].size;
    }
    pk_buf_printf(&svg->out, "<g class=\"legend\" transform=\"translate(%d %u)\">\n", PK_SVG_MARGIN,
                  y);
    if (scene->change)
        add_keys(&flow);
    else
        add_groups(&flow);
    if (flags & PK_BOX_UNCERTAIN)
        add_hatched(&flow);
    if (small > 0)
        add_small(&flow, small);
    pk_buf_text(&svg->out, "</g>\n");
    return y + flow.y + LINE + 2;
}
