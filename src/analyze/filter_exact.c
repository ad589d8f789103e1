/*
 * What is proven of an estimated tree: each path at its low. The lows of what a path calls and of
 * its self never exceed its own (attribute.c), so what they lack is a visible child, "(place not
 * proven)", as in flame graphs with --exact-only.
 */
#include "analyze/filter_exact.h"

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/array.h"

struct proven {
    const struct pk_tree *from;
    struct pk_attributed *out;
    PK_ARRAY(pk_node_id) open; /* ancestors whose rest is still to be added, by old number */
    uint32_t *at;              /* [old node] its new number */
    int64_t *rest;             /* [old node] what its children and self lack of its low */
};

static uint32_t add(struct pk_attributed *out, pk_frame_id frame, pk_node_id parent, int64_t incl,
                    int64_t self)
{
    struct pk_tree *tree = &out->tree;
    uint32_t at = tree->n++;

    tree->frame[at] = frame;
    tree->parent[at] = parent;
    tree->end[at] = at + 1;
    tree->incl[0][at] = incl;
    tree->self[0][at] = self;
    tree->incl_range[at] = (struct pk_range){incl, incl};
    tree->self_range[at] = (struct pk_range){self, self};
    return at;
}

/* Of what is open, all that node i is not below. */
static void close_until(struct proven *p, pk_node_id i)
{
    while (p->open.size && p->from->end[p->open.data[p->open.size - 1]] <= i) {
        pk_node_id node = p->open.data[--p->open.size];

        if (p->rest[node] > 0)
            add(p->out, PK_FRAME_NOT_PROVEN, p->at[node], p->rest[node], p->rest[node]);
    }
}

/* Room for each node and a rest of it, and one for the roots. */
static struct pk_attributed *new_tree(uint32_t most)
{
    struct pk_attributed *out = pk_calloc(1, sizeof *out);
    struct pk_tree *tree = &out->tree;

    pk_arena_init(&out->arena);
    tree->origin = PK_ESTIMATED;
    tree->frame = PK_NEW_ARRAY(&out->arena, pk_frame_id, most);
    tree->parent = PK_NEW_ARRAY(&out->arena, pk_node_id, most);
    tree->end = PK_NEW_ARRAY(&out->arena, pk_node_id, most);
    tree->self = PK_NEW_ARRAY(&out->arena, int64_t *, 1);
    tree->incl = PK_NEW_ARRAY(&out->arena, int64_t *, 1);
    tree->self[0] = PK_NEW_ARRAY(&out->arena, int64_t, most);
    tree->incl[0] = PK_NEW_ARRAY(&out->arena, int64_t, most);
    tree->incl_range = PK_NEW_ARRAY(&out->arena, struct pk_range, most);
    tree->self_range = PK_NEW_ARRAY(&out->arena, struct pk_range, most);
    out->unseen = PK_NEW_ARRAY(&out->arena, int64_t, most);
    return out;
}

struct pk_attributed *pk_filter_exact(const struct pk_attributed *from)
{
    const struct pk_tree *tree = &from->tree;
    struct pk_attributed *out = new_tree(2 * tree->n + 1);
    struct proven p = {.from = tree, .out = out};
    int64_t roots = 0;

    p.at = pk_calloc(tree->n, sizeof *p.at);
    p.rest = pk_calloc(tree->n, sizeof *p.rest);
    for (pk_node_id i = 0; i < tree->n; i++) {
        p.rest[i] += tree->incl_range[i].lo - tree->self_range[i].lo;
        if (tree->parent[i] == PK_NONE)
            roots += tree->incl_range[i].lo;
        else
            p.rest[tree->parent[i]] -= tree->incl_range[i].lo;
    }
    for (pk_node_id i = 0; i < tree->n; i++) {
        pk_node_id parent = tree->parent[i];

        close_until(&p, i);
        if (tree->incl_range[i].lo <= 0) /* nor has anything below it a low */
            continue;
        p.at[i] = add(out, tree->frame[i], parent == PK_NONE ? PK_NONE : p.at[parent],
                      tree->incl_range[i].lo, tree->self_range[i].lo);
        pk_array_push(&p.open, i);
    }
    close_until(&p, tree->n);
    if (from->total > roots)
        add(out, PK_FRAME_NOT_PROVEN, PK_NONE, from->total - roots, from->total - roots);
    for (uint32_t i = out->tree.n; i-- > 0;)
        if (out->tree.parent[i] != PK_NONE && out->tree.end[out->tree.parent[i]] < out->tree.end[i])
            out->tree.end[out->tree.parent[i]] = out->tree.end[i];
    out->total = from->total;
    out->proven = from->proven;
    out->contradictions = from->contradictions;
    pk_array_fini(&p.open);
    pk_free(p.at);
    pk_free(p.rest);
    return out;
}
