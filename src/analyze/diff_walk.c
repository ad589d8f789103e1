/*
 * Two call trees, walked at once in preorder: see diff_tree_private.h. A path is a set of nodes,
 * mostly one of each side; below it stand the children of all of them, by the names of their
 * functions, those of one function being one path. Nothing is looked for: children of both sides
 * are listed behind those of the paths above, put in order (mostly they are, as names are the order
 * of frames, too), and taken from the front. So what is needed beside both trees is their deepest
 * path, its siblings, and the nodes that are kept.
 *
 * What is kept for a picture: a subtree is known once its last node is, and one that is narrower
 * than the least box is cut back to its top. How narrow that is depends on the width of the whole,
 * which is not known yet, but is at least the difference of the totals or whatever is greater in
 * that shape, and at least what was met so far.
 *
 * Values are measured in the order of nodes, so that no rounding is lost: all of them are the
 * measured whole.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/diff_tree_private.h"

/* Where every piece is nearly as wide as the whole, nothing is known to be narrower. */
#define WIDEST_SHARE 0.5

struct entry { /* a node of one side, as a child of an open path */
    uint32_t rank, side, node;
};

struct open {            /* a path whose subtree is not known yet */
    uint32_t node;       /* of the tree of both */
    uint32_t first, end; /* its children that are left, among the entries */
    uint32_t base;       /* and where they began */
    struct pk_diff_cut cut;
};

struct walk {
    struct pk_diff_joining *joining;
    struct pk_measure_sum sum[2];
    PK_ARRAY(struct pk_diff_node) nodes;
    PK_ARRAY(struct pk_diff_cut) cuts;
    PK_ARRAY(struct open) open;
    PK_ARRAY(struct entry) entries;
    bool is_climbed[2], is_too_wide;
    int64_t width; /* the whole is at least as wide */
    int64_t met;   /* the widths of all nodes so far */
};

/* A missing value is nothing. */
static int64_t known(int64_t value)
{
    return value == PK_MISSING ? 0 : value;
}

/* --- widths --- */

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

bool pk_diff_width(const struct pk_diff_node *node, enum pk_shape shape, int64_t *width)
{
    int64_t before = larger(node->self[PK_BEFORE], 0), after = larger(node->self[PK_AFTER], 0);

    switch (shape) {
    case PK_SHAPE_BEFORE:
        *width = before;
        return true;
    case PK_SHAPE_MAX:
        *width = larger(before, after);
        return true;
    case PK_SHAPE_DELTA:
        if (__builtin_sub_overflow(node->self[PK_AFTER], node->self[PK_BEFORE], width) ||
            *width == INT64_MIN)
            return false;
        *width = *width < 0 ? -*width : *width;
        return true;
    default:
        *width = after;
        return true;
    }
}

/* What the totals alone say of the width of the whole: sums of sizes are at least sizes of sums. */
static int64_t least_width(struct pk_diff_joining *j)
{
    int64_t total[2];

    for (unsigned s = 0; s < 2; s++)
        total[s] = pk_diff_in_measure(j, s, known(j->stacks[s].total));
    switch (j->cutting->shape) {
    case PK_SHAPE_BEFORE:
        return total[PK_BEFORE];
    case PK_SHAPE_MAX:
        return larger(total[PK_BEFORE], total[PK_AFTER]);
    case PK_SHAPE_DELTA:
        return pk_diff_size(pk_diff_between(total));
    default:
        return total[PK_AFTER];
    }
}

/* Rounding must not cut away what is drawn: a unit less than the share is enough for any. */
static bool is_narrow(const struct walk *walk, int64_t width)
{
    double share = walk->joining->cutting->share;

    return width == 0 ||
           (share <= WIDEST_SHARE && (double)width + 1 < (double)walk->width * share * (1 - 1e-9));
}

/* --- opening --- */

