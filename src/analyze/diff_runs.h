/*
 * Several runs a side: what each function took in each of them. The diff itself is of all runs of a
 * side added up and divided by their number, so that nothing is lost; this is what tells a
 * difference from the noise of runs. Layer: analyze; uses model, diff.
 */
#ifndef PK_ANALYZE_DIFF_RUNS_H
#define PK_ANALYZE_DIFF_RUNS_H

#include "analyze/diff.h" /* IWYU pragma: export */

/* Begin, for a diff whose sides are so many runs each added up; at least 1 each, together at most
 * PK_NOISE_RUNS. Values live in `arena`. */
void pk_diff_runs_begin(struct pk_diff *diff, const uint32_t n[2], struct pk_arena *arena);

/* The self of every function in one run: run `index` of `side`. The profile is not needed
 * afterwards. False fills `error` (PK_INPUT, PK_USAGE) when a value does not fit, or when the run
 * lacks what the measure needs: it has no calls, or no total. */
bool pk_diff_runs_add(struct pk_diff *diff, unsigned side, uint32_t index,
                      const struct pk_side *run, struct pk_error *error);

#endif
