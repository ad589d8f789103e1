/*
 * How nearly every frame line of perf script looks: a tab, 16 columns of address, a blank, a text
 * and a closing bracket. Such a line means the same whatever stands around it. Layer: formats; uses
 * base.
 */
#ifndef PK_FORMATS_PERF_USUAL_H
#define PK_FORMATS_PERF_USUAL_H

#include "base/str.h" /* IWYU pragma: export */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PK_PERF_USUAL_SIZE 4096 /* bytes of a line that is read as usual, at most */
#define PK_PERF_USUAL_FRONT 18u /* columns in front of the text */

struct pk_perf_usual {
    uint64_t address, hash; /* the hash of perf_cache.h */
    struct pk_str text;     /* in its line: PK_PERF_USUAL_FRONT bytes in front, a newline behind */
};

/* Read the line from `line` to its newline at `end`, all but its hash; false: it is not usual. */
bool pk_perf_usual_take(const char *line, const char *end, struct pk_perf_usual *usual);

/* Whether a line of at most `size` bytes, newline and all, is usual up to its text. */
bool pk_perf_usual_front(const char *line, size_t size);

/* The address of a usual line. */
uint64_t pk_perf_usual_address(const char *line);

#endif
