/*
 * Detectors at work: see findings.h. For each detector, every call of a sink from outside its
 * family is followed up to its loop; calls that meet at one loop are one finding.
 *
 * Traps: a sink that calls another of its family (strptime in C calls _strptime in Python) must
 * count once, so only calls from outside are looked at; a recursive sink (deepcopy) is called by
 * helpers of its own file, which are inside. A cost that is missing is none that can be saved.
 */
#include <stdint.h>
#include <stdlib.h>

#include "analyze/findings_private.h"
#include "base/units.h"

/* Whether an edge enters families from outside. A helper in the file of the sink is inside, too: it
 * is of the library, and not what a user could change. Functions without a file (built-ins) have no
 * helpers that a profile shows. */
static bool enters(const struct pk_search *search, pk_edge_id edge, uint64_t families)
{
    pk_frame_id caller = search->graph->caller[edge], callee = search->graph->callee[edge];
    struct pk_str from, into;

    /* Few do, and looking at a frame waits for memory. */
    if (!(search->families[callee] & families) || (search->families[caller] & families))
        return false;
    from = pk_profile_frame(search->profile, caller)->file;
    into = pk_profile_frame(search->profile, callee)->file;
    return !into.data || !pk_str_equal(from, into);
}

int64_t pk_search_counted(int64_t value)
{
    return value == PK_MISSING || value < 0 ? 0 : value;
}

int64_t pk_search_sum(int64_t a, int64_t b)
{
    return a > INT64_MAX - b ? INT64_MAX : a + b;
}

int64_t pk_search_percent(int64_t whole, int64_t percent)
{
    if (percent && whole / 100 > INT64_MAX / 2 / percent)
        return INT64_MAX;
    return whole / 100 * percent + whole % 100 * percent / 100;
}

int64_t pk_search_half_way(int64_t cost, int64_t most)
{
    return cost < most ? cost + (most - cost) / 2 : most;
}

int64_t pk_search_cost(const struct pk_search *search, pk_edge_id edge)
{
    int64_t *incl = search->graph->incl ? search->graph->incl[search->metric] : NULL;

    return incl ? pk_search_counted(incl[edge]) : 0;
}

/* In whatever file: a record that is logged is handed on within the logging module by several
 * functions of the family, and counts once. */
int64_t pk_search_calls_into(const struct pk_search *search, uint64_t families)
{
    int64_t sum = 0;

    for (pk_edge_id edge = 0; edge < search->graph->n; edge++)
        if ((search->families[search->graph->callee[edge]] & families) &&
            !(search->families[search->graph->caller[edge]] & families))
            sum = pk_search_sum(sum, pk_search_counted(search->graph->calls[edge]));
    return sum;
}

int64_t pk_search_calls_of(const struct pk_search *search, pk_frame_id frame)
{
    const struct pk_graph *graph = search->graph;
    int64_t sum = 0;

    for (uint32_t i = graph->in_start[frame]; i < graph->in_start[frame + 1]; i++)
        if (graph->caller[graph->in_edge[i]] != frame)
            sum = pk_search_sum(sum, pk_search_counted(graph->calls[graph->in_edge[i]]));
    return sum;
}

/* Also within one file: makedirs asks isdir only after mkdir failed, so these calls tell how often
 * the folder was there already. */
int64_t pk_search_calls_by(const struct pk_search *search, pk_frame_id from, uint64_t families)
{
    const struct pk_graph *graph = search->graph;
    int64_t sum = 0;

    for (pk_edge_id edge = graph->out_start[from]; edge < graph->out_start[from + 1]; edge++)
        if (search->families[graph->callee[edge]] & families)
            sum = pk_search_sum(sum, pk_search_counted(graph->calls[edge]));
    return sum;
}

/* The same without what the callee calls (the key of a sort, a comparison in Python), where the
 * file tells it apart. */
static int64_t own_cost(const struct pk_search *search, pk_edge_id edge)
{
    int64_t *self = search->graph->self ? search->graph->self[search->metric] : NULL;

    return self && self[edge] != PK_MISSING ? pk_search_counted(self[edge])
                                            : pk_search_cost(search, edge);
}

/* The finding of this detector at this loop, added when new. */
static struct pk_finding *finding_at(struct pk_search *search, const struct pk_loop *loop)
{
    struct pk_finding new = {
        .detector = search->detector,
        .grade = search->detector->grade,
        .caller = search->graph->caller[loop->edge],
        .callee = search->graph->callee[loop->edge],
        .at = PK_NONE,
        .sink = PK_NONE,
        .loop = *loop,
    };

    if (!search->found_at[loop->edge]) {
        pk_array_push(&search->found, new);
        search->found_at[loop->edge] = (uint32_t)search->found.size;
        search->found_by[new.caller] = (uint32_t)search->found.size;
    }
    return &search->found.data[search->found_at[loop->edge] - 1];
}

/* Follow one call of a sink up. The call that is made most often stands for all. Sinks may be
 * reached through each other (a request calls a socket), so their costs add up to no more than
 * that of what the loop calls; where that is the sink itself the loop may call others of them. */
