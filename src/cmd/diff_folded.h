/*
 * `profkit diff` as collapsed text: every stack with its counts before and after, as difffolded.pl
 * writes them and flamegraph.pl and `profkit diff` read them. Layer: cmd.
 */
#ifndef PK_CMD_DIFF_FOLDED_H
#define PK_CMD_DIFF_FOLDED_H

#include "analyze/diff.h" /* IWYU pragma: export */
#include "cmd/common.h"   /* IWYU pragma: export */

/* Write a comparison in its measure. False fills `error`: a side holds no stacks (PK_USAGE), or a
 * value does not fit (PK_INPUT). */
bool pk_diff_folded(const struct pk_diff *diff, struct pk_arena *arena,
                    const struct pk_target *target, struct pk_error *error);

#endif
