/*
 * What happened to each function of a diff, and whether it is more than noise. Layer: analyze; uses
 * model, diff, noise.
 *
 * A verdict is on the function itself: its self and its calls. What differs below it has verdicts
 * of its own, so that one change is not told once for every caller. It rests on the best there is:
 *
 *   several runs a side   their values (method runs)
 *   counted events        differences are what they are (exact)
 *   samples               intervals and tests of shares (shares), false discoveries held down over
 *                         all functions that have enough samples to be tested
 *   times of one run      nothing is known of their noise; calls are counted all the same, so a
 *                         function that is called more often is known to be
 */
#ifndef PK_ANALYZE_VERDICT_H
#define PK_ANALYZE_VERDICT_H

#include "analyze/diff.h"  /* IWYU pragma: export */
#include "analyze/noise.h" /* IWYU pragma: export */

#define PK_VERDICT_SAMPLES 30 /* on one side at least, before anything is said of a function */

/* Fill `judged` of every row. `factor` is the overdispersion of samples, PK_NOISE_FACTOR unless it
 * was measured. */
void pk_verdicts_judge(struct pk_diff *diff, double factor);

/* What the metric of both sides rests on, whatever the function. */
enum pk_method pk_verdicts_method(const struct pk_diff *diff);

/* True when neither side has samples enough for anything to be said of a function. */
bool pk_verdict_has_few(const struct pk_share share[2]);

/* "slower", "more calls", "within noise": the words of tables and of JSON. */
const char *pk_verdict_name(enum pk_verdict verdict);

/* "none", "exact", "shares", "runs". */
const char *pk_method_name(enum pk_method method);

/* What --fail-on asks for. */
enum pk_concern {
    PK_CONCERN_SLOWER, /* more self: slower, more calls, dearer per call */
    PK_CONCERN_FASTER, /* their twins */
    PK_CONCERN_NEW,
    PK_CONCERN_GONE,
    PK_CONCERN_CHANGED,  /* any verdict of a change */
    PK_CONCERN_UNDECIDED /* nothing can be said: too few samples or runs, unknown noise */
};

/* True when a verdict is one of those. */
bool pk_verdict_concerns(enum pk_verdict verdict, enum pk_concern concern);

/* True for what says that something got worse or better: no noise, no doubt, no lack of change. */
bool pk_verdict_is_change(enum pk_verdict verdict);

#endif
