/*
 * Functions and edges by other names, one slice at a time. Self and calls add up; so do edges
 * between two groups. What is once per stack does not, and follows from cycles of the groups:
 *
 * - A group that lies on no cycle stands on a stack once, without a gap, so it is entered and left
 *   once: edges that leave it, and those that enter it, add up, and its inclusive is its self and
 *   what leaves it.
 * - On a cycle the same stack may pass an edge between two groups several times. An edge that is
 *   still one edge of two functions keeps what it had; a sum of several is missing. Freezing finds
 *   a range for the groups (derive.c).
 * - A group of one function keeps what the file says of it, on cycles too; so does one whose
 *   outermost function is known (a level of recursion that valgrind names).
 *
 * Trap: self within an edge is what the callee spends under that caller. A group that calls itself
 * spends more than its entries show, and nobody knows under whom: then it is missing.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/regroup_private.h"
#include "model/cycles.h"

struct group {
    pk_frame_id frame; /* of the builder */
    pk_frame_id only;  /* the one function in it, or PK_NONE */
    bool has_row;
    bool has_outermost; /* its inclusive is known by that */
    bool calls_itself;
    int64_t inner; /* calls of it by itself, PK_MISSING when not known */
};

struct edge { /* ids of groups of this slice */
    uint32_t caller, callee;
    uint32_t n; /* edges between functions that it is the sum of */
};

struct calls { /* of one slice; ids of groups are dense, so many slices stay cheap */
    struct pk_regroup *r;
    const struct pk_record_slice *from;
    uint32_t n_values;    /* of one group or edge: self and inclusive by metric, calls, primitive */
    struct pk_map groups; /* frame of the builder */
    struct pk_map edges;  /* {caller, callee} */
    PK_ARRAY(struct group) group;
    PK_ARRAY(struct edge) edge;
    PK_ARRAY(int64_t) group_values, edge_values;
    struct pk_arena arena;
    struct pk_cycles cycles;
    struct pk_graph graph; /* of groups */
    uint32_t *order;       /* [edge of graph] its place in `edge` */
    int64_t *totals;       /* [metric of the slice] PK_MISSING: values below zero are among them */
};

static int64_t *values_of_group(const struct calls *c, uint32_t group)
{
    return c->group_values.data + (size_t)group * c->n_values;
}

static int64_t *values_of_edge(const struct calls *c, uint32_t edge)
{
    return c->edge_values.data + (size_t)edge * c->n_values;
}

/* One unknown summand makes the sum unknown. What fits was settled when the file was read. */
static void add_strictly(int64_t *sum, int64_t value)
{
    *sum = *sum == PK_MISSING || value == PK_MISSING ? PK_MISSING : *sum + value;
}

/* The group of a function, made when new. */
static uint32_t group_at(struct calls *c, pk_frame_id function)
{
    pk_frame_id frame = c->r->group[function];
    bool is_new;
    uint32_t at = pk_map_add(&c->groups, &frame, &is_new);

    if (is_new) {
        pk_array_push(&c->group, ((struct group){.frame = frame, .only = function}));
        for (uint32_t i = 0; i < c->n_values; i++)
            pk_array_push(&c->group_values, PK_MISSING);
    } else if (c->group.data[at].only != function) {
        c->group.data[at].only = PK_NONE;
    }
    return at;
}

static void add_function(struct calls *c, uint32_t row)
{
    pk_frame_id function = c->from->functions.item[row];
    const int64_t *said = pk_record_row(&c->from->functions, row);
    uint32_t n = c->from->n_metrics, at = group_at(c, function);
    struct group *group = &c->group.data[at];
    int64_t *values = values_of_group(c, at);
    bool is_outermost = c->r->how->is_outermost && c->r->how->is_outermost[function];

    for (uint32_t k = 0; k < n; k++) {
        if (said[k] != PK_MISSING)
            values[k] = values[k] == PK_MISSING ? said[k] : values[k] + said[k];
        if (is_outermost || !group->has_outermost)
            values[n + k] = said[n + k];
        if (said[k] != PK_MISSING && c->totals[k] != PK_MISSING)
            c->totals[k] = said[k] < 0 ? PK_MISSING : c->totals[k] + said[k];
    }
    for (uint32_t i = 2 * n; i < c->n_values; i++)
        if (group->has_row)
            add_strictly(&values[i], said[i]);
        else
            values[i] = said[i];
    group->has_row = true;
    group->has_outermost |= is_outermost;
}

