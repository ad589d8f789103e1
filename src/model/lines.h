/*
 * The LINES side table: what single source lines cost. A row belongs to a function, a file and a
 * line; the file may differ from the function's own, which is all that callgrind tells of inlining.
 * A row without callee is self; a row with one holds the calls of that callee from that line and
 * its inclusive. Only what was recorded stands here: a line of a stack is in the line tree. Layer:
 * model; uses profile.
 */
#ifndef PK_MODEL_LINES_H
#define PK_MODEL_LINES_H

#include <stdbool.h>
#include <stdint.h>

#include "model/profile.h" /* IWYU pragma: export */

struct pk_lines { /* rows ordered by frame, file, line, callee (self first) */
    uint32_t n, n_files;
    struct pk_str *files; /* ordered by bytes; the missing string first, when a row has none */
    pk_frame_id *frame;
    uint32_t *file;      /* index into files */
    uint32_t *line;      /* 0: the file does not say */
    pk_frame_id *callee; /* PK_NONE: self */
    int64_t **values;    /* [metric][row], PK_MISSING where not known; a column may be NULL */
    int64_t *calls;      /* [row], PK_MISSING for self; NULL when no row has calls */
    uint32_t *start;     /* [frame .. n_frames]: rows of f are start[f] .. start[f + 1] - 1 */
};

/* Whether costs of lines were recorded, also where the profile was frozen without the table. */
bool pk_profile_has_line_costs(const struct pk_profile *profile);

/* The table, or NULL when no line was recorded. Within a cycle inclusive is missing, as in edges.
 */
const struct pk_lines *pk_profile_lines(const struct pk_profile *profile);

#endif
