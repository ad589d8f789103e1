/*
 * Lengths of time as people type them. Layer: base; uses str.
 */
#ifndef PK_BASE_DURATION_H
#define PK_BASE_DURATION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h" /* IWYU pragma: export */

/* Read "1.5s", "200ms", "80us", "7ns", "2min" or plain seconds into ns. False: it is none, is
 * negative, has digits finer than a nanosecond, or does not fit 64 bits. */
bool pk_duration_parse(struct pk_str text, int64_t *ns);

#endif
