/*
 * Findings in sampled stacks, where no calls are counted: what share of the samples ends below a
 * family of functions, by the function that reached it. That something is dear is seen, that it is
 * done again and again is not; so nothing is proven, and detectors whose evidence is a count (a
 * query for each row) say nothing here.
 *
 * Traps: a sink below another of its family counts once, so only the outermost of a stack is
 * looked at. Between a function of a script and the sink stand functions of its interpreter (perf):
 * the nearest one in Python is the place, where there is one. A function that the rules know is of
 * a library, and no place that a user could change.
 */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "analyze/findings_private.h"
#include "analyze/quality.h"
#include "analyze/unseen.h"
#include "base/units.h"
#include "rules/symbol.h"

#define LEAST 20            /* samples below a sink: fewer are chance */
#define PAIR_PART 8         /* a pair is at least such a part of the sink */
#define ONE_IN_TWENTY 1.645 /* so many standard deviations above the mean begins a twentieth */

/* What one function reaches. */
struct reached {
    int64_t cost, most; /* of all sinks, and of the sink that costs most */
    int64_t pair;       /* of the pair, which is part of the cost */
    int64_t against;    /* of what speaks against a finding */
    pk_frame_id sink;
    uint32_t n; /* sinks, in the tree */
};

struct meeting { /* a sink and what reached it */
    pk_node_id node;
    pk_frame_id at;
};

/* The language of each function is asked for once. */
static bool *python_of(const struct pk_profile *profile, struct pk_arena *arena)
{
    uint32_t n = pk_profile_frames(profile);
    bool *is_python = PK_NEW_ARRAY(arena, bool, n);
    struct pk_buf room = {0};

    for (pk_frame_id i = 0; i < n; i++)
        is_python[i] =
            pk_symbol_of(pk_profile_frame(profile, i), &room).language == PK_SYMBOL_PYTHON;
    pk_buf_fini(&room);
    return is_python;
}

/* For each node the nearest function of Python above it, else its caller; PK_NONE at the roots. */
static pk_frame_id *callers_of(const struct pk_search *search, struct pk_arena *arena)
{
    const struct pk_tree *tree = pk_profile_tree(search->profile);
    bool *is_python = python_of(search->profile, arena);
    pk_frame_id *caller = PK_NEW_ARRAY(arena, pk_frame_id, tree->n);

    for (pk_node_id node = 0; node < tree->n; node++) {
        pk_node_id parent = tree->parent[node];

        if (parent == PK_NONE)
            caller[node] = PK_NONE;
        else if (search->families[tree->frame[parent]] && caller[parent] != PK_NONE)
            caller[node] = caller[parent];
        else if (is_python[tree->frame[parent]] || caller[parent] == PK_NONE ||
                 !is_python[caller[parent]])
            caller[node] = tree->frame[parent];
        else
            caller[node] = caller[parent];
    }
    return caller;
}

static void reach(struct reached *by, pk_frame_id sink, int64_t cost, bool is_pair)
{
    by->cost = pk_search_sum(by->cost, cost);
    by->pair = pk_search_sum(by->pair, is_pair ? cost : 0);
    by->n++;
    if (!is_pair && cost > by->most) {
        by->most = cost;
        by->sink = sink;
    }
}

/* Whether a function of the families of `not-with` calls it: such a copy, say, is a part of what
 * that function is for, and no second fault. */
static bool is_made_by(const struct pk_search *search, pk_node_id node)
{
    const struct pk_tree *tree = pk_profile_tree(search->profile);
    uint64_t families = search->detector->conditions[PK_NOT_WITH].families;
    pk_node_id parent = tree->parent[node];

    return parent != PK_NONE && (search->families[tree->frame[parent]] & families);
}

/* Sum up what the functions reach, and skip what is below a sink. Returns how many meetings there
 * are; there is room for one a node. `pairs`: what all calls of the pair cost, also those whose
 * caller a stack lost. */
static uint32_t walk(const struct pk_search *search, const pk_frame_id *caller, struct reached *by,
                     struct meeting *meetings, int64_t *pairs)
{
    uint32_t n = 0;

    const struct pk_tree *tree = pk_profile_tree(search->profile);
    uint64_t sink = search->detector->sampled_sink;
    uint64_t pair = search->detector->conditions[PK_PAIR].families;
    pk_node_id node = 0;

    while (node < tree->n) {
        uint64_t families = search->families[tree->frame[node]];

        if (!(families & (sink | pair)) || is_made_by(search, node)) {
            node++;
            continue;
        }
        if (!(families & sink))
            *pairs = pk_search_sum(*pairs, pk_search_counted(tree->incl[search->metric][node]));
        if (caller[node] != PK_NONE) {
            reach(&by[caller[node]], tree->frame[node],
                  pk_search_counted(tree->incl[search->metric][node]), !(families & sink));
            meetings[n++] = (struct meeting){node, caller[node]};
        }
        node = tree->end[node];
    }
    return n;
}

