/*
 * The layout of a picture of what changed: see view_diff_flame.h. One tree holds the paths of both
 * sides; the shape says what is wide, the colour what changed.
 *
 * Every unit of self of either side is in exactly one place: in a box that is drawn, in a box of
 * small ones, in the box below the limit of depth, or in what the scene calls unseen, which has no
 * width in this shape and is listed below the picture. So the differences add up to that of the
 * totals whatever is drawn.
 *
 * Shades go by four steps of one scale: a hundredth, a tenth, a third of its end, and its end.
 * Unless given, that is a tenth of the larger total, or the largest difference where that is less:
 * a picture where little changed is not grey all over, and the legend gives the steps as values.
 */
#include "render/view_diff_flame.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/threshold.h"
#include "render/label.h"
#include "render/view_diff.h"
#include "render/view_flame_private.h"

enum { MOST_LISTED = 8 };

struct open_box { /* the boxes on the path to the current node */
    uint32_t box, end;
    int64_t cursor, small;
    struct pk_box_change merged; /* of the small ones */
    uint32_t n_small;
};

struct node_list { /* a PK_ARRAY with a name */
    uint32_t *data;
    size_t size, room;
};

struct layout {
    struct pk_flame_work work;
    const struct pk_diff *diff;
    const struct pk_diff_tree *tree;
    const struct pk_diff_flame_options *options;
    const int64_t *size; /* [node] */
    struct pk_scene_change *change;
    PK_ARRAY(struct pk_box_change) changes; /* [box] */
    PK_ARRAY(struct open_box) open;
    struct node_list unseen; /* without width on a parent with one, and changed */
    struct node_list narrow; /* among the small ones, but with a change that would show */
    uint32_t n_unchanged;
};

/* --- widths --- */

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* A child stands behind its parent, so sums go backwards. NULL when one does not fit. */
static int64_t *widths(struct pk_arena *arena, const struct pk_diff_tree *tree, enum pk_shape shape)
{
    int64_t *size = PK_NEW_ARRAY(arena, int64_t, tree->n), self;

    for (uint32_t i = 0; tree->cut && i < tree->n; i++)
        size[i] = tree->cut[i].width;
    if (tree->cut)
        return tree->is_too_wide ? NULL : size;
    for (uint32_t i = tree->n; i-- > 0;) {
        uint32_t parent = tree->node[i].parent;

        if (!pk_diff_width(&tree->node[i], shape, &self) ||
            __builtin_add_overflow(size[i], self, &size[i]) ||
            (parent != PK_NONE && __builtin_add_overflow(size[parent], size[i], &size[parent])))
            return NULL;
    }
    return size;
}

/* --- shades --- */

/* What the shade of a node goes by. */
static int64_t shade_of(const struct layout *layout, const struct pk_diff_node *node)
{
    return pk_diff_between(layout->options->is_self ? node->self : node->total);
}

/* The steps of the scale; each is at least one unit above the one before. */
static void set_steps(const struct layout *layout)
{
    static const int64_t parts[PK_CHANGE_STEPS] = {100, 10, 3, 1};
    const struct pk_diff_tree *tree = layout->tree;
    int64_t full = layout->options->full, *step = layout->change->step;
    int64_t most = layout->options->is_self ? tree->most_self : tree->most_total;

    if (full == 0) {
        full = larger(tree->total[PK_BEFORE], tree->total[PK_AFTER]) / 10;
        full = most < full ? most : full;
    }
    for (unsigned i = 0; i < PK_CHANGE_STEPS; i++) {
        step[i] = full / parts[i];
        if (step[i] < (i ? step[i - 1] + 1 : 1))
            step[i] = i ? step[i - 1] + 1 : 1;
    }
}

static int8_t level_of(const struct layout *layout, int64_t delta)
{
    int8_t level = 0;

    while (level < PK_CHANGE_STEPS && pk_diff_size(delta) >= layout->change->step[level])
        level++;
    return delta < 0 ? (int8_t)-level : level;
}

/* --- boxes --- */

/* The difference lies between those of the bounds. */
static struct pk_range range_of(const struct pk_diff_node *node)
{
    const int64_t low[2] = {node->range[PK_BEFORE].hi, node->range[PK_AFTER].lo};
    const int64_t high[2] = {node->range[PK_BEFORE].lo, node->range[PK_AFTER].hi};

    return (struct pk_range){pk_diff_between(low), pk_diff_between(high)};
}

