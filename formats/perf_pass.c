/*
 * Decides what the lines of perf script are, and when a record ends: see perf_pass.h. Sources: the
 * format's note; linux tools/perf/builtin-script.c, util/evsel_fprintf.c (6.1).
 *
 * A record ends at a blank line, at the next header or at the end. A line that says less than the
 * headers before it ("addr2line: ...", written to stderr) is no header. Without any header (-F
 * ip,sym) blank lines alone part the records. A sample without frames is kept as an empty stack.
 *
 * Traps: without call chains the frame stands on the header's line; with source lines an [unknown]
 * frame may be followed by an empty line that ends nothing.
 */
#include "formats/perf_pass.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "formats/perf_lines.h"

#define KERNEL_STACK_LIMIT 127 /* kernel.perf_event_max_stack */
#define ADDRESS_DIGITS 16

static const struct pk_note_kind extra_lines = {
    "extra-lines", "1 line of branches, registers or instructions not used",
    "lines of branches, registers or instructions not used", false};
static const struct pk_note_kind cut_line = {"cut-line",
                                             "the last line is cut short, it is not used",
                                             "last lines are cut short, they are not used", true};
static const struct pk_note_kind lost_events = {"lost-events", "perf lost 1 event",
                                                "events lost by perf", false};
static const struct pk_note_kind deep_stacks = {
    "deep-stacks", "1 stack of 127 frames, where the kernel stops: its callers may be missing",
    "stacks of 127 frames, where the kernel stops: their callers may be missing", false};

/* --- records --- */

/* Count a bad line; true when it is the first. */
static bool remember_bad(struct pk_perf_pass *run, struct pk_place place)
{
    if (run->bad++)
        return false;
    run->first_bad = place;
    return true;
}

bool pk_perf_pass_fail(struct pk_perf_pass *run)
{
    return pk_error_set(run->error, PK_INPUT, run->first_bad,
                        "expected a sample's header or a frame, found %s", run->first_bad_text);
}

bool pk_perf_pass_cut(struct pk_perf_pass *run)
{
    return pk_reader_note(run->reading, &cut_line, 1, pk_scan_place(&run->scan, 0), run->error);
}

/* Count a line that is no part of a sample, and remember the first; under --strict that is the end.
 */
static bool skip_line(struct pk_perf_pass *run, struct pk_str line)
{
    struct pk_input *input = run->reading->input;

    if (pk_scan_is_unterminated(&run->scan) && !pk_input_is_truncated(input))
        return pk_perf_pass_cut(run);
    if (!remember_bad(run, pk_scan_place(&run->scan, 0)))
        return true;
    pk_error_quote(run->first_bad_text, sizeof run->first_bad_text, line);
    return !run->reading->options.is_strict || pk_perf_pass_fail(run);
}

/* What is wrong with a whole record is so at its header: which line closes it depends on how the
 * file is cut. */
static struct pk_place record_place(const struct pk_perf_pass *run)
{
    return pk_place_line(run->record.line, 0);
}

/* Place an error of the builder, which knows no lines; always false. */
static bool fail_builder(struct pk_perf_pass *run)
{
    pk_builder_failed(run->reading->builder, run->error);
    if (run->error->place.kind == PK_NOWHERE)
        run->error->place = record_place(run);
    return false;
}

static bool fail_deep(struct pk_perf_pass *run, struct pk_place place, uint64_t limit)
{
    return pk_limits_error(run->error, place, "stack", limit, "frames in one stack");
}

/* Add the open record to the profile. */
static bool add_sample(struct pk_perf_pass *run)
{
    struct pk_perf_stack *stack = &run->stack;
    uint64_t limit = pk_input_limits(run->reading->input)->stack;
    const int64_t *values;

    run->samples++;
    pk_perf_stack_finish(stack, run->has_header ? run->record.root : PK_NONE);
    if (stack->frames.size > limit)
        return fail_deep(run, record_place(run), limit);
    values = pk_perf_record_values(&run->record);
    pk_builder_stack(run->reading->builder, stack->frames.data, pk_perf_stack_lines(stack),
                     stack->frames.size, values);
    pk_perf_record_close(&run->record);
    if (pk_builder_spare(run->reading->builder)) {
        pk_perf_symbols_forget(&stack->symbols);
        pk_perf_record_forget(&run->record);
    }
    if (pk_builder_failed(run->reading->builder, NULL))
        return fail_builder(run);
    return stack->slots.size != KERNEL_STACK_LIMIT ||
           pk_reader_note(run->reading, &deep_stacks, 1, record_place(run), run->error);
}

/* Any text may have been taken for a header: without a frame below it, and without others like it,
 * it was none. */
bool pk_perf_pass_close(struct pk_perf_pass *run)
{
    bool is_kept = run->is_open;

    run->is_paused = false;
    if (!run->is_open)
        return true;
    run->is_open = false;
    if (run->is_weak && !run->stack.slots.size &&
        (!run->saw_header || run->strength > PK_PERF_WEAK)) {
        is_kept = false;
        if (remember_bad(run, run->weak))
            memcpy(run->first_bad_text, run->weak_text, sizeof run->weak_text);
    }
    run->saw_header |= is_kept && run->has_header;
    return !is_kept || add_sample(run);
}

