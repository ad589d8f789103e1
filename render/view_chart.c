/*
 * The layout of a flame chart. One pass over the moments keeps the path of boxes that are open: the
 * next stack closes those that it is not in, lengthens the others, and opens what is new. Both ends
 * of the path are nodes of one tree in preorder, so whether a box goes on is one comparison, and a
 * moment costs what changes, not its depth.
 *
 * A recording has more samples than a picture has pixels. A box that closes narrower than the
 * threshold is taken back with all above it (they are the last ones added), and becomes a part of a
 * grey box; that one stands where they stood, between its wide neighbours, or the order would be
 * lost. So what is kept is what is drawn, however long the recording is.
 *
 * Traps: stacks of a .pk file may be a million frames deep at three bytes a moment, so levels below
 * the depth limit are never looked at, and steps are counted as in view_flame_reverse.c. Moments of
 * slices that differ only in the metrics they say (files merged) are of one thread: they are merged
 * by time.
 */
#include "render/view_chart.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "model/record.h"
#include "render/view_flame_private.h"

#define WORK (UINT64_C(1) << 28)
#define WORK_OF_MOMENT 64 /* levels that change in real recordings are far fewer */

struct open_box { /* of the path from box 0 to the last stack */
    uint32_t box;
    pk_node_id node;   /* in the tree; PK_NONE for box 0 and that of a slice */
    uint32_t at_small; /* its last child, when that is a grey box: what is small goes on there */
};

struct chart {
    struct pk_flame_work *work;
    const struct pk_timeline *timeline;
    const uint32_t *function; /* [recorded node] its node in work->tree; NULL: the same */
    pk_node_id *drawn;        /* [node of work->tree] itself, or what of it is not too deep */
    pk_node_id last;          /* the node of the last moment */
    uint32_t metric;
    int64_t cursor; /* where the next moment starts */
    uint64_t spent, most;
    PK_ARRAY(struct open_box) open;
    PK_ARRAY(pk_node_id) path; /* scratch: what to open, the innermost first */
};

/* --- what there is --- */

static bool is_same_slice(const struct pk_slice *a, const struct pk_slice *b)
{
    if (!pk_str_equal(a->process, b->process) || !pk_str_equal(a->thread, b->thread) ||
        a->n_labels != b->n_labels)
        return false;
    for (uint32_t i = 0; i < a->n_labels; i++)
        if (!pk_str_equal(a->labels[i].key, b->labels[i].key) ||
            !pk_str_equal(a->labels[i].value, b->labels[i].value))
            return false;
    return true;
}

/* The first slice of the record behind `s` that is of another thread. */
static uint32_t next_slice(const struct pk_profile *profile, uint32_t s)
{
    const struct pk_slice *slice = &pk_record_slice(profile, s)->slice;

    do
        s++;
    while (s < pk_record_slices(profile) &&
           is_same_slice(&pk_record_slice(profile, s)->slice, slice));
    return s;
}

struct pk_chart_facts pk_view_chart_facts(const struct pk_profile *profile, uint32_t metric)
{
    const struct pk_timeline *timeline = pk_profile_timeline(profile);
    struct pk_chart_facts facts = {0};

    for (uint32_t s = 0, next; timeline && s < pk_record_slices(profile); s = next) {
        int64_t before = facts.weight;

        next = next_slice(profile, s);
        for (uint64_t i = timeline->start[s]; i < timeline->start[next]; i++) {
            const struct pk_moment *moment = &timeline->moments[i];

            if (moment->metric != metric)
                continue;
            if (facts.weight == 0 || moment->time < facts.first)
                facts.first = moment->time;
            if (moment->time > facts.last)
                facts.last = moment->time;
            facts.weight += moment->value; /* at most the total of the metric */
        }
        facts.n_slices += facts.weight > before;
    }
    return facts;
}

/* --- boxes --- */

static struct open_box *top(struct chart *chart)
{
    return &chart->open.data[chart->open.size - 1];
}

static void open_box(struct chart *chart, pk_frame_id frame, pk_node_id node)
{
    uint32_t parent = chart->open.size ? top(chart)->box : PK_NONE;
    uint32_t box = pk_flame_add(chart->work, parent, frame, chart->cursor, 0);

    pk_array_push(&chart->open, ((struct open_box){box, node, PK_NONE}));
}

/* What was taken back goes on in the grey box before it, or begins one. */
static void add_small(struct chart *chart, int64_t start, int64_t size)
{
    struct pk_flame_work *work = chart->work;
    struct open_box *parent = top(chart);

    if (parent->at_small == PK_NONE) {
        parent->at_small = (uint32_t)work->boxes.size;
        pk_flame_add_small(work, parent->box, start, size, 1);
        return;
    }
    work->boxes.data[parent->at_small].size += size;
    work->boxes.data[parent->at_small].self += size;
    work->boxes.data[parent->at_small].range.lo += size;
    work->boxes.data[parent->at_small].range.hi += size;
    work->boxes.data[parent->at_small].n_merged++;
}

/* The last box of the path ends here. */
static void close_box(struct chart *chart)
{
    struct open_box open = *top(chart);
    struct pk_box *box = &chart->work->boxes.data[open.box];
    int64_t start = box->start, size = chart->cursor - start;

    chart->open.size--;
    if (chart->open.size && size < chart->work->threshold) {
        chart->work->boxes.size = open.box;
        add_small(chart, start, size);
        return;
    }
    box->size = box->range.lo = box->range.hi = size;
    if (chart->open.size)
        top(chart)->at_small = PK_NONE;
}

