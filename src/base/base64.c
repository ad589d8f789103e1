/*
 * Text of 64 letters: see base64.h.
 */
#include "base/base64.h"

#include <stddef.h>
#include <stdint.h>

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* Three bytes are 24 bits, six a letter. */
static void add_group(struct pk_buf *out, const unsigned char bytes[3])
{
    uint32_t bits = (uint32_t)bytes[0] << 16 | (uint32_t)bytes[1] << 8 | bytes[2];
    char group[4];

    for (int i = 0; i < 4; i++)
        group[i] = letters[bits >> (18 - 6 * i) & 63];
    pk_buf_add(out, group, sizeof group);
}

void pk_base64_add(struct pk_base64 *base64, const void *bytes, size_t size, struct pk_buf *out)
{
    const unsigned char *at = bytes, *end = at + size;

    pk_buf_reserve(out, size / 3 * 4 + 8);
    while (at < end && base64->n_held) {
        base64->held[base64->n_held++] = *at++;
        if (base64->n_held < 3)
            continue;
        add_group(out, base64->held);
        base64->n_held = 0;
    }
    for (; end - at >= 3; at += 3)
        add_group(out, at);
    while (at < end)
        base64->held[base64->n_held++] = *at++;
}

void pk_base64_end(struct pk_base64 *base64, struct pk_buf *out)
{
    size_t n = base64->n_held;

    if (n == 0)
        return;
    for (size_t i = n; i < 3; i++)
        base64->held[i] = 0;
    add_group(out, base64->held);
    for (size_t i = n; i < 3; i++)
        out->data[out->size - 3 + i] = '=';
    base64->n_held = 0;
}
