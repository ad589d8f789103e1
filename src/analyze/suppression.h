/*
 * A finding that a project lives with: which one, why, and until when. Layer: analyze; uses base.
 */
#ifndef PK_ANALYZE_SUPPRESSION_H
#define PK_ANALYZE_SUPPRESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h" /* IWYU pragma: export */

struct pk_suppression { /* texts are borrowed from the file that says so */
    struct pk_str key;  /* all of it: "n-plus-one-query load" */
    struct pk_str rule; /* "n-plus-one-query", or an id: "n-plus-one-query:shop:load:db:execute" */
    struct pk_str function; /* "load"; missing: any */
    struct pk_str reason;   /* never empty */
    struct pk_str until;    /* "2027-03-01", the last day that it holds; missing: for good */
    const char *file;       /* where it stands */
    uint64_t line;
};

enum pk_suppression_fault { PK_SUPPRESSION_FINE, PK_SUPPRESSION_NO_REASON, PK_SUPPRESSION_NO_DATE };

/* Take "REASON" or "REASON, until YYYY-MM-DD" apart. Where it is at fault `found` gets the part
 * that is: what stands in place of a date, or nothing. */
enum pk_suppression_fault pk_suppression_read(struct pk_suppression *suppression,
                                              struct pk_str value, struct pk_str *found);

/* Take "RULE", "RULE FUNCTION" or an id apart; false when it begins with no rule. */
bool pk_suppression_read_key(struct pk_suppression *suppression, struct pk_str key);

struct pk_suppressing { /* one at work on a profile */
    const struct pk_suppression *suppression;
    bool is_over;  /* it suppresses nothing any more */
    uint32_t used; /* for so many findings */
};

/* Whether it has ended by a day, which is written as `until` is. */
bool pk_suppression_is_over(const struct pk_suppression *suppression, struct pk_str today);

#endif
