/*
 * Text in the pager that the user named: a program that shows it page by page on the terminal. No
 * shell; the words of its command are divided by spaces and nothing else. Private to output.
 * Layer: base; uses arena, error.
 */
#ifndef PK_BASE_PAGER_H
#define PK_BASE_PAGER_H

#include <stdbool.h>

#include "base/error.h" /* IWYU pragma: export */
#include "base/str.h"   /* IWYU pragma: export */

/* True when there is a word in the command, which is what asks for a pager. */
bool pk_pager_is_asked(const char *command);

/* Give it `text` over a pipe and wait for its end; then the terminal is as it was. A pager that
 * ends before it has read all is no error: its user had seen enough. One that cannot be started, or
 * says that it failed, is (PK_OUTPUT). INT ends the pager and then this program. */
bool pk_pager_show(const char *command, struct pk_str text, struct pk_error *error);

#endif
