/*
 * The steps between reading and showing: see transform.h. Without options the builder is frozen as
 * it is. Else it is frozen as a record, without tables; slices, samples and stacks are chosen on
 * that, and what is left is built again. So every format is filtered by the same code, and the
 * price is the record of what was read, which is as large as what is distinct in it.
 */
#include "cmd/transform.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/escape.h"
#include "cmd/common.h"
#include "cmd/regroup.h"
#include "cmd/transform_private.h"

struct steps { /* one profile on its way */
    const struct pk_transform *transform;
    const struct pk_profile *record;
    struct pk_selection selection;
    struct pk_filtered filtered; /* no pointers without stack filters */
    struct pk_span span;         /* in the clock of the file */
};

/* --- what becomes of one stack --- */

/* Processes, threads and labels: what is chosen by slice, and by frames that stand for these. */
static bool takes(const struct steps *s, uint32_t slice, pk_node_id node)
{
    return !s->transform->select.wanted || pk_selection_takes(&s->selection, slice, node);
}

/* Where a stack ends in the new profile; PK_NONE drops it. */
static pk_node_id place(void *context, uint32_t slice, pk_node_id node)
{
    const struct steps *s = context;

    if (!takes(s, slice, node))
        return PK_NONE;
    return s->filtered.end ? s->filtered.end[node] : node;
}

/* --- what is left --- */

/* A part of the metric that ends at a node; the last three steps of its way. */
static void add_stack(const struct steps *s, struct pk_transform_sums *sums, pk_node_id node,
                      int64_t value)
{
    enum pk_filter_fate fate =
        s->filtered.fate ? (enum pk_filter_fate)s->filtered.fate[node] : PK_FILTER_KEPT;

    if (value == PK_MISSING)
        value = 0;
    sums->timed += value;
    sums->n_timed++;
    if (fate == PK_FILTER_HIDDEN)
        sums->hidden += value;
    if (fate != PK_FILTER_KEPT)
        return;
    sums->kept += value;
    sums->n_kept++;
}

/* With a span the values are those of the moments in it, not of the stacks. A metric that counts
 * samples has no moments of its own: each moment is one. */
static void sum_moments(const struct steps *s, uint32_t slice, uint32_t metric,
                        struct pk_transform_sums *sums)
{
    const struct pk_timeline *timeline = pk_profile_timeline(s->record);

    for (uint64_t i = timeline->start[slice]; i < timeline->start[slice + 1]; i++) {
        const struct pk_moment *moment = &timeline->moments[i];
        int64_t value = moment->metric == metric                                 ? moment->value
                        : pk_rebuild_counts(s->record, moment->metric) == metric ? 1
                                                                                 : 0;

        if (moment->time >= s->span.from && moment->time < s->span.to &&
            takes(s, slice, moment->node))
            add_stack(s, sums, moment->node, value);
    }
}

/* Where a metric stands among those of a slice, or PK_NONE. */
static uint32_t index_of(const struct pk_record_slice *slice, uint32_t metric)
{
    uint32_t index = 0;

    for (uint32_t m = 0; m < metric; m++)
        index += (uint32_t)(slice->metrics[m / 64] >> (m % 64) & 1);
    return slice->metrics[metric / 64] >> (metric % 64) & 1 ? index : PK_NONE;
}

/* A slice that lacks the metric adds nothing. */
static int64_t value_at(const struct pk_record_rows *rows, uint32_t row, uint32_t index)
{
    int64_t value = index == PK_NONE ? PK_MISSING : pk_record_row(rows, row)[index];

    return value == PK_MISSING ? 0 : value;
}

/* The sums after each step, so that an empty result can be blamed on one. Functions without stacks
 * have no frames to filter: they stay or go with their slice. */
static void sum_slice(const struct steps *s, uint32_t id, uint32_t metric,
                      struct pk_transform_sums *sums)
{
    const struct pk_record_slice *slice = pk_record_slice(s->record, id);
    uint32_t index = index_of(slice, metric);
    bool is_taken = !s->transform->select.wanted || s->selection.is_taken[id];

