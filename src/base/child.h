/*
 * Running another program: text goes into its standard input, its standard output comes back. No
 * shell, a fixed list of words, a limit of time and of size. Layer: base; uses buf, error.
 */
#ifndef PK_BASE_CHILD_H
#define PK_BASE_CHILD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"   /* IWYU pragma: export */
#include "base/error.h" /* IWYU pragma: export */

struct pk_child {
    const char *const *words; /* the program, found in PATH, and its arguments; ended by NULL */
    unsigned seconds;         /* it is killed after that */
    size_t most;              /* bytes that it may write */
};

/* Run the program to its end and append what it wrote to `out`. False fills `error` (PK_OUTPUT):
 * not there, killed by a limit, or failed, with the first line it wrote to standard error. */
bool pk_child_run(const struct pk_child *child, struct pk_str input, struct pk_buf *out,
                  struct pk_error *error);

#endif
