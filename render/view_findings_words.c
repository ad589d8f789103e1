/*
 * The words that all forms of a finding share: see view_findings_private.h. Names in them are
 * escaped as for a terminal, since every form is read by people in the end.
 */
#include "render/view_findings_private.h"

#include <stddef.h>
#include <stdint.h>

#include "base/escape.h"
#include "render/label.h"

static const char *const grades[] = {
    [PK_PROVEN] = "proven", [PK_LIKELY] = "likely", [PK_POSSIBLE] = "possible"};

const char *pk_view_findings_grade(enum pk_grade grade)
{
    return grades[grade];
}

void pk_findings_function(struct pk_buf *out, const struct pk_profile *profile, pk_frame_id frame,
                          bool with_place)
{
    struct pk_buf raw = {0};

    pk_label_name(&raw, pk_profile_frame(profile, frame));
    if (with_place) {
        size_t before = raw.size;

        pk_buf_text(&raw, "  ");
        pk_label_place(&raw, pk_profile_frame(profile, frame));
        if (raw.size == before + 2)
            raw.size = before;
    }
    pk_escape_terminal(out, pk_buf_view(&raw));
    pk_buf_fini(&raw);
}

/* "7,658" or "1.2": calls for one call, with a decimal where it says more. */
static void add_rate(struct pk_buf *out, int64_t calls, int64_t of)
{
    int64_t whole = calls / of;

    pk_units_count(out, whole);
    if (whole < 100 && calls % of)
        pk_buf_printf(out, ".%d", (int)(10.0 * (double)(calls % of) / (double)of));
}

/* "read, write": the families of a set. */
static void add_families(struct pk_buf *out, uint64_t families)
{
    const char *between = "";

    for (int i = 0; i < PK_FAMILIES; i++)
        if (families & PK_FAMILY_BIT(i)) {
            pk_buf_printf(out, "%s%s", between, pk_family_ids[i]);
            between = ", ";
        }
}

void pk_findings_cost(struct pk_buf *out, const struct pk_findings_view *view, int64_t cost)
{
    const struct pk_metric *metric = pk_profile_metric(view->profile, view->metric);

    pk_units_value(out, metric->unit, metric->scale, cost);
}

/* Counts without a unit are instructions: others are not judged by what one call costs. */
static void add_each(struct pk_buf *out, const struct pk_findings_view *view, int64_t cost)
{
    pk_findings_cost(out, view, cost);
    if (pk_profile_metric(view->profile, view->metric)->unit == PK_UNIT_COUNT)
        pk_buf_text(out, " instructions");
}

/* One count more that speaks for the finding. */
static void add_proof(struct pk_buf *out, const struct pk_findings_view *view,
                      const struct pk_finding *one, const struct pk_proof *proof)
{
    pk_buf_text(out, "; ");
    switch (proof->kind) {
    case PK_PROOF_CALLS:
    case PK_PROOF_PAIR:
        pk_units_count(out, proof->calls);
        pk_buf_text(out, proof->calls == 1 ? " call of " : " calls of ");
        add_families(out, proof->families);
        pk_buf_text(out, proof->kind == PK_PROOF_PAIR ? " in the same loop" : "");
        break;
    case PK_PROOF_TEXT:
        pk_findings_function(out, view->profile, proof->frame, false);
        pk_buf_text(out, " makes text as often, for ");
        pk_findings_cost(out, view, proof->cost);
        break;
    case PK_PROOF_SAME:
        pk_buf_text(out, "each call of ");
        pk_findings_function(out, view->profile, one->at, false);
        pk_buf_text(out, " makes ");
        pk_units_count(out, proof->calls);
        pk_buf_text(out, " of ");
        pk_findings_function(out, view->profile, proof->frame, false);
        break;
    case PK_PROOF_EACH:
        add_each(out, view, proof->cost);
        pk_buf_text(out, " each");
        break;
    case PK_PROOF_APART:
        add_each(out, view, proof->cost);
        pk_buf_text(out, " of ");
        pk_findings_function(out, view->profile, proof->frame, false);
        pk_buf_text(out, " for each");
    }
}

