/*
 * Reads callgrind profiles: valgrind's callgrind and cachegrind, and what Xdebug, pprofile, pprof,
 * ruby-prof, lsprofcalltree and others write in their form. Source: the format's note, checked
 * against valgrind's dump.c, callgrind_annotate and KCachegrind.
 *
 * One line is one item, and its first character decides. A cost line is self cost of the current
 * function, unless a calls= stands before it: then it is the inclusive cost of those calls. Self,
 * edges and lines are added as they come, so memory follows what is distinct. At the end edges in
 * cycles lose their inclusive, which counts nested calls again (builder.h).
 *
 * Traps: a part repeats the header in the middle of the file and may have other columns; summary:
 * of old Xdebug stands inside a function; the position line behind a jump= is no cost line; only
 * totals: and, for Xdebug and cachegrind, the summary: at the end show that a file is whole.
 */
#include "base/scan.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/code.h"
#include "formats/callgrind_ahead.h"
#include "formats/callgrind_run.h"
#include "formats/callgrind_usual.h"
#include "formats/head.h"
#include "formats/readers.h"

/* Numbers refer to names in any later part, and a function has a row of costs, of lines and of
 * calls: 270 bytes without a call, twice that with one. */
#define MOST_FUNCTIONS (UINT64_C(1) << 21)

#define HOPELESS 1000u /* bad lines in a row at the start, with no good one, end the reading */

static const struct pk_note_kind note_skipped = {"skipped-lines", "1 line skipped", "lines skipped",
                                                 true};
static const struct pk_note_kind note_cut = {"cut-input",
                                             "the file is cut short: no totals at its end",
                                             "files are cut short: no totals at their end", true};
static const struct pk_note_kind note_packed_cut = {
    "cut-packed-input", "the packed file is cut short, what came last is lost",
    "packed files are cut short, what came last is lost", true};
static const struct pk_note_kind note_pending = {
    "calls-without-cost", "1 calls= line without the cost of the calls dropped",
    "calls= lines without the cost of the calls dropped", true};
static const struct pk_note_kind note_undefined = {
    "undefined-names", "1 reference to a name that the file does not define",
    "references to names that the file does not define", true};
static const struct pk_note_kind note_totals = {
    "totals-differ", "1 part has other totals than the sum of its costs, which counts",
    "parts have other totals than the sums of their costs, which count", false};
static const struct pk_note_kind note_version = {
    "newer-version", "1 format version is newer than the known 1",
    "format versions are newer than the known 1", false};
static const struct pk_note_kind note_negative = {"negative-costs", "1 negative cost",
                                                  "negative costs", false};
static const struct pk_note_kind note_clamped = {
    "negative-positions", "1 position below 0 taken as 0", "positions below 0 taken as 0", false};
static const struct pk_note_kind note_rounded = {"rounded-costs", "1 cost rounded to 6 decimals",
                                                 "costs rounded to 6 decimals", false};
static const struct pk_note_kind note_capped = {
    "above-total", "1 function costs more with its calls than all there is: taken as all",
    "functions cost more with their calls than all there is: taken as all", false};
static const struct pk_note_kind note_formulas = {
    "unknown-formulas", "1 derived event dropped: its formula is not understood",
    "derived events dropped: their formulas are not understood", false};

/* --- detection --- */

/* Any one of these is enough, and none of them stands in another format: massif has desc: and cmd:
 * too, but no caches in them. */
static int bid(struct pk_input *input)
{
    static const char *const companions[] = {
        "version:", "creator:", "positions:", "cmd:", "desc:", "fl=", "fi=", "fn=", "ob="};

    if (pk_head_has_line(input, PK_STR("# callgrind format")))
        return PK_RECOGNISE_CALLGRIND;
    /* A long cmd: can push events: out of the window. */
    if (pk_head_has_line(input, PK_STR("version:")) && pk_head_has_line(input, PK_STR("creator:")))
        return PK_RECOGNISE_CALLGRIND;
    if (pk_head_has_line(input, PK_STR("desc: I1 cache:")))
        return PK_RECOGNISE_CALLGRIND;
    if (!pk_head_has_line(input, PK_STR("events:")))
        return PK_BID_NONE;
    for (size_t i = 0; i < sizeof companions / sizeof *companions; i++) {
        if (pk_head_has_line(input, pk_str_of(companions[i])))
            return PK_RECOGNISE_CALLGRIND;
    }
    return PK_BID_NONE;
}

