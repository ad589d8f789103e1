/*
 * A pstats file in memory: functions, their entries and their callers, as the file has them but
 * with the last of equal keys only. Reading it all before anything reaches the builder is what lets
 * a marker at the end (sampled files) or a repeated key change the meaning of what came first.
 * Layer: formats; part of the reader.
 */
#ifndef PK_FORMATS_PSTATS_TABLE_H
#define PK_FORMATS_PSTATS_TABLE_H

#include "base/array.h" /* IWYU pragma: export */

#include <stddef.h>
#include <stdint.h>

#include "base/intern.h"          /* IWYU pragma: export */
#include "base/map.h"             /* IWYU pragma: export */
#include "formats/wire_marshal.h" /* IWYU pragma: export */

struct pk_pstats_key { /* what tells functions apart; no padding, since it is a map key */
    int64_t line;
    uint32_t file, name; /* in texts */
    uint32_t is_code;    /* the name was a code object */
    uint32_t zero;
};

struct pk_pstats_numbers {    /* of an entry, or of one caller of it */
    int64_t total, primitive; /* calls; in sampled files samples on the stack, and on its top */
    int64_t self, incl; /* ns; PK_MISSING when the caller has only a count, and primitive too */
};

struct pk_pstats_entry {
    uint32_t function;
    struct pk_pstats_numbers numbers;
};

struct pk_pstats_edge {
    uint32_t entry;  /* of the callee */
    uint32_t caller; /* a function, with or without an entry */
    struct pk_pstats_numbers numbers;
};

struct pk_pstats_tally { /* an oddity, and where it was first */
    uint64_t count;
    size_t first;
};

struct pk_pstats_table {
    struct pk_intern texts;
    struct pk_map functions;                  /* struct pk_pstats_key */
    PK_ARRAY(uint32_t) entry_of;              /* by function: its last entry, or PK_NONE */
    PK_ARRAY(struct pk_pstats_entry) entries; /* also those that a later one replaces */
    struct pk_map edge_index;                 /* entry and caller to an index into edges */
    PK_ARRAY(struct pk_pstats_edge) edges;
    PK_ARRAY(struct pk_pstats_key) codes; /* name and file of the code objects seen */
    struct pk_pstats_tally repeated, negative;
    uint64_t label_bytes, input_size;
    uint64_t most_functions;
    bool is_sampled;        /* the marker of the sampling profiler was there */
    bool has_count_callers; /* callers with a count only: profile, or sampled */
    bool has_full_callers;  /* callers with four numbers: cProfile */
};

/* Begin a table for an input of `size` bytes, which bounds what sharing may unfold to; `limits` say
 * how many functions there may be. */
void pk_pstats_table_init(struct pk_pstats_table *table, size_t size,
                          const struct pk_limits *limits);

/* Free what the table holds. */
void pk_pstats_table_fini(struct pk_pstats_table *table);

/* Take one key and its value of the outer dict; false fills `error` at the byte that is wrong. */
bool pk_pstats_table_add(struct pk_pstats_table *table, struct pk_marshal_value *key,
                         struct pk_marshal_value *value, struct pk_error *error);

/* The key of a function, and its texts. */
const struct pk_pstats_key *pk_pstats_table_key(const struct pk_pstats_table *table,
                                                uint32_t function);
struct pk_str pk_pstats_table_text(const struct pk_pstats_table *table, uint32_t text);

/* The numbers of a function's own entry, or NULL when it is only known as a caller. */
const struct pk_pstats_numbers *pk_pstats_table_numbers(const struct pk_pstats_table *table,
                                                        uint32_t function);

#endif
