/*
 * The union of two call trees: see diff_tree.h. Both trees are walked in preorder into one map from
 * (path above, function) to a path; a parent is always there before its children, so no recursion
 * is needed. The paths are then put in preorder, brought to the measure, and summed up.
 *
 * Siblings that are one function (f and f.cold) become one path. What the estimate of a tree adds
 * to it, such as "(pruned)" or a circle of calls, is no function of the comparison: it is matched
 * by name, and circles by the functions in them (diff_cycles.c).
 *
 * Trap: in one file with two counts every path stands on both sides; there a side has a path only
 * when it has any value on or below it.
 */
#include "analyze/diff_tree.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "analyze/diff_private.h"
#include "base/array.h"
#include "base/map.h"

struct path_key {
    uint32_t parent, function; /* parent: PK_NONE is the whole */
};

struct path {
    bool has[2];
    int64_t self[2];          /* as read */
    struct pk_range range[2]; /* of the total, where it was climbed */
};

struct extra { /* what is no function of the comparison, as each side calls it */
    const struct pk_frame *frame[2];
};

struct joining {
    const struct pk_diff *diff;
    const struct pk_diff_stacks *stacks; /* [side] */
    struct pk_diff_tree *tree;
    struct pk_arena *arena;
    struct pk_intern names;       /* of what is no function of the comparison */
    PK_ARRAY(struct extra) extra; /* [id of names] */
    struct pk_diff_cycles cycles;
    struct pk_map keys;          /* struct path_key */
    PK_ARRAY(struct path) paths; /* [id of keys] */
    uint32_t *rank;              /* [function] place in the order of names */
    bool is_pair, is_too_large;
};

static int64_t add(struct joining *j, int64_t a, int64_t b)
{
    int64_t sum;

    if (__builtin_add_overflow(a, b, &sum)) {
        j->is_too_large = true;
        return 0;
    }
    return sum;
}

/* In the measure of the comparison. */
static int64_t measured(struct joining *j, unsigned side, int64_t value)
{
    int64_t result = 0;

    if (!pk_measure_value(value, j->diff->measure.factor[side], &result))
        j->is_too_large = true;
    return result;
}

/* A missing value is nothing. */
static int64_t known(int64_t value)
{
    return value == PK_MISSING ? 0 : value;
}

/* --- paths of both sides --- */

/* What is no function of the comparison is known by its name, a circle of calls by its number. */
static uint32_t extra_of(struct joining *j, unsigned side, pk_frame_id f)
{
    const struct pk_frame *frame = pk_profile_frame(j->diff->side[side].profile, f);
    uint32_t box = f - PK_FRAME_CYCLE, id;
    struct pk_buf name = {0};

    if (f >= PK_FRAME_CYCLE && box < j->cycles.n_boxes[side] &&
        j->cycles.pair[side][box] != PK_NONE)
        pk_buf_printf(&name, "%u", j->cycles.pair[side][box]); /* no name of ours is a number */
    else
        pk_buf_str(&name, frame->name);
    id = pk_intern_id(&j->names, pk_buf_view(&name));
    pk_buf_fini(&name);
    while (j->extra.size <= id)
        pk_array_push(&j->extra, (struct extra){{NULL}});
    if (!j->extra.data[id].frame[side])
        j->extra.data[id].frame[side] = frame;
    return id;
}

/* The function of a frame; what has no group stands behind all functions. */
static uint32_t function_of(struct joining *j, unsigned side, pk_frame_id f)
{
    const struct pk_diff_groups *groups = &j->diff->groups[side];

    if (f < pk_profile_frames(j->diff->side[side].profile) && groups->group[f] != PK_NONE)
        return groups->group[f];
    return groups->n + extra_of(j, side, f);
}

