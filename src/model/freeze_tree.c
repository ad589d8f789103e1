/*
 * The tree of what was recorded as stacks. The builder tells nodes apart by executing line as well;
 * the tree of functions merges those, and is kept beside the finer one only when some line was
 * recorded.
 *
 * Both are laid out in preorder with children ordered by (frame, line): a subtree is a range, an
 * inclusive value a sum over it, and freeing is one call. No recursion: a stack may hold a million
 * frames.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "model/freeze_private.h"

struct draft { /* a tree before its layout: parents stand before their children */
    uint32_t n;
    uint32_t *parent, *frame, *line;
    uint32_t *place; /* [item] its place in preorder */
};

struct child {
    uint32_t frame, line, item;
};

/* Frames first, so that the tree of functions has the same order as the tree of lines. */
static int order_children(const void *left, const void *right)
{
    const struct child *a = left, *b = right;

    if (a->frame != b->frame)
        return a->frame < b->frame ? -1 : 1;
    return (a->line > b->line) - (a->line < b->line);
}

/* Children of every item, grouped by parent (roots at index n), each group in order. */
static struct child *group_children(const struct draft *d, uint32_t *start)
{
    struct child *children = pk_calloc(d->n, sizeof *children);
    uint32_t *fill = pk_calloc((size_t)d->n + 1, sizeof *fill);

    memset(start, 0, ((size_t)d->n + 2) * sizeof *start);
    for (uint32_t i = 0; i < d->n; i++)
        start[(d->parent[i] == PK_NONE ? d->n : d->parent[i]) + 1]++;
    for (uint32_t i = 0; i <= d->n; i++) {
        start[i + 1] += start[i];
        fill[i] = start[i];
    }
    for (uint32_t i = 0; i < d->n; i++) {
        uint32_t group = d->parent[i] == PK_NONE ? d->n : d->parent[i];

        children[fill[group]++] = (struct child){d->frame[i], d->line[i], i};
    }
    for (uint32_t i = 0; i <= d->n; i++)
        if (start[i + 1] - start[i] > 1)
            qsort(children + start[i], start[i + 1] - start[i], sizeof *children, order_children);
    pk_free(fill);
    return children;
}

/* True when item i comes behind item i - 1 in preorder, children in order: its parent is on the
 * path to i - 1, and so is the sibling before it. Going up costs no more in all than going down. */
static bool follows(const struct draft *d, uint32_t i)
{
    uint32_t at = i - 1;

    if (d->parent[i] == at)
        return true;
    while (at != PK_NONE && d->parent[at] != d->parent[i])
        at = d->parent[at];
    return at != PK_NONE && (d->frame[at] < d->frame[i] ||
                             (d->frame[at] == d->frame[i] && d->line[at] < d->line[i]));
}

/* Stacks that became nodes all at once were in order (pending.c). */
static bool is_laid_out(const struct draft *d)
{
    for (uint32_t i = 1; i < d->n; i++)
        if (!follows(d, i))
            return false;
    return true;
}

/* Give every item its place in preorder. */
static void find_places(struct draft *d)
{
    uint32_t *start = pk_calloc((size_t)d->n + 2, sizeof *start);
    struct child *children = group_children(d, start);
    uint32_t *stack = pk_calloc(d->n, sizeof *stack);
    uint32_t depth = 0, at = 0;

    for (uint32_t i = start[d->n + 1]; i-- > start[d->n];)
        stack[depth++] = children[i].item;
    while (depth) {
        uint32_t item = stack[--depth];

        d->place[item] = at++;
        for (uint32_t i = start[item + 1]; i-- > start[item];)
            stack[depth++] = children[i].item;
    }
    pk_free(stack);
    pk_free(children);
    pk_free(start);
}

