/*
 * The groups of a legend: what the colours stand for, and how much self time each holds.
 */
#include "render/picture.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/escape.h"
#include "base/intern.h"
#include "base/utf8.h"

enum { MOST_CELLS = 30 };

/* Largest first; the name decides between equals, so that the order is always the same. */
static int by_sum(const void *a, const void *b)
{
    const struct pk_picture_group *x = a, *y = b;

    if (x->sum != y->sum)
        return x->sum < y->sum ? 1 : -1;
    return pk_str_compare(x->name, y->name);
}

/* Merged from the leaves, the innermost functions stand next to the root. */
int64_t pk_picture_share(const struct pk_scene *scene, const struct pk_box *box)
{
    if (scene->is_reversed)
        return box->depth == 1 ? box->size : 0;
    return box->self;
}

struct pk_picture_group *pk_picture_groups(const struct pk_scene *scene, enum pk_palette palette,
                                           struct pk_arena *arena, size_t *count)
{
    PK_ARRAY(struct pk_picture_group) groups = {0};
    struct pk_picture_group *sorted;
    struct pk_buf name = {0};
    struct pk_intern names;

    pk_intern_init(&names);
    for (uint32_t i = 0; i < scene->n_boxes; i++) {
        const struct pk_box *box = &scene->boxes[i];
        int64_t share = pk_picture_share(scene, box);
        const struct pk_frame *frame;
        uint32_t id;

        if (box->frame == PK_NONE || share <= 0)
            continue;
        frame = pk_scene_frame(scene, box);
        pk_buf_reset(&name);
        pk_theme_group(&name, palette, frame);
        if (name.size == 0)
            continue;
        /* 0 and 1 are the missing and the empty name */
        id = pk_intern_id(&names, pk_buf_view(&name)) - 2;
        if (id == groups.size)
            pk_array_push(&groups,
                          ((struct pk_picture_group){pk_arena_str(arena, pk_buf_view(&name)), 0,
                                                     pk_theme_index(palette, frame)}));
        groups.data[id].sum += share;
    }
    *count = groups.size;
    sorted = PK_NEW_ARRAY(arena, struct pk_picture_group, groups.size);
    if (groups.size > 0) {
        memcpy(sorted, groups.data, groups.size * sizeof *sorted);
        qsort(sorted, groups.size, sizeof *sorted, by_sum);
    }
    pk_array_fini(&groups);
    pk_buf_fini(&name);
    pk_intern_fini(&names);
    return sorted;
}

struct pk_str pk_picture_group_heading(enum pk_palette palette)
{
    if (palette == PK_PALETTE_MODULE)
        return PK_STR("Self by module:");
    return palette == PK_PALETTE_KIND ? PK_STR("Self by kind:") : PK_STR_NULL;
}

/* Foreign text: made visible first, so that what is cut is what is seen. */
void pk_picture_group_text(struct pk_buf *out, const struct pk_picture_group *group, int64_t span)
{
    struct pk_buf visible = {0};

    pk_escape_terminal(&visible, group->name);
    if (pk_utf8_width(pk_buf_view(&visible)) > MOST_CELLS)
        pk_picture_shorten(out, pk_buf_view(&visible), MOST_CELLS);
    else
        pk_buf_str(out, pk_buf_view(&visible));
    pk_buf_char(out, ' ');
    pk_units_percent(out, group->sum, span);
    pk_buf_text(out, " %");
    pk_buf_fini(&visible);
}
