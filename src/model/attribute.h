/*
 * Climbing: an estimated TREE from a GRAPH, for one metric, with proven bounds. See attribute.c for
 * the assumption and the proof obligations. Layer: model; uses profile, graph, cycles.
 */
#ifndef PK_MODEL_ATTRIBUTE_H
#define PK_MODEL_ATTRIBUTE_H

#include "model/profile.h" /* IWYU pragma: export */

#include <stdint.h>

struct pk_attributed { /* free with pk_attribute_free */
    struct pk_tree
        tree;        /* origin PK_ESTIMATED; one metric; ranges filled; frames may be special ids */
    int64_t total;   /* sum of self of the tree = total of the profile for the metric */
    int64_t proven;  /* sum of self_range.lo: the part whose place is proven */
    int64_t pruned;  /* sum in (pruned) nodes */
    int64_t *unseen; /* [node] the most that calls hold which the estimate gives nothing, so that
                        they are no nodes */
    uint64_t
        contradictions; /* boxes whose edges did not fit their own total by more than rounding */
    struct pk_arena arena;
};

/* One without nodes, with room for `n` in all its arrays, for those that make such a tree. */
struct pk_attributed *pk_attribute_empty(uint32_t n);

/* Fill `end` of all nodes from their parents, once each is one past itself. */
void pk_attribute_close(struct pk_tree *tree);

/* Climb. A recorded tree is copied with exact ranges (so callers need not ask); FLAT parts stand
 * under (callers not recorded). NULL never; an empty profile gives an empty tree. */
struct pk_attributed *pk_attribute_new(const struct pk_profile *profile, uint32_t metric);
void pk_attribute_free(struct pk_attributed *attributed);

/* True when a value is worth a mark: hi - lo > max(1, 0.1 % of the value). */
bool pk_attribute_is_uncertain(int64_t value, struct pk_range range);

#endif
