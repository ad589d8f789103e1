/*
 * What stands in and behind a box: its name, the facts of the tooltip, and the part of the name
 * that fits.
 *
 * A name is cut at the end that says least: leading namespaces and folders go first
 * ("…Cursor.execute [C]"), then the tail of what is left ("iterenc…"). assets/flame.js does the
 * same after a zoom: change both. Trap: the dots of "foo.part.0" part no namespaces.
 */
#include "render/out_svg_private.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/escape.h"
#include "base/utf8.h"
#include "render/label.h"

#define ELLIPSIS "\xe2\x80\xa6"

/* `name` and `place` are filled anew. Two kinds of boxes stand for no single frame: small ones and
 * the root. */
void pk_svg_box_name(const struct pk_svg *svg, const struct pk_box *box, struct pk_buf *name,
                     struct pk_buf *place)
{
    const struct pk_frame *frame;
    struct pk_buf raw = {0};

    pk_buf_reset(name);
    pk_buf_reset(place);
    if (box->flags & PK_BOX_SMALL) {
        pk_buf_printf(name, "+%u small", box->n_merged);
        return;
    }
    if (box->frame == PK_NONE) {
        pk_buf_text(name, "all");
        return;
    }
    frame = pk_profile_frame(svg->scene->profile, box->frame);
    pk_label_name(&raw, frame);
    pk_escape_terminal(name, pk_buf_view(&raw));
    pk_buf_reset(&raw);
    pk_label_place(&raw, frame);
    pk_escape_terminal(place, pk_buf_view(&raw));
    pk_buf_fini(&raw);
}

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

/* The second line of a tooltip. A range comes first where there is one: what is proven before what
 * is drawn. */
void pk_svg_facts(const struct pk_svg *svg, const struct pk_box *box, struct pk_buf *out)
{
    const struct pk_scene *scene = svg->scene;

    pk_buf_reset(out);
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

/* True when a compiler put the dots into the name. */
static bool is_clone(struct pk_str name)
{
    static const char *const marks[] = {".part", ".isra", ".constprop",
                                        ".cold", ".llvm", ".lto_priv"};

    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (memmem(name.data, name.size, marks[i], strlen(marks[i])))
            return true;
    return false;
}

/* True for what may begin a part of a name: a number after a dot is no name. */
static bool is_head(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || strchr("_~$<{", c);
}

/* `cells` is 1 at least. Looks for the first part of the name from which on all fits; brackets hide
 * separators, so "foo<a::b>" is one part. Of a part that is still too long the front stays. */
void pk_svg_shorten(struct pk_buf *out, struct pk_str name, size_t cells)
{
    size_t rest = pk_utf8_width(name), last = 0, last_width = rest, at = 0, length = 0;
    bool has_dots = !is_clone(name);
    int depth = 0;

    for (; at < name.size; at += length) {
        char c = name.data[at];

        if (at > last && depth == 0 && is_head(c)) {
            char before = name.data[at - 1];

            if (before == '/' || before == '\\' || (before == '.' && has_dots) ||
                (before == ':' && at > 1 && name.data[at - 2] == ':')) {
                last = at;
                last_width = rest;
                if (rest < cells)
                    break;
            }
        }
        depth += (strchr("<([{", c) && c) - (strchr(">)]}", c) && c);
        rest -= (size_t)pk_utf8_cells(pk_utf8_decode(name, at, &length));
    }
    name = pk_str_slice(name, last, name.size);
    if (last > 0 && last_width < cells) {
        pk_buf_text(out, ELLIPSIS);
        pk_buf_str(out, name);
    } else {
        pk_buf_add(out, name.data, pk_utf8_prefix(name, cells - 1));
        pk_buf_text(out, ELLIPSIS);
    }
}
