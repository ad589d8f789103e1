/*
 * The layout of a flame graph: every node of the tree becomes a box over its parent, children from
 * the left in the canonical order of frames, the parent's self time as the free space to their
 * right.
 *
 * Sizes are not taken from the tree's inclusive column but summed up from self, where negative
 * values count 0: so a box is never narrower than its children. Without any they are the same.
 * Children below the threshold become one grey box at the end, so that the widths still add up. One
 * pass over the nodes in preorder, no recursion: a chain of a million frames costs no more than a
 * bush of them.
 *
 * With is_exact_only a box is as wide as the proven low of its node. The lows of self and children
 * never exceed the low of the parent (attribute.c); what they lack is one (place not proven) box.
 */
#include "render/view_flame_private.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "analyze/threshold.h"

struct open_box { /* the boxes on the path to the current node */
    uint32_t box;
    pk_node_id end;      /* first node behind its subtree */
    int64_t cursor;      /* where the next child starts */
    int64_t small, rest; /* sum of small children; what is not proven */
    uint32_t n_small;
};

struct layout {
    struct pk_flame_work *work;
    const int64_t *size, *rest; /* [node]; rest is NULL unless is_exact_only */
    PK_ARRAY(struct open_box) open;
};

uint32_t pk_flame_add(struct pk_flame_work *work, uint32_t parent, pk_frame_id frame, int64_t start,
                      int64_t size)
{
    struct pk_box box = {
        .parent = parent, .frame = frame, .start = start, .size = size, .range = {size, size}};

    if (parent != PK_NONE)
        box.depth = work->boxes.data[parent].depth + 1;
    if (box.depth > work->scene->max_depth)
        work->scene->max_depth = box.depth;
    if (frame != PK_NONE && pk_profile_special(frame))
        box.flags = PK_BOX_SPECIAL;
    pk_array_push(&work->boxes, box);
    return (uint32_t)work->boxes.size - 1;
}

void pk_flame_add_small(struct pk_flame_work *work, uint32_t parent, int64_t start, int64_t size,
                        uint32_t count)
{
    if (size == 0)
        return;

    uint32_t box = pk_flame_add(work, parent, PK_NONE, start, size);

    work->boxes.data[box].flags = PK_BOX_SMALL;
    work->boxes.data[box].n_merged = count;
    work->boxes.data[box].self = size;
}

void pk_flame_set_range(struct pk_box *box, struct pk_range range)
{
    box->range = range;
    if (!(box->flags & PK_BOX_SPECIAL) && pk_attribute_is_uncertain(box->size, range))
        box->flags |= PK_BOX_UNCERTAIN;
}

/* Whether the tree's own columns are what is drawn: nothing is missing, estimated or below zero.
 * They are then not copied, for they may be most of what a profile takes. */
static bool is_drawn_as_is(const struct pk_tree *tree, uint32_t metric)
{
    bool is_plain = tree->origin == PK_RECORDED && tree->self && tree->self[metric] && tree->incl &&
                    tree->incl[metric];

    for (uint32_t i = 0; is_plain && i < tree->n; i++)
        is_plain = tree->self[metric][i] >= 0; /* PK_MISSING is below zero, too */
    return is_plain;
}

/* What is drawn as the self of each node. */
static const int64_t *drawn_self(struct pk_arena *arena, const struct pk_tree *tree,
                                 uint32_t metric, bool is_exact)
{
    int64_t *self;

    if (is_drawn_as_is(tree, metric))
        return tree->self[metric];
    self = PK_NEW_ARRAY(arena, int64_t, tree->n);
    for (uint32_t i = 0; i < tree->n; i++) {
        int64_t value = tree->self && tree->self[metric] ? tree->self[metric][i] : 0;

        if (is_exact && tree->self_range)
            value = tree->self_range[i].lo;
        self[i] = value > 0 ? value : 0;
    }
    return self;
}

