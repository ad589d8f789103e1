/*
 * How an edge is found while it is read. Files tell the calls of one function together, nearly
 * always once: of a function that was not met before every callee is new but those met since. So a
 * note at each callee, which function it was last called by and what edge that is, replaces the
 * search; a table of all edges is larger than the caches, and looking into it was most of what a
 * large callgrind or pstats file took. pstats tells callers by callee: there it is the other way
 * round.
 *
 * Trap: once a function comes back its first edges are known to nobody but the table, so that is
 * made then, and asked from there on.
 */
#include <stdint.h>
#include <string.h>

#include "model/builder_private.h"

void pk_edge_runs_fini(struct pk_edge_runs *runs)
{
    pk_array_fini(&runs->notes);
    runs->is_over = true;
}

/* A note for every frame up to this one. */
static void make_room(struct pk_edge_runs *runs, uint32_t frame)
{
    size_t n = runs->notes.size;

    if (frame < n)
        return;
    pk_array_reserve(&runs->notes, frame + 1 - n);
    memset(runs->notes.data + n, 0, (frame + 1 - n) * sizeof *runs->notes.data);
    runs->notes.size = frame + 1;
}

/* The function whose edges come now; false when it is not the first time. */
static bool enter_run(struct pk_edge_runs *runs, uint32_t frame)
{
    if (runs->current == frame + 1)
        return true;
    if (runs->notes.data[frame].had_run)
        return false;
    runs->notes.data[frame].had_run = true;
    runs->current = frame + 1;
    return true;
}

uint32_t pk_builder_edge_id(struct pk_builder *builder, pk_frame_id caller, pk_frame_id callee)
{
    struct pk_edge_runs *runs = &builder->edge_runs;
    const struct pk_edge_key key = {caller, callee};
    struct pk_edge_note *note;

    if (!runs->is_over) {
        make_room(runs, caller > callee ? caller : callee);
        if (!enter_run(runs, runs->is_by_callee ? callee : caller))
            pk_edge_runs_fini(runs);
    }
    if (runs->is_over)
        return pk_map_add(&builder->edges, &key, NULL);
    note = &runs->notes.data[runs->is_by_callee ? caller : callee];
    if (note->run != runs->current) {
        note->run = runs->current;
        note->edge = pk_map_append(&builder->edges, &key);
    }
    return note->edge;
}

uint32_t pk_builder_find_edge(struct pk_builder *builder, pk_frame_id caller, pk_frame_id callee)
{
    if (!builder->edges.slots)
        pk_map_index(&builder->edges);
    return pk_map_find(&builder->edges, &(struct pk_edge_key){caller, callee});
}

void pk_builder_edges_by_callee(struct pk_builder *builder)
{
    if (builder->edges.size == 0)
        builder->edge_runs.is_by_callee = true;
}

void pk_builder_leave_edges(struct pk_builder *builder)
{
    builder->leaves_edges = true;
}

bool pk_builder_leaves_edges(const struct pk_builder *builder)
{
    return builder->leaves_edges;
}

void pk_count_sort(const uint32_t *key, uint32_t n_keys, uint32_t n, const uint32_t *from,
                   uint32_t *to)
{
    uint32_t *start = pk_calloc((size_t)n_keys + 1, sizeof *start);

    for (uint32_t i = 0; i < n; i++)
        start[key[i] + 1]++;
    for (uint32_t k = 0; k < n_keys; k++)
        start[k + 1] += start[k];
    for (uint32_t i = 0; i < n; i++)
        to[start[key[from[i]]]++] = from[i];
    pk_free(start);
}
