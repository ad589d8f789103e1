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

/* What of a flow the stacks draw. */
static int64_t drawn(const struct pk_service_work *w, const struct pk_service_flow *flow,
                     bool is_in)
{
    pk_edge_id edge;

    if (is_in && flow->from == PK_NONE)
        return w->stacks.in_root[flow->to];
    if (flow->to == PK_NONE)
        return w->stacks.own[flow->from];
    edge = pk_graph_edge(w->graph, flow->from, flow->to);
    if (edge == PK_NONE)
        return 0;
    return is_in ? w->stacks.in_edge[edge] : w->stacks.out_edge[edge];
}

/* Calls are in the same measure as the value, of all that the edge has. */
static void set_value(struct pk_service_part *part, struct pk_range range, int64_t value)
{
    __int128 open = (__int128)part->range.hi - part->range.lo, lo = part->calls_range.lo;
    __int128 more;

    part->value = pk_bounds_clip(value, range);
    more = (__int128)part->value - part->range.lo;
    if (part->calls_range.hi > part->calls_range.lo)
        part->calls = (int64_t)(open ? lo + (part->calls_range.hi - lo) * more / open : lo);
    part->range = range;
}

/* One flow has at least what the others leave of the service, and at most what they need not have;
 * `sum` is that of all of them. */
static struct pk_range beside(const struct pk_service_part *part, struct pk_range sum,
                              struct pk_range range)
{
    struct pk_range rest = {pk_bounds_minus(sum.lo, range.lo), pk_bounds_minus(sum.hi, range.hi)};

    if (sum.hi < INT64_MAX)
        range.lo = pk_bounds_most(range.lo, pk_bounds_minus(part->range.lo, rest.hi));
    range.hi = pk_bounds_least(range.hi, pk_bounds_minus(part->range.hi, rest.lo));
    range.hi = pk_bounds_most(range.lo, range.hi);
    return range;
}

/* The calls within a circle are not drawn: each has its most, until all are more than there is. */
static int64_t guess(const struct pk_service_work *w, const struct pk_service_flow *flow,
                     bool is_in, struct pk_range range)
{
    if (flow->from == PK_NONE || flow->to == PK_NONE ||
        w->cycles.box[flow->from] != w->cycles.box[flow->to])
        return pk_bounds_clip(drawn(w, flow, is_in), range);
    return range.hi;
}

/* Flows share what the service has, beyond what is sure of them. */
static void narrow_flows(const struct pk_service_work *w, const struct pk_service_part *part,
                         bool is_in, struct pk_service_flow *flows, size_t n)
{
    struct pk_range sum = pk_service_sum(flows, n);
    __int128 sure = 0, open = 0, room;

    for (size_t i = 0; i < n; i++) {
        struct pk_range range = beside(part, sum, flows[i].part.range);

        flows[i].part.value = guess(w, &flows[i], is_in, range);
        sure += range.lo;
        open += (__int128)flows[i].part.value - range.lo;
    }
    room = part->value > sure ? part->value - sure : 0;
    for (size_t i = 0; i < n; i++) {
        struct pk_range range = beside(part, sum, flows[i].part.range);
        __int128 more = (__int128)flows[i].part.value - range.lo;

        set_value(&flows[i].part, range,
                  (int64_t)(range.lo + (open > room ? more * room / open : more)));
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
        largest = pk_bounds_most(
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
    part->range.lo = pk_bounds_most(part->range.lo, w->stacks.range.lo);
    part->range.hi =
        pk_bounds_most(part->range.lo, pk_bounds_least(part->range.hi, w->stacks.range.hi));
    part->value = pk_bounds_clip(guess_part(w, entry), part->range);
    narrow_flows(w, part, true, answer->in.data, answer->in.size);
    narrow_flows(w, part, false, answer->out.data, answer->out.size);
    part->calls = w->graph->calls ? 0 : PK_MISSING;
    for (size_t i = 0; i < answer->in.size; i++)
        part->calls = pk_service_plus(part->calls, answer->in.data[i].part.calls);
}
