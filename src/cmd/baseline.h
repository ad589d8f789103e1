/*
 * An earlier profile, whose findings tell which of those of another are new: --baseline FILE.
 * Layer: cmd.
 */
#ifndef PK_CMD_BASELINE_H
#define PK_CMD_BASELINE_H

#include "analyze/lifecycle.h" /* IWYU pragma: export */
#include "cmd/found.h"         /* IWYU pragma: export */

struct pk_baseline {  /* free with pk_baseline_fini, before the profile that was compared */
    const char *path; /* NULL: none was asked for, and nothing is to be freed */
    struct pk_loaded loaded;
    struct pk_found found;
    struct pk_found wide[2]; /* of both, by half the thresholds */
    struct pk_lifecycle lifecycle;
};

/* Read the file of --baseline, if any, and fill the states of what was `found` in `now`; the output
 * may be neither of both. What was counted and what was sampled are not compared, nor two metrics.
 * False fills `error`; also then it is to be freed. */
bool pk_baseline_find(struct pk_args *args, struct pk_loaded *now, struct pk_found *found,
                      struct pk_baseline *baseline, struct pk_error *error);
void pk_baseline_fini(struct pk_args *args, struct pk_baseline *baseline);

#endif