    for (uint32_t i = 0; i < slice->functions.n; i++) {
        int64_t value = value_at(&slice->functions, i, index);

        sums->whole += value;
        if (!is_taken)
            continue;
        sums->taken += value;
        sums->n_taken++;
        if (s->transform->has_span)
            continue;
        sums->timed += value;
        sums->kept += value;
        sums->n_timed++;
        sums->n_kept++;
    }
    for (uint32_t i = 0; i < slice->stacks.n; i++) {
        int64_t value = value_at(&slice->stacks, i, index);

        sums->whole += value;
        if (!takes(s, id, slice->stacks.item[i]))
            continue;
        sums->taken += value;
        sums->n_taken++;
        if (!s->transform->has_span)
            add_stack(s, sums, slice->stacks.item[i], value);
    }
    if (s->transform->has_span && is_taken)
        sum_moments(s, id, metric, sums);
}

/* --- the steps --- */

/* Times count from the first sample of all, so that a choice of threads does not move them. */
static bool find_span(struct steps *s, struct pk_error *error)
{
    const struct pk_timeline *timeline = pk_profile_timeline(s->record);
    const struct pk_span *span = &s->transform->span;
    int64_t first = INT64_MAX;

    if (!s->transform->has_span)
        return true;
    if (!timeline)
        return pk_transform_fail_time(s->transform, s->record, error);
    for (uint64_t i = 0; i < timeline->n; i++)
        if (timeline->moments[i].time < first)
            first = timeline->moments[i].time;
    if (__builtin_add_overflow(first, span->from, &s->span.from))
        s->span.from = INT64_MAX;
    if (__builtin_add_overflow(first, span->to, &s->span.to))
        s->span.to = INT64_MAX;
    return true;
}

/* The marks of a record whose stacks are filtered here; else they wait for the estimated tree. */
static bool filter_stacks(struct steps *s, const uint8_t **marks, struct pk_arena *arena,
                          struct pk_error *error)
{
    struct pk_filter filter = {.words = s->transform->words};

    if (!filter.words || pk_profile_rung(s->record) != PK_TREE)
        return true;
    *marks = filter.marks = pk_transform_marks(s->transform, s->record, arena, error);
    if (!filter.marks)
        return false;
    pk_filter_tree(&s->filtered, &filter, pk_record_tree(s->record));
    return true;
}

/* The first step that left nothing says so. */
static bool check_sums(const struct steps *s, const struct pk_transform_sums *sums,
                       const uint8_t *marks, struct pk_error *error)
{
    if (sums->n_taken == 0)
        return pk_transform_fail_slices(s->transform, s->record, error);
    if (sums->n_timed == 0)
        return pk_transform_fail_time(s->transform, s->record, error);
    if (sums->n_kept == 0)
        return pk_transform_fail_stacks(s->transform, s->record, marks, sums, error);
    return true;
}

/* All steps on a record; `built` is what is left of it. */
static bool take_steps(struct steps *s, uint32_t metric, bool keeps_times,
                       const struct pk_limits *limits, struct pk_transform_sums *sums,
                       struct pk_builder **built, struct pk_error *error)
{
    struct pk_rebuild how = {.place = place,
                             .context = s,
                             .is_part = true,
                             .keeps_times = keeps_times && pk_profile_timeline(s->record)};
    const uint8_t *marks = NULL;
    struct pk_arena arena;
    bool done;

    pk_arena_init(&arena);
    done = (!s->transform->words || pk_transform_check_stacks(s->transform, s->record, error)) &&
           (!s->transform->select.wanted ||
            pk_selection_init(&s->selection, &s->transform->select, s->record, error)) &&
           find_span(s, error) && filter_stacks(s, &marks, &arena, error);
    for (uint32_t i = 0; i < pk_record_slices(s->record) && done; i++)
        sum_slice(s, i, metric, sums);
    if (done && check_sums(s, sums, marks, error)) {
        how.keeps_slice = s->selection.is_taken;
        how.parent = s->filtered.parent;
        how.span = s->transform->has_span ? &s->span : NULL;
        *built = pk_rebuild(s->record, &how, limits);
    }
    pk_arena_fini(&arena);
    return *built != NULL;
}

/* --- all of it --- */

void pk_transform_describe(const struct pk_transformed *done, const struct pk_metric *metric,
                           struct pk_buf *out)
{
    int64_t most = done->range.hi < done->whole ? done->range.hi : done->whole;
    bool is_uncertain;

