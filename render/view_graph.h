/*
 * Call graphs as nets. Layer: render; uses analyze/callgraph, net.
 */
#ifndef PK_RENDER_VIEW_GRAPH_H
#define PK_RENDER_VIEW_GRAPH_H

#include <stdint.h>

#include "analyze/callgraph.h" /* IWYU pragma: export */
#include "render/net.h"        /* IWYU pragma: export */

/* The net of what was chosen; `title` is borrowed. */
struct pk_net *pk_view_graph(struct pk_arena *arena, const struct pk_profile *profile,
                             uint32_t metric, const struct pk_callgraph *chosen,
                             struct pk_str title);

#endif