/* Opening closes: only what came before tells what the record before was. */
static bool open_record_of(struct pk_perf_pass *run, const struct pk_perf_header *header)
{
    if (!pk_perf_pass_close(run))
        return false;
    pk_perf_record_open(&run->record, header, run->scan.line);
    pk_perf_stack_clear(&run->stack);
    run->stack.symbols.is_java = run->record.is_java;
    run->is_open = true;
    run->has_header = true;
    run->is_weak = header->strength == PK_PERF_WEAK;
    run->has_inner_frame = run->has_extra = false;
    return true;
}

/* Without headers a frame begins a record. */
static bool open_bare(struct pk_perf_pass *run)
{
    struct pk_perf_header none = {0};

    if (!open_record_of(run, &none))
        return false;
    run->has_header = run->is_weak = false;
    return true;
}

/* --- lines --- */

/* perf ends a record by some of the extra lines, in place of a blank one. */
static bool skip_other(struct pk_perf_pass *run, struct pk_str line)
{
    bool is_extra = pk_perf_line_is_extra(line);

    run->has_extra |= is_extra;
    return is_extra ? pk_reader_note(run->reading, &extra_lines, 1, pk_scan_place(&run->scan, 0),
                                     run->error)
                    : skip_line(run, line);
}

/* Add a frame to the open record. In a file with dsos, a last line without one is cut. */
static bool push_frame(struct pk_perf_pass *run, struct pk_str address, struct pk_str text)
{
    uint64_t limit = pk_input_limits(run->reading->input)->stack;
    bool is_bare = !text.size || text.data[text.size - 1] != ')';

    if (is_bare && (pk_perf_line_is_half(text) ||
                    (pk_scan_is_unterminated(&run->scan) && run->saw_frames && !run->saw_bare)))
        return skip_line(run, text);
    run->saw_bare |= is_bare;
    run->is_paused = false;
    if (run->stack.slots.size >= limit)
        return fail_deep(run, pk_scan_place(&run->scan, 0), limit);
    pk_perf_stack_push(&run->stack, address, text);
    return true;
}

/* A line that looks like a frame; `is_alone`: it is not indented by a tab. */
static bool read_frame(struct pk_perf_pass *run, struct pk_str line, bool is_alone)
{
    struct pk_str address, text;

    if (pk_perf_frame_address(line, &address, &text) ? pk_str_starts(text, PK_STR("insn:"))
                                                     : !pk_perf_line_split(line, &address, &text))
        return skip_other(run, line);
    if (!run->is_open && run->saw_header)
        return skip_line(run, line);
    /* Without headers and call chains each line is a sample. */
    if ((!run->is_open || (!run->has_header && is_alone)) && !open_bare(run))
        return false;
    /* Above a call chain the header's line has the address of data (-F +addr). */
    if (run->has_inner_frame && run->has_header && !is_alone) {
        pk_perf_stack_clear(&run->stack);
        run->has_inner_frame = false;
    }
    if (!push_frame(run, address, text))
        return false;
    run->has_inner_frame |= is_alone && !run->has_header;
    run->saw_frames |= !run->has_inner_frame;
    return true;
}

/* A value cut off would make sums depend on what was cut. */
static bool fail_period(struct pk_perf_pass *run)
{
    return pk_error_set(run->error, PK_INPUT, pk_scan_place(&run->scan, 0),
                        "the sample's period does not fit into 64 bits");
}

/* Lines that say less than those before are noise, and noise ends no record. Without times a
 * command may end in digits and look like more than the next: then its frames tell, see
 * close_record. */
static bool is_noise(const struct pk_perf_pass *run, const struct pk_perf_header *header,
                     bool has_frame)
{
    return header->strength < run->strength &&
           (run->strength == PK_PERF_TIMED || (run->is_open && !has_frame));
}

/* A line at the place of a header. */
static bool read_header(struct pk_perf_pass *run, struct pk_str line,
                        const struct pk_perf_header *header)
{
    struct pk_str frame = PK_STR_NULL, address, text;
    bool has_frame = pk_perf_header_frame(header->rest, &frame);

    if (is_noise(run, header, has_frame))
        return skip_line(run, line);
    if (header->is_too_big)
        return fail_period(run);
    if (header->is_side_band) {
        return !header->lost || pk_reader_note(run->reading, &lost_events, header->lost,
                                               pk_scan_place(&run->scan, 0), run->error);
    }
    if (!open_record_of(run, header))
        return false;
    if (run->is_weak) {
        run->weak = pk_scan_place(&run->scan, 0);
        pk_error_quote(run->weak_text, sizeof run->weak_text, line);
    }
    if (run->strength < header->strength)
        run->strength = header->strength;
    if (!has_frame || !pk_perf_frame_address(frame, &address, &text))
        return true;
    run->has_inner_frame = true;
    return push_frame(run, address, text);
}

