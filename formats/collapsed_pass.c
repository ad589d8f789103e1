/*
 * Decides what the lines of collapsed stacks mean: see collapsed_pass.h. Source: the format's note,
 * checked against flamegraph.pl, difffolded.pl, stackcollapse-*.pl, inferno, py-spy and austin 1 to
 * 3.
 *
 * What one number means is settled by the first samples: austin's are microseconds (or bytes, or
 * three values); else they are samples, or whatever the user knows them to be. Two numbers at the
 * end of every line are a before and an after; as only the last line can prove that, a file that
 * begins so is read in both ways at once, each into a builder of its own, until a line decides.
 * Nothing is kept of the lines themselves.
 *
 * What a line can be:
 *   blank                        nothing
 *   "# mode: wall"               metadata of austin: a fact; the mode also names the metric
 *   "a;b 12", "a;b 1.5", " 4"    a stack with its count; without frames the weight is kept
 *   "a;b 12 15"                  the same, or a stack before and after
 *   "P1;T2;x.py:f:3 900,0,-64"   time, idle and memory, once the first sample had three
 *   anything else                skipped and counted; more than one in ten is an error
 *
 * Traps: "foo 1 2" may be the frame "foo 1"; austin's idle samples have a root and a count only.
 */
#include "formats/collapsed_pass.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "formats/collapsed_bid.h"
#include "formats/collapsed_count.h"

#define MOST_FACTS 64  /* metadata lines kept; austin writes about ten */
#define MICROSECONDS 3 /* scale of a metric in ns */

static const struct pk_note_kind rounded_counts = {
    "rounded-counts", "1 count rounded to 6 decimals", "counts rounded to 6 decimals", false};
static const struct pk_note_kind negative_counts = {"negative-counts", "1 negative count",
                                                    "negative counts", false};
static const struct pk_note_kind single_counts = {
    "two-numbers-one-count",
    "1 line ends in two numbers, but not every line does: read as one count",
    "lines end in two numbers, but not every line does: read as one count", false};
static const struct pk_note_kind dropped_metadata = {
    "dropped-metadata", "1 line of metadata beyond the 64th dropped",
    "lines of metadata beyond the 64th dropped", false};

/* --- sinks --- */

/* No metric has a value until a line gives it one. */
static struct pk_collapsed_sink *sink_into(struct pk_builder *builder,
                                           const struct pk_reading *reading)
{
    struct pk_collapsed_sink *sink = pk_calloc(1, sizeof *sink);

    sink->builder = builder;
    pk_collapsed_stack_init(&sink->stack, builder, reading->options.strips_offsets);
    if (reading->options.memory)
        sink->stack.most_texts = reading->options.memory / PK_READ_BYTES_PER_TEXT;
    for (size_t i = 0; i < PK_COLLAPSED_METRICS; i++)
        sink->values[i] = PK_MISSING;
    return sink;
}

/* A sink into the builder of the reading, or into one of its own that can be thrown away; there are
 * two of these, which share what memory may be taken. */
static struct pk_collapsed_sink *sink_new(struct pk_collapsed_pass *run, bool is_private)
{
    struct pk_builder *builder = run->reading->builder;
    uint64_t budget = pk_builder_budget_of(builder);
    struct pk_collapsed_sink *sink;

    if (is_private) {
        builder = pk_builder_part(builder);
        pk_builder_budget(builder, budget / 2);
    }
    sink = sink_into(builder, run->reading);
    sink->is_private = is_private;
    return sink;
}

static void sink_free(struct pk_collapsed_sink *sink)
{
    if (!sink)
        return;
    pk_collapsed_stack_fini(&sink->stack);
    if (sink->is_private)
        pk_builder_free(sink->builder);
    pk_free(sink);
}

static void add_metric(struct pk_collapsed_sink *sink, const struct pk_metric *metric)
{
    unsigned i = sink->n_metrics++;

    sink->metrics[i] = *metric;
    sink->ids[i] = pk_builder_metric(sink->builder, metric);
    /* A builder that knows the metric from elsewhere may hold finer values already. */
    sink->decimals[i] = metric->scale - pk_builder_scale(sink->builder, sink->ids[i]);
}

