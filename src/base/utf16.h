/*
 * Text that is not UTF-8: telling it by its first bytes and turning UTF-16 into UTF-8 as it streams
 * by. Private to input. Layer: base; includes nothing of profkit.
 */
#ifndef PK_BASE_UTF16_H
#define PK_BASE_UTF16_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum pk_utf16_order { PK_UTF16_NO, PK_UTF16_LITTLE, PK_UTF16_BIG };

struct pk_utf16 { /* begin with {.order = ...} and all else zero */
    enum pk_utf16_order order;
    bool has_byte;           /* the first byte of a unit waits for its second */
    unsigned char byte;      /* that byte */
    uint16_t high_surrogate; /* waits for the low one; 0: none */
};

/* Bytes that pk_utf16_convert may write for `size` bytes. */
#define PK_UTF16_ROOM(size) (3 * (((size) + 1) / 2) + 3)

/* Bytes that pk_utf16_finish may write. */
#define PK_UTF16_FINISH_ROOM ((size_t)6)

/* Whether text that begins with these bytes (64 are enough) is UTF-16; `mark` gets the size of a
 * byte order mark to drop: 3 for UTF-8, 2 for UTF-16, 0 for none. */
enum pk_utf16_order pk_utf16_detect(const void *bytes, size_t size, size_t *mark);

/* Write the UTF-8 of `size` more bytes to `out`, which has PK_UTF16_ROOM(size); the bytes written.
 * A lone surrogate becomes the three bytes it would have as a character (WTF-8). */
size_t pk_utf16_convert(struct pk_utf16 *utf16, const void *bytes, size_t size, char *out);

/* The end: write what still waits, a lone surrogate as above and half a unit as U+FFFD; the bytes
 * written. */
size_t pk_utf16_finish(struct pk_utf16 *utf16, char *out);

#endif
