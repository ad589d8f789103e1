/*
 * The detectors that count calls, out of detectors.xml: which family, how often, and what is said
 * of it. Layer: rules; uses families.
 */
#ifndef PK_RULES_DETECTORS_H
#define PK_RULES_DETECTORS_H

#include "rules/families.h" /* IWYU pragma: export */
#include "rules/rules.h"    /* IWYU pragma: export */

enum pk_grade {            /* how much a finding is worth, the best first */
                PK_PROVEN, /* the counts show it */
                PK_LIKELY, /* an honest use of this shape is rare */
                PK_POSSIBLE,
};

struct pk_condition {      /* on the calls of another family, in percent of those of the sink */
    enum pk_family family; /* PK_FAMILIES: none */
    int64_t percent;
};

struct pk_detector {
    struct pk_str id, summary, advice, settle;
    enum pk_family sink;
    enum pk_grade grade;
    int64_t min_calls, min_per_call, min_percent;
    struct pk_condition unless, only_if; /* detectors.xml says what they mean */
};

struct pk_detectors {
    struct pk_rules rules; /* owns the texts */
    struct pk_detector *list;
    uint32_t n; /* ordered as the file is */
};

/* The detectors the program knows; free with pk_detectors_fini. */
void pk_detectors_init(struct pk_detectors *detectors);

/* Those of another detectors.xml, called `file` in errors (PK_INPUT); false leaves none. */
bool pk_detectors_read(struct pk_detectors *detectors, const char *file, struct pk_str xml,
                       struct pk_error *error);
void pk_detectors_fini(struct pk_detectors *detectors);

#endif
