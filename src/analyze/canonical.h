/*
 * The part of a function's name that stays the same from run to run and build to build: what two
 * profiles are matched by. Layer: analyze; uses model.
 */
#ifndef PK_ANALYZE_CANONICAL_H
#define PK_ANALYZE_CANONICAL_H

#include "base/buf.h" /* IWYU pragma: export */

#include "model/profile.h" /* IWYU pragma: export */

/* Append the canonical name of a frame: without addresses, numbers and hashes that the compiler or
 * the runtime made up. Frames without a symbol have none: they are their module. */
void pk_canonical_name(struct pk_buf *out, const struct pk_frame *frame);

#endif
