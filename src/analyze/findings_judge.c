/*
 * Whether what was found in a loop holds: the conditions of detectors.xml, each of which leaves a
 * proof that the reader can check.
 *
 * Traps: a family that a profile does not show at all (pprofile has no built-ins) proves nothing,
 * so the finding is a possible one. Costs are compared in the unit they are in: nanoseconds of a
 * tracer, or instructions of callgrind, whose counts know nothing of waiting.
 */
#include <stddef.h>
#include <stdint.h>

#include "analyze/findings_private.h"
#include "base/units.h"

#define STEADY 8 /* so many equal steps in each call are no accident */

/* Conditions and costs give at most one each, so what does not fit is none that could come. */
static void add_proof(struct pk_finding *finding, struct pk_proof proof)
{
    if (finding->n_proofs < PK_PROOFS)
        finding->proofs[finding->n_proofs++] = proof;
}

static bool has_families(const struct pk_search *search, pk_frame_id frame, uint64_t families)
{
    return (search->families[frame] & families) != 0;
}

/* The sinks call the family nearly as often as they are called. */
static bool only_if(const struct pk_search *search, struct pk_finding *finding,
                    const struct pk_condition *condition)
{
    int64_t calls = pk_search_calls_by(search, finding->sink, condition->families);

    add_proof(finding, (struct pk_proof){PK_PROOF_CALLS, condition->families, PK_NONE, calls, 0});
    return calls >=
           pk_search_percent(pk_search_calls_of(search, finding->sink), condition->percent);
}

/* The family is called hardly ever in the whole profile: records that are logged, matches of a
 * pattern. Never seen is another thing than never called, so it weakens the grade. */
static bool unless(const struct pk_search *search, struct pk_finding *finding,
                   const struct pk_condition *condition)
{
    add_proof(finding,
              (struct pk_proof){PK_PROOF_CALLS, condition->families, PK_NONE, search->others, 0});
    if (search->others == 0)
        finding->grade = PK_POSSIBLE;
    return search->others <= pk_search_percent(search->sinks, condition->percent);
}

/* The loop calls the other family as often: what is made there is used up there. */
static bool pair(const struct pk_search *search, struct pk_finding *finding,
                 const struct pk_condition *condition)
{
    int64_t sinks = finding->all_calls, pairs = finding->pair_calls;

    (void)search;
    add_proof(finding, (struct pk_proof){PK_PROOF_PAIR, condition->families, PK_NONE, pairs, 0});
    if (condition->is_beside_possible && finding->callee != finding->sink &&
        finding->pairs_within < pk_search_percent(sinks, condition->percent))
        finding->grade = PK_POSSIBLE;
    return pairs >= pk_search_percent(sinks, condition->percent) &&
           sinks >= pk_search_percent(pairs, condition->percent);
}

/* The function around the sink calls the family, but hardly ever. */
static bool seldom(const struct pk_search *search, struct pk_finding *finding,
                   const struct pk_condition *condition)
{
    int64_t calls = pk_search_calls_by(search, finding->at, condition->families);

    add_proof(finding, (struct pk_proof){PK_PROOF_CALLS, condition->families, PK_NONE, calls, 0});
    return calls > 0 && !has_families(search, finding->at, condition->families) &&
           calls <= pk_search_percent(finding->sink_calls, condition->percent);
}

/* The function around the sink does something else with it: a file that is written is made, and
 * not read again. */
static bool not_with(const struct pk_search *search, struct pk_finding *finding,
                     const struct pk_condition *condition)
{
    return !has_families(search, finding->at, condition->families) &&
           pk_search_calls_by(search, finding->at, condition->families) <
               pk_search_percent(finding->sink_calls, condition->percent);
}

/* The function around the sink calls the family as often: each copy is kept, as of an undo list. Or
 * each query is asked for one row, which the next may need, and no rows are there that all of them
 * could be about. */
static bool doubt(const struct pk_search *search, struct pk_finding *finding,
                  const struct pk_condition *condition)
{
    int64_t calls = pk_search_calls_by(search, finding->at, condition->families);

    if (calls >= pk_search_percent(finding->sink_calls, condition->percent) &&
        (!condition->without || pk_search_calls_into(search, condition->without) == 0)) {
        finding->grade = PK_POSSIBLE;
        add_proof(finding,
                  (struct pk_proof){PK_PROOF_CALLS, condition->families, PK_NONE, calls, 0});
    }
    return true;
}

