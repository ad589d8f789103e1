/*
 * Decides what is given up when memory is bounded: see pk_builder_spare. Of the tree that the
 * stacks make, nodes below a share of the weight are folded into their caller; the share is doubled
 * until half of the budget is free. What is folded stays in the sums and in its place as far as it
 * is known, so the error has a bound that can be read off the result: nothing lacks more than all
 * that PK_FOLDED has.
 *
 * A node that weighs little now and much later was folded once: the bound covers it. Which weight
 * is meant is not known yet when there are several metrics: a stack weighs what it has of the
 * metric of which it has the largest share.
 *
 * How it is done: the stacks are put in order, as they are when the tree is made of them, and the
 * tree is walked without being built. A node is open while the stacks that pass through it go by;
 * when it closes, its weight is known, and so are its stacks, which stand side by side. So finding
 * out what a share would leave costs one look at each frame and no memory for nodes.
 *
 * What is left goes into a builder of its own, so that names and frames that nothing uses any more
 * are given up too.
 */
#include <stdint.h>
#include <string.h>

#include "model/builder_private.h"

/* What a frame of a stack will take as a node of the tree, an edge and their sums; and a stack, a
 * function and a byte of name beside. Measured on profiles of distinct stacks and functions. */
#define BYTES_OF_ITEM 40u
#define BYTES_OF_STACK 80u
#define BYTES_OF_FRAME 300u
#define FIRST_THRESHOLD 1e-9

static const struct pk_note_kind folded_stacks = {
    "folded-stacks", "1 light stack folded to save memory (--mem)",
    "light stacks folded to save memory (--mem)", false};

/* One decision what to fold; arrays are by place in the order of stacks where nothing else is said.
 */
struct folding {
    struct pk_builder *from;
    struct pk_stack_order *order;
    double *weight;  /* share of all */
    uint32_t *depth; /* frames that stay */
    bool *is_used;   /* [frame] */
};

void pk_builder_budget(struct pk_builder *builder, uint64_t bytes)
{
    builder->budget = bytes;
}

uint64_t pk_builder_budget_of(const struct pk_builder *builder)
{
    return builder->budget;
}

/* An estimate that is rather too high: what freezing and a picture take is part of it. */
static uint64_t cost(uint64_t items, uint64_t stacks, uint64_t frames, uint64_t metrics)
{
    return items * BYTES_OF_ITEM + stacks * (BYTES_OF_STACK + 8 * metrics) +
           frames * BYTES_OF_FRAME;
}

/* Asked after every sample, so it only looks at four numbers. */
static bool is_over(const struct pk_builder *builder)
{
    const struct pk_pending *pending = &builder->pending;

    return builder->budget && cost(pending->items.size, pending->list.size, builder->frames.size,
                                   builder->metrics.size) > builder->budget;
}

/* What else a builder may hold has no light part that could be folded. */
static bool has_only_stacks(const struct pk_builder *builder)
{
    return builder->pending.list.size && !builder->nodes.size && !builder->moments.list.size &&
           !builder->self_rows.keys.size && !builder->edge_rows.keys.size &&
           !builder->stack_rows.keys.size && !builder->line_rows.keys.size;
}

/* Weights count without their signs: what takes away much is not light either. */
static double weight_of(const struct pk_builder *builder, uint32_t id)
{
    const int64_t *values = pk_rows_group(&builder->pending_rows, id, PK_SELF_GROUP);
    double most = 0;

    for (uint32_t m = 0; m < builder->metrics.size; m++) {
        double all = (double)builder->magnitudes.data[m].sum[PK_FAMILY_SELF];
        double share;

        if (values[m] == PK_MISSING || all <= 0)
            continue;
        share = (values[m] < 0 ? -(double)values[m] : (double)values[m]) / all;
        most = share > most ? share : most;
    }
    return most;
}

/* The stack at a place of the order. */
static const struct pk_stack_entry *entry_at(const struct folding *f, size_t place)
{
    return &f->from->pending.list.data[f->order[place].id];
}

struct open_node { /* on the way from the root to the stack at hand */
    size_t first;  /* place of the first stack in it */
    double weight;
};

/* Nodes deeper than `depth` end here, before `place`: the light ones take their stacks up to their
 * caller. A light node is in a light one or the last to be folded, so the last word is right. */
static void close_nodes(struct folding *f, struct open_node *path, size_t *size, size_t depth,
                        size_t place, double threshold)
{
    while (*size > depth) {
        const struct open_node *node = &path[--*size];

        if (*size > 0)
            path[*size - 1].weight += node->weight;
        for (size_t i = node->first; node->weight < threshold && i < place; i++)
            f->depth[i] = (uint32_t)*size;
    }
}

