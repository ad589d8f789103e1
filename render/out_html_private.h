/*
 * What the parts of the HTML writer share: out_html.c is the page, out_html_data.c what its script
 * reads, out_html_columns.c how that is written, out_html_static.c what is read without a script.
 * Nobody else includes this.
 */
#ifndef PK_RENDER_OUT_HTML_PRIVATE_H
#define PK_RENDER_OUT_HTML_PRIVATE_H

#include <stdio.h>

#include "base/array.h"  /* IWYU pragma: export */
#include "base/buf.h"    /* IWYU pragma: export */
#include "base/intern.h" /* IWYU pragma: export */

#include <stdint.h>

#include "base/json.h"     /* IWYU pragma: export */
#include "render/report.h" /* IWYU pragma: export */
#include "render/writer.h" /* IWYU pragma: export */

struct pk_html_columns {
    struct pk_json json;        /* the head, into `head`; an array of columns is open */
    struct pk_buf head, bytes;  /* of the numbers, column by column */
    PK_ARRAY(uint64_t) numbers; /* of the column that is being made */
};

enum { PK_HTML_ALIGNMENT = 8 }; /* of what a column begins at, so that an array can be laid over */

struct pk_html_work {
    const struct pk_report *report;
    struct pk_html_columns columns;
    struct pk_intern texts;
    PK_ARRAY(pk_frame_id) special; /* those of the tree, ascending */
};

/* Find the special functions of the tree; add the columns of all functions, special ones behind
 * those of the profile; the place of one of the tree there. */
void pk_html_special(struct pk_html_work *work);
void pk_html_frames(struct pk_html_work *work);
uint32_t pk_html_frame_index(const struct pk_html_work *work, pk_frame_id frame);

/* Add a number to the column at hand; make a column of all that were added since the last one. */
void pk_html_put(struct pk_html_columns *columns, uint64_t number);
void pk_html_column(struct pk_html_columns *columns, const char *name);

/* A column of values that may be missing; nothing where there are none at all. */
void pk_html_values(struct pk_html_columns *columns, const char *name, const int64_t *values,
                    uint32_t n);

/* A column of what was added to `bytes` since they had the size `begin`: `n` texts. */
void pk_html_column_of_bytes(struct pk_html_columns *columns, const char *name, size_t begin,
                             uint64_t n);

/* The columns of a comparison: totals of functions, and the tree of both sides. Its frames are
 * those of the comparison, with one more behind them for what no path holds. */
void pk_html_diff(struct pk_html_columns *columns, const struct pk_report_diff *diff);

/* Append all that the script reads: a size of four bytes, least first, then as many bytes of JSON
 * that name the columns and documents behind them, with their sizes, in order. */
void pk_html_data(const struct pk_report *report, const struct pk_style *style, struct pk_buf *out);

/* Append text that is markup in no place: control characters are made visible. */
void pk_html_text(struct pk_buf *out, struct pk_str text);

/* Append a table; the picture of a scene. Both are complete markup, names escaped. */
void pk_html_table(const struct pk_table *table, const struct pk_style *style, struct pk_buf *out);
void pk_html_picture(const struct pk_scene *scene, struct pk_buf *out);

#endif
