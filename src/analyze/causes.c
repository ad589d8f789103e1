/*
 * Causes by counted calls: see causes.h. For a function f on both sides, called N times, with self
 * cost S, and c(g) calls of g that cost T(g) each,
 *
 *     own cost part    S after - S before * N after / N before
 *     own calls part   sum over g of (c(g) after - c(g) before * N after / N before) * T(g) before
 *
 * Added up over all functions this is the difference of the totals: what f's callers do more often
 * is theirs, and what g costs more per call is g's or below. A function on one side alone is the
 * cause of nothing, its callers are: they call it now, or call it no more. The sum is exact where a
 * callee costs the same whoever calls it; the rest is what `explained` lacks.
 *
 * Functions that call each other in a circle are one box, entered from outside; what its members
 * call within is not looked at, their self and calls out of it are each one's own. A circle that
 * only calls of no weight close is none: an import late in a Python program leads back to the
 * interpreter's exec, and would put the whole program into one box. Nor does a function of one side
 * close one.
 */
#include "analyze/causes.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "analyze/causes_private.h"
#include "base/array.h"
#include "base/map.h"
#include "model/cycles.h"

struct call { /* of one function by another, on both sides */
    uint32_t caller, callee;
    double count[2], cost[2];
    bool is_unknown; /* some of its cost is not known */
};

struct box {
    double entries[2], whole[2]; /* calls from outside; self and what leaves, added up */
    bool is_there[2], is_called; /* has a member on this side; from another box, on any side */
};

struct work {
    const struct pk_diff *diff;
    uint32_t n; /* groups */
    PK_ARRAY(struct call) calls;
    struct pk_cycles cycles;  /* whose boxes count */
    struct pk_cycles circles; /* that light calls close too */
    struct box *box;
    double *unseen[2]; /* [group] calls that no edge accounts for */
};

/* A missing value adds nothing. */
static double amount(const int64_t *column, uint32_t at)
{
    return column && column[at] != PK_MISSING ? (double)column[at] : 0;
}

static double self_of(const struct work *work, unsigned s, uint32_t group)
{
    return pk_diff_measured(work->diff, s, amount(work->diff->groups[s].self, group));
}

/* --- the calls of both sides as one graph of groups --- */

static bool is_on_both(const struct work *work, uint32_t group)
{
    return work->diff->groups[0].frame[group] != PK_NONE &&
           work->diff->groups[1].frame[group] != PK_NONE;
}

/* Too little to matter for a box: under 1 % of the total on either side. */
static bool is_light(const struct work *work, const struct call *call)
{
    for (unsigned s = 0; s < 2; s++)
        if (call->cost[s] >= 0.01 * fabs((double)work->diff->normal_total.side[s]))
            return false;
    return !call->is_unknown;
}

/* Whether a call may close a circle. */
static bool binds(const struct work *work, const struct call *call)
{
    return is_on_both(work, call->caller) == is_on_both(work, call->callee) &&
           !is_light(work, call);
}

/* Calls within a group are recursion: they are no entries, but they account for calls. */
static void collect(struct work *work, unsigned s, struct pk_map *pairs)
{
    const struct pk_side *side = &work->diff->side[s];
    const struct pk_graph *graph = pk_profile_graph(side->profile);
    const uint32_t *group = work->diff->groups[s].group;

    for (uint32_t g = 0; g < work->n; g++)
        work->unseen[s][g] = pk_diff_calls(work->diff, s, amount(work->diff->groups[s].calls, g));
    for (uint32_t e = 0; e < graph->n; e++) {
        uint32_t caller = group[graph->caller[e]], callee = group[graph->callee[e]], id;
        double count = pk_diff_calls(work->diff, s, amount(graph->calls, e));

        if (caller == PK_NONE || callee == PK_NONE)
            continue;
        work->unseen[s][callee] -= count;
        if (caller == callee)
            continue;
        id = pk_map_add(pairs, (uint32_t[]){caller, callee}, NULL);
        if (id == work->calls.size)
            pk_array_push(&work->calls, ((struct call){.caller = caller, .callee = callee}));
        work->calls.data[id].count[s] += count;
        work->calls.data[id].is_unknown |=
            !graph->incl[side->metric] || graph->incl[side->metric][e] == PK_MISSING;
        work->calls.data[id].cost[s] +=
            pk_diff_measured(work->diff, s, amount(graph->incl[side->metric], e));
    }
}

