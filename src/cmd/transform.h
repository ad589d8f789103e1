/*
 * What reading commands do to a profile between reading and showing it: the options --thread,
 * --process, --label, --from-time, --to-time, --focus, --ignore, --hide, --show and --show-from.
 * Slices are chosen first, then samples by their time, then stacks; each step sees what the one
 * before has left, and analyses see only the outcome. Layer: cmd.
 *
 * Stack filters need stacks. Where a file holds only calls, commands that draw an estimated tree
 * anyway (pk_cmd.filters_estimates) filter that tree; others refuse.
 */
#ifndef PK_CMD_TRANSFORM_H
#define PK_CMD_TRANSFORM_H

#include "analyze/filter.h" /* IWYU pragma: export */

#include <stdint.h>

#include "base/buf.h"        /* IWYU pragma: export */
#include "cmd/cmd.h"         /* IWYU pragma: export */
#include "model/attribute.h" /* IWYU pragma: export */
#include "model/builder.h"   /* IWYU pragma: export */

struct pk_transform; /* what the options ask for; opaque */

struct pk_transformed {      /* what it did, for those who show the profile; begin with zero */
    const char *words;       /* "thread worker, focus render"; NULL: nothing was asked for */
    int64_t kept, whole;     /* of the metric that is shown */
    struct pk_range range;   /* of kept, where the tree is estimated; else both ends are kept */
    int64_t hidden;          /* what was left out because none of its frames is shown */
    struct pk_filter filter; /* still to be done to an estimated tree; no words: none */
};

/* Compile the options. NULL fills `error`. Free it with pk_transform_free. */
struct pk_transform *pk_transform_new(const struct pk_args *args, struct pk_error *error);
void pk_transform_free(struct pk_transform *transform);

/* True when samples must keep their times while they are read. */
bool pk_transform_needs_times(const struct pk_args *args);

/* True when what was read is taken apart again before it is shown: then all of it must be kept. */
bool pk_transform_reads_record(const struct pk_args *args);

/* Freeze what was read, as pk_builder_freeze_take does, through all steps. What was filtered away
 * is said on stderr. `done` gets its words and marks from `arena`. NULL fills `error`. */
struct pk_profile *pk_transform_freeze(const struct pk_transform *transform,
                                       struct pk_builder *builder, struct pk_keeping keeping,
                                       const struct pk_limits *limits, struct pk_arena *arena,
                                       struct pk_transformed *done, struct pk_error *error);

/* What stack filters leave of the estimated tree of a profile that pk_transform_freeze left them to
 * (done->filter); it fills the numbers of `done` and says them. NULL fills `error`: nothing is
 * left. Free it with pk_attribute_free. */
struct pk_attributed *pk_transform_estimate(const struct pk_args *args,
                                            const struct pk_profile *profile, uint32_t metric,
                                            struct pk_transformed *done, struct pk_error *error);

/* Append "focus render: 38.2 % of 12.48 s kept", not escaped; nothing when nothing was asked for.
 */
void pk_transform_describe(const struct pk_transformed *done, const struct pk_metric *metric,
                           struct pk_buf *out);

#endif
