/*
 * What single source lines cost: of one function, or of one file. Lines of files that record them
 * (LINES) and lines at which stacks were executing are added up alike; nothing is estimated. Layer:
 * analyze; uses model.
 */
#ifndef PK_ANALYZE_ANNOTATE_H
#define PK_ANALYZE_ANNOTATE_H

#include "base/arena.h" /* IWYU pragma: export */

#include <stdint.h>

#include "model/profile.h" /* IWYU pragma: export */

struct pk_annotate_call { /* what a line calls */
    pk_frame_id callee;
    int64_t calls, total; /* PK_MISSING where not recorded */
};

struct pk_annotate_line {
    struct pk_str file; /* missing where the profile does not say */
    uint32_t line;      /* 0: the part of self whose line is not known */
    pk_frame_id frame; /* without costs of lines: the function that is defined here; else PK_NONE */
    int64_t self, total;
    bool is_low;        /* total is only a lower bound, */
    int64_t total_high; /* and this is an upper one; else PK_MISSING */
    uint32_t n_calls;
    struct pk_annotate_call *calls; /* the largest total first */
};

struct pk_annotate_scope {
    pk_frame_id frame;  /* the lines of this function, wherever they lie; PK_NONE: of a file */
    struct pk_str file; /* the lines of this file, whatever function they belong to */
};

struct pk_annotation { /* in the caller's arena */
    struct pk_annotate_scope scope;
    bool has_lines; /* else only where functions are defined is known, and a row is one function */
    bool has_calls; /* some line has calls that were counted */
    uint32_t n;
    struct pk_annotate_line
        *lines;    /* by file, line, frame; what has no line comes last in its file */
    int64_t self;  /* of all lines: of a function it is its self */
    int64_t whole; /* what shares are of: the total of the function (its upper bound where it has
                      one), or of the run */
};

/* Add up the lines of a scope. The profile must have been frozen with PK_KEEP_LINES. */
struct pk_annotation pk_annotate(const struct pk_profile *profile, uint32_t metric,
                                 struct pk_annotate_scope scope, struct pk_arena *arena);

#endif
