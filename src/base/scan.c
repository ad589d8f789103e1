/*
 * Lines out of blocks: see scan.h. The buffer moves its unread rest to the front and grows only
 * when one line fills it, so memory follows the longest line that really arrived, and a line is
 * looked through once.
 *
 * Trap: a '\r' belongs to the line end only directly before '\n', or as the very last byte of the
 * input (a CRLF file that lost its last byte). Anywhere else it is part of a name.
 */
#include "base/scan.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/input.h"
#include "base/limits.h"
#include "base/str.h"

#define BLOCK ((size_t)256 << 10)

void pk_scan_init(struct pk_scan *scan, struct pk_input *input, struct pk_error *error)
{
    *scan = (struct pk_scan){.input = input, .error = error};
    pk_input_as_text(input);
}

void pk_scan_fini(struct pk_scan *scan)
{
    pk_free(scan->data);
    scan->data = NULL;
    scan->start = scan->end = scan->room = 0;
    scan->at_end = true;
}

/* Read more behind the unread bytes. At the end, and on failure, `at_end` is set. */
static void refill(struct pk_scan *scan)
{
    size_t unread = scan->end - scan->start, got;

    if (scan->start > 0) {
        memmove(scan->data, scan->data + scan->start, unread);
        scan->start = 0;
        scan->end = unread;
    }
    /* Still full: one line fills it. Doubling keeps the copying in all linear. */
    if (scan->end == scan->room) {
        scan->room = scan->room ? 2 * scan->room : BLOCK;
        scan->data = pk_realloc(scan->data, scan->room, 1);
    }
    got = pk_input_read(scan->input, scan->data + scan->end, scan->room - scan->end, scan->error);
    scan->end += got;
    scan->at_end = got == 0;
}

/* The line that is too long was not handed out, so its number is one further. */
static bool fail_long(struct pk_scan *scan)
{
    uint64_t limit = pk_input_limits(scan->input)->line;

    return pk_limits_error(scan->error, pk_place_line(scan->line + 1, 0), "line", limit,
                           "bytes in one line");
}

/* Hand out `size` bytes, followed by `ending` bytes of line end: 0 at the end of the input. */
static bool hand_out(struct pk_scan *scan, size_t size, size_t ending, struct pk_str *line)
{
    const char *from = scan->data + scan->start;
    size_t all = size + ending;

    if (size > 0 && from[size - 1] == '\r')
        size--;
    if (size > pk_input_limits(scan->input)->line)
        return fail_long(scan);
    *line = (struct pk_str){from, size};
    scan->start += all;
    scan->bytes += all;
    scan->line++;
    scan->is_unterminated = ending == 0;
    return true;
}

bool pk_scan_line(struct pk_scan *scan, struct pk_str *line)
{
    uint64_t limit = pk_input_limits(scan->input)->line;
    size_t seen = 0; /* unread bytes known to hold no newline */

    while (scan->error->status == PK_OK) {
        size_t unread = scan->end - scan->start;

        if (unread > seen) {
            const char *from = scan->data + scan->start;
            const char *newline = memchr(from + seen, '\n', unread - seen);

            if (newline)
                return hand_out(scan, (size_t)(newline - from), 1, line);
            if (unread - 1 > limit) /* one byte more may be the '\r' of its end */
                return fail_long(scan);
            seen = unread;
        }
        if (scan->at_end)
            return unread > 0 && hand_out(scan, unread, 0, line);
        refill(scan);
    }
    return false;
}

struct pk_str pk_scan_buffered(const struct pk_scan *scan)
{
    return (struct pk_str){scan->data + scan->start, scan->end - scan->start};
}

/* Lines of more than the limit stand in no buffer that was filled by a shorter one: the caller's
 * lines are below it as long as it is above a block. */
void pk_scan_skip(struct pk_scan *scan, size_t size, uint64_t lines)
{
    scan->start += size;
    scan->bytes += size;
    scan->line += lines;
    scan->is_unterminated = false;
}

/* Have `size` unread bytes, fewer only at the end. A pipe gives less at a time than is asked for,
 * so it may take several reads. */
static void fill(struct pk_scan *scan, size_t size)
{
    if (scan->room < size) {
        scan->data = pk_realloc(scan->data, size, 1);
        scan->room = size;
    }
    while (scan->end - scan->start < size && !scan->at_end)
        refill(scan);
}

/* The buffers change places, so that only the start of the next record is copied. */
bool pk_scan_part(struct pk_scan *scan, struct pk_scan *part, size_t size, pk_scan_cutter *cut)
{
    struct pk_scan left = {.data = part->data, .room = part->room};
    struct pk_str text;
    size_t taken;

    if (scan->error->status != PK_OK)
        return false;
    fill(scan, size);
    text = pk_scan_buffered(scan);
    if (text.size > size)
        text.size = size;
    taken = cut(text);
    if (!taken)
        return false;
    left.end = scan->end - scan->start - taken;
    if (left.room < scan->room) {
        left.data = pk_realloc(left.data, scan->room, 1);
        left.room = scan->room;
    }
    memcpy(left.data, scan->data + scan->start + taken, left.end);
    part->input = scan->input;
    part->data = scan->data;
    part->start = scan->start;
    part->end = scan->start + taken;
    part->room = scan->room;
    part->at_end = true;
    scan->data = left.data;
    scan->start = 0;
    scan->end = left.end;
    scan->room = left.room;
    scan->bytes += taken;
    return true;
}

struct pk_place pk_scan_place(const struct pk_scan *scan, uint64_t column)
{
    return pk_place_line(scan->line, column);
}

bool pk_scan_is_unterminated(const struct pk_scan *scan)
{
    return scan->is_unterminated;
}

bool pk_scan_int(struct pk_str s, int64_t *value, bool *overflow)
{
    bool is_negative = s.size > 0 && s.data[0] == '-', is_past = false;
    size_t at = is_negative || (s.size > 0 && s.data[0] == '+');
    int64_t sum = 0;

    /* All of it is looked at even when it no longer fits: "9...9x" is no number, not a large one.
     */
    if (overflow)
        *overflow = false;
    if (at == s.size)
        return false;
    for (; at < s.size; at++) {
        int64_t digit = s.data[at] - '0';

        if (digit < 0 || digit > 9)
            return false;
        /* Counted downwards for negative numbers, whose range is one wider. */
        is_past |= __builtin_mul_overflow(sum, 10, &sum) ||
                   __builtin_add_overflow(sum, is_negative ? -digit : digit, &sum);
    }
    if (overflow)
        *overflow = is_past;
    if (!is_past)
        *value = sum;
    return !is_past;
}
