/*
 * The layout of a flame chart. One pass over the moments keeps the path from box 0 to the last
 * stack; the next stack closes what it is not in and opens what is new. A recording has more
 * samples than a picture has pixels, and a .pk file names a stack of a thousand frames in three
 * bytes. So nothing is done by level where it can be helped: frames that begin at the same moment
 * are one run, and what two stacks have in common is found by jumps along the path.
 *
 * A run that closes narrower than the threshold becomes a part of a grey box, which stands where
 * they stood, between its wide neighbours, or the order would be lost. What was made inside of it
 * stands at the end of the list and goes. Wide runs become boxes, the inner ones first; sorting
 * puts parents first.
 *
 * All this is done twice: first only to count boxes, since they can be more than samples and nodes
 * together; then for what can be drawn.
 *
 * Trap: moments of slices that differ only in the metrics they say (files merged) are of one
 * thread: they are merged by time.
 */
#include "render/view_chart.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "model/record.h"
#include "render/view_flame_private.h"

#define MOST_BOXES (UINT64_C(1) << 18) /* an SVG of some 30 MB */
#define FINEST 8192                    /* parts of the width that are drawn if there are more */

struct run {             /* boxes one above the other that began together */
    pk_node_id to;       /* the innermost; PK_NONE: this is box 0 or that of a slice, `frame` */
    uint32_t from_depth; /* of the outermost, in the tree */
    pk_frame_id frame;
    unsigned flags;
    int64_t start, self; /* self of the innermost: the others have one child and nothing else */
    size_t mark;         /* boxes that were there before */
    uint32_t at_small;   /* the last child, when it is a grey box: what is small goes on there */
};

struct chart {
    const struct pk_tree *tree;
    const struct pk_timeline *timeline;
    const uint32_t *function; /* [recorded node] its node in the tree; NULL: the same */
    uint32_t *depth;          /* [node] 1 for roots */
    pk_node_id *jump;         /* [node] an ancestor further up, see climb; roots: themselves */
    pk_node_id *drawn;        /* [node] itself, or what of its path is not too deep */
    pk_node_id last;          /* of the last moment */
    uint32_t metric, base;    /* base: depth of the boxes that are no functions */
    uint32_t n_omitted;
    int64_t cursor; /* where the next moment starts */
    int64_t threshold;
    int64_t *levels; /* counting: [depth] how many more boxes than one level further out */
    PK_ARRAY(struct run) open;
    PK_ARRAY(struct pk_box) boxes;
};

/* --- paths --- */

/* Jumps as in a list with skips: from any node the root is a few logarithms away. */
static void index_tree(struct chart *chart)
{
    const struct pk_tree *tree = chart->tree;

    chart->depth = pk_calloc(tree->n, sizeof *chart->depth);
    chart->jump = pk_calloc(tree->n, sizeof *chart->jump);
    chart->drawn = pk_calloc(tree->n, sizeof *chart->drawn);
    for (pk_node_id i = 0; i < tree->n; i++) {
        pk_node_id parent = tree->parent[i], far, farther;

        chart->depth[i] = parent == PK_NONE ? 1 : chart->depth[parent] + 1;
        chart->jump[i] = parent == PK_NONE ? i : parent;
        if (parent == PK_NONE)
            continue;
        far = chart->jump[parent];
        farther = chart->jump[far];
        if (chart->depth[parent] - chart->depth[far] == chart->depth[far] - chart->depth[farther])
            chart->jump[i] = farther;
    }
}

/* What to draw of each path: up to `levels` of it. */
static void cut_paths(struct chart *chart, uint32_t levels)
{
    for (pk_node_id i = 0; i < chart->tree->n; i++) {
        pk_node_id parent = chart->tree->parent[i];

        if (chart->depth[i] <= levels)
            chart->drawn[i] = i;
        else
            chart->drawn[i] = parent == PK_NONE ? PK_NONE : chart->drawn[parent];
    }
}

