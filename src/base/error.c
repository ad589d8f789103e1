/*
 * What goes to stderr: see error.h. The shapes are those of UX.md section 1.4, the bounds (20 lines
 * of warnings, 1000 bytes each, 60 cells of quoted input) those of RELIABILITY.md sections 1 and 5.
 *
 * Every line is built here in full, escaped for a terminal as a whole and written by one call, so
 * neither a file name nor a forgotten quote can break it. Escaping twice does no harm: an escaped
 * text holds nothing that would be escaped again.
 */
#include "base/error.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/buf.h"
#include "base/escape.h"
#include "base/str.h"
#include "base/terminal.h"
#include "base/units.h"
#include "base/utf8.h"

#define LINE_BYTES ((size_t)1000) /* of one printed line, its end included */
#define NOTE_LINES ((size_t)20)
#define QUOTE_CELLS ((size_t)60)
#define CUT_MARK "..."

#define WARNING PK_STR("warning:")

static bool is_painted;

void pk_error_use_color(bool has_color)
{
    is_painted = has_color;
}

/* Append one of our own words, in its colour where there are any. */
static void add_painted(struct pk_buf *line, enum pk_paint paint, struct pk_str word)
{
    pk_buf_text(line, is_painted ? pk_terminal_begin(paint) : "");
    pk_buf_str(line, word);
    pk_buf_text(line, is_painted ? pk_terminal_end(paint) : "");
}

/* Drop a character at the end of `text` of which only the first bytes are there. */
static void drop_cut_character(char *text, size_t size)
{
    /* Three bytes back at most: a character has four, and one of those is missing. */
    for (size_t back = 1; back <= 3 && back <= size; back++) {
        unsigned char byte = (unsigned char)text[size - back];
        size_t length;

        if (byte < 0x80)
            return;
        if (byte >= 0xc0) {
            if (pk_utf8_decode((struct pk_str){text, size}, size - back, &length) < 0)
                text[size - back] = '\0';
            return;
        }
    }
}

/* Cut to the room of the error struct, but never within a character: the texts hold names from
 * files. A format that fails leaves an empty text, not an old one. */
__attribute__((format(printf, 3, 0))) static void format_into(char *text, size_t room,
                                                              const char *format, va_list args)
{
    int size = vsnprintf(text, room, format, args);

    if (size < 0)
        text[0] = '\0';
    else if ((size_t)size >= room)
        drop_cut_character(text, room - 1);
}

/* The first error wins: what fails after it is most often its consequence. */
bool pk_error_set(struct pk_error *error, enum pk_status status, struct pk_place place,
                  const char *format, ...)
{
    va_list args;

    if (error->status != PK_OK)
        return false;
    error->status = status;
    error->place = place;
    error->hint[0] = '\0';
    va_start(args, format);
    format_into(error->text, sizeof error->text, format, args);
    va_end(args);
    return false;
}

/* The first hint stays, like the first error: it belongs to it. */
void pk_error_hint(struct pk_error *error, const char *format, ...)
{
    va_list args;

    if (error->hint[0])
        return;
    va_start(args, format);
    format_into(error->hint, sizeof error->hint, format, args);
    va_end(args);
}

/* Append characters of `s`, escaped one by one, while they fit; the bytes of `s` that were taken.
 */
static size_t add_while_fits(struct pk_buf *out, struct pk_str s, size_t bytes, size_t cells)
{
    size_t at = 0;

    while (at < s.size) {
        size_t length, before = out->size, width;

        pk_utf8_decode(s, at, &length);
        pk_escape_terminal(out, pk_str_slice(s, at, at + length));
        width = pk_utf8_width(pk_str_slice(pk_buf_view(out), before, out->size));
        if (width > cells || out->size > bytes) {
            out->size = before;
            out->data[before] = '\0';
            break;
        }
        cells -= width;
        at += length;
    }
    return at;
}

/* By cells as well as by bytes: the room is the caller's array, the cells are what a reader can
 * take in. */
