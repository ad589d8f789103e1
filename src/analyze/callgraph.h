/*
 * The part of a call graph that is worth drawing. Layer: analyze; uses model.
 */
#ifndef PK_ANALYZE_CALLGRAPH_H
#define PK_ANALYZE_CALLGRAPH_H

#include "base/arena.h" /* IWYU pragma: export */

#include <stdint.h>

#include "model/profile.h" /* IWYU pragma: export */

struct pk_callgraph_options {
    uint32_t node_percent, edge_percent; /* in millionths: what holds less is left out */
    uint32_t most_nodes;                 /* 0: no limit */
};

struct pk_callgraph { /* in the caller's arena */
    uint32_t n_nodes, n_edges;
    pk_frame_id *node;             /* largest total first; equal ones by frame */
    pk_edge_id *edge;              /* between these, in the order of the profile */
    uint32_t n_functions, n_calls; /* of the metric, drawn or not; edges between drawn functions */
    int64_t left_out;              /* self of the functions that are not drawn */
};

/* Choose functions and edges. The profile must have a graph. Edges without a value (calls within a
 * recursion, or files that count calls only) are kept between functions that are. */
struct pk_callgraph pk_callgraph_find(const struct pk_profile *profile, uint32_t metric,
                                      const struct pk_callgraph_options *options,
                                      struct pk_arena *arena);

#endif
