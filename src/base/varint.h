/*
 * Numbers in as few bytes as they need: seven bits a byte, least first, the high bit says that more
 * follow (LEB128). A value, which may be missing or negative, is one such number: 0 is missing,
 * else 1 + zigzag. Each number has one spelling; longer ones are refused. Layer: base; uses buf,
 * bytes, units.
 */
#ifndef PK_BASE_VARINT_H
#define PK_BASE_VARINT_H

#include <stdint.h>

#include "base/buf.h"   /* IWYU pragma: export */
#include "base/bytes.h" /* IWYU pragma: export */
#include "base/units.h" /* IWYU pragma: export */

#define PK_VARINT_MAX 10 /* bytes of the longest one */

/* A value as a number that is small where the value is near zero: 0, -1, 1, -2 are 0, 1, 2, 3. */
uint64_t pk_varint_zigzag(int64_t value);

/* Append a number; append a value, PK_MISSING included. */
void pk_varint_put(struct pk_buf *out, uint64_t number);
void pk_varint_put_value(struct pk_buf *out, int64_t value);

/* Read them back. Failure is that of pk_bytes: sticky, zero, `at` stays where the number began. It
 * fails past the end and on a number that is longer than it need be or beyond 64 bits. */
uint64_t pk_varint_take(struct pk_bytes *bytes);
int64_t pk_varint_take_value(struct pk_bytes *bytes);

#endif
