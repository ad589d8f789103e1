/*
 * Detectors at work: see findings.h. For each detector, every call of a sink from outside its
 * family is followed up to its loop; calls that meet at one loop are one finding.
 *
 * Traps: a sink that calls another of its family (strptime in C calls _strptime in Python) must
 * count once, so only calls from outside are looked at; a recursive sink (deepcopy) is called by
 * helpers of its own file, which are inside. A cost that is missing is none that can be saved.
 */
#include "analyze/findings.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/array.h"
#include "base/units.h"

struct search {
    const struct pk_profile *profile;
    const struct pk_graph *graph;
    struct pk_loops loops;
    const uint64_t *families; /* by function */
    uint32_t metric;
    const struct pk_detector *detector; /* at work now; the rest is of it */
    size_t first;                       /* of its findings */
    uint32_t *found_at;                 /* by edge of a loop: its finding + 1, or 0 */
    int64_t sinks, others;              /* calls of its sink, and of the family of its `unless` */
    PK_ARRAY(struct pk_finding) found;
};

/* Families were asked for once a function, so this is one bit. */
static bool is_member(const struct search *search, pk_frame_id frame, enum pk_family family)
{
    return (search->families[frame] & PK_FAMILY_BIT(family)) != 0;
}

/* Whether an edge enters a family from outside. A helper in the file of the sink is inside, too: it
 * is of the library, and not what a user could change. Functions without a file (built-ins) have no
 * helpers that a profile shows. */
static bool enters(const struct search *search, pk_edge_id edge, enum pk_family family)
{
    pk_frame_id caller = search->graph->caller[edge], callee = search->graph->callee[edge];
    struct pk_str from = pk_profile_frame(search->profile, caller)->file;
    struct pk_str into = pk_profile_frame(search->profile, callee)->file;

    return is_member(search, callee, family) && !is_member(search, caller, family) &&
           (!into.data || !pk_str_equal(from, into));
}

/* What the file does not say, or says to be negative, is no evidence. */
static int64_t counted(int64_t calls)
{
    return calls == PK_MISSING || calls < 0 ? 0 : calls;
}

/* Sums past int64 stay at its end: a hostile file gets a wrong finding, not a wrong program. */
static int64_t sum_of(int64_t a, int64_t b)
{
    return a > INT64_MAX - b ? INT64_MAX : a + b;
}

/* Counts of a hostile file may be of any size; a percentage is at most 1,000,000. */
static int64_t percent_of(int64_t whole, int64_t percent)
{
    if (whole / 100 > INT64_MAX / 2 / percent)
        return INT64_MAX;
    return whole / 100 * percent + whole % 100 * percent / 100;
}

/* Calls of a family by what is not of it, in whatever file: a record that is logged is handed on
 * within the logging module by several of them, and counts once. */
static int64_t calls_into(const struct search *search, enum pk_family family)
{
    int64_t sum = 0;

    for (pk_edge_id edge = 0; edge < search->graph->n; edge++)
        if (is_member(search, search->graph->callee[edge], family) &&
            !is_member(search, search->graph->caller[edge], family))
            sum = sum_of(sum, counted(search->graph->calls[edge]));
    return sum;
}

/* Calls of one function by others; what it calls of itself tells nothing of how often it is asked.
 */
static int64_t calls_of(const struct search *search, pk_frame_id frame)
{
    int64_t sum = 0;

    for (uint32_t i = search->graph->in_start[frame]; i < search->graph->in_start[frame + 1]; i++)
        if (search->graph->caller[search->graph->in_edge[i]] != frame)
            sum = sum_of(sum, counted(search->graph->calls[search->graph->in_edge[i]]));
    return sum;
}

/* Calls of a family by a sink itself, also within one file: makedirs asks isdir only after mkdir
 * failed, so these calls tell how often the folder was there already. */
static int64_t calls_by(const struct search *search, pk_frame_id sink, enum pk_family family)
{
    int64_t sum = 0;

    for (pk_edge_id edge = search->graph->out_start[sink];
         edge < search->graph->out_start[sink + 1]; edge++)
        if (is_member(search, search->graph->callee[edge], family))
            sum = sum_of(sum, counted(search->graph->calls[edge]));
    return sum;
}

/* The finding of this detector at this loop, added when new. */
static struct pk_finding *finding_at(struct search *search, const struct pk_loop *loop)
{
    struct pk_finding new = {
        .detector = search->detector,
        .grade = search->detector->grade,
        .caller = search->graph->caller[loop->edge],
        .callee = search->graph->callee[loop->edge],
        .at = PK_NONE,
        .sink = PK_NONE,
        .loop = *loop,
        .proof = -1,
    };

    if (!search->found_at[loop->edge]) {
        pk_array_push(&search->found, new);
        search->found_at[loop->edge] = (uint32_t)search->found.size;
    }
    return &search->found.data[search->found_at[loop->edge] - 1];
}