static void follow(struct pk_search *search, pk_edge_id edge)
{
    int64_t calls = pk_search_counted(search->graph->calls[edge]), most;
    struct pk_finding *finding;
    struct pk_loop loop;

    if (calls == 0 || !pk_loop_find(&search->loops, edge, search->detector->min_per_call, &loop))
        return;
    finding = finding_at(search, &loop);
    if (calls > finding->sink_calls) {
        finding->sink = search->graph->callee[edge];
        finding->at = search->graph->caller[edge];
        finding->sink_calls = calls;
        finding->sink_own = own_cost(search, edge);
    }
    most = pk_search_cost(search, loop.edge);
    finding->all_calls = pk_search_sum(finding->all_calls, calls);
    finding->cost = pk_search_sum(finding->cost, pk_search_cost(search, edge));
    finding->cost = finding->cost < most ? finding->cost : most;
}

/* Count a call of the pair for the finding of the loop that it is in: below the same call, or at
 * least in the same function. */
static void follow_pair(struct pk_search *search, pk_edge_id edge)
{
    int64_t calls = pk_search_counted(search->graph->calls[edge]), most = INT64_MAX;
    struct pk_finding *finding;
    struct pk_loop loop;
    uint32_t found;

    if (!pk_loop_find(&search->loops, edge, search->detector->min_per_call, &loop))
        return;
    found = search->found_at[loop.edge];
    if (found)
        most = pk_search_cost(search, loop.edge);
    else
        found = search->found_by[search->graph->caller[loop.edge]];
    if (!found)
        return;
    finding = &search->found.data[found - 1];
    if (search->found_at[loop.edge])
        finding->pairs_within = pk_search_sum(finding->pairs_within, calls);
    finding->pair_calls = pk_search_sum(finding->pair_calls, calls);
    finding->cost = pk_search_sum(finding->cost, pk_search_cost(search, edge));
    finding->cost = finding->cost < most ? finding->cost : most;
}

/* Keep those of the detector at work that hold. */
static void keep_good(struct pk_search *search)
{
    size_t kept = search->first;

    for (size_t i = search->first; i < search->found.size; i++) {
        struct pk_finding *one = &search->found.data[i];

        search->found_at[one->loop.edge] = 0;
        search->found_by[one->caller] = 0;
        if (pk_search_judge(search, one))
            search->found.data[kept++] = *one;
    }
    search->found.size = kept;
}

/* All that one detector finds, behind what the ones before it found. */
static void run(struct pk_search *search, const struct pk_detector *detector)
{
    const struct pk_condition *unless = &detector->conditions[PK_UNLESS];
    uint64_t pair = detector->conditions[PK_PAIR].families;

    search->detector = detector;
    search->first = search->found.size;
    if (detector->sink == 0)
        pk_search_recursion(search);
    for (pk_edge_id edge = 0; edge < search->graph->n; edge++)
        if (enters(search, edge, detector->sink))
            follow(search, edge);
    for (pk_edge_id edge = 0; pair && edge < search->graph->n; edge++)
        if (enters(search, edge, pair))
            follow_pair(search, edge);
    if (unless->families && search->found.size > search->first) {
        search->sinks = pk_search_calls_into(search, detector->sink);
        search->others = pk_search_calls_into(search, unless->families);
    }
    keep_good(search);
}

/* Whether another finding at the same place says all that this one could. */
static bool is_said(const struct pk_search *search, const struct pk_finding *one)
{
    for (size_t i = 0; one->detector->yields_to.size && i < search->found.size; i++)
        if (search->found.data[i].at == one->at &&
            pk_str_equal(search->found.data[i].detector->id, one->detector->yields_to))
            return true;
    return false;
}

/* By grade, cost, detector, and edge: the order of the frames, which no run changes. */
static int compare(const void *left, const void *right)
{
    const struct pk_finding *a = left, *b = right;

    if (a->grade != b->grade)
        return a->grade < b->grade ? -1 : 1;
    if (a->cost != b->cost)
        return a->cost > b->cost ? -1 : 1;
    if (a->detector != b->detector)
        return a->detector < b->detector ? -1 : 1;
    if (a->loop.edge != b->loop.edge)
        return a->loop.edge < b->loop.edge ? -1 : 1;
    return (a->at > b->at) - (a->at < b->at);
}

void pk_findings_sort(struct pk_findings *findings)
{
    uint32_t n = findings->n;

    while (n > 0 && findings->list[n - 1].is_quality)
        n--;
    if (n)
        qsort(findings->list, n, sizeof *findings->list, compare);
}

struct pk_findings pk_findings_find(const struct pk_profile *profile, uint32_t metric,
                                    const struct pk_families *families,
                                    const struct pk_detectors *detectors, struct pk_arena *arena)
{
    struct pk_search search = {.profile = profile,
                               .graph = pk_profile_graph(profile),
                               .families = pk_families_of_profile(families, profile, arena),
                               .metric = metric};
    struct pk_findings findings = {0};

    findings.has_counts = search.graph && search.graph->calls;
    if (findings.has_counts) {
        search.loops = pk_loops_of(profile, arena);
        search.found_at = PK_NEW_ARRAY(arena, uint32_t, search.graph->n);
        search.found_by = PK_NEW_ARRAY(arena, uint32_t, pk_profile_frames(profile));
    }
    findings.has_stacks = !findings.has_counts && pk_profile_tree(profile);
    if (findings.has_stacks)
        pk_search_sampled(&search, detectors, arena);
    for (uint32_t i = 0; findings.has_counts && i < detectors->n; i++)
        run(&search, &detectors->list[i]);
    findings.list = PK_NEW_ARRAY(arena, struct pk_finding, search.found.size);
    for (size_t i = 0; i < search.found.size; i++)
        if (!is_said(&search, &search.found.data[i]))
            findings.list[findings.n++] = search.found.data[i];
    pk_findings_sort(&findings);
    pk_array_fini(&search.found);
    return findings;
}
