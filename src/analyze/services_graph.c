/*
 * Which ways lead to a service: see services_private.h. Walks over the graph, each in time of its
 * functions and edges, that find what is proven whatever the true stacks are.
 *
 * Roots decide everything: "no way around the entry" is only true when every function that may
 * begin a stack is among them. In a file with exact counts that is one that is called more often
 * than its callers call it. Times of pstats are rounded, so there an excess of some ns is none
 * where the calls fit; without calls any excess makes a root. A circle that nothing enters must
 * begin somewhere, so all of it may.
 *
 * Traps: a walk that stops at the service must not start in it, or what it runs would seem free;
 * and a function of the service may be a root itself and be called by others, too, so that the wall
 * is asked when a frame is met and not when it is left.
 */
#include "analyze/services_private.h"

#include <stdint.h>
#include <string.h>

#define ROUNDING 16 /* ns, for each edge that is added up one more */

static int64_t known(const int64_t *column, uint32_t i)
{
    int64_t value = column ? column[i] : PK_MISSING;

    return value == PK_MISSING || value < 0 ? 0 : value;
}

struct box_sums {
    int64_t self, in, out, most; /* most: inclusive of a member */
    uint32_t n_in;
    bool lacks;        /* some time */
    bool is_uncounted; /* some calls, so that any member may begin */
    bool has_start;    /* a member that is called more often than its callers call it */
};

/* What crosses the border of each circle; within it nothing adds up (see attribute.c). */
static void add_edges(const struct pk_graph *graph, uint32_t metric, const struct pk_cycles *cycles,
                      struct box_sums *sums)
{
    for (pk_edge_id e = 0; e < graph->n; e++) {
        uint32_t from = cycles->box[graph->caller[e]], to = cycles->box[graph->callee[e]];

        if (from == to)
            continue;
        sums[to].n_in++;
        sums[to].in = pk_bounds_plus(sums[to].in, known(graph->incl[metric], e));
        sums[from].out = pk_bounds_plus(sums[from].out, known(graph->incl[metric], e));
        sums[to].lacks |= !graph->incl[metric] || graph->incl[metric][e] == PK_MISSING;
        sums[from].lacks |= !graph->incl[metric] || graph->incl[metric][e] == PK_MISSING;
    }
}

/* Whether calls are made by no caller: maybe where some are not counted. */
static enum pk_answer has_excess(const struct pk_graph *graph, const struct pk_flat *flat,
                                 pk_frame_id frame)
{
    int64_t calls = 0;

    if (!graph->calls || !flat->calls || flat->calls[frame] == PK_MISSING)
        return PK_MAYBE;
    for (uint32_t i = graph->in_start[frame]; i < graph->in_start[frame + 1]; i++) {
        if (graph->calls[graph->in_edge[i]] == PK_MISSING)
            return PK_MAYBE;
        calls = pk_bounds_plus(calls, known(graph->calls, graph->in_edge[i]));
    }
    return known(flat->calls, frame) > calls ? PK_YES : PK_NO;
}

/* Whether some member may begin a stack, and nobody says which. */
static bool may_begin(const struct box_sums *sums, bool is_rounded)
{
    int64_t whole = pk_bounds_plus(sums->self, sums->out);

    if (sums->has_start && !sums->is_uncounted)
        return false;
    if (sums->n_in == 0 || sums->lacks)
        return true;
    if (sums->most > whole)
        whole = sums->most;
    return whole - sums->in >
           (!sums->is_uncounted && is_rounded ? pk_bounds_plus(ROUNDING, sums->n_in) : 0);
}

/* A member of its box. */
static void add_frame(struct box_sums *box, const struct pk_flat *flat, uint32_t metric,
                      pk_frame_id frame, enum pk_answer is_start)
{
    box->self = pk_bounds_plus(box->self, known(flat->self[metric], frame));
    if (known(flat->incl[metric], frame) > box->most)
        box->most = known(flat->incl[metric], frame);
    box->has_start |= is_start == PK_YES;
    box->is_uncounted |= is_start == PK_MAYBE;
}

/* Recorded stacks say it themselves. */
static void roots_of_tree(const struct pk_tree *tree, bool *is_root)
{
    for (pk_node_id i = 0; i < tree->n; i = tree->end[i])
        is_root[tree->frame[i]] = true;
}

/* Where the members of a circle have exact counts the one that is called too often begins, and no
 * other; else any of them may. */