/* A line that begins with blanks: a header (perf aligns commands to the right), a source line, or a
 * frame of a file whose tabs were lost. */
static bool read_blank_start(struct pk_perf_pass *run, struct pk_str line)
{
    struct pk_perf_header header;
    struct pk_str address, text;
    size_t start;
    bool is_two = line.size > 2 && line.data[1] == ' ' && line.data[2] != ' ';

    pk_perf_header_parse(line, &header);
    if (pk_perf_header_time(line, 0, &start) ||
        (header.event.data && pk_perf_header_frame(header.rest, &text)))
        return read_header(run, line, &header);
    if (is_two && run->is_open && run->stack.slots.size) {
        pk_perf_stack_srcline(&run->stack, line);
        run->saw_srcline = true;
        return true;
    }
    if (pk_perf_frame_address(line, &address, &text))
        return read_frame(run, line, true);
    /* Names of events are aligned to the right too. */
    if (run->strength != PK_PERF_TIMED &&
        (header.strength != PK_PERF_WEAK || header.rest.size ||
         (header.event.data && !header.comm.size && !run->is_open)))
        return read_header(run, line, &header);
    return skip_other(run, line);
}

/* A line that begins at the margin: a header, or a kernel address that fills its field. */
static bool read_margin(struct pk_perf_pass *run, struct pk_str line)
{
    struct pk_perf_header header;
    struct pk_str address, text;
    size_t start;

    if (run->is_open && line.data[line.size - 1] == ')' &&
        pk_perf_frame_address(line, &address, &text) && address.size == ADDRESS_DIGITS &&
        !pk_perf_header_time(line, 0, &start))
        return read_frame(run, line, false);
    pk_perf_header_parse(line, &header);
    if (header.strength == PK_PERF_WEAK && line.data[0] == '|')
        return skip_other(run, line);
    return read_header(run, line, &header);
}

/* With source lines an unknown frame has an empty one, which looks like the end of the record: the
 * next line tells. Without headers it might be a frame of the next record, and only a file that had
 * source lines before can be meant. */
static bool read_blank(struct pk_perf_pass *run)
{
    const struct pk_perf_stack *stack = &run->stack;

    if (run->is_open && (run->has_header || run->saw_srcline) && !run->is_paused &&
        stack->slots.size && pk_perf_stack_ends_unknown(stack)) {
        run->is_paused = true;
        return true;
    }
    return pk_perf_pass_close(run);
}

/* Frames of an open record that look as nearly all do are taken out of the buffer together: most of
 * a file is nothing else. Whatever could make one mean something else sends it to read_frame. */
static void read_usual(struct pk_perf_pass *run)
{
    const struct pk_limits *limits = pk_input_limits(run->reading->input);
    uint64_t lines = 0;
    size_t size;

    if (limits->line < PK_PERF_USUAL_SIZE || !run->is_open || !run->has_header ||
        run->has_inner_frame || run->is_paused)
        return;
    size = pk_perf_stack_usual(&run->stack, pk_scan_buffered(&run->scan), limits->stack, &lines);
    pk_scan_skip(&run->scan, size, lines);
    run->lines += lines;
    run->saw_frames |= lines > 0;
}

/* What a line is, by how it begins. */
static bool read_line(struct pk_perf_pass *run, struct pk_str line)
{
    if (pk_perf_line_is_blank(line))
        return read_blank(run);
    if (line.data[0] == '#') {
        pk_perf_record_comment(&run->record, line);
        return true;
    }
    run->lines++;
    /* What came behind the pause is a frame, or the record has ended. */
    if (run->is_paused && line.data[0] != '\t' && !pk_perf_pass_close(run))
        return false;
    if (line.data[0] == '\t')
        return read_frame(run, line, false);
    return line.data[0] == ' ' ? read_blank_start(run, line) : read_margin(run, line);
}

bool pk_perf_pass_line(struct pk_perf_pass *run, struct pk_str line)
{
    if (!read_line(run, line))
        return false;
    read_usual(run);
    return true;
}

/* --- beginning and end --- */

void pk_perf_pass_init(struct pk_perf_pass *run, struct pk_reading *reading, struct pk_error *error)
{
    *run = (struct pk_perf_pass){.reading = reading, .error = error};
    pk_perf_stack_init(&run->stack, reading->builder, &reading->options.perf_folding);
    pk_perf_record_init(&run->record, reading->builder, &reading->options.perf_folding);
    if (reading->options.memory)
        run->stack.symbols.most_texts = reading->options.memory / PK_READ_BYTES_PER_TEXT;
}

void pk_perf_pass_fini(struct pk_perf_pass *run)
{
    pk_scan_fini(&run->scan);
    pk_perf_stack_fini(&run->stack);
    pk_perf_record_fini(&run->record);
}
