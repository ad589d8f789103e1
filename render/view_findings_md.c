/*
 * Findings as Markdown: see view_findings.h. What comes from a profile stands in code spans, where
 * nothing in it is markup, a link or the name of a user; the texts of detectors are ours, and only
 * characters that could be markup are marked in them. Source: GitHub Flavored Markdown, version
 * 0.29, sections 2.4 and 5.
 */
#include <stdint.h>
#include <string.h>

#include "base/escape.h"
#include "render/view_findings_private.h"

/* A text of our own. */
static void add_own(struct pk_buf *out, struct pk_str text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] && strchr("\\`*_{}[]<>#|~@", text.data[i]))
            pk_buf_char(out, '\\');
        pk_buf_char(out, text.data[i]);
    }
}

/* The name and the place of a function are one span. */
static void add_function(struct pk_buf *out, const struct pk_findings_view *view, pk_frame_id frame)
{
    struct pk_buf text = {0};

    pk_findings_function(&text, view->profile, frame, true);
    pk_escape_markdown(out, pk_buf_view(&text));
    pk_buf_fini(&text);
}

/* "- evidence: `...`" */
static void add_words(struct pk_buf *out, const char *lead, const struct pk_findings_view *view,
                      const struct pk_finding *one,
                      void (*words)(struct pk_buf *, const struct pk_findings_view *,
                                    const struct pk_finding *))
{
    struct pk_buf text = {0};

    pk_buf_printf(out, "- %s: ", lead);
    words(&text, view, one);
    pk_escape_markdown(out, pk_buf_view(&text));
    pk_buf_char(out, '\n');
    pk_buf_fini(&text);
}

/* One finding under a heading of its own, so that a review can link to it. */
static void add_item(struct pk_buf *out, const struct pk_findings_view *view, uint32_t i)
{
    const struct pk_finding *one = &view->findings->list[i];

    pk_buf_printf(out, "\n#### %u. %.*s: ", i + 1, (int)one->detector->id.size,
                  one->detector->id.data);
    pk_findings_costs(out, view, one, "");
    pk_buf_printf(out, "%s%s", one->cost == PK_MISSING ? "" : ", ",
                  pk_view_findings_grade(one->grade));
    if (one->state != PK_FINDING_UNCOMPARED)
        pk_buf_printf(out, ", %s", pk_lifecycle_word(one->state));
    pk_buf_text(out, "\n\n");
    if (!one->is_quality) {
        add_function(out, view, one->at);
        pk_buf_text(out, " calls ");
        add_function(out, view, one->sink);
        pk_buf_text(out, "\n\n");
    }
    if (!one->is_sampled && !one->is_quality) {
        pk_buf_text(out, "- loop: ");
        add_function(out, view, one->caller);
        pk_buf_char(out, '\n');
    }
    add_words(out, "evidence", view, one, pk_findings_evidence);
    add_words(out, "needs", view, one, pk_findings_criterion);
    pk_buf_text(out, "- advice: ");
    add_own(out, one->detector->advice);
    pk_buf_text(out, "\n- to check: ");
    add_own(out, one->detector->settle);
    pk_buf_char(out, '\n');
    if (!one->is_quality)
        add_words(out, "saves", view, one, pk_findings_saving);
    if (pk_findings_has_before(one))
        add_words(out, "before", view, one, pk_findings_before);
    add_words(out, "id", view, one, pk_findings_fingerprint);
}

/* "- `n-plus-one-query:shop:load:db:execute`" */
static void add_fixed(struct pk_buf *out, const struct pk_findings_view *view)
{
    if (view->lifecycle->n_fixed)
        pk_buf_text(out, "\n#### Fixed\n\n");
    for (uint32_t i = 0; i < view->lifecycle->n_fixed; i++) {
        struct pk_buf text = {0};

        pk_findings_fingerprint(&text, view, view->lifecycle->fixed[i]);
        pk_buf_text(out, "- ");
        pk_escape_markdown(out, pk_buf_view(&text));
        pk_buf_char(out, '\n');
        pk_buf_fini(&text);
    }
}

void pk_view_findings_md(const struct pk_findings_view *view, struct pk_buf *out)
{
    struct pk_buf last = {0};

    pk_findings_last(&last, view);
    pk_buf_text(out, "### profkit findings: ");
    add_own(out, pk_buf_view(&last));
    pk_buf_char(out, '\n');
    for (uint32_t i = 0; i < view->shown; i++)
        add_item(out, view, i);
    if (view->lifecycle)
        add_fixed(out, view);
    pk_buf_fini(&last);
}
