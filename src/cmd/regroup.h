/*
 * What reading commands do to names between reading and showing: --inlines merge, then
 * --collapse-recursion, then --by. Filters come before, so that they see the names of the file.
 * Layer: cmd.
 */
#ifndef PK_CMD_REGROUP_H
#define PK_CMD_REGROUP_H

#include "cmd/cmd.h" /* IWYU pragma: export */

#include "model/builder.h" /* IWYU pragma: export */

/* True when the options ask for any of it. */
bool pk_regroup_is_asked(const struct pk_args *args);

/* Freeze a builder as pk_builder_freeze_take does, by other names where the options ask for them.
 * NULL fills `error`: PK_USAGE where the profile has nothing to group by. */
struct pk_profile *pk_regroup_freeze(const struct pk_args *args, struct pk_builder *builder,
                                     struct pk_keeping keeping, const struct pk_limits *limits,
                                     struct pk_error *error);

#endif
