/*
 * Between the parts of services.c: walks over the graph, and over a recorded or climbed tree.
 * Layer: analyze; uses model.
 */
#ifndef PK_ANALYZE_SERVICES_PRIVATE_H
#define PK_ANALYZE_SERVICES_PRIVATE_H

#include "analyze/services.h" /* IWYU pragma: export */

#include "base/array.h"      /* IWYU pragma: export */
#include "model/attribute.h" /* IWYU pragma: export */
#include "model/bounds.h"    /* IWYU pragma: export */
#include "model/cycles.h"    /* IWYU pragma: export */

/* What the walks say of each function. An edge into the service counts when its caller is free, and
 * is sure when that is neither behind the service nor beside the entry. */
struct pk_service_ways { /* [frame] of one service and one entry (or none) */
    bool *is_in;         /* in the service */
    bool *is_below;      /* the entry reaches it; all, without one */
    bool *is_free;       /* reached from the entry, or a root, not through the service */
    bool *is_behind;     /* reached from the service */
    bool *is_before;     /* reaches the service */
    bool *is_beside;     /* reached from a root not through the entry; none, without one */
    pk_frame_id *queue;  /* room for a walk */
};

/* Functions that may begin a stack. Proven: a function that is none never does. */
void pk_service_roots(const struct pk_profile *profile, uint32_t metric, bool *is_root);

/* Mark what is reached from the marked ones along calls (or against them); a frame of `wall` is
 * marked, but nothing behind it because of it. The marks that are there when it begins are walked
 * from even where they are of the wall. */
void pk_service_flood(const struct pk_graph *graph, uint32_t n_frames, bool *seen, const bool *wall,
                      bool is_backward, pk_frame_id *queue);

/* Fill `ways` but for is_in, which says the service. */
void pk_service_ways_fill(struct pk_service_ways *ways, const struct pk_profile *profile,
                          const bool *is_root, pk_frame_id entry);

/* Recorded stacks give values, climbed ones ranges too; what is drawn of edges and of functions
 * adds up to the value, but for what circles hide. */
struct pk_service_stacks { /* a tree, and what it says of one service and entry */
    const struct pk_tree *tree;
    uint32_t metric;
    const int64_t *unseen;   /* of an estimated tree, else NULL */
    struct pk_cycles cycles; /* of an estimated tree */
    uint32_t n_frames;
    const struct pk_graph *graph;
    struct stack_state *state; /* [node] */
    int64_t value;             /* time that is drawn as such */
    struct pk_range range;
    int64_t *in_edge, *out_edge; /* [edge] drawn */
    int64_t *in_root, *own;      /* [frame] drawn */
    int64_t *below;              /* [frame] see pk_service_stacks_below */
    int64_t *sums;               /* [node] room of its own */
    pk_node_id *deepest, *end;   /* the same, [node] and [frame] */
};

/* Walk it: value, range and the drawn parts are filled. */
void pk_service_stacks_walk(struct pk_service_stacks *stacks, const bool *is_in, pk_frame_id entry);

/* Of recorded stacks: `below` gets the time of those that hold a frame, and the service there or
 * below, of every frame in one walk. */
void pk_service_stacks_below(struct pk_service_stacks *stacks, const bool *is_in);

struct pk_service_work {
    const struct pk_profile *profile;
    const struct pk_graph *graph;
    const struct pk_flat *flat;
    const struct pk_service_question *question;
    struct pk_arena *arena;
    uint32_t n_frames;
    bool *is_root;
    struct pk_service_ways ways;
    struct pk_attributed *climbed; /* made when something is not sure */
    struct pk_service_stacks stacks;
    bool is_walked; /* stacks say something of the service and entry at hand */
    struct pk_cycles cycles;
    struct pk_arena scratch;
};

struct pk_service_answer { /* of one service and entry */
    struct pk_service_part part;
    PK_ARRAY(struct pk_service_flow) in, out;
};

/* Fill the stacks of the service at hand (ways.is_in) and an entry, once: recorded ones, or a tree
 * that is climbed when it is first asked for. */
void pk_service_walk(struct pk_service_work *w, pk_frame_id entry);

/* What flows have together; each end stays within 64 bits. */
struct pk_range pk_service_sum(const struct pk_service_flow *flows, size_t n);

/* Narrow what the ways leave open, and choose the estimates. */
void pk_service_narrow(struct pk_service_work *w, pk_frame_id entry,
                       struct pk_service_answer *answer);

/* A column that the file does not give is missing for all; what is missing adds nothing; a sum that
 * is missing with either. */
static inline int64_t pk_service_at(const int64_t *column, uint32_t index)
{
    return column ? column[index] : PK_MISSING;
}

static inline int64_t pk_service_known(int64_t value)
{
    return value == PK_MISSING ? 0 : value;
}

static inline int64_t pk_service_plus(int64_t a, int64_t b)
{
    return a == PK_MISSING || b == PK_MISSING ? PK_MISSING : pk_bounds_plus(a, b);
}

#endif
