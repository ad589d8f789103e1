/*
 * Nets in the language of Graphviz, and what its program `dot` makes of them. Layer: render; uses
 * net, writer.
 */
#ifndef PK_RENDER_OUT_DOT_H
#define PK_RENDER_OUT_DOT_H

#include <stdio.h>

#include "base/buf.h"      /* IWYU pragma: export */
#include "render/net.h"    /* IWYU pragma: export */
#include "render/writer.h" /* IWYU pragma: export */

/* Append the graph as DOT. */
void pk_dot_text(struct pk_buf *out, const struct pk_net *net, const struct pk_style *style);

/* Lay the graph out with `dot`, and write it as SVG or PNG. False fills `error` (PK_OUTPUT): no
 * such program, it failed, or it took too long. */
bool pk_dot_svg(const struct pk_net *net, const struct pk_style *style, FILE *to,
                struct pk_error *error);
bool pk_dot_png(const struct pk_net *net, const struct pk_style *style, FILE *to,
                struct pk_error *error);

#endif
