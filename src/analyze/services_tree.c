/*
 * What stacks say of a service: see services_private.h. From the roots down each path has met the
 * entry and then the service, or not, or nobody knows: a circle of functions is one frame, and what
 * was pruned or not recorded may hold anything. From the leaves up, time T of a path is K, in the
 * service, and D, not in it: T = K + D bounds each from two sides, as in filter_estimate.c.
 *
 * Where a circle of functions holds the entry or a part of the service, a caller of the circle may
 * still tell: when all its calls into the circle are to functions that are meant, the path has met
 * one. Members of a circle that are listed below it are stacks that end in them, and so have met
 * themselves.
 *
 * The time of a stack belongs to the edge that first enters the service, and to the last function
 * of it: what that one spends itself or in the first function that it calls and that never comes
 * back to the service.
 */
#include "analyze/services_private.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct stack_state {
    uint8_t entry, service; /* enum pk_answer: met so far, the entry; and below it the service */
    bool draws_entry, draws_service;
    struct pk_range kept, lost; /* of the inclusive */
    int64_t *in, *out;          /* what the self of the node adds to; NULL: nothing that is known */
};

/* Once met, it stays met. */
static enum pk_answer later(enum pk_answer a, enum pk_answer b)
{
    return a > b ? a : b;
}

/* Sure only when both are. */
static enum pk_answer both(enum pk_answer a, enum pk_answer b)
{
    return a < b ? a : b;
}

/* The frame of functions that call each other; special frames have higher ids. */
static bool is_circle(const struct pk_service_stacks *s, pk_frame_id frame)
{
    return frame >= s->n_frames && !pk_profile_special(frame);
}

/* Of the service, or where none is asked for, the entry. */
static bool is_meant(const bool *is_in, pk_frame_id entry, pk_frame_id frame)
{
    return is_in ? is_in[frame] : frame == entry;
}

/* Whether all calls of a function into a circle are to functions that are meant. */
static bool enters(const struct pk_service_stacks *s, pk_frame_id caller, uint32_t box,
                   const bool *is_in, pk_frame_id entry)
{
    uint32_t n = 0;

    if (caller >= s->n_frames)
        return false;
    for (pk_edge_id e = s->graph->out_start[caller]; e < s->graph->out_start[caller + 1]; e++)
        if (s->cycles.box[s->graph->callee[e]] == box) {
            if (!is_meant(is_in, entry, s->graph->callee[e]))
                return false;
            n++;
        }
    return n > 0;
}

/* A circle is what all of its functions are, or those that `caller` calls of it; else maybe. */
static enum pk_answer match(const struct pk_service_stacks *s, pk_frame_id frame,
                            pk_frame_id caller, const bool *is_in, pk_frame_id entry)
{
    uint32_t n = 0, box = frame - PK_FRAME_CYCLE;

    if (frame < s->n_frames)
        return is_meant(is_in, entry, frame) ? PK_YES : PK_NO;
    if (!is_circle(s, frame))
        return PK_MAYBE;
    for (uint32_t i = s->cycles.member_start[box]; i < s->cycles.member_start[box + 1]; i++)
        n += is_meant(is_in, entry, s->cycles.member[i]);
    if (n == 0)
        return PK_NO;
    return n == s->cycles.member_start[box + 1] - s->cycles.member_start[box] ||
                   enters(s, caller, box, is_in, entry)
               ? PK_YES
               : PK_MAYBE;
}

/* Where the value of an edge is added up. A circle has no edge of its own. */
static int64_t *of_edge(const struct pk_service_stacks *s, int64_t *edges, pk_frame_id from,
                        pk_frame_id to)
{
    pk_edge_id edge =
        from < s->n_frames && to < s->n_frames ? pk_graph_edge(s->graph, from, to) : PK_NONE;

    return edge == PK_NONE ? NULL : &edges[edge];
}

