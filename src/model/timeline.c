/*
 * Moments in a frozen profile: see timeline.h. They are dealt out to their slices by counting, then
 * each slice is put in order; most files have them in order already.
 *
 * What no profile can hold is left out here, by what the sums say and not by who came first: the
 * moments of a metric of differences, and those of a stack that holds less than they add up to (it
 * met values below zero).
 */
#include "model/timeline.h"

#include <stdint.h>
#include <stdlib.h>

#include "model/freeze_private.h"

/* --- what fits --- */

/* [row * stride + metric] what the moments of a stack add up to, at most UINT64_MAX. */
static uint64_t *sum_moments(const struct pk_builder *b)
{
    size_t stride = b->stack_rows.stride;
    uint64_t *sums = pk_calloc(b->stack_rows.keys.size * stride, sizeof *sums);

    for (size_t i = 0; i < b->moments.list.size; i++) {
        const struct pk_moment_row *moment = &b->moments.list.data[i];
        uint64_t *sum = &sums[moment->row * stride + moment->metric];

        if (__builtin_add_overflow(*sum, (uint64_t)moment->value, sum))
            *sum = UINT64_MAX;
    }
    return sums;
}

static bool fits(const struct pk_builder *b, const uint64_t *sums,
                 const struct pk_moment_row *moment)
{
    int64_t self = pk_rows_group(&b->stack_rows, moment->row, PK_SELF_GROUP)[moment->metric];
    uint64_t sum = sums[moment->row * (size_t)b->stack_rows.stride + moment->metric];

    return self > 0 && sum <= (uint64_t)self;
}

/* No stack may have more in its moments than it has itself, which a file that was made by hand or
 * damaged could claim. */
bool pk_builder_moments_fit(const struct pk_builder *builder)
{
    uint64_t *sums = sum_moments(builder);
    bool do_fit = true;

    for (size_t i = 0; i < builder->moments.list.size && do_fit; i++)
        do_fit = fits(builder, sums, &builder->moments.list.data[i]);
    pk_free(sums);
    return do_fit;
}

/* --- freezing --- */

