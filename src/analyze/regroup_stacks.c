/*
 * Stacks by other names. A node of the old tree becomes a node of the new one, its parent first, so
 * one pass in preorder translates all; equal neighbours that are joined share theirs. Freezing then
 * counts a group once per stack, as it does for functions.
 */
#include <stdint.h>

#include "analyze/regroup_private.h"
#include "model/timeline.h"

struct stacks {
    struct pk_regroup *r;
    const struct pk_tree *tree;
    pk_node_id *to;        /* [node] its node in the builder */
    pk_node_id *above;     /* [node] what that one hangs under */
    pk_frame_id *frame_of; /* [node] the frame of that one, of the builder */
};

/* The line is the place: functions of one name and file stay apart by it, and 0 is "not known", not
 * the line of the definition. */
static pk_frame_id frame_of_line(const struct stacks *s, uint32_t i)
{
    struct pk_frame frame = *pk_profile_frame(s->r->profile, s->tree->frame[i]);

    frame.line = s->tree->line ? s->tree->line[i] : 0;
    return pk_builder_frame(s->r->builder, &frame);
}

/* Roots that stand for a process or a thread have no code of their own to inline into. */
static bool is_inlined(const struct stacks *s, uint32_t i)
{
    const struct pk_profile *profile = s->r->profile;
    enum pk_frame_kind above;

    if (!s->r->how->merges_inlined || s->tree->parent[i] == PK_NONE ||
        pk_profile_frame(profile, s->tree->frame[i])->kind != PK_KIND_INLINED)
        return false;
    above = pk_profile_frame(profile, s->tree->frame[s->tree->parent[i]])->kind;
    return above != PK_KIND_PROCESS && above != PK_KIND_THREAD && above != PK_KIND_SEPARATOR;
}

/* With lines a run of equal frames keeps that of its innermost: there the cost is, and from there
 * the next function is called. */
static void translate(const struct stacks *s, uint32_t i)
{
    const struct pk_regrouping *how = s->r->how;
    uint32_t parent = s->tree->parent[i];
    uint32_t line = how->keeps_lines && s->tree->line ? s->tree->line[i] : 0;

    if (is_inlined(s, i)) {
        s->to[i] = s->to[parent];
        s->above[i] = s->above[parent];
        s->frame_of[i] = s->frame_of[parent];
        return;
    }
    s->frame_of[i] = s->r->by_line ? frame_of_line(s, i) : s->r->group[s->tree->frame[i]];
    s->above[i] = parent == PK_NONE ? PK_NONE : s->to[parent];
    if (how->joins && parent != PK_NONE && s->frame_of[i] == s->frame_of[parent])
        s->above[i] = s->above[parent];
    s->to[i] = pk_builder_node(s->r->builder, s->above[i], s->frame_of[i], line);
}

/* The node of the builder that the self of a node belongs to. */
static pk_node_id self_of(const struct stacks *s, uint32_t i)
{
    const struct pk_regrouping *how = s->r->how;

    if (!how->leaf || how->leaf[i] == PK_NONE)
        return s->to[i];
    return pk_builder_node(s->r->builder, s->to[i],
                           pk_builder_frame(s->r->builder, &how->leaves[how->leaf[i]]), 0);
}

static void add_slice(const struct stacks *s, uint32_t slice)
{
    struct pk_regroup *to = s->r;
    const struct pk_record_slice *from = pk_record_slice(to->profile, slice);
    const struct pk_timeline *timeline = pk_profile_timeline(to->profile);

    pk_regroup_enter(to, slice, PK_TREE);
    for (uint32_t i = 0; i < from->stacks.n; i++) {
        pk_regroup_spread(to, from, pk_record_row(&from->stacks, i), to->self);
        pk_builder_node_self(to->builder, self_of(s, from->stacks.item[i]), to->self);
    }
    for (uint64_t i = timeline ? timeline->start[slice] : 0;
         timeline && i < timeline->start[slice + 1]; i++) {
        const struct pk_moment *moment = &timeline->moments[i];

        pk_builder_node_moment(to->builder, self_of(s, moment->node), moment->metric, moment->time,
                               moment->value);
    }
}

void pk_regroup_stacks(struct pk_regroup *regroup)
{
    const struct pk_profile *profile = regroup->profile;
    struct stacks s = {.r = regroup, .tree = pk_record_tree(profile)};

    if (!s.tree)
        return;
    s.to = pk_calloc(s.tree->n, sizeof *s.to);
    s.above = pk_calloc(s.tree->n, sizeof *s.above);
    s.frame_of = pk_calloc(s.tree->n, sizeof *s.frame_of);
    for (uint32_t i = 0; i < s.tree->n; i++)
        translate(&s, i);
    for (uint32_t slice = 0; slice < pk_record_slices(profile); slice++)
        if (pk_record_slice(profile, slice)->rung == PK_TREE)
            add_slice(&s, slice);
    pk_free(s.to);
    pk_free(s.above);
    pk_free(s.frame_of);
}
