/*
 * The hottest path: see paths.h. Greedy from the root, because that is how a reader follows a flame
 * graph; the heaviest single leaf may lie elsewhere when many small ones share a parent.
 */
#include "analyze/paths.h"

#include <stdint.h>

/* The heaviest of the siblings that begin at `from`, up to `end`; the first of equals. PK_NONE if
 * none. */
static pk_node_id heaviest(const struct pk_tree *tree, const int64_t *incl, pk_node_id from,
                           pk_node_id end)
{
    pk_node_id best = PK_NONE;

    for (pk_node_id i = from; i < end; i = tree->end[i])
        if (incl[i] > 0 && (best == PK_NONE || incl[i] > incl[best]))
            best = i;
    return best;
}

/* Stops at a node whose own self is more than its heaviest child: the time is spent there, and to
 * go on would point away from it. Nodes live in `arena`; no path when nothing is positive. */
struct pk_path pk_paths_hottest(const struct pk_tree *tree, uint32_t metric, struct pk_arena *arena)
{
    const int64_t *incl = tree->incl[metric], *self = tree->self[metric];
    struct pk_path path = {0};
    pk_node_id last, next;

    if (!incl)
        return path;
    last = next = heaviest(tree, incl, 0, tree->n);
    while (next != PK_NONE) {
        last = next;
        path.n++;
        next = heaviest(tree, incl, last + 1, tree->end[last]);
        if (next != PK_NONE && self[last] > incl[next])
            next = PK_NONE;
    }
    path.node = PK_NEW_ARRAY(arena, pk_node_id, path.n);
    for (uint32_t i = path.n; i-- > 0; last = tree->parent[last]) {
        path.node[i] = last;
        if (i == path.n - 1)
            path.value = incl[last];
    }
    return path;
}
