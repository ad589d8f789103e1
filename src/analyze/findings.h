/*
 * Anti-patterns that counts of calls show: a function of some family reached in a loop. A finding
 * says where the loop is, how often it turned and what it cost; the words are those of the
 * detector. Layer: analyze; uses model, rules.
 */
#ifndef PK_ANALYZE_FINDINGS_H
#define PK_ANALYZE_FINDINGS_H

#include "analyze/loop.h"    /* IWYU pragma: export */
#include "rules/detectors.h" /* IWYU pragma: export */

struct pk_finding {
    const struct pk_detector *detector;
    enum pk_grade grade;        /* that of the detector, or possible where a proof is not shown */
    pk_frame_id caller, callee; /* who has the loop, and what it calls */
    pk_frame_id at, sink;       /* who calls what of the detector's family most often there: the
                                   place to change */
    struct pk_loop loop;
    int64_t sink_calls;     /* of the one call of it that is made most often */
    int64_t cost;           /* of all calls of sinks in this loop */
    int64_t proof;          /* calls of the family of the condition; -1: there is none */
    struct pk_range saving; /* from 0, as a fix has its cost, to all that the loop calls: what comes
                               with a sink (fetching, closing, making text) may go, too */
};

struct pk_findings {
    struct pk_finding *list; /* the best grade first, then the largest cost */
    uint32_t n;
    bool has_counts; /* false: the profile counts no calls, so nothing was looked for */
};

/* All findings of one metric, in the arena. The detectors outlive them. */
struct pk_findings pk_findings_find(const struct pk_profile *profile, uint32_t metric,
                                    const struct pk_families *families,
                                    const struct pk_detectors *detectors, struct pk_arena *arena);

#endif
