/*
 * The bytes of a file, a FIFO or memory after unpacking, in order and once. What was read ahead to
 * find out the packing is kept and comes first. Private to input. Layer: base; uses error, limits,
 * unpack.
 */
#ifndef PK_BASE_SOURCE_H
#define PK_BASE_SOURCE_H

#include "base/limits.h" /* IWYU pragma: export */

#include <stddef.h>
#include <stdint.h>

#include "base/unpack.h" /* IWYU pragma: export */

#define PK_SOURCE_PACKINGS 2 /* one inside the other, at most */

struct pk_source_window { /* bytes [at, end) wait to be taken */
    unsigned char *data;
    size_t at, end, room;
    bool is_dry; /* nothing more comes in: the end, or a failure */
};

struct pk_source { /* begin with all zero but limits and either fd, or fd = -1, memory and size */
    struct pk_limits limits;
    int fd; /* borrowed; -1: memory */
    const unsigned char *memory;
    uint64_t size;  /* of the file or the memory; 0: unknown */
    uint64_t taken; /* bytes read from it so far */

    struct pk_source_window windows[PK_SOURCE_PACKINGS + 1];
    struct pk_unpack *unpack[PK_SOURCE_PACKINGS]; /* makes windows[i + 1] from windows[i] */
    enum pk_unpack_kind packing[PK_SOURCE_PACKINGS];
    uint64_t unpacked[PK_SOURCE_PACKINGS]; /* bytes that came out of each */
    int depth;                             /* packings in use; windows[depth] is what is taken */
    size_t step;                           /* bytes a packing may make at once for the next */
    bool is_truncated;                     /* a packed stream ended before its end mark */
    struct pk_error failure;               /* the first; what came before it can still be taken */
};

/* Find out what is packed in what, unpacking no more than `head` bytes of each. Call once, before
 * the rest. */
void pk_source_start(struct pk_source *source, size_t head);

/* Have `size` bytes in the last window, fewer only at the end; before anything was taken from it.
 * Returns the window. `size` is far below 256 KiB. */
struct pk_source_window *pk_source_peek(struct pk_source *source, size_t size);

/* Up to `room` bytes, at least one unless at the end or failed. */
size_t pk_source_take(struct pk_source *source, void *bytes, size_t room);

/* Packed bytes used so far: the place in the file. */
uint64_t pk_source_offset(const struct pk_source *source);

/* Free what it holds; the descriptor stays open. */
void pk_source_fini(struct pk_source *source);

#endif
