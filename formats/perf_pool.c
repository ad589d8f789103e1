/*
 * Decides where perf script is cut, and adds up what the parts found: see perf_pool.h. A blank line
 * ends every record, unless a frame comes behind it (see read_blank of perf_pass.c): so a part ends
 * behind two line ends that no tab follows. Files with CRLF are not cut.
 */
#include "formats/perf_pool.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/pool.h"
#include "formats/perf_join.h"

struct moved_clock { /* of one part */
    uint32_t part;
    struct pk_perf_clock clock;
};

struct worker { /* what one thread reads with */
    struct pk_reading reading;
    struct pk_error error;
    struct pk_perf_pass run;
    PK_ARRAY(struct moved_clock) clocks;
};

bool pk_perf_pool_can(const struct pk_perf_pass *run)
{
    return run->reading->options.pool.threads > 1 && !run->is_open && run->saw_header &&
           run->strength == PK_PERF_TIMED;
}

/* From behind, as the last record is nearly always near the end. */
static size_t cut_records(struct pk_str text)
{
    size_t size = text.size;

    while (size > 2) {
        const char *newline = memrchr(text.data, '\n', size - 1);
        size_t at = newline ? (size_t)(newline - text.data) : 0;

        if (at > 0 && text.data[at - 1] == '\n' && text.data[at + 1] != '\t')
            return at + 1;
        size = at + 1;
        if (!newline)
            break;
    }
    return 0;
}

/* All lines of a part, which is whole records. */
static bool read_part(struct pk_pool_worker *pool_worker)
{
    struct worker *worker = pool_worker->run;
    struct pk_perf_pass *run = &worker->run;
    struct pk_str line;

    run->record.clock = (struct pk_perf_clock){0};
    while (pk_scan_line(&run->scan, &line))
        if (!pk_perf_pass_line(run, line))
            return pk_reader_fail_part(&worker->reading, run->error);
    if (run->error->status != PK_OK || !pk_perf_pass_close(run))
        return pk_reader_fail_part(&worker->reading, run->error);
    pk_array_push(&worker->clocks,
                  ((struct moved_clock){pk_pool_part(&run->scan), run->record.clock}));
    return true;
}

/* A worker knows what the run has learned so far: that headers have times, and that there are some.
 */
static struct pk_pool_worker begin(const void *context)
{
    const struct pk_perf_pass *whole = context;
    struct worker *worker = pk_calloc(1, sizeof *worker);

    worker->reading = *whole->reading;
    worker->reading.builder = pk_builder_part(whole->reading->builder);
    pk_perf_pass_init(&worker->run, &worker->reading, &worker->error);
    worker->run.scan = (struct pk_scan){.error = &worker->error, .input = whole->scan.input};
    worker->run.strength = whole->strength;
    worker->run.saw_header = true;
    return (struct pk_pool_worker){&worker->run.scan, worker};
}

static void end(struct pk_pool_worker *pool_worker)
{
    struct worker *worker = pool_worker->run;

    pk_perf_pass_fini(&worker->run);
    pk_builder_free(worker->reading.builder);
    pk_array_fini(&worker->clocks);
    pk_free(worker);
}

/* --- adding up --- */

static int order_parts(const void *left, const void *right)
{
    const struct moved_clock *a = left, *b = right;

    return (a->part > b->part) - (a->part < b->part);
}

/* Times go on from one part to the next, whoever read it. */
static void join_clocks(struct pk_perf_pass *run, const struct pk_pool_worker *workers, unsigned n)
{
    PK_ARRAY(struct moved_clock) all = {0};

    for (unsigned i = 0; i < n; i++) {
        const struct worker *worker = workers[i].run;

        for (size_t k = 0; k < worker->clocks.size; k++)
            pk_array_push(&all, worker->clocks.data[k]);
    }
    if (all.size)
        qsort(all.data, all.size, sizeof *all.data, order_parts);
    for (size_t i = 0; i < all.size; i++)
        pk_perf_time_join(&run->record.clock, &all.data[i].clock);
    pk_array_fini(&all);
}

/* The first bad line of the file is the one that is told, whoever met it. */
static void join_bad(struct pk_perf_pass *run, const struct pk_perf_pass *part,
                     struct pk_place first_bad)
{
    if (part->bad && (!run->bad || first_bad.line < run->first_bad.line)) {
        run->first_bad = first_bad;
        memcpy(run->first_bad_text, part->first_bad_text, sizeof run->first_bad_text);
    }
    run->bad += part->bad;
}

/* Events before builders: only then metrics have the same meaning in all of them. */
static void settle(void *whole, const struct pk_pool_worker *workers, unsigned n)
{
    struct pk_perf_pass *run = whole;
    struct pk_perf_record **records = pk_calloc(n, sizeof *records);

    for (unsigned i = 0; i < n; i++)
        records[i] = &((struct worker *)workers[i].run)->run.record;
    pk_perf_join_events(&run->record, records, n);
    pk_free(records);
    join_clocks(run, workers, n);
}

/* Counters are sums, what was seen was seen by all, and notes get their place in the file. */
static void join(void *whole, const struct pk_pool *pool, struct pk_pool_worker *pool_worker)
{
    struct pk_perf_pass *run = whole;
    struct worker *worker = pool_worker->run;
    const struct pk_perf_pass *part = &worker->run;

    join_bad(run, part, part->bad ? pk_pool_place(pool, part->first_bad) : part->first_bad);
    run->lines += part->lines;
    run->samples += part->samples;
    run->saw_frames |= part->saw_frames;
    run->saw_bare |= part->saw_bare;
    run->saw_srcline |= part->saw_srcline;
    run->record.n_far += part->record.n_far;
    pk_pool_place_notes(pool, pk_builder_notes(worker->reading.builder));
    pk_builder_join(run->reading->builder, worker->reading.builder);
}

bool pk_perf_pool_read(struct pk_perf_pass *run)
{
    static const struct pk_pool_kind kind = {cut_records, read_part, begin, settle, join, end};
    const struct pk_read_pool *options = &run->reading->options.pool;

    return pk_pool_read(&run->scan, &kind, run, options->threads, options->part, options->turns) &&
           !pk_builder_failed(run->reading->builder, run->error);
}
