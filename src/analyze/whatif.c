/*
 * The total of a changed program: see whatif.h, which has the proof.
 */
#include "analyze/whatif.h"

#include <stddef.h>
#include <stdint.h>

#include "analyze/hotspots.h"
#include "analyze/services.h"
#include "analyze/services_private.h"
#include "analyze/whatif_private.h"

/* A column that the file does not give is missing for all. */
static int64_t at(const int64_t *column, uint32_t index)
{
    return column ? column[index] : PK_MISSING;
}

/* --- each change alone --- */

/* With its upper end as the value; both ends are at least 0 and in order, whatever a file says. */
static struct pk_whatif_part between(int64_t lo, int64_t hi)
{
    lo = pk_bounds_most(0, lo);
    hi = pk_bounds_most(lo, hi);
    return (struct pk_whatif_part){hi, {lo, hi}};
}

/* T of a function: its total, which recursion may leave a range of. */
static struct pk_whatif_part cost_of(const struct pk_whatif_work *work, pk_frame_id frame)
{
    int64_t total = at(pk_profile_flat(work->profile)->incl[work->metric], frame);
    int64_t highest = pk_hotspots_most(work->profile, work->metric, frame);
    int64_t whole = pk_profile_total(work->profile, work->metric);
    struct pk_whatif_part cost;

    if (total == PK_MISSING)
        return between(at(pk_profile_flat(work->profile)->self[work->metric], frame), whole);
    cost = between(total, highest);
    cost.value = cost.range.lo;
    return cost;
}

/* T of an edge: what the file says, which is once per stack, or at most that of either end. */
static struct pk_whatif_part cost_of_edge(const struct pk_whatif_work *work,
                                          const struct pk_whatif_change *change)
{
    const struct pk_graph *graph = pk_profile_graph(work->profile);
    pk_edge_id edge = pk_graph_edge(graph, change->caller, change->frame);
    int64_t incl = edge == PK_NONE ? 0 : at(graph->incl[work->metric], edge);

    if (incl != PK_MISSING)
        return between(incl, incl);
    return between(0, pk_bounds_least(cost_of(work, change->caller).range.hi,
                                      cost_of(work, change->frame).range.hi));
}

/* Of how many calls a change is, and how many of them are left by the estimate; PK_MISSING. */
static int64_t calls_of(const struct pk_whatif_work *work, const struct pk_whatif_change *change,
                        int64_t *left)
{
    const struct pk_graph *graph = pk_profile_graph(work->profile);
    const struct pk_flat *flat = pk_profile_flat(work->profile);
    int64_t calls = at(flat->calls, change->frame);
    pk_edge_id edge;

    *left = 1;
    if (change->caller == PK_NONE)
        return calls;
    edge = pk_graph_edge(graph, change->caller, change->frame);
    calls = edge == PK_NONE ? 0 : at(graph->calls, edge);
    *left = at(flat->calls, change->caller);
    if (*left == PK_MISSING)
        return PK_MISSING;
    *left = pk_bounds_least(pk_bounds_most(*left, 1), pk_bounds_most(calls, 1));
    return calls;
}

/* Whether more than rounding is between both ends. */
static bool is_open(const struct pk_whatif_share *share)
{
    return share->hi - share->lo > 1;
}

/* x of one change. One call has nothing that it could be spared by. */
static struct pk_whatif_share share_of(const struct pk_whatif_work *work,
                                       const struct pk_whatif_change *change, int64_t *calls)
{
    int64_t left;

    *calls = calls_of(work, change, &left);
    if (change->kind == PK_WHATIF_DROP)
        return (struct pk_whatif_share){PK_WHATIF_ALL, PK_WHATIF_ALL, 1};
    if (change->kind == PK_WHATIF_SPEEDUP) {
        uint64_t speedup = (uint64_t)change->speedup;
        unsigned __int128 one = (unsigned __int128)PK_WHATIF_ALL * 1000000;

        return (struct pk_whatif_share){PK_WHATIF_ALL - (uint64_t)((one + speedup - 1) / speedup),
                                        PK_WHATIF_ALL - (uint64_t)(one / speedup),
                                        1 - 1e6 / (double)change->speedup};
    }
    if (*calls == PK_MISSING)
        return (struct pk_whatif_share){0, PK_WHATIF_ALL, 1};
    if (*calls <= 1)
        return (struct pk_whatif_share){0, 0, 0};
    return (struct pk_whatif_share){0, PK_WHATIF_ALL, 1 - (double)left / (double)*calls};
}

