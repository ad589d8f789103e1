/*
 * Services out of walks and stacks: see services.h. For each service, and each service with each
 * entry, the edges into it and what it spends its time in are sure, possible or neither by the ways
 * of the graph; where all are sure the sums are exact, and only where they are not is a tree
 * climbed, once for all of them.
 *
 * Sums of sure edges: no stack has two of them, for above such an edge there is no function of the
 * service. What spends the time is told by the last function of the service on a stack in the same
 * way, so both lists add up to the service.
 */
#include "analyze/services.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "analyze/hotspots.h"
#include "analyze/services_private.h"
#include "base/array.h"

static bool has_stacks(const struct pk_service_work *w)
{
    return pk_profile_tree(w->profile) != NULL;
}

/* --- what is sure, by the graph --- */

/* Bounds of a piece that may belong or not. */
static struct pk_range piece(int64_t value, bool is_sure)
{
    if (is_sure)
        return (struct pk_range){value, value};
    return (struct pk_range){pk_bounds_least(value, 0), pk_bounds_most(value, 0)};
}

/* Calls that are not counted are missing at both ends. */
static struct pk_range piece_of_calls(int64_t calls, bool is_sure)
{
    return calls == PK_MISSING ? (struct pk_range){PK_MISSING, PK_MISSING} : piece(calls, is_sure);
}

static struct pk_service_part part_of(int64_t value, int64_t calls, bool is_sure)
{
    return (struct pk_service_part){value, piece(value, is_sure), calls,
                                    piece_of_calls(calls, is_sure)};
}

/* An edge, where a file says no time of it, has at most that of either end. */
static struct pk_service_part part_of_edge(const struct pk_service_work *w, pk_edge_id edge,
                                           bool is_sure)
{
    uint32_t metric = w->question->metric;
    int64_t value = pk_service_at(w->graph->incl[metric], edge),
            calls = pk_service_at(w->graph->calls, edge);
    struct pk_service_part part = part_of(value, calls, is_sure);

    if (value == PK_MISSING) {
        part.value = pk_bounds_least(
            pk_service_known(pk_hotspots_most(w->profile, metric, w->graph->caller[edge])),
            pk_service_known(pk_hotspots_most(w->profile, metric, w->graph->callee[edge])));
        part.range = piece(part.value, false);
    }
    return part;
}

/* Into the list of calls into the service, or of its parts. One that is nothing for sure is none,
 * but calls that cost nothing are calls. */
static void push(struct pk_service_answer *answer, bool is_in, pk_frame_id from, pk_frame_id to,
                 struct pk_service_part part)
{
    struct pk_service_flow flow = {from, to, part};

    if (part.range.lo == 0 && part.range.hi == 0 && (part.calls == PK_MISSING || part.calls == 0))
        return;
    if (is_in)
        pk_array_push(&answer->in, flow);
    else
        pk_array_push(&answer->out, flow);
}

/* A function of the service that begins stacks itself: what its callers leave of it. */
static void add_root(const struct pk_service_work *w, pk_frame_id frame,
                     struct pk_service_answer *answer)
{
    uint32_t metric = w->question->metric;
    int64_t total = pk_service_known(pk_hotspots_most(w->profile, metric, frame)), callers = 0;
    int64_t calls = pk_service_at(w->flat->calls, frame);
    bool is_sure = !w->cycles.is_cycle[w->cycles.box[frame]];

    for (uint32_t i = w->graph->in_start[frame]; i < w->graph->in_start[frame + 1]; i++) {
        pk_edge_id e = w->graph->in_edge[i];
        int64_t incl = pk_service_at(w->graph->incl[metric], e),
                made = pk_service_at(w->graph->calls, e);

        is_sure &= incl != PK_MISSING;
        callers = pk_service_plus(callers, pk_service_known(incl));
        calls = calls == PK_MISSING || made == PK_MISSING
                    ? PK_MISSING
                    : pk_bounds_most(0, pk_bounds_minus(calls, made));
    }
    push(answer, true, PK_NONE, frame,
         part_of(is_sure ? pk_bounds_most(0, pk_bounds_minus(total, callers)) : total, calls,
                 is_sure));
}

/* All that may enter. The walk from the roots stops at the service, so that a caller it did not
 * meet runs only below the service: its calls are nested. */
