/*
 * What the reader and the writer of .pk files share; profkit-pk(5) is the description of the
 * format. Layer: base; uses zlib.
 */
#ifndef PK_BASE_PKFILE_H
#define PK_BASE_PKFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* No text begins so, and a transfer that changes line ends or cuts the high bit is found. */
#define PK_PKFILE_MAGIC "\x89profkit\r\n\x1a\n"
#define PK_PKFILE_MAGIC_SIZE (sizeof PK_PKFILE_MAGIC - 1)

#define PK_PKFILE_VERSION 1
#define PK_PKFILE_SHARED 127 /* bytes at most that a text takes from the one before */
#define PK_PKFILE_GROWTH                                                     \
    32 /* times the file, and SLACK bytes: what all named texts make at most \
        */
#define PK_PKFILE_SLACK (UINT64_C(64) << 20)
#define PK_PKFILE_CHECKSUM 4 /* bytes of the checksum at the end */

enum pk_pkfile_part { /* the tags of the parts, in the order in which they stand */
                      PK_PART_END,
                      PK_PART_TEXTS,
                      PK_PART_METRICS,
                      PK_PART_FRAMES,
                      PK_PART_EDGES,
                      PK_PART_NODES,
                      PK_PART_LINES,
                      PK_PART_SLICES,
                      PK_PART_FUNCTION_ROWS,
                      PK_PART_EDGE_ROWS,
                      PK_PART_STACK_ROWS,
                      PK_PART_LINE_ROWS,
                      PK_PART_FACTS,
                      PK_PART_COUNTERS,
                      PK_PART_NOTES,
                      PK_PARTS,
                      PK_PART_OPTIONAL =
                          64, /* from here on a reader may skip what it does not know */
                      PK_PART_MOMENTS = PK_PART_OPTIONAL,
};

enum { /* the byte that begins a frame: its kind, and which fields follow */
       PK_PKFILE_KIND = 0x1f,
       PK_PKFILE_HAS_FILE = 0x20,
       PK_PKFILE_HAS_LINE = 0x40,
       PK_PKFILE_HAS_MODULE = 0x80,
};

/* True when a slice recorded at `rung` (1: functions, 2: calls, 3: stacks) stands in a part of
 * rows.
 */
bool pk_pkfile_has_rows(enum pk_pkfile_part tag, unsigned rung);

/* CRC-32 (as in gzip) of `size` more bytes; begin with 0. */
uint32_t pk_pkfile_checksum(uint32_t checksum, const void *bytes, size_t size);

#endif
