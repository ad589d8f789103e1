/*
 * Many cost lines at once. Most lines of a callgrind file are self costs of one function, one after
 * the other, and where no line is kept only their sums matter. Layer: formats; uses callgrind_run.
 */
#ifndef PK_FORMATS_CALLGRIND_USUAL_H
#define PK_FORMATS_CALLGRIND_USUAL_H

#include "formats/callgrind_run.h" /* IWYU pragma: export */

/* Take as many lines as there are in the buffer that look as nearly all self costs do. Any other
 * line stays where it is, as does everything where it might matter which line it was. */
void pk_callgrind_usual_take(struct pk_callgrind_run *run);

#endif