/* Which edge brought the time of this node in, and what it is spent in. */
static void follow(struct pk_service_stacks *s, pk_node_id i, const bool *is_in,
                   const struct stack_state *above)
{
    struct stack_state *state = &s->state[i];
    pk_frame_id frame = s->tree->frame[i];
    pk_frame_id caller = above ? s->tree->frame[s->tree->parent[i]] : PK_NONE;
    bool is_member = frame < s->n_frames && is_in[frame];

    state->in = above ? above->in : NULL;
    state->out = above ? above->out : NULL;
    /* An entry that is of the service itself is where it begins. */
    if (is_member && state->draws_service && !(above && above->draws_service))
        state->in = above && above->draws_entry ? of_edge(s, s->in_edge, caller, frame)
                                                : &s->in_root[frame];
    if (is_member)
        state->out = &s->own[frame];
    else if (caller < s->n_frames && is_in[caller])
        state->out = of_edge(s, s->out_edge, caller, frame);
    if (!state->draws_service)
        return;
    s->value += s->tree->self[s->metric][i];
    if (state->in)
        *state->in += s->tree->self[s->metric][i];
    if (state->out)
        *state->out += s->tree->self[s->metric][i];
}

/* One node, after its caller. What is drawn follows what is sure, and takes a circle that holds the
 * entry for the entry: else nothing below it would be drawn. */
static void step(struct pk_service_stacks *s, pk_node_id i, const bool *is_in, pk_frame_id entry)
{
    const struct stack_state *above =
        s->tree->parent[i] == PK_NONE ? NULL : &s->state[s->tree->parent[i]];
    struct stack_state *state = &s->state[i];
    pk_frame_id frame = s->tree->frame[i];
    pk_frame_id caller = above ? s->tree->frame[s->tree->parent[i]] : PK_NONE;
    enum pk_answer met = entry == PK_NONE ? PK_YES : match(s, frame, caller, NULL, entry);
    enum pk_answer now;

    *state = (struct stack_state){0};
    state->entry = (uint8_t)later(above ? (enum pk_answer)above->entry : PK_NO, met);
    now = both((enum pk_answer)state->entry, match(s, frame, caller, is_in, PK_NONE));
    state->service = (uint8_t)later(above ? (enum pk_answer)above->service : PK_NO, now);
    state->draws_entry =
        (above && above->draws_entry) || met == PK_YES || (met == PK_MAYBE && is_circle(s, frame));
    state->draws_service = (above && above->draws_service) ||
                           (state->draws_entry && frame < s->n_frames && is_in[frame]);
    follow(s, i, is_in, above);
}

/* K and D of a node out of those of its children and its own self. */
static void settle(struct stack_state *state, struct pk_range self, struct pk_range incl,
                   int64_t unseen)
{
    enum pk_answer answer = (enum pk_answer)state->service;
    struct pk_range kept = state->kept, lost = state->lost;

    kept.lo += answer == PK_YES ? self.lo : 0;
    lost.lo += answer == PK_NO ? self.lo : 0;
    kept.hi = pk_bounds_plus(kept.hi, answer == PK_NO ? 0 : self.hi);
    lost.hi = pk_bounds_plus(lost.hi, answer == PK_YES ? 0 : self.hi);
    kept.hi = pk_bounds_plus(kept.hi, unseen);
    lost.hi = pk_bounds_plus(lost.hi, answer == PK_YES ? 0 : unseen);
    state->kept.lo = pk_bounds_most(kept.lo, pk_bounds_minus(incl.lo, lost.hi));
    state->kept.hi = pk_bounds_least(kept.hi, pk_bounds_minus(incl.hi, lost.lo));
    state->lost.lo = pk_bounds_most(lost.lo, pk_bounds_minus(incl.lo, kept.hi));
    state->lost.hi = pk_bounds_least(lost.hi, pk_bounds_minus(incl.hi, kept.lo));
}

