/*
 * A binary cursor over bytes in memory, little-endian. Failure is sticky: after the first read past
 * the end every read gives zero, and is checked once at the end of a record. Layer: base; uses str.
 */
#ifndef PK_BASE_BYTES_H
#define PK_BASE_BYTES_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h" /* IWYU pragma: export */

struct pk_bytes {
    const unsigned char *data;
    size_t size, at;
    bool failed; /* a read went past the end; `at` stays where that read began */
};

/* Begin at the first byte of borrowed memory. */
void pk_bytes_init(struct pk_bytes *bytes, const void *data, size_t size);

/* Bytes not read yet. */
size_t pk_bytes_left(const struct pk_bytes *bytes);

/* The next byte without consuming it, or -1 at the end (which is not a failure). */
int pk_bytes_peek(const struct pk_bytes *bytes);

/* One unsigned byte; two, four, eight bytes little-endian. Zero after a failure. */
uint8_t pk_bytes_u8(struct pk_bytes *bytes);
uint16_t pk_bytes_u16(struct pk_bytes *bytes);
uint32_t pk_bytes_u32(struct pk_bytes *bytes);
uint64_t pk_bytes_u64(struct pk_bytes *bytes);

/* `size` bytes as a borrowed view; the missing string after a failure. */
struct pk_str pk_bytes_take(struct pk_bytes *bytes, size_t size);

#endif