static void find_in(const struct pk_service_work *w, pk_frame_id entry,
                    struct pk_service_answer *answer)
{
    const struct pk_service_ways *ways = &w->ways;

    if (entry != PK_NONE && ways->is_in[entry]) {
        int64_t total = pk_service_known(pk_service_at(w->flat->incl[w->question->metric], entry));
        struct pk_service_part part = part_of(total, pk_service_at(w->flat->calls, entry), true);

        part.range.hi = pk_bounds_most(
            total, pk_service_known(pk_hotspots_most(w->profile, w->question->metric, entry)));
        push(answer, true, PK_NONE, entry, part);
        return;
    }
    for (pk_frame_id f = 0; entry == PK_NONE && f < w->n_frames; f++)
        if (ways->is_in[f] && w->is_root[f])
            add_root(w, f, answer);
    for (pk_edge_id e = 0; e < w->graph->n; e++) {
        pk_frame_id from = w->graph->caller[e], to = w->graph->callee[e];

        if (ways->is_in[to] && !ways->is_in[from] && ways->is_free[from])
            push(answer, true, from, to,
                 part_of_edge(w, e, !ways->is_behind[from] && !ways->is_beside[from]));
    }
}

/* All that the time may go into, seen from the last function of the service on a stack: it itself,
 * or what it calls and that never comes back. */
static void find_out(const struct pk_service_work *w, struct pk_service_answer *answer)
{
    const struct pk_service_ways *ways = &w->ways;

    for (pk_frame_id f = 0; f < w->n_frames; f++) {
        if (!ways->is_in[f] || !ways->is_below[f])
            continue;
        push(answer, false, f, PK_NONE,
             part_of(pk_service_known(pk_service_at(w->flat->self[w->question->metric], f)),
                     pk_service_at(w->flat->calls, f), !ways->is_beside[f]));
        for (pk_edge_id e = w->graph->out_start[f]; e < w->graph->out_start[f + 1]; e++) {
            pk_frame_id to = w->graph->callee[e];

            if (!ways->is_in[to])
                push(answer, false, f, to,
                     part_of_edge(w, e, !ways->is_beside[f] && !ways->is_before[to]));
        }
    }
}

/* --- what stacks say --- */

/* Of recorded stacks the flows are those that are there. */
static void take_flows(const struct pk_service_work *w, struct pk_service_answer *answer)
{
    const struct pk_service_stacks *s = &w->stacks;

    for (pk_edge_id e = 0; e < w->graph->n; e++) {
        push(answer, true, w->graph->caller[e], w->graph->callee[e],
             part_of(s->in_edge[e], PK_MISSING, true));
        push(answer, false, w->graph->caller[e], w->graph->callee[e],
             part_of(s->out_edge[e], PK_MISSING, true));
    }
    for (pk_frame_id f = 0; f < w->n_frames; f++) {
        push(answer, true, PK_NONE, f, part_of(s->in_root[f], PK_MISSING, true));
        push(answer, false, f, PK_NONE, part_of(s->own[f], PK_MISSING, true));
    }
}

/* Whether nothing is left to narrow. Flows may be open where their sum is not. */
static bool is_sure(const struct pk_service_answer *answer, bool with_flows)
{
    bool sure = pk_service_is_exact(&answer->part);

    for (size_t i = 0; with_flows && i < answer->out.size; i++)
        sure &= pk_service_is_exact(&answer->out.data[i].part);
    for (size_t i = 0; with_flows && i < answer->in.size; i++)
        sure &= pk_service_is_exact(&answer->in.data[i].part);
    return sure;
}

struct pk_range pk_service_sum(const struct pk_service_flow *flows, size_t n)
{
    struct pk_range sum = {0, 0};

    for (size_t i = 0; i < n; i++) {
        sum.lo = pk_bounds_plus(sum.lo, flows[i].part.range.lo);
        sum.hi = pk_bounds_plus(sum.hi, flows[i].part.range.hi);
    }
    return sum;
}

/* The sum of the calls into the service, and that of what its time goes into: each stack is in one
 * of either list. What may be twice on a stack is cut at what there is in all. */
