/*
 * Rows of a call tree: see calltree.h. A row is a group of nodes of the profile's tree that the way
 * to it cannot tell apart: below a function, all nodes reached by the same calls from any of its
 * callers; bottom up, all stacks that end in the same functions. A group is split into the groups
 * of the next level by the frame one step further, until what is left is too small to show.
 *
 * From the roots down each node is looked at once. Bottom up every stack of a group takes a step a
 * level, and recursion in the data could make that as large as half the square of the stacks, so
 * the steps are counted: past WORK no group is split any more, and what it would have become counts
 * as cut off.
 *
 * Bounds of a merged row are the sums of the bounds of its nodes. Estimated trees lack paths below
 * their cut-off, which stand in (pruned) nodes: any of it might belong to a merged row, so it is
 * added to the upper bounds. The tables of the profile know better what a function has in all, and
 * what it shares with one caller or callee: where these values lie within the bounds they are
 * taken.
 */
#include "analyze/calltree.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "analyze/threshold.h"
#include "base/array.h"

#define WORK (UINT64_C(1) << 28)

struct member {
    pk_frame_id frame;   /* of `at` */
    pk_node_id at, leaf; /* where the walk has come; bottom up: from where, else the same */
};

struct group { /* a row to come, of members [from, to) */
    uint32_t from, to;
    struct pk_calltree_row row;
};

struct search {
    const struct pk_tree *tree;
    const struct pk_calltree_options *options;
    const int64_t *incl, *self;
    int64_t slack; /* upper bound of what (pruned) nodes hold, where groups merge */
    uint64_t spent;
    PK_ARRAY(struct member) members; /* of all groups to do, in their order */
    PK_ARRAY(struct member) next;    /* one step further than the group that is being split */
    PK_ARRAY(struct group) found;    /* what it splits into */
    PK_ARRAY(struct group) todo;     /* the next one last, so that rows come in preorder */
    PK_ARRAY(struct pk_calltree_row) rows;
    struct pk_calltree result;
};

/* By frame, then node: a total order, so that qsort gives one result. */
static int by_frame(const void *left, const void *right)
{
    const struct member *a = left, *b = right;

    if (a->frame != b->frame)
        return a->frame < b->frame ? -1 : 1;
    return (a->leaf > b->leaf) - (a->leaf < b->leaf);
}

/* The last of siblings first, since the last group is the next to be done: without keys the
 * lightest one, and of equals the higher frame. Frames are in order of their names. */
static int by_order(const void *left, const void *right, void *context)
{
    const struct pk_calltree_row *a = &((const struct group *)left)->row,
                                 *b = &((const struct group *)right)->row;
    const struct pk_calltree_options *options = context;

    for (unsigned i = 0; i < options->n_orders; i++) {
        unsigned key = options->orders[i].key;
        bool is_reversed = options->orders[i].is_reversed;
        int order = key == PK_CALLTREE_NAME   ? pk_order_values(b->frame, a->frame, is_reversed)
                    : key == PK_CALLTREE_SELF ? pk_order_values(a->self, b->self, is_reversed)
                                              : pk_order_values(a->total, b->total, is_reversed);

        if (order)
            return -order;
    }
    if (a->total != b->total)
        return a->total < b->total ? -1 : 1;
    return (a->frame < b->frame) - (a->frame > b->frame);
}

