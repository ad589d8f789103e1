/*
 * Values for rules: see rule_value.h.
 *
 * Stacks give the total of several functions exactly: the topmost one of each path counts. Calls
 * give bounds. At least it is the largest total of one, and the self of all. At most it is what
 * comes in from outside: a path enters the topmost of them by an edge from a function that does not
 * match, or begins there. Functions that call each other in a circle are entered as one, since
 * inside of it nobody knows which comes first; a stack enters a circle once, so its edges from
 * outside overlap with nothing.
 */
#include "analyze/rule_value.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>

#include "analyze/quality.h"
#include "model/cycles.h"

struct asking {
    const struct pk_profile *profile;
    uint32_t metric;
    const struct pk_flat *flat;
    const struct pk_rule_names *names;
};

static struct pk_rule_value unknown(const char *why)
{
    return (struct pk_rule_value){.unknown = why, .frame = PK_NONE};
}

static struct pk_rule_value exactly(double value)
{
    return (struct pk_rule_value){.low = value, .high = value, .frame = PK_NONE};
}

/* --- one function --- */

/* The value of a column that may not be there. */
static int64_t at(const int64_t *column, uint32_t i)
{
    return column ? column[i] : PK_MISSING;
}

/* What a function has in all, at most; where nobody knows, PK_MISSING. */
static int64_t most_of(const struct asking *a, pk_frame_id f)
{
    int64_t high = at(a->flat->incl_high[a->metric], f);

    return high != PK_MISSING ? high : at(a->flat->incl[a->metric], f);
}

static pk_frame_id largest(const struct asking *a, const struct pk_rule_names *names)
{
    pk_frame_id best = PK_NONE;

    for (pk_frame_id f = 0; f < pk_profile_frames(a->profile); f++)
        if (names->is_in[f] && (best == PK_NONE || most_of(a, f) > most_of(a, best)))
            best = f;
    return best;
}

/* --- self --- */

/* A function of which the file says no self has none. */
static struct pk_rule_value self_of(const struct asking *a)
{
    const int64_t *self = a->flat->self[a->metric];
    double sum = 0;

    if (!self)
        return unknown("the file has no self");
    for (pk_frame_id f = 0; f < pk_profile_frames(a->profile); f++)
        if (a->names->is_in[f] && self[f] != PK_MISSING)
            sum += (double)self[f];
    return exactly(sum);
}

/* --- total --- */

/* The topmost one of each path, with all below it. */
static double total_of_stacks(const struct asking *a, const struct pk_tree *tree)
{
    const int64_t *incl = tree->incl[a->metric];
    double sum = 0;

    for (pk_node_id i = 0; i < tree->n;) {
        bool is_top = a->names->is_in[tree->frame[i]];

        if (is_top && incl[i] != PK_MISSING)
            sum += (double)incl[i];
        i = is_top ? tree->end[i] : i + 1;
    }
    return sum;
}

/* What a function is entered with from outside of its circle: by all callers, and by those that do
 * not match. False where an edge has no value. */
static bool entries(const struct asking *a, const struct pk_cycles *cycles, pk_frame_id f,
                    double entered[2])
{
    const struct pk_graph *graph = pk_profile_graph(a->profile);
    const int64_t *incl = graph->incl[a->metric];

    entered[0] = entered[1] = 0;
    for (uint32_t i = graph->in_start[f]; i < graph->in_start[f + 1]; i++) {
        pk_edge_id edge = graph->in_edge[i];
        pk_frame_id caller = graph->caller[edge];

        if (cycles->box[caller] == cycles->box[f])
            continue;
        if (at(incl, edge) == PK_MISSING)
            return false;
        entered[0] += (double)incl[edge];
        entered[1] += a->names->is_in[caller] ? 0 : (double)incl[edge];
    }
    return true;
}

/* True when every call that was recorded of a function has a caller. Calls that were added up from
 * edges would prove nothing. */
