#include "out.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct out {
    char data[1 << 20];
    size_t size;
    uint64_t written;
} out;

void out_flush(void)
{
    if (fwrite(out.data, 1, out.size, stdout) != out.size)
        exit(4);
    out.written += out.size;
    out.size = 0;
}

uint64_t out_written(void)
{
    return out.written + out.size;
}

void out_bytes(const void *data, size_t size)
{
    if (out.size + size > sizeof out.data)
        out_flush();
    memcpy(out.data + out.size, data, size);
    out.size += size;
}

void out_text(const char *s)
{
    out_bytes(s, strlen(s));
}

void out_number(uint64_t value)
{
    char digits[20];
    size_t at = sizeof digits;

    do
        digits[--at] = (char)('0' + value % 10);
    while (value /= 10);
    out_bytes(digits + at, sizeof digits - at);
}