const char *pk_error_quote(char *out, size_t room, struct pk_str found)
{
    const size_t mark = sizeof CUT_MARK - 1;
    struct pk_buf quoted = {0};
    size_t bytes =
        room > 3 ? room - 3 : 0; /* what may stand inside: two quotes and a NUL go round it */

    if (add_while_fits(&quoted, found, bytes, QUOTE_CELLS) < found.size) {
        /* Again with room for the mark: only now it is known that one is needed. */
        pk_buf_reset(&quoted);
        add_while_fits(&quoted, found, bytes > mark ? bytes - mark : 0, QUOTE_CELLS - mark);
        pk_buf_text(&quoted, CUT_MARK);
    }
    snprintf(out, room, "'%.*s'", (int)quoted.size, quoted.size ? quoted.data : "");
    pk_buf_fini(&quoted);
    return out;
}

/* Append a file name, escaped; of one longer than `room` bytes the end stays, which tells files
 * apart. */
static void add_file(struct pk_buf *line, const char *file, size_t room)
{
    struct pk_str name = pk_str_of(file);
    struct pk_buf escaped = {0}, skipped = {0};
    size_t at = 0, length;

    pk_escape_terminal(&escaped, name);
    if (escaped.size > room)
        pk_buf_text(line, CUT_MARK);
    while (escaped.size - skipped.size > room && at < name.size) {
        pk_utf8_decode(name, at, &length);
        pk_escape_terminal(&skipped, pk_str_slice(name, at, at + length));
        at += length;
    }
    pk_buf_add(line, escaped.data + skipped.size, escaped.size - skipped.size);
    pk_buf_fini(&escaped);
    pk_buf_fini(&skipped);
}

/* Append ":LINE:COL" or ":@OFFSET", or nothing. */
static void add_place(struct pk_buf *line, struct pk_place place)
{
    if (place.kind == PK_AT_LINE) {
        pk_buf_printf(line, ":%" PRIu64, place.line);
        if (place.column)
            pk_buf_printf(line, ":%" PRIu64, place.column);
    } else if (place.kind == PK_AT_OFFSET) {
        pk_buf_printf(line, ":@%" PRIu64, place.offset);
    }
}

/* Print "profkit: FILE:PLACE: text" as one line of at most LINE_BYTES. When it is too long the name
 * gives way: a position and what is wrong there are worth more than the front of a path. */
static void print_line(FILE *to, const char *file, struct pk_place place, struct pk_str text)
{
    struct pk_buf tail = {0}, line = {0};
    bool is_warning = pk_str_starts(text, WARNING);

    if (file)
        add_place(&tail, place);
    pk_buf_text(&tail, file ? ": " : "");
    if (is_warning)
        add_painted(&tail, PK_PAINT_WARNING, WARNING);
    add_while_fits(&tail, pk_str_slice(text, is_warning ? WARNING.size : 0, text.size),
                   LINE_BYTES - 100, SIZE_MAX);
    add_painted(&line, is_warning ? PK_PAINT_PLAIN : PK_PAINT_ERROR, PK_STR("profkit:"));
    pk_buf_char(&line, ' ');
    if (file) {
        size_t used = line.size + tail.size + sizeof CUT_MARK;

        add_file(&line, file, used < LINE_BYTES ? LINE_BYTES - used : 0);
    }
    pk_buf_str(&line, pk_buf_view(&tail));
    pk_buf_char(&line, '\n');
    pk_buf_write(&line, to);
    pk_buf_fini(&tail);
    pk_buf_fini(&line);
}

