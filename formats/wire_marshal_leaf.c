/*
 * Marshal values without values inside: numbers and strings. Source: r_object, r_PyLong and
 * r_float_* of CPython's Python/marshal.c.
 *
 * Lengths are checked against the bytes left before they are believed. One that points past the end
 * is what a cut file looks like, but a damaged length looks the same; up to BELIEVED it is taken
 * for a cut.
 */
#include "formats/wire_marshal_private.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define BELIEVED (1 << 20)

/* Judge a count of items of `unit` bytes, read at `at`. */
static bool can_follow(struct pk_marshal *marshal, size_t at, int64_t count, size_t unit)
{
    size_t most = pk_bytes_left(&marshal->bytes) / unit;

    if (marshal->bytes.failed)
        return false;
    if (count >= 0 && (uint64_t)count <= most)
        return true;
    if (count < 0 || count > BELIEVED)
        pk_marshal_fail(marshal, PK_MARSHAL_FAULT_BAD, at,
                        "expected a length of at most %zu, found %" PRId64, most, count);
    else
        pk_marshal_fail_cut(marshal);
    return false;
}

/* An element takes a byte at least, so a count is judged like a length in bytes. */
size_t pk_marshal_take_length(struct pk_marshal *marshal)
{
    size_t at = marshal->bytes.at;
    int32_t length = (int32_t)pk_bytes_u32(&marshal->bytes);

    return can_follow(marshal, at, length, 1) ? (size_t)length : 0;
}

/* Type l: |n| digits of 15 bits, least first; the sign of n is that of the number. */
static void take_long(struct pk_marshal *marshal, struct pk_marshal_value *value)
{
    size_t at = marshal->bytes.at;
    int32_t n = (int32_t)pk_bytes_u32(&marshal->bytes);
    int64_t digits = n < 0 ? -(int64_t)n : n;
    unsigned __int128 sum = 0;

    if (!can_follow(marshal, at, digits, 2))
        return;
    for (int64_t i = 0; i < digits; i++) {
        uint16_t digit = pk_bytes_u16(&marshal->bytes);

        if (digit > 0x7fff || (digit == 0 && i + 1 == digits)) {
            pk_marshal_fail(marshal, PK_MARSHAL_FAULT_BAD, marshal->bytes.at - 2,
                            "expected a digit of a long, found 0x%04x", (unsigned)digit);
            return;
        }
        if (i < 5) /* a sixth digit is past 64 bits whatever it is, since the top one is not zero */
            sum |= (unsigned __int128)digit << (15 * i);
    }
    if (digits > 5 || sum > (unsigned __int128)INT64_MAX + (n < 0))
        value->kind = PK_MARSHAL_LONG;
    else
        value->as.number = n < 0 ? (int64_t)(0 - (uint64_t)sum) : (int64_t)sum;
}

/* Type g: an IEEE double, least byte first, on every machine that Python runs on. */
static void take_float(struct pk_marshal *marshal, struct pk_marshal_value *value)
{
    uint64_t bits = pk_bytes_u64(&marshal->bytes);

    memcpy(&value->as.real, &bits, sizeof bits);
}

/* A length of one byte, and so many bytes: the text of a float, or a short string. */
static struct pk_str take_short_text(struct pk_marshal *marshal)
{
    return pk_bytes_take(&marshal->bytes, pk_bytes_u8(&marshal->bytes));
}

/* The value is zero before: F and the constants need nothing more. Texts are not copied and not
 * decoded: they are views of the file. */
void pk_marshal_take_leaf(struct pk_marshal *marshal, int type, struct pk_marshal_value *value)
{
    switch (type) {
    case 'T':
        value->as.number = 1;
        break;
    case 'i':
        value->as.number = (int32_t)pk_bytes_u32(&marshal->bytes);
        break;
    case 'I':
        value->as.number = (int64_t)pk_bytes_u64(&marshal->bytes);
        break;
    case 'l':
        take_long(marshal, value);
        break;
    case 'g':
        take_float(marshal, value);
        break;
    case 'x': /* complex numbers are passed over: nothing that profkit reads has any */
        take_short_text(marshal);
        take_short_text(marshal);
        break;
    case 'y':
        pk_bytes_take(&marshal->bytes, 16);
        break;
    case 'f':
    case 'z':
    case 'Z':
        value->as.text = take_short_text(marshal);
        break;
    case 's': /* the kind keeps bytes and text apart; what either holds is not looked at */
    case 't':
    case 'u':
    case 'a':
    case 'A':
        value->as.text = pk_bytes_take(&marshal->bytes, pk_marshal_take_length(marshal));
        break;
    default: /* N F . S: the kind says it all */
        break;
    }
}

/* For messages: never the bytes of a string, which may be long or binary. Returns `out`. */
const char *pk_marshal_describe(const struct pk_marshal_value *value, char *out, size_t room)
{
    static const char *const names[] = {
        [PK_MARSHAL_NONE] = "None",
        [PK_MARSHAL_BOOL] = "a bool",
        [PK_MARSHAL_ELLIPSIS] = "an ellipsis",
        [PK_MARSHAL_STOP] = "StopIteration",
        [PK_MARSHAL_LONG] = "an integer past 64 bits",
        [PK_MARSHAL_FLOAT] = "a float",
        [PK_MARSHAL_FLOAT_TEXT] = "a float",
        [PK_MARSHAL_COMPLEX] = "a complex number",
        [PK_MARSHAL_BYTES] = "a string",
        [PK_MARSHAL_TEXT] = "a string",
        [PK_MARSHAL_TUPLE] = "a tuple",
        [PK_MARSHAL_LIST] = "a list",
        [PK_MARSHAL_SET] = "a set",
        [PK_MARSHAL_DICT] = "a dict",
        [PK_MARSHAL_SLICE] = "a slice",
        [PK_MARSHAL_CODE] = "a code object",
    };

    if (value->kind == PK_MARSHAL_INT)
        snprintf(out, room, "%" PRId64, value->as.number);
    else if (value->kind == PK_MARSHAL_TUPLE)
        snprintf(out, room, "a tuple of %zu", value->as.items.size);
    else
        snprintf(out, room, "%s", names[value->kind]);
    return out;
}
