/*
 * Findings as JSON: profkit.findings/1, which schemas/profkit.findings-1.schema.json describes. It
 * says what the paragraphs say, in base units.
 */
#include <stddef.h>
#include <stdint.h>

#include "render/json_parts.h"
#include "render/view_findings_private.h"

/* Raw and displayed names, as of every other document. */
static void add_frame(struct pk_json *json, const char *key, const struct pk_profile *profile,
                      pk_frame_id frame)
{
    pk_json_key(json, key);
    if (frame == PK_NONE) {
        pk_json_null(json);
        return;
    }
    pk_json_object(json);
    pk_json_parts_frame(json, pk_profile_frame(profile, frame));
    pk_json_object_end(json);
}

/* A sentence that one of the functions above makes. */
static void add_words(struct pk_json *json, const char *key, const struct pk_findings_view *view,
                      const struct pk_finding *one,
                      void (*words)(struct pk_buf *, const struct pk_findings_view *,
                                    const struct pk_finding *))
{
    struct pk_buf text = {0};

    words(&text, view, one);
    pk_json_key(json, key);
    pk_json_str(json, pk_buf_view(&text));
    pk_buf_fini(&text);
}

/* Null where the cost is not known. */
static void add_share(struct pk_json *json, int64_t cost, int64_t total)
{
    if (cost == PK_MISSING)
        pk_json_null(json);
    else
        pk_json_ratio(json, cost, total);
}

/* Both bounds as values and as shares: the lower one is 0 today, but readers must not rely on
 * that. */
static void add_saving(struct pk_json *json, struct pk_range saving, int64_t total)
{
    pk_json_key(json, "saving");
    pk_json_object(json);
    pk_json_key(json, "low");
    pk_json_value(json, saving.lo);
    pk_json_key(json, "high");
    pk_json_value(json, saving.hi);
    pk_json_key(json, "low_share");
    pk_json_ratio(json, saving.lo, total);
    pk_json_key(json, "high_share");
    pk_json_ratio(json, saving.hi, total);
    pk_json_object_end(json);
}

/* What it was in the baseline, or null. */
static void add_before(struct pk_json *json, const struct pk_finding *one)
{
    const char *state = pk_lifecycle_word(one->state);

    pk_json_key(json, "state");
    if (state)
        pk_json_text(json, state);
    else
        pk_json_null(json);
    pk_json_key(json, "before");
    if (!pk_findings_has_before(one)) {
        pk_json_null(json);
        return;
    }
    pk_json_object(json);
    pk_json_key(json, "cost");
    pk_json_value(json, one->cost_before);
    pk_json_key(json, "sink_calls");
    pk_json_value(json, one->calls_before);
    pk_json_object_end(json);
}

/* What tells it from others; the object stays open. */
static void begin_finding(struct pk_json *json, const struct pk_finding *one)
{
    pk_json_object(json);
    pk_json_key(json, "id");
    pk_json_str(json, one->detector->id);
    pk_json_key(json, "fingerprint");
    pk_json_str(json, one->fingerprint);
    pk_json_key(json, "grade");
    pk_json_text(json, pk_view_findings_grade(one->grade));
}

/* One that is not among the rows, by the profile that it is of; the object stays open. */
static void begin_other(struct pk_json *json, const struct pk_findings_view *view,
                        const struct pk_finding *one)
{
    begin_finding(json, one);
    pk_json_key(json, "share");
    add_share(json, one->cost, pk_profile_total(view->profile, view->metric));
    add_frame(json, "at", view->profile, one->at);
    add_frame(json, "sink", view->profile, one->sink);
}

/* Null where it is missing. */
static void add_text(struct pk_json *json, const char *key, struct pk_str text)
{
    pk_json_key(json, key);
    if (text.size)
        pk_json_str(json, text);
    else
        pk_json_null(json);
}

/* What is hidden must not be lost: a dashboard may count it, and see which reasons have run out. */
static void add_suppressed(struct pk_json *json, const struct pk_findings_view *view)
{
    pk_json_key(json, "suppressed");
    pk_json_array(json);
    for (uint32_t i = 0; view->suppressed && i < view->suppressed->n; i++) {
        const struct pk_finding *one = &view->suppressed->list[i];

        begin_other(json, view, one);
        add_text(json, "reason", one->suppression->reason);
        add_text(json, "until", one->suppression->until);
        pk_json_object_end(json);
    }
    pk_json_array_end(json);
    pk_json_key(json, "suppressions");
    pk_json_array(json);
    for (uint32_t i = 0; i < view->n_suppressions; i++) {
        const struct pk_suppressing *one = &view->suppressions[i];

        pk_json_object(json);
        add_text(json, "key", one->suppression->key);
        add_text(json, "reason", one->suppression->reason);
        add_text(json, "until", one->suppression->until);
        pk_json_key(json, "state");
        pk_json_text(json, one->is_over ? "ended" : one->used ? "used" : "unused");
        pk_json_object_end(json);
    }
    pk_json_array_end(json);
}

/* Counted over all findings, shown or not, so that the numbers do not depend on --top. */
static void add_baseline(struct pk_json *json, const struct pk_findings_view *view)
{
    static const enum pk_finding_state states[] = {PK_FINDING_NEW, PK_FINDING_WORSE,
                                                   PK_FINDING_SAME};
    struct pk_findings_view then = pk_findings_then(view);

    pk_json_key(json, "baseline");
    if (!view->lifecycle) {
        pk_json_null(json);
        return;
    }
    pk_json_object(json);
    pk_json_key(json, "input");
    pk_json_text(json, view->baseline);
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        pk_json_key(json, pk_lifecycle_word(states[i]));
        pk_json_value(json, view->lifecycle->count[states[i]]);
    }
    pk_json_key(json, "fixed");
    pk_json_array(json);
    for (uint32_t i = 0; i < view->lifecycle->n_fixed; i++) {
        begin_other(json, &then, view->lifecycle->fixed[i]);
        pk_json_object_end(json);
    }
    pk_json_array_end(json);
    pk_json_object_end(json);
}

/* Keys keep their order, and no row lacks one: what does not apply is null. */
static void add_row(struct pk_json *json, const struct pk_findings_view *view,
                    const struct pk_finding *one)
{
    int64_t total = pk_profile_total(view->profile, view->metric);

    begin_finding(json, one);
    pk_json_key(json, "cost");
    pk_json_value(json, one->cost);
    pk_json_key(json, "share");
    add_share(json, one->cost, total);
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
    add_words(json, "evidence", view, one, pk_findings_evidence);
    add_words(json, "criterion", view, one, pk_findings_criterion);
    add_saving(json, one->saving, total);
    pk_json_key(json, "likely_saving");
    pk_json_value(json, one->likely_saving);
    pk_json_key(json, "likely_saving_share");
    pk_json_ratio(json, one->likely_saving, total);
    add_before(json, one);
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
    add_saving(&json, (struct pk_range){0, view->most},
               pk_profile_total(view->profile, view->metric));
    add_baseline(&json, view);
    add_suppressed(&json, view);
    pk_json_key(&json, "refuted");
    pk_json_value(&json, view->n_refuted);
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
