/*
 * Lower rungs from higher ones, exactly; the graph of stacks is in derive_graph.c. "Once per
 * stack": a function or an edge that stands several times on one stack counts that stack once, so
 * nothing recursive can pass 100 %. In a tree that means: a node counts for its function only when
 * no ancestor is the same function; likewise for edges.
 *
 * Self needs no such care: each value belongs to one leaf frame, so the self of an edge is the sum
 * over the nodes entered through it, and self(f) = self of f as a root + the self of its incoming
 * edges.
 */
#include "model/cycles.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "model/freeze_private.h"

/* --- graph indexes
 * ------------------------------------------------------------------------------------- */

/* From edges in order of caller and callee: out edges are then runs of the edges themselves, in
 * edges need an array of their own. Two counting sorts, so linear. */
void pk_graph_index(struct pk_graph *graph, uint32_t n_frames, struct pk_arena *arena)
{
    uint32_t *fill;

    graph->out_start = PK_NEW_ARRAY(arena, uint32_t, (size_t)n_frames + 1);
    graph->in_start = PK_NEW_ARRAY(arena, uint32_t, (size_t)n_frames + 1);
    graph->in_edge = PK_NEW_ARRAY(arena, pk_edge_id, graph->n);
    for (uint32_t e = 0; e < graph->n; e++) {
        graph->out_start[graph->caller[e] + 1]++;
        graph->in_start[graph->callee[e] + 1]++;
    }
    for (uint32_t i = 0; i < n_frames; i++) {
        graph->out_start[i + 1] += graph->out_start[i];
        graph->in_start[i + 1] += graph->in_start[i];
    }
    fill = pk_calloc((size_t)n_frames + 1, sizeof *fill);
    memcpy(fill, graph->in_start, ((size_t)n_frames + 1) * sizeof *fill);
    for (uint32_t e = 0; e < graph->n; e++)
        graph->in_edge[fill[graph->callee[e]]++] = e;
    pk_free(fill);
}

/* --- from a tree
 * --------------------------------------------------------------------------------------- */

int64_t **pk_derive_columns(struct pk_profile *p, size_t n)
{
    int64_t **all = pk_freeze_columns(&p->arena, p->n_metrics);

    for (uint32_t m = 0; m < p->n_metrics; m++)
        if (pk_profile_has_values(p, m))
            all[m] = p->tree.self[m] ? pk_freeze_column(&p->arena, n) : NULL;
    return all;
}

/* Add what node i brings: self always, inclusive when it is the outermost of its function. */
static void count_node(struct pk_profile *p, uint32_t i, bool is_outermost)
{
    const struct pk_tree *tree = &p->tree;

    for (uint32_t m = 0; m < p->n_metrics; m++) {
        if (!pk_profile_has_values(p, m) || !tree->self[m])
            continue;
        pk_sum_add(&p->flat.self[m][tree->frame[i]], tree->self[m][i]);
        if (is_outermost)
            pk_sum_add(&p->flat.incl[m][tree->frame[i]], tree->incl[m][i]);
    }
}

/* Preorder with the path kept by counters: no stack of its own, whatever the depth. */
static void walk(struct pk_profile *p)
{
    const struct pk_tree *tree = &p->tree;
    uint32_t *on_path = pk_calloc(p->n_frames, sizeof *on_path); /* nodes of the path, by frame */
    uint32_t last = PK_NONE;                                     /* the node before in preorder */

    for (uint32_t i = 0; i < tree->n; i++) {
        /* Leave what does not contain i: from the last node up to i's parent. */
        /* At a root the parent is PK_NONE, so the whole path is left; `last` never runs past it. */
        for (; last != tree->parent[i]; last = tree->parent[last])
            on_path[tree->frame[last]]--;
        count_node(p, i, on_path[tree->frame[i]]++ == 0);
        last = i;
    }
    pk_free(on_path);
}

/* Calls are not derived: stacks are samples, and a node that was seen once may stand for a million
 * calls. */
void pk_derive_from_tree(struct pk_profile *profile)
{
    bool has_values = pk_profile_has_any_values(profile);

    profile->flat.origin = PK_DERIVED;
    profile->flat.self = pk_derive_columns(profile, profile->n_frames);
    profile->flat.incl = pk_derive_columns(profile, profile->n_frames);
    profile->flat.incl_high = pk_freeze_no_ranges(profile);
    profile->flat.calls = profile->flat.primitive = has_values ? NULL : pk_freeze_left_out();
    if (has_values)
        walk(profile);
    profile->is_graph_due = true;
}

