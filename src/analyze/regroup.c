/*
 * Taking a profile apart and putting it together by other names: see regroup.h. Here is what does
 * not depend on frames. Slices are entered as closed ones, since what they say of which metric was
 * settled when they were read, also where no value is left.
 */
#include "analyze/regroup.h"

#include <stdint.h>
#include <string.h>

#include "analyze/regroup_private.h"
#include "model/lines.h"
#include "model/timeline.h"

/* Zeroed padding is part of a key: there is none in this struct. */
struct slice_key {
    uint64_t metrics[4];
    uint32_t name, rung;
};

/* What does not depend on frames: the new profile says the same of its origin. */
static void copy_origin(struct pk_regroup *r)
{
    const struct pk_profile *profile = r->profile;
    struct pk_builder *builder = r->builder;
    uint32_t n_facts;
    const struct pk_fact *facts = pk_profile_facts(profile, &n_facts);

    for (uint32_t m = 0; m < r->n_metrics; m++) {
        pk_builder_metric(builder, pk_profile_metric(profile, m));
        pk_builder_rank(builder, m, pk_record_rank(profile, m));
    }
    for (uint32_t i = 0; i < n_facts; i++)
        pk_builder_fact(builder, facts[i].key.data, facts[i].value);
    for (uint32_t i = 0; i < pk_record_tallies(profile); i++)
        pk_builder_tally(builder, pk_record_tally(profile, i).key.data,
                         pk_record_tally(profile, i).n);
    pk_notes_merge(pk_builder_notes(builder), pk_profile_notes(profile));
}

/* Names by number: the first slice of the record that has it. */
static void number_names(struct pk_regroup *r)
{
    uint32_t n = pk_record_slices(r->profile);

    r->name = pk_calloc(n, sizeof *r->name);
    for (uint32_t i = 1; i < n; i++)
        r->name[i] = pk_slice_is_same(&pk_record_slice(r->profile, i - 1)->slice,
                                      &pk_record_slice(r->profile, i)->slice)
                         ? r->name[i - 1]
                         : i;
}

/* A time told to a builder that keeps none is remembered as "there were times". */
static void init(struct pk_regroup *r, const struct pk_profile *profile,
                 const struct pk_limits *limits)
{
    r->profile = profile;
    r->builder = pk_builder_new(limits);
    r->n_metrics = pk_profile_metrics(profile);
    pk_map_init(&r->entered, sizeof(struct slice_key));
    pk_arena_init(&r->arena);
    number_names(r);
    r->self = pk_calloc(r->n_metrics, sizeof *r->self);
    r->incl = pk_calloc(r->n_metrics, sizeof *r->incl);
    if (pk_profile_timeline(profile))
        pk_builder_keep_times(r->builder);
    else if (pk_profile_has_times(profile))
        pk_builder_moment(r->builder, 0, 0);
    copy_origin(r);
}

void pk_regroup_enter(struct pk_regroup *r, uint32_t slice, enum pk_rung rung)
{
    const struct pk_record_slice *from = pk_record_slice(r->profile, slice);
    struct slice_key key = {.name = r->name[slice], .rung = (uint32_t)rung};
    bool is_new;
    uint32_t at;

    memcpy(key.metrics, from->metrics, sizeof key.metrics);
    at = pk_map_add(&r->entered, &key, &is_new);
    if (is_new)
        pk_array_push(&r->closed,
                      pk_builder_closed_slice(r->builder, &from->slice, rung, from->metrics));
    pk_builder_resume(r->builder, r->closed.data[at]);
}

void pk_regroup_spread(const struct pk_regroup *r, const struct pk_record_slice *slice,
                       const int64_t *row, int64_t *values)
{
    for (uint32_t m = 0; m < r->n_metrics; m++)
        values[m] = slice->metrics[m / 64] >> (m % 64) & 1 ? *row++ : PK_MISSING;
}

/* Slice by slice, since what a graph says of cycles is said by slice (regroup_calls.c). */
static struct pk_builder *finish(struct pk_regroup *r)
{
    pk_regroup_stacks(r);
    for (uint32_t slice = 0; slice < pk_record_slices(r->profile); slice++)
        if (pk_record_slice(r->profile, slice)->rung != PK_TREE) {
            if (r->by_line)
                pk_regroup_costs(r, slice);
            else
                pk_regroup_calls(r, slice);
        }
    pk_map_fini(&r->entered);
    pk_array_fini(&r->closed);
    pk_arena_fini(&r->arena);
    pk_free(r->name);
    pk_free(r->group);
    pk_free(r->self);
    pk_free(r->incl);
    return r->builder;
}

struct pk_builder *pk_regroup(const struct pk_profile *profile,
                              const struct pk_regrouping *regrouping,
                              const struct pk_limits *limits)
{
    struct pk_regroup r = {.how = regrouping};
    uint32_t n = pk_profile_frames(profile);

    init(&r, profile, limits);
    r.group = pk_calloc(n, sizeof *r.group);
    for (pk_frame_id f = 0; f < n; f++)
        r.group[f] = pk_builder_frame(r.builder, regrouping->frames ? &regrouping->frames[f]
                                                                    : pk_profile_frame(profile, f));
    return finish(&r);
}

struct pk_builder *pk_regroup_lines(const struct pk_profile *profile,
                                    const struct pk_limits *limits)
{
    static const struct pk_regrouping lines = {.joins = true};
    struct pk_regroup r = {.how = &lines, .by_line = true};
    const struct pk_graph *graph = pk_record_graph(profile);

    init(&r, profile, limits);
    if (graph)
        r.cycles = pk_cycles_find(graph, pk_profile_frames(profile), &r.arena);
    return finish(&r);
}

bool pk_regroup_has_lines(const struct pk_profile *profile)
{
    const struct pk_tree *tree = pk_record_tree(profile);

    return (tree && tree->line) || pk_profile_has_line_costs(profile);
}
