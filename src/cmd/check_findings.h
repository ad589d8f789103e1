/*
 * Findings as outcomes of check: what a change brought. Layer: cmd.
 */
#ifndef PK_CMD_CHECK_FINDINGS_H
#define PK_CMD_CHECK_FINDINGS_H

#include "cmd/check_rules.h" /* IWYU pragma: export */

/* Add an outcome for each finding of the later side that the earlier one has not: a possible one is
 * undecided, others fail. Without any, one that passes. Suppressed ones are none. False fills
 * `error`, also where one side counts calls and the other does not. */
bool pk_check_findings(struct pk_comparison *c, struct pk_check_rules *rules,
                       struct pk_error *error);

#endif
