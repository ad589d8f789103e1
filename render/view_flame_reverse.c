/*
 * The layout merged from the leaves: above box 0 stand the functions that spend time themselves,
 * above each its callers, and so on. A group is a set of stacks that end in the same frames; it
 * begins with all nodes that have self time, and each level splits it by the frame one step nearer
 * the root.
 *
 * Every stack of a group takes one step a level, so the whole is O(stacks x depth); groups below
 * the threshold are not split at all. Recursion in the data could still make this large (a chain of
 * a million calls that all have self time is half a million million steps), so work is counted:
 * past WORK no group is split any more, and what stands above is counted as omitted, as with a
 * depth limit.
 */
#include <stdint.h>
#include <stdlib.h>

#include "render/view_flame_private.h"

#define WORK (UINT64_C(1) << 28)

struct stack {
    pk_node_id leaf, at; /* the node whose self it is; the node reached on the way to the root */
    pk_frame_id frame;   /* of `at` */
};

struct group { /* a box to come, of stacks [from, to) that meet in it */
    uint32_t from, to;
    uint32_t parent, n_small; /* n_small: it stands for so many groups too narrow to draw */
    pk_frame_id frame;
    int64_t start, size;
    struct pk_range range;
};

struct reversal {
    struct pk_flame_work *work;
    struct stack *stacks;
    uint64_t spent;
    PK_ARRAY(struct group) todo; /* the next one last, so that boxes come in preorder */
};

/* Canonical order of frames, then of leaves: a total order, so that qsort gives one result. */
static int by_frame(const void *a, const void *b)
{
    const struct stack *x = a, *y = b;

    if (x->frame != y->frame)
        return x->frame < y->frame ? -1 : 1;
    return (x->leaf > y->leaf) - (x->leaf < y->leaf);
}

/* Sort unless it is sorted: recursion makes large groups that stay so level after level. */
static void sort_stacks(struct reversal *reversal, uint32_t from, uint32_t to)
{
    struct stack *stacks = reversal->stacks;
    uint64_t size = to - from;

    reversal->spent += size;
    for (uint32_t i = from; i + 1 < to; i++) {
        if (by_frame(&stacks[i], &stacks[i + 1]) > 0) {
            qsort(stacks + from, size, sizeof *stacks, by_frame);
            for (uint64_t n = size; n > 1; n /= 2)
                reversal->spent += size;
            return;
        }
    }
}

/* Move stacks one step to the root. Those that are at their root come first and stay: returns where
 * the others begin; `ended` gets the sum of those that stay. */
static uint32_t step(struct reversal *reversal, uint32_t from, uint32_t to, int64_t *ended)
{
    const struct pk_flame_work *work = reversal->work;
    struct stack *stacks = reversal->stacks;

    reversal->spent += to - from;
    for (uint32_t i = from; i < to; i++) {
        struct stack stack = stacks[i];
        pk_node_id parent = work->tree->parent[stack.at];

        if (parent == PK_NONE) {
            *ended += work->self[stack.leaf];
            stacks[i] = stacks[from];
            stacks[from++] = stack;
        } else {
            stacks[i].at = parent;
            stacks[i].frame = work->tree->frame[parent];
        }
    }
    return from;
}

/* The group of all stacks from `from` on that have its frame. */
static struct group first_group(const struct reversal *reversal, uint32_t from, uint32_t to)
{
    const struct pk_flame_work *work = reversal->work;
    const struct pk_range *ranges = work->tree->self_range;
    struct group group = {.from = from, .to = from, .frame = reversal->stacks[from].frame};

    for (; group.to < to && reversal->stacks[group.to].frame == group.frame; group.to++) {
        pk_node_id leaf = reversal->stacks[group.to].leaf;

        group.size += work->self[leaf];
        if (!ranges)
            continue;
        group.range.lo += ranges[leaf].lo;
        if (__builtin_add_overflow(group.range.hi, ranges[leaf].hi, &group.range.hi))
            group.range.hi = INT64_MAX;
    }
    return group;
}

/* Count the groups that a limit keeps from being drawn above `box`. */
static void omit(struct reversal *reversal, uint32_t from, uint32_t to, uint32_t box)
{
    for (; from < to; from = first_group(reversal, from, to).to)
        reversal->work->scene->n_omitted++;
    reversal->work->boxes.data[box].flags |= PK_BOX_DEEPER;
}

/* Turn round what was queued from `first` on: the list is worked off from its end. */
static void turn_round(struct reversal *reversal, size_t first)
{
    for (size_t last = reversal->todo.size; first + 1 < last; first++) {
        struct group swap = reversal->todo.data[first];

        reversal->todo.data[first] = reversal->todo.data[--last];
        reversal->todo.data[last] = swap;
    }
}

/* Queue the groups of stacks [from, to) above `box`, and one for those too narrow to draw. */
static void split(struct reversal *reversal, uint32_t from, uint32_t to, uint32_t box)
{
    struct pk_flame_work *work = reversal->work;
    struct group small = {.parent = box};
    int64_t cursor = work->boxes.data[box].start;
    size_t first = reversal->todo.size;

    sort_stacks(reversal, from, to);
    if (from < to && (work->boxes.data[box].depth >= work->max_depth || reversal->spent > WORK)) {
        omit(reversal, from, to, box);
        return;
    }
    while (from < to) {
        struct group group = first_group(reversal, from, to);

        from = group.to;
        if (group.size < work->threshold) {
            small.size += group.size;
            small.n_small++;
            continue;
        }
        group.parent = box;
        group.start = cursor;
        cursor += group.size;
        pk_array_push(&reversal->todo, group);
    }
    if (box == 0 && work->options->is_exact_only) {
        struct group rest = {
            .parent = 0, .frame = (pk_frame_id)PK_FRAME_NOT_PROVEN, .start = cursor};

        rest.size = work->boxes.data[0].start + work->total - cursor - small.size;
        cursor += rest.size;
        if (rest.size > 0)
            pk_array_push(&reversal->todo, rest);
    }
    small.start = cursor;
    if (small.n_small > 0)
        pk_array_push(&reversal->todo, small);
    turn_round(reversal, first);
}

/* Add the box of a group and queue what stands above it. */
static void draw_group(struct reversal *reversal, struct group group)
{
    struct pk_flame_work *work = reversal->work;
    uint32_t box, from;
    int64_t ended = 0;

    if (group.n_small > 0) {
        pk_flame_add_small(work, group.parent, group.start, group.size, group.n_small);
        return;
    }
    box = pk_flame_add(work, group.parent, group.frame, group.start, group.size);
    if (work->tree->self_range && !work->options->is_exact_only)
        pk_flame_set_range(&work->boxes.data[box], group.range);
    from = step(reversal, group.from, group.to, &ended);
    work->boxes.data[box].self = group.from == group.to ? group.size : ended;
    split(reversal, from, group.to, box);
}

void pk_flame_reverse(struct pk_flame_work *work)
{
    const struct pk_tree *tree = work->tree;
    struct reversal reversal = {.work = work};
    uint32_t n = 0;

    reversal.stacks = pk_calloc((size_t)tree->n + 1, sizeof *reversal.stacks);
    for (pk_node_id i = 0; i < tree->n; i++)
        if (work->self[i] > 0)
            reversal.stacks[n++] = (struct stack){i, i, tree->frame[i]};
    split(&reversal, 0, n, 0);
    while (reversal.todo.size > 0)
        draw_group(&reversal, reversal.todo.data[--reversal.todo.size]);
    pk_array_fini(&reversal.todo);
    pk_free(reversal.stacks);
}
