/*
 * Decides what an event is when several threads read it: see perf_join.h. What the first sample of
 * the file says holds: its unit, its weight, and with it from where on samples are counted. A part
 * knows only its own first sample.
 */
#include "formats/perf_join.h"

#include <stdint.h>
#include <stdlib.h>

struct event { /* of the whole, by id of its names */
    uint64_t line;
    int64_t weight;
    enum pk_unit unit;
    uint64_t counts_line; /* UINT64_MAX: all samples weigh the same */
};

struct mention { /* a metric that the whole does not have yet */
    uint64_t line;
    uint32_t event;
    bool is_counts;
};

struct join {
    struct pk_perf_record *whole;
    PK_ARRAY(struct event) events;
    PK_ARRAY(struct mention) mentions;
};

/* Not met yet: every line is before it. */
static const struct event none = {.line = UINT64_MAX, .counts_line = UINT64_MAX};

/* Names have ids of their own in each part. */
static uint32_t id_in_whole(struct join *join, const struct pk_perf_record *part, uint32_t event)
{
    uint32_t id = pk_intern_id(&join->whole->names, pk_intern_text(&part->names, event));

    while (join->whole->events.size <= id)
        pk_array_push(&join->whole->events, (struct pk_perf_event){.counts = PK_NONE});
    while (join->events.size <= id)
        pk_array_push(&join->events, none);
    return id;
}

/* What the whole has read stands before all parts. */
static void begin(struct join *join)
{
    for (size_t i = 0; i < join->whole->events.size; i++) {
        const struct pk_perf_event *known = &join->whole->events.data[i];
        struct event event = none;

        if (known->is_known) {
            event.line = 0;
            event.weight = known->weight;
            event.unit = known->unit;
            event.counts_line = known->counts == PK_NONE ? UINT64_MAX : 0;
        }
        pk_array_push(&join->events, event);
    }
}

/* The first sample of each event, of the file so far. */
static void find_first(struct join *join, const struct pk_perf_record *part)
{
    for (uint32_t i = 0; i < part->events.size; i++) {
        const struct pk_perf_event *theirs = &part->events.data[i];
        uint32_t id = id_in_whole(join, part, i);
        struct event *event = &join->events.data[id];

        if (theirs->is_known && theirs->line < event->line) {
            event->line = theirs->line;
            event->weight = theirs->weight;
            event->unit = theirs->unit;
        }
    }
}

/* The first sample that weighs differently, once all first ones are known. */
static void find_counts(struct join *join, const struct pk_perf_record *part)
{
    for (uint32_t i = 0; i < part->events.size; i++) {
        const struct pk_perf_event *theirs = &part->events.data[i];
        struct event *event = &join->events.data[id_in_whole(join, part, i)];
        uint64_t line = UINT64_MAX;

        if (theirs->is_known && theirs->weight != event->weight)
            line = theirs->line;
        else if (theirs->counts != PK_NONE)
            line = theirs->counts_line;
        if (line < event->counts_line)
            event->counts_line = line;
    }
}

/* In the order of the file. */
static int order_lines(const void *left, const void *right)
{
    const struct mention *a = left, *b = right;

    return (a->line > b->line) - (a->line < b->line);
}

/* No two metrics are of one line: a sample is of one event, and its first is not counted apart. */
static void make_metrics(struct join *join)
{
    struct pk_perf_record *whole = join->whole;

    for (uint32_t i = 0; i < join->events.size; i++) {
        const struct event *event = &join->events.data[i];

        if (!whole->events.data[i].is_known && event->line != UINT64_MAX)
            pk_array_push(&join->mentions, ((struct mention){event->line, i, false}));
        if (whole->events.data[i].counts == PK_NONE && event->counts_line != UINT64_MAX)
            pk_array_push(&join->mentions, ((struct mention){event->counts_line, i, true}));
    }
    if (join->mentions.size)
        qsort(join->mentions.data, join->mentions.size, sizeof *join->mentions.data, order_lines);
    for (size_t i = 0; i < join->mentions.size; i++) {
        uint32_t id = join->mentions.data[i].event;
        const struct event *event = &join->events.data[id];

        if (join->mentions.data[i].is_counts)
            pk_perf_record_count(whole, id);
        else
            pk_perf_record_event(whole, id, event->unit, event->weight);
    }
}

/* The same metrics in a part, told in the order of the whole. */
static void settle_part(struct join *join, struct pk_perf_record *part)
{
    for (uint32_t i = 0; i < part->events.size; i++) {
        struct pk_perf_event *theirs = &part->events.data[i];
        const struct pk_perf_event *event = &join->whole->events.data[id_in_whole(join, part, i)];

        if (!theirs->is_known)
            continue;
        if (theirs->unit != event->unit)
            pk_builder_restate(part->builder, theirs->metric, event->unit);
        pk_builder_rank(part->builder, theirs->metric, event->metric);
        if (event->counts == PK_NONE)
            continue;
        if (theirs->counts == PK_NONE)
            pk_perf_record_count(part, i);
        pk_builder_rank(part->builder, theirs->counts, event->counts);
    }
}

void pk_perf_join_events(struct pk_perf_record *whole, struct pk_perf_record *const *parts,
                         unsigned n)
{
    struct join join = {.whole = whole};

    begin(&join);
    for (unsigned i = 0; i < n; i++)
        find_first(&join, parts[i]);
    for (unsigned i = 0; i < n; i++)
        find_counts(&join, parts[i]);
    make_metrics(&join);
    for (unsigned i = 0; i < n; i++)
        settle_part(&join, parts[i]);
    pk_array_fini(&join.events);
    pk_array_fini(&join.mentions);
}