/* --- lines --- */

/* Count a line that does not parse and remember the first; under --strict that is the end. */
static bool skip_line(struct pk_callgrind_run *run, size_t at, const char *expected,
                      struct pk_str line)
{
    char quoted[300];

    if (run->bad++)
        return run->good || run->bad < HOPELESS;
    run->first_bad = pk_scan_place(&run->scan, at + 1);
    snprintf(run->first_bad_text, sizeof run->first_bad_text, "expected %s, found %s", expected,
             pk_error_quote(quoted, sizeof quoted, pk_str_slice(line, at, line.size)));
    return !run->reading->options.is_strict ||
           pk_error_set(run->error, PK_INPUT, run->first_bad, "%s", run->first_bad_text);
}

/* valgrind counts to 2^64, a profile to 2^63. What does not fit ends the reading: a sum that leaves
 * it out would depend on which lines came first. */
static bool fail_too_big(struct pk_callgrind_run *run, struct pk_str line, size_t at)
{
    char quoted[300];
    size_t end = at;

    while (end < line.size && line.data[end] != ' ')
        end++;
    return pk_error_set(run->error, PK_INPUT, pk_scan_place(&run->scan, at + 1),
                        "cost %s does not fit into 64 bits",
                        pk_error_quote(quoted, sizeof quoted, pk_str_slice(line, at, end)));
}

/* "calls=3 0x1190 12": only the count matters, as the calls' own lines are in their functions. */
static bool read_calls(struct pk_callgrind_run *run, struct pk_str line, size_t at)
{
    struct pk_callgrind_calls *calls = &run->calls;
    enum pk_callgrind_naming naming;
    size_t start = at;
    uint64_t count;

    pk_callgrind_ahead(run);
    /* Two calls= in a row: the first never got its cost. */
    if (run->expecting == PK_CALLGRIND_CALL_COST)
        run->pending++;
    run->expecting = PK_CALLGRIND_LOST_COST; /* until it is known that the next line is wanted */
    if (!pk_callgrind_costs_count(line, &at, &count) || (at < line.size && line.data[at] != ' '))
        return skip_line(run, start, "a call count after 'calls='", line);
    if (count > INT64_MAX)
        return fail_too_big(run, line, start);
    if (calls->function == PK_NONE)
        return skip_line(run, 0, "a function before its calls", line);
    if (!pk_callgrind_run_prepare(run))
        return false;
    if (pk_callgrind_header_is_flat(&run->header))
        return skip_line(run, 0, "no calls in a file of functions alone", line);
    if (!pk_callgrind_calls_callee(calls, run->header.dialect, run->scan.bytes, &naming))
        return naming == PK_CALLGRIND_NAMES_FULL
                   ? pk_callgrind_run_full(run)
                   : skip_line(run, 0, "a 'cfn=' line before 'calls='", line);
    run->expecting = PK_CALLGRIND_CALL_COST;
    run->count = pk_callgrind_header_has_calls(&run->header) ? (int64_t)count : PK_MISSING;
    return true;
}

/* The position behind a jump: it becomes the base, and costs nothing. */
static bool read_position(struct pk_callgrind_run *run, struct pk_str line)
{
    size_t bad;

    if (pk_callgrind_costs_read(&run->costs, line, &bad) == PK_CALLGRIND_COST &&
        run->costs.n_values == 0)
        return true;
    return skip_line(run, 0, "a position after a jump", line);
}

/* The hot path: one line in two or three is a cost line. */
static bool read_cost(struct pk_callgrind_run *run, struct pk_str line)
{
    enum pk_callgrind_expecting expecting = run->expecting;
    enum pk_callgrind_cost_status status;
    size_t bad = 0;

    run->expecting = PK_CALLGRIND_SELF_COST;
    if (expecting == PK_CALLGRIND_JUMP_POSITION)
        return read_position(run, line);
    if (!pk_callgrind_run_prepare(run))
        return false;
    status = pk_callgrind_costs_read(&run->costs, line, &bad);
    if (status == PK_CALLGRIND_COST_FINER) {
        if (!pk_callgrind_run_refine(run, pk_callgrind_costs_decimals(line)))
            return false;
        status = pk_callgrind_costs_read(&run->costs, line, &bad);
    }
    if (status == PK_CALLGRIND_COST_TOO_BIG)
        return fail_too_big(run, line, bad);
    if (status != PK_CALLGRIND_COST)
        return skip_line(run, bad, bad ? "a cost for each event at most" : "a position", line);
    run->good++;
    if (expecting == PK_CALLGRIND_LOST_COST)
        return true; /* it belongs to a calls= line that was skipped, and counted */
    return expecting == PK_CALLGRIND_CALL_COST ? pk_callgrind_run_call(run)
                                               : pk_callgrind_run_self(run);
}