/* A box and what is said of it. */
static uint32_t add_box(struct layout *layout, uint32_t parent, uint32_t i, int64_t start)
{
    const struct pk_diff_node *node = &layout->tree->node[i];
    uint32_t at = pk_flame_add(&layout->work, parent, node->function, start, layout->size[i]);
    struct pk_box *box = &layout->work.boxes.data[at];
    struct pk_box_change change = {.function_delta = PK_MISSING, .delta = range_of(node)};
    const struct pk_diff_row *row = NULL;

    memcpy(change.total, node->total, sizeof change.total);
    /* What stands on a box at the limit is not drawn, and counts there. */
    memcpy(change.self, box->depth < layout->work.max_depth ? node->self : node->total,
           sizeof change.self);
    change.level = level_of(layout, shade_of(layout, node));
    if (node->function != PK_NONE) {
        const struct pk_box_verdict *verdict = &layout->options->verdict[node->function];

        row = layout->tree->row[node->function];
        change.verdict = verdict->words;
        change.is_noise = verdict->is_noise && change.level != 0;
        if (layout->tree->frame[node->function]->kind == PK_KIND_SPECIAL)
            box->flags |= PK_BOX_SPECIAL;
    }
    change.function_delta = row ? row->total.delta : PK_MISSING;
    if (!(box->flags & PK_BOX_SPECIAL))
        for (unsigned s = 0; s < 2; s++)
            if (pk_attribute_is_uncertain(node->total[s], node->range[s]))
                box->flags |= PK_BOX_UNCERTAIN;
    if (!node->has[PK_BEFORE])
        box->flags |= PK_BOX_NEW;
    if (!node->has[PK_AFTER])
        box->flags |= PK_BOX_GONE;
    (void)pk_diff_width(node, layout->options->shape, &box->self);
    pk_array_push(&layout->changes, change);
    return at;
}

static void open_box(struct layout *layout, uint32_t box, uint32_t end)
{
    pk_array_push(
        &layout->open,
        ((struct open_box){.box = box, .end = end, .cursor = layout->work.boxes.data[box].start}));
}

/* Small ones stand at the right end of a finished box, as one. */
static void close_box(struct layout *layout)
{
    struct open_box *open = &layout->open.data[--layout->open.size];

    pk_flame_add_small(&layout->work, open->box, open->cursor, open->small, open->n_small);
    if (layout->work.boxes.size > layout->changes.size) {
        open->merged.function_delta = PK_MISSING;
        pk_array_push(&layout->changes, open->merged);
    }
}

/* All of a subtree that is not drawn as boxes of its own. What shrank to next to nothing may be the
 * news of the picture: it is listed. */
static void merge(struct layout *layout, uint32_t i)
{
    struct open_box *parent = &layout->open.data[layout->open.size - 1];
    const struct pk_diff_node *node = &layout->tree->node[i];

    if (pk_diff_size(pk_diff_between(node->total)) >= layout->change->step[1])
        pk_array_push(&layout->narrow, i);
    parent->small += layout->size[i];
    parent->n_small++;
    for (unsigned s = 0; s < 2; s++) {
        parent->merged.total[s] += node->total[s];
        parent->merged.self[s] += node->total[s];
    }
}

/* No width in this shape: it is listed if it changed. */
static void leave_out(struct layout *layout, uint32_t i)
{
    const struct pk_diff_node *node = &layout->tree->node[i];

    for (unsigned s = 0; s < 2; s++)
        layout->change->unseen[s] += node->total[s];
    if (node->total[PK_BEFORE] != node->total[PK_AFTER])
        pk_array_push(&layout->unseen, i);
    else if (node->total[PK_BEFORE] != 0)
        layout->n_unchanged += layout->tree->cut ? layout->tree->cut[i].nodes : node->end - i;
}

/* Draw one node if it is wide and low enough; returns the node to look at next. */
static uint32_t visit(struct layout *layout, uint32_t i)
{
    struct open_box *parent = &layout->open.data[layout->open.size - 1];
    const struct pk_diff_node *node = &layout->tree->node[i];
    int64_t size = layout->size[i];
    uint32_t box;

    if (layout->work.boxes.data[parent->box].depth >= layout->work.max_depth) {
        layout->work.boxes.data[parent->box].flags |= size > 0 ? PK_BOX_DEEPER : 0;
        layout->work.scene->n_omitted += layout->tree->cut ? layout->tree->cut[i].wide : size > 0;
        return i + 1;
    }
    if (size == 0) {
        leave_out(layout, i);
        return node->end;
    }
    if (size < layout->work.threshold) {
        merge(layout, i);
        return node->end;
    }
    box = add_box(layout, parent->box, i, parent->cursor);
    parent->cursor += size;
    open_box(layout, box, node->end);
    return i + 1;
}

