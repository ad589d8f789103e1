/*
 * Entry points: see services.h. From the roots down through what only starts programs (interpreter,
 * server, threads, main) to the first functions of interest.
 */
#include "analyze/services.h"

#include <stdint.h>
#include <stdlib.h>

#include "analyze/hotspots.h"
#include "analyze/services_private.h"

struct ranked {
    int64_t total;
    pk_frame_id frame;
};

/* The largest total first, then by frame: that is what is looked at where there are too many. */
static int order(const void *left, const void *right)
{
    const struct ranked *a = left, *b = right;

    if (a->total != b->total)
        return a->total > b->total ? -1 : 1;
    return (a->frame > b->frame) - (a->frame < b->frame);
}

/* Whether a main function calls into a service itself. */
static bool calls_service(const struct pk_graph *graph, const bool *is_in, pk_frame_id frame)
{
    for (pk_edge_id e = graph->out_start[frame]; e < graph->out_start[frame + 1]; e++)
        if (is_in[graph->callee[e]])
            return true;
    return false;
}

/* What is reached through frames that are passed over. */
static void find_reached(const struct pk_profile *profile, uint32_t metric, const uint8_t *way,
                         bool *reached)
{
    uint32_t n = pk_profile_frames(profile);
    bool *wall = pk_calloc((size_t)n + 1, sizeof *wall);
    bool *root = pk_calloc((size_t)n + 1, sizeof *root);
    pk_frame_id *queue = pk_calloc((size_t)n + 1, sizeof *queue);

    pk_service_roots(profile, metric, root);
    for (pk_frame_id f = 0; f < n; f++) {
        wall[f] = way[f] == PK_WAY_NONE;
        reached[f] = root[f] && !wall[f];
    }
    pk_service_flood(pk_profile_graph(profile), n, reached, wall, false, queue);
    for (pk_frame_id f = 0; f < n; f++)
        reached[f] |= root[f];
    pk_free(wall);
    pk_free(root);
    pk_free(queue);
}

/* What is library code in all of the program has no entry point, and its services no such rows. */
pk_frame_id *pk_services_entries(const struct pk_profile *profile, uint32_t metric,
                                 const struct pk_service_sets *sets, const uint8_t *way,
                                 uint32_t most, uint32_t *n, uint32_t *n_found,
                                 struct pk_arena *arena)
{
    const struct pk_graph *graph = pk_profile_graph(profile);
    uint32_t n_frames = pk_profile_frames(profile), size = 0;
    bool *is_in = pk_calloc((size_t)n_frames + 1, sizeof *is_in);
    bool *reached = pk_calloc((size_t)n_frames + 1, sizeof *reached);
    struct ranked *ranked = pk_calloc((size_t)n_frames + 1, sizeof *ranked);
    pk_frame_id *entries;

    for (uint32_t i = 0; i < sets->start[sets->n]; i++)
        is_in[sets->member[i]] = true;
    find_reached(profile, metric, way, reached);
    for (pk_frame_id f = 0; f < n_frames; f++)
        if (reached[f] && !is_in[f] &&
            (way[f] == PK_WAY_NONE || (way[f] == PK_WAY_MAIN && calls_service(graph, is_in, f))))
            ranked[size++] = (struct ranked){pk_hotspots_most(profile, metric, f), f};
    qsort(ranked, size, sizeof *ranked, order);
    *n_found = size;
    *n = size < most ? size : most;
    entries = PK_NEW_ARRAY(arena, pk_frame_id, *n);
    for (uint32_t i = 0; i < *n; i++)
        entries[i] = ranked[i].frame;
    pk_free(is_in);
    pk_free(reached);
    pk_free(ranked);
    return entries;
}