/* What else may stand before '=': blocks of --dump-bbs and contexts say nothing that is kept. */
static bool read_other(struct pk_callgrind_run *run, struct pk_str line, bool *is_known)
{
    static const char *const ignored[] = {"bb=", "ln=", "rec="};
    static const char *const jumps[] = {"jump=", "jcnd="};

    *is_known = true;
    if (pk_str_starts(line, PK_STR("calls=")))
        return read_calls(run, line, 6);
    if (pk_str_starts(line, PK_STR("rcalls=")))
        return read_calls(run, line, 7);
    for (size_t i = 0; i < sizeof jumps / sizeof *jumps; i++)
        if (pk_str_starts(line, pk_str_of(jumps[i]))) {
            run->expecting = PK_CALLGRIND_JUMP_POSITION;
            return true;
        }
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
        if (pk_str_starts(line, pk_str_of(ignored[i])))
            return true;
    *is_known = false;
    return true;
}

/* Names and calls; false in `is_known` when the line is neither. */
static bool read_body(struct pk_callgrind_run *run, struct pk_str line, bool *is_known)
{
    uint32_t name = 0;

    *is_known = true;
    switch (pk_callgrind_calls_name(&run->calls, line, run->scan.bytes, &name)) {
    case PK_CALLGRIND_NO_NAME:
        return read_other(run, line, is_known);
    case PK_CALLGRIND_FUNCTION:
        run->pending += run->expecting == PK_CALLGRIND_CALL_COST;
        run->expecting = PK_CALLGRIND_SELF_COST;
        return pk_callgrind_run_enter(run, name);
    default:
        return true;
    }
}

/* No key begins with any of these. */
static bool is_cost_start(char c)
{
    return (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '*';
}

/* "key: value"; false for anything else. */
static bool split_header(struct pk_str line, struct pk_str *key, struct pk_str *value)
{
    size_t at = 0, start;

    while (at < line.size && line.data[at] != ':') {
        if (!memchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_ ()-",
                    line.data[at], 67))
            return false;
        at++;
    }
    if (at == 0 || at == line.size)
        return false;
    start = at + 1;
    while (start < line.size && line.data[start] == ' ')
        start++;
    *key = pk_str_slice(line, 0, at);
    *value = pk_str_slice(line, start, line.size);
    return true;
}

/* Cost lines first, since they are most; then names, which are most of the rest; headers last. A
 * NUL cannot be written by any producer, so the line is damage whatever else it holds. */
static bool read_line(struct pk_callgrind_run *run, struct pk_str line)
{
    struct pk_str key, value;
    bool is_known;
    size_t start = 0;

    if (memchr(line.data, '\0', line.size))
        return skip_line(run, 0, "text", line);
    if (is_cost_start(line.data[0]))
        return read_cost(run, line);
    while (start < line.size && (line.data[start] == ' ' || line.data[start] == '\t'))
        start++;
    if (start == line.size)
        return true;
    if (line.data[0] == '#')
        return pk_callgrind_run_comment(run, line);
    if (start && is_cost_start(line.data[start]))
        return read_cost(run, line);
    if (!read_body(run, line, &is_known))
        return false;
    if (is_known) {
        run->good++;
        return true;
    }
    if (split_header(line, &key, &value)) {
        run->good++;
        return pk_callgrind_run_header(run, key, value);
    }
    if (pk_str_starts(line, PK_STR("==== NEW PROFILING FILE")))
        return pk_callgrind_run_begin(run, true);
    return skip_line(run, 0, "a position, a name, calls or a header", line);
}

/* --- the end --- */

