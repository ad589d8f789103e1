/*
 * The output of the generator: bytes to stdout through a large buffer, as stdio would cost more
 * than all the rest. A write that fails ends the program with 4.
 */
#ifndef PK_BENCH_OUT_H
#define PK_BENCH_OUT_H

#include <stddef.h>
#include <stdint.h>

void out_bytes(const void *data, size_t size);
void out_text(const char *s);
void out_number(uint64_t value);

/* How many bytes there are so far. */
uint64_t out_written(void);

/* Hand on what the buffer holds; at the end. */
void out_flush(void);

#endif