/* Fill the shape of the tree. */
static void lay_out(struct draft *d, struct pk_tree *tree, struct pk_arena *arena, bool with_lines)
{
    bool is_done = is_laid_out(d);

    d->place = pk_calloc(d->n, sizeof *d->place);
    if (!is_done)
        find_places(d);
    tree->n = d->n;
    tree->frame = PK_NEW_ARRAY(arena, pk_frame_id, d->n);
    tree->parent = PK_NEW_ARRAY(arena, pk_node_id, d->n);
    tree->end = PK_NEW_ARRAY(arena, pk_node_id, d->n);
    tree->line = with_lines ? PK_NEW_ARRAY(arena, uint32_t, d->n) : NULL;
    for (uint32_t item = 0; item < d->n; item++) {
        uint32_t at = is_done ? item : d->place[item], parent = d->parent[item];

        d->place[item] = at;
        tree->frame[at] = d->frame[item];
        tree->parent[at] = parent == PK_NONE ? PK_NONE : d->place[parent];
        if (with_lines)
            tree->line[at] = d->line[item];
        tree->end[at] = at + 1;
    }
    /* A subtree ends where the last of its children does; backwards, so children are done. */
    for (uint32_t i = d->n; i-- > 0;)
        if (tree->parent[i] != PK_NONE && tree->end[tree->parent[i]] < tree->end[i])
            tree->end[tree->parent[i]] = tree->end[i];
}

/* --- drafts
 * -------------------------------------------------------------------------------------------- */

/* Room for all nodes at once; unused room is given back with the draft. */
static void draft_init(struct draft *d, uint32_t room)
{
    d->n = 0;
    d->parent = pk_calloc(room, sizeof *d->parent);
    d->frame = pk_calloc(room, sizeof *d->frame);
    d->line = pk_calloc(room, sizeof *d->line);
    d->place = NULL;
}

static void draft_fini(struct draft *d)
{
    pk_free(d->parent);
    pk_free(d->frame);
    pk_free(d->line);
    pk_free(d->place);
}

/* The nodes that chosen stacks pass through, as a draft; item[node] is PK_NONE for others. */
static void draft_nodes(const struct pk_freezing *f, struct draft *d, uint32_t *item,
                        bool *has_lines)
{
    const struct pk_builder *b = f->builder;

    for (uint32_t i = 0; i < b->nodes.size; i++)
        item[i] = PK_NONE;
    for (uint32_t i = 0; i < b->stack_rows.keys.size; i++) {
        const struct pk_row_key *key = pk_map_key(&b->stack_rows.keys, i);

        if (!f->is_chosen[key->slice])
            continue;
        /* Up to the first ancestor that was seen: so every node is visited once. */
        for (uint32_t node = key->item; node != PK_NONE && item[node] == PK_NONE;
             node = ((const struct pk_node_key *)pk_map_key(&b->nodes, node))->parent)
            item[node] = 0;
    }
    for (uint32_t i = 0; i < b->nodes.size; i++) {
        const struct pk_node_key *node = pk_map_key(&b->nodes, i);

        if (item[i] == PK_NONE)
            continue;
        d->parent[d->n] = node->parent == PK_NONE ? PK_NONE : item[node->parent];
        d->frame[d->n] = f->frame_id[node->frame];
        d->line[d->n] = node->line;
        *has_lines |= node->line != 0;
        item[i] = d->n++;
    }
}

/* The same tree with nodes that differ only in line merged; function[item of `fine`] is an item of
 * `d`. */
static void draft_functions(const struct draft *fine, struct draft *d, uint32_t *function)
{
    struct pk_map nodes;

    pk_map_init(&nodes, sizeof(struct pk_edge_key));
    for (uint32_t i = 0; i < fine->n; i++) {
        struct pk_edge_key key = {fine->parent[i] == PK_NONE ? PK_NONE : function[fine->parent[i]],
                                  fine->frame[i]};

        function[i] = pk_map_add(&nodes, &key, NULL);
        d->parent[function[i]] = key.caller;
        d->frame[function[i]] = key.callee;
    }
    d->n = nodes.size;
    pk_map_fini(&nodes);
}

/* --- values
 * -------------------------------------------------------------------------------------------- */

/* A column for sums: where every slice says the metric, each node has a value, so 0 comes first. */
static int64_t *sum_column(const struct pk_freezing *f, uint32_t m, uint32_t n,
                           struct pk_arena *arena)
{
    for (uint32_t i = 0; i < f->builder->slices.size; i++)
        if (f->is_chosen[i] && f->builder->slices.data[i].rung == PK_TREE &&
            !pk_freeze_says(f, i, PK_TREE, m))
            return pk_freeze_column(arena, n);
    return PK_NEW_ARRAY(arena, int64_t, n);
}

/* One metric: self at every node is 0 unless a stack ends there; a node that only slices without
 * the metric passed through is missing. */
