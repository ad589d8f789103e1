/*
 * Decides the metrics: one an event, weighed by its period where one is printed, else 1 a sample;
 * and "EVENT/samples" beside it as soon as two samples weigh differently. Events are never added to
 * each other. cpu-clock and task-clock count ns. A period of 0 is none.
 *
 * Slices: the process is "COMM-PID" ("COMM" where perf printed no pid), the thread "COMM-TID". For
 * folded text the command is also a root frame: see struct pk_perf_folding. Facts of the origin
 * come from the comments of --header.
 */
#include "formats/perf_record.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "formats/perf_fold.h"

#define MOST_METRICS 256 /* what any builder can hold */

void pk_perf_record_init(struct pk_perf_record *record, struct pk_builder *builder,
                         const struct pk_perf_folding *folding)
{
    *record = (struct pk_perf_record){.builder = builder, .folding = *folding, .root = PK_NONE};
    pk_intern_init(&record->names);
    /* The builder may know metrics from elsewhere: it looks at a value for each. */
    while (record->values.size < MOST_METRICS)
        pk_array_push(&record->values, PK_MISSING);
}

void pk_perf_record_fini(struct pk_perf_record *record)
{
    pk_intern_fini(&record->names);
    pk_array_fini(&record->events);
    pk_array_fini(&record->values);
    pk_buf_fini(&record->thread);
    pk_buf_fini(&record->text);
    pk_buf_fini(&record->event);
}

/* "COMM-ID" at the end of the text. */
static void add_name(struct pk_buf *text, struct pk_str comm, struct pk_str id)
{
    pk_buf_str(text, comm);
    if (id.data && comm.size)
        pk_buf_char(text, '-');
    pk_buf_str(text, id);
}

/* The names are copied by the builder, so both may stand in one scratch text. */
static void open_slice(struct pk_perf_record *record, const struct pk_perf_header *header)
{
    struct pk_slice slice = {0};
    size_t process_end;

    pk_buf_reset(&record->text);
    add_name(&record->text, header->comm, header->pid);
    process_end = record->text.size;
    add_name(&record->text, header->comm, header->tid);
    if (process_end)
        slice.process = pk_str_slice(pk_buf_view(&record->text), 0, process_end);
    if (header->tid.data)
        slice.thread = pk_str_slice(pk_buf_view(&record->text), process_end, record->text.size);
    pk_builder_slice(record->builder, &slice);
}

/* A frame of its own kind, so that views can tell it from a function. */
static void open_root(struct pk_perf_record *record, const struct pk_perf_header *header)
{
    struct pk_frame frame = {.kind = record->folding.has_tid ? PK_KIND_THREAD : PK_KIND_PROCESS};

    record->root = PK_NONE;
    pk_perf_fold_root(header->comm, header->pid, header->tid, &record->folding, &record->text);
    frame.name = pk_buf_view(&record->text);
    record->is_java = pk_str_starts(frame.name, PK_STR("java"));
    if (frame.name.size)
        record->root = pk_builder_frame(record->builder, &frame);
}

/* Equal texts are equal threads: lengths are part of them. */
static void serialise(const struct pk_perf_header *header, struct pk_buf *out)
{
    const struct pk_str parts[3] = {header->comm, header->pid, header->tid};

    pk_buf_reset(out);
    for (unsigned i = 0; i < 3; i++) {
        pk_buf_int(out, parts[i].data ? (int64_t)parts[i].size : -1);
        pk_buf_char(out, ' ');
        pk_buf_str(out, parts[i]);
    }
}

/* Where it is not kept, the builder hears only that there is one. */
static void open_time(struct pk_perf_record *record, struct pk_str time)
{
    int64_t ns = time.size ? pk_perf_time_parse(time) : -1;
    bool is_kept = pk_builder_keeps_times(record->builder);

    record->time = time.size ? 0 : PK_MISSING;
    if (!time.size)
        return;
    if (ns >= 0)
        pk_perf_time_tick(&record->clock, ns);
    if (!is_kept)
        return;
    record->time = ns;
    record->n_far += ns < 0;
}

/* Neighbouring samples are often of one thread: the builder hears only of changes. */
void pk_perf_record_open(struct pk_perf_record *record, const struct pk_perf_header *header,
                         uint64_t line)
{
    record->line = line;
    pk_buf_reset(&record->event);
    pk_buf_str(&record->event, header->event);
    record->has_event = header->event.data != NULL;
    record->has_period = header->has_period && header->period > 0;
    record->weight = record->has_period ? (int64_t)header->period : 1;
    open_time(record, header->time);
    serialise(header, &record->text);
    if (pk_str_equal(pk_buf_view(&record->text), pk_buf_view(&record->thread)))
        return;
    pk_buf_reset(&record->thread);
    pk_buf_str(&record->thread, pk_buf_view(&record->text));
    open_slice(record, header);
    if (record->folding.is_on)
        open_root(record, header);
}