/* One node of an estimated tree, after all that it calls: to its caller, or to the whole. */
static void add_up(struct pk_service_stacks *s, pk_node_id i)
{
    struct stack_state *state = &s->state[i], *above;

    settle(state, s->tree->self_range[i], s->tree->incl_range[i], s->unseen[i]);
    if (s->tree->parent[i] == PK_NONE) {
        s->range.lo = pk_bounds_plus(s->range.lo, state->kept.lo);
        s->range.hi = pk_bounds_plus(s->range.hi, state->kept.hi);
        return;
    }
    above = &s->state[s->tree->parent[i]];
    above->kept.lo = pk_bounds_plus(above->kept.lo, state->kept.lo);
    above->kept.hi = pk_bounds_plus(above->kept.hi, state->kept.hi);
    above->lost.lo = pk_bounds_plus(above->lost.lo, state->lost.lo);
    above->lost.hi = pk_bounds_plus(above->lost.hi, state->lost.hi);
}

/* Rooms are made at the first walk and cleared for the others; they are one block. */
void pk_service_stacks_walk(struct pk_service_stacks *stacks, const bool *is_in, pk_frame_id entry)
{
    size_t n_edges = stacks->graph->n, n_frames = stacks->n_frames;

    stacks->value = 0;
    if (!stacks->state) {
        stacks->state = pk_calloc((size_t)stacks->tree->n + 1, sizeof *stacks->state);
        stacks->in_edge = pk_calloc(2 * (n_edges + n_frames) + 1, sizeof *stacks->in_edge);
        stacks->out_edge = stacks->in_edge + n_edges;
        stacks->in_root = stacks->out_edge + n_edges;
        stacks->own = stacks->in_root + n_frames;
    }
    memset(stacks->in_edge, 0, 2 * (n_edges + n_frames) * sizeof *stacks->in_edge);
    for (pk_node_id i = 0; i < stacks->tree->n; i++)
        step(stacks, i, is_in, entry);
    stacks->range = (struct pk_range){0, 0};
    for (pk_node_id i = stacks->tree->n; i-- > 0 && stacks->unseen;)
        add_up(stacks, i);
    if (!stacks->unseen) /* recorded stacks are what they say */
        stacks->range = (struct pk_range){stacks->value, stacks->value};
}

/* A stack with the service belongs to its deepest frame of it: whatever stands there or above has
 * the service below it. */
static void sum_by_deepest(struct pk_service_stacks *s, const bool *is_in)
{
    const struct pk_tree *tree = s->tree;

    for (pk_node_id i = 0; i < tree->n; i++) {
        bool is_member = tree->frame[i] < s->n_frames && is_in[tree->frame[i]];
        pk_node_id above = tree->parent[i] == PK_NONE ? PK_NONE : s->deepest[tree->parent[i]];

        s->deepest[i] = is_member ? i : above;
        s->sums[i] = 0;
        if (s->deepest[i] != PK_NONE)
            s->sums[s->deepest[i]] += tree->self[s->metric][i];
    }
    for (pk_node_id i = tree->n; i-- > 0;)
        if (tree->parent[i] != PK_NONE)
            s->sums[tree->parent[i]] += s->sums[i];
}

/* Of a frame that stands several times on a stack the outermost counts. */
void pk_service_stacks_below(struct pk_service_stacks *stacks, const bool *is_in)
{
    const struct pk_tree *tree = stacks->tree;
    uint32_t n_frames = stacks->n_frames;

    if (!stacks->deepest) {
        stacks->deepest = pk_calloc((size_t)tree->n + n_frames + 1, sizeof *stacks->deepest);
        stacks->end = stacks->deepest + tree->n;
        stacks->sums = pk_calloc((size_t)tree->n + n_frames + 1, sizeof *stacks->sums);
        stacks->below = stacks->sums + tree->n;
    }
    sum_by_deepest(stacks, is_in);
    memset(stacks->below, 0, n_frames * sizeof *stacks->below);
    memset(stacks->end, 0, n_frames * sizeof *stacks->end);
    for (pk_node_id i = 0; i < tree->n; i++) {
        pk_frame_id frame = tree->frame[i];

        if (frame >= n_frames || i < stacks->end[frame])
            continue;
        stacks->end[frame] = tree->end[i];
        stacks->below[frame] += stacks->sums[i];
    }
}
