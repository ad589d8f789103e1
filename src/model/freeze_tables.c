/*
 * The flat table and the graph of what was recorded as self values and edges. A value is the sum
 * over the slices that say its metric; where one of them mentions the function or edge without a
 * value, the sum is missing: a sum of which a part is unknown is unknown. Only the self of
 * functions adds up what is known, as the totals do (merge.c says why).
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "model/freeze_private.h"

struct target {            /* where the rows of one kind go */
    const uint32_t *place; /* [item of the builder] index into the columns, or PK_NONE */
    int64_t **groups[2];   /* [PK_SELF_GROUP, PK_INCL_GROUP][metric] columns */
    int64_t *calls, *primitive;
    uint32_t n;
    bool is_edges;
};

#define FEW 16u   /* edges of a function that are sorted by hand */
#define AHEAD 16u /* rows whose places memory may fetch meanwhile: these stand anywhere */

/* Strict sum: `touched` tells "nothing yet" from "one part was missing". */
static void add_strict(int64_t *sum, int64_t value, bool *touched)
{
    if (!*touched)
        *sum = value;
    else if (*sum == PK_MISSING || value == PK_MISSING)
        *sum = PK_MISSING;
    else
        *sum += value; /* fits: calls and values were weighed by magnitude */
    *touched = true;
}

/* The place of the item of a row, or PK_NONE. */
static uint32_t place_of(const struct target *target, const struct pk_rows *rows, uint32_t row)
{
    const struct pk_row_key *key = pk_map_key(&rows->keys, row);

    return target->place[key->item];
}

static void expect(const struct target *target, const struct pk_rows *rows, uint32_t row,
                   const int64_t *column, const bool *touched)
{
    uint32_t at = row < rows->keys.size ? place_of(target, rows, row) : PK_NONE;

    if (at == PK_NONE)
        return;
    __builtin_prefetch(&column[at], 1);
    __builtin_prefetch(&touched[at], 1);
}

/* Column by column, not row by row: what is touched stays in the cache, and most files have one
 * metric. */
static void sum_column(const struct pk_freezing *f, const struct pk_rows *rows, enum pk_rung rung,
                       const struct target *target, unsigned group, uint32_t m, bool *touched)
{
    memset(touched, 0, target->n);
    for (uint32_t row = 0; row < rows->keys.size; row++) {
        const struct pk_row_key *key = pk_map_key(&rows->keys, row);
        uint32_t at = target->place[key->item];
        int64_t value = pk_rows_group(rows, row, group)[f->metric_of[m]];

        expect(target, rows, row + AHEAD, target->groups[group][m], touched);
        if (at == PK_NONE || !pk_freeze_says(f, key->slice, rung, m))
            continue;
        if (group == PK_SELF_GROUP && !target->is_edges)
            pk_sum_add(&target->groups[group][m][at], value);
        else
            add_strict(&target->groups[group][m][at], value, &touched[at]);
    }
}

/* Calls belong to no metric, so every chosen slice of the rung has a say in them. */
static void sum_calls(const struct pk_freezing *f, const struct pk_rows *rows, enum pk_rung rung,
                      const struct target *target, unsigned which, int64_t *column, bool *touched)
{
    memset(touched, 0, target->n);
    for (uint32_t row = 0; row < rows->keys.size; row++) {
        const struct pk_row_key *key = pk_map_key(&rows->keys, row);
        uint32_t at = target->place[key->item];

        expect(target, rows, row + AHEAD, column, touched);
        if (at != PK_NONE && f->is_chosen[key->slice] &&
            f->builder->slices.data[key->slice].rung == rung)
            add_strict(&column[at], pk_rows_counters(rows, row)[which], &touched[at]);
    }
}

/* NULL for a column that no row filled: it stands by for the next one, as all of it is missing
 * still. Files with many metrics would else cost what they might say. */
static int64_t *keep_known(int64_t *column, uint32_t n, int64_t **spare)
{
    if (pk_freeze_known(column, n))
        return column;
    *spare = column;
    return NULL;
}

/* The column that the last table gave back, if it did; all of it is missing values. */
static int64_t *next_column(struct pk_arena *arena, uint32_t n, int64_t **spare)
{
    int64_t *column = *spare ? *spare : pk_freeze_column(arena, n);

    *spare = NULL;
    return column;
}

/* `which` counter of a row: 0 all calls, 1 the primitive ones. */
static int64_t *calls_column(const struct pk_freezing *f, const struct pk_rows *rows,
                             enum pk_rung rung, const struct target *target, unsigned which,
                             struct pk_arena *arena, bool *touched, int64_t **spare)
{
    int64_t *column = next_column(arena, target->n, spare);

    sum_calls(f, rows, rung, target, which, column, touched);
    return keep_known(column, target->n, spare);
}

/* All columns of one kind of rows. The rows are given back at the end: with them still there, big
 * files would stand in memory twice. */
static void sum_rows(const struct pk_freezing *f, const struct pk_rows *rows, enum pk_rung rung,
                     struct target *target, struct pk_profile *part)
{
    struct pk_arena *arena = &part->arena;
    bool *touched = pk_calloc(target->n, sizeof *touched);
    int64_t *spare = NULL;

    for (unsigned group = 0; group < 2; group++) {
        target->groups[group] = pk_freeze_columns(arena, part->n_metrics);
        for (uint32_t m = 0; m < part->n_metrics; m++) {
            if (!pk_profile_has_values(part, m))
                continue;
            target->groups[group][m] = next_column(arena, target->n, &spare);
            sum_column(f, rows, rung, target, group, m, touched);
            target->groups[group][m] = keep_known(target->groups[group][m], target->n, &spare);
        }
    }
    target->calls = target->primitive = pk_freeze_left_out();
    if (pk_profile_has_any_values(part)) {
        target->calls = calls_column(f, rows, rung, target, 0, arena, touched, &spare);
        target->primitive = calls_column(f, rows, rung, target, 1, arena, touched, &spare);
    }
    pk_free(touched);
    pk_freeze_release_rows(f, rows);
}

