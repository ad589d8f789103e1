/*
 * The line that begins a record of perf script: whose sample it is, when, of which event and how
 * much. Its fields depend on -F and none is sure to be there; see perf_header.c for the rules. The
 * texts point into the line. Layer: formats; uses base.
 */
#ifndef PK_FORMATS_PERF_HEADER_H
#define PK_FORMATS_PERF_HEADER_H

#include "base/str.h" /* IWYU pragma: export */

#include <stdbool.h>
#include <stdint.h>

/* How much a line says for being a header: a file is written in one layout, so a line with less
 * than others is something else. */
enum pk_perf_strength {
    PK_PERF_WEAK,   /* any text: it could be a lone command name */
    PK_PERF_THREAD, /* a thread id at its place */
    PK_PERF_TIMED,  /* a time as only perf prints it */
};

struct pk_perf_header {
    enum pk_perf_strength strength;
    struct pk_str comm, pid, tid; /* missing where the line does not say; comm may be empty */
    struct pk_str event;          /* without the colon behind it; missing: not said */
    struct pk_str time;           /* "2217.581638"; missing: not said */
    struct pk_str rest;           /* behind the event: trace fields, a frame, or nothing */
    uint64_t period;
    bool has_period;
    bool is_too_big;   /* the period does not fit into an int64 */
    bool is_side_band; /* PERF_RECORD_MMAP2 and its like: no sample */
    uint64_t lost;     /* events that a PERF_RECORD_LOST tells of */
};

/* Read a line as a header; every text is one, see `strength`. */
void pk_perf_header_parse(struct pk_str line, struct pk_perf_header *header);

/* Find a frame that stands on its header's own line, as without call chains: "  556d3b25227b
 * hot+0x21 (/srv/p)". False when there is none; `frame` begins with the address. */
bool pk_perf_header_frame(struct pk_str rest, struct pk_str *frame);

/* Where a time as perf prints it, " 2217.581638:", ends in the line, first at or behind `from`;
 * `start` gets where it begins. 0: there is none. */
size_t pk_perf_header_time(struct pk_str line, size_t from, size_t *start);

#endif
