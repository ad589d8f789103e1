/*
 * Functions that call themselves again and again: the detector without a sink. What the counts show
 * is how many calls one call from outside sets off; whether their arguments come again they do not,
 * so a tree that is walked once looks the same, and such a finding is never more than possible.
 */
#include <stdint.h>

#include "analyze/findings_private.h"

/* What calls by others cost, which recursion is part of. */
static int64_t cost_of(const struct pk_search *search, pk_frame_id frame)
{
    int64_t sum = 0;

    for (uint32_t i = search->graph->in_start[frame]; i < search->graph->in_start[frame + 1]; i++)
        if (search->graph->caller[search->graph->in_edge[i]] != frame)
            sum = pk_search_sum(sum, pk_search_cost(search, search->graph->in_edge[i]));
    return sum;
}

void pk_search_recursion(struct pk_search *search)
{
    for (pk_frame_id frame = 0; frame < pk_profile_frames(search->profile); frame++) {
        pk_edge_id edge = pk_graph_edge(search->graph, frame, frame);
        int64_t calls = edge == PK_NONE ? 0 : pk_search_counted(search->graph->calls[edge]);
        int64_t entries = pk_search_calls_of(search, frame);

        if (entries <= 0 || calls / entries < search->detector->min_per_call)
            continue;
        pk_array_push(&search->found, ((struct pk_finding){
                                          .detector = search->detector,
                                          .grade = search->detector->grade,
                                          .caller = frame,
                                          .callee = frame,
                                          .at = frame,
                                          .sink = frame,
                                          .loop = {edge, calls, entries},
                                          .sink_calls = calls,
                                          .all_calls = calls,
                                          .cost = cost_of(search, frame),
                                      }));
    }
}
