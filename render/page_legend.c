/*
 * The scale bar, which says what a width means, and the legend, which says what the colours mean.
 * The legend is that of the SVG but for its last words: a page has no tooltips.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/escape.h"
#include "base/utf8.h"
#include "render/page_private.h"

enum {
    LINE = 18,
    SWATCH = 12,
    SWATCH_GAP = 6,
    GAP = 16,
    SPARE = 8,
    LETTER_PX = 7 /* of 12 px sans */
};

struct flow { /* where the next item goes */
    struct pk_page_work *work;
    unsigned x, y;
};

/* ---- the scale bar */

/* The largest round value that is at most a quarter of the span, or 1. Bytes are counted in powers
 * of two. */
static int64_t round_value(const struct pk_scene *scene)
{
    static const int64_t steps[] = {2, 5, 10};
    int64_t most = scene->span / 4, value = 1, unit = 1;

    if (scene->metric.unit == PK_UNIT_BYTES && scene->metric.scale == 0) {
        while (value <= most / 2)
            value *= 2;
        return value;
    }
    for (size_t i = 0;; i = (i + 1) % 3) {
        if (unit > most / steps[i])
            return value;
        value = unit * steps[i];
        if (steps[i] == 10)
            unit = value;
    }
}

/* "200.0 ms" says no more than "200 ms": a round value needs no zeros behind its point. */
static void add_round(struct pk_buf *out, const struct pk_scene *scene, int64_t value)
{
    struct pk_buf text = {0};
    struct pk_str printed;
    const char *point;
    size_t end = 0, after;

    pk_units_value(&text, scene->metric.unit, scene->metric.scale, value);
    printed = pk_buf_view(&text);
    point = memchr(printed.data, '.', printed.size);
    if (point) {
        end = after = (size_t)(point - printed.data);
        while (++after < printed.size && printed.data[after] >= '0' && printed.data[after] <= '9')
            if (printed.data[after] != '0')
                end = after + 1;
        pk_buf_add(out, printed.data, end);
        printed = pk_str_slice(printed, after, printed.size);
    }
    pk_buf_str(out, printed);
    pk_buf_fini(&text);
}

/* What is counted, for metrics that have no unit. */
static void add_count_name(struct pk_buf *out, const struct pk_page_work *work)
{
    const struct pk_metric *metric = &work->scene->metric;
    const char *given = work->style->count_name;

    if (metric->unit != PK_UNIT_COUNT || (!given && metric->name.size == 0))
        return;
    pk_buf_char(out, ' ');
    pk_buf_str(out, given ? pk_str_of(given) : metric->name);
}

static void add_bar(struct pk_page_work *work, double x, double y, double width, double height)
{
    pk_array_push(&work->boxes, ((struct pk_page_box){.x = x,
                                                      .y = y,
                                                      .width = width,
                                                      .height = height,
                                                      .fill = pk_page_color(PK_SURFACE_TEXT)}));
}

/* A line with two ends, as on a map. */
void pk_page_scale_bar(struct pk_page_work *work, unsigned y)
{
    const struct pk_scene *scene = work->scene;
    int64_t value = round_value(scene);
    double width = pk_page_px(work, value), left = PK_PICTURE_MARGIN;
    double room = work->page.width - 2 * PK_PICTURE_MARGIN - width - 8;
    struct pk_buf text = {0};

    if (scene->span <= 0)
        return;
    add_bar(work, left, y - 5, width, 1);
    add_bar(work, left, y - 9, 1, 9);
    add_bar(work, left + width - 1, y - 9, 1, 9);
    add_round(&text, scene, value);
    add_count_name(&text, work);
    if (room > 0)
        pk_page_line(work, PK_PAGE_PLAIN, PK_SURFACE_MUTED, left + width + 8, y, room,
                     pk_buf_view(&text));
    pk_buf_fini(&text);
}

/* ---- the legend */

/* Add one item; `fill` is that of its swatch, `flags` say how it is marked, or PK_THEME_FILLS for a
 * text alone. */
