/*
 * Whether a profile, or the change between two, keeps a rule. Layer: analyze; uses model, diff,
 * noise, rule.
 *
 * What keeps a rule passes. What breaks it fails only when that is no noise: counted calls and
 * events as they are, samples by an interval or a test, several runs by their permutation. Where
 * nobody can tell, nobody is blamed: the rule is undecided, with the reason.
 */
#ifndef PK_ANALYZE_RULE_JUDGE_H
#define PK_ANALYZE_RULE_JUDGE_H

#include "base/arena.h" /* IWYU pragma: export */

#include <stdint.h>

#include "analyze/diff.h"       /* IWYU pragma: export */
#include "analyze/rule.h"       /* IWYU pragma: export */
#include "analyze/rule_value.h" /* IWYU pragma: export */

enum pk_gate_result { PK_GATE_PASS, PK_GATE_FAIL, PK_GATE_UNDECIDED };

struct pk_gate_number { /* in base units; a range where the profile does not say more */
    bool is_known;
    double low, high;
};

struct pk_gate { /* the outcome of one rule, or of one function */
    enum pk_gate_result result;
    struct pk_str rule;     /* its text */
    struct pk_str name;     /* what a project calls it; may be missing */
    enum pk_rule_unit unit; /* of the numbers: PLAIN, PERCENT, NS, BYTES */
    bool is_change;         /* the bound was one on the change */
    bool is_ratio;          /* PLAIN, and no integer by nature: a fan */
    bool is_of_all;         /* it is of a bound on all functions */
    bool is_metric;         /* of PLAIN numbers: they are the metric, and no calls */
    struct pk_gate_number before, after;
    struct pk_str why;                /* "within noise"; missing: the numbers tell */
    bool has_p;                       /* whether the next means anything */
    bool is_q;                        /* it is held down over all functions */
    double p;                         /* that nothing changed */
    pk_frame_id frame;                /* PK_NONE: none */
    const struct pk_profile *profile; /* of the frame */
    bool is_unmatched;                /* no function matches a name of it */
};

struct pk_rule_runs { /* the quantity in each run of a side, by pk_rule_judge_run */
    const struct pk_rule_value *value;
    uint32_t n; /* 0: there is one run */
};

struct pk_rule_case {       /* what a rule is judged on */
    struct pk_side side[2]; /* all runs of a side added up */
    bool has_before;
    const struct pk_diff *diff;       /* of both; NULL: there is no before */
    uint32_t n_runs;                  /* without a diff: how many were added up */
    struct pk_rule_names names[2][2]; /* [side][name] */
    struct pk_rule_runs runs[2];
    double factor; /* overdispersion of samples */
};

/* The quantity in one run of a side of `on`, which has all but its runs; `names` are those of the
 * run. False fills `error` as pk_measure_run does. */
bool pk_rule_judge_run(const struct pk_rule *rule, const struct pk_rule_case *on, unsigned side,
                       const struct pk_side *run, const struct pk_rule_names names[2],
                       struct pk_rule_value *value, struct pk_error *error);

/* Judge one rule; texts of the outcome live in `arena`. */
struct pk_gate pk_rule_judge(const struct pk_rule *rule, const struct pk_rule_case *on,
                             struct pk_arena *arena);

/* "pass", "fail", "undecided". */
const char *pk_gate_name(enum pk_gate_result result);

#endif
