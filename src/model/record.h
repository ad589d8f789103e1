/*
 * What each slice recorded, before any summing: the rows of a builder in canonical order, by the
 * ids of the frozen profile. Tables hold only sums over slices; this is the rest of a profile, from
 * which an equal one can be built again (.pk). Layer: model; uses profile.
 */
#ifndef PK_MODEL_RECORD_H
#define PK_MODEL_RECORD_H

#include <stddef.h>
#include <stdint.h>

#include "model/profile.h" /* IWYU pragma: export */

struct pk_record_rows { /* sparse; a row says that the slice mentions the item, even without a value
                         */
    uint32_t n, width;
    const uint32_t *item; /* ascending */
    const uint32_t *run;  /* which of the runs of values: rows of equal values may share one */
    const int64_t *values;
};

/* The `width` values of row i. */
static inline const int64_t *pk_record_row(const struct pk_record_rows *rows, uint32_t i)
{
    return rows->values + (size_t)rows->run[i] * rows->width;
}

struct pk_record_line {        /* a source line, or what it calls */
    pk_frame_id frame, callee; /* PK_NONE: what the line itself costs */
    struct pk_str file;        /* where the line is */
    uint32_t line;
};

struct pk_record_slice { /* ordered by process, thread, labels, rung, metrics */
    struct pk_slice slice;
    enum pk_rung rung;
    uint64_t metrics[4]; /* bit m: it says metric m */
    uint32_t n_metrics;  /* bits set. Values stand in the order of these metrics */

    /* FLAT, GRAPH. Item: frame. Self by metric, inclusive by metric, calls, primitive calls. */
    struct pk_record_rows functions;
    /* GRAPH. Item: edge in the graph of the part PK_GRAPH. Values as above. */
    struct pk_record_rows edges;
    /* TREE. Item: node in pk_record_tree. Self by metric. */
    struct pk_record_rows stacks;
    /* Item: index into pk_record_lines. By metric: self, or inclusive of the callee; then calls. */
    struct pk_record_rows lines;
};

struct pk_record_tally { /* a counter of the readers */
    struct pk_str key;
    int64_t n;
};

/* Number of slices as they were recorded, and one of them. Slices of pk_profile_slices that differ
 * in rung or in metrics are several here. */
uint32_t pk_record_slices(const struct pk_profile *profile);
const struct pk_record_slice *pk_record_slice(const struct pk_profile *profile, uint32_t id);

/* What the items of rows mean: the recorded edges, and the recorded tree with executing lines where
 * it has some; NULL when no slice has any. */
const struct pk_graph *pk_record_graph(const struct pk_profile *profile);
const struct pk_tree *pk_record_tree(const struct pk_profile *profile);

/* The lines that any slice speaks of, ordered by frame, file, line, callee (none first). */
const struct pk_record_line *pk_record_lines(const struct pk_profile *profile, uint32_t *count);

/* Number of counters, and one of them, ordered by key. */
uint32_t pk_record_tallies(const struct pk_profile *profile);
struct pk_record_tally pk_record_tally(const struct pk_profile *profile, uint32_t id);

/* The place of a metric in the files that name it, the lowest: orders metrics in merges. */
uint32_t pk_record_rank(const struct pk_profile *profile, uint32_t metric);

/* Whether two slices have the same labels; whether they have the same process, thread and labels:
 * such slices differ in nothing that one could tell them apart by, and are neighbours in the
 * record. */
bool pk_slice_same_labels(const struct pk_slice *a, const struct pk_slice *b);
bool pk_slice_is_same(const struct pk_slice *a, const struct pk_slice *b);

#endif