static void add_up(const struct pk_service_work *w, pk_frame_id entry,
                   struct pk_service_answer *answer)
{
    int64_t none = w->graph->calls ? 0 : PK_MISSING;
    struct pk_service_part *part = &answer->part;
    int64_t whole = pk_profile_total(w->profile, w->question->metric);
    struct pk_range in = pk_service_sum(answer->in.data, answer->in.size);
    struct pk_range out = pk_service_sum(answer->out.data, answer->out.size);

    if (entry != PK_NONE)
        whole = pk_service_known(pk_hotspots_most(w->profile, w->question->metric, entry));
    *part = (struct pk_service_part){.calls = none, .calls_range = {none, none}};
    for (size_t i = 0; i < answer->in.size; i++) {
        const struct pk_service_part *of = &answer->in.data[i].part;

        part->calls_range.lo = pk_service_plus(part->calls_range.lo, of->calls_range.lo);
        part->calls_range.hi = pk_service_plus(part->calls_range.hi, of->calls_range.hi);
    }
    part->range.lo = pk_bounds_most(in.lo, out.lo);
    part->range.hi = pk_bounds_most(part->range.lo, pk_bounds_least(in.hi, out.hi));
    if (part->range.hi > part->range.lo)
        part->range.hi = pk_bounds_most(part->range.lo, pk_bounds_least(part->range.hi, whole));
    part->value = part->range.hi;
    part->calls = part->calls_range.hi;
}

/* One service and one entry (or the run) of a graph; is_in says the service. */
static void answer_of_graph(struct pk_service_work *w, pk_frame_id entry, bool with_flows,
                            struct pk_service_answer *answer)
{
    answer->in.size = answer->out.size = 0;
    w->is_walked = false;
    pk_service_ways_fill(&w->ways, w->profile, w->is_root, entry);
    find_in(w, entry, answer);
    find_out(w, answer);
    add_up(w, entry, answer);
    if (!is_sure(answer, with_flows))
        pk_service_narrow(w, entry, answer);
}

/* The same of stacks. */
static void answer_of_stacks(struct pk_service_work *w, pk_frame_id entry,
                             struct pk_service_answer *answer)
{
    answer->in.size = answer->out.size = 0;
    w->is_walked = false;
    pk_service_walk(w, entry);
    answer->part = part_of(w->stacks.value, PK_MISSING, true);
    take_flows(w, answer);
}

/* --- lists --- */

static int compare_parts(const struct pk_service_part *a, const struct pk_service_part *b)
{
    if (a->value != b->value)
        return a->value > b->value ? -1 : 1;
    return (a->calls < b->calls) - (a->calls > b->calls);
}

/* Ties by frames, which are in canonical order: no two flows have the same two. */
static int order_flows(const void *left, const void *right)
{
    const struct pk_service_flow *a = left, *b = right;
    int order = compare_parts(&a->part, &b->part);

    if (order == 0)
        order = (a->from > b->from) - (a->from < b->from);
    return order ? order : (a->to > b->to) - (a->to < b->to);
}

/* The same for entries. */
static int order_entries(const void *left, const void *right)
{
    const struct pk_service_entry *a = left, *b = right;
    int order = compare_parts(&a->part, &b->part);

    return order ? order : (a->frame > b->frame) - (a->frame < b->frame);
}

/* And for services, which the caller has put in an order of its own. */
static int order_services(const void *left, const void *right)
{
    const struct pk_service *a = left, *b = right;
    int order = compare_parts(&a->part, &b->part);

    return order ? order : (a->set > b->set) - (a->set < b->set);
}

/* The working list is used again for the next service, so what is found moves to the arena. */
static struct pk_service_flow *keep(struct pk_service_work *w, struct pk_service_flow *flows,
                                    size_t n)
{
    struct pk_service_flow *kept = PK_NEW_ARRAY(w->arena, struct pk_service_flow, n);

    if (n)
        qsort(flows, n, sizeof *flows, order_flows);
    for (size_t i = 0; i < n; i++)
        kept[i] = flows[i];
    return kept;
}

/* Sums for entries. One that does not reach the service is left out: that is the answer for it. */
static void find_entries(struct pk_service_work *w, struct pk_service *service,
                         struct pk_service_answer *answer)
{
    const struct pk_service_question *q = w->question;

