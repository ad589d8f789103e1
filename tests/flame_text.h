/*
 * For tests of flame graphs: a profile from collapsed text and a scene as text, one box a line.
 * Header only, each test program has its own copy. Layer: tests.
 */
#ifndef PK_TESTS_FLAME_TEXT_H
#define PK_TESTS_FLAME_TEXT_H

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/builder.h"
#include "render/view_flame.h"

/* The profile of "main;parse 3\nmain;draw 5\n" in the metric "samples"; no dialect, names are taken
 * as they are. */
static inline struct pk_profile *flame_profile(const char *folded)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_builder *builder = pk_builder_new(&limits);
    struct pk_metric metric = {.name = PK_STR("samples"), .unit = PK_UNIT_COUNT};
    struct pk_profile *profile;
    struct pk_error error = {0};

    (void)pk_builder_metric(builder, &metric);
    while (*folded) {
        const char *end = strchr(folded, '\n');
        const char *count = end;
        pk_frame_id frames[64];
        size_t n = 0;
        int64_t value;

        while (count > folded && count[-1] != ' ')
            count--;
        value = strtoll(count, NULL, 10);
        for (const char *name = folded; name < count - 1;) {
            const char *stop = memchr(name, ';', (size_t)(count - 1 - name));
            struct pk_frame frame = {.name = {name, (size_t)((stop ? stop : count - 1) - name)}};

            frames[n++] = pk_builder_frame(builder, &frame);
            name = stop ? stop + 1 : count;
        }
        pk_builder_stack(builder, frames, NULL, n, &value);
        folded = end + 1;
    }
    profile = pk_builder_freeze(builder, NULL, NULL, &error);
    assert_non_null(profile);
    pk_builder_free(builder);
    return profile;
}

/* What a box is called here: the raw name, "all", or "+n". */
static inline void flame_add_name(struct pk_buf *out, const struct pk_scene *scene,
                                  const struct pk_box *box)
{
    if (box->flags & PK_BOX_SMALL)
        pk_buf_printf(out, "+%u", box->n_merged);
    else if (box->frame == PK_NONE)
        pk_buf_text(out, "all");
    else
        pk_buf_str(out, pk_profile_frame(scene->profile, box->frame)->name);
}

/* One line a box, indented by depth: "name start..end", " self n" where it is not all or nothing,
 * the flags. */
static inline char *flame_text(const struct pk_scene *scene)
{
    struct pk_buf out = {0};

    pk_buf_text(&out, "");
    for (uint32_t i = 0; i < scene->n_boxes; i++) {
        const struct pk_box *box = &scene->boxes[i];

        for (uint32_t d = 0; d < box->depth; d++)
            pk_buf_char(&out, ' ');
        flame_add_name(&out, scene, box);
        pk_buf_printf(&out, " %" PRId64 "..%" PRId64, box->start, box->start + box->size);
        if (box->self > 0 && box->self < box->size)
            pk_buf_printf(&out, " self %" PRId64, box->self);
        if (box->flags & PK_BOX_UNCERTAIN)
            pk_buf_printf(&out, " ~%" PRId64 "..%" PRId64, box->range.lo, box->range.hi);
        if (box->flags & PK_BOX_DEEPER)
            pk_buf_text(&out, " deeper");
        pk_buf_char(&out, '\n');
    }
    return out.data; /* the caller frees it with pk_free */
}

/* What every scene obeys: children lie in their parent from its left edge, touch each other, come
 * after it, and with the self they fill it, unless something above was left out. */
static inline void flame_check_laws(const struct pk_scene *scene)
{
    int64_t *end = pk_calloc(scene->n_boxes + 1, sizeof *end);
    int64_t *sum = pk_calloc(scene->n_boxes + 1, sizeof *sum);

    for (uint32_t i = 0; i < scene->n_boxes; i++) {
        const struct pk_box *box = &scene->boxes[i];

        assert_true(box->size > 0);
        assert_true(box->self >= 0 && box->self <= box->size);
        assert_true(box->depth <= scene->max_depth);
        end[i] = box->start;
        if (i == 0) {
            assert_int_equal(box->start, 0);
            assert_int_equal(box->size, scene->span);
            continue;
        }
        const struct pk_box *parent = &scene->boxes[box->parent];

        assert_true(box->parent < i);
        assert_int_equal(box->depth, parent->depth + 1);
        assert_int_equal(box->start, end[box->parent]);
        end[box->parent] += box->size;
        sum[box->parent] += box->size;
        assert_true(end[box->parent] <= parent->start + parent->size);
    }
    for (uint32_t i = 0; i < scene->n_boxes; i++)
        if (!(scene->boxes[i].flags & PK_BOX_DEEPER))
            assert_int_equal(scene->boxes[i].self + sum[i], scene->boxes[i].size);
    pk_free(end);
    pk_free(sum);
}

#endif
