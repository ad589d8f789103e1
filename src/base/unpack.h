/*
 * The packings of inputs (gzip, zstd, xz, bz2) behind one streaming call. A packed stream is a row
 * of members (frames, streams), with zero bytes allowed behind each as padding. Private to input.
 * Layer: base; uses error, zlib and, where found, zstd, lzma, bz2.
 */
#ifndef PK_BASE_UNPACK_H
#define PK_BASE_UNPACK_H

#include "base/error.h" /* IWYU pragma: export */

#include <stddef.h>

enum pk_unpack_kind { PK_UNPACK_NONE, PK_UNPACK_GZIP, PK_UNPACK_ZSTD, PK_UNPACK_XZ, PK_UNPACK_BZ2 };

struct pk_unpack;

struct pk_unpack_io { /* both ends of one step, moved past what was used */
    const unsigned char *in;
    size_t in_size;
    unsigned char *out;
    size_t out_room;
};

/* The packing of bytes that begin like this, 16 of them at least unless the input is shorter. */
enum pk_unpack_kind pk_unpack_detect(const void *bytes, size_t size);

/* "gzip", "zstd", "xz", "bz2". */
const char *pk_unpack_name(enum pk_unpack_kind kind);

/* Begin a stream; free with pk_unpack_free. NULL fills `error` (PK_INPUT): this build cannot unpack
 * it. */
struct pk_unpack *pk_unpack_new(enum pk_unpack_kind kind, struct pk_error *error);

/* Free; NULL is allowed. */
void pk_unpack_free(struct pk_unpack *unpack);

/* Unpack until the input or the room is used up or a member ends. NULL when all is well, else what
 * is wrong with the bytes; what was unpacked before the damage is in `out` all the same. After that
 * only free it. */
const char *pk_unpack_step(struct pk_unpack *unpack, struct pk_unpack_io *io);

/* True before the first member and after each: here the input may end, anywhere else it is cut
 * short. */
bool pk_unpack_is_between(const struct pk_unpack *unpack);

#endif