/* The next metric of the sink: its values stand in the order of these calls. */
static void sink_metric(struct pk_collapsed_sink *sink, const char *name, enum pk_unit unit,
                        int scale)
{
    add_metric(sink, &(struct pk_metric){pk_str_of(name), unit, (int8_t)scale, false});
}

bool pk_collapsed_pass_fail(struct pk_collapsed_pass *run, const struct pk_builder *builder)
{
    pk_builder_failed(builder, run->error);
    if (run->error->place.kind == PK_NOWHERE)
        run->error->place = pk_scan_place(&run->scan, 0);
    return false;
}

struct pk_collapsed_sink *pk_collapsed_sink_part(const struct pk_collapsed_sink *whole,
                                                 struct pk_reading *reading)
{
    struct pk_collapsed_sink *sink = sink_into(reading->builder, reading);

    for (unsigned i = 0; i < whole->n_metrics; i++)
        add_metric(sink, &whole->metrics[i]);
    return sink;
}

/* A count is exact or an error: cut off, its sum would depend on the order of lines. */
static bool fail_overflow(struct pk_collapsed_pass *run, struct pk_str line, struct pk_str count)
{
    char quoted[300];

    return pk_error_set(
        run->error, PK_INPUT, pk_scan_place(&run->scan, (uint64_t)(count.data - line.data) + 1),
        "count %s does not fit into 64 bits", pk_error_quote(quoted, sizeof quoted, count));
}

/* Bring a count to the scale of its metric, or the metric to the scale of a finer count. */
static bool sink_value(struct pk_collapsed_pass *run, struct pk_collapsed_sink *sink,
                       unsigned metric, struct pk_str line, struct pk_str text)
{
    struct pk_metric *known = &sink->metrics[metric];
    struct pk_collapsed_count count;
    struct pk_place place = pk_scan_place(&run->scan, (uint64_t)(text.data - line.data) + 1);

    if (pk_collapsed_count_parse(text, &count) == PK_COLLAPSED_TOO_BIG)
        return fail_overflow(run, line, text);
    if (count.decimals > sink->decimals[metric]) {
        sink->decimals[metric] = count.decimals;
        pk_builder_rescale(sink->builder, sink->ids[metric], known->scale - count.decimals);
    }
    if (!pk_collapsed_count_widen(&count, sink->decimals[metric], &sink->values[sink->ids[metric]]))
        return fail_overflow(run, line, text);
    if (count.value < 0 && !known->is_signed) {
        known->is_signed = true;
        pk_builder_metric(sink->builder, known);
    }
    if (count.value < 0 && !pk_reader_note(run->reading, &negative_counts, 1, place, run->error))
        return false;
    return !count.is_rounded || pk_reader_note(run->reading, &rounded_counts, 1, place, run->error);
}

/* Add the values at hand to a stack. */
static bool sink_stack(struct pk_collapsed_pass *run, struct pk_collapsed_sink *sink,
                       struct pk_str text)
{
    struct pk_collapsed_stack *stack = &sink->stack;
    uint64_t limit = pk_input_limits(run->reading->input)->stack;

    if (!pk_collapsed_stack_read(stack, text, limit))
        return pk_limits_error(run->error, pk_scan_place(&run->scan, 0), "stack", limit,
                               "frames in one stack");
    pk_builder_stack(sink->builder, stack->frames.data, pk_collapsed_stack_lines(stack),
                     stack->frames.size, sink->values);
    if (pk_builder_spare(sink->builder))
        pk_collapsed_stack_forget(stack);
    return !pk_builder_failed(sink->builder, NULL) || pk_collapsed_pass_fail(run, sink->builder);
}