static int order_calls(const void *left, const void *right)
{
    const struct call *a = left, *b = right;

    if (a->caller != b->caller)
        return a->caller < b->caller ? -1 : 1;
    return (a->callee > b->callee) - (a->callee < b->callee);
}

/* Circles of the calls of both sides; without light ones when `is_heavy`. */
static struct pk_cycles find_circles(const struct work *work, bool is_heavy, struct pk_arena *arena)
{
    struct pk_graph graph = {.out_start = PK_NEW_ARRAY(arena, uint32_t, (size_t)work->n + 1),
                             .caller = PK_NEW_ARRAY(arena, pk_frame_id, work->calls.size),
                             .callee = PK_NEW_ARRAY(arena, pk_frame_id, work->calls.size)};

    for (size_t i = 0; i < work->calls.size; i++) {
        const struct call *call = &work->calls.data[i];

        if (is_heavy && !binds(work, call))
            continue;
        graph.caller[graph.n] = call->caller;
        graph.callee[graph.n++] = call->callee;
        graph.out_start[call->caller + 1]++;
    }
    for (uint32_t g = 0; g < work->n; g++)
        graph.out_start[g + 1] += graph.out_start[g];
    return pk_cycles_find(&graph, work->n, arena);
}

/* The same boxes on both sides: whatever is a circle on one of them. */
static void find_boxes(struct work *work, struct pk_arena *arena)
{
    if (work->calls.size)
        qsort(work->calls.data, work->calls.size, sizeof *work->calls.data, order_calls);
    work->cycles = find_circles(work, true, arena);
    work->circles = find_circles(work, false, arena);
    work->box = PK_NEW_ARRAY(arena, struct box, work->cycles.n_boxes);
}

/* From one box down to another. Within a circle that only light calls close, or a function of one
 * side, those that lead against the order of the heavy ones are left out, as what stays within a
 * box is. */
static bool leads_down(const struct work *work, const struct call *call)
{
    uint32_t caller = work->cycles.box[call->caller], callee = work->cycles.box[call->callee];

    if (work->circles.box[call->caller] != work->circles.box[call->callee])
        return true;
    if (is_on_both(work, call->caller) != is_on_both(work, call->callee))
        return is_on_both(work, call->caller);
    return caller > callee; /* as pk_cycles_find numbers them */
}

/* Entries, members and what they cost together. A program is entered once, whoever counts it. */
static void fill_boxes(struct work *work)
{
    const uint32_t *box = work->cycles.box;

    for (unsigned s = 0; s < 2; s++) {
        for (uint32_t g = 0; g < work->n; g++) {
            struct box *b = &work->box[box[g]];

            b->is_there[s] |= work->diff->groups[s].frame[g] != PK_NONE;
            b->whole[s] += self_of(work, s, g);
            b->entries[s] += work->unseen[s][g] > 0 ? work->unseen[s][g] : 0;
        }
        for (size_t i = 0; i < work->calls.size; i++) {
            const struct call *call = &work->calls.data[i];

            if (!leads_down(work, call))
                continue;
            work->box[box[call->caller]].whole[s] += call->cost[s];
            work->box[box[call->callee]].entries[s] += call->count[s];
            work->box[box[call->callee]].is_called = true;
        }
        for (uint32_t b = 0; b < work->cycles.n_boxes; b++)
            if (work->box[b].entries[s] <= 0)
                work->box[b].entries[s] = 1;
    }
}

/* --- what each function answers for --- */

/* What one call cost before; a callee that is new costs what it costs now. */
static double cost_of_call(const struct work *work, const struct call *call)
{
    const struct box *callee = &work->box[work->cycles.box[call->callee]];

    for (unsigned s = 0; s < 2; s++) {
        if (call->count[s] > 0 && (s == PK_BEFORE || !callee->is_there[PK_BEFORE]))
            return call->cost[s] / call->count[s];
        if (callee->is_there[s])
            return callee->whole[s] / callee->entries[s];
    }
    return 0;
}

/* The callers of a function that is only on one side answer for it. */
static bool answers(const struct box *box)
{
    return (box->is_there[PK_BEFORE] && box->is_there[PK_AFTER]) || !box->is_called;
}

/* How often the box runs after for each time it ran before. */
static double growth(const struct box *box)
{
    return box->is_there[PK_BEFORE] && box->is_there[PK_AFTER]
               ? box->entries[PK_AFTER] / box->entries[PK_BEFORE]
               : 1;
}

