/*
 * The checksum of .pk files: see pkfile.h. It is the one of gzip, which every language has at hand.
 */
#include "base/pkfile.h"

#include <stdint.h>
#include <zlib.h>

uint32_t pk_pkfile_checksum(uint32_t checksum, const void *bytes, size_t size)
{
    return (uint32_t)crc32_z(checksum, bytes, size);
}
