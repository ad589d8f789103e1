/*
 * Suppressions of the project file at work on what was found. Layer: cmd.
 */
#ifndef PK_CMD_SUPPRESS_H
#define PK_CMD_SUPPRESS_H

#include "cmd/found.h" /* IWYU pragma: export */

/* Move what the configuration suppresses from the findings of `found` to its suppressed ones; what
 * has ended suppresses nothing. */
void pk_suppress_findings(const struct pk_args *args, struct pk_loaded *loaded,
                          struct pk_found *found);

/* Say on stderr which suppressions have ended and which suppressed nothing; nothing with -q. */
void pk_suppress_warn(const struct pk_args *args, const struct pk_found *found);

#endif