/* Text before the place gives way to that behind it: what follows a mistake seldom explains it. */
void pk_error_show(struct pk_error *error, struct pk_str text, size_t at)
{
    enum { BEFORE = 40, BEHIND = 20 };
    struct pk_buf out = {0};
    size_t from = at < text.size ? at : text.size, to = from, start;

    if (error->status == PK_OK || error->shown[0])
        return;
    while (from > 0 && text.data[from - 1] != '\n' && at - from < BEFORE)
        from--;
    while (to < text.size && text.data[to] != '\n' && to - at < BEHIND)
        to++;
    start = from;
    /* A character that is cut would be shown as two bytes that it is not. */
    while (from < at && ((unsigned char)text.data[from] & 0xc0) == 0x80)
        from++;
    while (to > at && to < text.size && ((unsigned char)text.data[to] & 0xc0) == 0x80)
        to--;
    if (start > 0 && text.data[start - 1] != '\n')
        pk_buf_text(&out, CUT_MARK);
    pk_escape_terminal(&out, pk_str_slice(text, from, at < text.size ? at : text.size));
    error->caret = (unsigned)pk_utf8_width(pk_buf_view(&out));
    pk_escape_terminal(&out, pk_str_slice(text, at < text.size ? at : text.size, to));
    if (to < text.size && text.data[to] != '\n')
        pk_buf_text(&out, CUT_MARK);
    if (out.size < sizeof error->shown)
        memcpy(error->shown, out.size ? out.data : "", out.size + 1);
    pk_buf_fini(&out);
}

/* The line and the caret below it. */
static void print_shown(const struct pk_error *error, FILE *to)
{
    if (!error->shown[0])
        return;
    fprintf(to, "  %s\n  %*s^\n", error->shown, (int)error->caret, "");
}

/* The hint has no "profkit: " in front and no file: it continues the line above it. */
void pk_error_print(const struct pk_error *error, FILE *to)
{
    struct pk_buf hint = {0};

    if (error->status == PK_OK)
        return;
    print_line(to, error->file, error->place, pk_str_of(error->text));
    print_shown(error, to);
    if (!error->hint[0])
        return;
    pk_buf_text(&hint, "  ");
    add_painted(&hint, PK_PAINT_HINT, PK_STR("hint:"));
    pk_buf_char(&hint, ' ');
    add_while_fits(&hint, pk_str_of(error->hint), LINE_BYTES - 1, SIZE_MAX);
    pk_buf_char(&hint, '\n');
    pk_buf_write(&hint, to);
    pk_buf_fini(&hint);
}

/* By their texts: a kind that a file holds is the kind of the reader that first said it. */
static int compare_kinds(const struct pk_note_kind *a, const struct pk_note_kind *b)
{
    int order = a == b ? 0 : strcmp(a->id, b->id);

    if (!order && a != b)
        order = strcmp(a->many, b->many);
    if (!order && a != b)
        order = strcmp(a->one, b->one);
    return order ? order : a->is_damage - b->is_damage;
}

/* The note of this kind, whoever said it, or NULL. Valid until the next one is added. */
static struct pk_note *find_note(struct pk_notes *notes, const struct pk_note_kind *kind)
{
    for (size_t i = 0; i < notes->list.size; i++) /* a handful of kinds: no index needed */
        if (compare_kinds(notes->list.data[i].kind, kind) == 0)
            return &notes->list.data[i];
    return NULL;
}

/* `kind` is borrowed for good: readers pass constants. `place` is kept only of the first. */
void pk_notes_add(struct pk_notes *notes, const struct pk_note_kind *kind, uint64_t count,
                  struct pk_place place)
{
    struct pk_note *note = find_note(notes, kind);

    if (count == 0)
        return;
    if (!note) {
        pk_array_push(&notes->list, ((struct pk_note){kind, count, place}));
        return;
    }
    /* A count is only told, nothing is computed from it: here, and only here, it may stick at its
     * end. */
    if (__builtin_add_overflow(note->count, count, &note->count))
        note->count = UINT64_MAX;
}

/* For kinds whose texts do not outlive the call, such as those that a file holds. Only a new kind
 * is copied, so a million notes of one kind take no memory. */
void pk_notes_add_copy(struct pk_notes *notes, const struct pk_note_kind *kind, uint64_t count,
                       struct pk_place place)
{
    const struct pk_note *known = find_note(notes, kind);
    struct pk_note_kind *copy;