/* The dearest function that the one around the sink calls as often as the sink, and that makes text
 * itself. It adds to the cost; it is no condition, as text may be made without any call. */
static bool companion(const struct pk_search *search, struct pk_finding *finding,
                      const struct pk_condition *condition)
{
    const struct pk_graph *graph = search->graph;
    struct pk_proof best = {PK_PROOF_TEXT, condition->families, PK_NONE, 0, 0};

    for (pk_edge_id edge = graph->out_start[finding->at]; edge < graph->out_start[finding->at + 1];
         edge++) {
        int64_t calls = pk_search_counted(graph->calls[edge]), cost = pk_search_cost(search, edge);

        if (graph->callee[edge] == finding->at || graph->callee[edge] == finding->sink ||
            calls != finding->sink_calls || cost <= best.cost ||
            pk_search_calls_by(search, graph->callee[edge], condition->families) < calls)
            continue;
        best.frame = graph->callee[edge];
        best.calls = calls;
        best.cost = cost;
    }
    if (best.frame != PK_NONE) {
        finding->cost = pk_search_sum(finding->cost, best.cost);
        add_proof(finding, best);
    }
    return true;
}

static bool (*const judges[PK_CONDITIONS])(const struct pk_search *, struct pk_finding *,
                                           const struct pk_condition *) = {
    [PK_UNLESS] = unless,       [PK_ONLY_IF] = only_if,   [PK_PAIR] = pair,
    [PK_SELDOM] = seldom,       [PK_NOT_WITH] = not_with, [PK_DOUBT] = doubt,
    [PK_COMPANION] = companion,
};

/* callgrind's own count; a hardware counter of perf is of another machine each time. */
static bool is_instructions(const struct pk_search *search)
{
    return pk_str_equal(pk_profile_metric(search->profile, search->metric)->name, PK_STR("Ir"));
}

/* Nanoseconds of the metric as 10^scale of them; finer than one each are exact enough so. */
static int64_t in_metric(const struct pk_metric *metric, int64_t ns)
{
    for (int i = metric->scale; i < 0; i++)
        ns = ns > INT64_MAX / 10 ? INT64_MAX : ns * 10;
    for (int i = metric->scale; i > 0; i--)
        ns /= 10;
    return ns;
}

/* Whether one call of the sink costs as much as the detector asks. */
static bool is_dear(const struct pk_search *search, struct pk_finding *finding)
{
    const struct pk_detector *detector = finding->detector;
    const struct pk_metric *metric = pk_profile_metric(search->profile, search->metric);
    int64_t each = finding->sink_calls ? finding->sink_own / finding->sink_calls : 0;
    int64_t least = 0;

    if (detector->min_ns == 0 && detector->min_instructions == 0)
        return true;
    if (metric->unit == PK_UNIT_NS)
        least = in_metric(metric, detector->min_ns);
    else if (is_instructions(search))
        least = detector->min_instructions;
    add_proof(finding,
              (struct pk_proof){PK_PROOF_EACH, 0, finding->sink, finding->sink_calls, each});
    return least > 0 && each >= least;
}

/* Whether so little is done between two calls of a sink that each must be a small one. */
static bool is_close(const struct pk_search *search, struct pk_finding *finding)
{
    const struct pk_flat *flat = pk_profile_flat(search->profile);
    const struct pk_metric *metric = pk_profile_metric(search->profile, search->metric);
    int64_t *incl = flat->incl ? flat->incl[search->metric] : NULL;
    int64_t apart, most = 0;

    if (finding->detector->max_apart == 0 && finding->detector->max_apart_ns == 0)
        return true;
    if (is_instructions(search))
        most = finding->detector->max_apart;
    else if (metric->unit == PK_UNIT_NS)
        most = in_metric(metric, finding->detector->max_apart_ns);
    if (!incl || incl[finding->caller] == PK_MISSING || most == 0)
        return false;
    apart = incl[finding->caller] / finding->all_calls;
    add_proof(finding, (struct pk_proof){PK_PROOF_APART, 0, finding->caller, 0, apart});
    return apart <= most;
}