/* Bad lines: none is fine, up to one in ten is a note, more is an error. */
static bool judge_lines(struct pk_callgrind_run *run)
{
    uint64_t lines = run->good + run->bad;
    bool is_hopeless = run->costed == 0 && run->bad;

    if (is_hopeless || (run->bad > lines / 10 && !run->reading->options.keeps_going)) {
        pk_error_set(run->error, PK_INPUT, run->first_bad, "%s", run->first_bad_text);
        pk_error_hint(run->error,
                      is_hopeless ? "%llu of the first %llu lines are like this, none has a cost"
                                  : "%llu of the first %llu lines are like this; --keep-going "
                                    "skips them and counts what was lost" PK_CODE("E032"),
                      (unsigned long long)run->bad, (unsigned long long)lines);
        return false;
    }
    if (run->costed == 0)
        return pk_error_set(run->error, PK_INPUT, pk_place_none(), "no costs in it");
    return pk_reader_note(run->reading, &note_skipped, run->bad, run->first_bad, run->error);
}

/* One kind of oddity, if there was any. */
static bool note(struct pk_callgrind_run *run, const struct pk_note_kind *kind, uint64_t count)
{
    return count == 0 || pk_reader_note(run->reading, kind, count, pk_place_none(), run->error);
}

/* Oddities have no place of their own worth telling: the count says how bad it is. */
static bool note_all(struct pk_callgrind_run *run)
{
    return note(run, &note_pending, run->pending) &&
           note(run, &note_undefined, run->calls.names.undefined) &&
           note(run, &note_totals, run->differing) && note(run, &note_version, run->newer) &&
           note(run, &note_negative, run->negative) &&
           note(run, &note_clamped, run->costs.clamped) &&
           note(run, &note_rounded, run->costs.rounded) &&
           note(run, &note_formulas, run->header.refused);
}

/* Lines are judged before anything is made of them; cycles are settled when all edges are there. */
static bool finish(struct pk_callgrind_run *run)
{
    uint32_t n_once;
    uint64_t capped;
    bool *is_once;

    if (!pk_callgrind_run_end(run) || !judge_lines(run) || !note_all(run))
        return false;
    is_once = pk_callgrind_calls_once(&run->calls, &n_once);
    capped = pk_builder_settle_cycles(run->reading->builder, is_once,
                                      run->header.dialect == PK_CALLGRIND_VALGRIND ? n_once : 0,
                                      run->header.dialect == PK_CALLGRIND_PROFKIT);
    pk_free(is_once);
    if (!note(run, &note_capped, capped))
        return false;
    pk_builder_tally(run->reading->builder, "lines", (int64_t)run->costed);
    return !pk_builder_failed(run->reading->builder, run->error);
}

/* True for a last line that the end of the input may have cut: its numbers may be parts of
 * numbers. */
static bool is_cut_line(const struct pk_callgrind_run *run, struct pk_str line)
{
    if (!pk_scan_is_unterminated(&run->scan))
        return false;
    return pk_input_is_truncated(run->reading->input) ||
           (pk_callgrind_run_is_open(run) && !pk_str_starts(line, PK_STR("totals:")) &&
            !pk_str_starts(line, PK_STR("summary:")));
}

/* A line that may be cut is passed over, since half of a number is a number too. */
static bool read_lines(struct pk_callgrind_run *run)
{
    struct pk_str line;

    while (pk_callgrind_usual_take(run), pk_scan_line(&run->scan, &line)) {
        if (!line.size || is_cut_line(run, line))
            continue;
        if (!read_line(run, line))
            return run->error->status == PK_OK && judge_lines(run);
        if (pk_builder_failed(run->reading->builder, run->error)) {
            if (run->error->place.kind == PK_NOWHERE)
                run->error->place = pk_scan_place(&run->scan, 0);
            return false;
        }
    }
    if (run->error->status != PK_OK)
        return false;
    if (pk_input_is_truncated(run->reading->input))
        return pk_reader_note(run->reading, &note_packed_cut, 1, pk_scan_place(&run->scan, 0),
                              run->error);
    if (run->costed && pk_callgrind_run_is_open(run))
        return pk_reader_note(run->reading, &note_cut, 1, pk_scan_place(&run->scan, 0), run->error);
    return true;
}

static bool read_callgrind(struct pk_reading *reading, struct pk_error *error)
{
    struct pk_callgrind_run *run = pk_callgrind_run_new(reading, error);
    bool is_done;

    pk_builder_limit_frames(reading->builder, MOST_FUNCTIONS);
    is_done = read_lines(run) && finish(run);
    pk_callgrind_run_free(run);
    return is_done;
}

const struct pk_reader pk_reader_callgrind = {
    .name = "callgrind",
    .summary = "callgrind, cachegrind, Xdebug, pprofile, lsprofcalltree",
    .gives = PK_GRAPH,
    .bid = bid,
    .read = read_callgrind,
};
