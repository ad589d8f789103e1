/*
 * Two profiles, function by function. Layer: analyze; uses model.
 *
 * A function is matched by canonical name, module and file, never by line, so that code which moved
 * is still the same; so is a file or a module under another name that has the same functions, and
 * what the user says was renamed. Functions that seem to have another name are suggested, and are
 * the same only when the user says so.
 * Frames that share these are one function: their self and calls are added up, and their total is
 * counted once per stack. Nothing drops out: the self differences of all rows add up to the
 * difference of the totals.
 */
#ifndef PK_ANALYZE_DIFF_H
#define PK_ANALYZE_DIFF_H

#include "base/arena.h" /* IWYU pragma: export */

#include <stdint.h>

#include "analyze/measure.h" /* IWYU pragma: export */
#include "analyze/order.h"   /* IWYU pragma: export */
#include "analyze/renames.h" /* IWYU pragma: export */
#include "base/error.h"      /* IWYU pragma: export */
#include "model/profile.h"   /* IWYU pragma: export */

struct pk_diff_value {
    int64_t side[2]; /* PK_MISSING: the file does not say, or the function is not there */
    int64_t
        delta; /* after - before, a function that is not there being 0; PK_MISSING when not known */
};

/* What happened to the cost of a function itself; verdict.h decides. Twins stand side by side. */
enum pk_verdict {
    PK_VERDICT_NO_CHANGE, /* self and calls are as before; what it calls may differ */
    PK_VERDICT_SLOWER,    /* another self, and calls are not known */
    PK_VERDICT_FASTER,
    PK_VERDICT_MORE_CALLS, /* the number of calls makes more of the difference than their cost */
    PK_VERDICT_FEWER_CALLS,
    PK_VERDICT_DEARER, /* the cost of a call makes more of it */
    PK_VERDICT_CHEAPER,
    PK_VERDICT_NEW, /* on one side only */
    PK_VERDICT_GONE,
    PK_VERDICT_MOVED,         /* cost went to or came from a caller or callee of equal total */
    PK_VERDICT_INLINED,       /* the same, and one of the two is there on one side only */
    PK_VERDICT_WITHIN_NOISE,  /* a second run of the same thing may differ as much */
    PK_VERDICT_TOO_FEW,       /* under 30 samples on both sides: nothing can be said */
    PK_VERDICT_TOO_FEW_RUNS,  /* no difference between so few runs would prove anything */
    PK_VERDICT_NOISE_UNKNOWN, /* times of one run a side */
};

/* What a verdict rests on. */
enum pk_method {
    PK_METHOD_NONE,
    PK_METHOD_EXACT,  /* counted: calls, events of valgrind; there is no noise */
    PK_METHOD_SHARES, /* samples of one run a side: noise.h, two shares */
    PK_METHOD_RUNS,   /* several runs a side: noise.h, runs */
};

struct pk_judged { /* all zero until pk_verdicts_judge */
    enum pk_verdict verdict;
    enum pk_method method;
    bool has_interval, has_p; /* whether the next two pairs mean anything */
    double low, high;         /* 95 % interval of self.delta, in its unit */
    double shift;             /* of runs: the median of all their differences; else 0 */
    double median[2];         /* of the runs of each side; else 0 */
    double p, q;              /* that nothing changed; q is held down over all functions */
};

struct pk_diff_row {
    struct pk_str key;    /* orders rows; equal on both sides */
    uint32_t group;       /* the function among those of both sides: diff_private.h */
    pk_frame_id frame[2]; /* the largest one of the function; PK_NONE: not there (new, or gone) */
    struct pk_diff_value self, total, calls;  /* in the measure of the diff */
    struct pk_diff_value raw_self, raw_total; /* as they were read: the same where nothing was
                                                 brought to another measure */
    int64_t raw_high[2];
    int64_t total_high[2]; /* upper bound where the total is only a lower one, else PK_MISSING */
    struct pk_judged judged;
};

/* True for a function that is new or gone. */
static inline bool pk_diff_is_one_sided(const struct pk_diff_row *row)
{
    return row->frame[PK_BEFORE] == PK_NONE || row->frame[PK_AFTER] == PK_NONE;
}

enum pk_diff_key { PK_DIFF_SELF, PK_DIFF_TOTAL, PK_DIFF_CALLS, PK_DIFF_NAME };