/* Each call of the function around the sink did the same: all that it calls more than once, it
 * calls a whole number of times. Inputs that differ would not divide so. */
static void look_for_sameness(const struct pk_search *search, struct pk_finding *finding)
{
    const struct pk_graph *graph = search->graph;
    int64_t of = pk_search_calls_of(search, finding->at), most = 0;
    pk_frame_id what = PK_NONE;

    for (pk_edge_id edge = graph->out_start[finding->at];
         of > 0 && edge < graph->out_start[finding->at + 1]; edge++) {
        int64_t calls = pk_search_counted(graph->calls[edge]);

        if (calls > of && calls % of)
            return;
        if (calls > most) {
            most = calls;
            what = graph->callee[edge];
        }
    }
    if (of < finding->detector->min_calls || most / of < STEADY)
        return;
    finding->grade = finding->detector->steady;
    add_proof(finding, (struct pk_proof){PK_PROOF_SAME, 0, what, most / of, 0});
}

/* Where the loop calls the sink itself, what is done for it and with it is in the same function:
 * its own cost and that of all it calls as often. Never more than all that the function costs. */
static int64_t around_loop(const struct pk_search *search, const struct pk_finding *finding)
{
    const struct pk_flat *flat = pk_profile_flat(search->profile);
    int64_t *self = flat->self ? flat->self[search->metric] : NULL;
    int64_t *incl = flat->incl ? flat->incl[search->metric] : NULL;
    pk_frame_id in = finding->caller;
    int64_t sum = self ? pk_search_counted(self[in]) : 0;

    for (pk_edge_id edge = search->graph->out_start[in]; edge < search->graph->out_start[in + 1];
         edge++)
        if (search->graph->callee[edge] != in &&
            pk_search_counted(search->graph->calls[edge]) / finding->loop.caller_calls >=
                finding->detector->min_per_call)
            sum = pk_search_sum(sum, pk_search_cost(search, edge));
    return incl && incl[in] != PK_MISSING && incl[in] < sum ? incl[in] : sum;
}

/* Large enough to be worth a line. The cost of the sinks is no bound of what a fix saves: in the
 * known programs the repair also took away what was done with each result. What the loop calls is
 * one, as long as the repair keeps to the loop. */
static bool is_worth_it(const struct pk_search *search, struct pk_finding *finding)
{
    int64_t total = pk_profile_total(search->profile, search->metric);
    int64_t most = pk_search_cost(search, finding->loop.edge);

    if (finding->callee == finding->sink && finding->caller != finding->sink) {
        int64_t around = around_loop(search, finding);

        most = most > around ? most : around;
    }
    most = most > finding->cost ? most : finding->cost;
    most = most < total ? most : total;
    finding->saving = (struct pk_range){0, most};
    finding->likely_saving = pk_search_half_way(finding->cost, most);
    return finding->sink_calls >= finding->detector->min_calls && finding->cost > 0 &&
           finding->cost >= pk_search_percent(total, finding->detector->min_percent);
}

bool pk_search_judge(const struct pk_search *search, struct pk_finding *finding)
{
    const struct pk_detector *detector = finding->detector;

    for (int i = 0; i < PK_CONDITIONS; i++)
        if (detector->conditions[i].families &&
            !judges[i](search, finding, &detector->conditions[i]))
            return false;
    if (detector->is_around && finding->at != finding->caller) {
        pk_edge_id edge = search->loops.main_caller[finding->at];
        int64_t cost = edge == PK_NONE ? 0 : pk_search_cost(search, edge);

        finding->cost = cost > finding->cost ? cost : finding->cost;
    }
    if (!is_dear(search, finding) || !is_close(search, finding))
        return false;
    if (detector->steady < detector->grade)
        look_for_sameness(search, finding);
    if (detector->is_pace_possible && finding->at != finding->caller &&
        finding->sink_calls == pk_search_calls_of(search, finding->at))
        finding->grade = PK_POSSIBLE; /* a loop that waits for something has no such even count */
    return is_worth_it(search, finding);
}
