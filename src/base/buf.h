/*
 * A growing byte string. `data` is always NUL-terminated once anything was added, but may hold NULs
 * inside; `size` counts without the last one. All zero is a valid empty buffer. Layer: base; uses
 * arena.
 */
#ifndef PK_BASE_BUF_H
#define PK_BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/str.h" /* IWYU pragma: export */

struct pk_buf {
    char *data;
    size_t size, room;
};

/* Free the bytes and leave an empty buffer. */
void pk_buf_fini(struct pk_buf *buf);

/* Empty the buffer but keep its memory. */
void pk_buf_reset(struct pk_buf *buf);

/* Make sure `more` bytes (and the NUL) can be added without moving `data` again. */
void pk_buf_reserve(struct pk_buf *buf, size_t more);

/* Append `size` bytes. */
void pk_buf_add(struct pk_buf *buf, const void *bytes, size_t size);

/* Append the bytes of `s`; a missing string adds nothing. */
void pk_buf_str(struct pk_buf *buf, struct pk_str s);

/* Append a C string. */
void pk_buf_text(struct pk_buf *buf, const char *text);

/* Append one byte. */
void pk_buf_char(struct pk_buf *buf, char c);

/* Append a decimal integer; much faster than printf and free of locale. */
void pk_buf_int(struct pk_buf *buf, int64_t value);

/* Append as printf does. Only for integers and trusted C strings: never a name as the format, never
 * a floating point value (locale). */
void pk_buf_printf(struct pk_buf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The same with a va_list. */
void pk_buf_vprintf(struct pk_buf *buf, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

/* The content as a borrowed string, valid until the next change; never missing. */
struct pk_str pk_buf_view(const struct pk_buf *buf);

/* Write the content to a stream; an empty buffer, which may have no bytes at all, writes nothing.
 * Whether that failed the stream knows. */
void pk_buf_write(const struct pk_buf *buf, FILE *to);

#endif
