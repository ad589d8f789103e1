/*
 * Where results go. A file is written beside its target under an unpredictable name and renamed at
 * commit, so a reader sees the old or the new one, never a part; stdout is flushed and checked. A
 * run that fails, or is ended by INT, TERM or HUP, leaves the previous output as it was. Layer:
 * base; uses error.
 */
#ifndef PK_BASE_OUTPUT_H
#define PK_BASE_OUTPUT_H

#include <stdint.h>
#include <stdio.h>

#include "base/error.h" /* IWYU pragma: export */
#include "base/pack.h"  /* IWYU pragma: export */

struct pk_output;

/* Open descriptors 0, 1 and 2 on /dev/null where they are closed, and set up the removal of
 * temporaries on signals. Call once, first thing in main. */
void pk_output_prepare_process(void);

/* Begin an output: NULL or "-" is stdout. NULL fills `error` (PK_OUTPUT). End with commit or abort,
 * both free. Errors name the output by `path` itself, so it must outlive them. */
struct pk_output *pk_output_open(const char *path, struct pk_error *error);

/* Refuse (PK_USAGE error, false) when the target is the file with this device and inode. */
bool pk_output_refuse_input(const struct pk_output *output, uint64_t device, uint64_t inode,
                            struct pk_error *error);

/* Have all that is written packed, by a kind that this build has. Call it before anything is. */
void pk_output_pack(struct pk_output *output, enum pk_pack_kind kind);

/* Have all that is written to stdout kept, and shown at commit by the pager of this command, which
 * has a word and is borrowed. Call it before anything is written. */
void pk_output_page(struct pk_output *output, const char *command);

/* The stream to write to; owned by the output. It counts and checks what passes, so it has no
 * fileno. */
FILE *pk_output_stream(struct pk_output *output);

/* Flush, check every error, fsync, close, rename into place; false fills `error` and leaves nothing
 * behind. A closed pipe on stdout ends the process by SIGPIPE. `bytes` (may be NULL) gets the size
 * written. */
bool pk_output_commit(struct pk_output *output, uint64_t *bytes, struct pk_error *error);

/* Drop what was written; the old file stays. NULL is allowed. */
void pk_output_abort(struct pk_output *output);

#endif
