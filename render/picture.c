/*
 * The measures of a picture. They are px of a picture at its natural size: SVG and PDF scale
 * without loss, PNG multiplies by --scale.
 */
#include "render/picture.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/utf8.h"

enum { DEFAULT_WIDTH = 1200, LEAST_WIDTH = 100, DEFAULT_ROW = 16, LABEL_MARGIN = 6 };

const struct pk_picture_line pk_picture_title = {10.2, 20};
const struct pk_picture_line pk_picture_plain = {6.8, 16};

unsigned pk_picture_width(unsigned asked)
{
    if (asked == 0)
        return DEFAULT_WIDTH;
    return asked < LEAST_WIDTH ? LEAST_WIDTH : asked;
}

unsigned pk_picture_row(unsigned asked)
{
    return asked ? asked : DEFAULT_ROW;
}

unsigned pk_picture_font(unsigned row)
{
    return row * 7 / 10;
}

/* Centres capital letters. */
unsigned pk_picture_base(unsigned row, unsigned font)
{
    return (row - 1 + font * 7 / 10 + 1) / 2;
}

/* An average letter of the monospaced fonts of the SVG is 0.60 em wide; none of them is above 0.61.
 */
size_t pk_picture_cells(double px, unsigned font)
{
    double room = px - (double)LABEL_MARGIN;

    return room > 0 ? (size_t)(room / (0.61 * font)) : 0;
}

struct pk_str pk_picture_heading(const struct pk_scene *scene)
{
    return scene->title.size > 0 ? scene->title : PK_STR("Flame graph");
}

size_t pk_picture_line_size(const struct pk_picture_line *line, unsigned width, struct pk_str text)
{
    size_t cells = (size_t)((width - 2 * PK_PICTURE_MARGIN) / line->letter);
    size_t most = pk_utf8_prefix(text, cells > 0 ? cells : 1), size = most;

    if (most == text.size)
        return most;
    while (size > 0 && text.data[size] != ' ')
        size--;
    return size > 0 ? size : most > 0 ? most : text.size;
}

/* The space where a line was broken is on neither. */
struct pk_str pk_picture_next_line(struct pk_str text, size_t size)
{
    return pk_str_slice(text, size + (size < text.size && text.data[size] == ' '), text.size);
}

unsigned pk_picture_fill(const struct pk_scene *scene, enum pk_palette palette,
                         const struct pk_box *box)
{
    const struct pk_box_change *change = pk_scene_change(scene, box);

    if (box->flags & PK_BOX_SMALL)
        return PK_THEME_SPECIAL;
    if (change)
        return pk_theme_change(change->is_noise ? PK_THEME_NOISE : change->level);
    if (box->frame == PK_NONE)
        return PK_THEME_ROOT;
    return pk_theme_index(palette, pk_scene_frame(scene, box));
}

/* Preorder goes from left to right within a row. */
struct pk_picture_rows pk_picture_rows(const struct pk_scene *scene, struct pk_arena *arena)
{
    struct pk_picture_rows rows = {.n = scene->n_boxes ? scene->max_depth + 1 : 0};
    uint32_t *at;

    rows.order = PK_NEW_ARRAY(arena, uint32_t, scene->n_boxes);
    rows.start = PK_NEW_ARRAY(arena, uint32_t, (size_t)rows.n + 2);
    at = rows.start + 1;
    for (uint32_t i = 0; i < scene->n_boxes; i++)
        at[scene->boxes[i].depth + 1]++;
    for (uint32_t d = 0; d < rows.n; d++)
        at[d + 1] += at[d];
    for (uint32_t i = 0; i < scene->n_boxes; i++)
        rows.order[at[scene->boxes[i].depth]++] = i;
    return rows;
}

/* Merged from the leaves, a box has no part of its own that would show. */
struct pk_picture_omitted pk_picture_omitted(const struct pk_scene *scene)
{
    struct pk_picture_omitted omitted = {0};

    for (uint32_t i = 0; i < scene->n_boxes; i++) {
        const struct pk_box *box = &scene->boxes[i];

        if (box->flags & PK_BOX_SMALL) {
            omitted.small += box->size;
            omitted.n_small += box->n_merged;
        }
        if (box->flags & PK_BOX_DEEPER && box->depth == scene->max_depth)
            omitted.deeper += box->size - (scene->is_reversed ? 0 : box->self);
    }
    return omitted;
}

/* As many decimals as were typed; the option has no more than six. */
void pk_picture_least(const struct pk_scene *scene, struct pk_buf *out)
{
    char digits[8];
    size_t n = 6;

    snprintf(digits, sizeof digits, "%06u", scene->min_percent % 1000000);
    while (n > 0 && digits[n - 1] == '0')
        n--;
    digits[n] = '\0';
    pk_buf_printf(out, "less than %u%s%s %%", scene->min_percent / 1000000, n ? "." : "", digits);
}
