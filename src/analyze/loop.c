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

#define STEPS 64      /* callers above a call; the loops in hand were at most 9 away */
#define NEARLY_ALL 90 /* percent of the calls that one caller must make */

/* Primitive calls, where the file has them: a recursive function is entered once for all of them,
 * and it is entering that a loop does. */
static int64_t calls_of(const struct pk_profile *profile, pk_frame_id frame)
{
    const struct pk_flat *flat = pk_profile_flat(profile);

    if (flat->primitive && flat->primitive[frame] != PK_MISSING)
        return flat->primitive[frame];
    return flat->calls ? flat->calls[frame] : PK_MISSING;
}

/* The edge to the caller that makes nearly all calls of a function, or PK_NONE. With two callers
 * that share them the loops would be two, and neither count alone would be proof. */
static pk_edge_id main_caller(const struct pk_graph *graph, pk_frame_id frame)
{
    pk_edge_id best = PK_NONE;
    int64_t most = 0, sum = 0;

    for (uint32_t i = graph->in_start[frame]; i < graph->in_start[frame + 1]; i++) {
        pk_edge_id edge = graph->in_edge[i];
        int64_t calls = graph->calls[edge];

        if (graph->caller[edge] == frame || calls == PK_MISSING || calls < 0)
            continue;
        if (calls > most) {
            most = calls;
            best = edge;
        }
        sum = sum > INT64_MAX - calls ? INT64_MAX : sum + calls;
    }
    return best != PK_NONE && most / NEARLY_ALL >= sum / 100 && most >= sum - most ? best : PK_NONE;
}

bool pk_loop_find(const struct pk_profile *profile, pk_edge_id edge, int64_t least,
                  struct pk_loop *loop)
{
    const struct pk_graph *graph = pk_profile_graph(profile);
    pk_frame_id start = graph->callee[edge];

    for (int step = 0; graph->calls && step < STEPS && edge != PK_NONE; step++) {
        pk_frame_id caller = graph->caller[edge];
        int64_t calls = graph->calls[edge], above = calls_of(profile, caller);

        if (caller == graph->callee[edge] || caller == start || calls == PK_MISSING ||
            above == PK_MISSING || above <= 0)
            return false;
        if (calls / above >= least) {
            *loop = (struct pk_loop){edge, calls, above};
            return true;
        }
        edge = main_caller(graph, caller);
    }
    return false;
}
