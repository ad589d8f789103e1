/*
 * Files that are there only while they are written, and go when the program ends in any way it can
 * notice; a child that is running goes with them. Private to output and child. Layer: base; uses
 * arena.
 */
#ifndef PK_BASE_TEMPORARY_H
#define PK_BASE_TEMPORARY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define PK_TEMPORARY_PATH 4096 /* bytes of the longest path that Linux takes, NUL included */

struct pk_temporary;

/* Set up removal at exit and on INT, TERM, HUP and PIPE, which then end the process as they always
 * do. A signal that was ignored from the start stays so. Call once. */
void pk_temporary_prepare_process(void);

/* Create a file of an unpredictable name in the folder of `target`, with `mode` less the umask;
 * `fd` gets its descriptor. NULL sets errno. End with rename or remove. */
struct pk_temporary *pk_temporary_new(const char *target, mode_t mode, int *fd);

/* Give it the name of its target, whatever was there. False sets errno and leaves it as it was. */
bool pk_temporary_rename(struct pk_temporary *temporary, const char *target);

/* Remove it. NULL is allowed. */
void pk_temporary_remove(struct pk_temporary *temporary);

/* Name a child that is to be killed when the program ends while it runs; 0 when it has ended. */
void pk_temporary_child(pid_t pid);

/* Remove all and end the process as one that wrote to a closed pipe, without a word. */
_Noreturn void pk_temporary_die_of_pipe(void);

/* Bytes of `path` up to and with its last slash: 0 when it has none. */
size_t pk_temporary_folder(const char *path);

#endif
