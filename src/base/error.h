/*
 * Errors that point, and notes that count. A failing function returns false or NULL and fills the
 * caller's struct pk_error once: the first error wins. Losses that do not stop a run (a skipped
 * line, a lost edge) are counted as notes, each kind once with its first position, so that a report
 * of them stays short and nothing is dropped silently. Layer: base; uses buf, escape.
 */
#ifndef PK_BASE_ERROR_H
#define PK_BASE_ERROR_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h" /* IWYU pragma: export */
#include "base/array.h" /* IWYU pragma: export */
#include "base/buf.h"   /* IWYU pragma: export */
#include "base/str.h"   /* IWYU pragma: export */

/* The exit status of the program, UX.md section 1.3. */
enum pk_status {
    PK_OK = 0,
    PK_CONDITION = 1,
    PK_USAGE = 2,
    PK_INPUT = 3,
    PK_OUTPUT = 4,
    PK_PARTIAL = 5,
    PK_INTERNAL = 70,
};

enum pk_place_kind { PK_NOWHERE, PK_AT_LINE, PK_AT_OFFSET };

/* Where in a file: line and column count from 1 (column 0: the whole line), offset from 0. */
struct pk_place {
    enum pk_place_kind kind;
    uint64_t line, column, offset;
};

struct pk_error {
    enum pk_status status; /* PK_OK while nothing failed */
    const char *file;      /* borrowed name of the input or output; NULL: none */
    struct pk_place place;
    char text[512];  /* lower case, no full stop; foreign text in it is already escaped and cut */
    char shown[256]; /* what is wrong in its surroundings, of one line, or empty */
    unsigned caret;  /* cells before its place in it */
    char hint[512];  /* a likely remedy, or empty */
};

/* Fill `error` unless it holds one already; always false, so that `return pk_error_set(...)` reads
 * well. Foreign text must go through pk_error_quote first. */
bool pk_error_set(struct pk_error *error, enum pk_status status, struct pk_place place,
                  const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Add the remedy to the error just set, unless it has one. */
void pk_error_hint(struct pk_error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Show where in a text of the user the error just set is, unless that is shown already: the line
 * of byte `at`, as much of it as has room, and a caret below. */
void pk_error_show(struct pk_error *error, struct pk_str text, size_t at);

/* Write `found` escaped for a terminal, in single quotes, cut at 60 cells, into `out` (at least 300
 * bytes); returns `out`. */
const char *pk_error_quote(char *out, size_t room, struct pk_str found);

/* Whether "profkit:", "warning:" and "hint:" are painted from now on: set once at the start, for
 * there is one stderr. */
void pk_error_use_color(bool has_color);

/* Print "profkit: FILE:LINE:COL: text", what is shown with its caret, and the hint to `to`; each is
 * one line whatever the names hold. */
void pk_error_print(const struct pk_error *error, FILE *to);

/* Place constructors. */
static inline struct pk_place pk_place_none(void)
{
    return (struct pk_place){.kind = PK_NOWHERE};
}
static inline struct pk_place pk_place_line(uint64_t line, uint64_t column)
{
    return (struct pk_place){.kind = PK_AT_LINE, .line = line, .column = column};
}
static inline struct pk_place pk_place_offset(uint64_t offset)
{
    return (struct pk_place){.kind = PK_AT_OFFSET, .offset = offset};
}

/* A kind of loss or oddity: a static const beside its reader, or kept by the notes that hold it.
 * Kinds are one when all their texts are. */
struct pk_note_kind {
    const char *id;   /* short, stable, kebab-case: for JSON */
    const char *one;  /* "1 line without a count skipped" */
    const char *many; /* "lines without a count skipped": the number goes in front */
    bool is_damage;   /* --strict makes it an error; else known behaviour, only said */
};

struct pk_note {
    const struct pk_note_kind *kind;
    uint64_t count;
    struct pk_place first;
};

struct pk_notes {
    PK_ARRAY(struct pk_note) list;
    struct pk_arena kept; /* kinds that came from elsewhere, and their texts */
};

/* Count `count` more of a kind, which outlives the notes; the first position stays. */
void pk_notes_add(struct pk_notes *notes, const struct pk_note_kind *kind, uint64_t count,
                  struct pk_place place);

/* The same with a kind that may go: its texts are copied. For files that hold notes. */
void pk_notes_add_copy(struct pk_notes *notes, const struct pk_note_kind *kind, uint64_t count,
                       struct pk_place place);

/* Add all of `from`, copied; where both have a kind, the position of neither is kept (which was
 * first is unknown). */
void pk_notes_merge(struct pk_notes *notes, const struct pk_notes *from);

/* Add all of `from`, which is of another part of the same file: the place that comes first stays.
 */
void pk_notes_join(struct pk_notes *notes, const struct pk_notes *from);

/* Order by id bytes, so that what is printed does not depend on the order of reading. */
void pk_notes_sort(struct pk_notes *notes);

/* The sentence of one note, "812 lines skipped, first at line 7", appended to `out`. */
void pk_notes_describe(const struct pk_note *note, struct pk_buf *out);

/* Print each as "profkit: FILE:LINE: warning: ..." (at most 20 lines, then how many more); `file`
 * may be NULL. Places that are not in this file, but in one it was made from, are told in the
 * sentence only. */
void pk_notes_print(const struct pk_notes *notes, const char *file, bool is_placed, FILE *to);

/* Free the list and the kinds kept. */
void pk_notes_fini(struct pk_notes *notes);

#endif
