/*
 * Bytes as text of 64 letters (RFC 4648, section 4), piece by piece, for data inside of a page.
 * Layer: base; uses buf.
 */
#ifndef PK_BASE_BASE64_H
#define PK_BASE_BASE64_H

#include <stddef.h>

#include "base/buf.h" /* IWYU pragma: export */

struct pk_base64 { /* all zero at the beginning */
    unsigned char held[3];
    size_t n_held; /* bytes that wait for others: four letters stand for three */
};

/* Append the letters of as many bytes as make whole groups; the rest waits. */
void pk_base64_add(struct pk_base64 *base64, const void *bytes, size_t size, struct pk_buf *out);

/* Append the letters of what waits, filled up with '='; then it may begin again. */
void pk_base64_end(struct pk_base64 *base64, struct pk_buf *out);

#endif