/* --- inclusive from edges
 * ------------------------------------------------------------------------------ */

struct sum { /* in 128 bits: edges may add up past what each function has */
    __int128 value;
    bool is_known; /* all of it */
};

static void add_piece(struct sum *sum, int64_t value)
{
    if (value == PK_MISSING)
        sum->is_known = false;
    else
        sum->value += value;
}

/* Self of a member, and its exits from its box. */
static struct sum self_and_exits(const struct pk_profile *p, const struct pk_cycles *cycles,
                                 uint32_t m, pk_frame_id frame)
{
    const struct pk_graph *graph = &p->graph;
    struct sum sum = {.is_known = true};

    add_piece(&sum, p->flat.self[m][frame]);
    for (uint32_t edge = graph->out_start[frame]; edge < graph->out_start[frame + 1]; edge++)
        if (cycles->box[graph->callee[edge]] != cycles->box[frame])
            add_piece(&sum, graph->incl[m][edge]);
    return sum;
}

/* Entries into a member from outside its box. One without a value only makes the lower bound of a
 * cycle's member weaker. */
static __int128 entries(const struct pk_profile *p, const struct pk_cycles *cycles, uint32_t m,
                        pk_frame_id frame)
{
    const struct pk_graph *graph = &p->graph;
    __int128 sum = 0;

    for (uint32_t i = graph->in_start[frame]; i < graph->in_start[frame + 1]; i++) {
        pk_edge_id edge = graph->in_edge[i];

        if (cycles->box[graph->caller[edge]] != cycles->box[frame] &&
            graph->incl[m][edge] != PK_MISSING)
            sum += graph->incl[m][edge];
    }
    return sum;
}

/* Into the range of values: above at `most`, below at the smallest that is not PK_MISSING. */
static int64_t clip(__int128 value, int64_t most)
{
    return value > most ? most : value <= PK_MISSING ? PK_MISSING + 1 : (int64_t)value;
}

/* What self adds up to, which no inclusive passes; INT64_MAX where values below zero are among it.
 */
static int64_t most(const struct pk_profile *p, uint32_t m)
{
    int64_t sum = 0; /* fits: the magnitudes do */

    for (pk_frame_id f = 0; f < p->n_frames; f++) {
        if (p->flat.self[m][f] == PK_MISSING)
            continue;
        if (p->flat.self[m][f] < 0)
            return INT64_MAX;
        sum += p->flat.self[m][f];
    }
    return sum;
}

/* A member of a cycle that is `whole`. */
static void derive_member(struct pk_profile *p, const struct pk_cycles *cycles, uint32_t m,
                          pk_frame_id frame, __int128 whole, int64_t total, bool *has_ranges)
{
    __int128 low = self_and_exits(p, cycles, m, frame).value;
    __int128 in = entries(p, cycles, m, frame);

    /* Entries above the whole contradict it and prove nothing. */
    if (low < in && in <= whole)
        low = in;
    p->flat.incl[m][frame] = clip(low, total);
    if (p->flat.incl[m][frame] < clip(whole, total)) {
        p->flat.incl_high[m][frame] = clip(whole, total);
        *has_ranges = true;
    }
}

/* One box: outside cycles self + exits is the inclusive time itself; inside one it is a lower bound
 * for each member (so are the entries from outside), and the box's own inclusive time is the upper
 * one. */
static void derive_box(struct pk_profile *p, const struct pk_cycles *cycles, uint32_t m,
                       uint32_t box, int64_t total, bool *has_ranges)
{
    struct sum whole = {.is_known = true};
    uint32_t end = cycles->member_start[box + 1];

    for (uint32_t i = cycles->member_start[box]; i < end; i++) {
        struct sum sum = self_and_exits(p, cycles, m, cycles->member[i]);

        whole.is_known &= sum.is_known;
        whole.value += sum.value;
    }
    for (uint32_t i = cycles->member_start[box]; whole.is_known && i < end; i++) {
        pk_frame_id frame = cycles->member[i];

        if (p->flat.incl[m][frame] != PK_MISSING)
            continue;
        if (cycles->is_cycle[box])
            derive_member(p, cycles, m, frame, whole.value, total, has_ranges);
        else
            p->flat.incl[m][frame] = clip(whole.value, total);
    }
}