/* The size of each node: self and children, or its proven low. A child stands behind its parent. */
static const int64_t *drawn_size(struct pk_arena *arena, const struct pk_tree *tree,
                                 uint32_t metric, const int64_t *self, bool is_exact)
{
    int64_t *size;

    if (tree->self && self == tree->self[metric])
        return tree->incl[metric];
    size = PK_NEW_ARRAY(arena, int64_t, tree->n);
    for (uint32_t i = tree->n; i-- > 0;) {
        size[i] += self[i];
        if (is_exact && tree->incl_range && tree->incl_range[i].lo > size[i])
            size[i] = tree->incl_range[i].lo;
        if (tree->parent[i] != PK_NONE)
            size[tree->parent[i]] += size[i];
    }
    return size;
}

/* What the self and the children of each node leave unproven. */
static int64_t *unproven(struct pk_arena *arena, const struct pk_tree *tree, const int64_t *self,
                         const int64_t *size)
{
    int64_t *rest = PK_NEW_ARRAY(arena, int64_t, tree->n);

    for (uint32_t i = tree->n; i-- > 0;) {
        rest[i] += size[i] - self[i];
        if (tree->parent[i] != PK_NONE)
            rest[tree->parent[i]] -= size[i];
    }
    return rest;
}

/* From here on children go into `box`, until node `end`. */
static void open_box(struct layout *layout, uint32_t box, pk_node_id end, int64_t rest)
{
    struct open_box open = {.box = box, .end = end, .rest = rest};

    open.cursor = layout->work->boxes.data[box].start;
    pk_array_push(&layout->open, open);
}

/* Something above `below` is not drawn because of the depth limit. */
static void omit(struct pk_flame_work *work, uint32_t below)
{
    work->boxes.data[below].flags |= PK_BOX_DEEPER;
    work->scene->n_omitted++;
}

/* Add what stands at the right end of a finished box. */
static void close_box(struct layout *layout)
{
    struct open_box *open = &layout->open.data[--layout->open.size];
    struct pk_flame_work *work = layout->work;
    uint32_t box;

    if (open->rest > 0 && work->boxes.data[open->box].depth >= work->max_depth) {
        omit(work, open->box);
    } else if (open->rest > 0) {
        box = pk_flame_add(work, open->box, (pk_frame_id)PK_FRAME_NOT_PROVEN, open->cursor,
                           open->rest);
        work->boxes.data[box].self = open->rest;
        open->cursor += open->rest;
    }
    pk_flame_add_small(work, open->box, open->cursor, open->small, open->n_small);
}

/* Draw a node at the cursor of its parent, and make it the parent of what follows. */
static void add_node(struct layout *layout, pk_node_id node)
{
    struct pk_flame_work *work = layout->work;
    const struct pk_tree *tree = work->tree;
    struct open_box *parent = &layout->open.data[layout->open.size - 1];
    uint32_t box =
        pk_flame_add(work, parent->box, tree->frame[node], parent->cursor, layout->size[node]);

    parent->cursor += layout->size[node];
    work->boxes.data[box].self = work->self[node];
    if (!work->options->is_exact_only && tree->incl_range)
        pk_flame_set_range(&work->boxes.data[box], tree->incl_range[node]);
    open_box(layout, box, tree->end[node], layout->rest ? layout->rest[node] : 0);
}

/* Draw one node if it is wide and low enough; returns the node to look at next. */
static pk_node_id visit(struct layout *layout, pk_node_id node)
{
    struct pk_flame_work *work = layout->work;
    struct open_box *parent = &layout->open.data[layout->open.size - 1];
    int64_t size = layout->size[node];

    if (size == 0)
        return work->tree->end[node];
    if (work->boxes.data[parent->box].depth >= work->max_depth) {
        omit(work, parent->box);
        return node + 1;
    }
    if (size < work->threshold) {
        parent->small += size;
        parent->n_small++;
        return work->tree->end[node];
    }
    add_node(layout, node);
    return node + 1;
}

/* All nodes in preorder; the stack of open boxes takes the place of recursion. */
static void lay_out(struct layout *layout, int64_t unplaced)
{
    const struct pk_tree *tree = layout->work->tree;

    open_box(layout, 0, tree->n, unplaced);
    for (pk_node_id node = 0; node < tree->n;) {
        while (layout->open.data[layout->open.size - 1].end <= node)
            close_box(layout);
        node = visit(layout, node);
    }
    while (layout->open.size > 0)
        close_box(layout);
    pk_array_fini(&layout->open);
}