static void add_edge(struct calls *c, uint32_t row)
{
    const struct pk_graph *graph = pk_record_graph(c->r->profile);
    pk_edge_id edge = c->from->edges.item[row];
    const int64_t *said = pk_record_row(&c->from->edges, row);
    uint32_t ends[2] = {group_at(c, graph->caller[edge]), group_at(c, graph->callee[edge])}, at;

    if (ends[0] == ends[1] && c->r->how->joins) {
        c->group.data[ends[0]].calls_itself = true;
        add_strictly(&c->group.data[ends[0]].inner, said[c->n_values - 2]);
        return;
    }
    at = pk_map_add(&c->edges, ends, NULL);
    if (at == c->edge.size) {
        pk_array_push(&c->edge, ((struct edge){ends[0], ends[1], 1}));
        for (uint32_t i = 0; i < c->n_values; i++)
            pk_array_push(&c->edge_values, said[i]);
        return;
    }
    c->edge.data[at].n++;
    for (uint32_t i = 0; i < c->n_values; i++)
        add_strictly(&values_of_edge(c, at)[i], said[i]);
}

/* Edges by caller, which is all that the search needs. */
static void find_cycles(struct calls *c)
{
    struct pk_graph *graph = &c->graph;
    uint32_t n_groups = (uint32_t)c->group.size, n = (uint32_t)c->edge.size;
    uint32_t *next = PK_NEW_ARRAY(&c->arena, uint32_t, (size_t)n_groups + 1);

    *graph = (struct pk_graph){.n = n};
    graph->caller = PK_NEW_ARRAY(&c->arena, pk_frame_id, n);
    graph->callee = PK_NEW_ARRAY(&c->arena, pk_frame_id, n);
    graph->out_start = PK_NEW_ARRAY(&c->arena, uint32_t, (size_t)n_groups + 1);
    c->order = PK_NEW_ARRAY(&c->arena, uint32_t, n);
    for (uint32_t e = 0; e < n; e++)
        graph->out_start[c->edge.data[e].caller + 1]++;
    for (uint32_t g = 0; g < n_groups; g++)
        graph->out_start[g + 1] += graph->out_start[g];
    memcpy(next, graph->out_start, ((size_t)n_groups + 1) * sizeof *next);
    for (uint32_t e = 0; e < n; e++) {
        uint32_t at = next[c->edge.data[e].caller]++;

        graph->caller[at] = c->edge.data[e].caller;
        graph->callee[at] = c->edge.data[e].callee;
        c->order[at] = e;
    }
    c->cycles = pk_cycles_find(graph, n_groups, &c->arena);
}

/* A sum of several edges inside one cycle: the same stack may be in it twice. */
static bool is_lost(const struct calls *c, const struct edge *edge)
{
    return edge->n > 1 && c->cycles.box[edge->caller] == c->cycles.box[edge->callee];
}

/* All entries of a group that is on no cycle are outermost ones. */
static void settle_edge(struct calls *c, uint32_t at)
{
    const struct edge *edge = &c->edge.data[at];
    uint32_t n = c->from->n_metrics;
    int64_t *values = values_of_edge(c, at), *calls = values + 2 * (size_t)n,
            *primitive = calls + 1;

    for (uint32_t k = 0; k < n; k++) {
        if (is_lost(c, edge))
            values[n + k] = PK_MISSING;
        if (c->group.data[edge->callee].calls_itself)
            values[k] = PK_MISSING;
    }
    if (is_lost(c, edge))
        *primitive = PK_MISSING;
    else if (edge->n > 1 && *primitive != PK_MISSING)
        *primitive = *calls;
}

/* Self and what leaves the group; above the total of the slice a file contradicts itself. */
static void derive_inclusive(const struct calls *c, uint32_t at)
{
    uint32_t n = c->from->n_metrics;
    int64_t *values = values_of_group(c, at);

    for (uint32_t k = 0; k < n; k++) {
        int64_t sum = values[k];

        for (uint32_t e = c->graph.out_start[at]; e < c->graph.out_start[at + 1]; e++) {
            int64_t leaving = values_of_edge(c, c->order[e])[n + k];

            if (sum == PK_MISSING || leaving == PK_MISSING ||
                __builtin_add_overflow(sum, leaving, &sum))
                sum = PK_MISSING;
        }
        values[n + k] = c->totals[k] != PK_MISSING && sum > c->totals[k] ? c->totals[k] : sum;
    }
}