static bool has_callers(const struct asking *a, pk_frame_id f)
{
    const struct pk_graph *graph = pk_profile_graph(a->profile);
    int64_t calls = 0;

    if (a->flat->origin != PK_RECORDED || at(a->flat->calls, f) == PK_MISSING)
        return false;
    for (uint32_t i = graph->in_start[f]; i < graph->in_start[f + 1]; i++) {
        int64_t more = at(graph->calls, graph->in_edge[i]);

        if (more == PK_MISSING || __builtin_add_overflow(calls, more, &calls))
            return false;
    }
    return calls == a->flat->calls[f];
}

/* Paths may begin in a function that has more than its edges from outside account for. */
static double most_by_edges(const struct asking *a, double most)
{
    struct pk_arena arena;
    struct pk_cycles cycles;
    bool *is_touched;
    double sum = 0, entered[2];
    bool is_known = true;

    pk_arena_init(&arena);
    cycles = pk_cycles_find(pk_profile_graph(a->profile), pk_profile_frames(a->profile), &arena);
    is_touched = PK_NEW_ARRAY(&arena, bool, cycles.n_boxes);
    for (pk_frame_id f = 0; f < pk_profile_frames(a->profile); f++)
        is_touched[cycles.box[f]] |= a->names->is_in[f];
    for (pk_frame_id f = 0; f < pk_profile_frames(a->profile) && is_known; f++) {
        if (!is_touched[cycles.box[f]])
            continue;
        is_known = most_of(a, f) != PK_MISSING && entries(a, &cycles, f, entered);
        if (is_known)
            sum += entered[1];
        if (is_known && !has_callers(a, f))
            sum += fmax(0, (double)most_of(a, f) - entered[0]);
    }
    pk_arena_fini(&arena);
    return is_known ? fmin(sum, most) : most;
}

/* Of several functions: the largest alone, or the self of all, to what they have together. */
static struct pk_rule_value total_by_functions(const struct asking *a)
{
    struct pk_rule_value self = self_of(a);
    double low = self.unknown ? 0 : self.low, sum = 0;
    double whole = (double)pk_profile_total(a->profile, a->metric);

    for (pk_frame_id f = 0; f < pk_profile_frames(a->profile); f++) {
        int64_t least = at(a->flat->incl[a->metric], f), most = most_of(a, f);

        if (!a->names->is_in[f])
            continue;
        if (least == PK_MISSING)
            return unknown("the file has no total of a function that matches");
        low = fmax(low, (double)least);
        sum += (double)most;
    }
    if (a->names->n == 1)
        return (struct pk_rule_value){.low = low, .high = sum, .frame = PK_NONE};
    sum = fmin(sum, whole);
    if (pk_profile_graph(a->profile))
        sum = most_by_edges(a, sum);
    return (struct pk_rule_value){.low = low, .high = fmax(low, sum), .frame = PK_NONE};
}

static struct pk_rule_value total_of(const struct asking *a, unsigned n_names)
{
    const struct pk_tree *tree = pk_profile_tree(a->profile);

    if (n_names == 0)
        return exactly((double)pk_profile_total(a->profile, a->metric));
    if (a->names->n == 0)
        return exactly(0);
    if (tree && tree->incl[a->metric])
        return exactly(total_of_stacks(a, tree));
    return total_by_functions(a);
}

/* --- calls --- */

static const char *why_no_calls(const struct asking *a)
{
    if (pk_quality_of(a->profile, a->metric).has_sampled_calls)
        return "samples know no calls";
    return "the file counts no calls";
}

static bool counts_calls(const struct asking *a)
{
    return a->flat->calls && !pk_quality_of(a->profile, a->metric).has_sampled_calls;
}

/* Of functions; one that nobody counted leaves the sum unknown. */
static struct pk_rule_value calls_of(const struct asking *a, const struct pk_rule_names *names)
{
    double sum = 0;

    if (!counts_calls(a))
        return unknown(why_no_calls(a));
    for (pk_frame_id f = 0; f < pk_profile_frames(a->profile); f++) {
        if (names->is_in[f] && a->flat->calls[f] == PK_MISSING)
            return unknown("the calls of a function that matches were not counted");
        sum += names->is_in[f] ? (double)a->flat->calls[f] : 0;
    }
    return exactly(sum);
}