/* Functions of all frames: those without a row stay missing. */
static void freeze_flat(const struct pk_freezing *f, struct pk_profile *part, enum pk_rung rung)
{
    struct target target = {.place = f->frame_id, .n = part->n_frames};

    sum_rows(f, &f->builder->self_rows, rung, &target, part);
    part->flat = (struct pk_flat){.origin = PK_RECORDED,
                                  .self = target.groups[PK_SELF_GROUP],
                                  .incl = target.groups[PK_INCL_GROUP],
                                  .incl_high = pk_freeze_no_ranges(part),
                                  .calls = target.calls,
                                  .primitive = target.primitive};
}

struct ends { /* of the edges that are chosen, in the order of the builder; ids of the profile */
    uint32_t n;
    uint32_t *id; /* of the builder */
    pk_frame_id *caller, *callee;
};

/* The edges that chosen slices mention; place[edge of the builder] is no more PK_NONE then. */
static struct ends choose_edges(const struct pk_freezing *f, uint32_t *place)
{
    const struct pk_builder *b = f->builder;
    size_t n = b->edges.size;
    struct ends ends = {.id = pk_calloc(n, sizeof *ends.id),
                        .caller = pk_calloc(n, sizeof *ends.caller),
                        .callee = pk_calloc(n, sizeof *ends.callee)};

    for (uint32_t i = 0; i < n; i++)
        place[i] = PK_NONE;
    for (uint32_t i = 0; i < b->edge_rows.keys.size; i++) {
        const struct pk_row_key *key = pk_map_key(&b->edge_rows.keys, i);
        const struct pk_edge_key *edge = pk_map_key(&b->edges, key->item);

        if (!f->is_chosen[key->slice] || place[key->item] != PK_NONE)
            continue;
        place[key->item] = 0; /* the place itself is known only after sorting */
        ends.id[ends.n] = key->item;
        ends.caller[ends.n] = f->frame_id[edge->caller];
        ends.callee[ends.n++] = f->frame_id[edge->callee];
    }
    return ends;
}

static int compare_callees(const void *left, const void *right, void *callees)
{
    const uint32_t *callee = callees;
    uint32_t a = callee[*(const uint32_t *)left], b = callee[*(const uint32_t *)right];

    return (a > b) - (a < b);
}

/* Few of them, which most functions have, each to its place among those before it. */
static void sort_callees(uint32_t *order, uint32_t n, uint32_t *callee)
{
    if (n > FEW) {
        qsort_r(order, n, sizeof *order, compare_callees, callee);
        return;
    }
    for (uint32_t i = 1; i < n; i++) {
        uint32_t edge = order[i], at = i;

        for (; at > 0 && callee[order[at - 1]] > callee[edge]; at--)
            order[at] = order[at - 1];
        order[at] = edge;
    }
}

/* By caller, then callee, the order that out_start needs: into the graph, and each one's place. A
 * caller's edges mostly came together, so they are near each other. */
static void order_edges(struct ends ends, struct pk_profile *part, uint32_t *place)
{
    struct pk_graph *graph = &part->graph;
    uint32_t *order = pk_calloc(ends.n, sizeof *order), *other = pk_calloc(ends.n, sizeof *other);
    uint32_t end;

    for (uint32_t i = 0; i < ends.n; i++)
        other[i] = i;
    pk_count_sort(ends.caller, part->n_frames, ends.n, other, order);
    for (uint32_t i = 0; i < ends.n; i = end) {
        for (end = i + 1; end < ends.n && ends.caller[order[end]] == ends.caller[order[i]]; end++)
            ;
        sort_callees(order + i, end - i, ends.callee);
    }
    graph->n = ends.n;
    graph->caller = PK_NEW_ARRAY(&part->arena, pk_frame_id, graph->n);
    graph->callee = PK_NEW_ARRAY(&part->arena, pk_frame_id, graph->n);
    for (uint32_t i = 0; i < graph->n; i++) {
        graph->caller[i] = ends.caller[order[i]];
        graph->callee[i] = ends.callee[order[i]];
        place[ends.id[order[i]]] = i;
    }
    pk_free(order);
    pk_free(other);
    pk_free(ends.id);
    pk_free(ends.caller);
    pk_free(ends.callee);
}

/* The indexes come last, when the order is settled. */
static void freeze_graph(const struct pk_freezing *f, struct pk_profile *part)
{
    struct pk_graph *graph = &part->graph;
    struct target target = {.place = f->edge_id, .is_edges = true};

    order_edges(choose_edges(f, f->edge_id), part, f->edge_id);
    target.n = graph->n;
    sum_rows(f, &f->builder->edge_rows, PK_GRAPH, &target, part);
    graph->origin = PK_RECORDED;
    graph->self = target.groups[PK_SELF_GROUP];
    graph->incl = target.groups[PK_INCL_GROUP];
    graph->calls = target.calls;
    graph->primitive = target.primitive;
    pk_graph_index(graph, part->n_frames, &part->arena);
}

/* The flat table first: what is derived from edges fills only what it lacks. */
void pk_freeze_tables(const struct pk_freezing *freezing, struct pk_profile *part,
                      enum pk_rung rung)
{
    freeze_flat(freezing, part, rung);
    if (rung == PK_GRAPH) {
        freeze_graph(freezing, part);
        if (pk_profile_has_any_values(part))
            pk_derive_inclusive(part);
    }
}
