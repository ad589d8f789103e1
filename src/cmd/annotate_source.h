/*
 * Where `annotate` gets the text of source files, and what it has to say of them. Layer: cmd.
 */
#ifndef PK_CMD_ANNOTATE_SOURCE_H
#define PK_CMD_ANNOTATE_SOURCE_H

#include "analyze/annotate.h"   /* IWYU pragma: export */
#include "analyze/sourcefile.h" /* IWYU pragma: export */
#include "cmd/common.h"         /* IWYU pragma: export */

struct pk_annotate_source {
    const struct pk_args *args;
    struct pk_loaded *loaded;
    struct pk_sourcefile_options options;
    struct pk_sourcefile file; /* the one opened last */
    const struct pk_annotation *annotation;
    uint32_t opened, missing;
    int64_t recorded; /* when the oldest input was changed last; INT64_MAX where not known */
    struct pk_buf doubts;
};

/* Take --source-root and --path-map from the options; a folder that is none is an error. */
bool pk_annotate_source_init(struct pk_annotate_source *source, const struct pk_args *args,
                             struct pk_loaded *loaded, struct pk_error *error);

/* When the oldest input was written, seconds since 1970: source that was changed later may not be
 * what was running. INT64_MAX where that is not known. */
int64_t pk_annotate_recorded_at(const struct pk_loaded *loaded);

/* Open a file that the profile names; what is wrong with it becomes a doubt. The context is a
 * struct pk_annotate_source. */
const struct pk_sourcefile *pk_annotate_source_open(void *context, struct pk_str file);

/* Give the doubts to `target`, which says them when it is closed; free the rest. */
void pk_annotate_source_fini(struct pk_annotate_source *source, struct pk_target *target);

#endif