/* Follow one call of a sink up. The call that is made most often stands for all. Sinks may be
 * reached through each other (a request calls a socket), so their costs add up to no more than
 * that of what the loop calls. */
static void follow(struct search *search, pk_edge_id edge)
{
    int64_t *incl = search->graph->incl ? search->graph->incl[search->metric] : NULL;
    int64_t calls = counted(search->graph->calls[edge]), most;
    struct pk_finding *finding;
    struct pk_loop loop;

    if (calls == 0 || !incl ||
        !pk_loop_find(&search->loops, edge, search->detector->min_per_call, &loop))
        return;
    finding = finding_at(search, &loop);
    if (calls > finding->sink_calls) {
        finding->sink = search->graph->callee[edge];
        finding->at = search->graph->caller[edge];
        finding->sink_calls = calls;
    }
    most = counted(incl[loop.edge]);
    finding->cost = sum_of(finding->cost, counted(incl[edge]));
    finding->cost = finding->cost < most ? finding->cost : most;
}

/* Whether the conditions of the detector hold; a proof that the profile cannot show weakens it. */
static bool is_confirmed(const struct search *search, struct pk_finding *finding)
{
    const struct pk_detector *detector = finding->detector;

    if (detector->only_if.family != PK_FAMILIES) {
        finding->proof = calls_by(search, finding->sink, detector->only_if.family);
        if (finding->proof < percent_of(calls_of(search, finding->sink), detector->only_if.percent))
            return false;
    }
    if (detector->unless.family != PK_FAMILIES) {
        finding->proof = search->others;
        if (finding->proof > percent_of(search->sinks, detector->unless.percent))
            return false;
        if (finding->proof == 0)
            finding->grade = PK_POSSIBLE;
    }
    return true;
}

/* Large enough to be worth a line. The cost of the sinks is no bound of what a fix saves: in the
 * known programs the repair also took away what was done with each result. What the loop calls is
 * one, as long as the repair keeps to the loop. */
static bool is_worth_it(const struct search *search, struct pk_finding *finding)
{
    const struct pk_detector *detector = finding->detector;
    int64_t total = pk_profile_total(search->profile, search->metric);
    int64_t most = counted(search->graph->incl[search->metric][finding->loop.edge]);

    finding->saving = (struct pk_range){0, most < total ? most : total};
    return finding->sink_calls >= detector->min_calls && finding->cost > 0 &&
           finding->cost >= percent_of(total, detector->min_percent);
}

/* Keep those of the detector at work that hold. */
static void keep_good(struct search *search)
{
    size_t kept = search->first;

    for (size_t i = search->first; i < search->found.size; i++) {
        struct pk_finding *one = &search->found.data[i];

        search->found_at[one->loop.edge] = 0;
        if (is_worth_it(search, one) && is_confirmed(search, one))
            search->found.data[kept++] = *one;
    }
    search->found.size = kept;
}

/* All that one detector finds, behind what the ones before it found. */
static void run(struct search *search, const struct pk_detector *detector)
{
    search->detector = detector;
    search->first = search->found.size;
    for (pk_edge_id edge = 0; edge < search->graph->n; edge++)
        if (enters(search, edge, detector->sink))
            follow(search, edge);
    if (detector->unless.family != PK_FAMILIES && search->found.size > search->first) {
        search->sinks = calls_into(search, detector->sink);
        search->others = calls_into(search, detector->unless.family);
    }
    keep_good(search);
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
    return (a->loop.edge > b->loop.edge) - (a->loop.edge < b->loop.edge);
}

struct pk_findings pk_findings_find(const struct pk_profile *profile, uint32_t metric,
                                    const struct pk_families *families,
                                    const struct pk_detectors *detectors, struct pk_arena *arena)
{
    struct search search = {.profile = profile,
                            .graph = pk_profile_graph(profile),
                            .families = pk_families_of_profile(families, profile, arena),
                            .metric = metric};
    struct pk_findings findings = {0};

    findings.has_counts = search.graph && search.graph->calls;
    if (findings.has_counts) {
        search.loops = pk_loops_of(profile, arena);
        search.found_at = PK_NEW_ARRAY(arena, uint32_t, search.graph->n);
    }
    for (uint32_t i = 0; findings.has_counts && i < detectors->n; i++)
        run(&search, &detectors->list[i]);
    findings.n = (uint32_t)search.found.size;
    findings.list = PK_NEW_ARRAY(arena, struct pk_finding, findings.n);
    for (uint32_t i = 0; i < findings.n; i++)
        findings.list[i] = search.found.data[i];
    if (findings.n)
        qsort(findings.list, findings.n, sizeof *findings.list, compare);
    pk_array_fini(&search.found);
    return findings;
}
