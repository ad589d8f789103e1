/*
 * Strongly connected functions of a GRAPH, so that recursion is counted once. Layer: model; uses
 * profile.
 */
#ifndef PK_MODEL_CYCLES_H
#define PK_MODEL_CYCLES_H

#include "base/arena.h" /* IWYU pragma: export */

#include <stdint.h>

#include "model/profile.h" /* IWYU pragma: export */

struct pk_cycles {    /* lives in the caller's arena */
    uint32_t n_boxes; /* components, numbered so that every edge goes from a higher to a lower or
                         equal one */
    uint32_t *box;    /* [frame] its component */
    uint32_t *member_start; /* [box .. n_boxes]: members of b are member[member_start[b]] ... */
    pk_frame_id *member;    /* ordered by box, then frame id */
    bool *is_cycle;         /* [box] more than one member, or one that calls itself */
};

/* Find them without recursion (Tarjan 1972, explicit stack) in O(frames + edges). */
struct pk_cycles pk_cycles_find(const struct pk_graph *graph, uint32_t n_frames,
                                struct pk_arena *arena);

#endif
