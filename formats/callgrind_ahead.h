/*
 * What memory may fetch ahead. The names of calls stand anywhere among all names, and finding one
 * waits for memory four times, one step after the other. So a piece of text is looked over before
 * its lines are read, and each step is begun for all calls in it before the next one is. Nothing
 * that is read depends on it. Layer: formats; uses callgrind_run.
 */
#ifndef PK_FORMATS_CALLGRIND_AHEAD_H
#define PK_FORMATS_CALLGRIND_AHEAD_H

#include "formats/callgrind_run.h" /* IWYU pragma: export */

/* To be called now and then: does nothing where what is behind was looked over already, or while
 * there are so few names that they are at hand. */
void pk_callgrind_ahead(struct pk_callgrind_run *run);

#endif
