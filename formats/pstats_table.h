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

#include "base/map.h"             /* IWYU pragma: export */
#include "formats/pstats_keys.h"  /* IWYU pragma: export */
#include "formats/wire_marshal.h" /* IWYU pragma: export */
#include "model/builder.h"        /* IWYU pragma: export */

struct pk_pstats_key { /* what tells functions apart; no padding, since odd ones are map keys */
    int64_t line;
    uint32_t file, name; /* texts of the builder */
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

struct pk_pstats_function {
    pk_frame_id frame;
    uint32_t entry;       /* its last, or PK_NONE */
    uint32_t round, edge; /* the edge with it as caller that was met in this round */
};

struct pk_pstats_tally { /* an oddity, and where it was first */
    uint64_t count;
    size_t first;
};

struct pk_pstats_table {
    struct pk_builder *builder; /* gets texts and frames as they are met */
    PK_ARRAY(struct pk_pstats_function) functions;
    PK_ARRAY(uint32_t) of_frame;              /* the function that is nothing but its frame, + 1 */
    struct pk_map odd;                        /* struct pk_pstats_key of all others, to one of */
    PK_ARRAY(uint32_t) of_odd;                /* these functions */
    struct pk_pstats_keys keys;               /* see pstats_usual.h */
    PK_ARRAY(struct pk_pstats_entry) entries; /* also those that a later one replaces */
    PK_ARRAY(struct pk_pstats_edge) edges;
    uint32_t round;                       /* one for each entry that is begun */
    PK_ARRAY(struct pk_pstats_key) codes; /* name and file of the code objects seen */
    struct pk_pstats_tally repeated, negative;
    uint64_t label_bytes, input_size;
    uint32_t empty, tilde; /* texts: "" and "~" */
    uint64_t most_functions;
    bool is_sampled;        /* the marker of the sampling profiler was there */
    bool has_count_callers; /* callers with a count only: profile, or sampled */
    bool has_full_callers;  /* callers with four numbers: cProfile */
};

/* Begin a table for an input of `size` bytes, which bounds what sharing may unfold to; `limits` say
 * how many functions there may be. Texts and frames go to the builder when they are met, also those
 * that turn out to be of no entry: a profile leaves out what no value is of. */
void pk_pstats_table_init(struct pk_pstats_table *table, struct pk_builder *builder, size_t size,
                          const struct pk_limits *limits);

/* Free what the table holds. */
void pk_pstats_table_fini(struct pk_pstats_table *table);

/* Take one key and its value of the outer dict; false fills `error` at the byte that is wrong. */
bool pk_pstats_table_add(struct pk_pstats_table *table, struct pk_marshal_value *key,
                         struct pk_marshal_value *value, struct pk_error *error);

/* The function of a key, new or known; false fills `error` as above. */
bool pk_pstats_table_take_key(struct pk_pstats_table *table, struct pk_marshal_value *value,
                              uint32_t *function, struct pk_error *error);

/* The id of the text of a value, which is hashed once however often it is shared. */
uint32_t pk_pstats_table_text(struct pk_pstats_table *table, struct pk_marshal_value *value);

/* A place for what `caller` is to the entry that was begun last; an edge that is there already is
 * given again, with `is_new` false. */
struct pk_pstats_edge *pk_pstats_table_edge(struct pk_pstats_table *table, uint32_t entry,
                                            uint32_t caller, bool *is_new);

/* The numbers of a function's own entry, or NULL when it is only known as a caller. */
const struct pk_pstats_numbers *pk_pstats_table_numbers(const struct pk_pstats_table *table,
                                                        uint32_t function);

/* A function that is met for the first time, or the one of that key: `label` is the size of file
 * and name. Anything but PK_PSTATS_TAKEN says that there is no room for it. */
enum pk_pstats_room { PK_PSTATS_TAKEN, PK_PSTATS_TOO_MANY, PK_PSTATS_TOO_LONG };
enum pk_pstats_room pk_pstats_table_function(struct pk_pstats_table *table,
                                             const struct pk_pstats_key *key, size_t label,
                                             uint32_t *function);

/* The function of this key will be asked for: memory may begin to fetch where it would be found. */
void pk_pstats_table_expect(const struct pk_pstats_table *table, const struct pk_pstats_key *key);

#endif