static int order_uint(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

/* By all that tells moments apart, so that equal ones stand together and order is no accident. */
static int order_moments(const void *left, const void *right)
{
    const struct pk_moment *a = left, *b = right;
    int order = (a->time > b->time) - (a->time < b->time);

    if (!order)
        order = order_uint(a->metric, b->metric);
    if (!order)
        order = order_uint(a->node, b->node);
    return order ? order : (a->value > b->value) - (a->value < b->value);
}

/* Most recordings are in order already, which is seen in one pass. */
static void sort_moments(struct pk_moment *moments, uint64_t n)
{
    bool is_sorted = true;

    for (uint64_t i = 1; i < n && is_sorted; i++)
        is_sorted = order_moments(&moments[i - 1], &moments[i]) <= 0;
    if (!is_sorted)
        qsort(moments, n, sizeof *moments, order_moments);
}

/* The place in the record of a moment's slice, or PK_NONE when it is left out. */
static uint32_t place_of(const struct pk_freezing *f, const struct pk_moment_row *moment,
                         const uint64_t *sums, const uint32_t *place)
{
    const struct pk_builder *b = f->builder;
    const struct pk_row_key *key = pk_map_key(&b->stack_rows.keys, moment->row);

    if (!f->is_chosen[key->slice] || b->metrics.data[moment->metric].is_signed ||
        !fits(b, sums, moment))
        return PK_NONE;
    return place[key->slice];
}

/* start[s + 1]: moments of slice s; then, summed up, where those of s + 1 start. */
static uint64_t *count_moments(const struct pk_freezing *f, struct pk_profile *profile,
                               const uint64_t *sums, const uint32_t *place)
{
    const struct pk_moments *moments = &f->builder->moments;
    uint64_t *start = PK_NEW_ARRAY(&profile->arena, uint64_t, (size_t)profile->n_record + 1);

    for (size_t i = 0; i < moments->list.size; i++) {
        uint32_t at = place_of(f, &moments->list.data[i], sums, place);

        if (at != PK_NONE)
            start[at + 1]++;
    }
    for (uint32_t s = 0; s < profile->n_record; s++)
        start[s + 1] += start[s];
    return start;
}

/* Ids of the builder become those of the profile. */
static void deal_moments(const struct pk_freezing *f, const struct pk_profile *profile,
                         const uint64_t *sums, const uint32_t *place, struct pk_moment *to)
{
    const struct pk_builder *b = f->builder;
    uint32_t *metric = pk_calloc(b->metrics.size, sizeof *metric);
    uint64_t *fill = pk_calloc((size_t)profile->n_record + 1, sizeof *fill);

    for (uint32_t m = 0; m < profile->n_metrics; m++)
        metric[f->metric_of[m]] = m;
    for (uint32_t s = 0; s < profile->n_record; s++)
        fill[s] = profile->timeline.start[s];
    for (size_t i = 0; i < b->moments.list.size; i++) {
        const struct pk_moment_row *from = &b->moments.list.data[i];
        const struct pk_row_key *key = pk_map_key(&b->stack_rows.keys, from->row);
        uint32_t at = place_of(f, from, sums, place);

        if (at != PK_NONE)
            to[fill[at]++] = (struct pk_moment){from->time, from->value, f->node_id[key->item],
                                                metric[from->metric]};
    }
    pk_free(metric);
    pk_free(fill);
}

/* "app-7 thread worker-8": who it is, without saying the same twice: perf has threads like "app-8"
 * of a process "app". */
static struct pk_str name_slice(struct pk_arena *arena, const struct pk_slice *slice)
{
    struct pk_buf name = {0};
    struct pk_str kept;

    if (!pk_str_starts(slice->thread, slice->process))
        pk_buf_str(&name, slice->process);
    if (name.size && slice->thread.size)
        pk_buf_text(&name, " thread ");
    pk_buf_str(&name, slice->thread);
    for (uint32_t i = 0; i < slice->n_labels; i++) {
        pk_buf_text(&name, name.size ? " " : "");
        pk_buf_str(&name, slice->labels[i].key);
        pk_buf_char(&name, '=');
        pk_buf_str(&name, slice->labels[i].value);
    }
    kept = name.size ? pk_arena_str(arena, pk_buf_view(&name)) : PK_STR("(thread not known)");
    pk_buf_fini(&name);
    return kept;
}

void pk_freeze_timeline(const struct pk_freezing *freezing, struct pk_profile *profile,
                        const uint32_t *place)
{
    struct pk_timeline *timeline = &profile->timeline;
    struct pk_moment *moments;
    uint64_t *sums;

    if (freezing->builder->moments.list.size == 0)
        return;
    sums = sum_moments(freezing->builder);
    timeline->start = count_moments(freezing, profile, sums, place);
    timeline->n = timeline->start[profile->n_record];
    moments = PK_NEW_ARRAY(&profile->arena, struct pk_moment, timeline->n);
    timeline->moments = moments;
    deal_moments(freezing, profile, sums, place, moments);
    pk_free(sums);
    if (freezing->taken)
        pk_array_fini(&freezing->taken->moments.list);
    profile->slice_frames = PK_NEW_ARRAY(&profile->arena, struct pk_frame, profile->n_record);
    for (uint32_t s = 0; s < profile->n_record; s++) {
        sort_moments(moments + timeline->start[s], timeline->start[s + 1] - timeline->start[s]);
        profile->slice_frames[s] = (struct pk_frame){
            .name = name_slice(&profile->arena, &profile->record[s].slice), .kind = PK_KIND_THREAD};
    }
}

/* --- access --- */

const struct pk_timeline *pk_profile_timeline(const struct pk_profile *profile)
{
    return profile->timeline.n ? &profile->timeline : NULL;
}

bool pk_profile_has_times(const struct pk_profile *profile)
{
    return profile->has_times;
}

int64_t pk_profile_span(const struct pk_profile *profile)
{
    return profile->span;
}

/* Slices are ordered by process and thread, so those of one stand side by side. */
uint32_t pk_timeline_next_thread(const struct pk_profile *profile, uint32_t slice)
{
    uint32_t next = slice + 1;

    while (next < profile->n_record &&
           pk_slice_is_same(&profile->record[next].slice, &profile->record[slice].slice))
        next++;
    return next;
}

/* One look at all moments of the metric. */
struct pk_timeline_facts pk_timeline_facts(const struct pk_profile *profile, uint32_t metric)
{
    const struct pk_timeline *timeline = pk_profile_timeline(profile);
    struct pk_timeline_facts facts = {0};

    for (uint32_t s = 0, next; timeline && s < profile->n_record; s = next) {
        int64_t before = facts.weight;

        next = pk_timeline_next_thread(profile, s);
        for (uint64_t i = timeline->start[s]; i < timeline->start[next]; i++) {
            const struct pk_moment *moment = &timeline->moments[i];

            if (moment->metric != metric)
                continue;
            if (facts.weight == 0 || moment->time < facts.first)
                facts.first = moment->time;
            if (moment->time > facts.last)
                facts.last = moment->time;
            facts.weight += moment->value; /* at most the total of the metric */
        }
        facts.n_threads += facts.weight > before;
    }
    return facts;
}

/* Both trees have their parents first, so a parent is known before it is asked for. */
uint32_t *pk_timeline_functions(const struct pk_profile *profile)
{
    const struct pk_profile *part = pk_profile_part(profile, PK_TREE);
    struct pk_map nodes;
    uint32_t *function;

    if (!part || !part->has_lines)
        return NULL;
    pk_map_init(&nodes, sizeof(struct pk_edge_key));
    for (uint32_t i = 0; i < part->tree.n; i++) /* siblings differ: ids of the map are nodes */
        pk_map_add(&nodes, &(struct pk_edge_key){part->tree.parent[i], part->tree.frame[i]}, NULL);
    function = pk_calloc(part->line_tree.n, sizeof *function);
    for (uint32_t i = 0; i < part->line_tree.n; i++) {
        uint32_t parent = part->line_tree.parent[i];

        function[i] = pk_map_find(
            &nodes, &(struct pk_edge_key){parent == PK_NONE ? PK_NONE : function[parent],
                                          part->line_tree.frame[i]});
    }
    pk_map_fini(&nodes);
    return function;
}