/* Rounded up, so that a box of just the share is drawn. */
int64_t pk_flame_threshold(const struct pk_flame_options *options, int64_t total,
                           struct pk_scene *scene)
{
    double width = options->width ? options->width : 1200;
    double units = ceil((double)total / width * options->min_width);
    __int128 share = ((__int128)total * options->min_percent + (PK_THRESHOLD_ALL - 1));
    int64_t by_width = units >= 1 && units < 9e18 ? (int64_t)units : 1;
    int64_t by_share = (int64_t)(share / PK_THRESHOLD_ALL);

    if (by_share <= by_width)
        return by_width;
    scene->min_percent = options->min_percent;
    return by_share;
}

/* What stands directly on box 0. */
static int64_t sum_of_roots(const struct pk_tree *tree, const int64_t *size)
{
    int64_t sum = 0;

    for (pk_node_id i = 0; i < tree->n; i = tree->end[i])
        sum += size[i];
    return sum;
}

/* What the scene says about itself. */
static void describe(struct pk_scene *scene, const struct pk_tree *tree,
                     const struct pk_attributed *attributed, const struct pk_flame_options *options)
{
    scene->is_inverted = options->is_inverted;
    scene->is_reversed = options->is_reversed;
    scene->is_exact_only = options->is_exact_only;
    scene->is_estimated = tree->origin == PK_ESTIMATED;
    scene->proven = attributed ? attributed->proven : 0;
}

/* Box 0 and all above it. Of the total, `placed` belongs to a node. */
static void draw(struct pk_flame_work *work, struct pk_arena *arena, const int64_t *size,
                 int64_t placed)
{
    bool is_exact = work->options->is_exact_only;
    struct layout layout = {.work = work, .size = size};

    (void)pk_flame_add(work, PK_NONE, PK_NONE, 0, work->total);
    work->boxes.data[0].self = is_exact ? 0 : work->total - placed;
    if (work->options->is_reversed) {
        pk_flame_reverse(work);
        return;
    }
    if (is_exact)
        layout.rest = unproven(arena, work->tree, work->self, size);
    lay_out(&layout, is_exact ? work->total - placed : 0);
}

struct pk_scene *pk_view_flame(struct pk_arena *arena, const struct pk_profile *profile,
                               uint32_t metric, const struct pk_tree *tree,
                               const struct pk_attributed *attributed,
                               const struct pk_flame_options *options)
{
    struct pk_scene *scene = pk_scene_new(arena);
    struct pk_flame_work work = {.tree = tree, .options = options, .scene = scene};
    struct pk_arena scratch;
    uint32_t column = attributed ? 0 : metric; /* of the tree */
    const int64_t *self, *size;
    int64_t placed;

    pk_arena_init(&scratch);
    describe(scene, tree, attributed, options);
    scene->profile = profile;
    scene->metric = *pk_profile_metric(profile, metric);
    self = drawn_self(&scratch, tree, column, options->is_exact_only);
    size = drawn_size(&scratch, tree, column, self, options->is_exact_only);
    placed = sum_of_roots(tree, size);
    work.total = attributed ? attributed->total : pk_profile_total(profile, metric);
    if (work.total < placed)
        work.total = placed; /* negative values count 0 */
    work.self = self;
    work.threshold = pk_flame_threshold(options, work.total, scene);
    work.max_depth = options->max_depth ? options->max_depth : UINT32_MAX;
    if (work.total > 0)
        draw(&work, &scratch, size, placed);
    scene->span = work.total;
    scene->n_boxes = (uint32_t)work.boxes.size;
    scene->boxes = PK_NEW_ARRAY(arena, struct pk_box, work.boxes.size);
    if (work.boxes.size > 0)
        memcpy(scene->boxes, work.boxes.data, work.boxes.size * sizeof *scene->boxes);
    pk_array_fini(&work.boxes);
    pk_arena_fini(&scratch);
    return scene;
}