/* What its source says, where it was read. */
static void add_source(struct pk_buf *out, const struct pk_findings_view *view,
                       const struct pk_finding *one)
{
    const struct pk_finding_source *source = &one->source;

    if (source->loop_call) {
        pk_buf_printf(out, "; line %u of ", source->loop_call);
        pk_findings_function(out, view->profile, one->caller, false);
        pk_buf_printf(out, " is in the loop of line %u", source->loop_line);
    }
    if (!source->is_eager && !source->is_constant && !source->is_unseen)
        return;
    pk_buf_printf(out, "; line %u of ", source->line);
    pk_findings_function(out, view->profile, one->at, false);
    if (source->is_unseen) {
        pk_buf_text(out, " calls it, as its text says; the profile shows no such calls");
        return;
    }
    pk_buf_text(out, source->is_eager ? " works out its arguments before the call"
                                      : " hands over the same each time");
}

/* "3,997,446 calls of f by itself for each of 2 calls by others" */
static void add_recursion(struct pk_buf *out, const struct pk_findings_view *view,
                          const struct pk_finding *one)
{
    add_rate(out, one->loop.calls, one->loop.caller_calls);
    pk_buf_text(out, " calls of ");
    pk_findings_function(out, view->profile, one->sink, false);
    pk_buf_text(out, " by itself for each of ");
    pk_units_count(out, one->loop.caller_calls);
    pk_buf_text(out, one->loop.caller_calls == 1 ? " call by others" : " calls by others");
}

/* "1,900 calls of execute; 30.3 of load for each of 3 calls of page": of the sink and of the loop,
 * which may call the sink itself. */
static void add_loop(struct pk_buf *out, const struct pk_findings_view *view,
                     const struct pk_finding *one)
{
    pk_units_count(out, one->sink_calls);
    pk_buf_text(out, " calls of ");
    pk_findings_function(out, view->profile, one->sink, false);
    pk_buf_text(out, "; ");
    add_rate(out, one->loop.calls, one->loop.caller_calls);
    if (one->callee != one->sink) {
        pk_buf_text(out, " of ");
        pk_findings_function(out, view->profile, one->callee, false);
    }
    pk_buf_text(out, " for each of ");
    pk_units_count(out, one->loop.caller_calls);
    pk_buf_text(out, one->loop.caller_calls == 1 ? " call of " : " calls of ");
    pk_findings_function(out, view->profile, one->caller, false);
}

/* What is known of samples: nothing of how often it was called. */
static void add_share(struct pk_buf *out, const struct pk_findings_view *view,
                      const struct pk_finding *one)
{
    int64_t total = pk_profile_total(view->profile, view->metric);

    pk_units_percent(out, one->cost, total);
    pk_buf_text(out, " % of the samples are below ");
    pk_findings_function(out, view->profile, one->at, false);
    if (one->sink_cost) {
        pk_buf_text(out, ", ");
        pk_units_percent(out, one->sink_cost, total);
        pk_buf_text(out, " %");
    }
    pk_buf_text(out, " in ");
    pk_findings_function(out, view->profile, one->sink, false);
    pk_buf_text(out, " or the like; calls are not counted");
}

void pk_findings_evidence(struct pk_buf *out, const struct pk_findings_view *view,
                          const struct pk_finding *one)
{
    if (one->is_quality)
        pk_escape_terminal(out, one->evidence);
    else if (one->is_sampled)
        add_share(out, view, one);
    else if (one->caller == one->sink)
        add_recursion(out, view, one);
    else
        add_loop(out, view, one);
    for (uint32_t i = 0; i < one->n_proofs; i++)
        add_proof(out, view, one, &one->proofs[i]);
    add_source(out, view, one);
}

/* ---- what was asked for */

/* "of a, b" */
static void add_of(struct pk_buf *out, const struct pk_condition *condition)
{
    pk_buf_text(out, " of ");
    add_families(out, condition->families);
}

/* One condition, in percent of the calls that the finding is about. */
static void add_condition(struct pk_buf *out, enum pk_condition_kind kind,
                          const struct pk_condition *condition)
{
    static const char *const before[PK_CONDITIONS] = {
        [PK_UNLESS] = "; at most ", [PK_ONLY_IF] = "; at least ", [PK_PAIR] = "; at least ",
        [PK_SELDOM] = "; at most ", [PK_NOT_WITH] = "; below ",   [PK_COMPANION] = NULL,
    };
    static const char *const behind[PK_CONDITIONS] = {
        [PK_UNLESS] = " in the whole profile", [PK_ONLY_IF] = " by these",
        [PK_PAIR] = " in the same loop",       [PK_SELDOM] = " beside these, but some",
        [PK_NOT_WITH] = " beside these",       [PK_COMPANION] = "",
    };

    if (!condition->families || !before[kind])
        return;
    pk_buf_printf(out, "%s%lld %% as many calls", before[kind], (long long)condition->percent);
    add_of(out, condition);
    pk_buf_text(out, behind[kind]);
}