struct own { /* the part of one function, before it is rounded */
    double calls_part, cost_part;
    struct pk_cause_callee callee[PK_CAUSE_CALLEES];
};

/* Among the heaviest callees, if it is one. */
static void rank_callee(struct own *own, struct pk_cause_callee callee)
{
    for (unsigned i = 0; i < PK_CAUSE_CALLEES; i++) {
        struct pk_cause_callee *other = &own->callee[i];

        if (other->group == PK_NONE || fabs(callee.part) > fabs(other->part)) {
            struct pk_cause_callee moved = *other;

            *other = callee;
            callee = moved;
        }
        if (callee.group == PK_NONE)
            return;
    }
}

/* The same number of calls is no change of the caller, however often it runs itself: what stands
 * for many callers at once, as an interpreter's exec does, has no calls per call. */
static void add_call(const struct work *work, const struct call *call, struct own *own)
{
    const struct box *caller = &work->box[work->cycles.box[call->caller]];
    double expected = call->count[PK_BEFORE] * growth(caller), each = cost_of_call(work, call);
    double part = (call->count[PK_AFTER] - expected) * each;

    if (call->count[PK_AFTER] == call->count[PK_BEFORE] || part == 0)
        return;
    own->calls_part += part;
    rank_callee(own, (struct pk_cause_callee){
                         .group = call->callee,
                         .part = part,
                         .cost_part = call->cost[PK_AFTER] - call->count[PK_AFTER] * each,
                         .calls = {(int64_t)call->count[0], (int64_t)call->count[1]}});
}

static struct own *find_own(const struct work *work, struct pk_arena *arena)
{
    struct own *own = PK_NEW_ARRAY(arena, struct own, work->n);

    for (uint32_t g = 0; g < work->n; g++) {
        const struct box *box = &work->box[work->cycles.box[g]];

        for (unsigned i = 0; i < PK_CAUSE_CALLEES; i++)
            own[g].callee[i].group = PK_NONE;
        if (answers(box))
            own[g].cost_part =
                self_of(work, PK_AFTER, g) - self_of(work, PK_BEFORE, g) * growth(box);
    }
    for (size_t i = 0; i < work->calls.size; i++) {
        const struct call *call = &work->calls.data[i];

        if (leads_down(work, call) && answers(&work->box[work->cycles.box[call->caller]]))
            add_call(work, call, &own[call->caller]);
    }
    return own;
}

/* --- all of it --- */

static int64_t rounded(double value)
{
    return fabs(value) < 9e18 ? (int64_t)llround(value) : value < 0 ? -INT64_MAX : INT64_MAX;
}

/* Every function that answers for something. */
static void list(const struct work *work, const struct own *own, struct pk_cause_list *causes)
{
    const struct pk_diff_groups *groups = work->diff->groups;

    for (uint32_t g = 0; g < work->n; g++) {
        struct pk_cause_found found = {.cause = {.frame = {groups[0].frame[g], groups[1].frame[g]},
                                                 .callee = {PK_NONE, PK_NONE},
                                                 .calls_part = rounded(own[g].calls_part),
                                                 .cost_part = rounded(own[g].cost_part),
                                                 .calls = {PK_MISSING, PK_MISSING},
                                                 .within = PK_NONE},
                                       .callee = {own[g].callee[0], own[g].callee[1]}};

        if (__builtin_add_overflow(found.cause.calls_part, found.cause.cost_part,
                                   &found.cause.delta) ||
            found.cause.delta == 0)
            continue;
        for (unsigned s = 0; s < 2 && own[g].callee[0].group != PK_NONE; s++) {
            found.cause.callee[s] = groups[s].frame[own[g].callee[0].group];
            found.cause.calls[s] = own[g].callee[0].calls[s];
        }
        pk_array_push(causes, found);
    }
}

void pk_causes_by_calls(const struct pk_diff *diff, struct pk_cause_list *causes,
                        struct pk_arena *arena)
{
    struct work work = {.diff = diff, .n = diff->groups[0].n};
    struct pk_map pairs;

    pk_map_init(&pairs, 2 * sizeof(uint32_t));
    for (unsigned s = 0; s < 2; s++) {
        work.unseen[s] = PK_NEW_ARRAY(arena, double, work.n);
        collect(&work, s, &pairs);
    }
    pk_map_fini(&pairs);
    find_boxes(&work, arena);
    fill_boxes(&work);
    list(&work, find_own(&work, arena), causes);
    pk_array_fini(&work.calls);
}