/* The usual line: a stack and one number. */
static bool add_one(struct pk_collapsed_pass *run, struct pk_str line, struct pk_str stack,
                    struct pk_str count)
{
    return sink_value(run, run->one, 0, line, count) && sink_stack(run, run->one, stack);
}

/* A line of austin's full mode: time, idle, memory. */
static bool add_full(struct pk_collapsed_pass *run, struct pk_str line, struct pk_str stack,
                     const struct pk_str parts[3])
{
    for (unsigned i = 0; i < 3; i++) {
        if (!sink_value(run, run->one, i, line, parts[i]))
            return false;
    }
    return sink_stack(run, run->one, stack);
}

/* --- what the numbers mean --- */

/* A metric of austin's: microseconds, or bytes with "# mode: memory". */
static void austin_metric(struct pk_collapsed_pass *run)
{
    if (pk_str_equal(run->mode, PK_STR("memory")))
        sink_metric(run->one, "memory", PK_UNIT_BYTES, 0);
    else
        sink_metric(run->one, run->mode.size ? run->mode.data : "time", PK_UNIT_NS, MICROSECONDS);
}

/* Full mode: time, whether the thread was idle (0 or 1 a sample), and how much memory came or went.
 */
static void full_metrics(struct pk_collapsed_pass *run)
{
    sink_metric(run->one, "time", PK_UNIT_NS, MICROSECONDS);
    sink_metric(run->one, "idle", PK_UNIT_COUNT, 0);
    sink_metric(run->one, "memory", PK_UNIT_BYTES, 0);
    run->form = PK_COLLAPSED_FORM_FULL;
}

/* Decide by the first sample, whose last word is a count or a triple. */
static void open_form(struct pk_collapsed_pass *run, struct pk_str line, struct pk_str stack,
                      bool is_triple)
{
    struct pk_str text, before, after;

    if (is_triple) {
        run->one = sink_new(run, false);
        full_metrics(run);
        return;
    }
    run->form = PK_COLLAPSED_FORM_ONE;
    if (run->is_austin || pk_collapsed_frame_dialect(stack) != PK_COLLAPSED_PLAIN) {
        run->one = sink_new(run, false);
        austin_metric(run);
    } else if (pk_collapsed_count_pair(line, &text, &before, &after)) {
        run->one = sink_new(run, true);
        run->two = sink_new(run, true);
        run->form = PK_COLLAPSED_FORM_TWO_SO_FAR;
        run->first_paired = pk_scan_place(&run->scan, 0);
        sink_metric(run->one, "samples", PK_UNIT_COUNT, 0);
        sink_metric(run->two, "before", PK_UNIT_COUNT, 0);
        sink_metric(run->two, "after", PK_UNIT_COUNT, 0);
    } else {
        run->one = sink_new(run, false);
        sink_metric(run->one, "samples", PK_UNIT_COUNT, 0);
    }
}

/* Add a line to the reading with two counts; the first line that has not two ends it. */
static bool add_two(struct pk_collapsed_pass *run, struct pk_str line)
{
    struct pk_str stack, counts[2];

    if (pk_collapsed_count_pair(line, &stack, &counts[0], &counts[1])) {
        run->paired++;
        return sink_value(run, run->two, 0, line, counts[0]) &&
               sink_value(run, run->two, 1, line, counts[1]) && sink_stack(run, run->two, stack);
    }
    sink_free(run->two);
    run->two = NULL;
    run->form = PK_COLLAPSED_FORM_ONE;
    return pk_reader_note(run->reading, &single_counts, run->paired, run->first_paired, run->error);
}

/* --- lines --- */

