/*
 * What several findings may save together: see findings.h. Savings overlap, so the sum of their
 * bounds is no bound that anybody would believe. Here time counts once: in samples exactly, since
 * every node of the tree is covered or not; where calls are counted by what the graph proves.
 *
 * In a graph two findings overlap when one lies within what the other calls. That is proven where
 * on the way up all that a function costs comes along one edge; then only the outer one counts.
 * Findings of one caller are together at most all that it costs. What cannot be proven to overlap
 * is added up, so the result is never too small, and never more than the whole.
 */
#include <stddef.h>
#include <stdint.h>

#include "analyze/findings_private.h"

/* ---- samples */

/* A node that is covered covers all below it, so the walk goes on behind it; what two findings hold
 * is marked twice and counted once. */
static int64_t sampled_most(const struct pk_profile *profile, uint32_t metric,
                            const struct pk_finding *list, uint32_t n, struct pk_arena *arena)
{
    const struct pk_tree *tree = pk_profile_tree(profile);
    bool *is_covered = PK_NEW_ARRAY(arena, bool, tree->n);
    int64_t sum = 0;

    for (uint32_t i = 0; i < n; i++)
        for (uint32_t k = 0; k < list[i].n_nodes; k++)
            is_covered[list[i].nodes[k]] = true;
    for (pk_node_id node = 0; node < tree->n;) {
        if (is_covered[node])
            sum = pk_search_sum(sum, pk_search_counted(tree->incl[metric][node]));
        node = is_covered[node] ? tree->end[node] : node + 1;
    }
    return sum;
}

/* ---- calls */

/* The most that a function may cost with all it calls; PK_MISSING where the file does not say. */
static int64_t upper(const struct pk_profile *profile, uint32_t metric, pk_frame_id frame)
{
    const struct pk_flat *flat = pk_profile_flat(profile);
    int64_t *high = flat->incl_high ? flat->incl_high[metric] : NULL;
    int64_t *incl = flat->incl ? flat->incl[metric] : NULL;

    if (high && high[frame] != PK_MISSING)
        return high[frame];
    return incl && incl[frame] >= 0 ? incl[frame] : PK_MISSING;
}

/* The edge along which all that a function costs comes, or PK_NONE. */
static pk_edge_id whole_edge(const struct pk_profile *profile, uint32_t metric, pk_frame_id frame)
{
    const struct pk_graph *graph = pk_profile_graph(profile);
    int64_t most = upper(profile, metric, frame);
    int64_t *incl = graph->incl ? graph->incl[metric] : NULL;

    for (uint32_t i = graph->in_start[frame];
         incl && most != PK_MISSING && i < graph->in_start[frame + 1]; i++) {
        pk_edge_id edge = graph->in_edge[i];

        if (graph->caller[edge] != frame && incl[edge] != PK_MISSING && incl[edge] >= most)
            return edge;
    }
    return PK_NONE;
}

struct held { /* what findings hold: all calls along an edge, or of a function that calls itself */
    const struct pk_profile *profile;
    uint32_t metric;
    bool *by_edge, *by_frame;
    int64_t *of_edge, *of_caller; /* what may be saved there */
};

/* Such a finding holds all calls of the function, by whomever: recursion counts once. */
static bool calls_itself(const struct held *held, const struct pk_finding *one)
{
    const struct pk_graph *graph = pk_profile_graph(held->profile);

    return graph->caller[one->loop.edge] == graph->callee[one->loop.edge];
}

/* Whether all that a finding is about happens within another one. Calls may go in a circle: then
 * nothing in it is within the rest of it, and what it holds is added, which is never too little. */
static bool is_within(const struct held *held, const struct pk_finding *one)
{
    const struct pk_graph *graph = pk_profile_graph(held->profile);
    pk_frame_id frame = one->caller;
    bool is_held = false;

    for (uint32_t step = 0; step < pk_profile_frames(held->profile); step++) {
        pk_edge_id edge;

        is_held |= held->by_frame[frame] && (step > 0 || !calls_itself(held, one));
        edge = whole_edge(held->profile, held->metric, frame);
        if (edge == PK_NONE)
            return is_held;
        is_held |= held->by_edge[edge];
        frame = graph->caller[edge];
    }
    return false;
}

/* Of those at one edge the largest counts, unless it is about more than the calls along it. */
static void hold(struct held *held, const struct pk_finding *one)
{
    const struct pk_graph *graph = pk_profile_graph(held->profile);
    int64_t *incl = graph->incl ? graph->incl[held->metric] : NULL, more = one->saving.hi;

    if (incl && one->saving.hi <= incl[one->loop.edge]) {
        more -= held->of_edge[one->loop.edge];
        held->of_edge[one->loop.edge] += more > 0 ? more : 0;
    }
    if (more > 0)
        held->of_caller[one->caller] = pk_search_sum(held->of_caller[one->caller], more);
}

/* First all that is held, so that the order of the findings does not matter; then what is not
 * within others, by the function that has the loop, whose own cost is a bound of all its loops. */
static int64_t counted_most(const struct pk_profile *profile, uint32_t metric,
                            const struct pk_finding *list, uint32_t n, struct pk_arena *arena)
{
    uint32_t n_frames = pk_profile_frames(profile), n_edges = pk_profile_graph(profile)->n;
    struct held held = {profile,
                        metric,
                        PK_NEW_ARRAY(arena, bool, n_edges),
                        PK_NEW_ARRAY(arena, bool, n_frames),
                        PK_NEW_ARRAY(arena, int64_t, n_edges),
                        PK_NEW_ARRAY(arena, int64_t, n_frames)};
    int64_t sum = 0;

    for (uint32_t i = 0; i < n; i++) {
        if (list[i].is_quality)
            continue;
        held.by_edge[list[i].loop.edge] = true;
        held.by_frame[list[i].caller] |= calls_itself(&held, &list[i]);
    }
    for (uint32_t i = 0; i < n; i++)
        if (!list[i].is_quality && !is_within(&held, &list[i]))
            hold(&held, &list[i]);
    for (pk_frame_id f = 0; f < n_frames; f++) {
        int64_t most = held.of_caller[f] ? upper(profile, metric, f) : PK_MISSING;

        sum = pk_search_sum(
            sum, most != PK_MISSING && most < held.of_caller[f] ? most : held.of_caller[f]);
    }
    return sum;
}

/* A profile counts calls or has stacks; where it has both the findings are of the calls. */
int64_t pk_findings_most(const struct pk_profile *profile, uint32_t metric,
                         const struct pk_findings *findings, uint32_t n, struct pk_arena *arena)
{
    int64_t total = pk_profile_total(profile, metric), most = 0;

    if (n && findings->has_counts)
        most = counted_most(profile, metric, findings->list, n, arena);
    else if (n && findings->has_stacks)
        most = sampled_most(profile, metric, findings->list, n, arena);
    for (uint32_t i = 0; i < n; i++) /* where calls go in a circle each may be within the other */
        most = most > findings->list[i].saving.hi ? most : findings->list[i].saving.hi;
    return most < total ? most : total;
}