/* The proven range of the total of a node, for trees that were climbed. */
static void add_range(struct joining *j, unsigned side, pk_node_id i, struct path *path)
{
    const struct pk_tree *tree = j->stacks[side].tree;

    if (!tree->incl_range)
        return;
    path->range[side].lo = add(j, path->range[side].lo, known(tree->incl_range[i].lo));
    path->range[side].hi = add(j, path->range[side].hi, known(tree->incl_range[i].hi));
}

/* Each node of one side goes to its path; `at` remembers where its children belong. */
static void add_side(struct joining *j, unsigned side)
{
    const struct pk_tree *tree = j->stacks[side].tree;
    const int64_t *self = tree->self[j->stacks[side].metric];
    uint32_t *at = pk_calloc((size_t)tree->n + 1, sizeof *at);

    for (pk_node_id i = 0; i < tree->n; i++) {
        struct path_key key = {tree->parent[i] == PK_NONE ? PK_NONE : at[tree->parent[i]],
                               function_of(j, side, tree->frame[i])};
        bool is_new;
        struct path *path;

        at[i] = pk_map_add(&j->keys, &key, &is_new);
        if (is_new)
            pk_array_push(&j->paths, (struct path){0});
        path = &j->paths.data[at[i]];
        path->has[side] = !j->is_pair;
        path->self[side] = add(j, path->self[side], known(self ? self[i] : 0));
        add_range(j, side, i, path);
    }
    pk_free(at);
}

/* From the leaves: a side of a pair has what has any value on or below it. */
static void find_there(struct joining *j)
{
    for (size_t i = j->paths.size; i-- > 0;) {
        const struct path_key *key = pk_map_key(&j->keys, (uint32_t)i);
        struct path *path = &j->paths.data[i];

        for (unsigned s = 0; s < 2; s++) {
            path->has[s] |= path->self[s] != 0;
            if (key->parent != PK_NONE)
                j->paths.data[key->parent].has[s] |= path->has[s];
        }
    }
}

/* --- functions --- */

/* The frame that stands for a function on one side, or NULL. */
static const struct pk_frame *frame_of(const struct joining *j, unsigned side, uint32_t function)
{
    const struct pk_diff_groups *groups = &j->diff->groups[side];

    if (function >= groups->n)
        return j->extra.data[function - groups->n].frame[side];
    return groups->frame[function] == PK_NONE
               ? NULL
               : pk_profile_frame(j->diff->side[side].profile, groups->frame[function]);
}

static int compare_frames(const struct pk_frame *a, const struct pk_frame *b)
{
    int order = pk_str_compare(a->name, b->name);

    if (order == 0)
        order = pk_str_compare(a->file, b->file);
    return order ? order : pk_str_compare(a->module, b->module);
}

/* The name by which a function is put in order must not depend on which side is which: the first
 * of both. */
static const struct pk_frame *first_frame(const struct joining *j, uint32_t function)
{
    const struct pk_frame *before = frame_of(j, PK_BEFORE, function);
    const struct pk_frame *after = frame_of(j, PK_AFTER, function);

    if (!before || !after)
        return before ? before : after;
    return compare_frames(before, after) <= 0 ? before : after;
}

struct ordered {
    const struct pk_frame *frame;
    uint32_t function;
};

static int by_frame(const void *left, const void *right)
{
    const struct ordered *a = left, *b = right;
    int order = compare_frames(a->frame, b->frame);

    return order ? order : (a->function > b->function) - (a->function < b->function);
}

/* What each function is called, and its place in the order of names. */
static void name_functions(struct joining *j)
{
    uint32_t n = j->diff->groups[0].n + (uint32_t)j->extra.size;
    struct ordered *ordered = pk_calloc((size_t)n + 1, sizeof *ordered);
    uint32_t used = 0;

    j->tree->n_functions = n;
    j->tree->frame = PK_NEW_ARRAY(j->arena, const struct pk_frame *, n);
    j->rank = PK_NEW_ARRAY(j->arena, uint32_t, n);
    for (uint32_t f = 0; f < n; f++) {
        const struct pk_frame *after = frame_of(j, PK_AFTER, f);

        j->tree->frame[f] = after ? after : frame_of(j, PK_BEFORE, f);
        if (j->tree->frame[f])
            ordered[used++] = (struct ordered){first_frame(j, f), f};
    }
    qsort(ordered, used, sizeof *ordered, by_frame);
    for (uint32_t i = 0; i < used; i++)
        j->rank[ordered[i].function] = i;
    pk_free(ordered);
}

