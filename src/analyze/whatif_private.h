/*
 * Between the two halves of whatif: whatif.c bounds the whole, whatif_tree.c changes the tree.
 * Layer: analyze.
 */
#ifndef PK_ANALYZE_WHATIF_PRIVATE_H
#define PK_ANALYZE_WHATIF_PRIVATE_H

#include "analyze/whatif.h" /* IWYU pragma: export */

struct pk_whatif_share { /* x of the head of whatif.h: what goes of a stack that has the change */
    double lo, hi, estimate;
};

/* What both halves know of the changes. Costs and shares are those of each change alone. */
struct pk_whatif_work {
    const struct pk_profile *profile;
    uint32_t metric, n;
    const struct pk_whatif_change *change;
    struct pk_whatif_share share[PK_WHATIF_MOST];
    struct pk_whatif_part cost[PK_WHATIF_MOST];
};

/* `value` of which `part` (0 to 1) is meant, rounded down, up, or to the nearest. Never less, never
 * more than the exact product, whatever a double can hold. */
int64_t pk_whatif_down(int64_t value, double part);
int64_t pk_whatif_up(int64_t value, double part);
int64_t pk_whatif_near(int64_t value, double part);

/* The tree of the changed program out of one of the program; `total` gets what it holds. Free it
 * with pk_attribute_free. */
struct pk_attributed *pk_whatif_tree(const struct pk_whatif_work *work,
                                     const struct pk_attributed *from,
                                     struct pk_whatif_part *total);

#endif