void pk_service_roots(const struct pk_profile *profile, uint32_t metric, bool *is_root)
{
    const struct pk_graph *graph = pk_profile_graph(profile);
    const struct pk_flat *flat = pk_profile_flat(profile);
    bool is_rounded = pk_profile_metric(profile, metric)->unit == PK_UNIT_NS;
    uint32_t n = pk_profile_frames(profile);
    struct pk_arena arena;
    struct pk_cycles cycles;
    struct box_sums *sums;

    if (pk_profile_tree(profile)) {
        roots_of_tree(pk_profile_tree(profile), is_root);
        return;
    }
    pk_arena_init(&arena);
    cycles = pk_cycles_find(graph, n, &arena);
    sums = PK_NEW_ARRAY(&arena, struct box_sums, cycles.n_boxes);
    add_edges(graph, metric, &cycles, sums);
    for (pk_frame_id f = 0; f < n; f++) {
        enum pk_answer is_start = has_excess(graph, flat, f);

        is_root[f] = is_start == PK_YES;
        add_frame(&sums[cycles.box[f]], flat, metric, f, is_start);
    }
    for (pk_frame_id f = 0; f < n; f++)
        is_root[f] |= may_begin(&sums[cycles.box[f]], is_rounded);
    pk_arena_fini(&arena);
}

/* --- walks --- */

void pk_service_flood(const struct pk_graph *graph, uint32_t n_frames, bool *seen, const bool *wall,
                      bool is_backward, pk_frame_id *queue)
{
    uint32_t size = 0;

    for (pk_frame_id f = 0; f < n_frames; f++)
        if (seen[f])
            queue[size++] = f;
    for (uint32_t at = 0; at < size; at++) {
        const uint32_t *start = is_backward ? graph->in_start : graph->out_start;

        for (uint32_t i = start[queue[at]]; i < start[queue[at] + 1]; i++) {
            pk_frame_id next = is_backward ? graph->caller[graph->in_edge[i]] : graph->callee[i];

            if (seen[next])
                continue;
            seen[next] = true;
            if (!wall || !wall[next])
                queue[size++] = next;
        }
    }
}

/* Callees (or callers) of the service that the entry reaches. */
static void mark_next(const struct pk_service_ways *ways, const struct pk_graph *graph, bool *seen,
                      bool is_backward)
{
    for (pk_edge_id e = 0; e < graph->n; e++) {
        pk_frame_id from = is_backward ? graph->callee[e] : graph->caller[e];
        pk_frame_id to = is_backward ? graph->caller[e] : graph->callee[e];

        if (ways->is_in[from] && ways->is_below[from])
            seen[to] = true;
    }
}

/* Six walks. Recursion of the entry is no matter: below its first call is below it. */
void pk_service_ways_fill(struct pk_service_ways *ways, const struct pk_profile *profile,
                          const bool *is_root, pk_frame_id entry)
{
    const struct pk_graph *graph = pk_profile_graph(profile);
    uint32_t n = pk_profile_frames(profile);
    bool *wall;

    memset(ways->is_below, entry == PK_NONE, n);
    memset(ways->is_free, false, n);
    memset(ways->is_behind, false, n);
    memset(ways->is_before, false, n);
    memset(ways->is_beside, false, n);
    if (entry != PK_NONE) {
        ways->is_below[entry] = true;
        pk_service_flood(graph, n, ways->is_below, NULL, false, ways->queue);
        wall = pk_calloc((size_t)n + 1, sizeof *wall);
        wall[entry] = true;
        for (pk_frame_id f = 0; f < n; f++)
            ways->is_beside[f] = is_root[f] && f != entry;
        pk_service_flood(graph, n, ways->is_beside, wall, false, ways->queue);
        ways->is_beside[entry] = false;
        pk_free(wall);
    }
    for (pk_frame_id f = 0; f < n; f++)
        ways->is_free[f] = (entry == PK_NONE ? is_root[f] : f == entry) && !ways->is_in[f];
    pk_service_flood(graph, n, ways->is_free, ways->is_in, false, ways->queue);
    mark_next(ways, graph, ways->is_behind, false);
    pk_service_flood(graph, n, ways->is_behind, NULL, false, ways->queue);
    mark_next(ways, graph, ways->is_before, true);
    pk_service_flood(graph, n, ways->is_before, NULL, true, ways->queue);
}