/* The innermost node of the path to `from` (may be PK_NONE) that is on the path to `node`. */
static pk_node_id climb(const struct chart *chart, pk_node_id from, pk_node_id node)
{
    const struct pk_tree *tree = chart->tree;

    while (from != PK_NONE && (from > node || node >= tree->end[from])) {
        pk_node_id far = chart->jump[from];

        from = far != from && (far > node || node >= tree->end[far]) ? far : tree->parent[from];
    }
    return from;
}

/* --- boxes --- */

static struct run *top(struct chart *chart)
{
    return &chart->open.data[chart->open.size - 1];
}

static void open_run(struct chart *chart, pk_frame_id frame, pk_node_id to, uint32_t from_depth)
{
    pk_array_push(&chart->open, ((struct run){.to = to,
                                              .from_depth = from_depth,
                                              .frame = frame,
                                              .start = chart->cursor,
                                              .mark = chart->boxes.size,
                                              .at_small = PK_NONE}));
}

static void add_box(struct chart *chart, const struct run *run, pk_frame_id frame, uint32_t depth)
{
    int64_t size = chart->cursor - run->start;

    pk_array_push(&chart->boxes, ((struct pk_box){.parent = PK_NONE,
                                                  .depth = depth,
                                                  .frame = frame,
                                                  .start = run->start,
                                                  .size = size,
                                                  .range = {size, size}}));
}

/* The boxes of a run, the innermost first. */
static void add_boxes(struct chart *chart, const struct run *run)
{
    size_t first = chart->boxes.size;

    if (run->to == PK_NONE)
        add_box(chart, run, run->frame, (uint32_t)chart->open.size);
    for (pk_node_id node = run->to; node != PK_NONE && chart->depth[node] >= run->from_depth;
         node = chart->tree->parent[node])
        add_box(chart, run, chart->tree->frame[node], chart->depth[node] + chart->base);
    chart->boxes.data[first].self = run->self;
    chart->boxes.data[first].flags = run->flags;
}

/* Into the grey box before it, or a new one, above the innermost box of the path. */
static void add_small(struct chart *chart, const struct run *run)
{
    struct run *parent = top(chart);
    struct pk_box *box;

    chart->boxes.size = run->mark;
    if (parent->at_small == PK_NONE) {
        uint32_t depth = parent->to == PK_NONE ? (uint32_t)chart->open.size - 1
                                               : chart->depth[parent->to] + chart->base;

        parent->at_small = (uint32_t)chart->boxes.size;
        add_box(chart, run, PK_NONE, depth + 1);
        chart->boxes.data[parent->at_small].flags = PK_BOX_SMALL;
    }
    box = &chart->boxes.data[parent->at_small];
    box->size = box->self = box->range.lo = box->range.hi = chart->cursor - box->start;
    box->n_merged++;
}

/* A run that is no longer on the path ends here. */
static void end_run(struct chart *chart, const struct run *run)
{
    bool is_small = chart->open.size > 0 && chart->cursor - run->start < chart->threshold;

    if (chart->levels && !is_small && run->to != PK_NONE) {
        chart->levels[run->from_depth]++;
        chart->levels[chart->depth[run->to] + 1]--;
    }
    if (chart->levels)
        return;
    if (is_small) {
        add_small(chart, run);
        return;
    }
    add_boxes(chart, run);
    if (chart->open.size > 0)
        top(chart)->at_small = PK_NONE;
}

/* Close all that is not on the path to `node` (PK_NONE: to any function); where it leaves a run in
 * the middle, the outer part stays. */
static void close_path(struct chart *chart, pk_node_id node)
{
    uint32_t depth = node == PK_NONE ? 0 : chart->depth[node];

    while (top(chart)->to != PK_NONE && chart->depth[top(chart)->to] > depth) {
        struct run run = *top(chart);

        if (run.from_depth <= depth) {
            top(chart)->to = node;
            top(chart)->self = 0;
            top(chart)->flags = 0;
            top(chart)->at_small = PK_NONE;
            run.from_depth = depth + 1;
        } else {
            chart->open.size--;
        }
        end_run(chart, &run);
    }
}

