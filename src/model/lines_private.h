/*
 * LINES rows of a builder, for the files of model alone. A row keeps only the values up to its last
 * one that is not zero: most lines of a file with sixteen events have a few, and what is left out
 * is 0 where the slice says the metric at all, else missing. Layer: model; uses base.
 */
#ifndef PK_MODEL_LINES_PRIVATE_H
#define PK_MODEL_LINES_PRIVATE_H

#include "base/array.h" /* IWYU pragma: export */

#include <stdint.h>

#include "base/map.h" /* IWYU pragma: export */

struct pk_line_key { /* texts and frames by the builder's ids; callee PK_NONE is self */
    uint32_t slice, frame, file, line, callee;
};

struct pk_line_run { /* where the values of a row stand, and how many it has */
    uint32_t at;
    uint16_t width, room;
};

struct pk_line_rows {
    struct pk_map keys;
    PK_ARRAY(struct pk_line_run) runs;
    PK_ARRAY(int64_t) values;
    PK_ARRAY(int64_t) calls; /* by row; empty until a row has calls */
};

struct pk_builder;
struct pk_builder_slice;
struct pk_freezing;
struct pk_profile;

/* Begin without rows; any memory is taken with the first one. */
void pk_line_rows_init(struct pk_line_rows *rows);

/* Free all rows; safe to call twice, as freezing does to give memory back early. */
void pk_line_rows_fini(struct pk_line_rows *rows);

/* What the row has of a metric: what is beyond its run is 0 or missing, as its slice says. */
int64_t pk_line_rows_value(const struct pk_line_rows *rows, uint32_t row,
                           const struct pk_builder_slice *slice, uint32_t metric);

/* Multiply the values of a metric; the magnitudes showed before that they fit. */
void pk_line_rows_multiply(struct pk_line_rows *rows, uint32_t metric, int64_t factor);

/* Forget all values of a row, but not its calls. */
void pk_line_rows_forget(struct pk_line_rows *rows, uint32_t row, uint32_t metrics);

/* The calls of a row, PK_MISSING where it has none. */
int64_t pk_line_rows_calls(const struct pk_line_rows *rows, uint32_t row);

/* Add what a row of another builder has (a value per metric). Its magnitudes were added before, so
 * no sum can fail; an inclusive that only one of the two rows has is missing. */
void pk_line_rows_merge(struct pk_builder *builder, struct pk_line_key key, const int64_t *values,
                        int64_t calls);

/* Make the table of `profile` from the chosen slices. */
void pk_freeze_lines(const struct pk_freezing *freezing, struct pk_profile *profile);

#endif
