/*
 * Parts, slices and sums of a callgrind file: see callgrind_run.h. A part is what follows a header;
 * its process and thread are the slice of its costs, its number a label. totals: is the sum of a
 * part's self costs, so a difference shows that costs are missing; a summary: may be larger, as it
 * counts what was spent outside of all functions.
 */
#include "formats/callgrind_run.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"

#define MOST_BINDINGS 1000u /* changes of columns in one file: each costs time */
#define MOST_FACTS 64u

struct pk_callgrind_run *pk_callgrind_run_new(struct pk_reading *reading, struct pk_error *error)
{
    struct pk_callgrind_run *run = pk_calloc(1, sizeof *run);

    run->reading = reading;
    run->error = error;
    pk_scan_init(&run->scan, reading->input, error);
    pk_callgrind_header_init(&run->header);
    pk_callgrind_costs_init(&run->costs);
    pk_callgrind_calls_init(&run->calls, reading->builder);
    return run;
}

void pk_callgrind_run_free(struct pk_callgrind_run *run)
{
    pk_scan_fini(&run->scan);
    pk_callgrind_header_fini(&run->header);
    pk_callgrind_calls_fini(&run->calls);
    pk_free(run);
}

/* Place an error of the builder, which knows no lines. */
static bool has_failed(struct pk_callgrind_run *run)
{
    if (!pk_builder_failed(run->reading->builder, run->error))
        return false;
    if (run->error->place.kind == PK_NOWHERE)
        run->error->place = pk_scan_place(&run->scan, 0);
    return true;
}

/* Checked here as well as in the builder, since a block adds up before it is handed over. */
static bool fail_sum(struct pk_callgrind_run *run)
{
    return pk_error_set(run->error, PK_INPUT, pk_scan_place(&run->scan, 0),
                        "the sum of costs is beyond 64 bits");
}

bool pk_callgrind_run_full(struct pk_callgrind_run *run)
{
    return pk_error_set(run->error, PK_INPUT, pk_scan_place(&run->scan, 0),
                        "the names of all functions take more than 16 times the file");
}

/* --- blocks --- */

/* Hand over what the current function had by itself. */
static bool end_block(struct pk_callgrind_run *run)
{
    bool has_block = run->has_block;

    run->has_block = false;
    if (!has_block)
        return true;
    if (!pk_callgrind_header_values(&run->header, run->block, false, run->values))
        return fail_sum(run);
    pk_builder_self(run->reading->builder, run->calls.function, run->values, NULL,
                    PK_CALLS_MISSING);
    memset(run->block, 0, run->header.columns.size * sizeof *run->block);
    return !has_failed(run);
}

/* A file without any fl= whose files come from fi= is one of bzr or lsprofcalltree. */
static void guess(struct pk_callgrind_run *run)
{
    pk_callgrind_header_guess(&run->header, !run->calls.has_fl && run->calls.inner != 0);
}

/* The builder's own limit of frames is told first: it names the option that raises it. */
bool pk_callgrind_run_enter(struct pk_callgrind_run *run, uint32_t name)
{
    if (!end_block(run))
        return false;
    if (!run->header.is_bound)
        guess(run);
    if (pk_callgrind_calls_enter(&run->calls, name, run->header.dialect, run->scan.bytes) ==
        PK_CALLGRIND_NAMES_FULL)
        return has_failed(run) ? false : pk_callgrind_run_full(run);
    return true;
}

/* Costs without a function are kept under the name of those that valgrind cannot name. */
static bool need_function(struct pk_callgrind_run *run)
{
    return run->calls.function != PK_NONE || pk_callgrind_run_enter(run, 0);
}

/* Without line numbers (positions: instr) there is no LINES row, but all else is the same. */
static bool add_line(struct pk_callgrind_run *run, pk_frame_id callee, struct pk_calls calls)
{
    struct pk_builder *builder = run->reading->builder;

    if (run->costs.line_at >= 0)
        pk_builder_line(builder, run->calls.function, pk_callgrind_calls_file(&run->calls),
                        pk_callgrind_costs_line(&run->costs), callee, run->values, calls);
    run->calls.costed = run->calls.inner;
    run->has_block = run->part.has_body = true;
    run->costed++;
    return !has_failed(run);
}

