/*
 * Strongly connected components: R. Tarjan, "Depth-first search and linear graph algorithms", SIAM
 * J. Comput. 1 (1972), with the recursion unrolled into an explicit stack. Components come out
 * callees first, so numbering them in that order makes every edge between boxes go from a higher to
 * a lower number.
 */
#include "model/cycles.h"

#include <stddef.h>
#include <stdint.h>

#define AHEAD 16u /* callees of one function that memory may fetch meanwhile */

struct visit {      /* of a frame; side by side, as one look at a callee waits for memory once */
    uint32_t index; /* order of discovery + 1, or 0 */
    uint32_t low;   /* lowest index reachable */
    uint32_t next;  /* the out edge to look at next */
    bool is_open;   /* on `open` */
};

struct search {
    const struct pk_graph *graph;
    struct visit *visits; /* [frame] */
    pk_frame_id *open;    /* frames whose component is not complete */
    pk_frame_id *path;    /* the recursion, unrolled */
    uint32_t n_open, depth, n_seen;
};

/* What the recursive form does at the start of a call. */
static void enter(struct search *s, pk_frame_id frame)
{
    struct visit *visit = &s->visits[frame];

    visit->index = visit->low = ++s->n_seen;
    visit->next = s->graph->out_start[frame];
    visit->is_open = true;
    s->open[s->n_open++] = frame;
    s->path[s->depth++] = frame;
    for (uint32_t i = visit->next; i < s->graph->out_start[frame + 1] && i - visit->next < AHEAD;
         i++)
        __builtin_prefetch(&s->visits[s->graph->callee[i]], 1);
}

/* Close the component of `root`; its members go to the end of `member` in order of frame id later.
 */
static void close_box(struct search *s, struct pk_cycles *cycles, pk_frame_id root)
{
    pk_frame_id frame;

    do {
        frame = s->open[--s->n_open];
        s->visits[frame].is_open = false;
        cycles->box[frame] = cycles->n_boxes;
    } while (frame != root);
    cycles->n_boxes++;
}

/* One turn of the loop is one step of the recursive form: look at an edge, or return. */
static void search_from(struct search *s, struct pk_cycles *cycles, pk_frame_id start)
{
    enter(s, start);
    while (s->depth) {
        pk_frame_id frame = s->path[s->depth - 1];
        struct visit *visit = &s->visits[frame];

        if (visit->next < s->graph->out_start[frame + 1]) {
            pk_frame_id callee = s->graph->callee[visit->next++];
            const struct visit *other = &s->visits[callee];

            if (other->index == 0)
                enter(s, callee);
            /* Closed components are left alone: they cannot lead back here. */
            else if (other->is_open && other->index < visit->low)
                visit->low = other->index;
            continue;
        }
        s->depth--;
        if (s->depth && visit->low < s->visits[s->path[s->depth - 1]].low)
            s->visits[s->path[s->depth - 1]].low = visit->low;
        if (visit->low == visit->index)
            close_box(s, cycles, frame);
    }
}

/* Counting sort by box keeps frames ascending inside each. */
static void group_members(struct pk_cycles *cycles, const struct pk_graph *graph, uint32_t n_frames,
                          struct pk_arena *arena)
{
    uint32_t *fill = pk_calloc((size_t)cycles->n_boxes + 1, sizeof *fill);

    cycles->member_start = PK_NEW_ARRAY(arena, uint32_t, (size_t)cycles->n_boxes + 1);
    cycles->member = PK_NEW_ARRAY(arena, pk_frame_id, n_frames);
    cycles->is_cycle = PK_NEW_ARRAY(arena, bool, cycles->n_boxes);
    for (uint32_t f = 0; f < n_frames; f++)
        cycles->member_start[cycles->box[f] + 1]++;
    for (uint32_t b = 0; b < cycles->n_boxes; b++) {
        cycles->is_cycle[b] = cycles->member_start[b + 1] > 1;
        cycles->member_start[b + 1] += cycles->member_start[b];
        fill[b] = cycles->member_start[b];
    }
    for (uint32_t f = 0; f < n_frames; f++)
        cycles->member[fill[cycles->box[f]]++] = f;
    for (uint32_t e = 0; e < graph->n; e++)
        if (graph->caller[e] == graph->callee[e])
            cycles->is_cycle[cycles->box[graph->caller[e]]] = true;
    pk_free(fill);
}

/* Every frame is a start, so unconnected ones become boxes of their own. */
struct pk_cycles pk_cycles_find(const struct pk_graph *graph, uint32_t n_frames,
                                struct pk_arena *arena)
{
    struct pk_cycles cycles = {.box = PK_NEW_ARRAY(arena, uint32_t, n_frames)};
    struct search s = {.graph = graph};

    s.visits = pk_calloc(n_frames, sizeof *s.visits);
    s.open = pk_calloc(n_frames, sizeof *s.open);
    s.path = pk_calloc(n_frames, sizeof *s.path);
    for (uint32_t f = 0; f < n_frames; f++)
        if (s.visits[f].index == 0)
            search_from(&s, &cycles, f);
    group_members(&cycles, graph, n_frames, arena);
    pk_free(s.visits);
    pk_free(s.open);
    pk_free(s.path);
    return cycles;
}
