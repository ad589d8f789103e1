/*
 * The legend: what the colours stand for and how much self time each group holds, what grey and
 * hatched boxes are. Always drawn. The positions suit the width without script; the script flows
 * the items anew.
 */
#include "render/out_svg_private.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/intern.h"
#include "base/utf8.h"

enum { MOST_GROUPS = 10, LINE = 18, SWATCH = 12, GAP = 16, LETTER_PX = 7 /* of 12 px sans */ };

struct group {
    struct pk_str name;
    int64_t sum;
    unsigned fill;
};

struct flow { /* where the next item goes */
    struct pk_svg *svg;
    unsigned x, y;
};

/* Largest first; the name decides between equals, so that the order is always the same. */
static int by_sum(const void *a, const void *b)
{
    const struct group *x = a, *y = b;

    if (x->sum != y->sum)
        return x->sum < y->sum ? 1 : -1;
    return pk_str_compare(x->name, y->name);
}

/* What of a box counts for its group: together they are the whole, once. */
static int64_t share_of(const struct pk_scene *scene, const struct pk_box *box)
{
    /* Merged from the leaves, the first row has the self of every function, once each. */
    if (scene->is_reversed)
        return box->depth == 1 ? box->size : 0;
    return box->self;
}

/* The groups of the palette, largest first, in `arena`. */
static struct group *find_groups(struct pk_svg *svg, struct pk_intern *names, size_t *count)
{
    const struct pk_scene *scene = svg->scene;
    PK_ARRAY(struct group) groups = {0};
    struct pk_buf name = {0};
    struct group *sorted;

    for (uint32_t i = 0; i < scene->n_boxes; i++) {
        const struct pk_box *box = &scene->boxes[i];
        int64_t share = share_of(scene, box);
        uint32_t id;

        if (box->frame == PK_NONE || share <= 0)
            continue;
        pk_buf_reset(&name);
        pk_theme_group(&name, svg->style->palette, pk_profile_frame(scene->profile, box->frame));
        if (name.size == 0)
            continue;
        id = pk_intern_id(names, pk_buf_view(&name)) -
             2; /* 0 and 1 are the missing and the empty name */
        if (id == groups.size)
            pk_array_push(&groups,
                          ((struct group){pk_intern_text(names, id + 2), 0, svg->fill[i]}));
        groups.data[id].sum += share;
    }
    *count = groups.size;
    sorted = PK_NEW_ARRAY(&svg->arena, struct group, groups.size);
    if (groups.size > 0) {
        memcpy(sorted, groups.data, groups.size * sizeof *sorted);
        qsort(sorted, groups.size, sizeof *sorted, by_sum);
    }
    pk_array_fini(&groups);
    pk_buf_fini(&name);
    return sorted;
}

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

/* A group with its share. Foreign text: made visible and cut like a label. */
static void add_group(struct flow *flow, const struct group *group)
{
    char classes[2] = {pk_svg_class(group->fill), '\0'};
    struct pk_buf visible = {0}, text = {0};

    pk_escape_terminal(&visible, group->name);
    if (pk_utf8_width(pk_buf_view(&visible)) > 30)
        pk_svg_shorten(&text, pk_buf_view(&visible), 30);
    else
        pk_buf_str(&text, pk_buf_view(&visible));
    pk_buf_char(&text, ' ');
    pk_units_percent(&text, group->sum, flow->svg->scene->span);
    pk_buf_text(&text, " %");
    add_item(flow, classes, pk_buf_view(&text));
    pk_buf_fini(&visible);
    pk_buf_fini(&text);
}

/* The largest groups, after a word on what is summed up. */
static void add_groups(struct flow *flow)
{
    struct pk_intern names;
    struct group *groups;
    size_t count;

    pk_intern_init(&names);
    groups = find_groups(flow->svg, &names, &count);
    if (count > 0 && flow->svg->style->palette == PK_PALETTE_MODULE)
        add_item(flow, NULL, PK_STR("Self by module:"));
    else if (count > 0 && flow->svg->style->palette == PK_PALETTE_KIND)
        add_item(flow, NULL, PK_STR("Self by kind:"));
    for (size_t i = 0; i < count && i < MOST_GROUPS; i++)
        add_group(flow, &groups[i]);
    if (count == 0)
        add_item(flow, NULL, PK_STR("Colours only tell functions apart."));
    else if (count > MOST_GROUPS)
        add_item(flow, NULL, PK_STR("and smaller ones"));
    pk_intern_fini(&names);
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

    pk_buf_text(&whole, "+n small: too narrow to draw ");
    pk_units_percent(&whole, sum, flow->svg->scene->span);
    pk_buf_text(&whole, " %");
    pk_buf_text(&brief, "+n small ");
    pk_units_percent(&brief, sum, flow->svg->scene->span);
    pk_buf_text(&brief, " %");
    add_fitting(flow, classes, pk_buf_view(&whole), pk_buf_view(&brief));
    pk_buf_fini(&whole);
    pk_buf_fini(&brief);
}

/* Explains only what is in the picture: no hatch without an estimate, no grey without small boxes.
 * Returns the y below it. */
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
    add_groups(&flow);
    if (flags & PK_BOX_UNCERTAIN)
        add_hatched(&flow);
    if (small > 0)
        add_small(&flow, small);
    pk_buf_text(&svg->out, "</g>\n");
    return y + flow.y + LINE + 2;
}
