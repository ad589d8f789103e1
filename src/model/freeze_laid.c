/*
 * Nodes that stand in the order of the tree already, as those of a .pk file do: they are looked at
 * once, and copied once. A draft of the tree, places of nodes and the order of children, which
 * other nodes need (freeze_tree.c), were most of what reading such a file took.
 */
#include <stdint.h>

#include "model/freeze_private.h"

static const struct pk_node_key *node_at(const struct pk_freezing *f, uint32_t i)
{
    return pk_map_key(&f->builder->nodes, i);
}

/* [node] whether a stack ends there. */
static bool *find_ends(const struct pk_freezing *f)
{
    const struct pk_map *rows = &f->builder->stack_rows.keys;
    bool *ends = pk_calloc(f->builder->nodes.size, sizeof *ends);

    for (uint32_t i = 0; i < rows->size; i++)
        ends[((const struct pk_row_key *)pk_map_key(rows, i))->item] = true;
    return ends;
}

/* True when node i stands behind the nodes before it as in the tree: on the last of them, or on one
 * below that, whose child on the path comes before it. Going up costs no more in all than going
 * down. */
static bool follows(const struct pk_freezing *f, uint32_t i, const bool *ends)
{
    const struct pk_node_key *node = node_at(f, i), *before;
    uint32_t at = i - 1;

    if (node->parent == at)
        return true;
    if (!ends[at])
        return false;
    for (before = node_at(f, at); before->parent != node->parent; before = node_at(f, at)) {
        if (before->parent == PK_NONE)
            return false;
        at = before->parent;
    }
    return f->frame_id[before->frame] < f->frame_id[node->frame];
}

static bool are_laid_out(const struct pk_freezing *f)
{
    uint32_t n = f->builder->nodes.size;
    bool *ends, is_good;

    if (n == 0 || node_at(f, 0)->parent != PK_NONE || node_at(f, 0)->line)
        return false;
    ends = find_ends(f);
    is_good = ends[n - 1];
    for (uint32_t i = 1; is_good && i < n; i++)
        is_good = node_at(f, i)->line == 0 && follows(f, i, ends);
    pk_free(ends);
    return is_good;
}

bool pk_freeze_laid_nodes(const struct pk_freezing *f, struct pk_tree *tree, struct pk_arena *arena)
{
    uint32_t n = f->builder->nodes.size;

    if (!are_laid_out(f))
        return false;
    tree->n = n;
    tree->frame = PK_NEW_ARRAY(arena, pk_frame_id, n);
    tree->parent = PK_NEW_ARRAY(arena, pk_node_id, n);
    tree->end = PK_NEW_ARRAY(arena, pk_node_id, n);
    for (uint32_t i = 0; i < n; i++) {
        const struct pk_node_key *node = node_at(f, i);

        tree->frame[i] = f->frame_id[node->frame];
        tree->parent[i] = node->parent;
        tree->end[i] = i + 1;
    }
    /* A subtree ends where the last of its children does; backwards, so children are done. */
    for (uint32_t i = n; i-- > 0;)
        if (tree->parent[i] != PK_NONE && tree->end[tree->parent[i]] < tree->end[i])
            tree->end[tree->parent[i]] = tree->end[i];
    pk_map_fini(&f->taken->nodes);
    return true;
}
