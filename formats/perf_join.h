/*
 * What parts of a file found of its events, added to what the whole has found before them, as if
 * the whole had read them in their order. Layer: formats; uses perf_record.
 */
#ifndef PK_FORMATS_PERF_JOIN_H
#define PK_FORMATS_PERF_JOIN_H

#include "formats/perf_record.h" /* IWYU pragma: export */

/* Give `whole` and the `n` parts the same metrics for the same events, in the order in which they
 * come in the file: lines of the parts are in one order, behind all of the whole. Afterwards the
 * builders of the parts can be joined to that of the whole. */
void pk_perf_join_events(struct pk_perf_record *whole, struct pk_perf_record *const *parts,
                         unsigned n);

#endif