    if (known || count == 0) {
        pk_notes_add(notes, known ? known->kind : kind, count, place);
        return;
    }
    copy = PK_NEW(&notes->kept, struct pk_note_kind);
    copy->id = pk_arena_str(&notes->kept, pk_str_of(kind->id)).data;
    copy->one = pk_arena_str(&notes->kept, pk_str_of(kind->one)).data;
    copy->many = pk_arena_str(&notes->kept, pk_str_of(kind->many)).data;
    copy->is_damage = kind->is_damage;
    pk_notes_add(notes, copy, count, place);
}

/* Of a kind that both have, the place is forgotten: it would stand in one of two files, and nobody
 * could say in which. */
void pk_notes_merge(struct pk_notes *notes, const struct pk_notes *from)
{
    for (size_t i = 0; i < from->list.size; i++) {
        const struct pk_note *other = &from->list.data[i];
        struct pk_note *note = find_note(notes, other->kind);

        if (note)
            note->first = pk_place_none();
        pk_notes_add_copy(notes, other->kind, other->count, other->first);
    }
}

void pk_notes_join(struct pk_notes *notes, const struct pk_notes *from)
{
    for (size_t i = 0; i < from->list.size; i++) {
        const struct pk_note *other = &from->list.data[i];
        struct pk_note *note = find_note(notes, other->kind);

        if (note && other->first.line < note->first.line)
            note->first = other->first;
        pk_notes_add(notes, other->kind, other->count, other->first);
    }
}

static int compare_notes(const void *a, const void *b)
{
    return compare_kinds(((const struct pk_note *)a)->kind, ((const struct pk_note *)b)->kind);
}

void pk_notes_sort(struct pk_notes *notes)
{
    if (notes->list.size)
        qsort(notes->list.data, notes->list.size, sizeof *notes->list.data, compare_notes);
}

/* The sentence, with or without where the first one was. */
static void describe(const struct pk_note *note, bool with_place, struct pk_buf *out)
{
    if (note->count == 1) {
        pk_buf_text(out, note->kind->one);
    } else {
        pk_units_count(out, note->count > INT64_MAX ? INT64_MAX : (int64_t)note->count);
        pk_buf_char(out, ' ');
        pk_buf_text(out, note->kind->many);
    }
    if (!with_place || note->first.kind == PK_NOWHERE)
        return;
    pk_buf_text(out, note->count == 1 ? ", at " : ", first at ");
    if (note->first.kind == PK_AT_LINE)
        pk_buf_printf(out, "line %" PRIu64, note->first.line);
    else
        pk_buf_printf(out, "byte %" PRIu64, note->first.offset);
}

void pk_notes_describe(const struct pk_note *note, struct pk_buf *out)
{
    describe(note, true, out);
}

/* At most NOTE_LINES lines, whatever the file holds; the last of them then counts the kinds that
 * are not shown. `file` may be NULL. */
void pk_notes_print(const struct pk_notes *notes, const char *file, bool is_placed, FILE *to)
{
    size_t n = notes->list.size, shown = n > NOTE_LINES ? NOTE_LINES - 1 : n;
    struct pk_buf text = {0};

    for (size_t i = 0; i < shown; i++) {
        const struct pk_note *note = &notes->list.data[i];

        pk_buf_reset(&text);
        pk_buf_text(&text, "warning: ");
        /* One at a place that stands in front already is not told twice. */
        describe(note, !file || !is_placed || note->count > 1, &text);
        print_line(to, file, is_placed ? note->first : pk_place_none(), pk_buf_view(&text));
    }
    if (shown < n) {
        pk_buf_reset(&text);
        pk_buf_printf(&text, "warning: %zu more kinds of warnings", n - shown);
        print_line(to, file, pk_place_none(), pk_buf_view(&text));
    }
    pk_buf_fini(&text);
}

void pk_notes_fini(struct pk_notes *notes)
{
    pk_array_fini(&notes->list);
    pk_arena_fini(&notes->kept);
}
