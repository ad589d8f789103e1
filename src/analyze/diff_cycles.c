/*
 * Which circle of calls of one side is which of the other: see diff_private.h. An estimated tree
 * has one box for all functions that call each other in a circle, named after the two that cost
 * most, so the same circle is called differently after a change. Two are one when each shares more
 * functions with the other than with any other circle.
 */
#include <stddef.h>
#include <stdint.h>

#include "analyze/diff_private.h"
#include "base/array.h"
#include "base/map.h"
#include "model/cycles.h"

struct partner {
    uint32_t box, shared; /* the box means nothing while nothing is shared */
    bool is_tied;
};

/* The circles of one side; none where its calls were not recorded as such. */
static struct pk_cycles cycles_of(const struct pk_side *side, struct pk_arena *arena)
{
    const struct pk_profile *part = pk_profile_part(side->profile, PK_GRAPH);

    if (!part || !pk_profile_graph(part))
        return (struct pk_cycles){0};
    return pk_cycles_find(pk_profile_graph(part), pk_profile_frames(side->profile), arena);
}

/* [function] the circle that it is in on this side, PK_NONE: none. */
static uint32_t *boxes_of_functions(const struct pk_cycles *cycles,
                                    const struct pk_diff_groups *groups, struct pk_arena *arena)
{
    uint32_t *box = PK_NEW_ARRAY(arena, uint32_t, groups->n);

    for (uint32_t g = 0; g < groups->n; g++)
        box[g] = PK_NONE;
    for (uint32_t b = 0; b < cycles->n_boxes; b++) {
        uint32_t first = cycles->member_start[b], end = cycles->member_start[b + 1];

        for (uint32_t i = first; end - first > 1 && i < end; i++)
            if (groups->group[cycles->member[i]] != PK_NONE)
                box[groups->group[cycles->member[i]]] = b;
    }
    return box;
}

/* Remember the better partner; as good is no proof. */
static void offer(struct partner *of, uint32_t box, uint32_t shared)
{
    if (shared < of->shared)
        return;
    of->is_tied = shared == of->shared;
    of->box = box;
    of->shared = shared;
}

/* The best partner of each circle of both sides. */
static void find_partners(const uint32_t *before, const uint32_t *after, uint32_t n_functions,
                          struct partner *partner[2])
{
    PK_ARRAY(uint32_t) shared = {0};
    struct pk_map pairs;

    pk_map_init(&pairs, 2 * sizeof(uint32_t));
    for (uint32_t g = 0; g < n_functions; g++) {
        uint32_t id;

        if (before[g] == PK_NONE || after[g] == PK_NONE)
            continue;
        id = pk_map_add(&pairs, (uint32_t[]){before[g], after[g]}, NULL);
        if (id == shared.size)
            pk_array_push(&shared, 0);
        shared.data[id]++;
    }
    for (uint32_t id = 0; id < pairs.size; id++) {
        const uint32_t *pair = pk_map_key(&pairs, id);

        offer(&partner[PK_BEFORE][pair[0]], pair[1], shared.data[id]);
        offer(&partner[PK_AFTER][pair[1]], pair[0], shared.data[id]);
    }
    pk_map_fini(&pairs);
    pk_array_fini(&shared);
}

struct pk_diff_cycles pk_diff_cycles_find(const struct pk_diff *diff, struct pk_arena *arena)
{
    struct pk_diff_cycles result = {0};
    struct pk_cycles cycles[2];
    struct partner *partner[2];
    uint32_t *box[2];

    for (unsigned s = 0; s < 2; s++) {
        cycles[s] = cycles_of(&diff->side[s], arena);
        box[s] = boxes_of_functions(&cycles[s], &diff->groups[s], arena);
        partner[s] = PK_NEW_ARRAY(arena, struct partner, cycles[s].n_boxes);
        result.pair[s] = PK_NEW_ARRAY(arena, uint32_t, cycles[s].n_boxes);
        for (uint32_t b = 0; b < cycles[s].n_boxes; b++)
            result.pair[s][b] = PK_NONE;
        result.n_boxes[s] = cycles[s].n_boxes;
    }
    find_partners(box[PK_BEFORE], box[PK_AFTER], diff->groups[0].n, partner);
    for (uint32_t b = 0; b < cycles[PK_BEFORE].n_boxes; b++) {
        const struct partner *best = &partner[PK_BEFORE][b];

        if (best->shared == 0 || best->is_tied || partner[PK_AFTER][best->box].is_tied ||
            partner[PK_AFTER][best->box].box != b)
            continue;
        result.pair[PK_BEFORE][b] = result.pair[PK_AFTER][best->box] = b;
    }
    return result;
}
