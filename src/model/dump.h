/*
 * A profile as canonical plain text, one fact a line: what parser goldens compare. Layer: model;
 * uses profile.
 */
#ifndef PK_MODEL_DUMP_H
#define PK_MODEL_DUMP_H

#include "base/buf.h"      /* IWYU pragma: export */
#include "model/profile.h" /* IWYU pragma: export */

/* Append the whole profile: metrics, frames with flat values, edges, nodes, slices, facts, notes.
 * Equal profiles give equal bytes, whatever the order of reading. */
void pk_dump_profile(const struct pk_profile *profile, struct pk_buf *out);

#endif
