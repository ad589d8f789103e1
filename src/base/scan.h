/*
 * A text cursor over an input: workers out one line after the other, with its number, and fails for
 * good at the first error (after that every call says "no more"). Lines end in LF or CRLF; a last
 * line without either is complete but pk_scan_is_unterminated says so. A line may hold any byte,
 * NUL included. Layer: base; uses input.
 */
#ifndef PK_BASE_SCAN_H
#define PK_BASE_SCAN_H

#include "base/input.h" /* IWYU pragma: export */

#include <stddef.h>
#include <stdint.h>

struct pk_scan {
    struct pk_input *input;
    struct pk_error *error; /* the caller's; filled on failure */
    char *data;             /* buffered bytes [start, end) not yet handed out */
    size_t start, end, room;
    uint64_t line;  /* number of the line handed out last, from 1; 0 before the first */
    uint64_t bytes; /* text bytes handed out, line ends included */
    bool at_end;    /* the input gave its last byte */
    bool is_unterminated;
};

/* Begin at the first line; calls pk_input_as_text. The error is filled on failure and stays the
 * caller's. */
void pk_scan_init(struct pk_scan *scan, struct pk_input *input, struct pk_error *error);

/* Free the buffer. */
void pk_scan_fini(struct pk_scan *scan);

/* The next line without its end, valid until the next call. False at the end and on failure (look
 * at error->status). A line past limits.line is a limit error. */
bool pk_scan_line(struct pk_scan *scan, struct pk_str *line);

/* What is buffered of the lines that follow, which may end within one; and hand out the first
 * `size` bytes of it, `lines` whole lines, without looking at them. For readers that know what most
 * lines are. */
struct pk_str pk_scan_buffered(const struct pk_scan *scan);
void pk_scan_skip(struct pk_scan *scan, size_t size, uint64_t lines);

/* How many bytes at the front of a text are whole records, as many as there are; 0: none is. */
typedef size_t pk_scan_cutter(struct pk_str text);

/* Move whole records of about `size` bytes, which were not handed out yet, into `part`: it workers
 * out their lines, counted on from part->line, and then ends. A part begins as zero with its error,
 * or is one that was read to its end. False where no record ends within the next `size` bytes, and
 * on failure: then what follows is handed out by `scan`. Its number of lines is the caller's to set
 * right, see pk_scan_skip. */
bool pk_scan_part(struct pk_scan *scan, struct pk_scan *part, size_t size, pk_scan_cutter *cut);

/* The place of column `column` (from 1; 0: the line as a whole) in the line handed out last. */
struct pk_place pk_scan_place(const struct pk_scan *scan, uint64_t column);

/* True when the last line handed out ended with the input instead of a line end. */
bool pk_scan_is_unterminated(const struct pk_scan *scan);

/* Parse all of `s` as a decimal integer with an optional sign: ASCII digits only. False if it is
 * not one or does not fit; `overflow` (may be NULL) tells the two apart. */
bool pk_scan_int(struct pk_str s, int64_t *value, bool *overflow);

#endif
