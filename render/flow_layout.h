/*
 * Where the nodes and links of a flow stand, in px: one layout for SVG, PNG and PDF. All columns
 * have one scale, so that heights can be compared across the picture. Layer: render; uses flow.
 */
#ifndef PK_RENDER_FLOW_LAYOUT_H
#define PK_RENDER_FLOW_LAYOUT_H

#include "base/arena.h" /* IWYU pragma: export */

#include "render/flow.h" /* IWYU pragma: export */

#define PK_FLOW_NODE_WIDTH 14
#define PK_FLOW_FONT 12

struct pk_flow_place { /* of a node; a label has `room` px to its right */
    double x, y, height, room;
};

struct pk_flow_ribbon { /* of a link: its upper ends, and its height, which is the same at both */
    double x0, y0, x1, y1, height;
};

struct pk_flow_layout {
    double top, bottom; /* of the nodes */
    struct pk_flow_place *node;
    struct pk_flow_ribbon *link;
};

/* Lay out in `width` px, with the headings of columns above `top`. */
struct pk_flow_layout pk_flow_lay_out(const struct pk_flow *flow, double width, double top,
                                      struct pk_arena *arena);

#endif
