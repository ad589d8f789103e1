/*
 * Short numbers: see varint.h. Zigzag folds signs in, 0 -1 1 -2 2, and its largest number belongs
 * to INT64_MIN, which is PK_MISSING: so there is room for the one that says missing.
 */
#include "base/varint.h"

#include <stddef.h>
#include <stdint.h>

void pk_varint_put(struct pk_buf *out, uint64_t number)
{
    char bytes[PK_VARINT_MAX];
    size_t n = 0;

    for (; number >= 0x80; number >>= 7)
        bytes[n++] = (char)(number | 0x80);
    bytes[n++] = (char)number;
    pk_buf_add(out, bytes, n);
}

uint64_t pk_varint_zigzag(int64_t value)
{
    return ((uint64_t)value << 1) ^ (value < 0 ? UINT64_MAX : 0);
}

void pk_varint_put_value(struct pk_buf *out, int64_t value)
{
    pk_varint_put(out, value == PK_MISSING ? 0 : pk_varint_zigzag(value) + 1);
}

uint64_t pk_varint_take(struct pk_bytes *bytes)
{
    uint64_t number = 0;

    for (size_t i = 0; !bytes->failed && i < PK_VARINT_MAX && i < pk_bytes_left(bytes); i++) {
        uint64_t byte = bytes->data[bytes->at + i];

        /* Of the tenth byte only one bit is left; a last byte of zero says nothing. */
        if ((i == PK_VARINT_MAX - 1 && byte > 1) || (i > 0 && byte == 0))
            break;
        number |= (byte & 0x7f) << (7 * i);
        if (byte < 0x80) {
            bytes->at += i + 1;
            return number;
        }
    }
    bytes->failed = true;
    return 0;
}

int64_t pk_varint_take_value(struct pk_bytes *bytes)
{
    uint64_t number = pk_varint_take(bytes), zigzag = number - 1;

    if (bytes->failed || number == 0)
        return bytes->failed ? 0 : PK_MISSING;
    return (int64_t)(zigzag >> 1 ^ (zigzag & 1 ? UINT64_MAX : 0));
}
