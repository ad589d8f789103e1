/*
 * Choosing what to draw of a call graph: see callgraph.h. Functions are chosen by their total, so
 * that a way from a root to each of them is drawn too: a caller has at least the total of what it
 * calls. Where a total is only a lower bound (recursion), its upper bound decides.
 */
#include "analyze/callgraph.h"

#include <stdint.h>
#include <stdlib.h>

#include "analyze/hotspots.h"
#include "analyze/threshold.h"

struct ranked {
    int64_t total;
    pk_frame_id frame;
};

/* Largest first; equal ones by frame, which is by name. */
static int order(const void *left, const void *right)
{
    const struct ranked *a = left, *b = right;

    if (a->total != b->total)
        return a->total > b->total ? -1 : 1;
    return (a->frame > b->frame) - (a->frame < b->frame);
}

/* A column that the file does not give is missing for every function and every edge. */
static int64_t at(const int64_t *column, uint32_t index)
{
    return column ? column[index] : PK_MISSING;
}

/* The functions; `is_drawn` gets a mark for each. */
static void choose_nodes(const struct pk_profile *profile, uint32_t metric,
                         const struct pk_callgraph_options *options, struct pk_arena *arena,
                         bool *is_drawn, struct pk_callgraph *found)
{
    const struct pk_flat *flat = pk_profile_flat(profile);
    int64_t whole = pk_profile_total(profile, metric);
    uint32_t n = pk_profile_frames(profile), kept = 0;
    struct ranked *ranked = pk_calloc((size_t)n + 1, sizeof *ranked);

    for (pk_frame_id f = 0; f < n; f++) {
        int64_t total = pk_hotspots_most(profile, metric, f), self = at(flat->self[metric], f);

        if (total == PK_MISSING)
            continue;
        found->n_functions++;
        found->left_out += self == PK_MISSING ? 0 : self;
        if (!pk_threshold_is_small(total, whole, options->node_percent))
            ranked[kept++] = (struct ranked){total, f};
    }
    qsort(ranked, kept, sizeof *ranked, order);
    found->n_nodes = options->most_nodes && kept > options->most_nodes ? options->most_nodes : kept;
    found->node = PK_NEW_ARRAY(arena, pk_frame_id, found->n_nodes);
    for (uint32_t i = 0; i < found->n_nodes; i++) {
        int64_t self = at(flat->self[metric], ranked[i].frame);

        found->node[i] = ranked[i].frame;
        is_drawn[ranked[i].frame] = true;
        found->left_out -= self == PK_MISSING ? 0 : self;
    }
    pk_free(ranked);
}

/* Twice over the edges, since a graph may have far more of them than are drawn. */
struct pk_callgraph pk_callgraph_find(const struct pk_profile *profile, uint32_t metric,
                                      const struct pk_callgraph_options *options,
                                      struct pk_arena *arena)
{
    const struct pk_graph *graph = pk_profile_graph(profile);
    int64_t whole = pk_profile_total(profile, metric);
    bool *is_drawn = pk_calloc((size_t)pk_profile_frames(profile) + 1, sizeof *is_drawn);
    struct pk_callgraph found = {0};

    choose_nodes(profile, metric, options, arena, is_drawn, &found);
    for (int pass = 0; pass < 2; pass++) { /* count, then keep */
        if (pass == 1)
            found.edge = PK_NEW_ARRAY(arena, pk_edge_id, found.n_edges);
        found.n_edges = found.n_calls = 0;
        for (pk_edge_id e = 0; e < graph->n; e++) {
            int64_t value = at(graph->incl[metric], e);

            if (!is_drawn[graph->caller[e]] || !is_drawn[graph->callee[e]])
                continue;
            found.n_calls++;
            if (pk_threshold_is_small(value, whole, options->edge_percent))
                continue;
            if (found.edge)
                found.edge[found.n_edges] = e;
            found.n_edges++;
        }
    }
    pk_free(is_drawn);
    return found;
}
