/*
 * A growing byte string: see buf.h. Growth doubles.
 */
#include "base/buf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"

#define SHORT 63u /* bytes that nearly every formatted text fits into */

void pk_buf_fini(struct pk_buf *buf)
{
    pk_free(buf->data);
    *buf = (struct pk_buf){0};
}

/* Keeps the memory: most buffers are filled again at once. Without any there is nothing to end. */
void pk_buf_reset(struct pk_buf *buf)
{
    buf->size = 0;
    if (buf->data)
        buf->data[0] = '\0';
}

/* One byte more than asked for, for the NUL that always follows. */
void pk_buf_reserve(struct pk_buf *buf, size_t more)
{
    size_t need = buf->size + more + 1;

    if (need <= buf->room)
        return;
    buf->room = need > 2 * buf->room ? need : 2 * buf->room;
    buf->data = pk_realloc(buf->data, buf->room, 1);
}

/* `bytes` may be NULL with size 0, as views of empty buffers are; they may not lie in the buffer
 * itself, which can move. */
void pk_buf_add(struct pk_buf *buf, const void *bytes, size_t size)
{
    pk_buf_reserve(buf, size);
    if (size)
        memcpy(buf->data + buf->size, bytes, size);
    buf->size += size;
    buf->data[buf->size] = '\0';
}

void pk_buf_str(struct pk_buf *buf, struct pk_str s)
{
    pk_buf_add(buf, s.data, s.size);
}

void pk_buf_text(struct pk_buf *buf, const char *text)
{
    pk_buf_add(buf, text, strlen(text));
}

void pk_buf_char(struct pk_buf *buf, char c)
{
    pk_buf_add(buf, &c, 1);
}

/* Own digits instead of snprintf: goldens and large JSON files print little else, and no locale can
 * group them. */
void pk_buf_int(struct pk_buf *buf, int64_t value)
{
    char digits[24];
    size_t at = sizeof digits;
    /* The magnitude as unsigned: INT64_MIN has no positive counterpart. */
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    if (value < 0)
        digits[--at] = '-';
    pk_buf_add(buf, digits + at, sizeof digits - at);
}

void pk_buf_printf(struct pk_buf *buf, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    pk_buf_vprintf(buf, format, args);
    va_end(args);
}

/* Most texts are short: what does not fit has been measured by the first try. */
void pk_buf_vprintf(struct pk_buf *buf, const char *format, va_list args)
{
    va_list again;
    size_t room;
    int size;

    if (!format) /* never so; without it gcc's sanitizer warns of a null format */
        return;
    pk_buf_reserve(buf, SHORT);
    room = buf->room - buf->size;
    va_copy(again, args);
    size = vsnprintf(buf->data + buf->size, room, format, again);
    va_end(again);
    if (size > 0 && (size_t)size >= room) {
        pk_buf_reserve(buf, (size_t)size);
        vsnprintf(buf->data + buf->size, (size_t)size + 1, format, args);
    }
    if (size > 0)
        buf->size += (size_t)size;
    buf->data[buf->size] = '\0';
}

/* Never missing: an empty buffer is an empty string. */
struct pk_str pk_buf_view(const struct pk_buf *buf)
{
    return buf->data ? (struct pk_str){buf->data, buf->size} : PK_STR("");
}

void pk_buf_write(const struct pk_buf *buf, FILE *to)
{
    if (buf->size)
        fwrite(buf->data, 1, buf->size, to);
}
