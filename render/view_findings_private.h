/*
 * The words of a finding for its forms: text, JSON, Markdown and notices. Nobody else includes
 * this. What is appended is escaped as for a terminal.
 */
#ifndef PK_RENDER_VIEW_FINDINGS_PRIVATE_H
#define PK_RENDER_VIEW_FINDINGS_PRIVATE_H

#include "render/view_findings.h" /* IWYU pragma: export */

/* Append "load_items", or "load_items  orders/models.py:88". */
void pk_findings_function(struct pk_buf *out, const struct pk_profile *profile, pk_frame_id frame,
                          bool with_place);

/* Append a cost in the unit of the metric, as everywhere. */
void pk_findings_cost(struct pk_buf *out, const struct pk_findings_view *view, int64_t cost);

/* Append "costs 3.00 s (75.0 %)" behind a verb with its blanks; nothing where no cost is known. */
void pk_findings_costs(struct pk_buf *out, const struct pk_findings_view *view,
                       const struct pk_finding *one, const char *verb);

/* Append all counts that speak for it. */
void pk_findings_evidence(struct pk_buf *out, const struct pk_findings_view *view,
                          const struct pk_finding *one);

/* Append the thresholds of its detector that they passed. */
void pk_findings_criterion(struct pk_buf *out, const struct pk_findings_view *view,
                           const struct pk_finding *one);

/* Append "about 3.00 s (27.0 %), at most 4.00 s (36.0 %), at least 0 s". */
void pk_findings_saving(struct pk_buf *out, const struct pk_findings_view *view,
                        const struct pk_finding *one);

/* Append its fingerprint. */
void pk_findings_fingerprint(struct pk_buf *out, const struct pk_findings_view *view,
                             const struct pk_finding *one);

/* Whether it was there before; then append "2.00 s, 1,200 calls": what it was. */
bool pk_findings_has_before(const struct pk_finding *one);
void pk_findings_before(struct pk_buf *out, const struct pk_findings_view *view,
                        const struct pk_finding *one);

/* What the fixed findings are to be shown by: the profile that they are of. */
struct pk_findings_view pk_findings_then(const struct pk_findings_view *view);

/* Append the sentence that counts them and says what is left out: "2 findings, 1 more with --top
 * 0". */
void pk_findings_last(struct pk_buf *out, const struct pk_findings_view *view);

#endif
