/*
 * Source lines with their costs as a table: the text of each line beside its numbers, and below it
 * what it calls. Layer: render; uses analyze/annotate, analyze/sourcefile, table.
 */
#ifndef PK_RENDER_VIEW_ANNOTATE_H
#define PK_RENDER_VIEW_ANNOTATE_H

#include "analyze/annotate.h"   /* IWYU pragma: export */
#include "analyze/sourcefile.h" /* IWYU pragma: export */
#include "render/table.h"       /* IWYU pragma: export */

struct pk_view_annotate_options {
    uint32_t context;     /* lines shown above and below each that cost enough */
    uint32_t min_percent; /* of the whole, in millionths of 1: what a line needs to be shown for */
    bool is_all;          /* every line of the function or file */
    bool has_near;        /* the lines around, too */
    bool for_people;      /* gaps, names of files, tabs as spaces */
    /* The text of a file, asked for once and borrowed until the next call; is_found tells whether
     * there is any. */
    const struct pk_sourcefile *(*source)(void *context, struct pk_str file);
    void *source_context;
};

/* The table, in the arena: a row for each line and each call, and for each line around them. */
struct pk_table *pk_view_annotate(struct pk_arena *arena, const struct pk_profile *profile,
                                  uint32_t metric, const struct pk_annotation *annotation,
                                  const struct pk_view_annotate_options *options);

#endif
