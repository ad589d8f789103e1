/*
 * The detectors that count calls, out of detectors.xml: which family, how often, and what is said
 * of it. Layer: rules; uses families.
 */
#ifndef PK_RULES_DETECTORS_H
#define PK_RULES_DETECTORS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"     /* IWYU pragma: export */
#include "rules/families.h" /* IWYU pragma: export */
#include "rules/rules.h"    /* IWYU pragma: export */

enum pk_grade {            /* how much a finding is worth, the best first */
                PK_PROVEN, /* the counts show it */
                PK_LIKELY, /* an honest use of this shape is rare */
                PK_POSSIBLE,
};

enum pk_condition_kind { /* detectors.xml says what they mean; elements of these names */
                         PK_UNLESS,
                         PK_ONLY_IF,
                         PK_PAIR,
                         PK_SELDOM,
                         PK_NOT_WITH,
                         PK_DOUBT,
                         PK_COMPANION,
                         PK_CONDITIONS
};

enum pk_source_rule { PK_SOURCE_NONE, PK_SOURCE_TEXT, PK_SOURCE_CONSTANT }; /* detectors.xml */

struct pk_condition {  /* on calls of other families, in percent of those of the sink */
    uint64_t families; /* PK_FAMILY_BITs; 0: no such condition */
    int64_t percent;
    uint64_t without;        /* no doubt where these are called at all */
    bool is_beside_possible; /* the grade of a pair that only the loop has in common */
};

struct pk_detector {
    struct pk_str id, summary, advice, settle;
    struct pk_str yields_to; /* id of a detector whose finding at the same place says it all */
    uint64_t sink;           /* PK_FAMILY_BITs; 0: any function that calls itself */
    enum pk_grade grade;
    enum pk_grade steady;  /* the grade when every call of the function around the sink did the same
                              work; worse than `grade` or like it: none */
    enum pk_grade sampled; /* of a finding in samples, of this percentage or more; 0: none there */
    int64_t sampled_percent;
    uint64_t sampled_sink;  /* the sink in samples */
    int64_t sampled_around; /* in samples, the percentage of the function around the sinks that they
                               are at least, for the percentage above to be that of this function;
                               0: it is that of the sinks */
    int64_t min_calls, min_per_call, min_percent;
    int64_t min_ns, min_instructions; /* of one call of the sink; both 0: any. Where only one is
                                         given the other unit is not judged, and nothing found */
    int64_t max_apart, max_apart_ns;  /* of the loop for each call of a sink, in instructions or in
                                         time; both 0: any, one 0: nothing in that unit */
    enum pk_source_rule source;       /* what the source says to it, where it is read */
    bool is_pace_possible; /* possible when each call of the function around the sink made
                              just one of the sink */
    bool is_around;        /* the cost is that of the function around the sink */
    struct pk_condition conditions[PK_CONDITIONS];
};

struct pk_detectors {
    struct pk_rules rules; /* owns the texts */
    struct pk_detector *list;
    uint32_t n; /* ordered as the file is */
};

/* The detectors the program knows; free with pk_detectors_fini. */
void pk_detectors_init(struct pk_detectors *detectors);

/* Those of rules, which become part of them; false leaves none and fills `error` (PK_INPUT). */
bool pk_detectors_of_rules(struct pk_detectors *detectors, struct pk_rules *rules,
                           struct pk_error *error);
void pk_detectors_fini(struct pk_detectors *detectors);

#endif