/* The condition that speaks against a finding in samples, by what the same function reaches: what
 * is decoded came from elsewhere where it is read there, and what is opened may be written. For
 * other detectors conditions are on calls, which samples do not have: NULL. */
static const struct pk_condition *against_of(const struct pk_detector *detector)
{
    if (detector->conditions[PK_PAIR].families)
        return &detector->conditions[PK_UNLESS];
    return detector->sampled_around ? &detector->conditions[PK_NOT_WITH] : NULL;
}

static void walk_against(const struct pk_search *search, const pk_frame_id *caller,
                         struct reached *by)
{
    const struct pk_tree *tree = pk_profile_tree(search->profile);
    const struct pk_condition *against = against_of(search->detector);
    pk_node_id node = 0;

    while (against && node < tree->n) {
        int64_t cost = pk_search_counted(tree->incl[search->metric][node]);

        if (!(search->families[tree->frame[node]] & against->families) || caller[node] == PK_NONE) {
            node++;
            continue;
        }
        by[caller[node]].against = pk_search_sum(by[caller[node]].against, cost);
        node = tree->end[node];
    }
}

static bool is_refuted(const struct pk_search *search, const struct reached *by)
{
    const struct pk_condition *against = against_of(search->detector);

    return by->against > 0 &&
           by->against >= pk_search_percent(by->cost - by->pair, against->percent);
}

/* Code of a shared library: what to repair is in what calls it. */
static bool is_library(const struct pk_profile *profile, pk_frame_id frame)
{
    struct pk_str module = pk_profile_frame(profile, frame)->module;

    return module.size > 0 && memmem(module.data, module.size, ".so", 3) != NULL;
}

/* Who calls the function of a node: its place, or out of a library the program that called into it.
 * PK_NONE where the stack does not say. */
static pk_frame_id caller_of(const struct pk_search *search, const pk_frame_id *caller,
                             pk_node_id node)
{
    const struct pk_tree *tree = pk_profile_tree(search->profile);
    pk_node_id above = node;

    if (!is_library(search->profile, tree->frame[node]))
        return caller[node];
    while (above != PK_NONE && is_library(search->profile, tree->frame[above]))
        above = tree->parent[above];
    return above == PK_NONE ? caller[node] : tree->frame[above];
}

/* Mark whoever calls a function where it reaches sinks (itself, where nobody is known to). Its
 * outermost calls above them and the meetings are passed through side by side, by the order of the
 * tree. False where a stack begins in code without a name: its callers may be anything. */
static bool mark_callers(const struct pk_search *search, pk_frame_id at, const pk_frame_id *caller,
                         const struct meeting *meetings, uint32_t n_meetings, bool *is_marked)
{
    const struct pk_tree *tree = pk_profile_tree(search->profile);
    bool is_known = true;
    pk_node_id node = 0;

    for (uint32_t i = 0; i < n_meetings; i++) {
        pk_frame_id by;

        if (meetings[i].at != at || meetings[i].node < node)
            continue;
        while (tree->frame[node] != at || tree->end[node] <= meetings[i].node)
            node++; /* what is met has its place above it, and so before it */
        by = caller_of(search, caller, node);
        is_marked[by == PK_NONE ? at : by] = true;
        is_known &=
            by != PK_NONE || pk_profile_frame(search->profile, at)->kind != PK_KIND_UNRESOLVED;
        node = tree->end[node];
    }
    return is_known;
}

/* What the marked functions cost: the outermost nodes of them, whatever is below. NULL for `nodes`
 * only counts. There are few findings, so each looks through all of the tree. */
static int64_t places_of(const struct pk_search *search, const bool *is_marked, pk_node_id *nodes,
                         uint32_t *n)
{
    const struct pk_tree *tree = pk_profile_tree(search->profile);
    int64_t sum = 0;

    *n = 0;
    for (pk_node_id node = 0; node < tree->n;) {
        if (!is_marked[tree->frame[node]]) {
            node++;
            continue;
        }
        sum = pk_search_sum(sum, pk_search_counted(tree->incl[search->metric][node]));
        if (nodes)
            nodes[*n] = node;
        ++*n;
        node = tree->end[node];
    }
    return sum;
}

/* The same with what chance may have kept from it: one time in twenty a share of so many samples is
 * really larger than this. Where samples are not counted nothing is known of that. */
static int64_t with_chance(const struct pk_search *search, int64_t cost)
{
    int64_t total = pk_profile_total(search->profile, search->metric);
    double share = total > 0 ? (double)cost / (double)total : 1, more;

    if (search->samples <= 0 || share >= 1)
        return cost;
    more = ONE_IN_TWENTY * sqrt(share * (1 - share) / (double)search->samples) * (double)total;
    return more < (double)(total - cost) ? cost + (int64_t)ceil(more) : total;
}

