/*
 * Callers and callees of one function: see calls.h. An edge from a function to itself is both; it
 * is told apart, so that no view lists it twice.
 */
#include "analyze/calls.h"

#include <stdint.h>
#include <stdlib.h>

#include "analyze/threshold.h"

struct ranked {
    int64_t total, calls; /* missing ones are the smallest there are */
    struct pk_neighbour neighbour;
};

/* By total, then calls; equal ones by frame, so by name. */
static int order(const void *left, const void *right)
{
    const struct ranked *a = left, *b = right;

    if (a->total != b->total)
        return a->total > b->total ? -1 : 1;
    if (a->calls != b->calls)
        return a->calls > b->calls ? -1 : 1;
    return (a->neighbour.frame > b->neighbour.frame) - (a->neighbour.frame < b->neighbour.frame);
}

/* One end of an edge with what it is ranked by. */
static struct ranked rank(const struct pk_graph *graph, uint32_t metric, pk_frame_id frame,
                          pk_edge_id edge)
{
    return (struct ranked){graph->incl[metric] ? graph->incl[metric][edge] : PK_MISSING,
                           graph->calls ? graph->calls[edge] : PK_MISSING,
                           {frame, edge}};
}

/* Sort what was collected into the arena. */
static struct pk_neighbour *sorted(struct ranked *ranked, uint32_t n, struct pk_arena *arena)
{
    struct pk_neighbour *list = PK_NEW_ARRAY(arena, struct pk_neighbour, n);

    qsort(ranked, n, sizeof *ranked, order);
    for (uint32_t i = 0; i < n; i++)
        list[i] = ranked[i].neighbour;
    return list;
}

/* Both lists come from the indexes of the graph: time follows the number of neighbours. */
struct pk_neighbours pk_calls_find(const struct pk_profile *profile, uint32_t metric,
                                   pk_frame_id frame, struct pk_arena *arena)
{
    const struct pk_graph *graph = pk_profile_graph(profile);
    struct pk_neighbours found = {.frame = frame, .itself = PK_NONE};
    uint32_t in = graph->in_start[frame + 1] - graph->in_start[frame];
    uint32_t out = graph->out_start[frame + 1] - graph->out_start[frame];
    struct ranked *ranked = pk_calloc((size_t)(in > out ? in : out) + 1, sizeof *ranked);

    for (uint32_t i = graph->in_start[frame]; i < graph->in_start[frame + 1]; i++) {
        pk_edge_id e = graph->in_edge[i];

        if (graph->caller[e] != frame)
            ranked[found.n_callers++] = rank(graph, metric, graph->caller[e], e);
    }
    found.callers = sorted(ranked, found.n_callers, arena);
    for (pk_edge_id e = graph->out_start[frame]; e < graph->out_start[frame + 1]; e++) {
        if (graph->callee[e] == frame)
            found.itself = e;
        else
            ranked[found.n_callees++] = rank(graph, metric, graph->callee[e], e);
    }
    found.callees = sorted(ranked, found.n_callees, arena);
    pk_free(ranked);
    return found;
}

struct sorting {
    const struct pk_profile *profile;
    uint32_t metric;
    const struct pk_order *orders;
    unsigned n;
};

/* One key of an edge; nothing by name, which is no number. */
static int64_t value_of(const struct sorting *s, unsigned key, pk_edge_id edge)
{
    const struct pk_graph *graph = pk_profile_graph(s->profile);
    const int64_t *column = key == PK_CALLS_TOTAL ? graph->incl[s->metric] : graph->calls;

    return column && key != PK_CALLS_NAME ? column[edge] : PK_MISSING;
}

/* The first key that tells them apart; then by frame. */
static int order_by_keys(const void *left, const void *right, void *context)
{
    const struct sorting *s = context;
    const struct pk_neighbour *a = left, *b = right;

    for (unsigned i = 0; i < s->n; i++) {
        unsigned key = s->orders[i].key;
        bool is_reversed = s->orders[i].is_reversed;
        int order =
            pk_order_values(value_of(s, key, a->edge), value_of(s, key, b->edge), is_reversed);

        if (key == PK_CALLS_NAME)
            order = pk_str_compare(pk_profile_frame(s->profile, a->frame)->name,
                                   pk_profile_frame(s->profile, b->frame)->name) *
                    (is_reversed ? -1 : 1);
        if (order)
            return order;
    }
    return (a->frame > b->frame) - (a->frame < b->frame);
}

void pk_calls_sort(struct pk_neighbours *neighbours, const struct pk_profile *profile,
                   uint32_t metric, const struct pk_order *orders, unsigned n)
{
    struct sorting sorting = {profile, metric, orders, n};

    if (n == 0)
        return;
    qsort_r(neighbours->callers, neighbours->n_callers, sizeof *neighbours->callers, order_by_keys,
            &sorting);
    qsort_r(neighbours->callees, neighbours->n_callees, sizeof *neighbours->callees, order_by_keys,
            &sorting);
}

/* An upper bound below the total is one of a file that contradicts itself. */
int64_t pk_calls_whole(const struct pk_profile *profile, uint32_t metric, pk_frame_id frame)
{
    const struct pk_flat *flat = pk_profile_flat(profile);
    int64_t total = flat->incl[metric] ? flat->incl[metric][frame] : PK_MISSING;
    int64_t high = flat->incl_high[metric] ? flat->incl_high[metric][frame] : PK_MISSING;

    return high == PK_MISSING || high < total ? total : high;
}

/* The others keep their order; returns how many went. */
static uint32_t leave_out(struct pk_neighbour *list, uint32_t *n, const int64_t *totals,
                          int64_t whole, uint32_t percent)
{
    uint32_t kept = 0, before = *n;

    for (uint32_t i = 0; i < before; i++)
        if (!pk_threshold_is_small(totals[list[i].edge], whole, percent))
            list[kept++] = list[i];
    *n = kept;
    return before - kept;
}

void pk_calls_leave_out(struct pk_neighbours *neighbours, const struct pk_profile *profile,
                        uint32_t metric, uint32_t percent)
{
    const int64_t *totals = pk_profile_graph(profile)->incl[metric];
    int64_t whole = pk_calls_whole(profile, metric, neighbours->frame);

    if (!totals)
        return;
    neighbours->n_small_callers +=
        leave_out(neighbours->callers, &neighbours->n_callers, totals, whole, percent);
    neighbours->n_small_callees +=
        leave_out(neighbours->callees, &neighbours->n_callees, totals, whole, percent);
}