static void add_moment(struct chart *chart, const struct pk_moment *moment)
{
    pk_node_id node = chart->function ? chart->function[moment->node] : moment->node;
    pk_node_id drawn = chart->drawn[node];

    if (top(chart)->to != drawn) {
        pk_node_id common = drawn == PK_NONE ? PK_NONE : climb(chart, top(chart)->to, drawn);

        close_path(chart, common);
        if (drawn != common)
            open_run(chart, PK_NONE, drawn, common == PK_NONE ? 1 : chart->depth[common] + 1);
    }
    if (drawn != node) {
        top(chart)->flags |= PK_BOX_DEEPER;
        chart->n_omitted += node != chart->last;
    }
    top(chart)->self += moment->value;
    /* A child that comes now does not touch what was small before it. */
    top(chart)->at_small = PK_NONE;
    chart->cursor += moment->value;
    chart->last = node;
}

/* --- slices --- */

static int order_moments(const void *left, const void *right)
{
    const struct pk_moment *a = left, *b = right;

    if (a->time != b->time)
        return a->time < b->time ? -1 : 1;
    if (a->node != b->node)
        return a->node < b->node ? -1 : 1;
    return (a->value > b->value) - (a->value < b->value);
}

/* The slices [from, to) of one thread. One slice has its moments in order already. */
static void add_slices(struct chart *chart, uint32_t from, uint32_t to)
{
    const struct pk_timeline *timeline = chart->timeline;
    const struct pk_moment *moments = timeline->moments + timeline->start[from];
    uint64_t n = timeline->start[to] - timeline->start[from];
    struct pk_moment *merged = NULL;

    if (to - from > 1) {
        merged = pk_calloc(n, sizeof *merged);
        memcpy(merged, moments, n * sizeof *merged);
        qsort(merged, n, sizeof *merged, order_moments);
        moments = merged;
    }
    for (uint64_t i = 0; i < n; i++)
        if (moments[i].metric == chart->metric)
            add_moment(chart, &moments[i]);
    pk_free(merged);
}

static bool has_any(const struct chart *chart, uint32_t from, uint32_t to)
{
    for (uint64_t i = chart->timeline->start[from]; i < chart->timeline->start[to]; i++)
        if (chart->timeline->moments[i].metric == chart->metric)
            return true;
    return false;
}

/* Box 0, and above it the threads, each with what it did. */
static void lay_out(struct chart *chart, const struct pk_profile *profile)
{
    struct run whole;

    chart->cursor = 0;
    chart->n_omitted = 0;
    open_run(chart, PK_NONE, PK_NONE, 0);
    for (uint32_t s = 0, next; s < pk_record_slices(profile); s = next) {
        struct run slice;

        next = pk_timeline_next_thread(profile, s);
        if (!has_any(chart, s, next))
            continue;
        if (chart->base)
            open_run(chart, (pk_frame_id)(PK_FRAME_SLICE + s), PK_NONE, 0);
        add_slices(chart, s, next);
        close_path(chart, PK_NONE);
        if (!chart->base)
            continue;
        slice = chart->open.data[--chart->open.size];
        end_run(chart, &slice);
    }
    whole = chart->open.data[--chart->open.size];
    end_run(chart, &whole);
}