struct pk_diff_file { /* a file or a module that was renamed */
    struct pk_str name[2];
    uint32_t shared, functions; /* names that both have; of so many of the earlier one */
};

struct pk_diff_rename { /* a function that is likely the same under another name */
    uint32_t group[2];
    pk_frame_id frame[2]; /* as each side has it */
    struct pk_str key;    /* the lesser of both */
    double score;         /* from 0 to 1: diff_likely.c */
    double share;         /* what it is of its profile, where that is more */
};

struct pk_diff_likely {
    uint32_t n;
    struct pk_diff_rename *list; /* what is most of its profile first */
    uint32_t *merged;            /* [group] the one that stands for it; NULL: only suggested */
};

struct pk_diff_runs { /* several runs a side: diff_runs.h */
    uint32_t n[2];
    int64_t *value; /* [run * groups + group] self in the measure; those before first */
};

struct pk_diff_files {
    uint32_t n;
    struct pk_diff_file *renamed;
};

struct pk_diff {                       /* in the caller's arena */
    struct pk_side side[2];            /* borrowed */
    struct pk_renames *renames;        /* borrowed; NULL: nothing was renamed by the user */
    struct pk_metric metric;           /* as read: the finer scale of both sides */
    struct pk_measure measure;         /* what values were brought to, and by what factors */
    uint32_t n;                        /* functions that differ */
    uint32_t n_functions;              /* functions of both sides together */
    struct pk_diff_row *row;           /* ordered by the size of the difference, or by name */
    struct pk_diff_value total;        /* of the profiles, as read */
    struct pk_diff_value normal_total; /* the same in the measure */
    int64_t self_delta; /* of all functions added up, in the measure: equal to normal_total.delta */
    bool is_split;      /* into lists: */
    uint32_t n_list[3]; /* rows with more self, with less, with as much as before */
    bool has_calls;     /* both sides count calls */
    struct pk_diff_likely likely;        /* functions that seem to have another name */
    struct pk_diff_files files, modules; /* taken for the same under another name */
    struct pk_str *key;                  /* [group] missing for what no side has */
    struct pk_diff_runs *runs;           /* NULL: one run a side, or one value for all */
    struct pk_diff_groups *groups;       /* [side] the functions: diff_private.h */
};

/* Compare one metric of two profiles; both may be the same profile with two metrics, and then a
 * function without a value on one side is not there. False fills `error` (PK_INPUT) when a
 * difference does not fit 64 bits. The units must be equal. */
bool pk_diff_find(const struct pk_side sides[2], enum pk_diff_key key, struct pk_arena *arena,
                  struct pk_diff *diff, struct pk_error *error);

/* The same by a measure that pk_measure_choose has filled: every value of a side is multiplied by
 * its factor. Self is rounded in the order of the keys, so that it still adds up exactly; each
 * total by itself. Functions are matched by what `renames` (borrowed, may be NULL) makes of their
 * names; an expression that is given up is a PK_USAGE error. */
bool pk_diff_find_by(const struct pk_side sides[2], const struct pk_measure *measure,
                     struct pk_renames *renames, enum pk_diff_key key, struct pk_arena *arena,
                     struct pk_diff *diff, struct pk_error *error);

/* Put the rows into lists, each in the order that they have: first those with more self, then those
 * with less, then those whose self is as before. */
void pk_diff_split(struct pk_diff *diff);

/* Which rows to show when `top` are wanted (0: all), ascending, in `row`, which has room for all:
 * of two lists `top` of each. Returns how many. */
uint32_t pk_diff_pick(const struct pk_diff *diff, uint32_t top, uint32_t *row);

/* The same for numbers of calls, so that they go with values: of one run, and where cost is per
 * call, for as many of those calls as before. */
double pk_diff_calls(const struct pk_diff *diff, unsigned side, double calls);

/* What a value of a side, as its profile has it, is in the measure of the diff: for sums and
 * pictures, which can do with the nearest double. */
double pk_diff_measured(const struct pk_diff *diff, unsigned side, double value);

/* After less before; what is past 64 bits, as of a pair of huge negatives, is held. And how large a
 * difference is, whichever its sign. */
int64_t pk_diff_between(const int64_t value[2]);
int64_t pk_diff_size(int64_t delta);

/* Order the rows anew by several keys (enum pk_diff_key): the largest change first whichever its
 * sign, or the name that comes first. */
void pk_diff_sort(struct pk_diff *diff, const struct pk_order *orders, unsigned n);

#endif