/* Heaviest first; frames are in canonical order on each side. */
static int order(const void *left, const void *right)
{
    const struct pk_cause *a = &((const struct pk_cause_found *)left)->cause;
    const struct pk_cause *b = &((const struct pk_cause_found *)right)->cause;

    if (pk_units_magnitude(a->delta) != pk_units_magnitude(b->delta))
        return pk_units_magnitude(a->delta) > pk_units_magnitude(b->delta) ? -1 : 1;
    for (unsigned s = 0; s < 2; s++)
        if (a->frame[s] != b->frame[s])
            return a->frame[s] < b->frame[s] ? -1 : 1;
    return 0;
}

/* Whether both stand in one file: who calls less of a library changed, not the library. */
static bool is_neighbour(const struct pk_diff *diff, const struct pk_cause *cause, uint32_t callee)
{
    for (unsigned s = 0; s < 2; s++) {
        const struct pk_profile *profile = diff->side[s].profile;
        pk_frame_id frame = diff->groups[s].frame[callee];

        if (frame != PK_NONE && cause->frame[s] != PK_NONE)
            return pk_str_equal(pk_profile_frame(profile, frame)->file,
                                pk_profile_frame(profile, cause->frame[s])->file);
    }
    return false;
}

/* A cause and behind it the callees that make up most of its calls part. */
static void take(const struct pk_diff *diff, const struct pk_cause_found *found,
                 struct pk_causes *causes)
{
    uint32_t within = causes->n;
    double calls_part = (double)found->cause.calls_part;

    causes->cause[causes->n++] = found->cause;
    causes->explained += found->cause.delta;
    if (fabs(calls_part) < fabs((double)found->cause.cost_part))
        return;
    for (unsigned i = 0; i < PK_CAUSE_CALLEES; i++) {
        const struct pk_cause_callee *callee = &found->callee[i];
        struct pk_cause part = {.callee = {PK_NONE, PK_NONE},
                                .calls_part = rounded(callee->part),
                                .calls = {callee->calls[0], callee->calls[1]},
                                .within = within};

        if (callee->group == PK_NONE || callee->part / calls_part < 0.3 ||
            !is_neighbour(diff, &found->cause, callee->group))
            continue;
        for (unsigned s = 0; s < 2; s++)
            part.frame[s] = diff->groups[s].frame[callee->group];
        part.cost_part = rounded(callee->cost_part);
        if (!__builtin_add_overflow(part.calls_part, part.cost_part, &part.delta))
            causes->cause[causes->n++] = part;
    }
}

/* Enough of those that pull the way the total went, and what pulls hard against it. */
static void select_causes(const struct pk_diff *diff, const struct pk_cause_list *all,
                          uint32_t most, struct pk_causes *causes)
{
    double whole = (double)causes->delta;
    uint32_t n = 0;

    for (size_t i = 0; i < all->size && n < most; i++) {
        const struct pk_cause *cause = &all->data[i].cause;
        bool is_along = (cause->delta > 0) == (whole > 0);

        /* Many small ones explain nothing, whatever they add up to. */
        if (fabs((double)cause->delta) < (is_along ? 0.02 : 0.05) * fabs(whole) ||
            (is_along && (double)causes->explained / whole >= 0.95))
            continue;
        take(diff, &all->data[i], causes);
        n++;
    }
}

struct pk_causes pk_causes_find(const struct pk_diff *diff, uint32_t most, struct pk_arena *arena)
{
    struct pk_causes causes = {
        .delta = diff->normal_total.delta,
        .cause = PK_NEW_ARRAY(arena, struct pk_cause, (1 + PK_CAUSE_CALLEES) * (size_t)most)};
    struct pk_cause_list all = {0};

    if (diff->has_calls && pk_profile_graph(diff->side[0].profile) &&
        pk_profile_graph(diff->side[1].profile))
        pk_causes_by_calls(diff, &all, arena);
    else if (pk_profile_tree(diff->side[0].profile) && pk_profile_tree(diff->side[1].profile))
        pk_causes_by_stacks(diff, &all, arena);
    if (all.size)
        qsort(all.data, all.size, sizeof *all.data, order);
    select_causes(diff, &all, most, &causes);
    pk_array_fini(&all);
    return causes;
}
