/*
 * Decides how stacks wait to become a tree: see pending.h. A node a frame, found by its
 * parent and frame, was nine tenths of reading a file of stacks that are all different; equal
 * stacks first, then sorting, takes a fifth of that.
 *
 * The order is found by groups: stacks that agree in their first frames are sorted by the next one,
 * and every run of equal ones is a group again. So a frame is looked at once for each stack that
 * shares all before it, keys of a group lie side by side, and no recursion is needed however deep
 * stacks are.
 */
#include "model/pending.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "model/builder_private.h"

#define FIRST_SLOTS 256u
#define FEW 12u /* keys that are put in order one by one */

void pk_pending_fini(struct pk_pending *pending)
{
    pk_free(pending->slots);
    pk_array_fini(&pending->list);
    pk_array_fini(&pending->items);
    *pending = (struct pk_pending){0};
}

/* --- equal stacks are one --- */

static uint64_t hash_stack(uint32_t slice, const uint32_t *frames, const uint32_t *lines,
                           uint32_t n)
{
    uint64_t hash = pk_map_hash(frames, n * sizeof *frames);

    if (lines)
        hash = hash * 31 + pk_map_hash(lines, n * sizeof *lines);
    return hash + slice * UINT64_C(0x9e3779b97f4a7c15);
}

static const uint32_t *lines_of(const struct pk_pending *pending,
                                const struct pk_stack_entry *entry)
{
    return entry->has_lines ? pending->items.data + entry->start + entry->n : NULL;
}

static bool is_equal(const struct pk_pending *pending, uint32_t id, uint32_t slice,
                     const uint32_t *frames, const uint32_t *lines, uint32_t n)
{
    const struct pk_stack_entry *entry = &pending->list.data[id];
    const uint32_t *items = pending->items.data + entry->start;

    return entry->n == n && entry->slice == slice && entry->has_lines == (lines != NULL) &&
           memcmp(items, frames, n * sizeof *items) == 0 &&
           (!lines || memcmp(items + n, lines, n * sizeof *items) == 0);
}

/* Only the slots are made anew. */
static void grow(struct pk_pending *pending)
{
    size_t n = pending->slots ? 2 * (pending->mask + 1) : FIRST_SLOTS;

    pk_free(pending->slots);
    pending->slots = pk_calloc(n, sizeof *pending->slots);
    pending->mask = n - 1;
    for (uint32_t id = 0; id < pending->list.size; id++) {
        const struct pk_stack_entry *entry = &pending->list.data[id];
        uint64_t hash = hash_stack(entry->slice, pending->items.data + entry->start,
                                   lines_of(pending, entry), entry->n);
        size_t slot = hash & pending->mask;

        while (pending->slots[slot])
            slot = (slot + 1) & pending->mask;
        pending->slots[slot] = (hash >> 32 << 32) | (id + 1);
    }
}

/* Lines that are all unknown say nothing: such a stack is one without lines. */
static const uint32_t *known_lines(const uint32_t *lines, uint32_t n)
{
    for (uint32_t i = 0; lines && i < n; i++)
        if (lines[i])
            return lines;
    return NULL;
}

static void append(struct pk_pending *pending, const uint32_t *items, uint32_t n)
{
    pk_array_reserve(&pending->items, n);
    memcpy(pending->items.data + pending->items.size, items, n * sizeof *items);
    pending->items.size += n;
}

uint32_t pk_pending_add(struct pk_builder *builder, uint32_t slice, const uint32_t *frames,
                        const uint32_t *lines, uint32_t n, bool *is_new)
{
    struct pk_pending *pending = &builder->pending;
    uint64_t hash;
    size_t slot;

    lines = known_lines(lines, n);
    hash = hash_stack(slice, frames, lines, n);
    if (!pending->slots || pending->list.size >= pk_map_room(pending->mask + 1))
        grow(pending);
    for (slot = hash & pending->mask; pending->slots[slot]; slot = (slot + 1) & pending->mask) {
        uint32_t id = (uint32_t)pending->slots[slot] - 1;

        *is_new = false;
        if (pending->slots[slot] >> 32 == hash >> 32 &&
            is_equal(pending, id, slice, frames, lines, n))
            return id;
    }
    *is_new = true;
    pk_array_push(&pending->list, ((struct pk_stack_entry){.start = pending->items.size,
                                                           .n = n,
                                                           .slice = slice & INT32_MAX,
                                                           .has_lines = lines != NULL}));
    append(pending, frames, n);
    if (lines)
        append(pending, lines, n);
    pk_rows_append(&builder->pending_rows);
    pending->slots[slot] = (hash >> 32 << 32) | pending->list.size;
    return (uint32_t)pending->list.size - 1;
}