/* The row of each function that differs, and the totals of all. */
static void find_rows(struct joining *j)
{
    const struct pk_diff *diff = j->diff;

    for (unsigned s = 0; s < 2; s++) {
        int64_t *whole = PK_NEW_ARRAY(j->arena, int64_t, j->tree->n_functions);

        for (uint32_t f = 0; f < j->tree->n_functions; f++)
            whole[f] = f < diff->groups[s].n && diff->groups[s].total[f] != PK_MISSING
                           ? measured(j, s, diff->groups[s].total[f])
                           : PK_MISSING;
        j->tree->whole[s] = whole;
    }
    j->tree->row = PK_NEW_ARRAY(j->arena, const struct pk_diff_row *, j->tree->n_functions);
    for (uint32_t i = 0; i < diff->n; i++)
        j->tree->row[diff->row[i].group] = &diff->row[i];
}

/* --- preorder --- */

struct child { /* a path below its parent */
    uint32_t parent, rank, path;
};

/* By parent, the whole first; then by name, the last first, as a stack gives them back. */
static int by_parent(const void *left, const void *right)
{
    const struct child *a = left, *b = right;

    if (a->parent != b->parent)
        return a->parent < b->parent ? -1 : 1;
    return (a->rank < b->rank) - (a->rank > b->rank);
}

/* All paths by parent: parent + 1 is an index of `start`. */
static struct child *order_children(const struct joining *j, uint32_t *start)
{
    size_t n = j->paths.size;
    struct child *children = pk_calloc(n + 1, sizeof *children);

    for (uint32_t i = 0; i < n; i++) {
        const struct path_key *key = pk_map_key(&j->keys, i);

        children[i] = (struct child){key->parent + 1, j->rank[key->function], i};
        start[key->parent + 2]++; /* PK_NONE + 1 is 0 */
    }
    qsort(children, n, sizeof *children, by_parent);
    for (size_t i = 0; i <= n; i++)
        start[i + 1] += start[i];
    return children;
}

struct open_node {
    uint32_t path, parent; /* parent: a node */
};

/* One path as the next node. */
static uint32_t add_node(struct joining *j, struct open_node open)
{
    const struct path *path = &j->paths.data[open.path];
    const struct path_key *key = pk_map_key(&j->keys, open.path);
    struct pk_diff_node *node = &j->tree->node[j->tree->n];

    *node = (struct pk_diff_node){.parent = open.parent, .function = key->function};
    for (unsigned s = 0; s < 2; s++) {
        node->has[s] = path->has[s];
        node->self[s] = path->self[s];
        node->range[s] = path->range[s];
    }
    return j->tree->n++;
}

/* A stack takes the place of recursion. What no side of a pair has is left out. */
static void put_in_order(struct joining *j)
{
    uint32_t *start = pk_calloc(j->paths.size + 3, sizeof *start);
    struct child *children = order_children(j, start);
    PK_ARRAY(struct open_node) open = {0};

    for (uint32_t i = start[0]; i < start[1]; i++)
        pk_array_push(&open, ((struct open_node){children[i].path, 0}));
    while (open.size) {
        struct open_node top = open.data[--open.size];
        uint32_t node;

        if (!j->paths.data[top.path].has[0] && !j->paths.data[top.path].has[1])
            continue;
        node = add_node(j, top);
        for (uint32_t i = start[top.path + 1]; i < start[top.path + 2]; i++)
            pk_array_push(&open, ((struct open_node){children[i].path, node}));
    }
    pk_array_fini(&open);
    pk_free(children);
    pk_free(start);
}