/* Keep "# key: value" as the fact "austin.key"; "mode" also says what the numbers are. */
static bool add_metadata(struct pk_collapsed_pass *run, struct pk_str key, struct pk_str value)
{
    static const char *const modes[] = {"wall", "cpu", "memory"};
    struct pk_buf name = {0};

    run->is_austin |= pk_str_equal(key, PK_STR("austin")) || pk_str_equal(key, PK_STR("mode"));
    for (size_t i = 0; i < sizeof modes / sizeof *modes && run->form == PK_COLLAPSED_FORM_OPEN;
         i++) {
        if (pk_str_equal(key, PK_STR("mode")) && pk_str_equal(value, pk_str_of(modes[i])))
            run->mode = pk_str_of(modes[i]);
    }
    if (run->facts++ >= MOST_FACTS)
        return pk_reader_note(run->reading, &dropped_metadata, 1, pk_scan_place(&run->scan, 0),
                              run->error);
    pk_buf_text(&name, "austin.");
    pk_buf_str(&name, key);
    pk_builder_fact(run->reading->builder, name.data, value);
    pk_buf_fini(&name);
    return true;
}

/* Count a line that is no sample, and remember the first; under --strict that is the end. */
static bool skip_line(struct pk_collapsed_pass *run, struct pk_str line, struct pk_str last,
                      bool is_count)
{
    char quoted[300];

    if (run->bad++)
        return true;
    run->first_bad = pk_scan_place(&run->scan, (uint64_t)(last.data - line.data) + 1);
    snprintf(run->first_bad_text, sizeof run->first_bad_text, "expected a %s, found %s",
             is_count ? "stack before the count" : "count at line end",
             pk_error_quote(quoted, sizeof quoted, last));
    return !run->reading->options.is_strict ||
           pk_error_set(run->error, PK_INPUT, run->first_bad, "%s", run->first_bad_text);
}

/* A line that is a stack with a count (`last`), or with three (`parts`). While both readings are
 * open a line goes into both, so the one that proves wrong can simply be dropped. */
static bool add_sample(struct pk_collapsed_pass *run, struct pk_str line, struct pk_str stack,
                       struct pk_str last, const struct pk_str parts[3])
{
    if (run->form == PK_COLLAPSED_FORM_OPEN)
        open_form(run, line, stack, parts != NULL);
    run->samples++;
    if (run->form == PK_COLLAPSED_FORM_FULL)
        return add_full(run, line, stack, parts);
    if (run->form == PK_COLLAPSED_FORM_TWO_SO_FAR && !add_two(run, line))
        return false;
    return add_one(run, line, stack, last);
}

/* One line of any kind. What is no sample is skipped and counted, but a NUL byte ends the reading:
 * no producer writes one, so the file is something else. */
bool pk_collapsed_pass_line(struct pk_collapsed_pass *run, struct pk_str line)
{
    struct pk_str stack, last, parts[3], key, value;
    struct pk_collapsed_count count;
    const char *nul = memchr(line.data, '\0', line.size);
    bool has_stack, is_triple;

    if (nul)
        return pk_error_set(run->error, PK_INPUT,
                            pk_scan_place(&run->scan, (uint64_t)(nul - line.data) + 1),
                            "this is not collapsed stacks: the line holds a NUL byte");
    has_stack = pk_collapsed_count_split(line, &stack, &last);
    if (!last.size)
        return true; /* blank */
    if (line.data[0] == '#' && pk_collapsed_bid_metadata(line, &key, &value))
        return add_metadata(run, key, value);
    if (pk_collapsed_count_parse(last, &count) != PK_COLLAPSED_NO_COUNT) {
        if (!has_stack || run->form == PK_COLLAPSED_FORM_FULL)
            return skip_line(run, line, last, !has_stack);
        return add_sample(run, line, stack, last, NULL);
    }
    is_triple = has_stack &&
                (run->form == PK_COLLAPSED_FORM_FULL || run->form == PK_COLLAPSED_FORM_OPEN) &&
                pk_collapsed_count_triple(last, parts) &&
                pk_collapsed_frame_dialect(stack) == PK_COLLAPSED_AUSTIN;
    return is_triple ? add_sample(run, line, stack, last, parts)
                     : skip_line(run, line, last, false);
}

void pk_collapsed_pass_fini(struct pk_collapsed_pass *run)
{
    pk_scan_fini(&run->scan);
    sink_free(run->one);
    sink_free(run->two);
}
