/*
 * How the files of a run are read, the same for all of them. Layer: cmd; uses formats.
 */
#ifndef PK_CMD_LOAD_OPTIONS_H
#define PK_CMD_LOAD_OPTIONS_H

#include "cmd/common.h" /* IWYU pragma: export */

/* What --strict, --threads, --limit and their like say; false: a usage error. */
bool pk_load_options(const struct pk_args *args, struct pk_read_options *options,
                     struct pk_limits *limits, struct pk_error *error);

/* Warn that --mem does not bound a file of this format. */
void pk_load_warn_unbounded(const struct pk_args *args, const char *name);

/* The reader that -f forces, by a name or alias of `profkit formats`, or NULL; false: a usage
 * error. */
bool pk_load_reader(const struct pk_args *args, const struct pk_reader **reader,
                    struct pk_error *error);

#endif
