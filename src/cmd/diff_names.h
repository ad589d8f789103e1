/*
 * What the user says of names that changed between two profiles: options, and what is said of them.
 * Layer: cmd.
 */
#ifndef PK_CMD_DIFF_NAMES_H
#define PK_CMD_DIFF_NAMES_H

#include "analyze/diff.h" /* IWYU pragma: export */
#include "cmd/cmd.h"      /* IWYU pragma: export */
#include "cmd/path_map.h" /* IWYU pragma: export */

/* Entries of the tables of commands that compare. */
#define PK_DIFF_NAMES_OPTIONS                                                                \
    {"rename",     0,    PK_OPT_TEXT,                                                        \
     "/RE/SUBST/", NULL, "match functions by what SUBST makes of RE in names of both sides", \
     true},                                                                                  \
        PK_PATH_MAP_OPTION,                                                                  \
    {                                                                                        \
        "follow-renames", 0, PK_OPT_FLAG, NULL, NULL,                                        \
            "take functions that are likely renamed for the same", false                     \
    }

/* Read the options into `renames`, which belongs to the caller, who frees it with pk_renames_fini
 * whatever this returns; texts are in `arena`. False fills `error` (PK_USAGE). */
bool pk_diff_names_read(const struct pk_args *args, struct pk_renames *renames,
                        struct pk_arena *arena, struct pk_error *error);

/* Say on stderr which options renamed nothing, and what was taken for one function because it is
 * alike. */
void pk_diff_names_warn(const struct pk_diff *diff);

#endif
