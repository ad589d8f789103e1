/*
 * Findings for people, a paragraph each, and for machines. All forms say the same counts, so that a
 * reader can check them in the file. Layer: render; uses analyze.
 */
#ifndef PK_RENDER_VIEW_FINDINGS_H
#define PK_RENDER_VIEW_FINDINGS_H

#include "analyze/lifecycle.h" /* IWYU pragma: export */
#include "base/arena.h"        /* IWYU pragma: export */
#include "render/writer.h"     /* IWYU pragma: export */

/* "proven", "likely", "possible". */
const char *pk_view_findings_grade(enum pk_grade grade);

struct pk_findings_view {
    const struct pk_profile *profile;
    uint32_t metric;
    const struct pk_findings *findings; /* those that are shown come first */
    uint32_t shown;
    int64_t most;      /* that they may save together */
    uint32_t n_small;  /* others that save less than --min-saving, */
    const char *small; /* which is this */
    const char *cure;  /* options that show those that are left out for other reasons */
    struct pk_gate_of_findings gate;
    const struct pk_findings *suppressed; /* what the project lives with; NULL: nothing */
    const struct pk_suppressing *suppressions;
    uint32_t n_suppressions;
    uint32_t n_refuted;                   /* by the source */
    const struct pk_lifecycle *lifecycle; /* since the baseline; NULL: there is none */
    const struct pk_profile *before;      /* the baseline, of the fixed ones */
    uint32_t before_metric;
    const char *baseline; /* its name */
};

/* Append the paragraphs and the line that counts them. */
void pk_view_findings_text(const struct pk_findings_view *view, const struct pk_style *style,
                           struct pk_buf *out);

/* Append them as Markdown, for issues and reviews. */
void pk_view_findings_md(const struct pk_findings_view *view, struct pk_buf *out);

/* Those that are shown for programs that show them beside code, in the arena. What `fails` is an
 * error; a possible finding is a note, as is one that saves at most a twentieth; others are
 * warnings. */
struct pk_notices pk_view_findings_notices(const struct pk_findings_view *view,
                                           struct pk_arena *arena);

/* Append profkit.findings/1. */
void pk_view_findings_json(const struct pk_findings_view *view, const char *const *inputs,
                           struct pk_buf *out);

#endif
