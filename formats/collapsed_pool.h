/*
 * Collapsed stacks read by several threads: see base/pool.h. Layer: formats; uses base,
 * collapsed_pass.
 */
#ifndef PK_FORMATS_COLLAPSED_POOL_H
#define PK_FORMATS_COLLAPSED_POOL_H

#include "formats/collapsed_pass.h" /* IWYU pragma: export */

/* Whether what follows can be read in parts: there are several threads, and no line depends on one
 * before it (see collapsed_pass.h). */
bool pk_collapsed_pool_can(const struct pk_collapsed_pass *run);

/* Read whole lines of what follows, as many as can be cut, and add them to the run as if it had
 * read them. False: its error says why. */
bool pk_collapsed_pool_read(struct pk_collapsed_pass *run);

#endif
