/*
 * --path-map: paths that are other ones than when they were recorded. Layer: cmd.
 */
#ifndef PK_CMD_PATH_MAP_H
#define PK_CMD_PATH_MAP_H

#include "analyze/sourcefile.h" /* IWYU pragma: export */
#include "cmd/cmd.h"            /* IWYU pragma: export */

/* Entry of an option table. */
#define PK_PATH_MAP_OPTION \
    {"path-map", 0, PK_OPT_TEXT, "OLD=NEW", NULL, "what was recorded below OLD is below NEW", true}

/* Take --source-root and --path-map; a root that is no folder is an error. Maps are in `arena`. */
bool pk_path_sources(const struct pk_args *args, struct pk_sourcefile_options *options,
                     struct pk_arena *arena, struct pk_error *error);

/* Take all of them, in their order, into `arena`; `n` gets how many. NULL fills `error`. */
struct pk_sourcefile_map *pk_path_maps(const struct pk_args *args, uint32_t *n,
                                       struct pk_arena *arena, struct pk_error *error);

#endif