/* True while the box is on the path of the stack that ends in `node`. */
static bool holds(const struct chart *chart, const struct open_box *open, pk_node_id node)
{
    return open->node == PK_NONE ||
           (open->node <= node && node < chart->work->tree->end[open->node]);
}

/* Open what the stack has above the last box of the path. */
static void open_path(struct chart *chart, pk_node_id node)
{
    const struct pk_tree *tree = chart->work->tree;
    pk_node_id above = top(chart)->node;

    chart->path.size = 0;
    for (; node != above; node = tree->parent[node])
        pk_array_push(&chart->path, node);
    chart->spent += chart->path.size;
    while (chart->path.size) {
        node = chart->path.data[--chart->path.size];
        open_box(chart, tree->frame[node], node);
    }
}

/* Something of the stack is not drawn above the last box of the path. */
static void omit(struct chart *chart, pk_node_id node)
{
    chart->work->boxes.data[top(chart)->box].flags |= PK_BOX_DEEPER;
    chart->work->scene->n_omitted += node != chart->last;
}

static void add_moment(struct chart *chart, const struct pk_moment *moment)
{
    pk_node_id node = chart->function ? chart->function[moment->node] : moment->node;
    pk_node_id drawn = chart->drawn[node];

    while (!holds(chart, top(chart), node))
        close_box(chart);
    if (top(chart)->node != drawn && drawn != PK_NONE && chart->spent <= chart->most)
        open_path(chart, drawn);
    if (top(chart)->node != node)
        omit(chart, node);
    chart->work->boxes.data[top(chart)->box].self += moment->value;
    /* A child that comes now does not touch what was small before it. */
    top(chart)->at_small = PK_NONE;
    chart->cursor += moment->value;
    chart->last = node;
}

/* What to draw of each node of the tree: up to `levels` of its path. */
static pk_node_id *cut_paths(const struct pk_tree *tree, uint32_t levels)
{
    pk_node_id *drawn = pk_calloc(tree->n, sizeof *drawn);
    uint32_t *depth = pk_calloc(tree->n, sizeof *depth);

    for (pk_node_id i = 0; i < tree->n; i++) {
        pk_node_id parent = tree->parent[i];

        depth[i] = parent == PK_NONE ? 1 : depth[parent] + 1;
        if (depth[i] <= levels)
            drawn[i] = i;
        else
            drawn[i] = parent == PK_NONE ? PK_NONE : drawn[parent];
    }
    pk_free(depth);
    return drawn;
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
static void lay_out(struct chart *chart, const struct pk_profile *profile, bool has_roots)
{
    open_box(chart, PK_NONE, PK_NONE);
    for (uint32_t s = 0, next; s < pk_record_slices(profile); s = next) {
        next = next_slice(profile, s);
        if (!has_any(chart, s, next))
            continue;
        if (has_roots)
            open_box(chart, (pk_frame_id)(PK_FRAME_SLICE + s), PK_NONE);
        add_slices(chart, s, next);
        while (chart->open.size > 1)
            close_box(chart);
    }
    close_box(chart);
}

/* The scene of the boxes that are left. Rows above the highest of them are not drawn. */
static void finish(struct pk_arena *arena, struct pk_flame_work *work)
{
    struct pk_scene *scene = work->scene;

    scene->n_boxes = (uint32_t)work->boxes.size;
    scene->boxes = PK_NEW_ARRAY(arena, struct pk_box, work->boxes.size);
    memcpy(scene->boxes, work->boxes.data, work->boxes.size * sizeof *scene->boxes);
    scene->max_depth = 0;
    for (uint32_t i = 0; i < scene->n_boxes; i++)
        if (scene->boxes[i].depth > scene->max_depth)
            scene->max_depth = scene->boxes[i].depth;
    pk_array_fini(&work->boxes);
}

struct pk_scene *pk_view_chart(struct pk_arena *arena, const struct pk_profile *profile,
                               uint32_t metric, const struct pk_flame_options *options)
{
    struct pk_chart_facts facts = pk_view_chart_facts(profile, metric);
    struct pk_scene *scene = pk_scene_new(arena);
    struct pk_flame_work work = {.tree = pk_profile_tree(pk_profile_part(profile, PK_TREE)),
                                 .options = options,
                                 .scene = scene,
                                 .total = facts.weight};
    uint32_t *function = pk_timeline_functions(profile);
    struct chart chart = {.work = &work, .function = function, .metric = metric, .last = PK_NONE};

    chart.timeline = pk_profile_timeline(profile);
    chart.most = WORK + WORK_OF_MOMENT * chart.timeline->n;
    work.threshold = pk_flame_threshold(options, facts.weight);
    work.max_depth = options->max_depth ? options->max_depth : UINT32_MAX;
    scene->profile = profile;
    scene->metric = *pk_profile_metric(profile, metric);
    scene->span = facts.weight;
    scene->is_inverted = options->is_inverted;
    chart.drawn = cut_paths(work.tree, work.max_depth - (facts.n_slices > 1));
    lay_out(&chart, profile, facts.n_slices > 1);
    finish(arena, &work);
    pk_free(chart.drawn);
    pk_array_fini(&chart.open);
    pk_array_fini(&chart.path);
    pk_free(function);
    return scene;
}
