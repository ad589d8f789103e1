/*
 * Top functions by one key: see hotspots.h. Only the flat table is read, so every format can answer
 * and no number is estimated.
 */
#include "analyze/hotspots.h"

#include <stdint.h>
#include <stdlib.h>

#include "analyze/threshold.h"
#include "base/sort.h"

/* A column that the file does not give is missing for every function. */
static int64_t at(const int64_t *column, pk_frame_id frame)
{
    return column ? column[frame] : PK_MISSING;
}

/* Inclusive time counts the outermost calls only, so these divide it. */
int64_t pk_hotspots_per_call(const struct pk_profile *profile, uint32_t metric, pk_frame_id frame)
{
    const struct pk_flat *flat = pk_profile_flat(profile);
    int64_t total = at(flat->incl[metric], frame);
    int64_t calls = at(flat->primitive, frame);

    /* Formats without primitive calls cannot record recursion apart either. */
    if (calls == PK_MISSING)
        calls = at(flat->calls, frame);
    return total == PK_MISSING || calls == PK_MISSING || calls <= 0 ? PK_MISSING : total / calls;
}

int64_t pk_hotspots_most(const struct pk_profile *profile, uint32_t metric, pk_frame_id frame)
{
    const struct pk_flat *flat = pk_profile_flat(profile);
    int64_t total = at(flat->incl[metric], frame), high = at(flat->incl_high[metric], frame);

    if (high != PK_MISSING)
        return high;
    return total == PK_MISSING ? at(flat->self[metric], frame) : total;
}

/* What the functions are ordered by; missing values are the smallest there are. */
static int64_t key_of(const struct pk_profile *profile, uint32_t metric, enum pk_hotspots_key key,
                      pk_frame_id frame)
{
    const struct pk_flat *flat = pk_profile_flat(profile);

    switch (key) {
    case PK_HOTSPOTS_SELF:
        return at(flat->self[metric], frame);
    case PK_HOTSPOTS_TOTAL:
        return at(flat->incl[metric], frame);
    case PK_HOTSPOTS_CALLS:
        return at(flat->calls, frame);
    case PK_HOTSPOTS_PER_CALL:
        return pk_hotspots_per_call(profile, metric, frame);
    case PK_HOTSPOTS_NAME:
        break;
    }
    return 0; /* by name: frames stand in order of name already */
}

/* Largest first; equal ones by frame, which is by name. Functions that only stand in other metrics
 * or other slices are left out. */
struct pk_hotspots pk_hotspots_find(const struct pk_profile *profile, uint32_t metric,
                                    enum pk_hotspots_key key, struct pk_arena *arena)
{
    const struct pk_flat *flat = pk_profile_flat(profile);
    uint32_t n = pk_profile_frames(profile);
    struct pk_sorted *ranked = pk_calloc(n, sizeof *ranked), *spare;
    struct pk_hotspots result = {.frame = PK_NEW_ARRAY(arena, pk_frame_id, n), .key = key};

    for (pk_frame_id f = 0; f < n; f++)
        if (at(flat->self[metric], f) != PK_MISSING || at(flat->incl[metric], f) != PK_MISSING ||
            at(flat->calls, f) != PK_MISSING)
            ranked[result.n++] = (struct pk_sorted){
                .key = pk_sort_downwards(key_of(profile, metric, key, f)), .id = f};
    spare = pk_calloc(result.n, sizeof *spare);
    pk_sort(ranked, spare, result.n);
    pk_free(spare);
    for (uint32_t i = 0; i < result.n; i++)
        result.frame[i] = ranked[i].id;
    pk_free(ranked);
    return result;
}

struct sorting {
    const struct pk_profile *profile;
    uint32_t metric;
    const struct pk_order *orders;
    unsigned n;
};

/* The first key that tells them apart; then by frame, so that equal runs give equal rows. */
static int order_by_keys(const void *left, const void *right, void *context)
{
    const struct sorting *s = context;
    pk_frame_id a = *(const pk_frame_id *)left, b = *(const pk_frame_id *)right;

    for (unsigned i = 0; i < s->n; i++) {
        enum pk_hotspots_key key = (enum pk_hotspots_key)s->orders[i].key;
        bool is_reversed = s->orders[i].is_reversed;
        int order;

        if (key == PK_HOTSPOTS_NAME) {
            order = pk_str_compare(pk_profile_frame(s->profile, a)->name,
                                   pk_profile_frame(s->profile, b)->name);
            order = is_reversed ? -order : order;
        } else {
            order = pk_order_values(key_of(s->profile, s->metric, key, a),
                                    key_of(s->profile, s->metric, key, b), is_reversed);
        }
        if (order)
            return order;
    }
    return (a > b) - (a < b);
}

void pk_hotspots_sort(struct pk_hotspots *hotspots, const struct pk_profile *profile,
                      uint32_t metric, const struct pk_order *orders, unsigned n)
{
    struct sorting sorting = {profile, metric, orders, n};

    if (n == 0)
        return;
    hotspots->key = (enum pk_hotspots_key)orders[0].key;
    for (unsigned i = 0; i < n; i++)
        if (orders[i].key == PK_HOTSPOTS_PER_CALL)
            hotspots->key = PK_HOTSPOTS_PER_CALL;
    qsort_r(hotspots->frame, hotspots->n, sizeof *hotspots->frame, order_by_keys, &sorting);
}

/* By total and not by self: a function that only calls is on the way to what costs, as in a tree or
 * a graph of the same threshold. */
void pk_hotspots_leave_out(struct pk_hotspots *hotspots, const struct pk_profile *profile,
                           uint32_t metric, uint32_t percent)
{
    const int64_t *self = pk_profile_flat(profile)->self[metric];
    int64_t whole = pk_profile_total(profile, metric);
    uint32_t kept = 0;

    for (uint32_t i = 0; i < hotspots->n; i++) {
        pk_frame_id frame = hotspots->frame[i];

        if (!pk_threshold_is_small(pk_hotspots_most(profile, metric, frame), whole, percent)) {
            hotspots->frame[kept++] = frame;
            continue;
        }
        hotspots->n_small++;
        hotspots->small += at(self, frame) == PK_MISSING ? 0 : self[frame];
    }
    hotspots->n = kept;
}
