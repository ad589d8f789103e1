/*
 * Reads collapsed stacks: "main;parse;lex 12", one line a stack, root first. What lines mean is in
 * collapsed_pass.c; here is what can be told at the end of a file only: whether bad lines are too
 * many, and whether it was cut.
 *
 * Trap: an unpacked file that was cut short ends in a count that looks whole.
 */
#include "base/scan.h"

#include <stddef.h>
#include <stdint.h>

#include "base/code.h"
#include "formats/collapsed_bid.h"
#include "formats/collapsed_pool.h"
#include "formats/readers.h"

#define SUSPICIOUS_SIZE 65536u /* from here on a missing last newline may mean a cut file */

static const struct pk_note_kind skipped_lines = {"skipped-lines", "1 line without a count skipped",
                                                  "lines without a count skipped", true};
static const struct pk_note_kind cut_input = {
    "cut-input", "the packed file is cut short, what came last is lost",
    "packed files are cut short, what came last is lost", true};
static const struct pk_note_kind missing_newline = {
    "missing-newline", "the last line has no line end, its count may be cut",
    "last lines have no line end, their counts may be cut", false};

/* Bad lines: none is fine, up to one in ten is a note, more is an error. */
static bool judge_lines(struct pk_collapsed_pass *run)
{
    uint64_t lines = run->samples + run->bad;

    if (run->samples == 0) {
        if (run->bad == 0)
            return pk_error_set(run->error, PK_INPUT, pk_place_none(), "no samples in it");
        pk_error_set(run->error, PK_INPUT, run->first_bad, "%s", run->first_bad_text);
        pk_error_hint(run->error, "none of the %llu lines is a stack with a count",
                      (unsigned long long)lines);
        return false;
    }
    if (run->bad > lines / 10 && !run->reading->options.keeps_going) {
        pk_error_set(run->error, PK_INPUT, run->first_bad, "%s", run->first_bad_text);
        pk_error_hint(run->error,
                      "%llu of the first %llu lines are like this; "
                      "--keep-going skips them and counts what was lost" PK_CODE("E032"),
                      (unsigned long long)run->bad, (unsigned long long)lines);
        return false;
    }
    return !run->bad ||
           pk_reader_note(run->reading, &skipped_lines, run->bad, run->first_bad, run->error);
}

/* Only certain marks make a producer: many tools write "f (a.py:3)", none but py-spy "thread (0x".
 */
static void state_origin(struct pk_collapsed_pass *run, const struct pk_collapsed_sink *sink)
{
    struct pk_builder *builder = run->reading->builder;

    if (run->is_austin || sink->stack.saw_austin)
        pk_builder_fact(builder, "producer", PK_STR("austin"));
    if (sink->stack.saw_py_spy)
        pk_builder_fact(builder, "producer", PK_STR("py-spy"));
    if (sink->stack.saw_async)
        pk_builder_fact(builder, "producer", PK_STR("async-profiler"));
    pk_builder_tally(builder, "lines", (int64_t)run->samples);
}

/* Decide between the two readings and hand the result over. Two counts stand for "every line had
 * two". */
static bool finish(struct pk_collapsed_pass *run)
{
    struct pk_collapsed_sink *sink = run->two ? run->two : run->one;

    if (!judge_lines(run))
        return false;
    if (sink->is_private)
        pk_builder_merge(run->reading->builder, sink->builder);
    pk_builder_spare(run->reading->builder);
    if (pk_builder_failed(run->reading->builder, NULL))
        return pk_collapsed_pass_fail(run, run->reading->builder);
    state_origin(run, sink);
    return true;
}

/* All lines, then what can only be told at the end: whether the file was cut. */
static bool read_lines(struct pk_collapsed_pass *run)
{
    struct pk_input *input = run->reading->input;
    const struct pk_read_pool *pool = &run->reading->options.pool;
    uint64_t alone = pool->threads > 1 ? pool->lead : UINT64_MAX;
    struct pk_str line;
    bool is_cut = false;

    while (!is_cut && pk_scan_line(&run->scan, &line)) {
        /* The line that a cut packed stream ends in is not complete, so it is none. */
        is_cut = pk_scan_is_unterminated(&run->scan) && pk_input_is_truncated(input);
        if (!is_cut && !pk_collapsed_pass_line(run, line))
            return false;
        if (run->scan.bytes >= alone && pk_collapsed_pool_can(run)) {
            if (!pk_collapsed_pool_read(run))
                return false;
            alone = run->scan.bytes + pool->lead;
        }
    }
    if (run->error->status != PK_OK)
        return false;
    if (pk_input_is_truncated(input))
        return pk_reader_note(run->reading, &cut_input, 1, pk_scan_place(&run->scan, 0),
                              run->error);
    if (pk_scan_is_unterminated(&run->scan) && run->scan.bytes > SUSPICIOUS_SIZE)
        return pk_reader_note(run->reading, &missing_newline, 1, pk_scan_place(&run->scan, 0),
                              run->error);
    return true;
}

/* The state is on the heap, since the values of 256 metrics are too much for a small C stack. */
static bool read_collapsed(struct pk_reading *reading, struct pk_error *error)
{
    struct pk_collapsed_pass *run = pk_calloc(1, sizeof *run);
    bool is_done;

    run->reading = reading;
    run->error = error;
    pk_scan_init(&run->scan, reading->input, error);
    is_done = read_lines(run) && finish(run);
    pk_collapsed_pass_fini(run);
    pk_free(run);
    return is_done;
}

const struct pk_reader pk_reader_collapsed = {
    .name = "folded",
    .alias = "collapsed",
    .summary = "collapsed stacks: flamegraph.pl, inferno, perf, py-spy, austin, async-profiler",
    .gives = PK_TREE,
    .bid = pk_collapsed_bid,
    .read = read_collapsed,
};
