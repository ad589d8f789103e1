/*
 * The walk up to a loop: see loop.h.
 *
 * Traps: calls along an edge of recursion multiply without any loop, so self calls are left out of
 * the share of a caller, and a walk that meets where it was is given up. The way up is bounded, for
 * a circle may be wide.
 */
#include "analyze/loop.h"

#include <stdint.h>

#include "base/units.h"

#define STEPS 64  /* callers above a call; the loops in hand were at most 9 away */
#define OTHERS 10 /* one call in so many may come from other callers */

/* Primitive calls, where the file has them: a recursive function is entered once for all of them,
 * and it is entering that a loop does. */
static int64_t calls_of(const struct pk_profile *profile, pk_frame_id frame)
{
    const struct pk_flat *flat = pk_profile_flat(profile);

    if (flat->primitive && flat->primitive[frame] != PK_MISSING)
        return flat->primitive[frame];
    return flat->calls ? flat->calls[frame] : PK_MISSING;
}

/* Calls of a function by others, and the edge of the caller that makes most of them. */
struct callers {
    int64_t sum, most;
    pk_edge_id best;
};

static void add_edge(struct callers *of, const struct pk_graph *graph, pk_edge_id edge)
{
    int64_t calls = graph->calls[edge];

    if (graph->caller[edge] == graph->callee[edge] || calls == PK_MISSING || calls < 0)
        return;
    if (calls > of->most) {
        of->most = calls;
        of->best = edge;
    }
    of->sum = of->sum > INT64_MAX - calls ? INT64_MAX : of->sum + calls;
}

/* With two callers that share the calls the loops would be two, and neither count alone would be
 * proof. */
struct pk_loops pk_loops_of(const struct pk_profile *profile, struct pk_arena *arena)
{
    const struct pk_graph *graph = pk_profile_graph(profile);
    uint32_t n = pk_profile_frames(profile);
    struct pk_loops loops = {profile, PK_NEW_ARRAY(arena, pk_edge_id, n)};

    for (pk_frame_id frame = 0; frame < n; frame++) {
        struct callers of = {.best = PK_NONE};

        for (uint32_t i = graph->in_start[frame]; graph->calls && i < graph->in_start[frame + 1];
             i++)
            add_edge(&of, graph, graph->in_edge[i]);
        loops.main_caller[frame] =
            of.best != PK_NONE && of.sum - of.most <= of.sum / OTHERS ? of.best : PK_NONE;
    }
    return loops;
}

bool pk_loop_find(const struct pk_loops *loops, pk_edge_id edge, int64_t least,
                  struct pk_loop *loop)
{
    const struct pk_graph *graph = pk_profile_graph(loops->profile);
    pk_frame_id start = graph->callee[edge];

    for (int step = 0; graph->calls && step < STEPS && edge != PK_NONE; step++) {
        pk_frame_id caller = graph->caller[edge];
        int64_t calls = graph->calls[edge], above = calls_of(loops->profile, caller);

        if (caller == graph->callee[edge] || caller == start || calls == PK_MISSING ||
            above == PK_MISSING || above <= 0)
            return false;
        if (calls / above >= least) {
            *loop = (struct pk_loop){edge, calls, above};
            return true;
        }
        edge = loops->main_caller[caller];
    }
    return false;
}