/* All nodes in preorder; the stack of open boxes takes the place of recursion. */
static void lay_out(struct layout *layout)
{
    open_box(layout, add_box(layout, PK_NONE, 0, 0), layout->tree->n);
    for (uint32_t i = 1; i < layout->tree->n;) {
        while (layout->open.data[layout->open.size - 1].end <= i)
            close_box(layout);
        i = visit(layout, i);
    }
    while (layout->open.size > 0)
        close_box(layout);
    pk_array_fini(&layout->open);
}

/* --- what has no width --- */

static int by_size(const void *left, const void *right, void *context)
{
    const struct pk_diff_node *nodes = context;
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    int64_t x = pk_diff_size(pk_diff_between(nodes[a].total)),
            y = pk_diff_size(pk_diff_between(nodes[b].total));

    if (x != y)
        return x < y ? 1 : -1;
    return (a > b) - (a < b);
}

static void add_name(const struct layout *layout, uint32_t function, struct pk_buf *out)
{
    if (function == PK_NONE)
        pk_buf_text(out, "all");
    else
        pk_label_name(out, layout->tree->frame[function]);
}

/* "draw below main -15" */
static void add_unseen(const struct layout *layout, uint32_t i, struct pk_buf *out)
{
    const struct pk_diff_node *node = &layout->tree->node[i];

    add_name(layout, node->function, out);
    if (node->parent != 0) {
        pk_buf_text(out, " below ");
        add_name(layout, layout->tree->node[node->parent].function, out);
    }
    pk_buf_char(out, ' ');
    pk_view_diff_delta(out, &layout->diff->measure.metric, pk_diff_between(node->total));
}

/* The largest of a list, and the others summed up: nodes of different subtrees. */
static void add_list(const struct layout *layout, const struct node_list *list, struct pk_buf *out)
{
    struct pk_diff_node *nodes = layout->tree->node;
    int64_t rest[2] = {0, 0};

    qsort_r(list->data, list->size, sizeof *list->data, by_size, nodes);
    for (size_t i = 0; i < list->size; i++) {
        if (i < MOST_LISTED) {
            pk_buf_text(out, i ? "; " : "");
            add_unseen(layout, list->data[i], out);
            continue;
        }
        for (unsigned s = 0; s < 2; s++)
            rest[s] += nodes[list->data[i]].total[s];
    }
    if (list->size > MOST_LISTED) {
        pk_buf_text(out, "; ");
        pk_units_count(out, (int64_t)list->size - MOST_LISTED);
        pk_buf_text(out, " more ");
        pk_view_diff_delta(out, &layout->diff->measure.metric, pk_diff_between(rest));
    }
    pk_buf_char(out, '.');
}

/* What is only on the other side. */
static void note_unseen(const struct layout *layout, struct pk_buf *out)
{
    enum pk_shape shape = layout->options->shape;

    if (layout->unseen.size == 0)
        return;
    pk_buf_text(out, shape == PK_SHAPE_AFTER    ? "Gone, so without width in this shape: "
                     : shape == PK_SHAPE_BEFORE ? "New, so without width in this shape: "
                                                : "Below zero, so without width: ");
    add_list(layout, &layout->unseen, out);
    if (shape == PK_SHAPE_AFTER || shape == PK_SHAPE_BEFORE)
        pk_buf_printf(out, " --shape %s draws them.", shape == PK_SHAPE_AFTER ? "before" : "after");
}

static void note_narrow(const struct layout *layout, struct pk_buf *out)
{
    if (layout->narrow.size == 0)
        return;
    pk_buf_text(out, "Changed, but too narrow to draw in this shape: ");
    add_list(layout, &layout->narrow, out);
}

/* Only in the shape of differences: what stayed as it was. */
static void note_unchanged(const struct layout *layout, struct pk_buf *out)
{
    if (layout->n_unchanged == 0)
        return;
    pk_buf_text(out, "Without width in this shape, since nothing changed there: ");
    pk_units_count(out, layout->n_unchanged);
    pk_buf_text(out, layout->n_unchanged == 1 ? " box." : " boxes.");
}

/* Counted, not claimed: every unit of self of both sides is in one box or in what was listed. */
static void note_sum(const struct layout *layout, struct pk_buf *out)
{
    int64_t sum[2] = {layout->change->unseen[PK_BEFORE], layout->change->unseen[PK_AFTER]};

    for (size_t i = 0; i < layout->changes.size; i++)
        for (unsigned s = 0; s < 2; s++)
            sum[s] += layout->changes.data[i].self[s];
    pk_buf_text(out, "Self differences of ");
    pk_units_count(out, (int64_t)layout->changes.size);
    pk_buf_text(out, layout->changes.size == 1 ? " box" : " boxes");
    pk_buf_text(out, layout->unseen.size ? " and of what is listed add up to " : " add up to ");
    pk_view_diff_delta(out, &layout->diff->measure.metric, pk_diff_between(sum));
    pk_buf_text(out, pk_diff_between(sum) == pk_diff_between(layout->tree->total)
                         ? ", the difference of the totals."
                         : ", which is not the difference of the totals.");
}

