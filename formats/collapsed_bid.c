/*
 * Decides by the rule of the format's note: of the first 50 lines nine in ten end in a count, and
 * there is a
 * ";" or every line fits. Lines that only other formats have refuse at once.
 *
 * A text that fits bids PK_BID_GUESS. Half of that is bid where more is missing than the rule
 * allows but nothing else can be meant: two lines in three fit, no line has a ";", or the window
 * holds only the front of one deep stack. The reader then tells the user which line is wrong.
 *
 * Traps: py-spy's "<module> (x.py:3)" begins like XML; a text of numbers in two columns fits every
 * other part of the rule; one line can be longer than the window (then its many ";" must do).
 */
#include "formats/collapsed_bid.h"

#include <stddef.h>
#include <string.h>

#include "formats/collapsed_count.h"
#include "formats/head.h"
#include "formats/reader.h"

#define LINES 50      /* non-blank lines looked at */
#define KEY_BYTES 40  /* a longer "# key: " is a stack */
#define MANY_FRAMES 8 /* ";" in a first line that does not end within the window */

struct evidence {
    unsigned lines, counted;  /* complete lines, and those that end in a count */
    unsigned first_uncounted; /* number of the first other one */
    bool has_semicolon, has_name, is_cut_line;
    const char *foreign; /* what was seen that no collapsed text holds, or NULL */
};

/* What a key of metadata is made of. */
static bool is_lower(char c)
{
    return (c >= 'a' && c <= 'z') || c == '_';
}

bool pk_collapsed_bid_metadata(struct pk_str line, struct pk_str *key, struct pk_str *value)
{
    size_t at = 2;

    if (!pk_str_starts(line, PK_STR("# ")))
        return false;
    while (at < line.size && at < 2 + KEY_BYTES && is_lower(line.data[at]))
        at++;
    if (at == 2 || at + 1 >= line.size || line.data[at] != ':' || line.data[at + 1] != ' ')
        return false;
    *key = pk_str_slice(line, 2, at);
    *value = pk_str_slice(line, at + 2, line.size);
    return true;
}

static bool is_blank(struct pk_str line)
{
    for (size_t i = 0; i < line.size; i++) {
        if (line.data[i] != ' ' && line.data[i] != '\t')
            return false;
    }
    return true;
}

/* What shows that a line belongs to another format, or NULL. */
static const char *find_foreign(struct pk_str line)
{
    static const struct {
        struct pk_str start;
        const char *what;
    } marks[] = {
        {PK_STR("@["), "a bpftrace map"},
        {PK_STR("{"), "JSON"},
        {PK_STR("<?"), "XML"},
        {PK_STR("<!"), "XML"},
        {PK_STR("</"), "XML"},
        {PK_STR("events:"), "a callgrind header"},
        {PK_STR("# callgrind"), "a callgrind header"},
        {PK_STR("# ===="), "a perf header"},
        {PK_STR("# captured on"), "a perf header"},
        {PK_STR("# tracer:"), "an ftrace header"},
        {PK_STR("# Overhead"), "a perf report"},
        {PK_STR("# Samples:"), "a perf report"},
        {PK_STR("# To display"), "a perf report"},
        {PK_STR("# started on"), "perf stat output"},
    };
    bool is_hex;

    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        if (pk_str_starts(line, marks[i].start))
            return marks[i].what;
    }
    if (memchr(line.data, '\0', line.size))
        return "a NUL byte";
    if (line.size < 2 || line.data[0] != '\t')
        return NULL;
    while (line.size && (line.data[0] == '\t' || line.data[0] == ' '))
        line = pk_str_slice(line, 1, line.size);
    is_hex = line.size && memchr("0123456789abcdef", line.data[0], 16);
    return is_hex ? "a line that begins with a tab and an address" : NULL;
}

/* A number beyond 64 bits is one too: the reader will say so better than "unknown format". */
static bool is_number(struct pk_str text)
{
    struct pk_collapsed_count count;

    return pk_collapsed_count_parse(text, &count) != PK_COLLAPSED_NO_COUNT;
}

/* Count one complete line for or against the format. */
static void weigh_line(struct evidence *evidence, struct pk_str line)
{
    struct pk_str stack, last, parts[3];

    evidence->lines++;
    if (!evidence->foreign)
        evidence->foreign = find_foreign(line);
    if (pk_collapsed_count_split(line, &stack, &last) &&
        (is_number(last) || pk_collapsed_count_triple(last, parts))) {
        evidence->counted++;
        evidence->has_semicolon |= memchr(stack.data, ';', stack.size) != NULL;
        evidence->has_name |= stack.size > 0 && !is_number(stack);
    } else if (!evidence->first_uncounted) {
        evidence->first_uncounted = evidence->lines;
    }
}

/* Whether a first line that the window cuts could be a deep stack. Minified scripts and style
 * sheets have many
 * ";" too, but also "){" and ":{" or "=". */
static bool is_deep_stack(struct pk_str text)
{
    unsigned semicolons = 0;

    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.data[i];

        semicolons += c == ';';
        if ((c < ' ' && c != '\t') || (c == '{' && i && strchr("):", text.data[i - 1])))
            return false;
    }
    return semicolons >= MANY_FRAMES && !find_foreign(text);
}

/* Weigh the window: up to 50 lines, without blank ones, metadata and the one that the window cuts.
 */
static struct evidence weigh(struct pk_input *input)
{
    struct evidence evidence = {0};
    struct pk_head head = pk_head_of(input);
    struct pk_str line, key, value;

    while (evidence.lines < LINES && pk_head_line(&head, &line)) {
        if (head.is_cut) {
            evidence.is_cut_line = evidence.lines == 0 && is_deep_stack(line);
            break;
        }
        if (!is_blank(line) && !pk_collapsed_bid_metadata(line, &key, &value))
            weigh_line(&evidence, line);
        else if (!evidence.foreign)
            evidence.foreign = find_foreign(line); /* "# tracer: nop" looks like metadata */
    }
    return evidence;
}

int pk_collapsed_bid(struct pk_input *input)
{
    struct evidence e = weigh(input);

    if (e.foreign)
        return PK_BID_NONE;
    if (e.lines == 0)
        return e.is_cut_line ? PK_BID_GUESS / 2 : PK_BID_NONE;
    if (!e.has_semicolon) /* one frame a stack: rare, and any list of words and numbers looks like
                             it */
        return e.has_name && e.counted == e.lines ? PK_BID_GUESS / 2 : PK_BID_NONE;
    if (e.counted * 10 >= e.lines * 9)
        return PK_BID_GUESS;
    /* Damaged, but nothing else: the reader can say better than we which line is wrong. */
    return e.counted * 3 >= e.lines * 2 ? PK_BID_GUESS / 2 : PK_BID_NONE;
}

void pk_collapsed_bid_reason(struct pk_input *input, struct pk_buf *out)
{
    struct evidence e = weigh(input);

    if (e.foreign)
        pk_buf_printf(out, "%s is no part of it", e.foreign);
    else if (e.lines == 0)
        pk_buf_text(out, "no line ends in the first 4 KiB");
    else if (e.counted == 0)
        pk_buf_text(out, "no line ends in a count");
    else if (e.counted < e.lines)
        pk_buf_printf(out, "only %u of the first %u lines end in a count (line %u does not)",
                      e.counted, e.lines, e.first_uncounted);
    else
        pk_buf_text(out, "it holds numbers only");
}
