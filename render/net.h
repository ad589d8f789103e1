/*
 * A picture as boxes and arrows, before anyone knows where they stand: call graphs. A net lives in
 * its arena. Layer: render; uses base, model.
 */
#ifndef PK_RENDER_NET_H
#define PK_RENDER_NET_H

#include <stdint.h>

#include "base/str.h"      /* IWYU pragma: export */
#include "model/profile.h" /* IWYU pragma: export */

struct pk_net_node {
    pk_frame_id frame;
    struct pk_str name, place; /* raw; a place may be empty */
    struct pk_str values[2];   /* "8.033 s (64.4 %)", "self 1.208 s (9.7 %)"; the second may be
                                  missing */
    uint32_t total, self;      /* in thousandths of the whole: how large and how bold it is drawn */
};

struct pk_net_edge {
    uint32_t from, to;   /* indexes of nodes */
    struct pk_str label; /* "4.914 s", "9,120 calls"; may be missing */
    uint32_t share;      /* in thousandths of the whole */
    bool is_unknown;     /* the file does not say what it carries: dashed */
};

struct pk_net {
    struct pk_str title, subtitle, left_out; /* the last may be missing */
    const struct pk_profile *profile;        /* borrowed: colours are chosen by frames */
    uint32_t n_nodes, n_edges;
    struct pk_net_node *node;
    struct pk_net_edge *edge;
};

#endif
