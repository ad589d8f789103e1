/*
 * Between the two halves of climbing: attribute_boxes.c makes boxes and their weights out of a
 * graph, attribute.c walks them. Layer: model; uses profile_private, cycles.
 */
#ifndef PK_MODEL_ATTRIBUTE_PRIVATE_H
#define PK_MODEL_ATTRIBUTE_PRIVATE_H

#include "model/attribute.h" /* IWYU pragma: export */

#include <stdint.h>

#include "model/cycles.h"          /* IWYU pragma: export */
#include "model/profile_private.h" /* IWYU pragma: export */

struct pk_link {     /* everything that one box calls in another */
    uint32_t callee; /* box */
    int64_t weight;  /* inclusive time of the callee within these calls; a guess when is_guess */
    int64_t self;    /* the callee's self time within them, or PK_MISSING */
    bool is_guess;   /* the file has no weight: shared out by call counts */
};

struct pk_box_sums {     /* one box; a box is a function, or all functions of a cycle */
    int64_t self, whole; /* whole: the W of the rules, never below anything known of the box */
    int64_t in, out;     /* sums of known links */
    int64_t in_self;     /* sum of the links' self; PK_MISSING when one of them lacks it */
    int64_t missing;     /* what self + out lack of whole: the child (not recorded) */
    uint32_t callers;    /* links that enter */
    bool has_guess_in;   /* one of them is a guess: what enters is not known */
};

struct pk_boxes {
    struct pk_cycles cycles;
    struct pk_box_sums *box; /* [box] */
    struct pk_link *link;    /* ordered by caller box, then by frame of the callee */
    uint32_t *link_start;    /* [box .. n_boxes] */
    uint64_t contradictions;
};

/* The boxes of a profile of rung PK_GRAPH for one metric. They live in `arena`. */
struct pk_boxes pk_boxes_new(const struct pk_profile *profile, uint32_t metric,
                             struct pk_arena *arena);

/* The frame that stands for a box: its function, or the special frame of its cycle. */
pk_frame_id pk_boxes_frame(const struct pk_boxes *boxes, uint32_t box);

#endif
