/*
 * Little-endian reads that check their bounds: see bytes.h. Bytes are put together one by one, so
 * neither the alignment of the data nor the byte order of this machine matters; compilers make one
 * load of it.
 */
#include "base/bytes.h"

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

void pk_bytes_init(struct pk_bytes *bytes, const void *data, size_t size)
{
    *bytes = (struct pk_bytes){.data = data, .size = size};
}

size_t pk_bytes_left(const struct pk_bytes *bytes)
{
    return bytes->size - bytes->at;
}

int pk_bytes_peek(const struct pk_bytes *bytes)
{
    return bytes->at < bytes->size ? bytes->data[bytes->at] : -1;
}

/* Step over `size` bytes: where they began, or NULL when fewer are left or an earlier read failed.
 * Compares with what is left, because the sum of a position and a size out of a file may wrap. */
static const unsigned char *step(struct pk_bytes *bytes, size_t size)
{
    const unsigned char *from;

    if (bytes->failed || size > pk_bytes_left(bytes)) {
        bytes->failed = true;
        return NULL;
    }
    /* An empty range of no memory at all still has an address: only failure is NULL. */
    from = bytes->data ? bytes->data + bytes->at : (const unsigned char *)"";
    bytes->at += size;
    return from;
}

static uint64_t unsigned_of(struct pk_bytes *bytes, size_t size)
{
    const unsigned char *from = step(bytes, size);
    uint64_t value = 0;

    for (size_t i = size; from && i-- > 0;)
        value = value << 8 | from[i];
    return value;
}

uint8_t pk_bytes_u8(struct pk_bytes *bytes)
{
    return (uint8_t)unsigned_of(bytes, 1);
}

uint16_t pk_bytes_u16(struct pk_bytes *bytes)
{
    return (uint16_t)unsigned_of(bytes, 2);
}

uint32_t pk_bytes_u32(struct pk_bytes *bytes)
{
    return (uint32_t)unsigned_of(bytes, 4);
}

uint64_t pk_bytes_u64(struct pk_bytes *bytes)
{
    return unsigned_of(bytes, 8);
}

struct pk_str pk_bytes_take(struct pk_bytes *bytes, size_t size)
{
    const unsigned char *from = step(bytes, size);

    return from ? (struct pk_str){(const char *)from, size} : PK_STR_NULL;
}
