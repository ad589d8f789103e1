/*
 * Findings as paragraphs: see view_findings.h.
 *
 * Traps: the first line has what the calls cost and not the saving, whose proven bounds are wide: a
 * repair may save more or less. Where the profile shows no calls nothing was looked for, which is
 * not the same as nothing found.
 */
#include <stdint.h>

#include "base/escape.h"
#include "render/view_findings_private.h"

/* "load  shop.py:9  ->  execute  db.py" */
static void add_ends(struct pk_buf *out, const struct pk_findings_view *view,
                     const struct pk_finding *one)
{
    if (one->is_quality)
        return;
    pk_buf_text(out, "\n   ");
    pk_findings_function(out, view->profile, one->at, true);
    pk_buf_text(out, "  ->  ");
    pk_findings_function(out, view->profile, one->sink, true);
}

/* Where, in which loop, by which counts and thresholds, what to do, what would refute it, what a
 * repair may save, and what it is known by. The first line has what people sort by: the detector,
 * its cost, how sure it is. */
static void add_paragraph(struct pk_buf *out, const struct pk_findings_view *view, uint32_t i)
{
    const struct pk_finding *one = &view->findings->list[i];

    pk_buf_printf(out, "%u  %.*s", i + 1, (int)one->detector->id.size, one->detector->id.data);
    pk_findings_costs(out, view, one, one->is_quality ? "  concerns " : "  costs ");
    pk_buf_printf(out, "  %s", pk_view_findings_grade(one->grade));
    if (one->state != PK_FINDING_UNCOMPARED)
        pk_buf_printf(out, "  %s", pk_lifecycle_word(one->state));
    add_ends(out, view, one);
    if (!one->is_sampled && !one->is_quality) {
        pk_buf_text(out, "\n   loop      ");
        pk_findings_function(out, view->profile, one->caller, true);
    }
    pk_buf_text(out, "\n   evidence  ");
    pk_findings_evidence(out, view, one);
    pk_buf_text(out, "\n   needs     ");
    pk_findings_criterion(out, view, one);
    pk_buf_printf(out, "\n   advice    %.*s", (int)one->detector->advice.size,
                  one->detector->advice.data);
    pk_buf_printf(out, "\n   to check  %.*s", (int)one->detector->settle.size,
                  one->detector->settle.data);
    if (!one->is_quality) {
        pk_buf_text(out, "\n   saves     ");
        pk_findings_saving(out, view, one);
    }
    if (pk_findings_has_before(one)) {
        pk_buf_text(out, "\n   before    ");
        pk_findings_before(out, view, one);
    }
    pk_buf_text(out, "\n   id        ");
    pk_findings_fingerprint(out, view, one);
    pk_buf_char(out, '\n');
}

/* What is not found any more, with its place and its cost of then. */
static void add_fixed(struct pk_buf *out, const struct pk_findings_view *then,
                      const struct pk_finding *one)
{
    pk_buf_printf(out, "-  %.*s", (int)one->detector->id.size, one->detector->id.data);
    pk_findings_costs(out, then, one, one->is_quality ? "  concerned " : "  cost ");
    pk_buf_printf(out, "  %s  fixed", pk_view_findings_grade(one->grade));
    add_ends(out, then, one);
    pk_buf_text(out, "\n   id        ");
    pk_findings_fingerprint(out, then, one);
    pk_buf_char(out, '\n');
}

/* Of the first `n`, how many are about the program. */
static uint32_t count_of_program(const struct pk_findings *findings, uint32_t n)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < n; i++)
        count += !findings->list[i].is_quality;
    return count;
}

void pk_findings_last(struct pk_buf *out, const struct pk_findings_view *view)
{
    uint32_t shown = count_of_program(view->findings, view->shown), doubts = view->shown - shown;
    uint32_t more = view->findings->n - view->shown - view->n_small;

    if (!view->findings->has_counts && !view->findings->has_stacks)
        pk_buf_text(out, "not applicable: the profile counts no calls and has no stacks");
    else if (count_of_program(view->findings, view->findings->n) == 0)
        pk_buf_text(out, view->findings->has_counts
                             ? "no findings"
                             : "no findings; calls are not counted, so most were not looked for");
    else
        pk_buf_printf(out, "%u finding%s", shown, shown == 1 ? "" : "s");
    if (shown > 1) {
        pk_buf_text(out, ", together up to ");
        pk_findings_cost(out, view, view->most);
        pk_buf_text(out, " (");
        pk_units_percent(out, view->most, pk_profile_total(view->profile, view->metric));
        pk_buf_text(out, " %)");
    }
    if (doubts)
        pk_buf_printf(out, ", %u about the profile itself", doubts);
    if (view->n_small) {
        pk_buf_printf(out, ", %u more below --min-saving ", view->n_small);
        pk_escape_terminal(out, pk_str_of(view->small));
    }
    if (more)
        pk_buf_printf(out, ", %u more with %s", more, view->cure);
    if (view->suppressed && view->suppressed->n)
        pk_buf_printf(out, ", %u suppressed", view->suppressed->n);
    if (view->n_refuted)
        pk_buf_printf(out, ", %u refuted by the source", view->n_refuted);
    if (!view->lifecycle)
        return;
    pk_buf_printf(out, "; %u new, %u worse, %u same, %u fixed since ",
                  view->lifecycle->count[PK_FINDING_NEW], view->lifecycle->count[PK_FINDING_WORSE],
                  view->lifecycle->count[PK_FINDING_SAME], view->lifecycle->n_fixed);
    pk_escape_terminal(out, pk_str_of(view->baseline));
}

void pk_view_findings_text(const struct pk_findings_view *view, const struct pk_style *style,
                           struct pk_buf *out)
{
    for (uint32_t i = 0; i < view->shown; i++)
        add_paragraph(out, view, i);
    for (uint32_t i = 0; view->lifecycle && i < view->lifecycle->n_fixed; i++) {
        struct pk_findings_view then = pk_findings_then(view);

        add_fixed(out, &then, view->lifecycle->fixed[i]);
    }
    if (style->no_header)
        return;
    pk_findings_last(out, view);
    if (view->shown) /* the heaviest of the best grade */
        pk_buf_printf(out, "        profkit explain %.*s",
                      (int)view->findings->list[0].detector->id.size,
                      view->findings->list[0].detector->id.data);
    pk_buf_char(out, '\n');
}
