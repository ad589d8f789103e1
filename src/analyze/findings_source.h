/*
 * What the source says to findings: it raises the grade of one, or refutes it. Only files below the
 * folder that the user named are read, and only functions that stand there where the profile says.
 * Layer: analyze; uses rules.
 */
#ifndef PK_ANALYZE_FINDINGS_SOURCE_H
#define PK_ANALYZE_FINDINGS_SOURCE_H

#include "analyze/findings.h"   /* IWYU pragma: export */
#include "analyze/sourcefile.h" /* IWYU pragma: export */

struct pk_findings_sources {
    uint32_t refuted[PK_FINDING_SAME + 1]; /* the same by their state */
    uint32_t n_refuted;                    /* findings that are no more in the list */
    uint32_t n_read;                       /* files that were looked at */
    int64_t newest;            /* when one of these was changed last, seconds since 1970 */
    struct pk_str newest_file; /* which, as the profile calls it */
};

/* Look at the source of the function that each finding is about, and change grades as the `source`
 * of its detector says (detectors.xml); what was seen becomes a proof. The order is by grade again.
 */
struct pk_findings_sources pk_findings_source(struct pk_findings *findings,
                                              const struct pk_profile *profile,
                                              const struct pk_sourcefile_options *options,
                                              struct pk_arena *arena);

#endif