/* --- pairs --- */

/* Whether calls lead from one function to another. */
static bool reaches(const struct pk_whatif_work *work, pk_frame_id from, pk_frame_id to)
{
    uint32_t n = pk_profile_frames(work->profile);
    bool *seen = pk_calloc((size_t)n + 1, sizeof *seen), found;
    pk_frame_id *queue = pk_calloc((size_t)n + 1, sizeof *queue);

    seen[from] = true;
    pk_service_flood(pk_profile_graph(work->profile), n, seen, NULL, false, queue);
    found = seen[to];
    pk_free(seen);
    pk_free(queue);
    return found;
}

/* Time of stacks with `from` and below it `to`, by the bounds of services. */
static struct pk_range time_below(const struct pk_whatif_work *work, pk_frame_id from,
                                  pk_frame_id to)
{
    const uint32_t start[] = {0, 1};
    const struct pk_str name = PK_STR("to");
    const struct pk_service_sets sets = {1, &name, start, &to};
    struct pk_service_question question = {.metric = work->metric, .sets = &sets, .function = from};
    struct pk_arena arena;
    struct pk_range range;

    pk_arena_init(&arena);
    range = pk_services_find(work->profile, &question, &arena).list[0].part.range;
    pk_arena_fini(&arena);
    return range;
}

/* O of two changes. An edge is on a stack only with both of its ends; the way from one change to
 * the other begins at the lower end and ends at the upper one. */
static struct pk_range overlap(const struct pk_whatif_work *work, uint32_t i, uint32_t j)
{
    const struct pk_whatif_change *a = &work->change[i], *b = &work->change[j];
    const struct pk_range *of_a = &work->cost[i].range, *of_b = &work->cost[j].range;
    pk_frame_id top_a = a->caller == PK_NONE ? a->frame : a->caller;
    pk_frame_id top_b = b->caller == PK_NONE ? b->frame : b->caller;
    struct pk_range both = {
        pk_bounds_most(
            0, pk_bounds_minus(of_a->lo, pk_profile_total(work->profile, work->metric) - of_b->lo)),
        pk_bounds_least(of_a->hi, of_b->hi)};
    bool is_down, is_up;

    if (a->frame == b->frame && a->caller == b->caller)
        return (struct pk_range){pk_bounds_most(of_a->lo, of_b->lo), both.hi};
    if (a->caller != PK_NONE && b->caller == PK_NONE &&
        (b->frame == a->caller || b->frame == a->frame))
        return *of_a;
    if (b->caller != PK_NONE && a->caller == PK_NONE &&
        (a->frame == b->caller || a->frame == b->frame))
        return *of_b;
    is_down = reaches(work, a->frame, top_b);
    is_up = reaches(work, b->frame, top_a);
    if (!is_down && !is_up)
        return (struct pk_range){0, 0};
    if (a->caller == PK_NONE && b->caller == PK_NONE && is_down != is_up) {
        struct pk_range below =
            is_down ? time_below(work, a->frame, b->frame) : time_below(work, b->frame, a->frame);

        both.lo = pk_bounds_most(both.lo, below.lo);
        both.hi = pk_bounds_most(both.lo, pk_bounds_least(both.hi, below.hi));
    }
    return both;
}

/* --- all of them --- */

/* Bounds of what is saved, by the sums over changes and pairs. */
static struct pk_range saved_by_sums(const struct pk_whatif_work *work, int64_t whole)
{
    int64_t lo = 0, hi = 0, best = 0, pairs = 0, shared = 0;

    for (uint32_t i = 0; i < work->n; i++) {
        int64_t at_least = pk_whatif_down(work->cost[i].range.lo, work->share[i].lo);

        best = pk_bounds_most(best, at_least);
        lo = pk_bounds_plus(lo, at_least);
        hi = pk_bounds_plus(hi, pk_whatif_up(work->cost[i].range.hi, work->share[i].hi));
        for (uint32_t j = 0; j < i; j++) {
            struct pk_range both = overlap(work, i, j);

            pairs = pk_bounds_plus(
                pairs,
                pk_whatif_up(both.hi, pk_whatif_part_up(work->share[i].lo, work->share[j].lo)));
            shared = pk_bounds_most(
                shared,
                pk_whatif_down(both.lo, pk_whatif_part_down(work->share[i].hi, work->share[j].hi)));
        }
    }
    lo = pk_bounds_most(best, lo - pairs);
    hi = pk_bounds_least(pk_bounds_most(lo, hi - shared), whole);
    return (struct pk_range){pk_bounds_least(lo, hi), hi};
}

