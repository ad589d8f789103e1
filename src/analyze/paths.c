/*
 * The hottest path and the heaviest ones: see paths.h. The first is greedy from the root, because
 * that is how a reader follows a flame graph; the heaviest single leaf may lie elsewhere when many
 * small ones share a parent.
 */
#include "analyze/paths.h"

#include <stdint.h>
#include <stdlib.h>

#include "analyze/threshold.h"

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

struct ranked {
    int64_t self;
    pk_node_id node;
};

/* Largest first; equal ones as they stand in the tree, which is by name. */
static int order(const void *left, const void *right)
{
    const struct ranked *a = left, *b = right;

    if (a->self != b->self)
        return a->self > b->self ? -1 : 1;
    return (a->node > b->node) - (a->node < b->node);
}

/* A path ends where time is spent, which may be above a leaf: leaves alone would lose the self of
 * every other function. What was pruned is the rest of many paths, none of which is known. */
struct pk_paths pk_paths_heaviest(const struct pk_tree *tree, uint32_t metric,
                                  struct pk_arena *arena)
{
    const int64_t *self = tree->self[metric];
    struct pk_paths paths = {0};
    struct ranked *ranked = pk_calloc(tree->n, sizeof *ranked);

    for (pk_node_id i = 0; self && i < tree->n; i++) {
        if (self[i] == 0 || self[i] == PK_MISSING)
            continue;
        if (tree->frame[i] == PK_FRAME_PRUNED)
            paths.pruned += self[i];
        else
            ranked[paths.n++] = (struct ranked){self[i], i};
    }
    qsort(ranked, paths.n, sizeof *ranked, order);
    paths.node = PK_NEW_ARRAY(arena, pk_node_id, paths.n);
    for (uint32_t i = 0; i < paths.n; i++)
        paths.node[i] = ranked[i].node;
    pk_free(ranked);
    return paths;
}

/* Not cut off at the first one: where values are negative, order is not that of magnitudes. */
void pk_paths_leave_out(struct pk_paths *paths, const struct pk_tree *tree, uint32_t metric,
                        int64_t whole, uint32_t percent)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < paths->n; i++) {
        pk_node_id node = paths->node[i];

        if (!pk_threshold_is_small(tree->self[metric][node], whole, percent)) {
            paths->node[kept++] = node;
            continue;
        }
        paths->n_small++;
        paths->small += tree->self[metric][node];
    }
    paths->n = kept;
}

/* Callers stand before what they call. */
uint32_t *pk_paths_depths(const struct pk_tree *tree)
{
    uint32_t *depth = pk_calloc(tree->n, sizeof *depth);

    for (pk_node_id i = 0; i < tree->n; i++)
        depth[i] = tree->parent[i] == PK_NONE ? 1 : depth[tree->parent[i]] + 1;
    return depth;
}

struct sorting {
    const int64_t *self;
    const uint32_t *depth;
    const struct pk_order *orders;
    unsigned n;
};

/* The first key that tells them apart; then as they stand in the tree, which is by name: siblings
 * are sorted, and a path stands before those that go on from it. */
static int order_by_keys(const void *left, const void *right, void *context)
{
    const struct sorting *s = context;
    pk_node_id a = *(const pk_node_id *)left, b = *(const pk_node_id *)right;

    for (unsigned i = 0; i < s->n; i++) {
        bool is_reversed = s->orders[i].is_reversed;
        int order;

        switch ((enum pk_paths_key)s->orders[i].key) {
        case PK_PATHS_SELF:
            order = pk_order_values(s->self[a], s->self[b], is_reversed);
            break;
        case PK_PATHS_DEPTH:
            order = pk_order_values(s->depth[a], s->depth[b], is_reversed);
            break;
        default:
            order = pk_order_values(b, a, is_reversed);
        }
        if (order)
            return order;
    }
    return (a > b) - (a < b);
}

void pk_paths_sort(struct pk_paths *paths, const struct pk_tree *tree, uint32_t metric,
                   const struct pk_order *orders, unsigned n)
{
    uint32_t *depth;

    if (n == 0)
        return;
    depth = pk_paths_depths(tree);
    qsort_r(paths->node, paths->n, sizeof *paths->node, order_by_keys,
            &(struct sorting){tree->self[metric], depth, orders, n});
    pk_free(depth);
}
