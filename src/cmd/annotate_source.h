/*
 * Where `annotate` and `report` get the text of source files, and what they have to say of them.
 * Layer: cmd.
 */
#ifndef PK_CMD_ANNOTATE_SOURCE_H
#define PK_CMD_ANNOTATE_SOURCE_H

#include "base/array.h" /* IWYU pragma: export */

#include <stddef.h>
#include <stdint.h>

#include "analyze/annotate.h"   /* IWYU pragma: export */
#include "analyze/sourcefile.h" /* IWYU pragma: export */
#include "base/intern.h"        /* IWYU pragma: export */
#include "cmd/common.h"         /* IWYU pragma: export */

struct pk_annotate_file { /* one that was asked for */
    struct pk_sourcefile file;
    bool is_open;    /* the text is held */
    bool is_missing; /* it was looked for in vain, which is done once */
    bool is_doubted; /* what is wrong with it was said */
};

struct pk_annotate_source {
    const struct pk_args *args;
    struct pk_loaded *loaded;
    bool is_page; /* what has no text may not be shown at all */
    struct pk_sourcefile_options options;
    const struct pk_annotation *annotation;  /* the one that is being shown */
    struct pk_intern paths;                  /* that were asked for */
    PK_ARRAY(struct pk_annotate_file) files; /* [path] */
    struct pk_arena arena;                   /* of those that are open */
    size_t held;                             /* bytes of them */
    uint32_t opened, missing;
    int64_t recorded;     /* when the oldest input was changed last; INT64_MAX where not known */
    struct pk_buf doubts; /* a line each, without what stands in front of it on a terminal */
    size_t hint;          /* behind this many bytes of them one says what may help; 0: nowhere */
};

/* Take --source-root and --path-map from the options; a folder that is none is an error. To be
 * finished also when this fails. */
bool pk_annotate_source_init(struct pk_annotate_source *source, const struct pk_args *args,
                             struct pk_loaded *loaded, bool is_page, struct pk_error *error);

/* When the oldest input was written, seconds since 1970: source that was changed later may not be
 * what was running. INT64_MAX where that is not known. */
int64_t pk_annotate_recorded_at(const struct pk_loaded *loaded);

/* The file that the profile calls so; what is wrong with it becomes a doubt, once. It is borrowed
 * until the next call. The context is a struct pk_annotate_source. */
const struct pk_sourcefile *pk_annotate_source_open(void *context, struct pk_str file);

/* Append what there is to say of all files so far, a line each. */
void pk_annotate_source_doubts(const struct pk_annotate_source *source, struct pk_buf *out);

/* Give the doubts to `target` (NULL: nobody asks), which says them when it is closed; free the
 * rest. */
void pk_annotate_source_fini(struct pk_annotate_source *source, struct pk_target *target);

#endif