    if (!done->words)
        return;
    pk_buf_text(out, done->words);
    is_uncertain = pk_attribute_is_uncertain(done->kept, done->range);
    pk_buf_text(out, is_uncertain ? ": about " : ": ");
    pk_units_percent(out, done->kept, done->whole);
    if (is_uncertain) {
        pk_buf_text(out, " % (");
        pk_units_percent(out, done->range.lo, done->whole);
        pk_buf_text(out, " to ");
        pk_units_percent(out, most, done->whole);
        pk_buf_char(out, ')');
    } else {
        pk_buf_text(out, " %");
    }
    pk_buf_text(out, " of ");
    pk_units_value(out, metric->unit, metric->scale, done->whole);
    pk_buf_text(out, " kept");
    if (done->hidden == 0)
        return;
    pk_buf_text(out, "; ");
    pk_units_percent(out, done->hidden, done->whole);
    pk_buf_text(out, " % had no frame to show");
}

/* What is asked for, and what it did to the metric that is shown. */
static void fill_done(const struct pk_transform *transform, const struct pk_transform_sums *sums,
                      struct pk_arena *arena, struct pk_transformed *done)
{
    struct pk_buf words = {0};

    pk_transform_words(transform, PK_STEP_SLICES | PK_STEP_TIME | PK_STEP_STACKS, &words);
    done->words = pk_arena_str(arena, pk_buf_view(&words)).data;
    done->whole = sums->whole;
    done->kept = sums->kept;
    done->range = (struct pk_range){sums->kept, sums->kept};
    done->hidden = sums->hidden;
    pk_buf_fini(&words);
}

void pk_transform_say(const struct pk_args *args, const struct pk_transformed *done,
                      const struct pk_metric *metric)
{
    struct pk_buf text = {0}, escaped = {0};

    if (pk_is_quiet(args))
        return;
    pk_transform_describe(done, metric, &text);
    pk_escape_terminal(&escaped, pk_buf_view(&text));
    fprintf(stderr, "%s%s\n", escaped.data,
            done->kept == done->whole ? "" : "; shares are of what is kept");
    pk_buf_fini(&text);
    pk_buf_fini(&escaped);
}

/* A profile that says of itself that it is a part cannot pass for the whole later. */
static struct pk_profile *freeze_built(const struct pk_transform *transform,
                                       struct pk_builder *built, struct pk_keeping keeping,
                                       const struct pk_limits *limits, struct pk_arena *arena,
                                       struct pk_transformed *done, struct pk_error *error)
{
    struct pk_profile *profile;
    bool is_estimate;

    pk_builder_fact(built, "filter", pk_str_of(done->words));
    profile = pk_regroup_freeze(transform->args, built, keeping, limits, error);
    is_estimate = profile && transform->words && pk_profile_rung(profile) != PK_TREE;
    if (!is_estimate)
        return profile;
    done->filter.words = transform->words;
    done->filter.marks = pk_transform_marks(transform, profile, arena, error);
    if (done->filter.marks)
        return profile;
    pk_profile_free(profile);
    return NULL;
}

/* The record is all that the steps read; tables are made of what they leave. */
struct pk_profile *pk_transform_freeze(const struct pk_transform *transform,
                                       struct pk_builder *builder, struct pk_keeping keeping,
                                       const struct pk_limits *limits, struct pk_arena *arena,
                                       struct pk_transformed *done, struct pk_error *error)
{
    struct pk_transform_sums sums = {0};
    struct steps s = {.transform = transform};
    struct pk_builder *built = NULL;
    struct pk_profile *record, *profile = NULL;
    uint32_t metric;

    if (!transform->select.wanted && !transform->has_span && !transform->words)
        return pk_regroup_freeze(transform->args, builder, keeping, limits, error);
    s.record = record =
        pk_builder_freeze_take(builder, (struct pk_keeping){.parts = PK_KEEP_RECORD}, error);
    if (!record)
        return NULL;
    metric = keeping.shown ? keeping.shown(record, keeping.context) : PK_NONE;
    if (metric >= pk_profile_metrics(record)) /* all are, or the one that is wanted is not there */
        metric = pk_profile_default_metric(record);
    if (metric >= pk_profile_metrics(record))
        pk_error_set(error, PK_INPUT, pk_place_none(), "no sample in this profile");
    else if (take_steps(&s, metric, (keeping.parts & PK_KEEP_RECORD) != 0, limits, &sums, &built,
                        error)) {
        fill_done(transform, &sums, arena, done);
        profile = freeze_built(transform, built, keeping, limits, arena, done, error);
    }
    if (profile && !done->filter.words)
        pk_transform_say(transform->args, done, pk_profile_metric(record, metric));
    pk_selection_fini(&s.selection);
    pk_filter_fini(&s.filtered);
    pk_builder_free(built);
    pk_profile_free(record);
    return profile;
}
