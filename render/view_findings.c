/*
 * Findings as paragraphs and as JSON: see view_findings.h; the layout is that of UX.md 1.6.
 *
 * Traps: what the calls cost is shown, and not as a saving: a repair may save more or less, and the
 * proven bounds of that are wide (JSON has them). A fingerprint must not change when lines move, so
 * it is made of names alone. Where the profile shows no calls nothing was looked for, which is not
 * the same as nothing found.
 */
#include "render/view_findings.h"

#include <stdint.h>
#include <string.h>

#include "base/escape.h"
#include "render/json_parts.h"
#include "render/label.h"

static const char *const grades[] = {
    [PK_PROVEN] = "proven", [PK_LIKELY] = "likely", [PK_POSSIBLE] = "possible"};

const char *pk_view_findings_grade(enum pk_grade grade)
{
    return grades[grade];
}

/* "load_items  orders/models.py:88" */
static void add_function(struct pk_buf *out, const struct pk_profile *profile, pk_frame_id frame,
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

/* In the unit of the metric, as everywhere. */
static void add_cost(struct pk_buf *out, const struct pk_findings_view *view, int64_t cost)
{
    const struct pk_metric *metric = pk_profile_metric(view->profile, view->metric);

    pk_units_value(out, metric->unit, metric->scale, cost);
}

/* Counts without a unit are instructions: others are not judged by what one call costs. */
static void add_each(struct pk_buf *out, const struct pk_findings_view *view, int64_t cost)
{
    add_cost(out, view, cost);
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
        add_function(out, view->profile, proof->frame, false);
        pk_buf_text(out, " makes text as often, for ");
        add_cost(out, view, proof->cost);
        break;
    case PK_PROOF_SAME:
        pk_buf_text(out, "each call of ");
        add_function(out, view->profile, one->at, false);
        pk_buf_text(out, " makes ");
        pk_units_count(out, proof->calls);
        pk_buf_text(out, " of ");
        add_function(out, view->profile, proof->frame, false);
        break;
    case PK_PROOF_EACH:
        add_each(out, view, proof->cost);
        pk_buf_text(out, " each");
        break;
    case PK_PROOF_APART:
        add_each(out, view, proof->cost);
        pk_buf_text(out, " of ");
        add_function(out, view->profile, proof->frame, false);
        pk_buf_text(out, " for each");
    }
}

/* "3,997,446 calls of f by itself for each of 2 calls by others" */
static void add_recursion(struct pk_buf *out, const struct pk_findings_view *view,
                          const struct pk_finding *one)
{
    add_rate(out, one->loop.calls, one->loop.caller_calls);
    pk_buf_text(out, " calls of ");
    add_function(out, view->profile, one->sink, false);
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
    add_function(out, view->profile, one->sink, false);
    pk_buf_text(out, "; ");
    add_rate(out, one->loop.calls, one->loop.caller_calls);
    if (one->callee != one->sink) {
        pk_buf_text(out, " of ");
        add_function(out, view->profile, one->callee, false);
    }
    pk_buf_text(out, " for each of ");
    pk_units_count(out, one->loop.caller_calls);
    pk_buf_text(out, one->loop.caller_calls == 1 ? " call of " : " calls of ");
    add_function(out, view->profile, one->caller, false);
}

/* What is known of samples: nothing of how often it was called. */
static void add_share(struct pk_buf *out, const struct pk_findings_view *view,
                      const struct pk_finding *one)
{
    pk_units_percent(out, one->cost, pk_profile_total(view->profile, view->metric));
    pk_buf_text(out, " % of the samples are below ");
    add_function(out, view->profile, one->at, false);
    pk_buf_text(out, " in ");
    add_function(out, view->profile, one->sink, false);
    pk_buf_text(out, " or the like; calls are not counted");
}

/* All counts in words. */
static void add_evidence(struct pk_buf *out, const struct pk_findings_view *view,
                         const struct pk_finding *one)
{
    if (one->is_sampled)
        add_share(out, view, one);
    else if (one->caller == one->sink)
        add_recursion(out, view, one);
    else
        add_loop(out, view, one);
    for (uint32_t i = 0; i < one->n_proofs; i++)
        add_proof(out, view, one, &one->proofs[i]);
}

/* Where, in which loop, by which counts, what to do; what is not proven says what would settle it.
 * The first line has what people sort by: the detector, its cost, how sure it is. */
static void add_paragraph(struct pk_buf *out, const struct pk_findings_view *view, uint32_t i)
{
    const struct pk_finding *one = &view->findings->list[i];

    pk_buf_printf(out, "%u  %.*s  costs ", i + 1, (int)one->detector->id.size,
                  one->detector->id.data);
    add_cost(out, view, one->cost);
    pk_buf_text(out, " (");
    pk_units_percent(out, one->cost, pk_profile_total(view->profile, view->metric));
    pk_buf_printf(out, " %%)  %s\n   ", grades[one->grade]);
    add_function(out, view->profile, one->at, true);
    pk_buf_text(out, "  ->  ");
    add_function(out, view->profile, one->sink, true);
    if (!one->is_sampled) {
        pk_buf_text(out, "\n   loop      ");
        add_function(out, view->profile, one->caller, true);
    }
    pk_buf_text(out, "\n   evidence  ");
    add_evidence(out, view, one);
    pk_buf_printf(out, "\n   advice    %.*s\n", (int)one->detector->advice.size,
                  one->detector->advice.data);
    if (one->grade != PK_PROVEN) /* then the counts alone do not settle it */
        pk_buf_printf(out, "   to check  %.*s\n", (int)one->detector->settle.size,
                      one->detector->settle.data);
}

