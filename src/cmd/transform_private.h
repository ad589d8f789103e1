/*
 * The inside of a transform, for transform*.c alone. Layer: cmd.
 */
#ifndef PK_CMD_TRANSFORM_PRIVATE_H
#define PK_CMD_TRANSFORM_PRIVATE_H

#include "analyze/select.h" /* IWYU pragma: export */
#include "cmd/transform.h"  /* IWYU pragma: export */

#include <stdint.h>

#include "model/rebuild.h" /* IWYU pragma: export */

struct pk_transform_pattern { /* of frames */
    unsigned word;            /* enum pk_filter_word */
    struct pk_match *match;
};

struct pk_transform {
    const struct pk_args *args;
    struct pk_select select;
    PK_ARRAY(struct pk_transform_pattern) patterns;
    unsigned words; /* of all patterns */
    bool has_span;
    struct pk_span span; /* from the first sample on */
};

struct pk_transform_sums { /* what the steps leave of one metric: values, and rows that have any */
    int64_t whole, taken, timed, kept, hidden;
    uint64_t n_taken, n_timed, n_kept;
};

/* Append the options of a kind in the user's words: "thread worker, focus a or b". Bits as in
 * pk_transform_steps. */
#define PK_STEP_SLICES 1u
#define PK_STEP_TIME 2u
#define PK_STEP_STACKS 4u
void pk_transform_words(const struct pk_transform *transform, unsigned steps, struct pk_buf *out);

/* [frame] which patterns each frame of a profile matches, in `arena`: its name as the file says it,
 * the name that tables show, its file or its module. NULL fills `error`. */
const uint8_t *pk_transform_marks(const struct pk_transform *transform,
                                  const struct pk_profile *profile, struct pk_arena *arena,
                                  struct pk_error *error);

/* Say on stderr what was kept; nothing with -q. */
void pk_transform_say(const struct pk_args *args, const struct pk_transformed *done,
                      const struct pk_metric *metric);

/* Fill `error` because a step left nothing; always false. */
bool pk_transform_fail_slices(const struct pk_transform *transform,
                              const struct pk_profile *profile, struct pk_error *error);
bool pk_transform_fail_time(const struct pk_transform *transform, const struct pk_profile *profile,
                            struct pk_error *error);
bool pk_transform_fail_stacks(const struct pk_transform *transform,
                              const struct pk_profile *profile, const uint8_t *marks,
                              const struct pk_transform_sums *sums, struct pk_error *error);

/* True when a profile can be filtered, or its estimated tree; else `error` says why not. */
bool pk_transform_check_stacks(const struct pk_transform *transform,
                               const struct pk_profile *profile, struct pk_error *error);

#endif
