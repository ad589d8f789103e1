/*
 * A picture of what flows where: columns of nodes, and links from one column to a later one, each
 * as high as what it carries. Before anyone knows how it is drawn: see flow_layout.h. A flow lives
 * in its arena. Layer: render; uses base, model.
 */
#ifndef PK_RENDER_FLOW_H
#define PK_RENDER_FLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"      /* IWYU pragma: export */
#include "model/profile.h" /* IWYU pragma: export */

struct pk_flow_node {
    uint32_t column;
    struct pk_str name; /* raw */
    struct pk_str fact; /* "4.914 s (39.4 %)" */
    int64_t value;
    unsigned fill;     /* of theme.h */
    bool is_uncertain; /* estimated; `fact` has its bounds */
};

struct pk_flow_link {
    uint32_t from, to; /* indexes of nodes; `to` is of a later column */
    struct pk_str fact;
    int64_t value;
    unsigned fill;
    bool is_uncertain;
};

struct pk_flow {
    struct pk_str title, subtitle, notes;
    const char *const *columns; /* their headings */
    uint32_t n_columns, n_nodes, n_links;
    struct pk_flow_node *node; /* by column, the largest first */
    struct pk_flow_link *link; /* by `from`, then `to` */
};

#endif
