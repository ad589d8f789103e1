/*
 * The tables of a profile whose slices were recorded at different rungs: sums of its parts' tables.
 * The parts share frame and metric ids. A part that lacks a metric is left out of that metric's
 * sums; a part that has the function but not the value makes the sum missing, as everywhere; self
 * adds up what is known (merge.c).
 */
#include <stdint.h>
#include <stdlib.h>

#include "model/freeze_private.h"

/* Frames are shared by all parts, so a part without the function has only missing values for it. */
static bool part_has_frame(const struct pk_profile *part, uint32_t frame)
{
    for (uint32_t m = 0; m < part->n_metrics; m++)
        if ((part->flat.self[m] && part->flat.self[m][frame] != PK_MISSING) ||
            (part->flat.incl[m] && part->flat.incl[m][frame] != PK_MISSING))
            return true;
    return part->flat.calls && part->flat.calls[frame] != PK_MISSING;
}

/* A column that nobody filled is missing everywhere. */
static int64_t at(const int64_t *column, uint32_t i)
{
    return column ? column[i] : PK_MISSING;
}

/* A sum in the making: nothing yet, known, or spoilt by one part that is unknown. */
struct summing {
    int64_t value;
    bool has_any, is_unknown;
};

/* Strict: one unknown part makes the sum unknown. */
static void sum_in(struct summing *sum, int64_t value)
{
    sum->is_unknown |= value == PK_MISSING;
    if (value != PK_MISSING)
        sum->value = sum->has_any ? sum->value + value : value;
    sum->has_any = true;
}

static int64_t sum_out(const struct summing *sum)
{
    return sum->has_any && !sum->is_unknown ? sum->value : PK_MISSING;
}

/* One function and metric. Bounds add up too: a sum of ranges is the range of the sum. */
static void combine_values(struct pk_profile *whole, uint32_t m, uint32_t frame)
{
    struct summing low = {0}, high = {0};
    int64_t self = PK_MISSING;
    bool has_range = false;

    for (unsigned rung = PK_FLAT; rung <= PK_TREE; rung++) {
        const struct pk_profile *part = whole->parts[rung];
        int64_t above;

        if (!part || !part->flat.self[m] || !part_has_frame(part, frame))
            continue;
        above = at(part->flat.incl_high[m], frame);
        has_range |= above != PK_MISSING;
        pk_sum_add(&self, part->flat.self[m][frame]);
        sum_in(&low, at(part->flat.incl[m], frame));
        sum_in(&high, above != PK_MISSING ? above : at(part->flat.incl[m], frame));
    }
    whole->flat.self[m][frame] = self;
    whole->flat.incl[m][frame] = sum_out(&low);
    if (has_range)
        whole->flat.incl_high[m][frame] = sum_out(&high);
}

/* Stacks have no calls, so a function that is in stacks as well has none that are known. */
static void combine_calls(struct pk_profile *whole, uint32_t frame)
{
    struct summing calls = {0}, primitive = {0};

    for (unsigned rung = PK_FLAT; rung <= PK_TREE; rung++) {
        const struct pk_profile *part = whole->parts[rung];

        if (!part || !part_has_frame(part, frame))
            continue;
        sum_in(&calls, at(part->flat.calls, frame));
        sum_in(&primitive, at(part->flat.primitive, frame));
    }
    whole->flat.calls[frame] = sum_out(&calls);
    whole->flat.primitive[frame] = sum_out(&primitive);
}

/* Parts that lack a metric keep out of its sums, so their functions do not make it missing. */
static void combine_flat(struct pk_profile *whole)
{
    struct pk_arena *arena = &whole->arena;
    uint32_t n = whole->n_frames;

    whole->flat.origin = PK_DERIVED;
    whole->flat.self = PK_NEW_ARRAY(arena, int64_t *, whole->n_metrics);
    whole->flat.incl = PK_NEW_ARRAY(arena, int64_t *, whole->n_metrics);
    whole->flat.incl_high = PK_NEW_ARRAY(arena, int64_t *, whole->n_metrics);
    whole->flat.calls = pk_freeze_column(arena, n);
    whole->flat.primitive = pk_freeze_column(arena, n);
    for (uint32_t m = 0; m < whole->n_metrics; m++) {
        whole->flat.self[m] = pk_freeze_column(arena, n);
        whole->flat.incl[m] = pk_freeze_column(arena, n);
        whole->flat.incl_high[m] = pk_freeze_column(arena, n);
        for (uint32_t f = 0; f < n; f++)
            combine_values(whole, m, f);
        whole->flat.self[m] = pk_freeze_known(whole->flat.self[m], n);
        whole->flat.incl[m] = pk_freeze_known(whole->flat.incl[m], n);
        whole->flat.incl_high[m] = pk_freeze_known(whole->flat.incl_high[m], n);
        for (unsigned rung = PK_FLAT; rung <= PK_TREE; rung++)
            if (whole->parts[rung])
                whole->totals[m] += whole->parts[rung]->totals[m];
    }
    for (uint32_t f = 0; f < n; f++)
        combine_calls(whole, f);
    whole->flat.calls = pk_freeze_known(whole->flat.calls, n);
    whole->flat.primitive = pk_freeze_known(whole->flat.primitive, n);
}

