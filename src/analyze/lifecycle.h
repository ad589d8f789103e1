/*
 * What became of findings since an earlier profile: new, worse, the same, or fixed. Layer: analyze;
 * uses findings, noise.
 *
 * Findings are the same by their fingerprints. Worse is only what numbers without noise show, or
 * numbers whose noise is known:
 *   - calls, where they are counted: more than a tenth more of what the finding is about;
 *   - cost that is counted, as instructions are: more than a tenth, and more than a hundredth of
 *     the whole, above what it was. Times of one run have a noise that nobody knows, and decide
 *     nothing;
 *   - samples, by shares, since two recordings are seldom of one length: the same tolerances, and
 *     the difference must be more than noise. Where nobody counted the samples it is unknown.
 */
#ifndef PK_ANALYZE_LIFECYCLE_H
#define PK_ANALYZE_LIFECYCLE_H

#include "analyze/findings.h" /* IWYU pragma: export */

#include <stdbool.h>
#include <stdint.h>

#define PK_LIFECYCLE_TENTH 10  /* one part in so many of what it was: the tolerance */
#define PK_LIFECYCLE_LEAST 100 /* one part in so many of the whole */

struct pk_lifecycle_side { /* findings of one profile, with their fingerprints */
    struct pk_findings *findings;
    const struct pk_findings
        *wide;       /* those and more, by half the thresholds: what only just
                        passes them is not new, and what just does not is not fixed */
    int64_t total;   /* of the metric */
    int8_t scale;    /* of its values */
    bool is_exact;   /* costs are counted and not measured */
    int64_t samples; /* how many, or -1 */
};

struct pk_lifecycle {                    /* counted over all findings, shown or not */
    uint32_t count[PK_FINDING_SAME + 1]; /* [enum pk_finding_state] */
    const struct pk_finding **fixed;     /* of the earlier profile, in its order */
    uint32_t n_fixed;
};

/* Fill state, cost_before and calls_before of all findings of `now`; what it gives borrows from
 * `before` and lives in the arena. */
struct pk_lifecycle pk_lifecycle_compare(struct pk_lifecycle_side now,
                                         struct pk_lifecycle_side before, struct pk_arena *arena);

struct pk_gate_of_findings { /* what a gate was told to fail by: all that is asked for holds */
    bool is_asked;           /* false: it fails by nothing */
    enum pk_grade grade;     /* this one or a better one */
    bool has_states, fails_new, fails_worse; /* one of these states, where any is named */
};

/* Whether a gate fails by this finding: never by what is in doubt about the profile. */
bool pk_lifecycle_fails(const struct pk_gate_of_findings *gate, const struct pk_finding *finding);

/* "new", "worse", "same"; NULL where nothing was compared. */
const char *pk_lifecycle_word(enum pk_finding_state state);

#endif
