/*
 * Which format an input is, and what is said when it is none. Every reader bids on the first 4 KiB;
 * the highest bid wins, and two equal ones are an error that names both, since a guess would be a
 * wrong picture without a word. The file name never counts. Source: the order of checks in the
 * format notes.
 */
#include "formats/collapsed_bid.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/code.h"
#include "formats/readers.h"

#define SHOWN_BYTES 32

#define POINTER(word) &pk_reader_##word,
const struct pk_reader *const pk_reader_list[] = {PK_READERS(POINTER) NULL};
#undef POINTER

/* By name or alias, and only formats: "-f zip" would say nothing about how to read the bytes. NULL
 * for any other word. */
const struct pk_reader *pk_reader_find(const char *name)
{
    for (const struct pk_reader *const *r = pk_reader_list; *r; r++) {
        bool is_format = (*r)->gives != 0;

        if (is_format && strcmp((*r)->name, name) == 0)
            return *r;
        if (is_format && (*r)->alias && strcmp((*r)->alias, name) == 0)
            return *r;
    }
    return NULL;
}

/* The note is kept either way, so that a file read without --strict tells the same thing as a
 * warning. The error names its place by itself, so its text has none. */
bool pk_reader_fail_part(const struct pk_reading *reading, struct pk_error *error)
{
    if (pk_builder_failed(reading->builder, NULL))
        error->place = pk_place_none();
    return false;
}

bool pk_reader_note(struct pk_reading *reading, const struct pk_note_kind *kind, uint64_t count,
                    struct pk_place place, struct pk_error *error)
{
    struct pk_note alone = {kind, count, pk_place_none()};
    struct pk_buf text = {0};

    pk_notes_add(pk_builder_notes(reading->builder), kind, count, place);
    if (count == 0 || !kind->is_damage || !reading->options.is_strict)
        return true;
    pk_notes_describe(&alone, &text);
    pk_error_set(error, PK_INPUT, place, "%s", text.data);
    pk_error_hint(error, "without --strict this is a warning");
    pk_buf_fini(&text);
    return false;
}

/* The error of an input that cannot even be looked at; false when it can. */
static bool fail_unreadable(struct pk_input *input, struct pk_error *error)
{
    char byte[PK_INPUT_HEAD];
    size_t got, all = 0;

    /* What stopped the unpacking of the head is told by reading up to that place again. */
    do {
        got = pk_input_read(input, byte, sizeof byte, error);
        all += got;
    } while (got > 0 && all < PK_INPUT_HEAD);
    if (error->status != PK_OK)
        return true;
    if (all > 0)
        return false;
    if (pk_input_is_truncated(input))
        pk_error_set(error, PK_INPUT, pk_place_none(),
                     "the packed file is cut short and holds nothing");
    else
        pk_error_set(error, PK_INPUT, pk_place_none(), "empty file");
    return true;
}

/* No control characters but those of terminals and printers: then the bytes can be shown and
 * weighed as lines. */
static bool is_text(struct pk_str head)
{
    for (size_t i = 0; i < head.size; i++) {
        unsigned char c = (unsigned char)head.data[i];

        if (c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 27)
            return false;
    }
    return true;
}

/* "unknown format", what it begins with, and the nearest candidate with the reason it failed. */
static void fail_unknown(struct pk_input *input, struct pk_error *error)
{
    char quoted[300];
    struct pk_buf reason = {0};
    struct pk_str head = pk_input_head(input), text = pk_input_text_head(input);
    bool is_readable = is_text(text);
    struct pk_str shown = is_readable ? text : head;

    /* Copied before reading on: the head may not outlive a read. */
    if (shown.size > SHOWN_BYTES)
        shown.size = SHOWN_BYTES;
    pk_error_quote(quoted, sizeof quoted, shown);
    if (is_readable)
        pk_collapsed_bid_reason(input, &reason);
    if (!fail_unreadable(input, error)) {
        pk_error_set(error, PK_INPUT, pk_place_none(), "unknown format, it begins with %s", quoted);
        if (is_readable)
            pk_error_hint(
                error,
                "nearest is folded, but %s; -f FORMAT forces one, -f help lists them" PK_CODE(
                    "E001"),
                reason.data ? reason.data : "");
        else
            pk_error_hint(
                error,
                "nearest is pstats, but that begins with a marshalled dict ('{' or 0xfb, then a "
                "tuple); -f help lists all formats" PK_CODE("E001"));
    }
    pk_buf_fini(&reason);
}

/* All are asked, whatever the first ones bid: order must not matter, or adding a reader would
 * change what another one gets. */
const struct pk_reader *pk_reader_detect(struct pk_input *input, struct pk_error *error)
{
    const struct pk_reader *best = NULL, *equal = NULL;
    int highest = PK_BID_NONE;

    for (const struct pk_reader *const *r = pk_reader_list; *r; r++) {
        int bid = (*r)->bid(input);

        if (bid > highest) {
            highest = bid;
            best = *r;
            equal = NULL;
        } else if (bid == highest && bid > PK_BID_NONE) {
            equal = *r;
        }
    }
    if (equal) {
        pk_error_set(error, PK_INPUT, pk_place_none(), "this could be %s or %s", best->name,
                     equal->name);
        if (best->gives && equal->gives)
            pk_error_hint(error, "-f %s or -f %s says which", best->name, equal->name);
        best = NULL;
    } else if (!best) {
        fail_unknown(input, error);
    }
    if (!best && !error->file)
        error->file = pk_input_name(input);
    return best;
}

/* What to say of a format that is recognised only; always false. */
static bool fail_unread(const struct pk_reader *reader, bool is_forced, struct pk_error *error)
{
    if (is_forced)
        pk_error_set(error, PK_INPUT, pk_place_none(), "profkit does not read %s yet",
                     reader->summary);
    else if (reader->gives)
        pk_error_set(error, PK_INPUT, pk_place_none(),
                     "this is %s, which profkit does not read yet", reader->summary);
    else
        pk_error_set(error, PK_INPUT, pk_place_none(), "this is %s", reader->summary);
    if (reader->hint)
        pk_error_hint(error, "%s", reader->hint);
    return false;
}

/* The steps of reading one input. The format is stated here, so that no reader can forget it. */
static bool run(struct pk_reading *reading, const struct pk_reader *forced, struct pk_error *error)
{
    const struct pk_reader *reader = forced ? forced : pk_reader_detect(reading->input, error);

    reading->reader = reader;
    if (!reader)
        return false;
    if (!reader->read)
        return fail_unread(reader, forced != NULL, error);
    if (!pk_input_head(reading->input).size && fail_unreadable(reading->input, error))
        return false;
    if (!reader->is_native)
        pk_builder_fact(reading->builder, "format", pk_str_of(reader->name));
    return reader->read(reading, error) && !pk_builder_failed(reading->builder, error);
}

/* Readers know nothing of files: the name of the input is put into the error here, for all of
 * them. */
bool pk_reader_run(struct pk_reading *reading, const struct pk_reader *forced,
                   struct pk_error *error)
{
    bool is_read = run(reading, forced, error);

    if (!is_read && !error->file)
        error->file = pk_input_name(reading->input);
    return is_read;
}