/* True when a cost is below zero; all of them are looked at, so that they can be counted. */
static void count_negative(struct pk_callgrind_run *run)
{
    for (unsigned i = 0; i < run->costs.n_values; i++)
        run->negative += run->costs.values[i] < 0;
}

/* The block gets columns, which are cheap to add; the line gets metrics, as each line is its own
 * row. */
bool pk_callgrind_run_self(struct pk_callgrind_run *run)
{
    if (!need_function(run))
        return false;
    count_negative(run);
    for (unsigned i = 0; i < run->costs.n_values; i++)
        if (__builtin_add_overflow(run->block[i], run->costs.values[i], &run->block[i]) ||
            __builtin_add_overflow(run->part.sums[i], run->costs.values[i], &run->part.sums[i]))
            return fail_sum(run);
    if (!pk_callgrind_header_values(&run->header, run->costs.values, false, run->values))
        return fail_sum(run);
    return add_line(run, PK_NONE, PK_CALLS_MISSING);
}

/* The calls belong to the callee, whose own block does not say them. */
bool pk_callgrind_run_call(struct pk_callgrind_run *run)
{
    struct pk_builder *builder = run->reading->builder;
    struct pk_calls calls = {run->count, PK_MISSING};

    count_negative(run);
    if (!pk_callgrind_header_values(&run->header, run->costs.values, true, run->values))
        return fail_sum(run);
    pk_builder_edge(builder, run->calls.function, run->calls.callee, run->values, NULL, calls);
    pk_builder_self(builder, run->calls.callee, NULL, NULL, calls);
    return add_line(run, run->calls.callee, calls);
}

/* --- parts --- */

/* These two write summary: last, where valgrind writes it into the header. */
static bool is_closed_by_summary(const struct pk_callgrind_run *run)
{
    return run->header.dialect == PK_CALLGRIND_XDEBUG ||
           run->header.dialect == PK_CALLGRIND_CACHEGRIND;
}

/* Producers that nobody knows are taken to have written all they had. */
bool pk_callgrind_run_is_open(const struct pk_callgrind_run *run)
{
    if (run->part.has_totals)
        return false;
    return run->header.dialect == PK_CALLGRIND_VALGRIND ||
           run->header.dialect == PK_CALLGRIND_PROFKIT ||
           (is_closed_by_summary(run) && !run->part.has_summary);
}

/* Compare what the part says with what it holds. Xdebug's summary: always holds more: the start of
 * the engine is in no function, so a difference would say nothing. */
static void check_totals(struct pk_callgrind_run *run)
{
    const struct pk_callgrind_part *part = &run->part;
    bool has_sums =
        part->has_totals || (part->has_summary && run->header.dialect != PK_CALLGRIND_XDEBUG);

    if (!part->has_body || !has_sums || run->costs.decimals)
        return;
    run->differing +=
        memcmp(part->sums, part->totals, run->header.columns.size * sizeof *part->sums) != 0;
}

/* Names live on: a later thread uses those that an earlier one defined. So do object and file,
 * until the part names its own. */
bool pk_callgrind_run_begin(struct pk_callgrind_run *run, bool is_file)
{
    struct pk_callgrind_part *part = &run->part;

    if (!end_block(run))
        return false;
    run->pending += run->expecting == PK_CALLGRIND_CALL_COST;
    run->expecting = PK_CALLGRIND_SELF_COST;
    check_totals(run);
    part->has_body = part->has_totals = part->has_summary = false;
    memset(part->sums, 0, sizeof part->sums);
    memset(part->totals, 0, sizeof part->totals);
    pk_callgrind_calls_leave(&run->calls);
    if (is_file)
        part->process = part->thread = part->number = PK_STR_NULL;
    return true;
}

/* A file that was cut holds less than its header says, which its own warning tells already. */
bool pk_callgrind_run_end(struct pk_callgrind_run *run)
{
    if (pk_callgrind_run_is_open(run))
        run->part.has_summary = false;
    return pk_callgrind_run_begin(run, false);
}

/* The slice of what follows. */
static void enter_slice(struct pk_callgrind_run *run)
{
    const struct pk_callgrind_part *part = &run->part;
    struct pk_label label = {PK_STR("part"), part->number};
    struct pk_slice slice = {part->process, part->thread, &label, part->number.data ? 1 : 0};

    pk_builder_slice(run->reading->builder, &slice);
    pk_builder_recorded_at(run->reading->builder,
                           pk_callgrind_header_is_flat(&run->header) ? PK_FLAT : PK_GRAPH);
}

