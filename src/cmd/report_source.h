/*
 * Source text in a report: which of it, and where it comes from. Layer: cmd.
 */
#ifndef PK_CMD_REPORT_SOURCE_H
#define PK_CMD_REPORT_SOURCE_H

#include "base/array.h" /* IWYU pragma: export */

#include <stdbool.h>
#include <stdint.h>

#include "cmd/annotate_source.h" /* IWYU pragma: export */
#include "render/report.h"       /* IWYU pragma: export */

struct pk_report_documents {
    PK_ARRAY(struct pk_report_document) list;
};

struct pk_report_source {
    bool is_wanted; /* --embed-source */
    struct pk_annotate_source files;
    struct pk_loaded *loaded;
    bool has_text;       /* of the function that is being shown */
    bool is_empty;       /* there was nothing to show or to say */
    uint32_t n_left_out; /* functions that hold enough, and found no room */
    int64_t left_out;    /* their self added up */
};

/* Take --embed-source, and with it --source-root and --path-map, which are a mistake without. To
 * be finished also when this fails. */
bool pk_report_source_init(struct pk_report_source *source, const struct pk_args *args,
                           struct pk_loaded *loaded, struct pk_error *error);

/* Add "source" and, for each function that it names, "annotate/" and its number: what the command
 * `annotate` says of it with --json and the lines around. Nothing where it was not asked for, or
 * where the profile names no source at all. Texts live in the arena of what was loaded. */
void pk_report_source_add(struct pk_report_source *source, struct pk_report_documents *documents);

/* Give `target` (NULL: nobody asks) what there is to say of files and of what was left out; free
 * the rest. */
void pk_report_source_fini(struct pk_report_source *source, struct pk_target *target);

#endif
