/*
 * The numbers at the end of a collapsed line, taken from the right because frames hold spaces and
 * digits too. A count is kept exactly: an integer and how many decimals it has. The file's own
 * trailing zeros do not count as decimals, so that "19.0" and "19" are one number. Layer: formats;
 * uses base.
 */
#ifndef PK_FORMATS_COLLAPSED_COUNT_H
#define PK_FORMATS_COLLAPSED_COUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h" /* IWYU pragma: export */

#define PK_COLLAPSED_DECIMALS 6 /* finer digits are rounded half away from zero */

struct pk_collapsed_count {
    int64_t value; /* the number times 10^decimals; never INT64_MIN */
    int decimals;  /* 0 to PK_COLLAPSED_DECIMALS */
    bool is_rounded;
};

enum pk_collapsed_verdict {
    PK_COLLAPSED_COUNT, /* a number, and it fits */
    PK_COLLAPSED_NO_COUNT,
    PK_COLLAPSED_TOO_BIG, /* a number beyond 64 bits */
};

/* Cut a line into its stack and the last word, at the last run of spaces and tabs; blanks at the
 * end belong to neither. False when there is no such run. The stack may be empty (py-spy writes "
 * 4" for a sample without frames). Both borrow from the line. */
bool pk_collapsed_count_split(struct pk_str line, struct pk_str *stack, struct pk_str *last);

/* Parse all of `text` as digits ["." digits*] [e exponent] with an optional sign; other text, also
 * "nan" and
 * ".5", is no count. */
enum pk_collapsed_verdict pk_collapsed_count_parse(struct pk_str text,
                                                   struct pk_collapsed_count *count);

/* The value of `count` with `decimals` decimals, which is no fewer than it has. False when that
 * overflows. */
bool pk_collapsed_count_widen(const struct pk_collapsed_count *count, int decimals, int64_t *value);

/* Cut "stack before after" (difffolded) when the line has that shape: two unsigned integers, a
 * single blank between them. The stack loses the blanks at its end. */
bool pk_collapsed_count_pair(struct pk_str line, struct pk_str *stack, struct pk_str *before,
                             struct pk_str *after);

/* Cut "time,idle,memory" (austin in full mode) into its three integers; only the last may have a
 * sign. */
bool pk_collapsed_count_triple(struct pk_str text, struct pk_str parts[3]);

#endif
