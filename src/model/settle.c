/*
 * What edges that count nested calls again can and cannot say (callgrind and its dialects). Outside
 * the cycles of a slice self + exits is a function's inclusive, and inside them nothing is: an edge
 * there counts a stack as often as it stands on it. A function known to stand at most once on any
 * stack is exact wherever it is, since its exits can then not nest in each other.
 *
 * Done slice by slice before any merge: a cycle that only the union of two files has makes neither
 * of them wrong, and the sum of exact values is exact.
 */
#include <stdint.h>
#include <string.h>

#include "model/builder_private.h"
#include "model/cycles.h"

struct slice_edge {
    uint32_t slice, caller, callee, row;
};

/* Whether all edges are of one slice, and those of a caller come one after the other: then they
 * need no order. So it is in most files. */
static bool are_grouped(const struct pk_builder *builder, const struct slice_edge *edges,
                        uint32_t n)
{
    bool *is_over = pk_calloc(builder->frames.size, sizeof *is_over), are = true;

    for (uint32_t i = 1; i < n && are; i++) {
        if (edges[i].caller != edges[i - 1].caller)
            is_over[edges[i - 1].caller] = true;
        are = edges[i].slice == edges[0].slice && !is_over[edges[i].caller];
    }
    pk_free(is_over);
    return are;
}

/* By slice, then caller; `edges` is freed. */
static struct slice_edge *sort_edges(const struct pk_builder *builder, struct slice_edge *edges,
                                     uint32_t n)
{
    uint32_t *key = pk_calloc(n, sizeof *key), *order = pk_calloc(n, sizeof *order);
    uint32_t *other = pk_calloc(n, sizeof *other);
    struct slice_edge *sorted = pk_calloc(n, sizeof *sorted);

    for (uint32_t i = 0; i < n; i++) {
        other[i] = i;
        key[i] = edges[i].caller;
    }
    pk_count_sort(key, builder->frames.size, n, other, order);
    for (uint32_t i = 0; i < n; i++)
        key[i] = edges[i].slice;
    pk_count_sort(key, (uint32_t)builder->slices.size, n, order, other);
    for (uint32_t i = 0; i < n; i++)
        sorted[i] = edges[other[i]];
    pk_free(key);
    pk_free(order);
    pk_free(other);
    pk_free(edges);
    return sorted;
}

/* Every edge row of the builder with its ends, so that slices are runs. */
static struct slice_edge *edges_of(const struct pk_builder *builder)
{
    const struct pk_map *keys = &builder->edge_rows.keys;
    struct slice_edge *edges = pk_calloc(keys->size, sizeof *edges);

    for (uint32_t row = 0; row < keys->size; row++) {
        const struct pk_row_key *key = pk_map_key(keys, row);
        const struct pk_edge_key *ends = pk_map_key(&builder->edges, key->item);

        edges[row] = (struct slice_edge){key->slice, ends->caller, ends->callee, row};
    }
    return are_grouped(builder, edges, keys->size) ? edges : sort_edges(builder, edges, keys->size);
}

struct settling { /* one slice at a time; frames of other slices are boxes without edges */
    struct pk_builder *builder;
    struct pk_arena arena;
    uint32_t n_frames;
    uint32_t *local, *global; /* frames of the slice have dense ids, so many slices stay cheap */
    struct pk_graph graph;
    struct pk_cycles cycles;
    bool is_once_per_stack; /* what edges within cycles cost */
};

/* Given out in the order of asking; the table is cleared after each slice by what was asked. */
static uint32_t local_id(struct settling *s, uint32_t frame)
{
    if (s->local[frame] == PK_NONE) {
        s->local[frame] = s->n_frames;
        s->global[s->n_frames++] = frame;
    }
    return s->local[frame];
}

/* Edges of one caller stay together under dense ids, which is all the search needs. */
static void find_cycles(struct settling *s, const struct slice_edge *edges, uint32_t n)
{
    struct pk_graph *graph = &s->graph;

    *graph = (struct pk_graph){.n = n};
    s->n_frames = 0;
    graph->caller = PK_NEW_ARRAY(&s->arena, pk_frame_id, n);
    graph->callee = PK_NEW_ARRAY(&s->arena, pk_frame_id, n);
    for (uint32_t i = 0; i < n; i++) /* callers first: their edges then stand in order */
        graph->caller[i] = local_id(s, edges[i].caller);
    for (uint32_t i = 0; i < n; i++)
        graph->callee[i] = local_id(s, edges[i].callee);
    graph->out_start = PK_NEW_ARRAY(&s->arena, uint32_t, (size_t)s->n_frames + 1);
    for (uint32_t i = 0; i < n; i++)
        graph->out_start[graph->caller[i] + 1]++;
    for (uint32_t i = 0; i < s->n_frames; i++)
        graph->out_start[i + 1] += graph->out_start[i];
    s->cycles = pk_cycles_find(graph, s->n_frames, &s->arena);
}

