/*
 * Collapsed text of a comparison. Stacks are those of the picture: paths of one side and the other
 * are one where their functions are matched, and carry the names of the later side. Both counts are
 * metrics of one profile, which is written as any other.
 */
#include "cmd/diff_folded.h"

#include <stddef.h>
#include <stdint.h>

#include "analyze/canonical.h"
#include "analyze/diff_tree.h"
#include "base/limits.h"
#include "model/builder.h"
#include "render/writers.h"

/* An estimate could not be marked: only what was recorded is written. */
static bool find_tree(const struct pk_diff *diff, struct pk_arena *arena, struct pk_diff_tree *tree,
                      struct pk_error *error)
{
    struct pk_diff_stacks stacks[2];

    for (unsigned s = 0; s < 2; s++) {
        const struct pk_side *side = &diff->side[s];

        stacks[s] = (struct pk_diff_stacks){pk_profile_tree(side->profile), side->metric,
                                            pk_profile_total(side->profile, side->metric)};
        if (stacks[s].tree)
            continue;
        pk_error_set(error, PK_USAGE, pk_place_none(),
                     "the %s profile holds no stacks, and collapsed text cannot mark an estimate",
                     s == PK_BEFORE ? "first" : "second");
        pk_error_hint(error, "-o change.svg draws it, -o change.json lists its functions");
        return false;
    }
    return pk_diff_tree_find(diff, stacks, NULL, arena, tree, error);
}

/* Addresses of one module are one function, which no single one of them can name. */
static pk_frame_id add_frame(struct pk_builder *builder, const struct pk_frame *frame)
{
    struct pk_frame unnamed = *frame;
    struct pk_buf name = {0};

    pk_canonical_name(&name, frame);
    if (name.size == 0)
        unnamed.name = PK_STR("0x...");
    pk_buf_fini(&name);
    return pk_builder_frame(builder, &unnamed);
}

static void add_nodes(const struct pk_diff_tree *tree, struct pk_builder *builder,
                      struct pk_arena *arena)
{
    pk_node_id *made = PK_NEW_ARRAY(arena, pk_node_id, tree->n);

    made[0] = PK_NONE;
    for (uint32_t i = 1; i < tree->n; i++) {
        const struct pk_diff_node *node = &tree->node[i];

        made[i] = pk_builder_node(builder, made[node->parent],
                                  add_frame(builder, tree->frame[node->function]), 0);
        if (node->self[PK_BEFORE] || node->self[PK_AFTER])
            pk_builder_node_self(builder, made[i], node->self);
    }
    if (tree->node[0].self[PK_BEFORE] || tree->node[0].self[PK_AFTER])
        pk_builder_stack(builder, NULL, NULL, 0, tree->node[0].self);
}

bool pk_diff_folded(const struct pk_diff *diff, struct pk_arena *arena,
                    const struct pk_target *target, struct pk_error *error)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_metric metric = diff->measure.metric;
    struct pk_builder *builder;
    struct pk_profile *profile;
    struct pk_diff_tree tree;
    bool done;

    if (!find_tree(diff, arena, &tree, error))
        return false;
    limits.frames = limits.stack = UINT32_MAX; /* the inputs were held to theirs */
    builder = pk_builder_new(&limits);
    metric.name = PK_STR("before");
    pk_builder_metric(builder, &metric);
    metric.name = PK_STR("after");
    pk_builder_metric(builder, &metric);
    add_nodes(&tree, builder, arena);
    profile = pk_builder_freeze_take(builder, (struct pk_keeping){.parts = PK_KEEP_METRICS}, error);
    pk_builder_free(builder);
    done = profile && pk_writer_folded.profile(profile, &target->style,
                                               pk_output_stream(target->output), error);
    pk_profile_free(profile);
    return done;
}
