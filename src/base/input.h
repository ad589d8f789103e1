/*
 * Named bytes of a file, FIFO, stdin or memory, unpacked (gzip, zstd, xz, bz2, at most two deep, by
 * magic number alone) and read in blocks, never mapped: an input that shrinks while it is read ends
 * early, it does not end the program. Directories and unreadable files are errors at open. A packed
 * stream cut short gives what it held and is_truncated; a damaged one is an error. Layer: base;
 * uses error, limits, the packers.
 */
#ifndef PK_BASE_INPUT_H
#define PK_BASE_INPUT_H

#include "base/buf.h" /* IWYU pragma: export */

#include <stddef.h>
#include <stdint.h>

#include "base/limits.h" /* IWYU pragma: export */

#define PK_INPUT_HEAD 4096 /* bytes a detection may look at */

struct pk_input;

/* Open a path, or stdin for "-". NULL fills `error` (PK_INPUT; text such as "is a directory"). Free
 * with pk_input_free. The limits are copied. Such an error names `path` itself; later ones leave
 * the name to the caller. */
struct pk_input *pk_input_open(const char *path, const struct pk_limits *limits,
                               struct pk_error *error);

/* An input over borrowed bytes, for tests, fuzzers and embedded data; they must outlive the input.
 */
struct pk_input *pk_input_memory(const char *name, const void *bytes, size_t size,
                                 const struct pk_limits *limits);

/* Close and free; NULL is allowed. */
void pk_input_free(struct pk_input *input);

/* What messages call it: the path as given, or "stdin". Owned by the input. */
const char *pk_input_name(const struct pk_input *input);

/* The limits in force for this input. */
const struct pk_limits *pk_input_limits(const struct pk_input *input);

/* The first bytes after unpacking, at most PK_INPUT_HEAD, without consuming them. An error while
 * unpacking leaves what was had; pk_input_read reports it later. An empty input gives size 0. */
struct pk_str pk_input_head(struct pk_input *input);

/* The head as text: byte order mark removed, UTF-16 (with or without mark) turned to UTF-8. */
struct pk_str pk_input_text_head(struct pk_input *input);

/* True when the whole (unpacked) input fits in the head: a line without newline at its end is then
 * complete. */
bool pk_input_head_is_all(struct pk_input *input);

/* From now on pk_input_read gives UTF-8 text: the mark dropped, UTF-16 converted. Call before the
 * first read. */
void pk_input_as_text(struct pk_input *input);

/* Read up to `room` bytes in order, from the start (the head included). Returns 0 at the end or on
 * failure; failure fills `error`, with PK_INPUT and an offset. */
size_t pk_input_read(struct pk_input *input, void *bytes, size_t room, struct pk_error *error);

/* Append all that is left to `out`; false on failure. */
bool pk_input_read_all(struct pk_input *input, struct pk_buf *out, struct pk_error *error);

/* True when a packed stream ended before its end mark. Meaningful at the end of the input. */
bool pk_input_is_truncated(const struct pk_input *input);

/* Bytes taken from the file so far (packed), and its size, or 0 when unknown: for progress. */
uint64_t pk_input_position(const struct pk_input *input, uint64_t *total);

/* Device and inode of what was opened, so that an output can refuse to be its own input; false for
 * memory. */
bool pk_input_identity(const struct pk_input *input, uint64_t *device, uint64_t *inode);

#endif
