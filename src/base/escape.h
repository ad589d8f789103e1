/*
 * One function per sink; nothing is escaped anywhere else, and names are stored raw until here.
 * Each appends to `out` and accepts any bytes. The rules are those of RELIABILITY.md section 5.
 * Layer: base; uses buf, utf8.
 */
#ifndef PK_BASE_ESCAPE_H
#define PK_BASE_ESCAPE_H

#include <stdbool.h>

#include "base/buf.h" /* IWYU pragma: export */
#include "base/str.h" /* IWYU pragma: export */

/* XML and HTML text and double- or single-quoted attributes: & < > " ' as entities, TAB LF CR as
 * character references; characters that XML 1.0 forbids and invalid bytes become U+FFFD. */
void pk_escape_xml(struct pk_buf *out, struct pk_str s);

/* The inside of a JSON string (without its quotes): " \ and C0 escaped, invalid bytes as U+FFFD. In
 * markup (inside a script element) also < > & U+2028 U+2029 U+FFFE U+FFFF as \uXXXX. */
void pk_escape_json(struct pk_buf *out, struct pk_str s, bool in_markup);

/* Terminal and messages: C0, DEL and invalid bytes as \xNN; C1, bidi controls, U+2028/9, BOM and
 * zero-width as \uNNNN (tag characters as \UNNNNNNNN); the joiner of two emoji stays, since it is
 * seen there. One name never makes two lines. */
void pk_escape_terminal(struct pk_buf *out, struct pk_str s);

/* One CSV text field per RFC 4180, quoted where needed; one starting with = + - @ TAB or CR gets a
 * leading '. NUL and invalid bytes become U+FFFD. */
void pk_escape_csv(struct pk_buf *out, struct pk_str s);

/* One field of a tab-separated line, never quoted: TAB, LF and CR become a space, so that a row
 * stays one line. One starting with = + - @ TAB CR or " gets a leading '. NUL and invalid bytes
 * become U+FFFD. */
void pk_escape_tsv(struct pk_buf *out, struct pk_str s);

/* A code span of Markdown that also stands in a cell of a table: what a terminal shows of the text,
 * between backticks. Nothing for an empty string. */
void pk_escape_markdown(struct pk_buf *out, struct pk_str s);

/* The inside of a double-quoted DOT label: " \ newline and & escaped; other C0 but TAB, DEL, C1
 * and invalid bytes as U+FFFD. */
void pk_escape_dot(struct pk_buf *out, struct pk_str s);

/* One frame of a collapsed line: ';' becomes ':', LF, CR and NUL become a space, so the line keeps
 * its frames. Other bytes stay, also invalid ones. */
void pk_escape_folded(struct pk_buf *out, struct pk_str s);

/* A name behind "(1) " in a callgrind file: LF, CR and NUL become a space, white space at an end
 * becomes '_' and '(' before a digit at the front '[', which readers would drop or take for a
 * number. Other bytes stay, also invalid ones. */
void pk_escape_callgrind(struct pk_buf *out, struct pk_str s);

#endif