static void fill_metric(const struct pk_freezing *f, struct pk_tree *tree, uint32_t m,
                        const uint32_t *place)
{
    const struct pk_rows *rows = &f->builder->stack_rows;
    int64_t *self = tree->self[m], *incl = tree->incl[m];

    for (uint32_t row = 0; row < rows->keys.size; row++) {
        const struct pk_row_key *key = pk_map_key(&rows->keys, row);
        int64_t value;

        if (!pk_freeze_says(f, key->slice, PK_TREE, m))
            continue;
        value = pk_rows_group(rows, row, PK_SELF_GROUP)[f->metric_of[m]];
        pk_sum_add(&self[place ? place[key->item] : key->item], value == PK_MISSING ? 0 : value);
    }
    for (uint32_t i = tree->n; i-- > 0;) {
        /* Here incl[i] holds the sum of the children, all of which stand behind i. */
        pk_sum_add(&incl[i], self[i]);
        if (incl[i] != PK_MISSING && self[i] == PK_MISSING)
            self[i] = 0;
        if (tree->parent[i] != PK_NONE)
            pk_sum_add(&incl[tree->parent[i]], incl[i]);
    }
}

/* place[]: where the values of a node of the builder go, in this tree; NULL: to the same. */
static void fill_values(const struct pk_freezing *f, struct pk_profile *part, struct pk_tree *tree,
                        const uint32_t *place)
{
    tree->origin = PK_RECORDED;
    tree->self = pk_freeze_columns(&part->arena, part->n_metrics);
    tree->incl = pk_freeze_columns(&part->arena, part->n_metrics);
    for (uint32_t m = 0; m < part->n_metrics; m++) {
        if (!pk_profile_has_values(part, m))
            continue;
        tree->self[m] = sum_column(f, m, tree->n, &part->arena);
        tree->incl[m] = sum_column(f, m, tree->n, &part->arena);
        fill_metric(f, tree, m, place);
        tree->self[m] = pk_freeze_known(tree->self[m], tree->n);
        tree->incl[m] = pk_freeze_known(tree->incl[m], tree->n);
    }
}

/* The place of every node of the builder in a tree; `function` may be NULL. */
static void find_nodes(const struct pk_freezing *f, const struct draft *d, const uint32_t *item,
                       const uint32_t *function, uint32_t *place)
{
    for (uint32_t i = 0; i < f->n_nodes; i++)
        if (item[i] != PK_NONE)
            place[i] = d->place[function ? function[item[i]] : item[i]];
}

/* The tree of functions beside the one that has lines: its values come from the same rows. */
static void freeze_functions(const struct pk_freezing *f, struct pk_profile *part,
                             const struct draft *fine, const uint32_t *item)
{
    uint32_t *function = pk_calloc(fine->n, sizeof *function);
    uint32_t *place = pk_calloc(f->n_nodes, sizeof *place);
    struct draft functions;

    draft_init(&functions, fine->n);
    draft_functions(fine, &functions, function);
    lay_out(&functions, &part->tree, &part->arena, false);
    find_nodes(f, &functions, item, function, place);
    fill_values(f, part, &part->tree, place);
    draft_fini(&functions);
    pk_free(place);
    pk_free(function);
}

/* Without lines the two trees would be equal, and only one is kept. */
static void freeze_nodes(const struct pk_freezing *f, struct pk_profile *part)
{
    uint32_t *item = pk_calloc(f->n_nodes, sizeof *item);
    struct pk_tree *finest = &part->tree;
    struct draft fine;

    draft_init(&fine, f->n_nodes);
    draft_nodes(f, &fine, item, &part->has_lines);
    pk_freeze_release_nodes(f);
    if (part->has_lines)
        finest = &part->line_tree;
    lay_out(&fine, finest, &part->arena, part->has_lines);
    find_nodes(f, &fine, item, NULL, f->node_id);
    fill_values(f, part, finest, f->node_id);
    if (part->has_lines)
        freeze_functions(f, part, &fine, item);
    draft_fini(&fine);
    pk_free(item);
}

/* Nodes that are those of the tree already need their values only. */
void pk_freeze_tree(const struct pk_freezing *freezing, struct pk_profile *part)
{
    if (!freezing->is_laid_out)
        freeze_nodes(freezing, part);
    else
        fill_values(freezing, part, &part->tree, NULL);
    for (uint32_t i = 0; freezing->is_laid_out && freezing->node_id && i < freezing->n_nodes; i++)
        freezing->node_id[i] = i;
    pk_freeze_release_rows(freezing, &freezing->builder->stack_rows);
    pk_derive_from_tree(part);
}
