/*
 * The facts that the tooltip of a box states: its value and share, and what is proven of them.
 */
#include "render/out_svg_private.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/escape.h"

/* A value in its own best unit. */
static void add_value(const struct pk_svg *svg, struct pk_buf *out, int64_t value)
{
    const struct pk_metric *metric = &svg->scene->metric;

    pk_units_value(out, metric->unit, metric->scale, value);
}

/* "0.8 to 1.2 s, drawn 1.1 s": the unit once, when both ends have the same. */
static void add_range(const struct pk_svg *svg, const struct pk_box *box, struct pk_buf *out)
{
    struct pk_buf low = {0}, high = {0};
    const char *low_unit, *high_unit;

    add_value(svg, &low, box->range.lo);
    add_value(svg, &high, box->range.hi);
    low_unit = strrchr(low.data, ' ');
    high_unit = strrchr(high.data, ' ');
    if (low_unit && high_unit && strcmp(low_unit, high_unit) == 0)
        pk_buf_add(out, low.data, (size_t)(low_unit - low.data));
    else
        pk_buf_str(out, pk_buf_view(&low));
    pk_buf_text(out, " to ");
    pk_buf_str(out, pk_buf_view(&high));
    pk_buf_text(out, ", drawn ");
    pk_buf_fini(&low);
    pk_buf_fini(&high);
}

/* What is counted: as the user calls it, else as the file does. */
static void add_count_name(const struct pk_svg *svg, struct pk_buf *out)
{
    const struct pk_metric *metric = &svg->scene->metric;
    const char *given = svg->style->count_name;

    if (metric->unit != PK_UNIT_COUNT || (!given && metric->name.size == 0))
        return;
    pk_buf_char(out, ' ');
    pk_escape_terminal(out, given ? pk_str_of(given) : metric->name);
}

void pk_svg_facts(const struct pk_svg *svg, const struct pk_box *box, struct pk_buf *out)
{
    const struct pk_scene *scene = svg->scene;

    pk_buf_reset(out);
    if (scene->change) {
        pk_picture_change_facts(out, scene, box);
        return;
    }
    if (box->flags & PK_BOX_UNCERTAIN)
        add_range(svg, box, out);
    add_value(svg, out, box->size);
    add_count_name(svg, out);
    pk_buf_text(out, ", ");
    pk_units_percent(out, box->size, scene->span);
    pk_buf_text(out, " %");
    /* All or nothing is seen in the picture; merged from the leaves, self means something else. */
    if (box->self > 0 && box->self < box->size && box->depth > 0 && !scene->is_reversed) {
        pk_buf_text(out, ", self ");
        add_value(svg, out, box->self);
    }
    if (box->flags & PK_BOX_DEEPER)
        pk_buf_text(out, ", goes deeper");
}
