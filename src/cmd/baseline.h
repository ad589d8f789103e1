/*
 * An earlier profile, whose findings tell which of those of another are new: --baseline FILE.
 * Layer: cmd.
 */
#ifndef PK_CMD_BASELINE_H
#define PK_CMD_BASELINE_H

#include "analyze/lifecycle.h" /* IWYU pragma: export */
#include "cmd/found.h"         /* IWYU pragma: export */

struct pk_baseline_findings { /* of an earlier profile; free with pk_baseline_forget, before both */
    struct pk_found found;
    struct pk_found wide[2]; /* of both, by half the thresholds */
    struct pk_lifecycle lifecycle;
};

struct pk_baseline {  /* free with pk_baseline_fini, before the profile that was compared */
    const char *path; /* NULL: none was asked for, and nothing is to be freed */
    struct pk_loaded loaded;
    struct pk_baseline_findings findings;
};

/* Find those of `before` and fill the states of what was `found` in `now`, in the metric that each
 * has chosen. What was counted and what was sampled are not compared: false fills `error`; also
 * then it is to be freed. */
bool pk_baseline_compare(const struct pk_args *args, struct pk_loaded *now, struct pk_found *found,
                         struct pk_loaded *before, struct pk_baseline_findings *findings,
                         struct pk_error *error);
void pk_baseline_forget(struct pk_baseline_findings *findings);

/* The same with the file of --baseline, if any; the output may be neither of both. Two metrics are
 * not compared either. */
bool pk_baseline_find(struct pk_args *args, struct pk_loaded *now, struct pk_found *found,
                      struct pk_baseline *baseline, struct pk_error *error);
void pk_baseline_fini(struct pk_args *args, struct pk_baseline *baseline);

#endif
