/*
 * Reads what `perf script` prints (and simpleperf's report_sample.py in its form): records of a
 * header line and the frames below it, innermost first. What lines mean is in perf_pass.c; here is
 * what can be told at the end of a file only: whether bad lines are too many, whether it was cut,
 * and whether its times are a clock.
 *
 * Trap: a file may be cut inside its last line, or inside its last record.
 */
#include "base/scan.h"

#include <stddef.h>
#include <stdint.h>

#include "formats/perf_bid.h"
#include "formats/perf_pool.h"
#include "formats/readers.h"

static const struct pk_note_kind skipped_lines = {"skipped-lines",
                                                  "1 line that belongs to no sample skipped",
                                                  "lines that belong to no sample skipped", true};
static const struct pk_note_kind cut_input = {
    "cut-input", "the packed file is cut short, what came last is lost",
    "packed files are cut short, what came last is lost", true};
static const struct pk_note_kind open_record = {
    "open-record", "no blank line behind the last sample, its stack may be cut",
    "last samples without a blank line behind them, their stacks may be cut", true};
static const struct pk_note_kind no_clock = {
    "no-clock", "times go back and forth, as with --deltatime: they are not used",
    "files whose times go back and forth, as with --deltatime: they are not used", false};
static const struct pk_note_kind far_times = {"far-times", "1 time is beyond 64 bits of ns",
                                              "times are beyond 64 bits of ns", false};

/* Bad lines: none is fine, up to one in ten is a note, more is an error. */
static bool judge_lines(struct pk_perf_pass *run)
{
    bool has_bad = run->bad > 0 && run->first_bad.kind != PK_NOWHERE;

    if (run->samples && (run->bad <= run->lines / 10 || run->reading->options.keeps_going))
        return !run->bad ||
               pk_reader_note(run->reading, &skipped_lines, run->bad, run->first_bad, run->error);
    if (has_bad)
        pk_perf_pass_fail(run);
    else
        pk_error_set(run->error, PK_INPUT, pk_place_none(), "no samples in it");
    if (has_bad && run->samples)
        pk_error_hint(run->error,
                      "%llu of %llu lines are like this; --keep-going skips them and counts what "
                      "was lost",
                      (unsigned long long)run->bad, (unsigned long long)run->lines);
    return false;
}

/* Times that are none are forgotten; those of other files in the builder stay. */
static bool judge_times(struct pk_perf_pass *run, size_t first)
{
    const struct pk_perf_record *record = &run->record;

    if (pk_perf_time_is_clock(&record->clock))
        pk_builder_span(run->reading->builder, record->clock.end - record->clock.first);
    else if (pk_builder_keeps_times(run->reading->builder)) {
        pk_builder_forget_moments(run->reading->builder, first);
        if (!pk_reader_note(run->reading, &no_clock, 1, pk_place_none(), run->error))
            return false;
    }
    return !record->n_far ||
           pk_reader_note(run->reading, &far_times, record->n_far, pk_place_none(), run->error);
}

/* The last record has no blank line behind it where others do. A header without any frame is not
 * complete then. */
static bool close_last(struct pk_perf_pass *run)
{
    if (!run->is_open || run->has_inner_frame || !run->saw_frames || run->is_paused ||
        run->has_extra)
        return pk_perf_pass_close(run);
    if (!run->stack.slots.size) {
        run->is_open = false;
        return pk_perf_pass_cut(run);
    }
    return pk_perf_pass_close(run) &&
           pk_reader_note(run->reading, &open_record, 1, pk_scan_place(&run->scan, 0), run->error);
}

/* Lines of a file; as soon as what they mean depends on no other record, several threads read. */
static bool read_lines(struct pk_perf_pass *run)
{
    struct pk_input *input = run->reading->input;
    const struct pk_read_pool *pool = &run->reading->options.pool;
    uint64_t alone = pool->threads > 1 ? pool->lead : UINT64_MAX;
    struct pk_str line;
    bool is_cut = false;

    while (!is_cut && pk_scan_line(&run->scan, &line)) {
        /* The line that a cut packed stream ends in is not complete, so it is none. */
        is_cut = pk_scan_is_unterminated(&run->scan) && pk_input_is_truncated(input);
        if (!is_cut && !pk_perf_pass_line(run, line))
            return false;
        if (run->scan.bytes >= alone && pk_perf_pool_can(run)) {
            if (!pk_perf_pool_read(run))
                return false;
            alone = run->scan.bytes + pool->lead;
        }
    }
    if (run->error->status != PK_OK || !close_last(run))
        return false;
    return !pk_input_is_truncated(input) ||
           pk_reader_note(run->reading, &cut_input, 1, pk_scan_place(&run->scan, 0), run->error);
}

/* The run is on the heap, as its buffers are, so that little stack is needed. */
static bool read_perf(struct pk_reading *reading, struct pk_error *error)
{
    struct pk_perf_pass *run = pk_calloc(1, sizeof *run);
    size_t moments = pk_builder_moments(reading->builder);
    bool is_done;

    pk_perf_pass_init(run, reading, error);
    pk_scan_init(&run->scan, reading->input, error);
    is_done = read_lines(run) && judge_lines(run) && judge_times(run, moments);
    if (is_done) {
        pk_builder_fact(reading->builder, "producer", PK_STR("perf"));
        pk_builder_tally(reading->builder, "samples", (int64_t)run->samples);
    }
    pk_perf_pass_fini(run);
    pk_free(run);
    return is_done;
}

const struct pk_reader pk_reader_perf = {
    .name = "perf",
    .title = "perf script",
    .alias = "perf-script",
    .summary = "perf script output",
    .gives = PK_TREE,
    .bid = pk_perf_bid,
    .read = read_perf,
};
