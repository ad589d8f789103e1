/*
 * What stands in which row of an annotated source, for the files of view_annotate alone. Layer:
 * render.
 */
#ifndef PK_RENDER_VIEW_ANNOTATE_PRIVATE_H
#define PK_RENDER_VIEW_ANNOTATE_PRIVATE_H

#include "base/array.h"           /* IWYU pragma: export */
#include "render/view_annotate.h" /* IWYU pragma: export */

enum pk_annotate_row_kind {
    PK_ANNOTATE_FILE, /* the name of a file above its lines */
    PK_ANNOTATE_GAP,  /* lines are left out here */
    PK_ANNOTATE_LINE, /* one with costs */
    PK_ANNOTATE_CALL, /* what it calls */
    PK_ANNOTATE_NEAR  /* one without, beside such a line */
};

struct pk_annotate_row {
    enum pk_annotate_row_kind kind;
    uint32_t line;      /* index into the annotation; of NEAR: of some line of the same file */
    uint32_t at;        /* of CALL: its index in the line; of NEAR: the number of the line */
    struct pk_str text; /* of the source, as it is; missing where there is none */
    bool is_cut;
};

struct pk_annotate_plan {
    struct pk_arena *arena;
    const struct pk_profile *profile;
    const struct pk_annotation *annotation;
    const struct pk_view_annotate_options *options;
    PK_ARRAY(struct pk_annotate_row) rows; /* free it */
    uint32_t n_left_out, near_left;
    int64_t left_out;
    bool is_short; /* there were too many lines around to show all */
};

/* Decide which rows there are, and read the text of each. */
void pk_annotate_plan(struct pk_annotate_plan *plan);

#endif