/* --- their order --- */

struct group { /* stacks that agree in their first `depth` frames */
    size_t start, end;
    uint32_t depth;
};

static uint64_t key_of(const struct pk_pending *pending, uint32_t id, uint32_t depth,
                       const uint32_t *rank)
{
    const struct pk_stack_entry *entry = &pending->list.data[id];
    const uint32_t *items = pending->items.data + entry->start;

    if (depth >= entry->n)
        return 0;
    return ((uint64_t)(rank ? rank[items[depth]] : items[depth]) + 1) << 32 |
           (entry->has_lines ? items[entry->n + depth] : 0);
}

static int order_keys(const void *left, const void *right)
{
    const struct pk_stack_order *a = left, *b = right;

    return (a->key > b->key) - (a->key < b->key);
}

static void sort_keys(struct pk_stack_order *keys, size_t n)
{
    if (n > FEW) {
        qsort(keys, n, sizeof *keys, order_keys);
        return;
    }
    for (size_t i = 1; i < n; i++) {
        struct pk_stack_order key = keys[i];
        size_t at = i;

        for (; at > 0 && key.key < keys[at - 1].key; at--)
            keys[at] = keys[at - 1];
        keys[at] = key;
    }
}

/* Bring the stacks of a group into order. What the first shares with the stack before the group is
 * of its place, not of the stack. */
static void sort_group(const struct pk_pending *pending, const struct group *group,
                       const uint32_t *rank, struct pk_stack_order *keys)
{
    uint32_t shared = keys[group->start].shared;
    bool is_sorted = true;

    for (size_t i = group->start; i < group->end; i++) {
        keys[i].key = key_of(pending, keys[i].id, group->depth, rank);
        is_sorted &= i == group->start || keys[i - 1].key <= keys[i].key;
    }
    if (!is_sorted)
        sort_keys(keys + group->start, group->end - group->start);
    keys[group->start].shared = shared;
}

/* Two neighbours share what their last group does. */
struct pk_stack_order *pk_pending_order(const struct pk_pending *pending, const uint32_t *rank)
{
    size_t n = pending->list.size;
    struct pk_stack_order *keys = pk_calloc(n, sizeof *keys);
    PK_ARRAY(struct group) groups = {0};

    for (uint32_t id = 0; id < n; id++)
        keys[id].id = id;
    pk_array_push(&groups, ((struct group){0, n, 0}));
    while (groups.size) {
        struct group group = groups.data[--groups.size];

        sort_group(pending, &group, rank, keys);
        for (size_t from = group.start, to; from < group.end; from = to) {
            if (from > group.start)
                keys[from].shared = group.depth;
            for (to = from + 1; to < group.end && keys[to].key == keys[from].key; to++)
                keys[to].shared = group.depth; /* for good where they have ended */
            if (to - from > 1 && keys[from].key)
                pk_array_push(&groups, ((struct group){from, to, group.depth + 1}));
        }
    }
    pk_array_fini(&groups);
    return keys;
}

/* --- from stacks to nodes --- */

/* What a stack has is added to its node's row. Its weight was counted when it came in. */
static void add_row(struct pk_builder *builder, uint32_t id, uint32_t node)
{
    struct pk_rows *rows = &builder->stack_rows;
    uint32_t row = pk_rows_at(rows, builder->pending.list.data[id].slice, node, NULL);
    const int64_t *values = pk_rows_group(&builder->pending_rows, id, PK_SELF_GROUP);
    int64_t *sums = pk_rows_edit(rows, row, PK_SELF_GROUP);

    for (uint32_t m = 0; m < builder->metrics.size; m++)
        if (values[m] != PK_MISSING)
            sums[m] = sums[m] == PK_MISSING ? values[m] : sums[m] + values[m];
    pk_rows_done(rows, row, PK_SELF_GROUP);
}

/* The node of each stack in turn; `is_first`: there were none, so each is new where it is not the
 * one before, and need not be looked for. */
static void make_nodes(struct pk_builder *builder, const struct pk_stack_order *order,
                       bool is_first)
{
    const struct pk_pending *pending = &builder->pending;
    PK_ARRAY(uint32_t) path = {0};

    for (size_t i = 0; i < pending->list.size; i++) {
        uint32_t id = order[i].id;
        const struct pk_stack_entry *entry = &pending->list.data[id];
        const uint32_t *frames = pending->items.data + entry->start;

        path.size = order[i].shared;
        while (path.size < entry->n) {
            size_t at = path.size;
            struct pk_node_key key = {at ? path.data[at - 1] : PK_NONE, frames[at],
                                      entry->has_lines ? frames[entry->n + at] : 0};

            pk_array_push(&path, is_first ? pk_map_append(&builder->nodes, &key)
                                          : pk_map_add(&builder->nodes, &key, NULL));
        }
        if (is_first)
            pk_map_append(&builder->stack_rows.keys,
                          &(struct pk_row_key){entry->slice, path.data[entry->n - 1]});
        else
            add_row(builder, id, path.data[entry->n - 1]);
    }
    pk_array_fini(&path);
}