/* Samples are counted only in some formats; in others only time is known, and shares must do. */
static bool is_enough(const struct pk_search *search, const struct reached *by, int64_t pairs)
{
    int64_t sinks = by->cost - by->pair;
    const struct pk_metric *metric = pk_profile_metric(search->profile, search->metric);
    int64_t total = pk_profile_total(search->profile, search->metric);

    if (by->most == 0 || (search->detector->conditions[PK_PAIR].families &&
                          (pairs < sinks / PAIR_PART || sinks < by->pair / PAIR_PART)))
        return false;
    return sinks >= pk_search_percent(total, search->detector->sampled_percent) &&
           (metric->unit != PK_UNIT_COUNT || sinks >= LEAST);
}

/* Opening takes some ten microseconds and is a small part of what is done with a file. Where it is
 * seen in so many samples all the same it was done many times, and the function around it is what
 * the file is read for. Its cost, 0 where that is not so. */
static int64_t cost_around(const struct pk_search *search, pk_frame_id at, const struct reached *by)
{
    const struct pk_detector *detector = search->detector;
    const struct pk_metric *metric = pk_profile_metric(search->profile, search->metric);
    int64_t total = pk_profile_total(search->profile, search->metric), around;
    double seen = 0;

    if (detector->sampled_around == 0 || by->most == 0)
        return 0;
    around = pk_search_counted(pk_profile_flat(search->profile)->incl[search->metric][at]);
    if (metric->unit == PK_UNIT_COUNT)
        seen = (double)by->cost;
    else if (search->samples > 0 && total > 0)
        seen = (double)by->cost / (double)total * (double)search->samples;
    if (seen < (double)detector->sampled_around ||
        around < pk_search_percent(total, detector->sampled_percent))
        return 0;
    return around;
}

/* `around`: the cost of the function around the sinks where that is the finding, else 0.
 *
 * A repair may take away more than the calls of the sink, and less: what is made ready for them and
 * what is done with each result is in the function that calls them, too. And stacks show no loop:
 * it is mostly in the caller of that function, which a repair changes with it (a cache, one call
 * for many items, another end of a pair), and which still stands in stacks that lost the function
 * itself. So all that these callers cost is the bound. */
static void add(struct pk_search *search, pk_frame_id at, int64_t around, const pk_frame_id *caller,
                const struct reached *by, const struct meeting *meetings, uint32_t n_meetings,
                struct pk_arena *arena)
{
    bool *is_marked = pk_calloc(pk_profile_frames(search->profile), sizeof *is_marked);
    const struct pk_frame *sink = pk_profile_frame(search->profile, by->sink);
    struct pk_finding found = {
        .detector = search->detector,
        .grade = search->detector->sampled,
        .caller = at,
        .callee = by->sink,
        .at = at,
        .sink = by->sink,
        .is_sampled = true,
        .loop = {PK_NONE, PK_MISSING, PK_MISSING},
        .sink_calls = PK_MISSING,
        .cost = around ? around : by->cost,
        .sink_cost = around ? by->cost : 0,
    };
    pk_node_id *nodes;
    bool is_known;
    int64_t most;

    if (pk_unseen_is(sink)) { /* of a value whose type the text does not tell */
        found.grade = found.grade < PK_POSSIBLE ? PK_POSSIBLE : found.grade;
        found.source.line = sink->line;
        found.source.is_unseen = true;
    }
    is_known = mark_callers(search, at, caller, meetings, n_meetings, is_marked);
    places_of(search, is_marked, NULL, &found.n_nodes);
    nodes = PK_NEW_ARRAY(arena, pk_node_id, found.n_nodes);
    most = places_of(search, is_marked, nodes, &found.n_nodes);
    if (!is_known)
        most = pk_profile_total(search->profile, search->metric);
    found.saving.hi = with_chance(search, most);
    found.likely_saving = pk_search_half_way(found.cost, most);
    found.nodes = nodes;
    pk_free(is_marked);
    pk_array_push(&search->found, found);
}

void pk_search_sampled(struct pk_search *search, const struct pk_detectors *detectors,
                       struct pk_arena *arena)
{
    uint32_t n = pk_profile_frames(search->profile);
    pk_frame_id *caller = callers_of(search, arena);
    struct reached *by = PK_NEW_ARRAY(arena, struct reached, n);
    struct meeting *meetings =
        PK_NEW_ARRAY(arena, struct meeting, pk_profile_tree(search->profile)->n);
    uint32_t n_meetings;
    int64_t pairs;

    search->samples = pk_quality_of(search->profile, search->metric).samples;
    for (uint32_t i = 0; i < detectors->n; i++) {
        search->detector = &detectors->list[i];
        if (search->detector->sampled_sink == 0 || search->detector->sampled_percent == 0)
            continue;
        pairs = 0;
        n_meetings = walk(search, caller, by, meetings, &pairs);
        walk_against(search, caller, by);
        for (pk_frame_id at = 0; at < n; at++) {
            int64_t around = cost_around(search, at, &by[at]);

            if ((around || is_enough(search, &by[at], pairs)) && !is_refuted(search, &by[at]))
                add(search, at, around, caller, &by[at], meetings, n_meetings, arena);
            by[at] = (struct reached){0};
        }
    }
}
