/*
 * What a finding is known by from one profile to the next, so that a build can tell new ones from
 * old ones and a project can say which it lives with. Layer: render; uses analyze.
 */
#ifndef PK_RENDER_FINGERPRINT_H
#define PK_RENDER_FINGERPRINT_H

#include "analyze/findings.h" /* IWYU pragma: export */
#include "base/buf.h"         /* IWYU pragma: export */

/* Append "n-plus-one-query:shop:load:db:execute": detector, and module and name of the place and of
 * what it calls. Never a line, a number that a compiler or a runtime made up, or a folder; not
 * escaped. Two findings may have the same one, as of functions that differ in their parameters. */
void pk_fingerprint_add(struct pk_buf *out, const struct pk_profile *profile,
                        const struct pk_finding *finding);

#endif
