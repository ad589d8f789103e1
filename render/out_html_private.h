/*
 * What the parts of the HTML writer share: out_html.c is the page, out_html_data.c what its script
 * reads, out_html_static.c what is read without a script. Nobody else includes this.
 */
#ifndef PK_RENDER_OUT_HTML_PRIVATE_H
#define PK_RENDER_OUT_HTML_PRIVATE_H

#include <stdio.h>

#include "base/buf.h"      /* IWYU pragma: export */
#include "render/report.h" /* IWYU pragma: export */
#include "render/writer.h" /* IWYU pragma: export */

/* Append all that the script reads: a size of four bytes, least first, then as many bytes of JSON
 * that name the columns and documents behind them, with their sizes, in order. */
void pk_html_data(const struct pk_report *report, const struct pk_style *style, struct pk_buf *out);

/* Append a table; the picture of a scene. Both are complete markup, names escaped. */
void pk_html_table(const struct pk_table *table, const struct pk_style *style, struct pk_buf *out);
void pk_html_picture(const struct pk_scene *scene, struct pk_buf *out);

#endif
