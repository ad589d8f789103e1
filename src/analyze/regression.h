/*
 * Functions that got slower by more than is allowed: the gate over all functions of a diff. Layer:
 * analyze; uses model, diff, verdict, rule.
 *
 * A function fails when its own change passes both thresholds and its verdict is one that was asked
 * for; noise never is. One that is new fails only when the whole grew as well, since else it took
 * the place of something.
 */
#ifndef PK_ANALYZE_REGRESSION_H
#define PK_ANALYZE_REGRESSION_H

#include "base/arena.h" /* IWYU pragma: export */

#include <stdint.h>

#include "analyze/rule_judge.h" /* IWYU pragma: export */
#include "analyze/verdict.h"    /* IWYU pragma: export */

struct pk_regression {
    double most;            /* percent that a function may change by */
    double least;           /* in base units or percent of the whole before: smaller changes pass */
    enum pk_rule_unit unit; /* of `least` */
    bool fails[PK_CONCERN_UNDECIDED + 1]; /* [enum pk_concern] which verdicts fail */
    struct pk_str text;                   /* both thresholds, as outcomes are to call them */
};

struct pk_regressions {   /* in the caller's arena */
    struct pk_gate *gate; /* failures first, then what is undecided; the largest change first */
    uint32_t n;
};

/* Judge all functions of a diff: an outcome for each that passes the thresholds, or a single one
 * without a function when none does. False fills `error` (PK_USAGE) when `least` has a unit that
 * the diff has not. */
bool pk_regression_find(const struct pk_diff *diff, const struct pk_regression *regression,
                        struct pk_arena *arena, struct pk_regressions *found,
                        struct pk_error *error);

#endif