/* Add the exits of frame `f` to its inclusive, which is its self so far. */
static void add_exits(struct settling *s, uint32_t f, const struct slice_edge *edges, uint32_t row)
{
    struct pk_builder *b = s->builder;
    int64_t *incl = pk_rows_edit(&b->self_rows, row, PK_INCL_GROUP);

    for (uint32_t e = s->graph.out_start[f]; e < s->graph.out_start[f + 1]; e++)
        for (uint32_t m = 0; m < b->metrics.size; m++) {
            int64_t exit = pk_rows_group(&b->edge_rows, edges[e].row, PK_INCL_GROUP)[m];

            if (incl[m] == PK_MISSING || exit == PK_MISSING ||
                __builtin_add_overflow(incl[m], exit, &incl[m]))
                incl[m] = PK_MISSING;
        }
    pk_rows_done(&b->self_rows, row, PK_INCL_GROUP);
}

/* The inclusive of one function of a slice; freezing finds a range for what stays missing. */
static void settle_function(struct settling *s, uint32_t f, const struct slice_edge *edges,
                            bool is_once)
{
    struct pk_builder *b = s->builder;
    uint32_t row = pk_rows_find(&b->self_rows, edges->slice, s->global[f]);

    if (row == PK_NONE)
        return;
    if (!s->cycles.is_cycle[s->cycles.box[f]] || is_once)
        add_exits(s, f, edges, row);
    else
        pk_rows_forget(&b->self_rows, row, PK_INCL_GROUP);
}

/* A function that calls itself is a box of its own with an edge inside. */
static bool is_inside(const struct settling *s, uint32_t caller, uint32_t callee)
{
    return s->cycles.box[caller] == s->cycles.box[callee];
}

/* True when an edge costs anything in any metric. */
static bool costs_anything(const struct pk_builder *b, uint32_t row)
{
    const int64_t *incl = pk_rows_group(&b->edge_rows, row, PK_INCL_GROUP);

    for (uint32_t m = 0; m < b->metrics.size; m++)
        if (incl[m] != PK_MISSING && incl[m] != 0)
            return true;
    return false;
}

/* The edges of one slice: inclusive of functions first, while all edges still have theirs. */
static void settle_slice(struct settling *s, const struct slice_edge *edges, uint32_t n,
                         const bool *is_once, uint32_t n_once, bool *is_nested)
{
    struct pk_builder *b = s->builder;

    pk_arena_init(&s->arena);
    find_cycles(s, edges, n);
    for (uint32_t f = 0; f < s->n_frames; f++)
        settle_function(s, f, edges, s->global[f] < n_once && is_once[s->global[f]]);
    for (uint32_t i = 0; i < n; i++) {
        if (!is_inside(s, s->graph.caller[i], s->graph.callee[i]) ||
            (s->is_once_per_stack && costs_anything(b, edges[i].row)))
            continue;
        is_nested[edges[i].row] = true;
        pk_rows_forget(&b->edge_rows, edges[i].row, PK_INCL_GROUP);
    }
    for (uint32_t f = 0; f < s->n_frames; f++)
        s->local[s->global[f]] = PK_NONE;
    pk_arena_fini(&s->arena);
}

/* Without exits a function's inclusive is its self: where every one begins. */
static void begin_inclusive(struct pk_builder *b)
{
    for (uint32_t row = 0; row < b->self_rows.keys.size; row++) {
        const struct pk_row_key *key = pk_map_key(&b->self_rows.keys, row);

        if (b->slices.data[key->slice].rung == PK_GRAPH)
            pk_rows_copy(&b->self_rows, row, PK_INCL_GROUP, PK_SELF_GROUP);
    }
}

/* Calls of a function are counted where it is called. When any slice of the file counts them, a
 * slice that does not has seen none: there it was a root, which is no reason to know nothing in
 * all. */
static void settle_calls(struct pk_builder *b)
{
    const struct pk_rows *rows = &b->self_rows;
    bool *is_counted = pk_calloc(b->frames.size, sizeof *is_counted);

    for (unsigned pass = 0; pass < 2; pass++)
        for (uint32_t row = 0; row < rows->keys.size; row++) {
            const struct pk_row_key *key = pk_map_key(&rows->keys, row);
            int64_t *calls = pk_rows_counters(rows, row);

            if (pass == 0 && *calls != PK_MISSING)
                is_counted[key->item] = true;
            else if (pass == 1 && *calls == PK_MISSING && is_counted[key->item])
                *calls = 0;
        }
    pk_free(is_counted);
}

/* What the self of each slice adds up to, [slice * metrics + metric]; PK_MISSING where a value
 * below zero is among them, as a part can then be more than its whole. */