/* The next header opens its slice and its root anew. */
void pk_perf_record_forget(struct pk_perf_record *record)
{
    pk_buf_reset(&record->thread);
    record->root = PK_NONE;
}

/* Behind the name may stand modifiers and terms: "cpu-clock:uhH", "cpu-clock/period=1000000/u". */
static bool is_clock(struct pk_str name)
{
    static const char *const clocks[] = {"cpu-clock", "task-clock"};

    for (unsigned i = 0; i < 2; i++) {
        struct pk_str clock = pk_str_of(clocks[i]);

        if (pk_str_starts(name, clock) &&
            (name.size == clock.size || name.data[clock.size] == ':' ||
             name.data[clock.size] == '/'))
            return true;
    }
    return false;
}

void pk_perf_record_event(struct pk_perf_record *record, uint32_t event, enum pk_unit unit,
                          int64_t weight)
{
    struct pk_perf_event *known = &record->events.data[event];
    struct pk_metric metric = {.name = pk_intern_text(&record->names, event), .unit = unit};

    known->is_known = true;
    known->unit = unit;
    known->weight = weight;
    known->line = record->line;
    known->metric = pk_builder_metric(record->builder, &metric);
}

/* The unit is settled by the first sample; a later one without a period does not change it. */
static uint32_t find_event(struct pk_perf_record *record)
{
    struct pk_str name = record->has_event ? pk_buf_view(&record->event) : PK_STR("samples");
    uint32_t event = pk_intern_id(&record->names, name);

    while (record->events.size <= event)
        pk_array_push(&record->events, (struct pk_perf_event){.counts = PK_NONE});
    if (!record->events.data[event].is_known)
        pk_perf_record_event(record, event,
                             record->has_period && is_clock(name) ? PK_UNIT_NS : PK_UNIT_COUNT,
                             record->weight);
    return event;
}

void pk_perf_record_count(struct pk_perf_record *record, uint32_t event)
{
    struct pk_perf_event *counted = &record->events.data[event];
    struct pk_metric metric = {.unit = PK_UNIT_COUNT};

    pk_buf_reset(&record->text);
    pk_buf_str(&record->text, pk_intern_text(&record->names, event));
    pk_buf_text(&record->text, "/samples");
    metric.name = pk_buf_view(&record->text);
    counted->counts = pk_builder_metric(record->builder, &metric);
    counted->counts_line = record->line;
    if (!pk_builder_failed(record->builder, NULL))
        pk_builder_counts(record->builder, counted->metric, counted->weight, counted->counts);
}

static void set_value(struct pk_perf_record *record, uint32_t metric, int64_t value)
{
    while (record->values.size <= metric)
        pk_array_push(&record->values, PK_MISSING);
    record->values.data[metric] = value;
    record->used[record->n_used++] = metric;
}

/* Only what the sample says is set, and taken back by close: other events stay missing. */
const int64_t *pk_perf_record_values(struct pk_perf_record *record)
{
    uint32_t id = find_event(record);
    const struct pk_perf_event *event = &record->events.data[id];

    if (event->counts == PK_NONE && record->weight != event->weight)
        pk_perf_record_count(record, id);
    set_value(record, event->metric, record->weight);
    pk_builder_moment(record->builder, event->metric, record->time);
    if (event->counts != PK_NONE)
        set_value(record, event->counts, 1);
    return record->values.data;
}

void pk_perf_record_close(struct pk_perf_record *record)
{
    while (record->n_used)
        record->values.data[record->used[--record->n_used]] = PK_MISSING;
}

/* "# perf version : 6.1.187" */
void pk_perf_record_comment(struct pk_perf_record *record, struct pk_str line)
{
    static const struct {
        struct pk_str start;
        const char *key;
    } facts[] = {{PK_STR("# captured on"), "perf.captured"},
                 {PK_STR("# hostname"), "perf.hostname"},
                 {PK_STR("# os release"), "perf.os"},
                 {PK_STR("# perf version"), "perf.version"},
                 {PK_STR("# arch"), "perf.arch"},
                 {PK_STR("# cmdline"), "perf.cmdline"}};

    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
        const char *colon;
        struct pk_str value;

        if (!pk_str_starts(line, facts[i].start) || !(colon = memchr(line.data, ':', line.size)))
            continue;
        value = pk_str_slice(line, (size_t)(colon - line.data) + 1, line.size);
        while (value.size && value.data[0] == ' ')
            value = pk_str_slice(value, 1, value.size);
        while (value.size && value.data[value.size - 1] == ' ')
            value.size--;
        pk_builder_fact(record->builder, facts[i].key, value);
    }
}