static void add_note(struct pk_arena *arena, struct pk_str *notes, size_t *n, struct pk_buf *text)
{
    if (text->size)
        notes[(*n)++] = pk_arena_str(arena, pk_buf_view(text));
    pk_buf_reset(text);
}

static void set_notes(struct layout *layout, struct pk_arena *arena)
{
    struct pk_str *notes = PK_NEW_ARRAY(arena, struct pk_str, 4);
    struct pk_buf text = {0};

    note_unseen(layout, &text);
    add_note(arena, notes, &layout->change->n_notes, &text);
    note_narrow(layout, &text);
    add_note(arena, notes, &layout->change->n_notes, &text);
    note_unchanged(layout, &text);
    add_note(arena, notes, &layout->change->n_notes, &text);
    if (layout->changes.size)
        note_sum(layout, &text);
    add_note(arena, notes, &layout->change->n_notes, &text);
    layout->change->notes = notes;
    pk_buf_fini(&text);
}

/* --- all of it --- */

/* Both arrays move to the arena. */
static void finish(struct layout *layout, struct pk_arena *arena)
{
    struct pk_scene *scene = layout->work.scene;
    size_t n = layout->work.boxes.size;
    struct pk_box_change *changes = PK_NEW_ARRAY(arena, struct pk_box_change, n);

    scene->n_boxes = (uint32_t)n;
    scene->boxes = PK_NEW_ARRAY(arena, struct pk_box, n);
    if (n > 0) {
        memcpy(scene->boxes, layout->work.boxes.data, n * sizeof *scene->boxes);
        memcpy(changes, layout->changes.data, n * sizeof *changes);
    }
    layout->change->box = changes;
    set_notes(layout, arena);
    pk_array_fini(&layout->work.boxes);
    pk_array_fini(&layout->changes);
    pk_array_fini(&layout->unseen);
    pk_array_fini(&layout->narrow);
}

/* What the scene says about itself. */
static struct pk_scene *describe(struct pk_arena *arena, const struct pk_diff *diff,
                                 const struct pk_diff_tree *tree, struct pk_scene_change *change,
                                 const struct pk_diff_flame_options *options)
{
    struct pk_scene *scene = pk_scene_new(arena);

    change->is_self = options->is_self;
    scene->change = change;
    scene->profile = diff->side[PK_AFTER].profile;
    scene->frame = tree->frame;
    scene->n_frames = tree->n_functions;
    scene->metric = diff->measure.metric;
    scene->is_inverted = options->flame.is_inverted;
    return scene;
}

/* The least box is a part of the whole, as pk_flame_threshold has it. */
struct pk_diff_cutting pk_view_diff_flame_needs(const struct pk_diff_flame_options *options)
{
    const struct pk_flame_options *flame = &options->flame;

    return (struct pk_diff_cutting){
        .shape = options->shape,
        .share = fmax(flame->min_width / (flame->width ? flame->width : 1200),
                      (double)flame->min_percent / PK_THRESHOLD_ALL)};
}

struct pk_scene *pk_view_diff_flame(struct pk_arena *arena, const struct pk_diff *diff,
                                    const struct pk_diff_tree *tree,
                                    const struct pk_diff_flame_options *options,
                                    struct pk_error *error)
{
    struct pk_scene_change *change = PK_NEW(arena, struct pk_scene_change);
    struct layout layout = {.diff = diff, .tree = tree, .options = options, .change = change};
    int64_t *size = widths(arena, tree, options->shape);

    if (!size) {
        pk_error_set(error, PK_INPUT, pk_place_none(),
                     "a width of this picture does not fit 64 bits");
        return NULL;
    }
    layout.size = size;
    layout.work.scene = describe(arena, diff, tree, change, options);
    layout.work.options = &options->flame;
    layout.work.total = layout.work.scene->span = size[0];
    layout.work.threshold = pk_flame_threshold(&options->flame, size[0], layout.work.scene);
    layout.work.max_depth = options->flame.max_depth ? options->flame.max_depth : UINT32_MAX;
    set_steps(&layout);
    if (size[0] > 0)
        lay_out(&layout);
    finish(&layout, arena);
    return layout.work.scene;
}
