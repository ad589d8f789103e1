/*
 * One callgrind file being read: its parts, and what is added to the builder. Layer: formats; uses
 * model/builder.
 */
#ifndef PK_FORMATS_CALLGRIND_RUN_H
#define PK_FORMATS_CALLGRIND_RUN_H

#include "base/scan.h" /* IWYU pragma: export */

#include <stdint.h>

#include "formats/callgrind_calls.h"  /* IWYU pragma: export */
#include "formats/callgrind_costs.h"  /* IWYU pragma: export */
#include "formats/callgrind_header.h" /* IWYU pragma: export */
#include "formats/reader.h"           /* IWYU pragma: export */

enum pk_callgrind_expecting { /* what the next cost line is */
                              PK_CALLGRIND_SELF_COST,
                              PK_CALLGRIND_CALL_COST,
                              PK_CALLGRIND_LOST_COST,     /* of a calls= line that was skipped */
                              PK_CALLGRIND_JUMP_POSITION, /* no cost line at all */
};

struct pk_callgrind_part { /* what came since the last header */
    bool has_body, has_totals, has_summary;
    int64_t sums[PK_CALLGRIND_MOST_EVENTS];   /* self by column */
    int64_t totals[PK_CALLGRIND_MOST_EVENTS]; /* of totals:, else of summary: */
    struct pk_str process, thread, number;    /* texts of the names' interner */
};

struct pk_callgrind_run {
    struct pk_reading *reading;
    struct pk_error *error;
    struct pk_scan scan;
    struct pk_callgrind_header header;
    struct pk_callgrind_costs costs;
    struct pk_callgrind_calls calls;
    struct pk_callgrind_part part;
    enum pk_callgrind_expecting expecting;
    int64_t count;                            /* of the calls= line */
    int64_t block[PK_CALLGRIND_MOST_EVENTS];  /* self of the current function, by column */
    bool has_block;                           /* the function had a cost or a call */
    int64_t values[PK_CALLGRIND_MOST_EVENTS]; /* by metric, PK_MISSING but for those bound */
    uint64_t good, bad;                       /* lines */
    uint64_t costed;                          /* cost lines that count */
    uint64_t one_by_one;                      /* up to this byte no lines are taken together */
    uint64_t ahead;                           /* and up to this one all were looked over */
    uint64_t pending, differing, newer, negative;
    struct pk_place first_bad;
    char first_bad_text[512];
};

/* Begin and free; the scanner is at the first line. */
struct pk_callgrind_run *pk_callgrind_run_new(struct pk_reading *reading, struct pk_error *error);
void pk_callgrind_run_free(struct pk_callgrind_run *run);

/* Take a comment or a header line. Failing, like all below, fills run->error. */
bool pk_callgrind_run_comment(struct pk_callgrind_run *run, struct pk_str line);
bool pk_callgrind_run_header(struct pk_callgrind_run *run, struct pk_str key, struct pk_str value);

/* A header begins: what came before is a part of its own. With `is_file` another file begins. */
bool pk_callgrind_run_begin(struct pk_callgrind_run *run, bool is_file);

/* Get ready for a cost or call: columns have metrics, and the part has its slice. */
bool pk_callgrind_run_prepare(struct pk_callgrind_run *run);

/* Costs have `decimals` digits from now on. */
bool pk_callgrind_run_refine(struct pk_callgrind_run *run, int decimals);

/* Another function begins. */
bool pk_callgrind_run_enter(struct pk_callgrind_run *run, uint32_t name);

/* The costs read last are self, or those of the calls announced. */
bool pk_callgrind_run_self(struct pk_callgrind_run *run);
bool pk_callgrind_run_call(struct pk_callgrind_run *run);

/* The names of all functions got too large; always false. */
bool pk_callgrind_run_full(struct pk_callgrind_run *run);

/* The last part ends. */
bool pk_callgrind_run_end(struct pk_callgrind_run *run);

/* True while the part has no mark of its end, of a producer that always writes one. */
bool pk_callgrind_run_is_open(const struct pk_callgrind_run *run);

#endif