/* How deep each stack stays when nodes below the threshold are folded. */
static void find_depths(struct folding *f, double threshold)
{
    size_t n = f->from->pending.list.size;
    PK_ARRAY(struct open_node) path = {0};

    for (size_t i = 0; i < n; i++) {
        f->depth[i] = entry_at(f, i)->n;
        close_nodes(f, path.data, &path.size, f->order[i].shared, i, threshold);
        while (path.size < entry_at(f, i)->n)
            pk_array_push(&path, ((struct open_node){i, 0}));
        path.data[path.size - 1].weight += f->weight[i];
    }
    close_nodes(f, path.data, &path.size, 0, n, threshold);
    pk_array_fini(&path);
}

/* Count frames of a stack that nothing used so far. */
static uint32_t use_frames(const struct folding *f, size_t place)
{
    const uint32_t *items = f->from->pending.items.data + entry_at(f, place)->start;
    uint32_t more = 0;

    for (uint32_t k = 0; k < f->depth[place]; k++) {
        more += !f->is_used[items[k]];
        f->is_used[items[k]] = true;
    }
    return more;
}

/* At most: neighbours that fold into the same node are one. */
static uint64_t cost_of_rest(const struct folding *f)
{
    uint64_t items = 0, stacks = 0, frames = 0;

    memset(f->is_used, 0, f->from->frames.size);

    for (size_t i = 0; i < f->from->pending.list.size; i++) {
        bool is_folded = f->depth[i] < entry_at(f, i)->n;

        if (is_folded && i > 0 && f->depth[i - 1] == f->depth[i] &&
            f->depth[i - 1] < entry_at(f, i - 1)->n && f->order[i].shared >= f->depth[i])
            continue;
        items += f->depth[i] + is_folded;
        frames += use_frames(f, i);
        stacks++;
    }
    return cost(items, stacks, frames, f->from->metrics.size);
}

/* --- what is left, in a new builder --- */

/* Frames are told when a stack needs them, so what no stack needs stays behind. */
static pk_frame_id move_frame(struct pk_builder *into, const struct pk_builder *from, uint32_t id,
                              uint32_t *moved)
{
    const struct pk_frame_key *key = pk_map_key(&from->frames, id);

    if (moved[id] == PK_NONE)
        moved[id] = pk_builder_frame(
            into, &(struct pk_frame){.name = pk_intern_text(&from->texts, key->name),
                                     .file = pk_intern_text(&from->texts, key->file),
                                     .module = pk_intern_text(&from->texts, key->module),
                                     .line = key->line,
                                     .kind = (enum pk_frame_kind)key->kind});
    return moved[id];
}

/* Ids of slices stay the same, also where merging left several of one name. */
static void move_slices(struct pk_builder *into, const struct pk_builder *from)
{
    for (uint32_t i = 0; i < from->slices.size; i++) {
        struct pk_builder_slice slice = from->slices.data[i];

        pk_builder_enter(into, &slice.slice);
        slice.slice = into->slice;
        slice.text = into->slice_text;
        pk_array_push(&into->slices, slice);
    }
    for (uint32_t k = 0; k < from->slice_index.size; k++) {
        const uint32_t *theirs = pk_map_key(&from->slice_index, k);
        uint32_t key[2] = {pk_intern_id(&into->texts, pk_intern_text(&from->texts, theirs[0])),
                           theirs[1]};

        pk_map_add(&into->slice_index, key, NULL);
        pk_array_push(&into->slice_ids, from->slice_ids.data[k]);
    }
    pk_builder_enter(into, &from->slice);
}

/* Ids of metrics stay the same: they are told in the same order. */
static void move_names(struct pk_builder *into, const struct pk_builder *from)
{
    for (uint32_t m = 0; m < from->metrics.size; m++) {
        uint32_t id = pk_builder_metric(into, &from->metrics.data[m]);

        into->magnitudes.data[id] = from->magnitudes.data[m];
    }
    move_slices(into, from);
    into->rung = from->rung;
    for (uint32_t i = 0; i < from->facts.size; i++) {
        const uint32_t *pair = pk_map_key(&from->facts, i);

        pk_builder_fact(into, pk_intern_text(&from->texts, pair[0]).data,
                        pk_intern_text(&from->texts, pair[1]));
    }
    for (size_t i = 0; i < from->tallies.size; i++)
        pk_builder_tally(into, from->tallies.data[i].key, from->tallies.data[i].n);
}

