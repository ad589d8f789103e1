/*
 * perf script read by several threads: see base/pool.h. Layer: formats; uses base, perf_pass,
 * perf_join.
 */
#ifndef PK_FORMATS_PERF_POOL_H
#define PK_FORMATS_PERF_POOL_H

#include "formats/perf_pass.h" /* IWYU pragma: export */

/* Whether what follows can be read in parts: there are several threads, no record is open, and no
 * line depends on one before it (see perf_pass.h). */
bool pk_perf_pool_can(const struct pk_perf_pass *run);

/* Read whole records of what follows, as many as can be cut, and add them to the run as if it had
 * read them. False: its error says why. */
bool pk_perf_pool_read(struct pk_perf_pass *run);

#endif
