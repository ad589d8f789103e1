/*
 * Several runs a side: see diff_runs.h. A run has its functions matched as the whole side had them:
 * by the same keys and the same renamed files, so every one of its functions is among those of the
 * diff.
 *
 * Each run is measured by itself: shares are of its own total, cost per call is by its own calls.
 */
#include "analyze/diff_runs.h"

#include <stddef.h>
#include <stdint.h>

#include "analyze/diff_private.h"

void pk_diff_runs_begin(struct pk_diff *diff, const uint32_t n[2], struct pk_arena *arena)
{
    struct pk_diff_runs *runs = PK_NEW_ARRAY(arena, struct pk_diff_runs, 1);

    *runs = (struct pk_diff_runs){
        .n = {n[0], n[1]},
        .value = PK_NEW_ARRAY(arena, int64_t, ((size_t)n[0] + n[1]) * diff->groups[0].n)};
    diff->runs = runs;
}

/* Ids are those of the diff: keys are added in their order. */
static void fill_keys(const struct pk_diff *diff, struct pk_intern *keys)
{
    for (uint32_t g = 0; g < diff->groups[0].n; g++)
        if (diff->key[g].data)
            pk_intern_id(keys, diff->key[g]);
}

/* Frames of one function are added up before they are measured. */
static bool add_up(const struct pk_diff *diff, const struct pk_side *run,
                   const struct pk_diff_groups *groups, int64_t *value)
{
    const int64_t *self = pk_profile_flat(run->profile)->self[run->metric];

    for (pk_frame_id f = 0; self && f < pk_profile_frames(run->profile); f++) {
        uint32_t g = groups->group[f];

        if (g != PK_NONE && g < diff->groups[0].n && self[f] != PK_MISSING &&
            __builtin_add_overflow(value[g], self[f], &value[g]))
            return false;
    }
    return true;
}

bool pk_diff_runs_add(struct pk_diff *diff, unsigned side, uint32_t index,
                      const struct pk_side *run, struct pk_error *error)
{
    uint32_t n = diff->groups[0].n;
    int64_t *value = diff->runs->value + ((size_t)(side ? diff->runs->n[0] : 0) + index) * n;
    struct pk_rational factor;
    struct pk_diff_groups groups;
    struct pk_intern keys;
    struct pk_arena arena;
    bool fits;

    if (!pk_measure_run(&diff->measure, run, side, &factor, error))
        return false;
    pk_arena_init(&arena);
    pk_intern_init(&keys);
    fill_keys(diff, &keys);
    pk_diff_match(run, diff, false, &keys, &groups, &arena);
    pk_diff_likely_apply(&diff->likely, n, &groups, pk_profile_frames(run->profile));
    fits = add_up(diff, run, &groups, value);
    for (uint32_t g = 0; g < n && fits; g++)
        fits = pk_measure_value(value[g], factor, &value[g]);
    pk_intern_fini(&keys);
    pk_arena_fini(&arena);
    if (!pk_renames_held(diff->renames, error))
        return false;
    return fits || pk_error_set(error, PK_INPUT, pk_place_none(),
                                "a value of this run does not fit 64 bits");
}
