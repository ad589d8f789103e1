/*
 * Decides where the fields of a header line are: "COMM [PID/]TID [CPU] MISC TIME: PERIOD EVENT:".
 * Sources: the format's note; linux tools/perf/builtin-script.c (perf_sample__fprintf_start) for
 * the widths of fields.
 *
 * Traps: a command name may hold anything, also blanks, digits and colons ("my thr (x) 12", "w/2:
 * a[0]"), so it ends where the first thread id with a time behind it begins. A trace text further
 * right may look like all of it again. Without times the last number before the event is the thread
 * id, unless it stands in the period's field, which is ten wide.
 */
#include "formats/perf_header.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define ADDRESS_WIDTH 16 /* of the field, %16lx */
#define PERIOD_WIDTH 10

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f');
}

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static struct pk_str trim(struct pk_str s)
{
    while (s.size && is_blank(s.data[s.size - 1]))
        s.size--;
    while (s.size && is_blank(s.data[0]))
        s = pk_str_slice(s, 1, s.size);
    return s;
}

/* The last word of `s`, and what stands before it, both trimmed. */
static struct pk_str last_word(struct pk_str s, struct pk_str *before)
{
    size_t start;

    s = trim(s);
    start = s.size;
    while (start && !is_blank(s.data[start - 1]))
        start--;
    *before = trim(pk_str_slice(s, 0, start));
    return pk_str_slice(s, start, s.size);
}

/* The first word of `s`; `s` becomes what follows it. */
static struct pk_str first_word(struct pk_str *s)
{
    struct pk_str word;
    size_t start = 0, end;

    while (start < s->size && is_blank(s->data[start]))
        start++;
    for (end = start; end < s->size && !is_blank(s->data[end]);)
        end++;
    word = pk_str_slice(*s, start, end);
    *s = pk_str_slice(*s, end, s->size);
    return word;
}

static bool is_number(struct pk_str s)
{
    for (size_t i = 0; i < s.size; i++)
        if (!is_digit(s.data[i]))
            return false;
    return s.size > 0;
}

/* Ended processes and the idle task have ids of -1 and 0. */
static bool is_id(struct pk_str s)
{
    if (s.size > 1 && s.data[0] == '-')
        s = pk_str_slice(s, 1, s.size);
    return is_number(s);
}

/* "27112" or "27112/27115", where a part may be -1: the plain number is the thread. */
static bool take_ids(struct pk_str word, struct pk_perf_header *header)
{
    const char *slash = word.size ? memchr(word.data, '/', word.size) : NULL;
    size_t at = slash ? (size_t)(slash - word.data) : 0;

    if (!slash && is_id(word)) {
        header->tid = word;
        return true;
    }
    if (!slash || !is_id(pk_str_slice(word, 0, at)) ||
        !is_id(pk_str_slice(word, at + 1, word.size)))
        return false;
    header->pid = pk_str_slice(word, 0, at);
    header->tid = pk_str_slice(word, at + 1, word.size);
    return true;
}

/* "[003]" */
static bool is_cpu(struct pk_str s)
{
    return s.size > 2 && s.data[0] == '[' && s.data[s.size - 1] == ']' &&
           is_id(pk_str_slice(s, 1, s.size - 1));
}

/* Flags of -F +misc: which ring, a guest, a forked child. */
static bool is_misc(struct pk_str s)
{
    for (size_t i = 0; i < s.size; i++)
        if (!is_letter(s.data[i]))
            return false;
    return s.size > 0;
}

/* Read "COMM IDS [CPU] MISC" from its end; without ids nothing is set. */
static bool take_thread(struct pk_str text, bool may_have_misc, struct pk_perf_header *header)
{
    struct pk_str before, word = last_word(text, &before);

    if (may_have_misc && is_misc(word))
        word = last_word(before, &before);
    if (is_cpu(word))
        word = last_word(before, &before);
    if (!take_ids(word, header))
        return false;
    header->comm = before;
    return true;
}

/* Colons are looked for, since they are rarer than digits and blanks; what stands before one
 * decides by looking back at most as far as the number goes. */
size_t pk_perf_header_time(struct pk_str line, size_t from, size_t *start)
{
    while (from < line.size) {
        const char *colon = memchr(line.data + from, ':', line.size - from);
        size_t end = colon ? (size_t)(colon - line.data) : line.size, point = end, at;

        if (!colon)
            return 0;
        from = end + 1;
        while (point && end - point < 10 && is_digit(line.data[point - 1]))
            point--;
        if ((end - point != 6 && end - point != 9) || !point || line.data[point - 1] != '.')
            continue;
        for (at = point - 1; at && is_digit(line.data[at - 1]);)
            at--;
        if (at == point - 1 || (at && !is_blank(line.data[at - 1])))
            continue;
        *start = at;
        return end + 1;
    }
    return 0;
}

