/*
 * For tests of flame graphs: a profile from collapsed text and a scene as text, one box a line.
 * Header only, each test program has its own copy. Layer: tests.
 */
#ifndef PK_TESTS_FLAME_TEXT_H
#define PK_TESTS_FLAME_TEXT_H

#include <inttypes.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "model/builder.h"     /* IWYU pragma: export */
#include "render/view_flame.h" /* IWYU pragma: export */

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

/* Where scenes live; a test program begins and ends it in its group fixtures. */
static struct pk_arena flame_arena;

static inline int flame_begin(void **state)
{
    (void)state;
    pk_arena_init(&flame_arena);
    return 0;
}

static inline int flame_end(void **state)
{
    (void)state;
    pk_arena_fini(&flame_arena);
    return 0;
}

/* Lay out the recorded tree of a profile and check the laws. */
static inline struct pk_scene *flame_draw(const struct pk_profile *profile,
                                          const struct pk_flame_options *options)
{
    struct pk_scene *scene =
        pk_view_flame(&flame_arena, profile, 0, pk_profile_tree(profile), NULL, options);

    flame_check_laws(scene);
    return scene;
}

/* Lay out stacks and compare the boxes with the text of flame_text. */
static inline void flame_check(const char *folded, struct pk_flame_options options,
                               const char *expected)
{
    struct pk_profile *profile = flame_profile(folded);
    char *found = flame_text(flame_draw(profile, &options));

    assert_string_equal(found, expected);
    pk_free(found);
    pk_profile_free(profile);
}

/* An estimated tree of one metric: a calls b and c; half of b is not proven to be there. */
struct flame_estimated {
    struct pk_profile *profile;
    struct pk_attributed attributed;
    pk_frame_id frame[3];
    pk_node_id parent[3], end[3];
    int64_t self[3], incl[3], *selves[1], *incls[1];
    struct pk_range self_range[3], incl_range[3];
};

static inline struct flame_estimated *flame_estimate(void)
{
    struct flame_estimated *e = pk_calloc(1, sizeof *e);
    static const struct flame_estimated values = {
        .frame = {0, 1, 2},
        .parent = {PK_NONE, 0, 0},
        .end = {3, 2, 3},
        .self = {100, 500, 400},
        .incl = {1000, 500, 400},
        .self_range = {{100, 100}, {250, 700}, {150, 600}},
        .incl_range = {{1000, 1000}, {250, 700}, {200, 600}},
    };

    *e = values;
    e->profile = flame_profile("a 1\nb 1\nc 1\n");
    e->selves[0] = e->self;
    e->incls[0] = e->incl;
    e->attributed = (struct pk_attributed){
        .tree = {.origin = PK_ESTIMATED,
                 .n = 3,
                 .frame = e->frame,
                 .parent = e->parent,
                 .end = e->end,
                 .self = e->selves,
                 .incl = e->incls,
                 .incl_range = e->incl_range,
                 .self_range = e->self_range},
        .total = 1000,
        .proven = 500,
    };
    return e;
}

/* Lay out that tree and compare. */
static inline void flame_check_estimated(struct pk_flame_options options, const char *expected)
{
    struct flame_estimated *e = flame_estimate();
    struct pk_scene *scene =
        pk_view_flame(&flame_arena, e->profile, 0, &e->attributed.tree, &e->attributed, &options);
    char *text = flame_text(scene);

    flame_check_laws(scene);
    assert_string_equal(text, expected);
    assert_true(scene->is_estimated);
    assert_int_equal(scene->proven, 500);
    pk_free(text);
    pk_profile_free(e->profile);
    pk_free(e);
}

/* The next number of a small generator, below a bound. */
static inline uint32_t flame_below(uint64_t *seed, uint32_t bound)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((*seed >> 33) % bound);
}

/* Random stacks over six names, as collapsed text. */
static inline char *flame_random_stacks(uint64_t *seed)
{
    struct pk_buf out = {0};
    uint32_t lines = 1 + flame_below(seed, 40);

    for (uint32_t i = 0; i < lines; i++) {
        uint32_t depth = 1 + flame_below(seed, 8);

        for (uint32_t d = 0; d < depth; d++)
            pk_buf_printf(&out, "%s%c", d ? ";" : "", 'a' + (int)flame_below(seed, 6));
        pk_buf_printf(&out, " %d\n", (int)flame_below(seed, 200) - 10);
    }
    return out.data;
}

/* A chain of `n` nodes of frame 0, each with `self`. */
static inline struct pk_tree flame_chain(uint32_t n, int64_t self, int64_t **column)
{
    struct pk_tree tree = {.n = n};

    tree.frame = pk_calloc(n, sizeof *tree.frame);
    tree.parent = pk_calloc(n, sizeof *tree.parent);
    tree.end = pk_calloc(n, sizeof *tree.end);
    *column = pk_calloc(n, sizeof **column);
    for (uint32_t i = 0; i < n; i++) {
        tree.parent[i] = i > 0 ? i - 1 : PK_NONE;
        tree.end[i] = n;
        (*column)[i] = self;
    }
    tree.self = column;
    return tree;
}

static inline void flame_free_chain(struct pk_tree *tree)
{
    pk_free(tree->frame);
    pk_free(tree->parent);
    pk_free(tree->end);
    pk_free(tree->self[0]);
}

/* The same boxes in both. */
static inline void flame_check_same(const struct pk_scene *a, const struct pk_scene *b)
{
    assert_int_equal(a->n_boxes, b->n_boxes);
    assert_int_equal(a->n_omitted, b->n_omitted);
    for (uint32_t i = 0; i < a->n_boxes; i++) {
        const struct pk_box *x = &a->boxes[i], *y = &b->boxes[i];

        assert_true(x->parent == y->parent && x->frame == y->frame && x->start == y->start);
        assert_true(x->size == y->size && x->self == y->self && x->n_merged == y->n_merged);
        assert_int_equal(x->flags, y->flags);
    }
}

#endif