/* What one call must cost, in the unit that the profile has. */
static void add_least(struct pk_buf *out, const struct pk_findings_view *view,
                      const struct pk_detector *detector)
{
    bool is_time = pk_profile_metric(view->profile, view->metric)->unit == PK_UNIT_NS;

    if (is_time && detector->min_ns) {
        pk_buf_text(out, ", ");
        pk_units_value(out, PK_UNIT_NS, 0, detector->min_ns);
        pk_buf_text(out, " each");
    } else if (!is_time && detector->min_instructions) {
        pk_buf_text(out, ", ");
        pk_units_count(out, detector->min_instructions);
        pk_buf_text(out, " instructions each");
    }
    if (is_time && detector->max_apart_ns) {
        pk_buf_text(out, "; at most ");
        pk_units_value(out, PK_UNIT_NS, 0, detector->max_apart_ns);
        pk_buf_text(out, " of the loop for each");
    } else if (!is_time && detector->max_apart) {
        pk_buf_text(out, "; at most ");
        pk_units_count(out, detector->max_apart);
        pk_buf_text(out, " instructions of the loop for each");
    }
}

void pk_findings_criterion(struct pk_buf *out, const struct pk_findings_view *view,
                           const struct pk_finding *one)
{
    const struct pk_detector *detector = one->detector;
    bool is_own = detector->sink == 0;

    if (one->is_quality) {
        pk_buf_str(out, one->criterion);
        return;
    }
    pk_buf_text(out, "at least ");
    if (one->is_sampled) {
        pk_buf_printf(out, "%lld %% of the samples", (long long)detector->sampled_percent);
        if (one->sink_cost)
            pk_buf_printf(out, ", %lld samples in such calls", (long long)detector->sampled_around);
        return;
    }
    pk_units_count(out, detector->min_calls);
    pk_buf_text(out, is_own ? " calls by itself, " : " calls, ");
    pk_units_count(out, detector->min_per_call);
    pk_buf_text(out, is_own ? " for each call by others" : " for each call of the loop");
    if (detector->min_percent)
        pk_buf_printf(out, ", %lld %% of the whole", (long long)detector->min_percent);
    add_least(out, view, detector);
    for (int i = 0; i < PK_CONDITIONS; i++)
        add_condition(out, (enum pk_condition_kind)i, &detector->conditions[i]);
}

void pk_findings_costs(struct pk_buf *out, const struct pk_findings_view *view,
                       const struct pk_finding *one, const char *verb)
{
    if (one->cost == PK_MISSING)
        return;
    pk_buf_text(out, verb);
    pk_findings_cost(out, view, one->cost);
    pk_buf_text(out, " (");
    pk_units_percent(out, one->cost, pk_profile_total(view->profile, view->metric));
    pk_buf_text(out, " %)");
}

void pk_findings_saving(struct pk_buf *out, const struct pk_findings_view *view,
                        const struct pk_finding *one)
{
    const int64_t values[] = {one->likely_saving, one->saving.hi};

    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        pk_buf_text(out, i ? "at most " : "about ");
        pk_findings_cost(out, view, values[i]);
        pk_buf_text(out, " (");
        pk_units_percent(out, values[i], pk_profile_total(view->profile, view->metric));
        pk_buf_text(out, " %), ");
    }
    pk_buf_text(out, "at least ");
    pk_findings_cost(out, view, one->saving.lo);
}

void pk_findings_fingerprint(struct pk_buf *out, const struct pk_findings_view *view,
                             const struct pk_finding *one)
{
    (void)view;
    pk_escape_terminal(out, one->fingerprint);
}

bool pk_findings_has_before(const struct pk_finding *one)
{
    return !one->is_quality && (one->state == PK_FINDING_WORSE || one->state == PK_FINDING_SAME);
}

void pk_findings_before(struct pk_buf *out, const struct pk_findings_view *view,
                        const struct pk_finding *one)
{
    pk_findings_cost(out, view, one->cost_before);
    if (one->calls_before == PK_MISSING)
        return;
    pk_buf_text(out, ", ");
    pk_units_count(out, one->calls_before);
    pk_buf_text(out, one->calls_before == 1 ? " call" : " calls");
}

struct pk_findings_view pk_findings_then(const struct pk_findings_view *view)
{
    return (struct pk_findings_view){.profile = view->before, .metric = view->before_metric};
}
