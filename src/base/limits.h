/*
 * Every limit on hostile input in one struct, as RELIABILITY.md section 3 lists them. Defaults come
 * from pk_limits_default; --limit NAME=VALUE raises one through pk_limits_set. Whoever runs into
 * one says so with pk_limits_error, which names the limit and the option. Layer: base; uses error.
 */
#ifndef PK_BASE_LIMITS_H
#define PK_BASE_LIMITS_H

#include <stdint.h>

#include "base/error.h" /* IWYU pragma: export */

struct pk_limits {
    uint64_t line;    /* bytes of one text line */
    uint64_t stack;   /* frames of one stack */
    uint64_t frames;  /* distinct frames */
    uint64_t metrics; /* metrics of one profile */
    uint64_t depth;   /* nesting of values in binary or JSON input */
    uint64_t inflate; /* bytes after unpacking */
    uint64_t ratio;   /* unpacked bytes per packed byte, after the first 10 MiB */
};

/* The documented defaults. */
struct pk_limits pk_limits_default(void);

/* Distinct frames of a file whose reader takes so much memory for each that `fewer` are what 2 GiB
 * hold: that many by default, but what --limit sets otherwise holds as it is. */
uint64_t pk_limits_frames(const struct pk_limits *limits, uint64_t fewer);

/* Parse "64M" (k, M, G: 1024 each) as a number above 0. */
bool pk_limits_amount(struct pk_str text, uint64_t *value);

/* Parse "NAME=VALUE" (value with optional k, M, G: 1024 each); false fills a usage error. */
bool pk_limits_set(struct pk_limits *limits, const char *assignment, struct pk_error *error);

/* The error "more than N WHAT" with the hint "--limit NAME=..."; `name` is a field name above.
 * Always false. */
bool pk_limits_error(struct pk_error *error, struct pk_place place, const char *name,
                     uint64_t limit, const char *what);

#endif
