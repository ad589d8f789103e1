/*
 * How far a run has come, on stderr: one of it for the process, as there is one stderr. Nothing is
 * said in the first second. It is told where blocks are read and where a phase begins, never at a
 * line, so it costs nothing that can be measured. Layer: base; uses escape.
 */
#ifndef PK_BASE_PROGRESS_H
#define PK_BASE_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

enum pk_progress_mode {
    PK_PROGRESS_OFF,
    PK_PROGRESS_BAR,   /* a line that is drawn anew, ten times a second at most */
    PK_PROGRESS_PLAIN, /* a line each ten seconds */
};

/* Begin; SIGUSR1 prints one line from now on, in any mode. A bar has room for `width` cells. */
void pk_progress_begin(enum pk_progress_mode mode, unsigned width);

/* What is done now: a verb such as "reading", which is kept as a pointer, and what it is done to
 * (NULL: nothing to name). `number` of `count` is told when there are several. */
void pk_progress_phase(const char *verb, const char *name, unsigned number, unsigned count);

/* Bytes of the file that the phase has read, of `total` (0: unknown). */
void pk_progress_read(uint64_t done, uint64_t total);

/* Take the bar off the terminal: before anything else is said, and at the end. */
void pk_progress_clear(void);

/* The same for a signal handler that is about to end the process. */
void pk_progress_wipe(void);

/* Milliseconds that phases of each verb took so far, in the order in which they first came: the
 * verb, or NULL past the last. */
const char *pk_progress_time(unsigned i, uint64_t *milliseconds);

#endif
