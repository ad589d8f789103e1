/*
 * Whose code each box is: what the script needs to hide library frames and to group by module. The
 * modules stand once, as text of <metadata>, which nobody draws: a line each, "-json" for own code,
 * "+json" for a library. A row has the numbers of those lines, with a comma between boxes; nothing
 * where it is that of the box below, which most are, and nothing behind the last that differs.
 * Number 0 is nobody's: the root, small boxes, places that are no function.
 */
#include "render/out_svg_private.h"

#include <stddef.h>
#include <stdint.h>

#include "base/intern.h"
#include "render/label.h"
#include "render/view_tree.h"

/* "+json", or nothing for what is no function. */
static void add_origin(struct pk_buf *out, const struct pk_scene *scene, const struct pk_box *box)
{
    const struct pk_frame *frame;

    if (box->frame == PK_NONE)
        return;
    frame = pk_scene_frame(scene, box);
    if (frame->kind == PK_KIND_SPECIAL || frame->kind == PK_KIND_PROCESS ||
        frame->kind == PK_KIND_THREAD || frame->kind == PK_KIND_SEPARATOR)
        return;
    pk_buf_char(out, pk_view_tree_is_library(frame) ? '+' : '-');
    pk_label_module(out, frame);
}

/* A comparison has none: what merged boxes differ by is no sum that the picture holds. Nor has a
 * chart: merged, its boxes would no longer stand where their time was. */
void pk_svg_origins(struct pk_svg *svg)
{
    const struct pk_scene *scene = svg->scene;
    struct pk_buf text = {0};
    struct pk_intern known;

    if (scene->change || scene->is_chart)
        return;
    svg->is_used[PK_THEME_SPECIAL] = true; /* a view may have small boxes where this has none */
    pk_intern_init(&known);
    svg->origin = PK_NEW_ARRAY(&svg->arena, uint32_t, scene->n_boxes);
    for (uint32_t i = 0; i < scene->n_boxes; i++) {
        pk_buf_reset(&text);
        add_origin(&text, scene, &scene->boxes[i]);
        if (text.size == 0)
            continue;
        svg->origin[i] = pk_intern_id(&known, pk_buf_view(&text)) - 1; /* 2 is the first of ours */
        if (svg->origin[i] > svg->n_origins) {
            svg->n_origins = svg->origin[i];
            svg->has_library = svg->has_library || text.data[0] == '+';
            svg->has_own = svg->has_own || text.data[0] == '-';
            svg->n_modules += text.size > 1;
        }
    }
    svg->origin_name = PK_NEW_ARRAY(&svg->arena, struct pk_str, svg->n_origins + 1);
    for (uint32_t i = 1; i <= svg->n_origins; i++)
        svg->origin_name[i] = pk_arena_str(&svg->arena, pk_intern_text(&known, i + 1));
    pk_intern_fini(&known);
    pk_buf_fini(&text);
}

/* Merged from the other end, a stack that was cut off would end in a function that it does not end
 * in. */
void pk_svg_views(struct pk_svg *svg)
{
    const struct pk_scene *scene = svg->scene;

    if (!svg->origin)
        return;
    pk_buf_text(&svg->out, " data-views=\"");
    if (scene->is_reversed)
        pk_buf_char(&svg->out, 'r');
    if (svg->has_library && svg->has_own)
        pk_buf_char(&svg->out, 'h');
    if (svg->n_modules > 1)
        pk_buf_char(&svg->out, 'g');
    if (scene->n_omitted == 0)
        pk_buf_char(&svg->out, 'b');
    pk_buf_char(&svg->out, '"');
}

void pk_svg_metadata(struct pk_svg *svg)
{
    if (svg->n_origins == 0)
        return;
    pk_buf_text(&svg->out, "<metadata>\n");
    for (uint32_t i = 1; i <= svg->n_origins; i++) {
        pk_svg_text(svg, svg->origin_name[i]);
        pk_buf_char(&svg->out, '\n');
    }
    pk_buf_text(&svg->out, "</metadata>\n");
}

void pk_svg_row_origins(struct pk_svg *svg, const uint32_t *order, size_t n)
{
    const struct pk_box *boxes = svg->scene->boxes;
    size_t begin = svg->out.size, end = begin; /* behind the last number */

    if (!svg->origin)
        return;
    pk_buf_text(&svg->out, " data-of=\"");
    for (size_t i = 0; i < n; i++) {
        const struct pk_box *box = &boxes[order[i]];
        uint32_t below = box->parent == PK_NONE ? 0 : svg->origin[box->parent];

        if (i > 0)
            pk_buf_char(&svg->out, ',');
        if (svg->origin[order[i]] == below)
            continue;
        pk_buf_int(&svg->out, svg->origin[order[i]]);
        end = svg->out.size;
    }
    svg->out.size = end;
    if (end > begin)
        pk_buf_char(&svg->out, '"');
}
