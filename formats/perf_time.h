/*
 * The times of perf script's samples: from text to ns, and whether they are a clock at all. Layer:
 * formats; uses base.
 */
#ifndef PK_FORMATS_PERF_TIME_H
#define PK_FORMATS_PERF_TIME_H

#include "base/str.h" /* IWYU pragma: export */

#include <stdbool.h>
#include <stdint.h>

struct pk_perf_clock { /* begin with zero */
    int64_t last;
    bool is_running;            /* there was one */
    int64_t start, first, end;  /* the one that came first, the earliest and the latest */
    uint64_t forward, backward; /* samples that are later, or earlier, than the one before */
};

/* ns of "2217.581638": digits, a point, six or nine digits. -1: it does not fit. */
int64_t pk_perf_time_parse(struct pk_str text);

/* The next sample has this time. */
void pk_perf_time_tick(struct pk_perf_clock *clock, int64_t time);

/* Add the times of the next part of the file, whose clock began with zero too. */
void pk_perf_time_join(struct pk_perf_clock *clock, const struct pk_perf_clock *next);

/* False when times went back too often to tell when something happened: differences from one sample
 * to the next, as --deltatime prints them. */
bool pk_perf_time_is_clock(const struct pk_perf_clock *clock);

#endif
