/*
 * What a picture of a comparison says in words: beside names, in tooltips, in the legend. Colour
 * repeats it, and nothing is said by colour alone: the sign stands in the box, new and gone are
 * words and marks of their own.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/array.h"
#include "base/escape.h"
#include "render/label.h"
#include "render/picture.h"
#include "render/view_diff.h"

struct pk_str pk_picture_change_word(const struct pk_box *box)
{
    return box->flags & PK_BOX_NEW    ? PK_STR("new")
           : box->flags & PK_BOX_GONE ? PK_STR("gone")
                                      : PK_STR("");
}

/* What a colour goes by is what stands in the box. */
void pk_picture_change_brief(struct pk_buf *out, const struct pk_scene *scene,
                             const struct pk_box *box)
{
    const struct pk_box_change *change = pk_scene_change(scene, box);

    struct pk_str word = pk_picture_change_word(box);

    pk_buf_str(out, word);
    pk_buf_text(out, word.size ? " " : "");
    if (box->flags & PK_BOX_UNCERTAIN)
        pk_buf_text(out, "≈ ");
    pk_view_diff_delta(out, &scene->metric,
                       pk_diff_between(scene->change->is_self ? change->self : change->total));
}

static void add_value(struct pk_buf *out, const struct pk_scene *scene, int64_t value)
{
    pk_units_value(out, scene->metric.unit, scene->metric.scale, value);
}

/* "0.50 s → 0.80 s, +0.30 s (x1.60)": no ratio of what was not there. */
static void add_sides(struct pk_buf *out, const struct pk_scene *scene, const int64_t value[2])
{
    add_value(out, scene, value[PK_BEFORE]);
    pk_buf_text(out, " → ");
    add_value(out, scene, value[PK_AFTER]);
    pk_buf_text(out, ", ");
    pk_view_diff_delta(out, &scene->metric, pk_diff_between(value));
    if (value[PK_BEFORE] <= 0 || value[PK_AFTER] < 0)
        return;
    pk_buf_text(out, " (");
    pk_units_ratio(out, value[PK_AFTER], value[PK_BEFORE]);
    pk_buf_char(out, ')');
}

/* ", estimated: from -0.10 s to +0.40 s" */
static void add_bounds(struct pk_buf *out, const struct pk_scene *scene,
                       const struct pk_box_change *change)
{
    pk_buf_text(out, ", estimated: from ");
    pk_view_diff_delta(out, &scene->metric, change->delta.lo);
    pk_buf_text(out, " to ");
    pk_view_diff_delta(out, &scene->metric, change->delta.hi);
}

static void add_place(struct pk_buf *out, const struct pk_scene *scene, const struct pk_box *box)
{
    struct pk_buf raw = {0};

    if (box->frame != PK_NONE)
        pk_label_place(&raw, pk_scene_frame(scene, box));
    if (raw.size > 0) {
        pk_escape_terminal(out, pk_buf_view(&raw));
        pk_buf_text(out, ", ");
    }
    pk_buf_fini(&raw);
}

/* All that the box alone does not show: what its function did on all paths, and what that is worth.
 */
static void add_function(struct pk_buf *out, const struct pk_scene *scene,
                         const struct pk_box_change *change)
{
    if (change->function_delta != PK_MISSING &&
        change->function_delta != pk_diff_between(change->total)) {
        pk_buf_text(out, ", everywhere ");
        pk_view_diff_delta(out, &scene->metric, change->function_delta);
    }
    if (change->verdict) {
        pk_buf_text(out, ", ");
        pk_buf_text(out, change->verdict);
    }
}

void pk_picture_change_facts(struct pk_buf *out, const struct pk_scene *scene,
                             const struct pk_box *box)
{
    const struct pk_box_change *change = pk_scene_change(scene, box);

    add_place(out, scene, box);
    add_sides(out, scene, change->total);
    if (box->flags & PK_BOX_UNCERTAIN)
        add_bounds(out, scene, change);
    if (pk_diff_between(change->self) != pk_diff_between(change->total)) {
        pk_buf_text(out, ", self ");
        pk_view_diff_delta(out, &scene->metric, pk_diff_between(change->self));
    }
    pk_buf_text(out, pk_picture_change_word(box).size ? ", " : "");
    pk_buf_str(out, pk_picture_change_word(box));
    if (box->flags & PK_BOX_DEEPER)
        pk_buf_text(out, ", goes deeper");
    add_function(out, scene, change);
}

/* --- the legend --- */

struct key_list { /* a PK_ARRAY with a name */
    struct pk_picture_key *data;
    size_t size, room;
};

struct keys {
    const struct pk_scene *scene;
    struct pk_arena *arena;
    struct key_list list;
};

static void add_key(struct keys *keys, unsigned fill, unsigned flags, struct pk_str text)
{
    pk_array_push(&keys->list,
                  ((struct pk_picture_key){fill, flags, pk_arena_str(keys->arena, text)}));
}

/* Time is slower, anything else is more. */
static const char *heading(const struct pk_scene *scene, bool is_less)
{
    bool is_time = scene->metric.unit == PK_UNIT_NS;

    if (is_less)
        return is_time ? "faster by" : "less by";
    return is_time ? "slower by" : "more by";
}

/* "Total slower by 4 ms, 40 ms, 120 ms, 0.40 s or more", each value with its swatch. */
static void add_steps(struct keys *keys, bool is_less)
{
    const struct pk_scene *scene = keys->scene;
    struct pk_buf text = {0};

    pk_buf_printf(&text, "%s %s", scene->change->is_self ? "Self" : "Total",
                  heading(scene, is_less));
    add_key(keys, PK_THEME_FILLS, 0, pk_buf_view(&text));
    for (int level = 1; level <= PK_CHANGE_STEPS; level++) {
        pk_buf_reset(&text);
        add_value(&text, scene, scene->change->step[level - 1]);
        if (level == PK_CHANGE_STEPS)
            pk_buf_text(&text, " or more");
        add_key(keys, pk_theme_change(is_less ? -level : level), 0, pk_buf_view(&text));
    }
    pk_buf_fini(&text);
}

/* What of the marks a picture has. */
static void add_marks(struct keys *keys)
{
    const struct pk_scene *scene = keys->scene;
    unsigned flags = 0;
    bool has_noise = false;

    for (uint32_t i = 0; i < scene->n_boxes; i++) {
        flags |= scene->boxes[i].flags;
        has_noise |= scene->change->box[i].is_noise;
    }
    add_key(keys, pk_theme_change(0), 0, PK_STR("less than that either way"));
    if (has_noise)
        add_key(keys, pk_theme_change(PK_THEME_NOISE), 0,
                PK_STR("grey: cannot be told from noise"));
    if (flags & PK_BOX_NEW)
        add_key(keys, pk_theme_change(0), PK_BOX_NEW, PK_STR("outlined: new"));
    if (flags & PK_BOX_GONE)
        add_key(keys, pk_theme_change(-2), PK_BOX_GONE, PK_STR("striped: gone"));
}

struct pk_picture_key *pk_picture_change_keys(const struct pk_scene *scene, struct pk_arena *arena,
                                              size_t *count)
{
    struct keys keys = {.scene = scene, .arena = arena};
    struct pk_picture_key *kept;

    add_steps(&keys, false);
    add_steps(&keys, true);
    add_marks(&keys);
    *count = keys.list.size;
    kept = PK_NEW_ARRAY(arena, struct pk_picture_key, keys.list.size);
    for (size_t i = 0; i < keys.list.size; i++)
        kept[i] = keys.list.data[i];
    pk_array_fini(&keys.list);
    return kept;
}