/* Where subtrees end: behind the last node whose parent lies in them. */
static void set_ends(struct pk_diff_tree *tree)
{
    for (uint32_t i = tree->n; i-- > 0;) {
        struct pk_diff_node *node = &tree->node[i];

        if (node->end == 0)
            node->end = i + 1;
        if (node->parent != PK_NONE && tree->node[node->parent].end < node->end)
            tree->node[node->parent].end = node->end;
    }
}

/* Node 0: the whole of both sides, with what no path has as its own part. */
static void add_whole(struct joining *j)
{
    struct pk_diff_node *whole = &j->tree->node[0];

    *whole = (struct pk_diff_node){.parent = PK_NONE, .function = PK_NONE, .has = {true, true}};
    for (unsigned s = 0; s < 2; s++)
        whole->self[s] = known(j->stacks[s].total);
    for (size_t i = 0; i < j->paths.size; i++)
        for (unsigned s = 0; s < 2; s++)
            whole->self[s] = add(j, whole->self[s], -j->paths.data[i].self[s]);
    j->tree->n = 1;
}

/* --- the measure --- */

/* No rounding is lost: all of them are the measured whole. */
static void measure_self(struct joining *j, unsigned s)
{
    struct pk_measure_sum sum = {.factor = j->diff->measure.factor[s]};

    for (uint32_t i = 0; i < j->tree->n; i++)
        if (!pk_measure_next(&sum, j->tree->node[i].self[s], &j->tree->node[i].self[s]))
            j->is_too_large = true;
}

/* Totals, from the leaves, and the bounds of those that were climbed. */
static void sum_up(struct joining *j, unsigned s)
{
    bool is_climbed = j->stacks[s].tree->incl_range != NULL;

    for (uint32_t i = j->tree->n; i-- > 0;) {
        struct pk_diff_node *node = &j->tree->node[i];

        node->total[s] = add(j, node->total[s], node->self[s]);
        if (i == 0 || !is_climbed)
            node->range[s] = (struct pk_range){node->total[s], node->total[s]};
        else
            node->range[s] = (struct pk_range){measured(j, s, node->range[s].lo),
                                               measured(j, s, node->range[s].hi)};
        if (i > 0)
            j->tree->node[node->parent].total[s] =
                add(j, j->tree->node[node->parent].total[s], node->total[s]);
    }
    j->tree->total[s] = j->tree->node[0].total[s];
}

bool pk_diff_tree_find(const struct pk_diff *diff, const struct pk_diff_stacks sides[2],
                       struct pk_arena *arena, struct pk_diff_tree *tree, struct pk_error *error)
{
    struct joining j = {.diff = diff, .stacks = sides, .tree = tree, .arena = arena};

    *tree = (struct pk_diff_tree){0};
    j.is_pair = diff->side[0].profile == diff->side[1].profile &&
                diff->side[0].metric != diff->side[1].metric;
    j.cycles = pk_diff_cycles_find(diff, arena);
    pk_intern_init(&j.names);
    pk_map_init(&j.keys, sizeof(struct path_key));
    for (unsigned s = 0; s < 2; s++)
        add_side(&j, s);
    find_there(&j);
    name_functions(&j);
    find_rows(&j);
    tree->node = PK_NEW_ARRAY(arena, struct pk_diff_node, j.paths.size + 1);
    add_whole(&j);
    put_in_order(&j);
    set_ends(tree);
    for (unsigned s = 0; s < 2; s++) {
        measure_self(&j, s);
        sum_up(&j, s);
    }
    pk_intern_fini(&j.names);
    pk_map_fini(&j.keys);
    pk_array_fini(&j.extra);
    pk_array_fini(&j.paths);
    return !j.is_too_large || pk_error_set(error, PK_INPUT, pk_place_none(),
                                           "a difference of these profiles does not fit 64 bits");
}