static void settle_group(const struct calls *c, uint32_t at)
{
    const struct group *group = &c->group.data[at];
    uint32_t n = c->from->n_metrics;
    int64_t *values = values_of_group(c, at), *calls = values + 2 * (size_t)n,
            *primitive = calls + 1;
    bool is_cycle = c->cycles.is_cycle[c->cycles.box[at]];

    if (group->only != PK_NONE)
        return;
    if (!group->has_outermost && !is_cycle && c->from->rung == PK_GRAPH)
        derive_inclusive(c, at);
    else if (!group->has_outermost)
        for (uint32_t k = 0; k < n; k++)
            values[n + k] = PK_MISSING;
    /* Files without calls that are not recursive do not get some by this. */
    if (*primitive != PK_MISSING)
        *primitive = is_cycle || *calls == PK_MISSING || group->inner == PK_MISSING ||
                             group->inner > *calls || c->from->rung != PK_GRAPH
                         ? PK_MISSING
                         : *calls - group->inner;
}

/* Groups that only edges mention have no row, as the functions in them had none. */
static void write_calls(const struct calls *c)
{
    struct pk_regroup *r = c->r;
    uint32_t n = c->from->n_metrics;

    for (uint32_t g = 0; g < c->group.size; g++) {
        const int64_t *values = values_of_group(c, g);

        if (!c->group.data[g].has_row)
            continue;
        pk_regroup_spread(r, c->from, values, r->self);
        pk_regroup_spread(r, c->from, values + n, r->incl);
        pk_builder_self(r->builder, c->group.data[g].frame, r->self, r->incl,
                        (struct pk_calls){values[2 * (size_t)n], values[2 * (size_t)n + 1]});
    }
    for (uint32_t e = 0; e < c->edge.size; e++) {
        const int64_t *values = values_of_edge(c, e);

        pk_regroup_spread(r, c->from, values, r->self);
        pk_regroup_spread(r, c->from, values + n, r->incl);
        pk_builder_edge(r->builder, c->group.data[c->edge.data[e].caller].frame,
                        c->group.data[c->edge.data[e].callee].frame, r->incl, r->self,
                        (struct pk_calls){values[2 * (size_t)n], values[2 * (size_t)n + 1]});
    }
}

/* Lines follow their edges: gone with those that were joined, without a value where those lost it.
 */
static void write_lines(const struct calls *c)
{
    struct pk_regroup *r = c->r;
    uint32_t n_lines;
    const struct pk_record_line *lines = pk_record_lines(r->profile, &n_lines);

    for (uint32_t i = 0; i < c->from->lines.n; i++) {
        const struct pk_record_line *line = &lines[c->from->lines.item[i]];
        const int64_t *said = pk_record_row(&c->from->lines, i);
        pk_frame_id frame = r->group[line->frame], callee = PK_NONE;
        bool keeps = true;

        if (line->callee != PK_NONE) {
            uint32_t ends[2] = {pk_map_find(&c->groups, &r->group[line->frame]),
                                pk_map_find(&c->groups, &r->group[line->callee])};
            uint32_t edge = pk_map_find(&c->edges, ends);

            callee = r->group[line->callee];
            if (callee == frame && r->how->joins)
                continue;
            keeps = edge == PK_NONE || !is_lost(c, &c->edge.data[edge]);
        }
        pk_regroup_spread(r, c->from, said, r->self);
        for (uint32_t m = 0; m < r->n_metrics && !keeps; m++)
            r->self[m] = PK_MISSING;
        pk_builder_line(r->builder, frame, line->file, line->line, callee, r->self,
                        (struct pk_calls){said[c->from->n_metrics], PK_MISSING});
    }
}

void pk_regroup_calls(struct pk_regroup *regroup, uint32_t slice)
{
    struct calls c = {.r = regroup, .from = pk_record_slice(regroup->profile, slice)};

    c.n_values = 2 * c.from->n_metrics + 2;
    pk_map_init(&c.groups, sizeof(pk_frame_id));
    pk_map_init(&c.edges, 2 * sizeof(uint32_t));
    pk_arena_init(&c.arena);
    c.totals = PK_NEW_ARRAY(&c.arena, int64_t, c.from->n_metrics);
    for (uint32_t row = 0; row < c.from->functions.n; row++)
        add_function(&c, row);
    for (uint32_t row = 0; row < c.from->edges.n; row++)
        add_edge(&c, row);
    find_cycles(&c);
    for (uint32_t e = 0; e < c.edge.size; e++)
        settle_edge(&c, e);
    for (uint32_t g = 0; g < c.group.size; g++)
        settle_group(&c, g);
    pk_regroup_enter(regroup, slice, c.from->rung);
    write_calls(&c);
    if (regroup->how->keeps_lines)
        write_lines(&c);
    pk_map_fini(&c.groups);
    pk_map_fini(&c.edges);
    pk_array_fini(&c.group);
    pk_array_fini(&c.edge);
    pk_array_fini(&c.group_values);
    pk_array_fini(&c.edge_values);
    pk_arena_fini(&c.arena);
}
