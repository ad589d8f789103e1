/*
 * The rules of check: from options and from the project, and what they are judged on. Layer: cmd.
 */
#ifndef PK_CMD_CHECK_RULES_H
#define PK_CMD_CHECK_RULES_H

#include "analyze/regression.h" /* IWYU pragma: export */

#include "base/array.h"     /* IWYU pragma: export */
#include "cmd/comparison.h" /* IWYU pragma: export */

/* Entries of check's option table. */
#define PK_CHECK_RULES_OPTIONS                                                                 \
    {"rule", 0, PK_OPT_TEXT, "EXPR", NULL, "a rule, such as 'share(\"json.*\") < 10%'", true}, \
        {"max-share", 0,                                                                       \
         PK_OPT_TEXT, "PATTERN=PERCENT",                                                       \
         NULL,        "how much of the whole functions that match may hold",                   \
         true},                                                                                \
        {"max-regression",                                                                     \
         0,                                                                                    \
         PK_OPT_TEXT,                                                                          \
         "PERCENT",                                                                            \
         NULL,                                                                                 \
         "how much slower a function may get (default 5% without rules)",                      \
         false},                                                                               \
    {                                                                                          \
        "min-change", 0, PK_OPT_TEXT, "AMOUNT", NULL,                                          \
            "smaller changes pass: 20ms, or 1% of the whole (default)", false                  \
    }

struct pk_check_rule {
    struct pk_rule rule;
    struct pk_str name; /* what the project calls it; missing: it is an option */
};

struct pk_check_rules { /* begin with all zero; free with pk_check_rules_fini */
    struct pk_arena arena;
    PK_ARRAY(struct pk_check_rule) list;
    bool has_regression, has_findings; /* has_findings: those that are new fail */
    struct pk_regression regression;
    PK_ARRAY(struct pk_gate) gates; /* the outcomes */
};

/* Read the options and what the project says; `has_before` tells whether there will be two sides.
 * False fills `error` (PK_USAGE). */
bool pk_check_rules_read(const struct pk_args *args, bool has_before, struct pk_check_rules *rules,
                         struct pk_error *error);

/* Judge all of them, into `gates`. False fills `error`. */
bool pk_check_rules_judge(struct pk_comparison *c, struct pk_check_rules *rules,
                          struct pk_error *error);

/* Free it; outcomes go with it. */
void pk_check_rules_fini(struct pk_check_rules *rules);

#endif
