/*
 * What an event of a callgrind file measures. Layer: formats; uses base.
 */
#ifndef PK_FORMATS_CALLGRIND_UNITS_H
#define PK_FORMATS_CALLGRIND_UNITS_H

#include "base/units.h" /* IWYU pragma: export */

#include <stdint.h>

#include "formats/callgrind_header.h" /* IWYU pragma: export */

struct pk_callgrind_unit {
    enum pk_unit unit;
    int scale;          /* power of ten of the unit */
    int64_t multiplier; /* 60 for minutes, 1024 for kB */
};

/* The unit of an event: what its name or its event: line says in so many words, else what its
 * producer is known to write, else a count. */
struct pk_callgrind_unit pk_callgrind_units_of(const struct pk_callgrind_header *header,
                                               struct pk_str name, struct pk_str label);

/* The name of an event: the column's, or what our own writer put into its label. */
struct pk_str pk_callgrind_units_name(const struct pk_callgrind_header *header, struct pk_str name,
                                      struct pk_str label);

#endif