/* True when the 16 bytes from `field` on are blanks and then an address; `start` gets where. */
static bool is_address_field(const char *field, size_t *start)
{
    size_t at = 0;

    while (at < ADDRESS_WIDTH && field[at] == ' ')
        at++;
    *start = at;
    while (at < ADDRESS_WIDTH && is_hex(field[at]))
        at++;
    return at == ADDRESS_WIDTH && *start < ADDRESS_WIDTH;
}

/* The address is right-aligned behind a blank, whatever trace text stands before it; the last one,
 * since an address of data (-F +addr) stands before the sample's own and looks the same. Behind
 * "=>" stands where a branch went, which is no frame. `before` gets what stands before that blank.
 */
static bool find_address_field(struct pk_str text, struct pk_str *before, struct pk_str *frame)
{
    size_t start, last = text.size;

    for (size_t end = text.size; end-- > ADDRESS_WIDTH + 1;) {
        size_t blank = end - ADDRESS_WIDTH - 1;

        if (text.data[end] != ' ' || text.data[blank] != ' ' ||
            !is_address_field(text.data + blank + 1, &start))
            continue;
        *before = pk_str_slice(text, 0, blank);
        *frame = pk_str_slice(text, blank + 1 + start, last);
        if (!pk_str_ends(*before, PK_STR("=>")))
            return true;
        last = blank - 2;
    }
    return false;
}

bool pk_perf_header_frame(struct pk_str rest, struct pk_str *frame)
{
    struct pk_str before;
    size_t start, end;

    if (find_address_field(rest, &before, frame))
        return true;
    /* Hand-made files have fewer blanks: then it must be the first thing, and end in a dso. */
    for (start = 0; start < rest.size && rest.data[start] == ' ';)
        start++;
    for (end = start; end < rest.size && is_hex(rest.data[end]);)
        end++;
    if (end < start + 3 || end == rest.size || rest.data[end] != ' ' ||
        rest.data[rest.size - 1] != ')')
        return false;
    *frame = pk_str_slice(rest, start, rest.size);
    return true;
}

/* Decimal digits; false when the value does not fit. */
static bool take_period(struct pk_str digits, struct pk_perf_header *header)
{
    int64_t value = 0;

    header->has_period = true;
    for (size_t i = 0; i < digits.size; i++)
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, digits.data[i] - '0', &value)) {
            header->is_too_big = true;
            return false;
        }
    header->period = (uint64_t)value;
    return true;
}

/* "lost 12" somewhere in the text. */
static uint64_t lost_count(struct pk_str text)
{
    uint64_t count = 0;

    while (text.size) {
        struct pk_str word = first_word(&text);

        if (!pk_str_equal(word, PK_STR("lost")))
            continue;
        word = first_word(&text);
        for (size_t i = 0; i < word.size && is_digit(word.data[i]) && count < UINT32_MAX; i++)
            count = count * 10 + (uint64_t)(word.data[i] - '0');
        return count;
    }
    return 0;
}

/* What stands behind the time: "PERIOD EVENT: ...", each of which may be absent. */
static void take_event(struct pk_str text, struct pk_perf_header *header)
{
    struct pk_str all = text, word = first_word(&text);

    header->rest = all;
    if (pk_str_starts(word, PK_STR("PERF_RECORD_"))) {
        header->is_side_band = true;
        if (pk_str_starts(word, PK_STR("PERF_RECORD_LOST")))
            header->lost = lost_count(text);
        return;
    }
    if (is_number(word)) {
        struct pk_str after = text, next = first_word(&after);

        /* An address may have no letters either: a period has an event behind it, or nothing. */
        if (next.size && next.data[next.size - 1] != ':')
            return;
        take_period(word, header);
        header->rest = text;
        word = next;
        text = after;
    }
    if (word.size > 1 && word.data[word.size - 1] == ':') {
        header->event = pk_str_slice(word, 0, word.size - 1);
        header->rest = text;
    }
}

