/*
 * Flows as SVG, and as a page for PNG and PDF. Layer: render; uses flow_layout, writer, page.
 */
#ifndef PK_RENDER_OUT_FLOW_H
#define PK_RENDER_OUT_FLOW_H

#include <stdio.h>

#include "render/page.h"   /* IWYU pragma: export */
#include "render/writer.h" /* IWYU pragma: export */

/* px from the top of the picture, and below its nodes. */
#define PK_FLOW_TITLE 26
#define PK_FLOW_SUBTITLE 46
#define PK_FLOW_HEADS 72
#define PK_FLOW_TOP 84
#define PK_FLOW_NOTES 26
#define PK_FLOW_BELOW 40

/* Append what stands beside a node: its name and fact, the name cut in front to what fits `room`
 * px; the name alone where both do not. */
void pk_flow_label(struct pk_buf *out, const struct pk_flow_node *node, double room);

/* Write it as SVG. */
bool pk_svg_flow(const struct pk_flow *flow, const struct pk_style *style, FILE *stream,
                 struct pk_error *error);

/* The page of a flow, in `arena`, for the module that paints. */
const struct pk_page *pk_flow_page(const struct pk_flow *flow, const struct pk_style *style,
                                   struct pk_arena *arena);

#endif
