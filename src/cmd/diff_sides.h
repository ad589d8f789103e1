/*
 * Which files diff compares: a file or a folder of runs a side, or lists of both. Layer: cmd.
 */
#ifndef PK_CMD_DIFF_SIDES_H
#define PK_CMD_DIFF_SIDES_H

#include "analyze/diff.h" /* IWYU pragma: export */

#include "base/array.h" /* IWYU pragma: export */
#include "cmd/common.h" /* IWYU pragma: export */

/* Entries of diff's option table. */
#define PK_DIFF_SIDES_OPTIONS                                                                    \
    {"before", 'b', PK_OPT_TEXT, "FILE", NULL, "a run of the earlier side, or a folder of runs", \
     true},                                                                                      \
    {                                                                                            \
        "after", 'a', PK_OPT_TEXT, "FILE", NULL, "a run of the later side, or a folder of runs", \
            true                                                                                 \
    }

struct pk_diff_sides {              /* free with pk_diff_sides_fini */
    PK_ARRAY(const char *) path[2]; /* the runs of each side, by name where they are of a folder */
    const char *name[2];            /* what to call a side of several; NULL: by its file */
    bool is_pair;                   /* one file that may hold two counts, in path[PK_BEFORE] */
};

/* Find the files that operands and options name; texts live in `arena`. False fills `error`
 * (PK_USAGE, or PK_INPUT for a folder that cannot be read). */
bool pk_diff_sides_find(const struct pk_args *args, struct pk_diff_sides *sides,
                        struct pk_arena *arena, struct pk_error *error);

/* Find those of one side alone, the later one: one operand, or --after. False fills `error`. */
bool pk_diff_sides_find_after(const struct pk_args *args, struct pk_diff_sides *sides,
                              struct pk_arena *arena, struct pk_error *error);

/* True when there are several runs on a side. */
bool pk_diff_sides_are_runs(const struct pk_diff_sides *sides);

struct pk_diff_seer { /* who else looks at each run while it is there */
    /* False fills `error`. */
    bool (*see)(void *context, const struct pk_loaded *run, unsigned side, uint32_t index,
                struct pk_error *error);
    void *context;
};

/* Read every run by itself, for `seer`; `like` is one of the sides, for the metric. Files say
 * nothing a second time. */
bool pk_diff_sides_see_runs(struct pk_args *args, const struct pk_diff_sides *sides,
                            const struct pk_loaded *like, const struct pk_diff_seer *seer,
                            struct pk_error *error);

/* Read every run by itself into a diff of all runs added up; `like` is one of its sides, for the
 * metric. Files say nothing a second time. */
bool pk_diff_sides_read_runs(struct pk_args *args, const struct pk_diff_sides *sides,
                             const struct pk_loaded *like, struct pk_diff *diff,
                             struct pk_arena *arena, struct pk_error *error);

/* Free the lists. */
void pk_diff_sides_fini(struct pk_diff_sides *sides);

#endif