static void add_item(struct flow *flow, unsigned fill, unsigned flags, struct pk_str text)
{
    struct pk_page_work *work = flow->work;
    unsigned swatch = fill < PK_THEME_FILLS ? SWATCH + SWATCH_GAP : 0;
    unsigned width = work->page.width - 2 * PK_PICTURE_MARGIN;
    unsigned room = (unsigned)pk_utf8_width(text) * LETTER_PX, x, most = width - swatch - SPARE;

    if (room > most)
        room = most;
    if (flow->x > 0 && flow->x + room + swatch > width) {
        flow->x = 0;
        flow->y += LINE;
    }
    x = PK_PICTURE_MARGIN + flow->x;
    if (swatch)
        pk_array_push(&work->boxes, ((struct pk_page_box){.x = x,
                                                          .y = flow->y - 10,
                                                          .width = SWATCH,
                                                          .height = SWATCH,
                                                          .fill = pk_theme_shades(fill).light,
                                                          .is_hatched = flags & PK_BOX_UNCERTAIN,
                                                          .is_striped = flags & PK_BOX_GONE,
                                                          .is_outlined = flags & PK_BOX_NEW}));
    pk_page_line(work, PK_PAGE_PLAIN, PK_SURFACE_MUTED, x + swatch, flow->y, room + SPARE, text);
    flow->x += room + swatch + GAP;
}

/* The largest groups, after a word on what is summed up. */
static void add_groups(struct flow *flow)
{
    enum pk_palette palette = flow->work->style->palette;
    struct pk_str heading = pk_picture_group_heading(palette);
    size_t count;
    struct pk_picture_group *groups =
        pk_picture_groups(flow->work->scene, palette, flow->work->arena, &count);

    if (count > 0 && heading.size > 0)
        add_item(flow, PK_THEME_FILLS, 0, heading);
    for (size_t i = 0; i < count && i < PK_PICTURE_GROUPS; i++) {
        struct pk_buf text = {0};

        pk_picture_group_text(&text, &groups[i], flow->work->scene->span);
        add_item(flow, groups[i].fill, 0, pk_buf_view(&text));
        pk_buf_fini(&text);
    }
    if (count == 0)
        add_item(flow, PK_THEME_FILLS, 0, PK_STR("Colours only tell functions apart."));
    else if (count > PK_PICTURE_GROUPS)
        add_item(flow, PK_THEME_FILLS, 0, PK_STR("and smaller ones"));
}

/* The scale of a comparison and its marks. */
static void add_keys(struct flow *flow)
{
    size_t count;
    const struct pk_picture_key *keys =
        pk_picture_change_keys(flow->work->scene, flow->work->arena, &count);

    for (size_t i = 0; i < count; i++)
        add_item(flow, keys[i].fill, keys[i].flags, keys[i].text);
}

/* What the grey boxes are, by what made them so. */
static void add_small(struct flow *flow)
{
    struct pk_buf text = {0};

    pk_buf_text(&text, "+n small: ");
    if (flow->work->scene->min_percent) {
        pk_picture_least(flow->work->scene, &text);
        pk_buf_text(&text, " each");
    } else {
        pk_buf_text(&text, "too narrow to draw");
    }
    add_item(flow, PK_THEME_SPECIAL, 0, pk_buf_view(&text));
    pk_buf_fini(&text);
}

unsigned pk_page_legend(struct pk_page_work *work, unsigned y)
{
    const struct pk_scene *scene = work->scene;
    struct flow flow = {work, 0, y};
    unsigned hatched = PK_THEME_FILLS, flags = 0;

    for (uint32_t i = 0; i < scene->n_boxes; i++) {
        const struct pk_box *box = &scene->boxes[i];

        flags |= box->flags;
        if (hatched == PK_THEME_FILLS && box->flags & PK_BOX_UNCERTAIN && box->frame != PK_NONE)
            hatched = pk_picture_fill(scene, work->style->palette, box);
    }
    if (scene->change)
        add_keys(&flow);
    else
        add_groups(&flow);
    if (hatched < PK_THEME_FILLS)
        add_item(&flow, hatched, PK_BOX_UNCERTAIN, PK_STR("hatched: estimated, size not proven"));
    if (flags & PK_BOX_SMALL)
        add_small(&flow);
    return flow.y + LINE + 2;
}
