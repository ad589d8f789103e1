/*
 * The whole terminal for one program: keys one by one, any cell at any time, and all of it back as
 * it was at the end, however that comes about. Layer: base; uses error, keys, terminal.
 *
 * Nothing here waits for the terminal to take what is written: a line may be slow, or stopped.
 */
#ifndef PK_BASE_SCREEN_H
#define PK_BASE_SCREEN_H

#include "base/buf.h"   /* IWYU pragma: export */
#include "base/error.h" /* IWYU pragma: export */

#include <stdbool.h>
#include <stdint.h>

struct pk_screen; /* opaque; there is one at a time */

enum pk_screen_event {
    PK_SCREEN_KEY,    /* `key` is one of keys.h */
    PK_SCREEN_RESIZE, /* or back from being stopped: nothing is known of what is shown */
    PK_SCREEN_FREE,   /* all was written: another picture may be shown */
    PK_SCREEN_END,    /* a signal, or the terminal is gone: close, then pk_screen_die */
};

/* Whether stdout is a terminal on which any cell can be chosen; else `error` is PK_USAGE. */
bool pk_screen_check(struct pk_error *error);

/* Take the terminal of stdout, which has passed the check. NULL fills `error` (PK_OUTPUT). */
struct pk_screen *pk_screen_open(struct pk_error *error);

/* Give it back. After a while that is done without the last bytes, when it does not take them. */
void pk_screen_close(struct pk_screen *screen);

/* Columns and rows, each at least 1. */
void pk_screen_size(const struct pk_screen *screen, unsigned *columns, unsigned *rows);

/* Write soon. */
void pk_screen_show(struct pk_screen *screen, struct pk_str bytes);

/* True when all is written that was to be shown. */
bool pk_screen_is_free(const struct pk_screen *screen);

/* True when a key can be had without waiting. */
bool pk_screen_has_key(const struct pk_screen *screen);

/* Wait for what happens next. */
enum pk_screen_event pk_screen_wait(struct pk_screen *screen, int32_t *key);

/* The signal behind PK_SCREEN_END. */
int pk_screen_signal(const struct pk_screen *screen);

/* End by a signal as if it had not been caught; the screen is closed. */
_Noreturn void pk_screen_die(int number);

#endif