/* The block before must be handed over by the old columns. */
static bool bind(struct pk_callgrind_run *run)
{
    if (run->header.columns.size == 0) {
        pk_error_set(run->error, PK_INPUT, pk_scan_place(&run->scan, 0),
                     "expected an 'events:' line before the first cost");
        pk_error_hint(run->error, "it names the columns of the costs");
        return false;
    }
    if (run->header.bindings == MOST_BINDINGS)
        return pk_error_set(run->error, PK_INPUT, pk_scan_place(&run->scan, 0),
                            "more than %u changes of 'events:' lines", MOST_BINDINGS);
    if (!end_block(run))
        return false;
    guess(run);
    pk_callgrind_header_bind(&run->header, run->reading->builder, run->costs.decimals);
    run->costs.n_events = (unsigned)run->header.columns.size;
    for (size_t i = 0; i < PK_CALLGRIND_MOST_EVENTS; i++)
        run->values[i] = PK_MISSING;
    return !has_failed(run);
}

/* A part that never has a cost must not make an empty slice. */
bool pk_callgrind_run_prepare(struct pk_callgrind_run *run)
{
    if (!run->header.is_bound && !bind(run))
        return false;
    if (!run->part.has_body) {
        enter_slice(run);
        run->part.has_body = true;
    }
    return true;
}

/* What was added so far is multiplied by the builder, what is at hand here. */
bool pk_callgrind_run_refine(struct pk_callgrind_run *run, int decimals)
{
    if (!end_block(run))
        return false;
    run->costs.decimals = decimals;
    run->header.is_bound = false;
    return bind(run);
}

/* --- header lines --- */

/* The line is gone when the slice is made. */
static struct pk_str keep(struct pk_callgrind_run *run, struct pk_str text)
{
    struct pk_builder *builder = run->reading->builder;

    return pk_builder_text_of(builder, pk_builder_text(builder, text));
}

/* The numbers of totals: or summary:; words that are none end them. */
static void read_totals(struct pk_callgrind_run *run, struct pk_str value)
{
    size_t at = 0;

    memset(run->part.totals, 0, sizeof run->part.totals);
    for (size_t i = 0; i < PK_CALLGRIND_MOST_EVENTS; i++) {
        bool is_negative;
        uint64_t number;

        while (at < value.size && value.data[at] == ' ')
            at++;
        is_negative = at < value.size && value.data[at] == '-';
        at += is_negative;
        if (!pk_callgrind_costs_count(value, &at, &number) || number > INT64_MAX)
            return;
        run->part.totals[i] = is_negative ? -(int64_t)number : (int64_t)number;
    }
}

/* A part may hold both: then totals: is the one that must fit. */
static bool take_totals(struct pk_callgrind_run *run, struct pk_str value)
{
    read_totals(run, value);
    run->part.has_totals = true;
    return true;
}

/* Never the end of a function: old Xdebug writes it before the costs of {main}. */
static bool take_summary(struct pk_callgrind_run *run, struct pk_str value)
{
    if (!run->part.has_totals)
        read_totals(run, value);
    run->part.has_summary = true;
    return true;
}

/* More columns than a profile has metrics: a limit of the program, not of the format. */
static bool take_events(struct pk_callgrind_run *run, struct pk_str value)
{
    return pk_callgrind_header_events(&run->header, value) ||
           pk_limits_error(run->error, pk_scan_place(&run->scan, 0), "metrics",
                           PK_CALLGRIND_MOST_EVENTS, "metrics");
}

static bool take_event(struct pk_callgrind_run *run, struct pk_str value)
{
    pk_callgrind_header_event(&run->header, value);
    return true;
}

/* With unknown words no cost line can be understood, so this is no line to skip. */
static bool take_positions(struct pk_callgrind_run *run, struct pk_str value)
{
    char quoted[300];

    return pk_callgrind_header_positions(&run->header, value, &run->costs) ||
           pk_error_set(run->error, PK_INPUT, pk_scan_place(&run->scan, 0),
                        "expected instr, bb or line after 'positions:', found %s",
                        pk_error_quote(quoted, sizeof quoted, value));
}