/* Nobody asks for values: only the record will be read. */
static void leave_out_flat(struct pk_profile *whole)
{
    whole->flat.origin = PK_DERIVED;
    whole->flat.self = pk_freeze_columns(&whole->arena, whole->n_metrics);
    whole->flat.incl = pk_freeze_columns(&whole->arena, whole->n_metrics);
    whole->flat.incl_high = pk_freeze_columns(&whole->arena, whole->n_metrics);
    whole->flat.calls = whole->flat.primitive = pk_freeze_left_out();
}

/* All edges of both parts in order: a merge of two ordered lists. */
static void union_edges(struct pk_profile *whole, const struct pk_graph *a,
                        const struct pk_graph *b)
{
    struct pk_graph *graph = &whole->graph;
    uint32_t i = 0, j = 0;

    graph->caller = PK_NEW_ARRAY(&whole->arena, pk_frame_id, (size_t)a->n + b->n);
    graph->callee = PK_NEW_ARRAY(&whole->arena, pk_frame_id, (size_t)a->n + b->n);
    while (i < a->n || j < b->n) {
        uint64_t x = i < a->n ? (uint64_t)a->caller[i] << 32 | a->callee[i] : UINT64_MAX;
        uint64_t y = j < b->n ? (uint64_t)b->caller[j] << 32 | b->callee[j] : UINT64_MAX;
        uint64_t least = x < y ? x : y;

        graph->caller[graph->n] = (uint32_t)(least >> 32);
        graph->callee[graph->n++] = (uint32_t)least;
        i += x == least;
        j += y == least;
    }
}

/* One edge and metric, strict like calls: its users prove bounds with it. */
static int64_t combine_edge(const struct pk_profile *whole, uint32_t edge, bool is_self, uint32_t m)
{
    struct summing sum = {0};

    for (unsigned rung = PK_GRAPH; rung <= PK_TREE; rung++) {
        const struct pk_graph *graph = &whole->parts[rung]->graph;
        int64_t **groups = is_self ? graph->self : graph->incl;
        pk_edge_id mine =
            pk_graph_edge(graph, whole->graph.caller[edge], whole->graph.callee[edge]);

        if (mine != PK_NONE && whole->parts[rung]->flat.self[m])
            sum_in(&sum, at(groups[m], mine));
    }
    return sum_out(&sum);
}

/* An edge seen in stacks has no known number of calls, whatever the other part says. */
static int64_t combine_edge_calls(const struct pk_profile *whole, uint32_t edge, bool is_primitive)
{
    struct summing sum = {0};

    for (unsigned rung = PK_GRAPH; rung <= PK_TREE; rung++) {
        const struct pk_graph *graph = &whole->parts[rung]->graph;
        pk_edge_id mine =
            pk_graph_edge(graph, whole->graph.caller[edge], whole->graph.callee[edge]);

        if (mine != PK_NONE)
            sum_in(&sum, at(is_primitive ? graph->primitive : graph->calls, mine));
    }
    return sum_out(&sum);
}

/* The values of edges that all stand already. */
static void combine_edges(struct pk_profile *whole)
{
    struct pk_graph *graph = &whole->graph;
    struct pk_arena *arena = &whole->arena;

    graph->calls = pk_freeze_column(arena, graph->n);
    graph->primitive = pk_freeze_column(arena, graph->n);
    for (uint32_t m = 0; m < whole->n_metrics; m++) {
        graph->self[m] = pk_freeze_column(arena, graph->n);
        graph->incl[m] = pk_freeze_column(arena, graph->n);
        for (uint32_t e = 0; e < graph->n; e++) {
            graph->self[m][e] = combine_edge(whole, e, true, m);
            graph->incl[m][e] = combine_edge(whole, e, false, m);
        }
        graph->self[m] = pk_freeze_known(graph->self[m], graph->n);
        graph->incl[m] = pk_freeze_known(graph->incl[m], graph->n);
    }
    for (uint32_t e = 0; e < graph->n; e++) {
        graph->calls[e] = combine_edge_calls(whole, e, false);
        graph->primitive[e] = combine_edge_calls(whole, e, true);
    }
    graph->calls = pk_freeze_known(graph->calls, graph->n);
    graph->primitive = pk_freeze_known(graph->primitive, graph->n);
}

/* Only reached when both parts have edges: with a FLAT part the whole is FLAT. */
static void combine_graph(struct pk_profile *whole)
{
    struct pk_graph *graph = &whole->graph;

    union_edges(whole, &whole->parts[PK_GRAPH]->graph, &whole->parts[PK_TREE]->graph);
    graph->origin = PK_DERIVED;
    graph->self = pk_freeze_columns(&whole->arena, whole->n_metrics);
    graph->incl = pk_freeze_columns(&whole->arena, whole->n_metrics);
    graph->calls = graph->primitive = pk_freeze_left_out();
    if (pk_profile_has_any_values(whole))
        combine_edges(whole);
    pk_graph_index(graph, whole->n_frames, &whole->arena);
}

/* The whole gets the rung of its weakest part: a flat part has functions without callers, so a
 * graph of the others would look complete and is not made. */
void pk_combine_parts(struct pk_profile *whole)
{
    if (pk_profile_has_any_values(whole))
        combine_flat(whole);
    else
        leave_out_flat(whole);
    if (whole->parts[PK_GRAPH]) {
        whole->cycle_frames = whole->parts[PK_GRAPH]->cycle_frames;
        whole->n_cycle_frames = whole->parts[PK_GRAPH]->n_cycle_frames;
    }
    if (!whole->parts[PK_FLAT])
        combine_graph(whole);
}
