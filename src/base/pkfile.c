/*
 * What .pk files are made of: see pkfile.h. The checksum is the one of gzip, which every language
 * has at hand.
 */
#include "base/pkfile.h"

#include <stddef.h>
#include <stdint.h>
#include <zlib.h>

bool pk_pkfile_has_rows(enum pk_pkfile_part tag, unsigned rung)
{
    switch (tag) {
    case PK_PART_FUNCTION_ROWS:
        return rung != 3;
    case PK_PART_EDGE_ROWS:
        return rung == 2;
    case PK_PART_STACK_ROWS:
        return rung == 3;
    default:
        return tag == PK_PART_LINE_ROWS;
    }
}

uint32_t pk_pkfile_checksum(uint32_t checksum, const void *bytes, size_t size)
{
    return (uint32_t)crc32_z(checksum, bytes, size);
}