/* Whether a names a cycle better than b: the reader's own functions before built-ins, then by self.
 */
static bool names_better(const struct pk_profile *p, pk_frame_id a, pk_frame_id b)
{
    const int64_t *self = p->n_metrics ? p->flat.self[0] : NULL;
    bool is_own[2] = {p->frames[a].kind != PK_KIND_BUILTIN, p->frames[b].kind != PK_KIND_BUILTIN};

    if (is_own[0] != is_own[1])
        return is_own[0];
    return self && self[a] > self[b];
}

/* "(cycle: parse, expr +3)": the two members with most self, so that a box of an estimated tree has
 * a name. */
static struct pk_str cycle_name(const struct pk_profile *p, const struct pk_cycles *cycles,
                                uint32_t box, struct pk_arena *arena)
{
    uint32_t first = cycles->member_start[box], n = cycles->member_start[box + 1] - first;
    pk_frame_id top[2] = {cycles->member[first], cycles->member[first + 1]};
    struct pk_buf text = {0};
    struct pk_str name;

    for (uint32_t i = 0; i < n; i++) {
        pk_frame_id frame = cycles->member[first + i];

        if (names_better(p, frame, top[0])) {
            top[1] = top[0];
            top[0] = frame;
        } else if (frame != top[0] && names_better(p, frame, top[1])) {
            top[1] = frame;
        }
    }
    pk_buf_text(&text, "(cycle: ");
    pk_buf_str(&text, p->frames[top[0]].name);
    pk_buf_text(&text, ", ");
    pk_buf_str(&text, p->frames[top[1]].name);
    if (n > 2)
        pk_buf_printf(&text, " +%u", n - 2);
    pk_buf_char(&text, ')');
    name = pk_arena_str(arena, pk_buf_view(&text));
    pk_buf_fini(&text);
    return name;
}

/* Boxes of one function need no name of their own. */
static void name_cycles(struct pk_profile *p, const struct pk_cycles *cycles)
{
    for (uint32_t box = 0; box < cycles->n_boxes; box++) {
        if (cycles->member_start[box + 1] - cycles->member_start[box] < 2)
            continue;
        if (!p->cycle_frames) {
            p->cycle_frames = PK_NEW_ARRAY(&p->arena, struct pk_frame, cycles->n_boxes);
            p->n_cycle_frames = cycles->n_boxes;
        }
        p->cycle_frames[box] = (struct pk_frame){.name = cycle_name(p, cycles, box, &p->arena),
                                                 .kind = PK_KIND_SPECIAL};
    }
}

/* Values that the file gives stay; only missing ones are derived. */
void pk_derive_inclusive(struct pk_profile *p)
{
    struct pk_arena scratch;
    struct pk_cycles cycles;
    int64_t *none = NULL, *spare = NULL; /* columns of nothing but missing values */

    pk_arena_init(&scratch);
    cycles = pk_cycles_find(&p->graph, p->n_frames, &scratch);
    for (uint32_t m = 0; m < p->n_metrics; m++) {
        int64_t total;
        bool has_ranges = false, has_edges = p->graph.incl[m] != NULL;

        if (!pk_profile_has_values(p, m))
            continue;
        if (!p->flat.self[m])
            continue;
        if (!has_edges) { /* no edge says its time: missing everywhere, but leaves are exact */
            none = none ? none : pk_freeze_column(&scratch, p->graph.n);
            p->graph.incl[m] = none;
        }
        if (!p->flat.incl[m])
            p->flat.incl[m] = pk_freeze_column(&p->arena, p->n_frames);
        p->flat.incl_high[m] = spare ? spare : pk_freeze_column(&p->arena, p->n_frames);
        spare = NULL;
        total = most(p, m);
        for (uint32_t box = 0; box < cycles.n_boxes; box++)
            derive_box(p, &cycles, m, box, total, &has_ranges);
        if (!has_ranges) {
            spare = p->flat.incl_high[m];
            p->flat.incl_high[m] = NULL;
        }
        if (!has_edges)
            p->graph.incl[m] = NULL;
        p->flat.incl[m] = pk_freeze_known(p->flat.incl[m], p->n_frames);
    }
    name_cycles(p, &cycles);
    pk_arena_fini(&scratch);
}
