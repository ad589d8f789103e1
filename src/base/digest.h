/*
 * The digest of a file as it lies on disk: XXH3-128, as 32 digits that the
 * program xxh128sum prints too. It tells equal files from others; it guards
 * against nobody who makes files collide on purpose. Layer: base; uses error,
 * xxhash.
 */
#ifndef PK_BASE_DIGEST_H
#define PK_BASE_DIGEST_H

#include <stdbool.h>

#include "base/error.h" /* IWYU pragma: export */

enum { PK_DIGEST_SIZE = 32 }; /* digits */

/* Read a regular file to its end. False fills `error` (PK_INPUT), also for what
 * can be read only once: a pipe would be empty afterwards. */
bool pk_digest_file(const char *path, char digest[PK_DIGEST_SIZE + 1], struct pk_error *error);

#endif