static bool take_creator(struct pk_callgrind_run *run, struct pk_str value)
{
    pk_callgrind_header_creator(&run->header, value);
    if (run->header.dialect != PK_CALLGRIND_PROFKIT)
        pk_builder_fact(run->reading->builder, "producer", value);
    return true;
}

/* "0.9.6" is Xdebug before it named itself. */
static bool take_version(struct pk_callgrind_run *run, struct pk_str value)
{
    run->header.has_version = true;
    run->header.is_old_xdebug = pk_str_equal(value, PK_STR("0.9.6"));
    run->newer += value.size > 0 && (value.data[0] > '1' || value.size > 1) && value.data[0] != '0';
    return true;
}

/* valgrind writes a newline as "\\n" and a backslash as two, and nothing else. Others write
 * neither: a path of Windows stays as it is. */
static bool take_command(struct pk_callgrind_run *run, struct pk_str value)
{
    struct pk_buf text = {0};

    for (size_t at = 0; at < value.size; at++) {
        bool is_escape = value.data[at] == '\\' && at + 1 < value.size &&
                         run->header.dialect == PK_CALLGRIND_VALGRIND;

        if (is_escape && value.data[at + 1] == 'n')
            pk_buf_char(&text, '\n');
        else
            pk_buf_char(&text, value.data[at]);
        at += is_escape && (value.data[at + 1] == 'n' || value.data[at + 1] == '\\');
    }
    pk_builder_fact(run->reading->builder, "command", pk_buf_view(&text));
    pk_buf_fini(&text);
    return true;
}

static bool take_process(struct pk_callgrind_run *run, struct pk_str value)
{
    run->part.process = keep(run, value);
    return true;
}

static bool take_thread(struct pk_callgrind_run *run, struct pk_str value)
{
    run->part.thread = keep(run, value);
    return true;
}

/* A part of all threads together names none. */
static bool take_part(struct pk_callgrind_run *run, struct pk_str value)
{
    run->part.number = keep(run, value);
    run->part.thread = PK_STR_NULL;
    return true;
}

/* Only cachegrind leaves it at its caches; callgrind says who it is. */
static bool take_desc(struct pk_callgrind_run *run, struct pk_str value)
{
    if (run->header.dialect == PK_CALLGRIND_PROFKIT)
        pk_callgrind_header_own(&run->header, run->reading->builder, value);
    run->header.has_cache_desc |= pk_str_starts(value, PK_STR("I1 cache:"));
    return true;
}

/* `begins_part`: behind costs it starts the next part. totals: and summary: never do. */
static const struct header_line {
    const char *key;
    bool (*take)(struct pk_callgrind_run *run, struct pk_str value);
    bool begins_part, begins_file;
} header_lines[] = {
    {"totals", take_totals, false, false},      {"summary", take_summary, false, false},
    {"events", take_events, true, false},       {"event", take_event, true, false},
    {"positions", take_positions, true, false}, {"creator", take_creator, true, false},
    {"version", take_version, true, true},      {"cmd", take_command, true, false},
    {"pid", take_process, true, false},         {"thread", take_thread, true, false},
    {"part", take_part, true, false},           {"desc", take_desc, true, false},
};

static struct pk_str trim_end(struct pk_str s)
{
    while (s.size && (s.data[s.size - 1] == ' ' || s.data[s.size - 1] == '\t'))
        s.size--;
    return s;
}

/* Keys that are not known say nothing that is needed: arch:, timeframe (BB): and what may come. */
bool pk_callgrind_run_header(struct pk_callgrind_run *run, struct pk_str key, struct pk_str value)
{
    for (size_t i = 0; i < sizeof header_lines / sizeof *header_lines; i++) {
        const struct header_line *line = &header_lines[i];

        if (!pk_str_equal(key, pk_str_of(line->key)))
            continue;
        if (line->begins_part && (run->part.has_body || run->part.has_totals) &&
            !pk_callgrind_run_begin(run, line->begins_file))
            return false;
        return line->take(run, trim_end(value));
    }
    return true;
}

/* The first line of a file, and of each thread's first part. */
bool pk_callgrind_run_comment(struct pk_callgrind_run *run, struct pk_str line)
{
    if (!pk_str_starts(line, PK_STR("# callgrind format")))
        return true;
    run->header.has_calls_comment = true;
    return !(run->part.has_body || run->part.has_totals) || pk_callgrind_run_begin(run, true);
}
