/*
 * The sums of an annotation while they are made, for the files of annotate alone. Layer: analyze.
 */
#ifndef PK_ANALYZE_ANNOTATE_PRIVATE_H
#define PK_ANALYZE_ANNOTATE_PRIVATE_H

#include "analyze/annotate.h" /* IWYU pragma: export */
#include "base/array.h"       /* IWYU pragma: export */
#include "base/map.h"         /* IWYU pragma: export */

struct pk_annotate_key { /* files by their place in `files` */
    uint32_t file, line;
    pk_frame_id frame; /* of a definition, else PK_NONE */
};

struct pk_annotate_call_key {
    uint32_t line; /* id of its line */
    pk_frame_id callee;
};

struct pk_annotate_sum {
    int64_t self;
    int64_t total, most; /* of LINES: the sum over functions, and the largest of one: the totals of
                            several may hold the same time */
    int64_t stacked;     /* total of stacks, once per stack */
    bool is_low;         /* some call has no inclusive */
    uint32_t parts;      /* functions of LINES that were added up */
    uint32_t n_calls;
};

struct pk_annotating {
    const struct pk_profile *profile;
    uint32_t metric;
    struct pk_annotate_scope scope;
    struct pk_map lines, calls; /* of the keys above; ids index the arrays */
    PK_ARRAY(struct pk_annotate_sum) sums;
    PK_ARRAY(struct pk_annotate_call) callees;
    PK_ARRAY(struct pk_str) files; /* [key.file], in the order in which they came */
    struct pk_map file_ids;        /* of their hash and size */
    bool *is_covered;              /* [frame] lines of it were found, in this file or another */
};

/* The id of a line, made when it is new. */
uint32_t pk_annotate_line_id(struct pk_annotating *a, struct pk_str file, uint32_t line,
                             pk_frame_id frame);

/* The id of what a line calls, made when it is new. */
uint32_t pk_annotate_call_id(struct pk_annotating *a, uint32_t line, pk_frame_id callee);

/* The sum of two values of which either may be missing: missing when both are. Stops at the ends
 * of 64 bits, which only sums over several functions can reach. */
int64_t pk_annotate_plus(int64_t a, int64_t b);

/* True when lines of this frame and file belong to the scope. */
bool pk_annotate_is_in(const struct pk_annotating *a, pk_frame_id frame, struct pk_str file);

/* Add the lines at which the stacks of `tree` were executing, each once per stack. */
void pk_annotate_stacks(struct pk_annotating *a, const struct pk_tree *tree);

#endif