void pk_view_findings_text(const struct pk_findings_view *view, const struct pk_style *style,
                           struct pk_buf *out)
{
    uint32_t more = view->findings->n - view->shown;

    for (uint32_t i = 0; i < view->shown; i++)
        add_paragraph(out, view, i);
    if (style->no_header)
        return;
    if (!view->findings->has_counts && !view->findings->has_stacks)
        pk_buf_text(out, "not applicable: the profile counts no calls and has no stacks");
    else if (view->findings->n == 0)
        pk_buf_text(out, view->findings->has_counts
                             ? "no findings"
                             : "no findings; calls are not counted, so most were not looked for");
    else
        pk_buf_printf(out, "%u finding%s", view->shown, view->shown == 1 ? "" : "s");
    if (more)
        pk_buf_printf(out, ", %u more with %s", more, view->cure);
    if (view->shown) /* the heaviest of the best grade */
        pk_buf_printf(out, "        profkit explain %.*s",
                      (int)view->findings->list[0].detector->id.size,
                      view->findings->list[0].detector->id.data);
    pk_buf_char(out, '\n');
}

/* ---- JSON */

static void add_frame(struct pk_json *json, const char *key, const struct pk_profile *profile,
                      pk_frame_id frame)
{
    pk_json_key(json, key);
    pk_json_object(json);
    pk_json_parts_frame(json, pk_profile_frame(profile, frame));
    pk_json_object_end(json);
}

/* Detector, place and what is called there by name and module: what stays when lines move. */
static void add_fingerprint(struct pk_json *json, const struct pk_findings_view *view,
                            const struct pk_finding *one)
{
    const pk_frame_id ends[] = {one->at, one->sink};
    struct pk_buf text = {0};

    pk_buf_str(&text, one->detector->id);
    for (size_t i = 0; i < 2; i++) {
        pk_buf_char(&text, ':');
        pk_label_module(&text, pk_profile_frame(view->profile, ends[i]));
        pk_buf_char(&text, ':');
        pk_label_name(&text, pk_profile_frame(view->profile, ends[i]));
    }
    pk_json_key(json, "fingerprint");
    pk_json_str(json, pk_buf_view(&text));
    pk_buf_fini(&text);
}

static void add_saving(struct pk_json *json, const struct pk_finding *one, int64_t total)
{
    pk_json_key(json, "saving");
    pk_json_object(json);
    pk_json_key(json, "low");
    pk_json_value(json, one->saving.lo);
    pk_json_key(json, "high");
    pk_json_value(json, one->saving.hi);
    pk_json_key(json, "low_share");
    pk_json_ratio(json, one->saving.lo, total);
    pk_json_key(json, "high_share");
    pk_json_ratio(json, one->saving.hi, total);
    pk_json_object_end(json);
}

static void add_row(struct pk_json *json, const struct pk_findings_view *view,
                    const struct pk_finding *one)
{
    int64_t total = pk_profile_total(view->profile, view->metric);
    struct pk_buf evidence = {0};

    pk_json_object(json);
    pk_json_key(json, "id");
    pk_json_str(json, one->detector->id);
    add_fingerprint(json, view, one);
    pk_json_key(json, "grade");
    pk_json_text(json, grades[one->grade]);
    pk_json_key(json, "cost");
    pk_json_value(json, one->cost);
    pk_json_key(json, "share");
    pk_json_ratio(json, one->cost, total);
    add_frame(json, "caller", view->profile, one->caller);
    add_frame(json, "callee", view->profile, one->callee);
    add_frame(json, "at", view->profile, one->at);
    add_frame(json, "sink", view->profile, one->sink);
    pk_json_key(json, "calls");
    pk_json_value(json, one->loop.calls);
    pk_json_key(json, "caller_calls");
    pk_json_value(json, one->loop.caller_calls);
    pk_json_key(json, "sink_calls");
    pk_json_value(json, one->sink_calls);
    pk_json_key(json, "evidence");
    add_evidence(&evidence, view, one);
    pk_json_str(json, pk_buf_view(&evidence));
    pk_buf_fini(&evidence);
    add_saving(json, one, total);
    pk_json_key(json, "advice");
    pk_json_str(json, one->detector->advice);
    pk_json_key(json, "to_check");
    pk_json_str(json, one->detector->settle);
    pk_json_object_end(json);
}

void pk_view_findings_json(const struct pk_findings_view *view, const char *const *inputs,
                           struct pk_buf *out)
{
    struct pk_json json;

    pk_json_init(&json, out);
    pk_json_object(&json);
    pk_json_parts_head(&json, "profkit.findings/1", inputs);
    pk_json_parts_metric(&json, view->profile, view->metric);
    pk_json_parts_quality(&json, view->profile, view->metric);
    pk_json_key(&json, "applicable");
    pk_json_bool(&json, view->findings->has_counts || view->findings->has_stacks);
    pk_json_key(&json, "rows");
    pk_json_array(&json);
    for (uint32_t i = 0; i < view->shown; i++)
        add_row(&json, view, &view->findings->list[i]);
    pk_json_array_end(&json);
    pk_json_key(&json, "left_out");
    pk_json_object(&json);
    pk_json_key(&json, "rows");
    pk_json_value(&json, view->findings->n - view->shown);
    pk_json_object_end(&json);
    pk_json_object_end(&json);
    pk_buf_char(out, '\n');
}