static int by_rank(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;

    if (a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    if (a->side != b->side)
        return a->side < b->side ? -1 : 1;
    return (a->node > b->node) - (a->node < b->node);
}

/* The nodes of [from, end) that have no parent in it. */
static void list_children(struct walk *walk, unsigned side, uint32_t from, uint32_t end)
{
    struct pk_diff_joining *j = walk->joining;
    const struct pk_tree *tree = j->stacks[side].tree;
    const uint32_t n_frames = pk_profile_frames(j->diff->side[side].profile);

    for (uint32_t i = from; i < end; i = tree->end[i]) {
        pk_frame_id frame = tree->frame[i];
        uint32_t function =
            frame < n_frames ? j->function[side][frame] : pk_diff_function_of(j, side, frame);

        pk_array_push(&walk->entries, ((struct entry){j->rank[function], side, i}));
    }
}

/* Children that stand behind `base` belong to the newest path. */
static void order_children(struct walk *walk, size_t base)
{
    struct entry *entries = walk->entries.data + base;
    size_t n = walk->entries.size - base;

    for (size_t i = 1; i < n; i++)
        if (by_rank(&entries[i - 1], &entries[i]) > 0) {
            qsort(entries, n, sizeof *entries, by_rank);
            return;
        }
}

/* What is of one side of a node: its own values, and bounds of its total where it was climbed. */
static void add_member(struct walk *walk, struct pk_diff_node *node, struct entry from)
{
    struct pk_diff_joining *j = walk->joining;
    const struct pk_diff_stacks *stacks = &j->stacks[from.side];
    const int64_t *self = stacks->tree->self[stacks->metric];

    node->has[from.side] = !j->is_pair;
    if (self)
        node->self[from.side] = pk_diff_add(j, node->self[from.side], known(self[from.node]));
    if (walk->is_climbed[from.side]) {
        struct pk_range range = stacks->tree->incl_range[from.node];
        struct pk_range *sum = &node->range[from.side];

        sum->lo = pk_diff_add(j, sum->lo, known(range.lo));
        sum->hi = pk_diff_add(j, sum->hi, known(range.hi));
    }
}

/* The next node, whose own values are summed up but not measured; its children come behind the
 * entries that there are. */
static void push(struct walk *walk, struct pk_diff_node node, size_t base)
{
    struct pk_diff_joining *j = walk->joining;
    struct open open = {.node = (uint32_t)walk->nodes.size,
                        .first = (uint32_t)base,
                        .end = (uint32_t)walk->entries.size,
                        .base = (uint32_t)base,
                        .cut = {.nodes = 1}};

    for (unsigned s = 0; s < 2; s++) {
        node.has[s] |= node.self[s] != 0;
        if (!pk_measure_next(&walk->sum[s], node.self[s], &node.self[s]))
            j->is_too_large = true;
        node.total[s] = node.self[s];
    }
    if (j->cutting) {
        walk->is_too_wide |= !pk_diff_width(&node, j->cutting->shape, &open.cut.width) ||
                             __builtin_add_overflow(walk->met, open.cut.width, &walk->met);
        walk->width = larger(walk->width, walk->is_too_wide ? 0 : walk->met);
        pk_array_push(&walk->cuts, open.cut);
    }
    pk_array_push(&walk->nodes, node);
    pk_array_push(&walk->open, open);
}

/* One path more: the entries [from, to) of the path that is open, all of one function. */
static void open_path(struct walk *walk, uint32_t parent, uint32_t from, uint32_t to)
{
    const size_t base = walk->entries.size;
    struct pk_diff_node node = {.parent = parent,
                                .function = walk->joining->ranked[walk->entries.data[from].rank]};

    for (uint32_t i = from; i < to; i++) {
        struct entry member = walk->entries.data[i]; /* listing moves the entries */
        const struct pk_tree *tree = walk->joining->stacks[member.side].tree;

        add_member(walk, &node, member);
        list_children(walk, member.side, member.node + 1, tree->end[member.node]);
    }
    order_children(walk, base);
    push(walk, node, base);
}

/* Node 0: the whole of both sides, with what no path has as its own part. */
static void open_whole(struct walk *walk)
{
    struct pk_diff_joining *j = walk->joining;
    struct pk_diff_node whole = {.parent = PK_NONE, .function = PK_NONE, .has = {true, true}};

    for (unsigned s = 0; s < 2; s++) {
        const struct pk_tree *tree = j->stacks[s].tree;
        const int64_t *self = tree->self[j->stacks[s].metric];

        whole.self[s] = known(j->stacks[s].total);
        for (uint32_t i = 0; self && i < tree->n; i++)
            whole.self[s] = pk_diff_add(j, whole.self[s], -known(self[i]));
        list_children(walk, s, 0, tree->n);
    }
    order_children(walk, 0);
    push(walk, whole, 0);
}

/* --- closing --- */

/* Bounds of the total, now that it is known. */
static void set_ranges(struct walk *walk, struct pk_diff_node *node)
{
    for (unsigned s = 0; s < 2; s++)
        if (node->parent == PK_NONE || !walk->is_climbed[s])
            node->range[s] = (struct pk_range){node->total[s], node->total[s]};
        else
            node->range[s] =
                (struct pk_range){pk_diff_in_measure(walk->joining, s, node->range[s].lo),
                                  pk_diff_in_measure(walk->joining, s, node->range[s].hi)};
}

/* What stands on a node counts for the one below it, too. */
static void add_to_parent(struct walk *walk, const struct open *closed)
{
    struct pk_diff_joining *j = walk->joining;
    const struct pk_diff_node *node = &walk->nodes.data[closed->node];
    struct pk_diff_node *parent = &walk->nodes.data[node->parent];
    struct open *below = &walk->open.data[walk->open.size - 1];

    for (unsigned s = 0; s < 2; s++) {
        parent->total[s] = pk_diff_add(j, parent->total[s], node->total[s]);
        parent->has[s] |= node->has[s];
    }
    below->cut.nodes += closed->cut.nodes;
    below->cut.wide += closed->cut.wide;
    walk->is_too_wide |=
        __builtin_add_overflow(below->cut.width, closed->cut.width, &below->cut.width);
}

/* The newest path is known as a whole. What no side of a pair has is left out. */
static void close_path(struct walk *walk)
{
    struct pk_diff_joining *j = walk->joining;
    struct open closed = walk->open.data[--walk->open.size];
    struct pk_diff_node *node = &walk->nodes.data[closed.node];

    walk->entries.size = closed.base;
    if (!node->has[PK_BEFORE] && !node->has[PK_AFTER]) {
        walk->nodes.size = closed.node;
        walk->cuts.size = j->cutting ? closed.node : 0;
        return;
    }
    set_ranges(walk, node);
    j->tree->most_self = larger(j->tree->most_self, pk_diff_size(pk_diff_between(node->self)));
    j->tree->most_total = larger(j->tree->most_total, pk_diff_size(pk_diff_between(node->total)));
    closed.cut.wide += closed.cut.width > 0;
    if (j->cutting) {
        walk->cuts.data[closed.node] = closed.cut;
        if (node->parent != PK_NONE && is_narrow(walk, closed.cut.width))
            walk->nodes.size = walk->cuts.size = closed.node + 1;
        else
            walk->cuts.data[closed.node].wide = closed.cut.width > 0;
    }
    node->end = (uint32_t)walk->nodes.size;
    if (node->parent != PK_NONE)
        add_to_parent(walk, &closed);
}

/* --- all of it --- */

/* A stack takes the place of recursion. */
static void walk_both(struct walk *walk)
{
    open_whole(walk);
    while (walk->open.size) {
        struct open *top = &walk->open.data[walk->open.size - 1];
        const struct entry *entries = walk->entries.data;
        uint32_t from = top->first;

        if (from == top->end) {
            close_path(walk);
            continue;
        }
        while (top->first < top->end && entries[top->first].rank == entries[from].rank)
            top->first++;
        open_path(walk, top->node, from, top->first);
    }
}

/* Without cuts there is room for all nodes of both sides: what is not filled takes no memory. With
 * them few nodes are left. */
void pk_diff_walk(struct pk_diff_joining *joining)
{
    struct pk_diff_tree *tree = joining->tree;
    struct walk walk = {.joining = joining};

    for (unsigned s = 0; s < 2; s++) {
        walk.sum[s].factor = joining->diff->measure.factor[s];
        walk.is_climbed[s] = joining->stacks[s].tree->incl_range != NULL;
    }
    if (joining->cutting) {
        walk.width = least_width(joining);
    } else {
        walk.nodes.room = (size_t)joining->stacks[0].tree->n + joining->stacks[1].tree->n + 1;
        walk.nodes.data = PK_NEW_ARRAY(joining->arena, struct pk_diff_node, walk.nodes.room);
    }
    walk_both(&walk);
    tree->n = (uint32_t)walk.nodes.size;
    tree->node = walk.nodes.data;
    tree->is_too_wide = walk.is_too_wide && joining->cutting;
    if (joining->cutting) {
        tree->node = PK_NEW_ARRAY(joining->arena, struct pk_diff_node, tree->n);
        memcpy(tree->node, walk.nodes.data, tree->n * sizeof *tree->node);
        tree->cut = PK_NEW_ARRAY(joining->arena, struct pk_diff_cut, tree->n);
        memcpy(tree->cut, walk.cuts.data, tree->n * sizeof *tree->cut);
        pk_array_fini(&walk.nodes);
        pk_array_fini(&walk.cuts);
    }
    for (unsigned s = 0; s < 2; s++)
        tree->total[s] = tree->node[0].total[s];
    pk_array_fini(&walk.open);
    pk_array_fini(&walk.entries);
}
