/*
 * How far a profile can be trusted: what a reader should know before the numbers. Layer: analyze;
 * uses model.
 */
#ifndef PK_ANALYZE_QUALITY_H
#define PK_ANALYZE_QUALITY_H

#include "base/buf.h" /* IWYU pragma: export */

#include <stdint.h>

#include "model/profile.h" /* IWYU pragma: export */

struct pk_quality {
    int64_t total;        /* of the metric */
    int64_t unresolved;   /* self in frames without a symbol */
    int64_t folded;       /* self of what --mem folded: nothing lacks more than this */
    int64_t samples;      /* how many samples, or -1 when the file does not count samples */
    int64_t most_samples; /* the same, or else that of all events together, or -1 */
    int64_t frames;       /* functions that have anything */
    bool has_few_samples, has_unresolved, has_sampled_calls;
};

/* Look at one metric. */
struct pk_quality pk_quality_of(const struct pk_profile *profile, uint32_t metric);

enum pk_quality_doubt { /* worst first: a name that is missing misleads more than a rough share */
                        PK_DOUBT_UNRESOLVED,
                        PK_DOUBT_FOLDED,
                        PK_DOUBT_FEW_SAMPLES,
                        PK_DOUBTS
};

/* Append one of what the numbers alone give reason to doubt; false: there is no such reason. */
bool pk_quality_doubt(const struct pk_quality *quality, enum pk_quality_doubt doubt,
                      struct pk_buf *out);

/* Append all of them, one line each, separated by LF. */
void pk_quality_doubts(const struct pk_quality *quality, struct pk_buf *out);

/* The same and what the readers counted. Append each warning as a line without its end mark,
 * separated by LF; nothing when all is well. */
void pk_quality_warnings(const struct pk_quality *quality, const struct pk_profile *profile,
                         struct pk_buf *out);

#endif
