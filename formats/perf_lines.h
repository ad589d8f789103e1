/*
 * Lines of perf script that are neither header nor frame, by their shape alone. Layer: formats;
 * uses base.
 */
#ifndef PK_FORMATS_PERF_LINES_H
#define PK_FORMATS_PERF_LINES_H

#include "base/str.h" /* IWYU pragma: export */

#include <stdbool.h>

/* Blanks and tabs only, or nothing. */
bool pk_perf_line_is_blank(struct pk_str line);

/* A line of a field that is not read: branches, instructions, registers, physical addresses, source
 * code. It is no damage, since perf was asked for it. */
bool pk_perf_line_is_extra(struct pk_str line);

/* "start_thread (/lib/x86_64-linux-gnu": a frame the rest of which was lost. */
bool pk_perf_line_is_half(struct pk_str text);

/* A line that begins with a tab and has no symbol (-F ip) or no address: its two parts, one of them
 * empty. False for any other line. */
bool pk_perf_line_split(struct pk_str line, struct pk_str *address, struct pk_str *text);

#endif