static int64_t *slice_totals(const struct pk_builder *b)
{
    size_t n = b->metrics.size;
    int64_t *totals = pk_calloc(b->slices.size * n, sizeof *totals);

    for (uint32_t row = 0; row < b->self_rows.keys.size; row++) {
        const struct pk_row_key *key = pk_map_key(&b->self_rows.keys, row);
        const int64_t *self = pk_rows_group(&b->self_rows, row, PK_SELF_GROUP);
        int64_t *total = totals + key->slice * n;

        for (size_t m = 0; m < n; m++)
            if (self[m] != PK_MISSING)
                total[m] = self[m] < 0 || total[m] < 0 ? PK_MISSING : total[m] + self[m];
    }
    return totals;
}

/* A function that costs more than all there is contradicts its file (valgrind counts calls that
 * outlive what it collects, others round): no share may pass 100 %, so it has all there is. By
 * slice, since the sums of what is capped then stay below the sums of totals, whatever is merged.
 * Returns how many were further above than rounding: nearly every file of valgrind has a root that
 * is two instructions too large. */
static uint64_t cap_inclusive(struct pk_builder *b)
{
    size_t n = b->metrics.size;
    int64_t *totals = slice_totals(b);
    uint64_t capped = 0;

    for (uint32_t row = 0; row < b->self_rows.keys.size; row++) {
        const struct pk_row_key *key = pk_map_key(&b->self_rows.keys, row);
        const int64_t *total = totals + key->slice * n;
        bool is_far = false;

        for (size_t m = 0; m < n; m++) {
            int64_t *incl, rounding = total[m] / 1000 > 1 ? total[m] / 1000 : 1;

            if (total[m] < 0 || pk_rows_group(&b->self_rows, row, PK_INCL_GROUP)[m] <= total[m])
                continue;
            incl = pk_rows_edit(&b->self_rows, row, PK_INCL_GROUP);
            is_far |= incl[m] - total[m] > rounding;
            incl[m] = total[m];
            pk_rows_done(&b->self_rows, row, PK_INCL_GROUP);
        }
        capped += is_far;
    }
    pk_free(totals);
    return capped;
}

/* As values that a file gives are weighed, so that merges can rely on it. */
static void weigh_inclusive(struct pk_builder *b)
{
    for (uint32_t row = 0; row < b->self_rows.keys.size; row++)
        for (uint32_t m = 0; m < b->metrics.size; m++) {
            int64_t value = pk_rows_group(&b->self_rows, row, PK_INCL_GROUP)[m];

            if (value != PK_MISSING)
                pk_builder_weigh(b, m, PK_FAMILY_INCL, value);
        }
}

/* Lines follow their edges. */
static void settle_lines(struct pk_builder *b, const bool *is_nested)
{
    for (uint32_t i = 0; i < b->line_rows.keys.size; i++) {
        const struct pk_line_key *key = pk_map_key(&b->line_rows.keys, i);
        uint32_t edge, row;

        if (key->callee == PK_NONE)
            continue;
        edge = pk_builder_find_edge(b, key->frame, key->callee);
        row = edge == PK_NONE ? PK_NONE : pk_rows_find(&b->edge_rows, key->slice, edge);
        if (row != PK_NONE && is_nested[row])
            pk_line_rows_forget(&b->line_rows, i, (uint32_t)b->metrics.size);
    }
}

/* Inclusive begins as self, then exits are added where that is right, then edges lose theirs. */
uint64_t pk_builder_settle_cycles(struct pk_builder *builder, const bool *is_once, uint32_t n_once,
                                  bool is_once_per_stack)
{
    uint32_t n = builder->edge_rows.keys.size, n_frames = builder->frames.size;
    struct slice_edge *edges = edges_of(builder);
    bool *is_nested = pk_calloc(n, sizeof *is_nested);
    struct settling s = {.builder = builder, .is_once_per_stack = is_once_per_stack};
    uint64_t capped;

    s.local = pk_calloc(n_frames, sizeof *s.local);
    s.global = pk_calloc(n_frames, sizeof *s.global);
    for (uint32_t f = 0; f < n_frames; f++)
        s.local[f] = PK_NONE;
    begin_inclusive(builder);
    for (uint32_t from = 0, to = 0; from < n; from = to) {
        while (to < n && edges[to].slice == edges[from].slice)
            to++;
        settle_slice(&s, edges + from, to - from, is_once, n_once, is_nested);
    }
    settle_lines(builder, is_nested);
    capped = cap_inclusive(builder);
    weigh_inclusive(builder);
    settle_calls(builder);
    pk_free(s.local);
    pk_free(s.global);
    pk_free(is_nested);
    pk_free(edges);
    return capped;
}
