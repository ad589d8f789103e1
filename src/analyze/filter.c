/*
 * Filtering recorded stacks: see filter.h. A stack is a path of the tree, so what is known of a
 * caller holds for all it calls, and one walk from the roots decides about every stack.
 */
#include "analyze/filter.h"

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* Whether the frame of a node stays, as far as hide and show say. */
static bool is_shown(const struct pk_filter *filter, unsigned marks)
{
    if (marks & filter->words & PK_FILTER_HIDE)
        return false;
    return !(filter->words & PK_FILTER_SHOW) || marks & PK_FILTER_SHOW;
}

/* What a stack has met so far, in the bits of the words; SHOW: a frame that is left. */
static unsigned step(const struct pk_filter *filter, unsigned met, unsigned marks, bool *stays)
{
    *stays = is_shown(filter, marks);
    met |= marks & (PK_FILTER_FOCUS | PK_FILTER_IGNORE);
    if (*stays && marks & PK_FILTER_SHOW_FROM)
        met |= PK_FILTER_SHOW_FROM;
    if (*stays)
        met |= PK_FILTER_SHOW;
    *stays &= !(filter->words & PK_FILTER_SHOW_FROM) || met & PK_FILTER_SHOW_FROM;
    return met;
}

/* Hidden is only what no other filter left out. */
static enum pk_filter_fate fate(const struct pk_filter *filter, unsigned met)
{
    if ((filter->words & PK_FILTER_FOCUS && !(met & PK_FILTER_FOCUS)) ||
        (filter->words & PK_FILTER_IGNORE && met & PK_FILTER_IGNORE))
        return PK_FILTER_LEFT_OUT;
    if (!(met & PK_FILTER_SHOW))
        return PK_FILTER_HIDDEN;
    return filter->words & PK_FILTER_SHOW_FROM && !(met & PK_FILTER_SHOW_FROM) ? PK_FILTER_LEFT_OUT
                                                                               : PK_FILTER_KEPT;
}

void pk_filter_tree(struct pk_filtered *filtered, const struct pk_filter *filter,
                    const struct pk_tree *tree)
{
    uint8_t *met = pk_calloc(tree->n, sizeof *met);
    pk_node_id *left = pk_calloc(tree->n, sizeof *left); /* the last frame of the path that stays */

    filtered->fate = pk_calloc(tree->n, sizeof *filtered->fate);
    filtered->end = pk_calloc(tree->n, sizeof *filtered->end);
    filtered->parent = pk_calloc(tree->n, sizeof *filtered->parent);
    for (pk_node_id i = 0; i < tree->n; i++) {
        pk_node_id parent = tree->parent[i];
        bool stays;

        met[i] = (uint8_t)step(filter, parent == PK_NONE ? 0 : met[parent],
                               filter->marks[tree->frame[i]], &stays);
        filtered->parent[i] = parent == PK_NONE ? PK_NONE : left[parent];
        left[i] = stays ? i : filtered->parent[i];
        filtered->fate[i] = (uint8_t)fate(filter, met[i]);
        filtered->end[i] = filtered->fate[i] == PK_FILTER_KEPT ? left[i] : PK_NONE;
    }
    pk_free(met);
    pk_free(left);
}

void pk_filter_fini(struct pk_filtered *filtered)
{
    pk_free(filtered->fate);
    pk_free(filtered->end);
    pk_free(filtered->parent);
}
