/*
 * Knows perf script by its first lines: a header as perf writes it and a frame below or behind it.
 * Source: the Detection part of the format's note.
 *
 * Trap: without times and commands there is nothing but indented addresses.
 */
#include "formats/perf_bid.h"

#include <stddef.h>

#include "formats/head.h"
#include "formats/perf_header.h"
#include "formats/readers.h"

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

/* A chopped last line counts neither for nor against. */
int pk_perf_bid(struct pk_input *input)
{
    struct pk_head head = pk_head_of(input);
    struct pk_str line;
    unsigned tabs = 0, frames = 0;
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
        line = trim(line);
        after_header = is_unindented(rest) && line.size && line.data[line.size - 1] == ':';
        if (rest.size && rest.data[0] == '\t') {
            tabs++;
            frames += is_frame(rest, 1);
        }
    }
    return frames >= 2 && frames * 10 >= tabs * 9 ? PK_RECOGNISE_PERF : PK_BID_NONE;
}
