/*
 * UTF-16 to UTF-8: see utf16.h. What decides is step 2 of the detection order in the format notes:
 * a byte order mark, or without one that at least nine in ten of the even bytes (big-endian) or of
 * the odd bytes (little-endian) of the first 64 are zero, as in any text that is mostly ASCII.
 *
 * Trap: a lone surrogate is no character, but two names that differ only in lone surrogates are two
 * names. So it keeps its value as three bytes, which is invalid UTF-8 and shown as such by every
 * sink, where U+FFFD would make the names equal.
 */
#include "base/utf16.h"

#include <stddef.h>
#include <stdint.h>

#define WINDOW ((size_t)64) /* bytes that the guess without a mark looks at */
#define LEAST \
    ((size_t)4) /* two units: a guess from one would take any byte before a NUL for text */

/* True when at least nine in ten of the `pairs` bytes at `first`, `first` + 2, ... are zero. */
static bool is_mostly_zero(const unsigned char *bytes, size_t pairs, size_t first)
{
    size_t zeros = 0;

    for (size_t i = 0; i < pairs; i++)
        zeros += bytes[2 * i + first] == 0;
    return 10 * zeros >= 9 * pairs;
}

static enum pk_utf16_order guess(const unsigned char *bytes, size_t size)
{
    size_t pairs = (size < WINDOW ? size : WINDOW) / 2;
    bool even, odd;

    if (size < LEAST)
        return PK_UTF16_NO;
    even = is_mostly_zero(bytes, pairs, 0);
    odd = is_mostly_zero(bytes, pairs, 1);
    if (even == odd) /* both: a run of zeros, which is no text in either order */
        return PK_UTF16_NO;
    return even ? PK_UTF16_BIG : PK_UTF16_LITTLE;
}

enum pk_utf16_order pk_utf16_detect(const void *bytes, size_t size, size_t *mark)
{
    const unsigned char *b = bytes;

    if (size >= 3 && b[0] == 0xef && b[1] == 0xbb && b[2] == 0xbf) {
        *mark = 3;
        return PK_UTF16_NO;
    }
    *mark = 2;
    if (size >= 2 && b[0] == 0xff && b[1] == 0xfe)
        return PK_UTF16_LITTLE;
    if (size >= 2 && b[0] == 0xfe && b[1] == 0xff)
        return PK_UTF16_BIG;
    *mark = 0;
    return guess(b, size);
}

static size_t put(char *out, uint32_t code)
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (char)(0xc0 | code >> 6);
        out[1] = (char)(0x80 | (code & 0x3f));
        return 2;
    }
    if (code < 0x10000) {
        out[0] = (char)(0xe0 | code >> 12);
        out[1] = (char)(0x80 | (code >> 6 & 0x3f));
        out[2] = (char)(0x80 | (code & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | code >> 18);
    out[1] = (char)(0x80 | (code >> 12 & 0x3f));
    out[2] = (char)(0x80 | (code >> 6 & 0x3f));
    out[3] = (char)(0x80 | (code & 0x3f));
    return 4;
}

static size_t put_unit(struct pk_utf16 *utf16, uint16_t unit, char *out)
{
    uint16_t high = utf16->high_surrogate;
    size_t size = 0;

    utf16->high_surrogate = 0;
    if (high && unit >= 0xdc00 && unit <= 0xdfff)
        return put(out, 0x10000 + ((high & 0x3ffu) << 10) + (unit & 0x3ffu));
    if (high)
        size = put(out, high);
    if (unit >= 0xd800 && unit <= 0xdbff) {
        utf16->high_surrogate = unit;
        return size;
    }
    return size + put(out + size, unit);
}

size_t pk_utf16_convert(struct pk_utf16 *utf16, const void *bytes, size_t size, char *out)
{
    const unsigned char *b = bytes;
    size_t written = 0;

    for (size_t i = 0; i < size; i++) {
        unsigned first = utf16->byte, second = b[i];

        if (!utf16->has_byte) {
            utf16->byte = b[i];
            utf16->has_byte = true;
            continue;
        }
        utf16->has_byte = false;
        written += put_unit(
            utf16,
            (uint16_t)(utf16->order == PK_UTF16_BIG ? first << 8 | second : second << 8 | first),
            out + written);
    }
    return written;
}

size_t pk_utf16_finish(struct pk_utf16 *utf16, char *out)
{
    size_t written = 0;

    if (utf16->high_surrogate)
        written += put(out, utf16->high_surrogate);
    /* Visible, so that a count whose last digits are cut off is a bad line and not a smaller count.
     */
    if (utf16->has_byte)
        written += put(out + written, 0xfffd);
    utf16->high_surrogate = 0;
    utf16->has_byte = false;
    return written;
}
