/*
 * One reading of collapsed stacks, line by line: of a file, or of a part of it beside others. Once
 * the first sample has settled what the numbers are (PK_COLLAPSED_FORM_ONE and FULL), what a line
 * means does not depend on any line before. Layer: formats; uses base, model/builder,
 * collapsed_stack.
 */
#ifndef PK_FORMATS_COLLAPSED_PASS_H
#define PK_FORMATS_COLLAPSED_PASS_H

#include "base/scan.h" /* IWYU pragma: export */

#include <stdint.h>

#include "formats/collapsed_stack.h" /* IWYU pragma: export */
#include "formats/reader.h"          /* IWYU pragma: export */

#define PK_COLLAPSED_METRICS 256 /* what any builder can hold */

enum pk_collapsed_form {
    PK_COLLAPSED_FORM_OPEN, /* no sample yet */
    PK_COLLAPSED_FORM_ONE,
    PK_COLLAPSED_FORM_TWO_SO_FAR,
    PK_COLLAPSED_FORM_FULL, /* austin's three */
};

struct pk_collapsed_sink { /* one way to read the lines */
    struct pk_builder *builder;
    bool is_private; /* the builder is ours, and merged or freed in the end */
    struct pk_collapsed_stack stack;
    unsigned n_metrics;
    uint32_t ids[3];
    struct pk_metric metrics[3];
    int decimals[3]; /* that the values of the metric have so far */
    int64_t values[PK_COLLAPSED_METRICS];
};

struct pk_collapsed_pass { /* begin with zero, a reading, an error and a scan */
    struct pk_reading *reading;
    struct pk_error *error;
    struct pk_scan scan;
    enum pk_collapsed_form form;
    struct pk_collapsed_sink *one, *two; /* two: only while every line ended in two numbers */
    struct pk_str mode; /* of austin's metadata, interned by nobody: points to a literal */
    bool is_austin;
    uint64_t samples, bad, paired, facts;
    struct pk_place first_bad, first_paired;
    char first_bad_text[400];
};

/* Free all but the scan's input. */
void pk_collapsed_pass_fini(struct pk_collapsed_pass *run);

/* Read the line handed out last. False: the error says why. */
bool pk_collapsed_pass_line(struct pk_collapsed_pass *run, struct pk_str line);

/* A sink like that of `whole`, for a part of its file and the builder of that part. */
struct pk_collapsed_sink *pk_collapsed_sink_part(const struct pk_collapsed_sink *whole,
                                                 struct pk_reading *reading);

/* Place an error of a builder, which knows no lines, at the line at hand; always false. */
bool pk_collapsed_pass_fail(struct pk_collapsed_pass *run, const struct pk_builder *builder);

#endif
