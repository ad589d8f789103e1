/*
 * Estimates of services and their bounds: see services_private.h. The climbed tree gives bounds of
 * its own, which hold as those of the ways do, so the narrower ends of both hold. What is drawn of
 * it is the estimate; the calls of an edge are in the same measure as its time.
 */
#include <stddef.h>
#include <stdint.h>

#include "analyze/hotspots.h"
#include "analyze/services_private.h"

/* The recorded tree, or one that is climbed when it is first asked for. */
void pk_service_walk(struct pk_service_work *w, pk_frame_id entry)
{
    if (w->is_walked)
        return;
    if (!w->stacks.tree && pk_profile_tree(w->profile)) {
        w->stacks.tree = pk_profile_tree(w->profile);
        w->stacks.metric = w->question->metric;
    } else if (!w->stacks.tree) {
        const struct pk_profile *part = pk_profile_part(w->profile, PK_GRAPH);

        w->climbed = pk_attribute_new(w->profile, w->question->metric);
        w->stacks.tree = &w->climbed->tree;
        w->stacks.unseen = w->climbed->unseen;
        if (part)
            w->stacks.cycles = pk_cycles_find(pk_profile_graph(part), w->n_frames, &w->scratch);
    }
    w->stacks.graph = w->graph;
    w->stacks.n_frames = w->n_frames;
    pk_service_stacks_walk(&w->stacks, w->ways.is_in, entry);
    w->is_walked = true;
}

/* The nearest value that is possible. */
static int64_t clip(int64_t value, struct pk_range range)
{
    return pk_service_most(range.lo, pk_service_least(value, range.hi));
}

/* What of a flow the stacks draw. */
static int64_t drawn(const struct pk_service_work *w, const struct pk_service_flow *flow,
                     bool is_in)
{
    if (is_in && flow->from == PK_NONE)
        return w->stacks.in_root[flow->to];
    if (flow->to == PK_NONE)
        return w->stacks.own[flow->from];
    for (pk_edge_id e = w->graph->out_start[flow->from]; e < w->graph->out_start[flow->from + 1];
         e++)
        if (w->graph->callee[e] == flow->to)
            return is_in ? w->stacks.in_edge[e] : w->stacks.out_edge[e];
    return 0;
}

/* At most `limit`; calls are in the same measure as the value, of all that the edge has. */
static void set_value(struct pk_service_part *part, int64_t value, int64_t limit)
{
    int64_t open = part->range.hi - part->range.lo, lo = part->calls_range.lo;

    part->range.hi = pk_service_most(part->range.lo, pk_service_least(part->range.hi, limit));
    part->value = clip(value, part->range);
    if (part->calls_range.hi > lo)
        part->calls = open ? lo + (int64_t)((__int128)(part->calls_range.hi - lo) *
                                            (part->value - part->range.lo) / open)
                           : lo;
}

/* The calls within a circle are not drawn: each has its most, until all are more than there is. */
static int64_t guess(const struct pk_service_work *w, const struct pk_service_flow *flow,
                     bool is_in)
{
    if (flow->from == PK_NONE || flow->to == PK_NONE ||
        w->cycles.box[flow->from] != w->cycles.box[flow->to])
        return clip(drawn(w, flow, is_in), flow->part.range);
    return flow->part.range.hi;
}

/* Flows share what the service has, beyond what is sure of them. */
static void narrow_flows(const struct pk_service_work *w, const struct pk_service_part *part,
                         bool is_in, struct pk_service_flow *flows, size_t n)
{
    int64_t sure = 0, open = 0, room;

    for (size_t i = 0; i < n; i++) {
        int64_t lo = flows[i].part.range.lo;

        sure = pk_service_plus(sure, lo);
        open = pk_service_plus(open, guess(w, &flows[i], is_in) - lo);
    }
    room = pk_service_most(0, part->value - sure);
    for (size_t i = 0; i < n; i++) {
        int64_t lo = flows[i].part.range.lo, more = guess(w, &flows[i], is_in) - lo;

        set_value(&flows[i].part,
                  lo + (open > room ? (int64_t)((__int128)more * room / open) : more),
                  part->range.hi);
    }
}

/* The tree draws a circle as one: a function of it is taken to have the part that its total is of
 * the largest. */
static int64_t guess_part(const struct pk_service_work *w, pk_frame_id entry)
{
    uint32_t metric = w->question->metric, box;
    int64_t largest = 0, own;

    if (entry == PK_NONE)
        return w->stacks.value;
    own = pk_service_known(pk_hotspots_most(w->profile, metric, entry));
    box = w->cycles.box[entry];
    for (uint32_t i = w->cycles.member_start[box]; i < w->cycles.member_start[box + 1]; i++)
        largest = pk_service_most(
            largest, pk_service_known(pk_hotspots_most(w->profile, metric, w->cycles.member[i])));
    return own < largest && own >= 0 ? (int64_t)((__int128)w->stacks.value * own / largest)
                                     : w->stacks.value;
}

/* What the ways leave open the climbed tree narrows; its estimate stays within both. */
void pk_service_narrow(struct pk_service_work *w, pk_frame_id entry,
                       struct pk_service_answer *answer)
{
    struct pk_service_part *part = &answer->part;

    pk_service_walk(w, entry);
    part->range.lo = pk_service_most(part->range.lo, w->stacks.range.lo);
    part->range.hi =
        pk_service_most(part->range.lo, pk_service_least(part->range.hi, w->stacks.range.hi));
    part->value = clip(guess_part(w, entry), part->range);
    narrow_flows(w, part, true, answer->in.data, answer->in.size);
    narrow_flows(w, part, false, answer->out.data, answer->out.size);
    part->calls = w->graph->calls ? 0 : PK_MISSING;
    for (size_t i = 0; i < answer->in.size; i++)
        part->calls = pk_service_plus(part->calls, answer->in.data[i].part.calls);
}
