/*
 * What a sample of perf script is added as: the metric of its event, its weight, its slice and its
 * root. Layer: formats; uses base, model/builder, perf_header.
 */
#ifndef PK_FORMATS_PERF_RECORD_H
#define PK_FORMATS_PERF_RECORD_H

#include "base/array.h"  /* IWYU pragma: export */
#include "base/intern.h" /* IWYU pragma: export */

#include <stdint.h>

#include "formats/perf_header.h" /* IWYU pragma: export */
#include "formats/perf_time.h"   /* IWYU pragma: export */
#include "formats/reader.h"      /* IWYU pragma: export */

struct pk_perf_event { /* one event name */
    uint32_t metric;
    uint32_t counts; /* the metric of numbers of samples, PK_NONE while all weigh the same */
    int64_t weight;  /* of the first sample */
    enum pk_unit unit;
    bool is_known;
    uint64_t line, counts_line; /* of the first sample, and of the first that weighs differently */
};

struct pk_perf_record {
    struct pk_builder *builder; /* borrowed */
    struct pk_perf_folding folding;
    struct pk_intern names;                /* of events */
    PK_ARRAY(struct pk_perf_event) events; /* by name id */
    PK_ARRAY(int64_t) values;              /* by metric, all PK_MISSING between samples */
    struct pk_buf thread;                  /* comm, pid and tid of the slice that is open */
    struct pk_buf text;
    pk_frame_id root; /* of the slice that is open, or PK_NONE */
    bool is_java;     /* its root begins with "java" */
    uint32_t used[2]; /* metrics set in `values` */
    unsigned n_used;
    struct pk_buf event; /* name of the open record's event */
    bool has_event, has_period;
    uint64_t line;  /* of the open record's header */
    int64_t weight; /* of the open record */
    int64_t time;   /* likewise, in ns; PK_MISSING: not known */
    struct pk_perf_clock clock;
    uint64_t n_far; /* times that do not fit */
};

/* Begin with an empty set of events. */
void pk_perf_record_init(struct pk_perf_record *record, struct pk_builder *builder,
                         const struct pk_perf_folding *folding);

/* Free all but the builder. */
void pk_perf_record_fini(struct pk_perf_record *record);

/* Begin a record: keep what its header, on this line, says, and make its slice the builder's. */
void pk_perf_record_open(struct pk_perf_record *record, const struct pk_perf_header *header,
                         uint64_t line);

/* Frames of the builder have other ids now. */
void pk_perf_record_forget(struct pk_perf_record *record);

/* The values of the open record, for pk_builder_stack; makes its metrics. Call once a record, then
 * pk_perf_record_close. */
const int64_t *pk_perf_record_values(struct pk_perf_record *record);
void pk_perf_record_close(struct pk_perf_record *record);

/* Make the metric of an event, an id of record->names, as its first sample tells it. */
void pk_perf_record_event(struct pk_perf_record *record, uint32_t event, enum pk_unit unit,
                          int64_t weight);

/* From now on samples of this event, an id of record->names, are counted too. */
void pk_perf_record_count(struct pk_perf_record *record, uint32_t event);

/* Keep what a comment of `perf script --header` tells of the origin: "# perf version : 6.1". */
void pk_perf_record_comment(struct pk_perf_record *record, struct pk_str line);

#endif