/* The first place with a thread id before a time and, failing that, the first time. */
static bool parse_timed(struct pk_str line, struct pk_perf_header *header)
{
    size_t start = 0, first_start = 0, first_end = 0, end = 0;
    struct pk_str before, word;

    while (line.size && is_blank(line.data[0])) /* not again at each time in it */
        line = pk_str_slice(line, 1, line.size);
    while ((end = pk_perf_header_time(line, end, &start))) {
        if (!first_end) {
            first_start = start;
            first_end = end;
        }
        if (take_thread(pk_str_slice(line, 0, start), true, header))
            break;
    }
    if (!first_end)
        return false;
    if (!end) {
        word = last_word(pk_str_slice(line, 0, first_start), &before);
        header->comm = is_cpu(word) ? before : trim(pk_str_slice(line, 0, first_start));
        start = first_start;
        end = first_end;
    }
    header->strength = PK_PERF_TIMED;
    header->time = pk_str_slice(line, start, end - 1); /* without the colon */
    take_event(pk_str_slice(line, end, line.size), header);
    return true;
}

/* "COMM IDS PERIOD", where only the width of its field tells a period from a thread id: ids are
 * below 2^22, and their field is seven wide at most. */
static bool take_untimed(struct pk_str text, struct pk_perf_header *header)
{
    struct pk_str before, word = last_word(text, &before);
    const char *end = word.data + word.size;
    size_t width = word.size, wanted = PERIOD_WIDTH + (before.size > 0);

    while (width < wanted && end - width > text.data && is_blank(*(end - width - 1)))
        width++;
    if (!is_number(word) || width < wanted)
        return take_thread(text, false, header);
    header->comm = before;
    take_thread(before, false, header);
    take_period(word, header);
    return true;
}

/* Records of other kinds have no event: "p 12 PERF_RECORD_EXIT(12:12):(1:1)". */
static bool take_side_band(struct pk_str text, struct pk_perf_header *header)
{
    const char *start = text.size ? memmem(text.data, text.size, "PERF_RECORD_", 12) : NULL;
    struct pk_str before;

    if (!start)
        return false;
    before = pk_str_slice(text, 0, (size_t)(start - text.data));
    if (before.size && !take_thread(before, false, header))
        return false;
    header->strength = PK_PERF_TIMED;
    take_event(pk_str_slice(text, before.size, text.size), header);
    return true;
}

/* Words ending in a colon may be the event: the one at the end of the line, else the first that has
 * a thread id or a period before it. Without either it is a name in front of a frame. */
static void parse_fields(struct pk_str text, struct pk_perf_header *header)
{
    struct pk_str before, word = last_word(text, &before);

    if (word.size > 1 && word.data[word.size - 1] == ':') {
        header->event = pk_str_slice(word, 0, word.size - 1);
        header->comm = before;
        before = pk_str_slice(text, 0, (size_t)(word.data - text.data));
        header->strength = take_untimed(before, header) ? PK_PERF_THREAD : PK_PERF_WEAK;
        return;
    }
    for (struct pk_str after = text; after.size;) {
        word = first_word(&after);
        if (word.size < 2 || word.data[word.size - 1] != ':' ||
            !take_untimed(pk_str_slice(text, 0, (size_t)(word.data - text.data)), header))
            continue;
        header->strength = PK_PERF_THREAD;
        header->event = pk_str_slice(word, 0, word.size - 1);
        header->rest = after;
        return;
    }
    header->comm = trim(text);
    if (take_thread(text, false, header))
        header->strength = PK_PERF_THREAD;
}

/* More blanks in front than the period's field may have say nothing. */
static void parse_untimed(struct pk_str line, struct pk_perf_header *header)
{
    struct pk_str text = line, before, frame;
    size_t lead = 0;

    while (text.size && is_blank(text.data[text.size - 1]))
        text.size--;
    while (lead < text.size && is_blank(text.data[lead]))
        lead++;
    if (lead > PERIOD_WIDTH)
        text = pk_str_slice(text, lead - PERIOD_WIDTH, text.size);
    header->rest = pk_str_slice(text, text.size, text.size);
    if (take_side_band(text, header))
        return;
    if (!find_address_field(text, &before, &frame)) {
        parse_fields(text, header);
        return;
    }
    parse_fields(before, header);
    header->rest = pk_str_slice(
        text, header->rest.size ? (size_t)(header->rest.data - text.data) : before.size, text.size);
}

/* A time decides: where there is one, nothing else is tried. */
void pk_perf_header_parse(struct pk_str line, struct pk_perf_header *header)
{
    *header = (struct pk_perf_header){.strength = PK_PERF_WEAK};
    if (!parse_timed(line, header))
        parse_untimed(line, header);
}
