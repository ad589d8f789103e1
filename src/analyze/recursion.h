/*
 * Levels of recursion: functions that a producer counts apart by how often they were on the stack
 * already. valgrind's callgrind names them "f", "f'2", "f'3". Layer: analyze; uses model.
 */
#ifndef PK_ANALYZE_RECURSION_H
#define PK_ANALYZE_RECURSION_H

#include <stdbool.h>
#include <stdint.h>

#include "model/profile.h" /* IWYU pragma: export */

/* For each frame of a profile the function that it is a level of, itself where it is none: `frames`
 * [frame] is what pk_regroup takes, and so is `is_outermost` [frame], which is true for functions
 * whose other levels only stand below them. A level without its function stays by itself. Returns
 * how many levels were found. */
uint32_t pk_recursion_levels(const struct pk_profile *profile, struct pk_frame *frames,
                             bool *is_outermost);

#endif