/* One change alone, and what the others need to know of it. */
static void try_one(struct pk_whatif *whatif, struct pk_whatif_work *work, uint32_t k)
{
    const struct pk_whatif_change *change = &work->change[k];
    struct pk_whatif_effect *effect = &whatif->effect[k];
    struct pk_whatif_share share = share_of(work, change, &effect->calls);

    effect->cost =
        change->caller == PK_NONE ? cost_of(work, change->frame) : cost_of_edge(work, change);
    effect->cost.range.hi =
        pk_bounds_least(effect->cost.range.hi, pk_bounds_most(whatif->whole, 0));
    effect->cost.range.lo = pk_bounds_least(effect->cost.range.lo, effect->cost.range.hi);
    effect->cost.value = pk_bounds_clip(effect->cost.value, effect->cost.range);
    effect->saved.range = (struct pk_range){pk_whatif_down(effect->cost.range.lo, share.lo),
                                            pk_whatif_up(effect->cost.range.hi, share.hi)};
    effect->saved.value =
        pk_bounds_clip(pk_whatif_near(effect->cost.value, share.estimate), effect->saved.range);
    whatif->is_uncounted |= is_open(&share) && effect->calls == PK_MISSING;
    work->share[k] = share;
    work->cost[k] = effect->cost;
}

/* Where nothing but rounding is open the nearest value is as good as proven. */
static bool is_settled(const struct pk_whatif_work *work, const struct pk_attributed *tree)
{
    for (uint32_t k = 0; k < work->n; k++)
        if (is_open(&work->share[k]))
            return false;
    for (pk_node_id i = 0; i < tree->tree.n; i++)
        if (tree->tree.self_range[i].lo != tree->tree.self_range[i].hi || tree->unseen[i])
            return false;
    return true;
}

/* Both bounds of the total hold, that of the sums and that of the tree, so the narrower ends do. Of
 * a single change the sums know the estimate as well: a tree draws less than there is where it
 * prunes. */
void pk_whatif_find(struct pk_whatif *whatif, const struct pk_profile *profile, uint32_t metric,
                    const struct pk_whatif_change *changes, uint32_t n)
{
    struct pk_whatif_work work = {.profile = profile, .metric = metric, .n = n, .change = changes};
    struct pk_attributed *tree = pk_attribute_new(profile, metric);
    struct pk_whatif_part by_tree;
    struct pk_range *saved = &whatif->saved.range, *total = &whatif->total.range;

    *whatif = (struct pk_whatif){.whole = tree->total};
    for (uint32_t k = 0; k < n; k++)
        try_one(whatif, &work, k);
    whatif->tree = pk_whatif_tree(&work, tree, &by_tree);
    *saved = saved_by_sums(&work, pk_bounds_most(0, whatif->whole));
    *total = (struct pk_range){whatif->whole - saved->hi, whatif->whole - saved->lo};
    total->lo = pk_bounds_most(total->lo, pk_bounds_least(by_tree.range.lo, total->hi));
    total->hi = pk_bounds_most(total->lo, pk_bounds_least(total->hi, by_tree.range.hi));
    whatif->total.value = pk_bounds_clip(
        n == 1 ? whatif->whole - whatif->effect[0].saved.value : by_tree.value, *total);
    if (is_settled(&work, tree))
        whatif->tree->tree.origin = PK_DERIVED;
    *saved = (struct pk_range){whatif->whole - total->hi, whatif->whole - total->lo};
    whatif->saved.value = whatif->whole - whatif->total.value;
    pk_attribute_free(tree);
}

/* The effects are part of the struct; only the tree is not. */
void pk_whatif_fini(struct pk_whatif *whatif)
{
    pk_attribute_free(whatif->tree);
    whatif->tree = NULL;
}
