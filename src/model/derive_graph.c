/*
 * The graph of a profile of stacks, exactly: see derive.c, whose walk this is for edges. Most views
 * of stacks never look at it, and for a file of millions of functions it is a third of what they
 * would wait for, so it is made when somebody asks.
 *
 * Trap: the laws of a graph are checked where it is made at once (pk_builder_freeze, which tests
 * and fuzzing use), since whoever asks later could not be told of an error.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "model/freeze_private.h"

struct derivation {
    struct pk_profile *profile;
    uint32_t *edge_of; /* [node] its edge in the graph, PK_NONE for roots */
    uint32_t *on_path; /* [edge] how many nodes of the current path are entered by it */
};

/* The distinct (caller, callee) pairs in order, and the edge of every node. Counting sort by caller
 * would need the pairs first; sorting them by counting twice, callee then caller, is linear and
 * stable. */
static void derive_edges(struct derivation *d)
{
    struct pk_profile *p = d->profile;
    const struct pk_tree *tree = &p->tree;
    struct pk_graph *graph = &p->graph;
    struct pk_map pairs;
    uint32_t *by_callee, *order, *count = pk_calloc((size_t)p->n_frames + 1, sizeof *count);

    pk_map_init(&pairs, sizeof(struct pk_edge_key));
    for (uint32_t i = 0; i < tree->n; i++)
        d->edge_of[i] =
            tree->parent[i] == PK_NONE
                ? PK_NONE
                : pk_map_add(&pairs,
                             &(struct pk_edge_key){tree->frame[tree->parent[i]], tree->frame[i]},
                             NULL);
    by_callee = pk_calloc(pairs.size, sizeof *by_callee);
    order = pk_calloc(pairs.size, sizeof *order);
    for (unsigned pass = 0; pass < 2; pass++) {
        memset(count, 0, ((size_t)p->n_frames + 1) * sizeof *count);
        for (uint32_t e = 0; e < pairs.size; e++) {
            const struct pk_edge_key *pair = pk_map_key(&pairs, e);

            count[(pass ? pair->caller : pair->callee) + 1]++;
        }
        for (uint32_t i = 0; i < p->n_frames; i++)
            count[i + 1] += count[i];
        for (uint32_t i = 0; i < pairs.size; i++) {
            uint32_t e = pass ? by_callee[i] : i;
            const struct pk_edge_key *pair = pk_map_key(&pairs, e);

            (pass ? order : by_callee)[count[pass ? pair->caller : pair->callee]++] = e;
        }
    }
    graph->n = pairs.size;
    graph->caller = PK_NEW_ARRAY(&p->arena, pk_frame_id, graph->n);
    graph->callee = PK_NEW_ARRAY(&p->arena, pk_frame_id, graph->n);
    for (uint32_t i = 0; i < graph->n; i++) {
        const struct pk_edge_key *pair = pk_map_key(&pairs, order[i]);

        graph->caller[i] = pair->caller;
        graph->callee[i] = pair->callee;
        by_callee[order[i]] = i; /* from here on: the place of each pair */
    }
    for (uint32_t i = 0; i < tree->n; i++)
        if (d->edge_of[i] != PK_NONE)
            d->edge_of[i] = by_callee[d->edge_of[i]];
    pk_map_fini(&pairs);
    pk_free(by_callee);
    pk_free(order);
    pk_free(count);
}

/* Add what node i brings: self always, inclusive when it is the outermost of its edge. */
static void count_node(struct pk_profile *p, uint32_t i, uint32_t edge, bool is_outermost)
{
    const struct pk_tree *tree = &p->tree;

    for (uint32_t m = 0; m < p->n_metrics; m++) {
        if (!pk_profile_has_values(p, m) || !tree->self[m])
            continue;
        pk_sum_add(&p->graph.self[m][edge], tree->self[m][i]);
        if (is_outermost)
            pk_sum_add(&p->graph.incl[m][edge], tree->incl[m][i]);
    }
}

/* As in derive.c: preorder, with the path kept by counters. */
static void walk(const struct derivation *d)
{
    const struct pk_tree *tree = &d->profile->tree;
    uint32_t last = PK_NONE;

    for (uint32_t i = 0; i < tree->n; i++) {
        uint32_t edge = d->edge_of[i];

        for (; last != tree->parent[i]; last = tree->parent[last])
            if (d->edge_of[last] != PK_NONE)
                d->on_path[d->edge_of[last]]--;
        if (edge != PK_NONE)
            count_node(d->profile, i, edge, d->on_path[edge]++ == 0);
        last = i;
    }
}

void pk_derive_graph(struct pk_profile *profile)
{
    struct pk_graph *graph = &profile->graph;
    struct derivation d = {.profile = profile};

    if (!profile->is_graph_due)
        return;
    d.edge_of = pk_calloc(profile->tree.n, sizeof *d.edge_of);
    derive_edges(&d);
    d.on_path = pk_calloc(graph->n, sizeof *d.on_path);
    graph->origin = PK_DERIVED;
    graph->self = pk_derive_columns(profile, graph->n);
    graph->incl = pk_derive_columns(profile, graph->n);
    graph->calls = graph->primitive = profile->flat.calls;
    if (pk_profile_has_any_values(profile))
        walk(&d);
    pk_graph_index(graph, profile->n_frames, &profile->arena);
    profile->is_graph_due = false;
    pk_free(d.edge_of);
    pk_free(d.on_path);
}
