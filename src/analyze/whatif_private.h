/*
 * Between the two halves of whatif: whatif.c bounds the whole, whatif_tree.c changes the tree.
 * Layer: analyze.
 */
#ifndef PK_ANALYZE_WHATIF_PRIVATE_H
#define PK_ANALYZE_WHATIF_PRIVATE_H

#include "analyze/whatif.h" /* IWYU pragma: export */

#define PK_WHATIF_ALL (UINT64_C(1) << 62) /* of something; parts of it are proven, so integers */

struct pk_whatif_share { /* x of the head of whatif.h: what goes of a stack that has the change */
    uint64_t lo, hi;     /* of PK_WHATIF_ALL, rounded outward */
    double estimate;
};

/* A part of a part, rounded down or up. */
static inline uint64_t pk_whatif_part_down(uint64_t a, uint64_t b)
{
    return (uint64_t)((unsigned __int128)a * b / PK_WHATIF_ALL);
}

static inline uint64_t pk_whatif_part_up(uint64_t a, uint64_t b)
{
    return (uint64_t)(((unsigned __int128)a * b + PK_WHATIF_ALL - 1) / PK_WHATIF_ALL);
}

/* What both halves know of the changes. Costs and shares are those of each change alone. */
struct pk_whatif_work {
    const struct pk_profile *profile;
    uint32_t metric, n;
    const struct pk_whatif_change *change;
    struct pk_whatif_share share[PK_WHATIF_MOST];
    struct pk_whatif_part cost[PK_WHATIF_MOST];
};

/* A part of a value, rounded down or up. Below zero there is nothing to scale: such values are left
 * out of pictures, too, and all of it is as it is. */
static inline int64_t pk_whatif_down(int64_t value, uint64_t part)
{
    if (part == PK_WHATIF_ALL || value <= 0)
        return part == PK_WHATIF_ALL ? value : 0;
    return (int64_t)pk_whatif_part_down((uint64_t)value, part);
}

static inline int64_t pk_whatif_up(int64_t value, uint64_t part)
{
    if (part == PK_WHATIF_ALL || value <= 0)
        return part == PK_WHATIF_ALL ? value : 0;
    return (int64_t)pk_whatif_part_up((uint64_t)value, part);
}

/* To the nearest, of a part from 0 to 1. */
int64_t pk_whatif_near(int64_t value, double part);

/* The tree of the changed program out of one of the program; `total` gets what it holds. Free it
 * with pk_attribute_free. */
struct pk_attributed *pk_whatif_tree(const struct pk_whatif_work *work,
                                     const struct pk_attributed *from,
                                     struct pk_whatif_part *total);

#endif
