/*
 * Causes in stacks without counts: see causes.h. From the root down, a node hands its difference to
 * the children that hold it, until that tells no more: where the difference is in its own time or
 * spread over many children, or where all below it changed alike. A function that is called less
 * often makes everything below it shrink alike, and so it is the top of such a subtree that is
 * named, not the leaves where the time was.
 */
#include <math.h>
#include <stddef.h>
#include <stdint.h>

#include "analyze/causes_private.h"
#include "base/map.h"

#define FEW 4 /* children that a difference may be handed to */

struct node {                            /* of both trees laid over each other */
    uint32_t group, parent, first, next; /* next: sibling */
    double value[2];                     /* inclusive */
};

struct work {
    const struct pk_diff *diff;
    PK_ARRAY(struct node) nodes;
    PK_ARRAY(uint32_t) open; /* nodes whose subtrees are to be looked at */
};

/* Nodes of frames that are no function of the metric stand for their parents. */
static void add_tree(struct work *work, unsigned s, struct pk_map *ids, struct pk_arena *arena)
{
    const struct pk_side *side = &work->diff->side[s];
    const struct pk_tree *tree = pk_profile_tree(side->profile);
    uint32_t *node = PK_NEW_ARRAY(arena, uint32_t, tree->n);

    for (uint32_t i = 0; i < tree->n; i++) {
        uint32_t parent = tree->parent[i] == PK_NONE ? 0 : node[tree->parent[i]];
        uint32_t group = work->diff->groups[s].group[tree->frame[i]];
        int64_t value = tree->incl[side->metric] ? tree->incl[side->metric][i] : PK_MISSING;
        bool is_new;

        if (group == PK_NONE || value == PK_MISSING) {
            node[i] = parent;
            continue;
        }
        node[i] = 1 + pk_map_add(ids, (uint32_t[]){parent, group}, &is_new);
        if (is_new) {
            pk_array_push(&work->nodes, ((struct node){.group = group,
                                                       .parent = parent,
                                                       .next = work->nodes.data[parent].first}));
            work->nodes.data[parent].first = node[i];
        }
        work->nodes.data[node[i]].value[s] += pk_diff_measured(work->diff, s, (double)value);
        if (parent == 0)
            work->nodes.data[0].value[s] += pk_diff_measured(work->diff, s, (double)value);
    }
}

static double delta(const struct node *node)
{
    return node->value[PK_AFTER] - node->value[PK_BEFORE];
}

struct holders { /* children with the largest part of a difference */
    uint32_t node[FEW], n;
    double held;
};

/* The size of a part, whichever way it goes. */
static double weight(const struct work *work, uint32_t id)
{
    return fabs(delta(&work->nodes.data[id]));
}

/* Those that hold a part worth naming, largest first; some may pull against the others. */
static struct holders find_holders(const struct work *work, const struct node *node)
{
    struct holders holders = {.n = 0};
    double whole = delta(node);

    for (uint32_t c = node->first; c; c = work->nodes.data[c].next) {
        uint32_t at;

        if (weight(work, c) < 0.1 * fabs(whole))
            continue;
        if (holders.n < FEW)
            holders.node[holders.n++] = c;
        else if (weight(work, c) > weight(work, holders.node[FEW - 1]))
            holders.node[FEW - 1] = c;
        else
            continue;
        for (at = holders.n - 1; at > 0 && weight(work, holders.node[at - 1]) < weight(work, c);
             at--) {
            holders.node[at] = holders.node[at - 1];
            holders.node[at - 1] = c;
        }
    }
    for (uint32_t i = 0; i < holders.n; i++)
        holders.held += delta(&work->nodes.data[holders.node[i]]) / whole;
    return holders;
}

/* The rest of the node, beside its largest holder, went the same way by about as much: the change
 * lies above. */
static bool is_uniform(const struct work *work, const struct node *node,
                       const struct holders *holders)
{
    const struct node *child = &work->nodes.data[holders->node[0]];
    double before = node->value[PK_BEFORE] - child->value[PK_BEFORE];
    double after = node->value[PK_AFTER] - child->value[PK_AFTER];
    double larger = node->value[delta(node) > 0 ? PK_AFTER : PK_BEFORE];
    double rest = before > after ? before : after;
    double ratio = node->value[PK_AFTER] / (node->value[PK_BEFORE] + 1e-9);
    double beside = after / (before + 1e-9);

    if (rest < 0.02 * larger || (delta(child) > 0) != (delta(node) > 0))
        return false; /* a wrapper: there is no rest to tell */
    return delta(node) > 0 ? (ratio > 1.5 && beside > 1 + (ratio - 1) / 2)
                           : (ratio < 0.67 && beside < 1 - (1 - ratio) / 2);
}

static void add_cause(const struct work *work, const struct node *node,
                      struct pk_cause_list *causes)
{
    const struct pk_diff_groups *groups = work->diff->groups;
    int64_t part = (int64_t)delta(node);

    struct pk_cause_found found = {
        .cause = {.frame = {groups[0].frame[node->group], groups[1].frame[node->group]},
                  .callee = {PK_NONE, PK_NONE},
                  .delta = part,
                  .cost_part = part,
                  .calls = {PK_MISSING, PK_MISSING},
                  .within = PK_NONE,
                  .is_subtree = true}};

    for (unsigned i = 0; i < PK_CAUSE_CALLEES; i++)
        found.callee[i].group = PK_NONE;
    pk_array_push(causes, found);
}

/* One node: hand it down, or name it. The root over all roots has no name. */
static void look_at(struct work *work, uint32_t id, struct pk_cause_list *causes)
{
    const struct node *node = &work->nodes.data[id];
    struct holders holders = find_holders(work, node);

    if (id && (holders.held < 0.8 || is_uniform(work, node, &holders))) {
        add_cause(work, node, causes);
        return;
    }
    for (uint32_t i = 0; i < holders.n; i++)
        pk_array_push(&work->open, holders.node[i]);
}

void pk_causes_by_stacks(const struct pk_diff *diff, struct pk_cause_list *causes,
                         struct pk_arena *arena)
{
    struct work work = {.diff = diff};
    struct pk_map ids;

    pk_map_init(&ids, 2 * sizeof(uint32_t));
    pk_array_push(&work.nodes, ((struct node){.group = PK_NONE, .parent = PK_NONE}));
    for (unsigned s = 0; s < 2; s++)
        add_tree(&work, s, &ids, arena);
    pk_map_fini(&ids);
    if (delta(&work.nodes.data[0]) != 0)
        pk_array_push(&work.open, 0);
    while (work.open.size)
        look_at(&work, work.open.data[--work.open.size], causes);
    pk_array_fini(&work.open);
    pk_array_fini(&work.nodes);
}
