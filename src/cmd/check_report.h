/*
 * The reports of check beside its output: --report FORMAT[:FILE]. Layer: cmd.
 */
#ifndef PK_CMD_CHECK_REPORT_H
#define PK_CMD_CHECK_REPORT_H

#include "cmd/common.h"        /* IWYU pragma: export */
#include "render/view_check.h" /* IWYU pragma: export */

/* An entry of check's option table. */
#define PK_CHECK_REPORT_OPTION                                                           \
    {"report",    0,                                                                     \
     PK_OPT_TEXT, "FORMAT[:FILE]",                                                       \
     NULL,        "also write github, junit, sarif, md, csv or json, to FILE or stdout", \
     true}

struct pk_check_reports; /* opaque */

struct pk_check_told { /* the outcomes in the forms that reports take */
    struct pk_notices notices;
    const struct pk_table *table;
    bool fails;
};

/* Read the options; texts live in `arena`. NULL fills `error` (PK_USAGE). */
struct pk_check_reports *pk_check_reports_read(const struct pk_args *args, struct pk_arena *arena,
                                               struct pk_error *error);

/* Write all of them; those without a file go behind the result where that goes to stdout. False
 * fills `error`. */
bool pk_check_reports_write(const struct pk_check_reports *reports, const struct pk_loaded *loaded,
                            const struct pk_check_told *told, struct pk_target *target,
                            struct pk_error *error);

/* Let the files take their places where all was `done`, else leave what was there. False where that
 * fails, or was not done. */
bool pk_check_reports_close(struct pk_check_reports *reports, bool done, struct pk_error *error);

#endif
