/*
 * Findings of a loaded profile, for the commands that show them. Layer: cmd.
 */
#ifndef PK_CMD_FOUND_H
#define PK_CMD_FOUND_H

#include "analyze/findings.h" /* IWYU pragma: export */
#include "cmd/common.h"       /* IWYU pragma: export */

struct pk_found { /* the findings and the rules that they borrow from */
    struct pk_families *families;
    struct pk_detectors detectors;
    struct pk_findings findings;
    struct pk_findings suppressed; /* by pk_suppress_findings, as these: */
    struct pk_suppressing *suppressions;
    uint32_t n_suppressions;
};

#define PK_FOUND_WIDE 2 /* half the thresholds */

/* Look for them, by the thresholds of the detectors or a part of them (1: all), in the arena of the
 * profile. Free with pk_found_fini before the profile. */
void pk_found_init(struct pk_found *found, struct pk_loaded *loaded, int64_t part);
void pk_found_fini(struct pk_found *found);

/* Put what is doubtful about the profile behind them. */
void pk_found_add_quality(struct pk_found *found, struct pk_loaded *loaded);

#define PK_FOUND_BEST 3

/* The findings that cost most, of whatever grade, the dearest first; returns how many. */
uint32_t pk_found_best(const struct pk_found *found, const struct pk_finding *best[PK_FOUND_BEST]);

#endif
