/*
 * What `flame --flamechart` says besides drawing: whether there is anything to draw, and what the
 * picture means. Layer: cmd.
 */
#ifndef PK_CMD_FLAMECHART_H
#define PK_CMD_FLAMECHART_H

#include "cmd/common.h" /* IWYU pragma: export */

/* Fail (PK_USAGE) unless samples of the chosen metric have times; says why they have not. */
bool pk_flamechart_check(const struct pk_loaded *loaded, struct pk_error *error);

/* Append the second line of the picture: metric and weight, how to read it, its span. */
void pk_flamechart_subtitle(const struct pk_loaded *loaded, struct pk_buf *out);

/* Say on stderr that only a part of the weight is drawn, when that is so. */
void pk_flamechart_say(const struct pk_args *args, const struct pk_loaded *loaded);

#endif