    service->entries = PK_NEW_ARRAY(w->arena, struct pk_service_entry, q->n_entries);
    if (has_stacks(w) && q->n_entries)
        pk_service_stacks_below(&w->stacks, w->ways.is_in);
    for (uint32_t i = 0; i < q->n_entries; i++) {
        struct pk_service_part *part = &answer->part;

        if (has_stacks(w))
            *part = part_of(w->stacks.below[q->entries[i]], PK_MISSING, true);
        else
            answer_of_graph(w, q->entries[i], false, answer);
        if (part->range.lo != 0 || part->range.hi != 0 ||
            (part->calls != PK_MISSING && part->calls > 0))
            service->entries[service->n_entries++] =
                (struct pk_service_entry){q->entries[i], *part};
    }
    if (service->n_entries)
        qsort(service->entries, service->n_entries, sizeof *service->entries, order_entries);
}

/* The run or the function first, with its flows; entries only get their sums. */
static struct pk_service find_service(struct pk_service_work *w, uint32_t set,
                                      struct pk_service_answer *answer)
{
    const struct pk_service_question *q = w->question;
    struct pk_service service = {.set = set};

    for (uint32_t i = q->sets->start[set]; i < q->sets->start[set + 1]; i++)
        w->ways.is_in[q->sets->member[i]] = true;
    if (has_stacks(w))
        answer_of_stacks(w, q->function, answer);
    else
        answer_of_graph(w, q->function, true, answer);
    service.part = answer->part;
    service.n_in = (uint32_t)answer->in.size;
    service.n_out = (uint32_t)answer->out.size;
    service.in = keep(w, answer->in.data, answer->in.size);
    service.out = keep(w, answer->out.data, answer->out.size);
    find_entries(w, &service, answer);
    for (uint32_t i = q->sets->start[set]; i < q->sets->start[set + 1]; i++)
        w->ways.is_in[q->sets->member[i]] = false;
    return service;
}

/* Room for all walks, once: each of them only clears it. */
static void begin(struct pk_service_work *w)
{
    struct pk_service_ways *ways = &w->ways;
    size_t n = (size_t)w->n_frames + 1;

    pk_arena_init(&w->scratch);
    w->is_root = PK_NEW_ARRAY(&w->scratch, bool, n);
    ways->is_in = PK_NEW_ARRAY(&w->scratch, bool, n);
    ways->is_below = PK_NEW_ARRAY(&w->scratch, bool, n);
    ways->is_free = PK_NEW_ARRAY(&w->scratch, bool, n);
    ways->is_behind = PK_NEW_ARRAY(&w->scratch, bool, n);
    ways->is_before = PK_NEW_ARRAY(&w->scratch, bool, n);
    ways->is_beside = PK_NEW_ARRAY(&w->scratch, bool, n);
    ways->queue = PK_NEW_ARRAY(&w->scratch, pk_frame_id, n);
    w->cycles = pk_cycles_find(w->graph, w->n_frames, &w->scratch);
    pk_service_roots(w->profile, w->question->metric, w->is_root);
}

struct pk_services pk_services_find(const struct pk_profile *profile,
                                    const struct pk_service_question *question,
                                    struct pk_arena *arena)
{
    struct pk_service_work w = {.profile = profile,
                                .graph = pk_profile_graph(profile),
                                .flat = pk_profile_flat(profile),
                                .question = question,
                                .arena = arena,
                                .n_frames = pk_profile_frames(profile)};
    struct pk_services found = {.n = question->sets->n,
                                .list = PK_NEW_ARRAY(arena, struct pk_service, question->sets->n),
                                .whole = pk_profile_total(profile, question->metric)};
    struct pk_service_answer answer = {.in = {0}};

    begin(&w);
    if (question->function != PK_NONE)
        found.whole =
            pk_service_known(pk_service_at(w.flat->incl[question->metric], question->function));
    for (uint32_t s = 0; s < found.n; s++)
        found.list[s] = find_service(&w, s, &answer);
    if (found.n)
        qsort(found.list, found.n, sizeof *found.list, order_services);
    found.is_estimated = w.climbed != NULL;
    pk_array_fini(&answer.in);
    pk_array_fini(&answer.out);
    pk_attribute_free(w.climbed);
    pk_free(w.stacks.state);
    pk_free(w.stacks.in_edge);
    pk_free(w.stacks.deepest);
    pk_free(w.stacks.sums);
    pk_arena_fini(&w.scratch);
    return found;
}