/* How many levels of functions make at most MOST_BOXES boxes; `levels` when all of them do. */
static uint32_t count_levels(struct chart *chart, const struct pk_profile *profile, uint32_t levels)
{
    uint64_t boxes = 0, level = 0;
    uint32_t d = 1;

    chart->levels = pk_calloc((size_t)chart->tree->n + 2, sizeof *chart->levels);
    lay_out(chart, profile);
    for (; d <= chart->tree->n && d <= levels; d++) {
        level += (uint64_t)chart->levels[d];
        boxes += level;
        if (boxes > MOST_BOXES)
            break;
    }
    pk_free(chart->levels);
    chart->levels = NULL;
    return boxes > MOST_BOXES ? d - 1 : levels;
}

/* Where boxes are too many, the narrowest go first, then the deepest. */
static void limit_boxes(struct chart *chart, const struct pk_profile *profile, uint32_t levels,
                        int64_t weight)
{
    uint32_t fitting;

    cut_paths(chart, levels);
    fitting = count_levels(chart, profile, levels);
    if (fitting < levels && chart->threshold < weight / FINEST) {
        chart->threshold = weight / FINEST;
        fitting = count_levels(chart, profile, levels);
    }
    if (fitting < levels)
        cut_paths(chart, fitting);
}

static int order_boxes(const void *left, const void *right)
{
    const struct pk_box *a = left, *b = right;

    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    return (a->depth > b->depth) - (a->depth < b->depth);
}

/* In preorder the last box one level further out is the parent. */
static void finish(struct pk_arena *arena, struct chart *chart, struct pk_scene *scene)
{
    uint32_t n = (uint32_t)chart->boxes.size;
    uint32_t *last;

    qsort(chart->boxes.data, n, sizeof *chart->boxes.data, order_boxes);
    for (uint32_t i = 0; i < n; i++)
        if (chart->boxes.data[i].depth > scene->max_depth)
            scene->max_depth = chart->boxes.data[i].depth;
    last = pk_calloc((size_t)scene->max_depth + 1, sizeof *last);
    for (uint32_t i = 0; i < n; i++) {
        struct pk_box *box = &chart->boxes.data[i];

        if (box->depth)
            box->parent = last[box->depth - 1];
        last[box->depth] = i;
    }
    pk_free(last);
    scene->n_boxes = n;
    scene->boxes = PK_NEW_ARRAY(arena, struct pk_box, n);
    memcpy(scene->boxes, chart->boxes.data, n * sizeof *scene->boxes);
    scene->n_omitted = chart->n_omitted;
}

static void chart_fini(struct chart *chart)
{
    pk_free(chart->depth);
    pk_free(chart->jump);
    pk_free(chart->drawn);
    pk_array_fini(&chart->open);
    pk_array_fini(&chart->boxes);
}

struct pk_scene *pk_view_chart(struct pk_arena *arena, const struct pk_profile *profile,
                               uint32_t metric, const struct pk_flame_options *options)
{
    struct pk_timeline_facts facts = pk_timeline_facts(profile, metric);
    struct pk_scene *scene = pk_scene_new(arena);
    uint32_t *function = pk_timeline_functions(profile);
    struct chart chart = {.tree = pk_profile_tree(pk_profile_part(profile, PK_TREE)),
                          .timeline = pk_profile_timeline(profile),
                          .function = function,
                          .metric = metric,
                          .base = facts.n_threads > 1,
                          .last = PK_NONE,
                          .threshold = pk_flame_threshold(options, facts.weight, scene)};
    uint32_t levels = (options->max_depth ? options->max_depth : UINT32_MAX) - chart.base;
    int64_t asked = chart.threshold;

    scene->profile = profile;
    scene->metric = *pk_profile_metric(profile, metric);
    scene->span = facts.weight;
    scene->is_inverted = options->is_inverted;
    scene->is_chart = true;
    index_tree(&chart);
    limit_boxes(&chart, profile, levels, facts.weight);
    if (chart.threshold > asked) /* the limit decided, and no share that was asked for */
        scene->min_percent = 0;
    chart.last = PK_NONE;
    lay_out(&chart, profile);
    finish(arena, &chart, scene);
    chart_fini(&chart);
    pk_free(function);
    return scene;
}
