/*
 * By what diff compares, and what it says of that: the options, the header of the text, and the
 * warnings. Layer: cmd.
 */
#ifndef PK_CMD_DIFF_MEASURE_H
#define PK_CMD_DIFF_MEASURE_H

#include "analyze/diff.h" /* IWYU pragma: export */

#include "cmd/cmd.h" /* IWYU pragma: export */

#define PK_DIFF_CONCERNS "slower,faster,new,gone,changed,undecided"
#define PK_DIFF_FAILS "exit with 1 when a function is WHAT,WHAT..."

/* Entries of diff's option table; `concerns` are the words of --fail-on. */
#define PK_DIFF_MEASURE_OPTIONS(concerns)                                                         \
    {"normalize", 0,    PK_OPT_TEXT,                                                              \
     "HOW",       NULL, "compare by auto, none, time, total or calls:REGEX (default auto)",       \
     false},                                                                                      \
        {"period", 0, PK_OPT_TEXT, "TIME", NULL, "time between samples, or BEFORE,AFTER", false}, \
        {"fail-on", 0, PK_OPT_KEYS, "WHAT", concerns, PK_DIFF_FAILS, false},                      \
    {                                                                                             \
        "overdispersion", 0, PK_OPT_DECIMAL, "N", NULL,                                           \
            "samples scatter N times as much as independent ones (default 2)", false              \
    }

/* Read the options into a measure for pk_measure_choose; what they match by belongs to the caller,
 * who frees it with pk_match_free. False fills `error` (PK_USAGE). */
bool pk_diff_measure_options(const struct pk_args *args, struct pk_measure *measure,
                             struct pk_error *error);

/* How much more samples scatter than independent ones, for pk_verdicts_judge. */
double pk_diff_overdispersion(const struct pk_args *args);

/* True when --fail-on asks for a verdict that some row has: an exit status of 1. All rows count,
 * shown or not. */
bool pk_diff_measure_fails(const struct pk_args *args, const struct pk_diff *diff);

/* Append what the values of a diff are: "absolute time", "share of all samples". */
void pk_diff_measure_words(const struct pk_diff *diff, bool is_pair, struct pk_buf *out);

/* Append a line for each side, what it was recorded by and how much of it there is, and one on what
 * verdicts rest on. */
void pk_diff_measure_header(const struct pk_diff *diff, bool is_pair, bool is_ascii,
                            struct pk_buf *out);

/* Append a line that one recording is much longer than the other, where that makes a difference. */
void pk_diff_measure_warn(const struct pk_diff *diff, struct pk_buf *lines);

#endif