/* Sums of values stay within their total; those of bounds may not, and are held. */
static int64_t add_held(int64_t a, int64_t b)
{
    int64_t sum;

    return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

/* Without ranges every value is exact. */
static void add_range(struct pk_range *sum, const struct pk_range *ranges, pk_node_id node,
                      int64_t value)
{
    struct pk_range range = ranges ? ranges[node] : (struct pk_range){value, value};

    sum->lo = add_held(sum->lo, range.lo);
    sum->hi = add_held(sum->hi, range.hi);
}

/* A node that lacks the metric (its slice was recorded without it) adds nothing. */
static int64_t value_of(const int64_t *column, pk_node_id node)
{
    return column[node] == PK_MISSING ? 0 : column[node];
}

/* What one member gives to its row. Bottom up a row has a self only where stacks begin. */
static void add_member(const struct search *s, struct pk_calltree_row *row,
                       const struct member *member, bool is_first)
{
    pk_node_id leaf = member->leaf;
    bool by_self = s->options->is_bottom_up && s->options->function == PK_NONE;
    int64_t total = value_of(by_self ? s->self : s->incl, leaf);

    row->total += total;
    add_range(&row->total_range, by_self ? s->tree->self_range : s->tree->incl_range, leaf, total);
    if (s->options->is_bottom_up && !is_first)
        return;
    row->self += value_of(s->self, leaf);
    add_range(&row->self_range, s->tree->self_range, leaf, value_of(s->self, leaf));
}

/* The bounds of a row that merges paths, of which none is larger than the row above it. */
static void widen(const struct search *s, struct pk_calltree_row *row,
                  const struct pk_calltree_row *above)
{
    bool is_merged = s->options->is_bottom_up || s->options->function != PK_NONE;

    if (!is_merged || !s->tree->incl_range)
        return;
    row->total_range.hi = add_held(row->total_range.hi, s->slack);
    row->self_range.hi = add_held(row->self_range.hi, s->slack);
    if (above && row->total_range.hi > above->total_range.hi)
        row->total_range.hi = above->total_range.hi;
    if (row->self_range.hi > row->total_range.hi)
        row->self_range.hi = row->total_range.hi;
}

/* --- what the profile knows exactly --- */

/* A column that the file does not give is missing for every function and every edge. */
static int64_t at(const int64_t *column, uint32_t index)
{
    return column ? column[index] : PK_MISSING;
}

/* The total of a first or second row as the tables have it; PK_MISSING where they do not. */
static int64_t known_total(const struct search *s, pk_frame_id frame,
                           const struct pk_calltree_row *above)
{
    const struct pk_calltree_options *o = s->options;
    uint32_t n = o->profile ? pk_profile_frames(o->profile) : 0;
    const struct pk_flat *flat = n ? pk_profile_flat(o->profile) : NULL;
    const struct pk_graph *graph = n ? pk_profile_graph(o->profile) : NULL;
    bool by_self = o->is_bottom_up && o->function == PK_NONE;
    pk_edge_id edge;

    if (frame >= n || (above && (above->depth > 0 || above->frame >= n || !graph)))
        return PK_MISSING;
    if (!above) {
        if (by_self)
            return at(flat->self[o->profile_metric], frame);
        return o->function == PK_NONE || at(flat->incl_high[o->profile_metric], frame) != PK_MISSING
                   ? PK_MISSING
                   : at(flat->incl[o->profile_metric], frame);
    }
    if (!o->is_bottom_up && o->function == PK_NONE)
        return PK_MISSING;
    edge = o->is_bottom_up ? pk_graph_edge(graph, frame, above->frame)
                           : pk_graph_edge(graph, above->frame, frame);
    if (edge == PK_NONE)
        return PK_MISSING;
    return at((by_self ? graph->self : graph->incl)[o->profile_metric], edge);
}

/* Files contradict themselves: a value outside the proven bounds is not believed. */
static void sharpen(const struct search *s, struct pk_calltree_row *row,
                    const struct pk_calltree_row *above)
{
    int64_t known = s->tree->incl_range ? known_total(s, row->frame, above) : PK_MISSING;

    if (known == PK_MISSING || known < row->total_range.lo || known > row->total_range.hi)
        return;
    row->total = known;
    row->total_range = (struct pk_range){known, known};
    if (row->self_range.hi > known)
        row->self_range.hi = known;
}

/* Count what is past the most that are to be shown; returns how many that are, which stand first.
 */
static size_t leave_out(struct search *s)
{
    size_t most = s->options->most, n = 0;

    if (most && s->found.size > most)
        n = s->found.size - most;
    for (size_t i = 0; i < n; i++) {
        s->result.n_more++;
        s->result.more = add_held(s->result.more, s->found.data[i].row.total);
    }
    return n;
}

/* Split `next` into groups by frame. Those worth a row go to `todo`, the heaviest last. */
static void split(struct search *s, const struct pk_calltree_row *above, uint32_t row)
{
    bool is_sorted = true;

    s->found.size = 0;
    s->spent += s->next.size;
    for (size_t i = 0; i + 1 < s->next.size && is_sorted; i++)
        is_sorted = by_frame(&s->next.data[i], &s->next.data[i + 1]) <= 0;
    if (!is_sorted)
        qsort(s->next.data, s->next.size, sizeof *s->next.data, by_frame);
    for (uint32_t from = 0, to; from < s->next.size; from = to) {
        struct group group = {.row = {.frame = s->next.data[from].frame,
                                      .parent = row,
                                      .depth = above ? above->depth + 1 : 0}};

        for (to = from; to < s->next.size && s->next.data[to].frame == group.row.frame; to++)
            add_member(s, &group.row, &s->next.data[to], !above);
        widen(s, &group.row, above);
        sharpen(s, &group.row, above);
        if (!above && s->options->function != PK_NONE)
            s->result.whole = group.row.total;
        group.from = from;
        group.to = to;
        if (pk_threshold_is_small(group.row.total, s->result.whole, s->options->min_percent)) {
            s->result.n_small++;
            s->result.small += group.row.total;
        } else {
            pk_array_push(&s->found, group);
        }
    }
    if (s->found.size > 1)
        qsort_r(s->found.data, s->found.size, sizeof *s->found.data, by_order, (void *)s->options);
    for (size_t i = leave_out(s); i < s->found.size; i++) {
        struct group group = s->found.data[i];
        uint32_t start = (uint32_t)s->members.size;

        for (uint32_t m = group.from; m < group.to; m++)
            pk_array_push(&s->members, s->next.data[m]);
        group.from = start;
        group.to = (uint32_t)s->members.size;
        pk_array_push(&s->todo, group);
    }
}

/* One step towards the root for every stack that has one, or to every callee. */
static void step(struct search *s, const struct group *group)
{
    const struct pk_tree *tree = s->tree;

    s->next.size = 0;
    for (uint32_t m = group->from; m < group->to; m++) {
        struct member member = s->members.data[m];

        if (s->options->is_bottom_up) {
            member.at = tree->parent[member.at];
            if (member.at == PK_NONE)
                continue;
            member.frame = tree->frame[member.at];
            pk_array_push(&s->next, member);
            continue;
        }
        for (pk_node_id i = member.at + 1; i < tree->end[member.at]; i = tree->end[i])
            pk_array_push(&s->next, ((struct member){tree->frame[i], i, i}));
    }
    s->members.size = group->from; /* groups are done from the last, so theirs stand at the end */
}

/* Rows in preorder; a group past the limits is counted in place of its row. */
static void walk(struct search *s)
{
    while (s->todo.size) {
        struct group group = s->todo.data[--s->todo.size];

        if (s->rows.size >= PK_CALLTREE_ROWS) {
            s->members.size = group.from;
            s->result.n_cut++;
            s->result.cut += group.row.total;
            continue;
        }
        pk_array_push(&s->rows, group.row);
        if (s->spent > WORK) {
            s->members.size = group.from;
            s->result.n_cut++;
            continue;
        }
        step(s, &group);
        split(s, &group.row, (uint32_t)s->rows.size - 1);
    }
}

/* --- where it begins --- */

/* All that can be a first row: nodes of the function, outermost only; roots; or nodes with self. */
static void begin(struct search *s)
{
    const struct pk_tree *tree = s->tree;
    pk_frame_id function = s->options->function;

    for (pk_node_id i = 0; i < tree->n;) {
        bool is_taken = function != PK_NONE
                            ? tree->frame[i] == function
                            : !s->options->is_bottom_up || value_of(s->self, i) != 0;
        bool is_whole = function != PK_NONE || !s->options->is_bottom_up;

        if (is_taken)
            pk_array_push(&s->next, ((struct member){tree->frame[i], i, i}));
        i = is_taken && is_whole ? tree->end[i] : i + 1;
    }
}

/* Only where paths are estimated is anything pruned. */
static int64_t pruned(const struct pk_tree *tree)
{
    int64_t sum = 0;

    for (pk_node_id i = 0; tree->self_range && i < tree->n; i++)
        if (tree->frame[i] == PK_FRAME_PRUNED)
            sum = add_held(sum, tree->self_range[i].hi);
    return sum;
}

struct pk_calltree pk_calltree_find(const struct pk_tree *tree, uint32_t metric,
                                    const struct pk_calltree_options *options,
                                    struct pk_arena *arena)
{
    struct search s = {.tree = tree,
                       .options = options,
                       .incl = tree->incl[metric],
                       .self = tree->self[metric],
                       .result = {.whole = options->whole, .has_keys = options->n_orders > 0}};

    if (s.incl && s.self) {
        s.slack = pruned(tree);
        begin(&s);
        split(&s, NULL, PK_NONE);
        walk(&s);
    }
    s.result.n = (uint32_t)s.rows.size;
    s.result.row = PK_NEW_ARRAY(arena, struct pk_calltree_row, s.rows.size);
    for (size_t i = 0; i < s.rows.size; i++)
        s.result.row[i] = s.rows.data[i];
    pk_array_fini(&s.members);
    pk_array_fini(&s.next);
    pk_array_fini(&s.found);
    pk_array_fini(&s.todo);
    pk_array_fini(&s.rows);
    return s.result;
}
