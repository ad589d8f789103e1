/*
 * Decides where collapsed stacks are cut, and adds up what the parts found: see collapsed_pool.h. A
 * part ends behind a line, and in front of one of metadata: how many of those are kept depends on
 * their order, so they are never read in parts.
 */
#include "formats/collapsed_pool.h"

#include <stdint.h>
#include <string.h>

#include "base/pool.h"

struct worker { /* what one thread reads with */
    struct pk_reading reading;
    struct pk_error error;
    struct pk_collapsed_pass run;
};

/* While two readings are open, or one of them is left in a builder of its own, lines go where only
 * the whole can put them. */
bool pk_collapsed_pool_can(const struct pk_collapsed_pass *run)
{
    return run->reading->options.pool.threads > 1 &&
           (run->form == PK_COLLAPSED_FORM_ONE || run->form == PK_COLLAPSED_FORM_FULL) &&
           !run->one->is_private;
}

/* Up to the last line end, or to the first line of metadata: 0 where that comes first. */
static size_t cut_lines(struct pk_str text)
{
    const char *end = text.size ? memrchr(text.data, '\n', text.size) : NULL;
    size_t size = end ? (size_t)(end - text.data) + 1 : 0, at = 0;
    const char *mark;

    while (at < size && (mark = memchr(text.data + at, '#', size - at))) {
        at = (size_t)(mark - text.data);
        if (at == 0 || mark[-1] == '\n')
            return at;
        at++;
    }
    return size;
}

/* All lines of a part, each of which is complete. */
static bool read_part(struct pk_pool_worker *pool_worker)
{
    struct worker *worker = pool_worker->run;
    struct pk_str line;

    while (pk_scan_line(&worker->run.scan, &line))
        if (!pk_collapsed_pass_line(&worker->run, line))
            return pk_reader_fail_part(&worker->reading, &worker->error);
    return worker->error.status == PK_OK;
}

/* A worker reads numbers as the run does, into metrics of the same names and scales. */
static struct pk_pool_worker begin(const void *context)
{
    const struct pk_collapsed_pass *whole = context;
    struct worker *worker = pk_calloc(1, sizeof *worker);

    worker->reading = *whole->reading;
    worker->reading.builder = pk_builder_part(whole->reading->builder);
    worker->run = (struct pk_collapsed_pass){.reading = &worker->reading,
                                             .error = &worker->error,
                                             .scan = {.error = &worker->error},
                                             .form = whole->form};
    worker->run.one = pk_collapsed_sink_part(whole->one, &worker->reading);
    return (struct pk_pool_worker){&worker->run.scan, worker};
}

static void end(struct pk_pool_worker *pool_worker)
{
    struct worker *worker = pool_worker->run;

    pk_collapsed_pass_fini(&worker->run);
    pk_builder_free(worker->reading.builder);
    pk_free(worker);
}

/* As in perf_pool.c: the first one is told. */
static void join_bad(struct pk_collapsed_pass *run, const struct pk_pool *pool,
                     const struct pk_collapsed_pass *part)
{
    struct pk_place place = part->bad ? pk_pool_place(pool, part->first_bad) : part->first_bad;

    if (part->bad && (!run->bad || place.line < run->first_bad.line)) {
        run->first_bad = place;
        memcpy(run->first_bad_text, part->first_bad_text, sizeof run->first_bad_text);
    }
    run->bad += part->bad;
}

/* The sink of the whole goes on at the scale that its builder has now. */
static void join_sink(struct pk_collapsed_sink *sink, const struct pk_collapsed_sink *part)
{
    for (unsigned i = 0; i < sink->n_metrics; i++)
        sink->decimals[i] = sink->metrics[i].scale - pk_builder_scale(sink->builder, sink->ids[i]);
    sink->stack.saw_py_spy |= part->stack.saw_py_spy;
    sink->stack.saw_async |= part->stack.saw_async;
    sink->stack.saw_austin |= part->stack.saw_austin;
}

/* The builder first: the sink asks it for its scale. */
static void join(void *whole, const struct pk_pool *pool, struct pk_pool_worker *pool_worker)
{
    struct pk_collapsed_pass *run = whole;
    struct worker *worker = pool_worker->run;

    pk_pool_place_notes(pool, pk_builder_notes(worker->reading.builder));
    pk_builder_join(run->reading->builder, worker->reading.builder);
    join_bad(run, pool, &worker->run);
    join_sink(run->one, worker->run.one);
    run->samples += worker->run.samples;
}

bool pk_collapsed_pool_read(struct pk_collapsed_pass *run)
{
    static const struct pk_pool_kind kind = {cut_lines, read_part, begin, NULL, join, end};
    const struct pk_read_pool *options = &run->reading->options.pool;

    return pk_pool_read(&run->scan, &kind, run, options->threads, options->part, options->turns) &&
           !pk_builder_failed(run->reading->builder, run->error);
}
