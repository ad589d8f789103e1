/*
 * Activity over time: see activity.h. Rows are found and ordered first, by their sums alone; only
 * those that are shown get buckets, since a file may name as many threads as it has samples.
 *
 * Moments of a slice stand in order of time, so one pass over them meets bucket after bucket. Files
 * that were merged may have several slices of one thread: each has a place of its own to go on at.
 */
#include "analyze/activity.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/array.h"
#include "model/record.h"

struct sums { /* self of functions in one bucket or row; all zero between two of them */
    int64_t *self;
    PK_ARRAY(pk_frame_id) touched; /* those that have some */
};

struct adding {
    const struct pk_profile *profile;
    const struct pk_timeline *timeline;
    const pk_frame_id *frame; /* [recorded node] */
    uint32_t metric;
    struct sums bucket, row;
    uint64_t *at; /* [slice of the row] the next moment */
};

/* --- rows --- */

/* What a thread has; false where it has no sample of the metric with a time. */
static bool sum_row(const struct adding *a, uint32_t slice, uint32_t next,
                    struct pk_activity_row *row)
{
    *row = (struct pk_activity_row){.slice = slice};
    for (uint64_t i = a->timeline->start[slice]; i < a->timeline->start[next]; i++) {
        const struct pk_moment *moment = &a->timeline->moments[i];

        if (moment->metric != a->metric)
            continue;
        if (row->weight == 0 || moment->time < row->first)
            row->first = moment->time;
        if (moment->time > row->last)
            row->last = moment->time;
        row->weight += moment->value; /* at most the total */
    }
    return row->weight > 0;
}

/* The first key that tells two rows apart; then as slices stand in the record: by name. */
static int order_rows(const void *left, const void *right, void *context)
{
    const struct pk_activity_options *options = context;
    const struct pk_activity_row *a = left, *b = right;

    for (unsigned i = 0; i < options->n_orders; i++) {
        bool is_reversed = options->orders[i].is_reversed;
        int order = 0;

        switch ((enum pk_activity_key)options->orders[i].key) {
        case PK_ACTIVITY_TOTAL:
            order = pk_order_values(a->weight, b->weight, is_reversed);
            break;
        case PK_ACTIVITY_START: /* the earliest first */
            order = pk_order_values(a->first, b->first, !is_reversed);
            break;
        case PK_ACTIVITY_NAME:
            order = pk_order_values(a->slice, b->slice, !is_reversed);
            break;
        }
        if (order)
            return order;
    }
    return (a->slice > b->slice) - (a->slice < b->slice);
}

/* The rows that are shown, in their order; what the others have is added up. */
static void find_rows(const struct adding *a, const struct pk_activity_options *options,
                      struct pk_activity *activity, struct pk_arena *arena)
{
    static const struct pk_order by_total = {PK_ACTIVITY_TOTAL, false};
    struct pk_activity_options ordered = *options;
    PK_ARRAY(struct pk_activity_row) rows = {0};
    uint32_t n;

    for (uint32_t s = 0, next; s < pk_record_slices(a->profile); s = next) {
        struct pk_activity_row row;

        next = pk_timeline_next_thread(a->profile, s);
        if (sum_row(a, s, next, &row))
            pk_array_push(&rows, row);
    }
    if (!ordered.n_orders) {
        ordered.orders = &by_total;
        ordered.n_orders = 1;
    }
    if (rows.size)
        qsort_r(rows.data, rows.size, sizeof *rows.data, order_rows, &ordered);
    n = (uint32_t)rows.size;
    activity->n_rows = options->most_rows && n > options->most_rows ? options->most_rows : n;
    activity->rows = PK_NEW_ARRAY(arena, struct pk_activity_row, activity->n_rows);
    for (uint32_t i = 0; i < n; i++) {
        if (i < activity->n_rows) {
            activity->rows[i] = rows.data[i];
            continue;
        }
        activity->n_left_out++;
        activity->left_out += rows.data[i].weight;
    }
    pk_array_fini(&rows);
}

/* --- buckets --- */

/* Equal whole ns: at most `most` of them, so that any of them can be named by its number. */
static void divide(struct pk_activity *activity, uint32_t most)
{
    int64_t span = activity->last - activity->first;

    if (activity->n_rows && most > PK_ACTIVITY_MOST / activity->n_rows)
        most = PK_ACTIVITY_MOST / activity->n_rows;
    activity->width = span / (most ? most : 1) + 1;
    activity->n_buckets = (uint32_t)(span / activity->width) + 1;
}

