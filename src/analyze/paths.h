/*
 * Heaviest paths of a tree, recorded or estimated. Layer: analyze; uses model.
 */
#ifndef PK_ANALYZE_PATHS_H
#define PK_ANALYZE_PATHS_H

#include "base/arena.h" /* IWYU pragma: export */

#include <stdint.h>

#include "analyze/order.h" /* IWYU pragma: export */
#include "model/profile.h" /* IWYU pragma: export */

struct pk_path {      /* in the caller's arena */
    uint32_t n;       /* nodes from a root down; 0 when the tree is empty */
    pk_node_id *node; /* root first */
    int64_t value;    /* inclusive value of the last one */
};

/* Follow the heaviest child from the heaviest root until a node keeps more for itself than any
 * child has. */
struct pk_path pk_paths_hottest(const struct pk_tree *tree, uint32_t metric,
                                struct pk_arena *arena);

struct pk_paths {     /* in the caller's arena */
    uint32_t n;       /* nodes with self: each is the end of one path */
    pk_node_id *node; /* the heaviest first; equal ones in the order of the tree */
    int64_t pruned;   /* self of (pruned) nodes, which are no paths */
    uint32_t n_small; /* paths that were left out as too small */
    int64_t small;    /* their self added up */
};

/* All paths of a tree by the self of their last node, so their sum is the total of the tree. */
struct pk_paths pk_paths_heaviest(const struct pk_tree *tree, uint32_t metric,
                                  struct pk_arena *arena);

enum pk_paths_key { PK_PATHS_SELF, PK_PATHS_DEPTH, PK_PATHS_NAME };

/* Order them anew by several keys (enum pk_paths_key): the heaviest, the longest, or the one whose
 * functions come first by name from the root on. Without keys they stay as they are. */
void pk_paths_sort(struct pk_paths *paths, const struct pk_tree *tree, uint32_t metric,
                   const struct pk_order *orders, unsigned n);

/* How many functions stand on the way from a root to each node. Free it with pk_free. */
uint32_t *pk_paths_depths(const struct pk_tree *tree);

/* Leave out the paths that end in less than `percent` (in millionths) of `whole`. */
void pk_paths_leave_out(struct pk_paths *paths, const struct pk_tree *tree, uint32_t metric,
                        int64_t whole, uint32_t percent);

#endif
