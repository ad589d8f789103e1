/*
 * Knows perf script by its first lines: a header as perf writes it and a frame below or behind it.
 * Source: the Detection part of the format's note.
 *
 * Traps: without times and commands there is nothing but indented addresses; events recorded
 * without call chains have no frames at all.
 */
#include "formats/perf_bid.h"

#include <stddef.h>

#include "formats/head.h"
#include "formats/perf_header.h"
#include "formats/readers.h"

#define ADDRESS_WIDTH 16 /* of the field, %16lx */

static struct pk_str trim_start(struct pk_str s)
{
    while (s.size && (s.data[0] == ' ' || s.data[0] == '\t'))
        s = pk_str_slice(s, 1, s.size);
    return s;
}

static struct pk_str trim(struct pk_str s)
{
    while (s.size && (s.data[s.size - 1] == ' ' || s.data[s.size - 1] == '\t'))
        s.size--;
    return trim_start(s);
}

/* Leading hexadecimal digits. */
static size_t hex_span(struct pk_str s)
{
    size_t n = 0;

    while (n < s.size &&
           ((s.data[n] >= '0' && s.data[n] <= '9') || (s.data[n] >= 'a' && s.data[n] <= 'f')))
        n++;
    return n;
}

/* "<blanks> <address> <symbol>", with at least `digits` digits of address. */
static bool is_frame(struct pk_str line, size_t digits)
{
    struct pk_str text = trim_start(line);
    size_t n = hex_span(text);

    /* Without a symbol (-F ip) only the width is left. */
    if (n == text.size)
        return n && line.data[0] == '\t' && line.size == 1 + ADDRESS_WIDTH;
    return text.size < line.size && n >= digits && n + 1 < text.size && text.data[n] == ' ';
}

/* A frame on its event's own line: "... cpu-clock:      5631408de308 [unknown] (/usr/bin/gzip)". */
static bool has_frame_inside(struct pk_str rest)
{
    for (size_t at = 0; at + 2 < rest.size; at++) {
        if (rest.data[at] == ':' && rest.data[at + 1] == ' ' &&
            is_frame(pk_str_slice(rest, at + 1, rest.size), 3))
            return true;
    }
    return false;
}

/* Headers begin at the margin, but for those without call chains, which have times or frames. */
static bool is_unindented(struct pk_str line)
{
    return line.size && line.data[0] != ' ' && line.data[0] != '\t';
}

/* A whole record on one line: thread, time and event, or a frame whose address fills its field and
 * that ends in a dso. ftrace writes "bash-12", which is no thread here. */
static bool is_record(struct pk_str line)
{
    struct pk_perf_header header;
    struct pk_str frame;

    pk_perf_header_parse(line, &header);
    if (header.strength == PK_PERF_TIMED)
        return header.tid.data && header.event.data;
    return pk_perf_header_frame(line, &frame) && frame.data[frame.size - 1] == ')' &&
           (size_t)(frame.data - line.data) + hex_span(frame) > ADDRESS_WIDTH;
}

/* A chopped last line counts neither for nor against. */
int pk_perf_bid(struct pk_input *input)
{
    struct pk_head head = pk_head_of(input);
    struct pk_str line;
    unsigned tabs = 0, frames = 0, lines = 0, records = 0;
    bool after_time = false, after_header = false;

    if (pk_head_has_line(input, PK_STR("# ========")) &&
        pk_head_has_line(input, PK_STR("# captured on")))
        return PK_RECOGNISE_PERF;
    while (pk_head_line(&head, &line) && !head.is_cut) {
        size_t start, time_end = pk_perf_header_time(line, 0, &start);
        struct pk_str rest = pk_str_slice(line, time_end, line.size);

        if ((after_time && is_frame(line, 1)) || (after_header && is_frame(line, 6)))
            return PK_RECOGNISE_PERF;
        if (time_end && (has_frame_inside(rest) || pk_head_contains(rest, PK_STR(" PERF_RECORD_"))))
            return PK_RECOGNISE_PERF;
        after_time = time_end > 0;
        lines += line.size && line.data[0] != '#';
        records += records * 10 + 10 >= lines * 9 && is_record(line);
        line = trim(line);
        after_header = is_unindented(rest) && line.size && line.data[line.size - 1] == ':';
        if (rest.size && rest.data[0] == '\t') {
            tabs++;
            frames += is_frame(rest, 1);
        }
    }
    if (records >= 1 && records * 10 >= lines * 9)
        return PK_RECOGNISE_PERF;
    return frames >= 2 && frames * 10 >= tabs * 9 ? PK_RECOGNISE_PERF : PK_BID_NONE;
}
