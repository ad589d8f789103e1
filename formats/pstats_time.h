/*
 * Times of pstats files: seconds in any of the ways that marshal writes a number, to nanoseconds.
 * Layer: formats; part of the pstats reader.
 */
#ifndef PK_FORMATS_PSTATS_TIME_H
#define PK_FORMATS_PSTATS_TIME_H

#include "formats/wire_marshal.h" /* IWYU pragma: export */

#include <stdint.h>

/* The nearest nanosecond of a time in seconds (integer, binary or decimal float), halves away from
 * zero; negative times are fine. False fills `error` at the value: no number, not finite, past 292
 * years. */
bool pk_pstats_time_read(const struct pk_marshal_value *value, int64_t *ns, struct pk_error *error);

/* The same of a double; false says that it has no place among nanoseconds. */
bool pk_pstats_time_of(double seconds, int64_t *ns);

#endif