/* --- edges --- */

/* A column of all edges from the one to the other, added up; how many there are. False where one
 * has no value. */
static bool add_edges(const struct asking *a, const int64_t *column, double *sum, double *most,
                      uint32_t *n)
{
    const struct pk_graph *graph = pk_profile_graph(a->profile);

    *sum = *most = 0;
    *n = 0;
    for (pk_edge_id e = 0; e < graph->n; e++) {
        if (!a->names[0].is_in[graph->caller[e]] || !a->names[1].is_in[graph->callee[e]])
            continue;
        if (at(column, e) == PK_MISSING)
            return false;
        *sum += (double)column[e];
        *most = fmax(*most, (double)column[e]);
        ++*n;
    }
    return true;
}

/* Edges overlap where one calls another below the first: then the largest of them is sure, and all
 * together are the most. A single edge is exact, as a stack counts once for it. */
static struct pk_rule_value edge_total(const struct asking *a)
{
    const struct pk_graph *graph = pk_profile_graph(a->profile);
    double sum, most;
    uint32_t n;

    if (!graph)
        return unknown("the file does not say who calls whom");
    if (!add_edges(a, graph->incl[a->metric], &sum, &most, &n))
        return unknown("the file has no cost of these calls");
    return (struct pk_rule_value){.low = n > 1 ? most : sum, .high = sum, .frame = PK_NONE};
}

static struct pk_rule_value edge_calls(const struct asking *a)
{
    const struct pk_graph *graph = pk_profile_graph(a->profile);
    double sum, most;
    uint32_t n;

    if (!graph)
        return unknown("the file does not say who calls whom");
    if (!graph->calls || pk_quality_of(a->profile, a->metric).has_sampled_calls)
        return unknown(why_no_calls(a));
    if (!add_edges(a, graph->calls, &sum, &most, &n))
        return unknown("these calls were not counted");
    return exactly(sum);
}

/* A caller that was not called calls nothing; one whose calls nobody counted has no fan. */
static struct pk_rule_value edge_fan(const struct asking *a)
{
    struct pk_rule_value edge = edge_calls(a), callers;

    if (edge.unknown || edge.low <= 0)
        return edge;
    callers = calls_of(a, &a->names[0]);
    if (callers.unknown)
        return callers;
    if (callers.low <= 0)
        return unknown("the calls of the caller were not counted");
    return exactly(edge.low / callers.low);
}

/* --- all of it --- */

static struct pk_rule_value share_of(const struct asking *a)
{
    struct pk_rule_value value = total_of(a, 1);
    double whole = (double)pk_profile_total(a->profile, a->metric);

    if (value.unknown)
        return value;
    if (whole <= 0 || value.low < 0)
        return unknown("values below zero have no shares");
    value.low = value.low / whole * 100;
    value.high = value.high / whole * 100;
    return value;
}

static struct pk_rule_value ask(const struct pk_rule *rule, const struct asking *a)
{
    switch (rule->quantity) {
    case PK_RULE_SHARE:
        return share_of(a);
    case PK_RULE_SELF:
        return self_of(a);
    case PK_RULE_TOTAL:
        return total_of(a, rule->n_names);
    case PK_RULE_CALLS:
        return calls_of(a, a->names);
    case PK_RULE_EDGE_CALLS:
        return edge_calls(a);
    case PK_RULE_EDGE_FAN:
        return edge_fan(a);
    case PK_RULE_EDGE_TOTAL:
        break;
    }
    return edge_total(a);
}

struct pk_rule_value pk_rule_value_of(const struct pk_rule *rule, const struct pk_side *side,
                                      const struct pk_rule_names names[2])
{
    struct asking a = {side->profile, side->metric, pk_profile_flat(side->profile), names};
    struct pk_rule_value value = ask(rule, &a);

    if (rule->n_names)
        value.frame = largest(&a, &names[rule->n_names - 1]);
    return value;
}
