/*
 * pstats files of the benchmark, drawn after files that cProfile wrote: 140 bytes and 1.6 callers a
 * function, each caller with an entry of its own; half of all functions call nothing, a tenth has
 * half of all calls to its name; fourteen share a file, one in eight is of C.
 */
#ifndef PK_BENCH_PSTATS_H
#define PK_BENCH_PSTATS_H

#include <stdbool.h>
#include <stdint.h>

#include "program.h"

/* How many functions a file of about that size has. */
uint32_t pstats_functions(uint64_t size, bool is_spelled);

/* Write all functions of the program. What comes again is a reference, as Python 3.4 and later
 * write it; spelled out where the program has no list of stacks, as Python 2 does.
 */
void pstats_write(struct program *program);

#endif