/* Stacks that end alike now are one, and their values are added; the magnitudes hold already. */
static void add_values(struct pk_builder *into, uint32_t id, const struct pk_builder *from,
                       uint32_t theirs)
{
    const int64_t *values = pk_rows_group(&from->pending_rows, theirs, PK_SELF_GROUP);
    int64_t *sums = pk_rows_edit(&into->pending_rows, id, PK_SELF_GROUP);

    for (uint32_t m = 0; m < from->metrics.size; m++)
        if (values[m] != PK_MISSING)
            sums[m] = sums[m] == PK_MISSING ? values[m] : sums[m] + values[m];
    pk_rows_done(&into->pending_rows, id, PK_SELF_GROUP);
}

/* Returns how many stacks became shorter that were whole so far. */
static uint64_t move_stacks(struct pk_builder *into, const struct folding *f)
{
    const struct pk_builder *from = f->from;
    uint32_t *moved = pk_calloc(from->frames.size, sizeof *moved);
    PK_ARRAY(uint32_t) frames = {0}, lines = {0};
    const struct pk_frame folded = {.name = PK_STR(PK_FOLDED), .kind = PK_KIND_SPECIAL};
    uint32_t mark = pk_builder_frame(into, &folded), id;
    uint64_t count = 0;
    bool is_new;

    for (uint32_t i = 0; i < from->frames.size; i++)
        moved[i] = PK_NONE;
    for (size_t i = 0; i < from->pending.list.size; i++) {
        const struct pk_stack_entry *entry = entry_at(f, i);
        const uint32_t *items = from->pending.items.data + entry->start;

        frames.size = lines.size = 0;
        for (uint32_t k = 0; k < f->depth[i]; k++) {
            pk_array_push(&frames, move_frame(into, from, items[k], moved));
            pk_array_push(&lines, entry->has_lines ? items[entry->n + k] : 0);
        }
        if (f->depth[i] < entry->n) {
            count += f->depth[i] + 1 < entry->n ||
                     move_frame(into, from, items[entry->n - 1], moved) != mark;
            pk_array_push(&frames, mark);
            pk_array_push(&lines, 0);
        }
        id = pk_pending_add(into, entry->slice, frames.data, lines.data, (uint32_t)frames.size,
                            &is_new);
        add_values(into, id, from, f->order[i].id);
    }
    pk_array_fini(&frames);
    pk_array_fini(&lines);
    pk_free(moved);
    return count;
}

/* The new builder takes the place of the old one, which is freed. */
static void replace(struct pk_builder *builder, struct folding *f)
{
    struct pk_builder *rest = pk_builder_part(builder), old;
    uint64_t count;

    rest->budget = builder->budget;
    rest->threshold = builder->threshold;
    move_names(rest, builder);
    count = move_stacks(rest, f);
    rest->notes = builder->notes;
    builder->notes = (struct pk_notes){0};
    rest->moments.has_times = builder->moments.has_times;
    rest->moments.span = builder->moments.span;
    rest->magnitude_calls = builder->magnitude_calls;
    old = *builder;
    *builder = *rest;
    *rest = old;
    pk_builder_free(rest);
    pk_notes_add(&builder->notes, &folded_stacks, count, pk_place_none());
}

/* The share begins below that of the last time: the weight of all has grown since. */
bool pk_builder_spare(struct pk_builder *builder)
{
    struct folding f = {.from = builder};
    size_t n = builder->pending.list.size;

    if (!is_over(builder) || !has_only_stacks(builder) || builder->error.status != PK_OK)
        return false;
    f.order = pk_pending_order(&builder->pending, NULL);
    f.weight = pk_calloc(n, sizeof *f.weight);
    f.depth = pk_calloc(n, sizeof *f.depth);
    f.is_used = pk_calloc(builder->frames.size, sizeof *f.is_used);
    for (size_t i = 0; i < n; i++)
        f.weight[i] = weight_of(builder, f.order[i].id);
    if (builder->threshold < FIRST_THRESHOLD)
        builder->threshold = FIRST_THRESHOLD / 2;
    else
        builder->threshold /= 4;
    do {
        builder->threshold *= 2;
        find_depths(&f, builder->threshold);
    } while (cost_of_rest(&f) > builder->budget / 2 && builder->threshold < 2);
    replace(builder, &f);
    pk_free(f.order);
    pk_free(f.weight);
    pk_free(f.depth);
    pk_free(f.is_used);
    return true;
}
