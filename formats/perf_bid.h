/*
 * Whether an input is perf script. Layer: formats; uses base.
 */
#ifndef PK_FORMATS_PERF_BID_H
#define PK_FORMATS_PERF_BID_H

#include "base/input.h" /* IWYU pragma: export */

/* The bid of the reader, from the first 4 KiB. */
int pk_perf_bid(struct pk_input *input);

#endif