static void add_self(struct sums *sums, pk_frame_id frame, int64_t value)
{
    if (sums->self[frame] == 0)
        pk_array_push(&sums->touched, frame);
    sums->self[frame] += value; /* values are above 0 */
}

/* The function with most self, which gets `self`; PK_NONE without any. Leaves the sums zero. */
static pk_frame_id take_largest(struct sums *sums, int64_t *self)
{
    pk_frame_id largest = PK_NONE;

    *self = 0;
    for (size_t i = 0; i < sums->touched.size; i++) {
        pk_frame_id frame = sums->touched.data[i];
        int64_t value = sums->self[frame];

        sums->self[frame] = 0;
        if (value > *self || (value == *self && frame < largest)) {
            largest = frame;
            *self = value;
        }
    }
    sums->touched.size = 0;
    return largest;
}

/* The moments of a slice that fall into bucket `b`, which are the next ones. */
static int64_t add_bucket(struct adding *a, const struct pk_activity *activity, uint32_t slice,
                          uint64_t *at, uint32_t b)
{
    int64_t weight = 0;

    for (; *at < a->timeline->start[slice + 1]; (*at)++) {
        const struct pk_moment *moment = &a->timeline->moments[*at];

        if (moment->metric != a->metric)
            continue;
        if ((moment->time - activity->first) / activity->width != b)
            break;
        weight += moment->value;
        add_self(&a->bucket, a->frame[moment->node], moment->value);
        add_self(&a->row, a->frame[moment->node], moment->value);
    }
    return weight;
}

/* Buckets have one width in all rows, so that rows can be compared. */
static void fill_row(struct adding *a, struct pk_activity *activity, struct pk_activity_row *row,
                     struct pk_arena *arena)
{
    uint32_t n = pk_timeline_next_thread(a->profile, row->slice) - row->slice;
    int64_t *buckets = PK_NEW_ARRAY(arena, int64_t, activity->n_buckets);
    pk_frame_id *functions = PK_NEW_ARRAY(arena, pk_frame_id, activity->n_buckets);
    int64_t self;

    for (uint32_t s = 0; s < n; s++)
        a->at[s] = a->timeline->start[row->slice + s];
    for (uint32_t b = 0; b < activity->n_buckets; b++) {
        for (uint32_t s = 0; s < n; s++)
            buckets[b] += add_bucket(a, activity, row->slice + s, &a->at[s], b);
        functions[b] = take_largest(&a->bucket, &self);
        if (buckets[b] > activity->largest)
            activity->largest = buckets[b];
    }
    row->function = take_largest(&a->row, &row->self);
    row->buckets = buckets;
    row->functions = functions;
}

/* What is not among the rows is counted: both together are all that has times. */
struct pk_activity pk_activity_find(const struct pk_profile *profile, uint32_t metric,
                                    const struct pk_activity_options *options,
                                    struct pk_arena *arena)
{
    struct pk_timeline_facts facts = pk_timeline_facts(profile, metric);
    struct pk_activity activity = {.first = facts.first,
                                   .last = facts.last,
                                   .weight = facts.weight,
                                   .untimed = pk_profile_total(profile, metric) - facts.weight};
    struct adding a = {
        .profile = profile, .timeline = pk_profile_timeline(profile), .metric = metric};

    if (facts.weight == 0)
        return activity;
    a.frame = pk_record_tree(profile)->frame;
    find_rows(&a, options, &activity, arena);
    divide(&activity, options->most_buckets);
    a.bucket.self = pk_calloc(pk_profile_frames(profile), sizeof *a.bucket.self);
    a.row.self = pk_calloc(pk_profile_frames(profile), sizeof *a.row.self);
    a.at = pk_calloc(pk_record_slices(profile), sizeof *a.at);
    for (uint32_t i = 0; i < activity.n_rows; i++)
        fill_row(&a, &activity, &activity.rows[i], arena);
    pk_free(a.at);
    pk_free(a.row.self);
    pk_free(a.bucket.self);
    pk_array_fini(&a.row.touched);
    pk_array_fini(&a.bucket.touched);
    return activity;
}