/* The values stay where they are; only which row has which changes. */
static void take_rows(struct pk_builder *builder, const struct pk_stack_order *order)
{
    struct pk_rows *from = &builder->pending_rows, *to = &builder->stack_rows;

    pk_array_fini(&to->values);
    memcpy(&to->values, &from->values, sizeof to->values);
    memset(&from->values, 0, sizeof from->values);
    pk_array_reserve(&to->runs, from->runs.size);
    for (size_t i = 0; i < from->runs.size; i++)
        to->runs.data[i] = from->runs.data[order[i].id];
    to->runs.size = from->runs.size;
}

/* All stacks are nodes now. */
static void forget_stacks(struct pk_builder *builder)
{
    unsigned stride = builder->pending_rows.stride;

    pk_pending_fini(&builder->pending);
    pk_rows_fini(&builder->pending_rows);
    pk_rows_init(&builder->pending_rows, 1, 0);
    pk_rows_widen(&builder->pending_rows, stride);
}

static bool has_nodes(const struct pk_builder *builder)
{
    return builder->nodes.size || builder->stack_rows.keys.size;
}

void pk_pending_settle(struct pk_builder *builder, const uint32_t *rank, bool is_taken)
{
    bool is_first = !has_nodes(builder);
    struct pk_stack_order *order;

    if (builder->pending.list.size == 0)
        return;
    order = pk_pending_order(&builder->pending, rank);
    make_nodes(builder, order, is_first);
    if (is_first)
        take_rows(builder, order);
    if (is_first && !is_taken) {
        pk_map_index(&builder->nodes);
        pk_map_index(&builder->stack_rows.keys);
    }
    pk_free(order);
    forget_stacks(builder);
}

/* --- from stacks to a tree --- */

bool pk_pending_is_all(const struct pk_builder *builder)
{
    if (has_nodes(builder))
        return false;
    for (size_t id = 0; id < builder->pending.list.size; id++)
        if (builder->pending.list.data[id].has_lines)
            return false;
    return true;
}

/* Room for all nodes: each is of the first stack that passes through it. */
static void make_room(const struct pk_pending *pending, const struct pk_stack_order *order,
                      struct pk_tree *tree, struct pk_arena *arena)
{
    size_t n = 0;

    for (size_t i = 0; i < pending->list.size; i++)
        n += pending->list.data[order[i].id].n - order[i].shared;
    if (n >= PK_NONE) /* no number is left for a node */
        pk_out_of_memory();
    tree->n = (uint32_t)n;
    tree->frame = PK_NEW_ARRAY(arena, pk_frame_id, tree->n);
    tree->parent = PK_NEW_ARRAY(arena, pk_node_id, tree->n);
    tree->end = PK_NEW_ARRAY(arena, pk_node_id, tree->n);
}

/* Leave the path below `depth`: what stood there ends before node `at`. */
static void leave(struct pk_tree *tree, const uint32_t *path, size_t *size, size_t depth,
                  uint32_t at)
{
    while (*size > depth)
        tree->end[path[--*size]] = at;
}

void pk_pending_lay_out(struct pk_builder *builder, const uint32_t *rank, struct pk_tree *tree,
                        struct pk_arena *arena)
{
    const struct pk_pending *pending = &builder->pending;
    struct pk_stack_order *order = pk_pending_order(pending, rank);
    PK_ARRAY(uint32_t) path = {0};
    uint32_t at = 0;

    make_room(pending, order, tree, arena);
    for (size_t i = 0; i < pending->list.size; i++) {
        const struct pk_stack_entry *entry = &pending->list.data[order[i].id];
        const uint32_t *frames = pending->items.data + entry->start;

        leave(tree, path.data, &path.size, order[i].shared, at);
        while (path.size < entry->n) {
            tree->frame[at] = rank[frames[path.size]];
            tree->parent[at] = path.size ? path.data[path.size - 1] : PK_NONE;
            pk_array_push(&path, at++);
        }
        pk_map_append(&builder->stack_rows.keys,
                      &(struct pk_row_key){entry->slice, path.data[entry->n - 1]});
    }
    leave(tree, path.data, &path.size, 0, at);
    take_rows(builder, order);
    pk_array_fini(&path);
    pk_free(order);
    forget_stacks(builder);
}
