/*
 * Cost lines of a callgrind file: subpositions, absolute or relative to the line before, then up to
 * one number per event. The hot loop of the reader: nothing is allocated. Layer: formats; uses
 * base.
 */
#ifndef PK_FORMATS_CALLGRIND_COSTS_H
#define PK_FORMATS_CALLGRIND_COSTS_H

#include "base/str.h" /* IWYU pragma: export */

#include <stdint.h>

#define PK_CALLGRIND_MOST_EVENTS 256u
#define PK_CALLGRIND_MOST_DECIMALS 6

struct pk_callgrind_costs {
    unsigned n_positions;                     /* words in front of the costs: 1 to 3 */
    int line_at;                              /* which of them is the line, -1 for none */
    unsigned n_events;                        /* columns */
    int decimals;                             /* values are integers times 10^-decimals */
    uint64_t position[3];                     /* of the line read last */
    int64_t values[PK_CALLGRIND_MOST_EVENTS]; /* of the line read last; missing ones are 0 */
    unsigned n_values;                        /* how many numbers it had */
    uint64_t clamped, rounded;                /* positions below 0; numbers with more decimals */
};

enum pk_callgrind_cost_status {
    PK_CALLGRIND_COST,
    PK_CALLGRIND_COST_BAD,     /* `bad` of the call is the first byte that does not fit */
    PK_CALLGRIND_COST_TOO_BIG, /* a number past 64 bits */
    PK_CALLGRIND_COST_FINER,   /* it has more decimals than `decimals`: raise that, read again */
};

/* Begin with one position, the line. */
void pk_callgrind_costs_init(struct pk_callgrind_costs *costs);

/* Read a line; only a good one becomes the base of the next. `bad` (not NULL) gets the offset of
 * what does not fit. */
enum pk_callgrind_cost_status pk_callgrind_costs_read(struct pk_callgrind_costs *costs,
                                                      struct pk_str line, size_t *bad);

/* The number of decimals that a line with PK_CALLGRIND_COST_FINER needs. */
int pk_callgrind_costs_decimals(struct pk_str line);

/* The line of the position read last; 0 when the file does not say. */
uint32_t pk_callgrind_costs_line(const struct pk_callgrind_costs *costs);

/* A count as in calls=: decimal or 0x, at `*at`, which moves behind it. False when there is none or
 * it does not fit. */
bool pk_callgrind_costs_count(struct pk_str text, size_t *at, uint64_t *count);

#endif
