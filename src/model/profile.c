/*
 * Access to a frozen profile: see profile.h. Nothing is computed here, but that a graph of stacks
 * is derived when somebody asks for it.
 */
#include "model/profile.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "model/freeze_private.h"

/* A part owns only its own tables: names and notes are borrowed from the whole, which goes last. */
void pk_profile_free(struct pk_profile *profile)
{
    if (!profile)
        return;
    for (unsigned rung = 0; rung <= PK_TREE; rung++)
        if (profile->parts[rung]) {
            pk_arena_fini(&profile->parts[rung]->arena);
            pk_free(profile->parts[rung]);
        }
    pk_notes_fini(&profile->notes);
    pk_arena_fini(&profile->arena);
    pk_arena_fini(&profile->texts);
    pk_free(profile);
}

enum pk_rung pk_profile_rung(const struct pk_profile *profile)
{
    return profile->rung;
}

const struct pk_flat *pk_profile_flat(const struct pk_profile *profile)
{
    return &profile->flat;
}

/* Below PK_GRAPH the table is all zero, which would look like a profile without calls: so NULL.
 * A graph that is made here was a part of the profile before: to the outside nothing changes, and
 * no profile is a constant. */
const struct pk_graph *pk_profile_graph(const struct pk_profile *profile)
{
    pk_derive_graph((struct pk_profile *)(uintptr_t)profile);
    return profile->rung >= PK_GRAPH ? &profile->graph : NULL;
}

pk_edge_id pk_graph_edge(const struct pk_graph *graph, pk_frame_id caller, pk_frame_id callee)
{
    pk_edge_id from = graph->out_start[caller], to = graph->out_start[caller + 1];

    while (from < to) {
        pk_edge_id middle = from + (to - from) / 2;

        if (graph->callee[middle] < callee)
            from = middle + 1;
        else
            to = middle;
    }
    return from < graph->out_start[caller + 1] && graph->callee[from] == callee ? from : PK_NONE;
}

const struct pk_tree *pk_profile_tree(const struct pk_profile *profile)
{
    return profile->rung == PK_TREE ? &profile->tree : NULL;
}

/* NULL also where no line was recorded: both trees would be the same. */
const struct pk_tree *pk_profile_line_tree(const struct pk_profile *profile)
{
    return profile->rung == PK_TREE && profile->has_lines ? &profile->line_tree : NULL;
}

/* A profile that is not mixed has no parts; it is then its own part of its rung and has no
 * other. */
const struct pk_profile *pk_profile_part(const struct pk_profile *profile, enum pk_rung rung)
{
    for (unsigned r = 0; r <= PK_TREE; r++)
        if (profile->parts[r])
            return profile->parts[rung];
    return profile->rung == rung ? profile : NULL;
}

const struct pk_lines *pk_profile_lines(const struct pk_profile *profile)
{
    return profile->lines.n ? &profile->lines : NULL;
}

bool pk_profile_has_line_costs(const struct pk_profile *profile)
{
    return profile->has_line_costs;
}

uint32_t pk_profile_frames(const struct pk_profile *profile)
{
    return profile->n_frames;
}

/* The order here is the order of the ids in profile.h. */
const struct pk_frame *pk_profile_special(pk_frame_id id)
{
    static const struct pk_frame special[] = {
        {.name = {"(not recorded)", 14}, .kind = PK_KIND_SPECIAL},
        {.name = {"(pruned)", 8}, .kind = PK_KIND_SPECIAL},
        {.name = {"(place not proven)", 18}, .kind = PK_KIND_SPECIAL},
        {.name = {"(callers not recorded)", 22}, .kind = PK_KIND_SPECIAL},
    };
    uint32_t index = id - PK_FRAME_NOT_RECORDED;

    return index < sizeof special / sizeof special[0] ? &special[index] : NULL;
}

/* Four kinds of ids: frames of the profile, cycles of its graph, slices with a timeline, and the
 * few special ones. */
const struct pk_frame *pk_profile_frame(const struct pk_profile *profile, pk_frame_id id)
{
    if (id < profile->n_frames)
        return &profile->frames[id];
    if (id >= PK_FRAME_CYCLE && id - PK_FRAME_CYCLE < profile->n_cycle_frames)
        return &profile->cycle_frames[id - PK_FRAME_CYCLE];
    if (id >= PK_FRAME_SLICE && profile->slice_frames && id - PK_FRAME_SLICE < profile->n_record)
        return &profile->slice_frames[id - PK_FRAME_SLICE];
    return pk_profile_special(id);
}

uint32_t pk_profile_metrics(const struct pk_profile *profile)
{
    return profile->n_metrics;
}

const struct pk_metric *pk_profile_metric(const struct pk_profile *profile, uint32_t id)
{
    return &profile->metrics[id];
}

/* What valgrind measures inside system calls (--collect-systime) is only a part of the time that a
 * program takes, beside events of all of it: no measure of the whole. */
static bool is_time(const struct pk_metric *metric)
{
    return metric->unit == PK_UNIT_NS && !pk_str_equal(metric->name, PK_STR("sysTime")) &&
           !pk_str_equal(metric->name, PK_STR("sysCpuTime"));
}

/* Time first, because that is what most people ask a profile; hits or samples often stand before
 * it. */
uint32_t pk_profile_default_metric(const struct pk_profile *profile)
{
    for (uint32_t m = 0; m < profile->n_metrics; m++)
        if (is_time(&profile->metrics[m]))
            return m;
    return 0;
}

int64_t pk_profile_total(const struct pk_profile *profile, uint32_t metric)
{
    return profile->totals[metric];
}

uint32_t pk_profile_slices(const struct pk_profile *profile)
{
    return profile->n_slices;
}

const struct pk_slice *pk_profile_slice(const struct pk_profile *profile, uint32_t id)
{
    return &profile->slices[id];
}

int64_t pk_profile_slice_total(const struct pk_profile *profile, uint32_t id, uint32_t metric)
{
    return profile->slice_totals[metric][id];
}

const struct pk_fact *pk_profile_facts(const struct pk_profile *profile, uint32_t *count)
{
    *count = profile->n_facts;
    return profile->facts;
}

const struct pk_notes *pk_profile_notes(const struct pk_profile *profile)
{
    return &profile->notes;
}

/* The first of several with one key, in the order of reading; missing when there is none. */
struct pk_str pk_profile_fact(const struct pk_profile *profile, const char *key)
{
    for (uint32_t i = 0; i < profile->n_facts; i++)
        if (pk_str_equal(profile->facts[i].key, pk_str_of(key)))
            return profile->facts[i].value;
    return PK_STR_NULL;
}

/* A handful of tallies: no index. -1 is "not counted", which 0 is not. */
int64_t pk_profile_tally(const struct pk_profile *profile, const char *key)
{
    for (uint32_t i = 0; i < profile->n_tallies; i++)
        if (strcmp(profile->tallies[i].key, key) == 0)
            return profile->tallies[i].n;
    return -1;
}
