/*
 * The inside of a builder, for builder*.c, rows.c, merge.c and freeze.c alone. Everything is kept
 * in the order of arrival under dense ids; only freezing sorts. Layer: model; uses base.
 */
#ifndef PK_MODEL_BUILDER_PRIVATE_H
#define PK_MODEL_BUILDER_PRIVATE_H

#include "base/intern.h" /* IWYU pragma: export */

#include <stdint.h>

#include "base/map.h"               /* IWYU pragma: export */
#include "model/builder.h"          /* IWYU pragma: export */
#include "model/lines_private.h"    /* IWYU pragma: export */
#include "model/pending.h"          /* IWYU pragma: export */
#include "model/timeline_private.h" /* IWYU pragma: export */

struct pk_node_key {
    uint32_t parent, frame, line; /* a node's id is always above its parent's */
};

struct pk_edge_key {
    uint32_t caller, callee;
};

struct pk_row_key { /* what a row of values belongs to: slice, and a frame, edge or node id */
    uint32_t slice, item;
};

struct pk_edge_note { /* at a frame: what edge there is between it and the function of `run` */
    uint32_t run, edge;
    bool had_run; /* all edges of the frame itself came one after the other, and were over */
};

struct pk_edge_runs {
    PK_ARRAY(struct pk_edge_note) notes; /* [frame] */
    uint32_t current;                    /* frame + 1 whose edges come now */
    bool is_by_callee, is_over;          /* over: the map knows all edges */
};

/* Sparse values: a row for each (slice, item) that was mentioned. A row has `groups` runs of
 * `stride` metric values and `tail` counters, all PK_MISSING at first. Rows without a value but 0
 * share their runs, so values are changed between pk_rows_edit and pk_rows_done. */
struct pk_rows {
    struct pk_map keys;         /* struct pk_row_key */
    PK_ARRAY(uint32_t) row_of;  /* [item] its row + 1, or 0: while `is_plain` */
    bool is_plain;              /* all rows are of one slice, and `keys` finds none of them */
    PK_ARRAY(uint32_t) runs;    /* [row * groups + group] its run; up to `stride`: a shared one */
    PK_ARRAY(int64_t) values;   /* [run * stride + metric] */
    PK_ARRAY(int64_t) counters; /* [row * tail] */
    unsigned groups, stride, tail;
};

struct pk_builder_slice { /* identity: process, thread, labels, the rung recorded at and the metrics
                             said */
    struct pk_slice slice;
    uint32_t text; /* its serialised form, by which equal slices are found */
    enum pk_rung rung;
    uint64_t metrics[4]; /* bit m: some row of the slice says metric m */
    bool has_lines;      /* some line of it has a number */
};

enum { PK_SELF_GROUP = 0, PK_INCL_GROUP = 1 };

struct pk_tally {
    const char *key;
    int64_t n;
};

enum pk_family {
    PK_FAMILY_SELF,
    PK_FAMILY_INCL,
    PK_FAMILY_EDGE_SELF,
    PK_FAMILY_EDGE_INCL,
    PK_FAMILY_LINE_SELF,
    PK_FAMILY_LINE_INCL,
    PK_FAMILIES
};

struct pk_magnitude { /* what the values of one metric add up to without their signs */
    uint64_t sum[PK_FAMILIES];
    uint32_t rank; /* place of the metric in the files that name it, the lowest: orders metrics at
                      freeze */
};

struct pk_builder {
    struct pk_limits limits;
    struct pk_error error; /* sticky */
    struct pk_arena arena; /* labels of slices */
    struct pk_intern texts;
    PK_ARRAY(struct pk_metric) metrics; /* names point into texts */
    PK_ARRAY(struct pk_magnitude) magnitudes;
    struct pk_map frames, nodes, edges; /* frame_key, node_key, edge_key */
    struct pk_edge_runs edge_runs;
    struct pk_map slice_index;    /* {text, rung} of the slices read into this builder */
    PK_ARRAY(uint32_t) slice_ids; /* by slice_index: merged slices stand among them in `slices` */
    PK_ARRAY(struct pk_builder_slice) slices;
    struct pk_rows self_rows, edge_rows, stack_rows;
    struct pk_line_rows line_rows;
    bool leaves_lines;           /* `line_rows` stays empty */
    bool leaves_edges;           /* see pk_builder_leave_edges */
    struct pk_pending pending;   /* not nodes yet */
    struct pk_rows pending_rows; /* [stack] their values; no keys */
    struct pk_moments moments;
    uint32_t slice_text;           /* of the slice that following records belong to */
    struct pk_slice slice;         /* the same, as strings of this builder */
    enum pk_rung rung;             /* of following self values and edges */
    uint32_t current[PK_TREE + 1]; /* index of the current slice by rung, or PK_NONE */
    struct pk_map facts;           /* {key text, value text} */
    PK_ARRAY(struct pk_tally) tallies;
    int64_t magnitude_calls;
    struct pk_notes notes;
    uint64_t budget;  /* bytes, or 0 */
    double threshold; /* of the last folding: the share of the weight that a node must have */
    PK_ARRAY(uint32_t) last_frames, last_lines, last_nodes; /* path of the stack added last */
};

/* The builder fails: the sum of `what` (a metric, a counter) called `name` does not fit. The first
 * failure stays, and everything after it is ignored, since the sum cannot be right any more. */
void pk_builder_overflow(struct pk_builder *builder, const char *what, const char *name);

/* Begin without rows, with room for one metric; free everything. */
void pk_rows_init(struct pk_rows *rows, unsigned groups, unsigned tail);
void pk_rows_fini(struct pk_rows *rows);

/* Items are ids without gaps, and mostly there is one slice: find rows by the item alone until a
 * second slice comes. Before the first row. */
void pk_rows_be_plain(struct pk_rows *rows);

/* One row more, of an item that something else tells. */
void pk_rows_append(struct pk_rows *rows);

/* The row of an item, made when new; `is_new` (may be NULL) says which. */
uint32_t pk_rows_at(struct pk_rows *rows, uint32_t slice, uint32_t item, bool *is_new);

/* The same row, or PK_NONE. */
uint32_t pk_rows_find(const struct pk_rows *rows, uint32_t slice, uint32_t item);

/* Free what finds rows: from now on they are known by number alone. */
void pk_rows_seal(struct pk_rows *rows);

/* Give every row room for `metrics` metrics. */
void pk_rows_widen(struct pk_rows *rows, uint32_t metrics);

/* The values of a group of a row, by metric; valid until the next change of any row. */
const int64_t *pk_rows_group(const struct pk_rows *rows, uint32_t row, unsigned group);

/* The same to be changed; pk_rows_done of the same group must follow before any other change. */
int64_t *pk_rows_edit(struct pk_rows *rows, uint32_t row, unsigned group);
void pk_rows_done(struct pk_rows *rows, uint32_t row, unsigned group);

/* All values of a group become missing, or those of another group of the row. */
void pk_rows_forget(struct pk_rows *rows, uint32_t row, unsigned group);
void pk_rows_copy(struct pk_rows *rows, uint32_t row, unsigned to, unsigned from);

/* Multiply all values of a metric; the magnitudes showed before that they fit. */
void pk_rows_multiply(struct pk_rows *rows, uint32_t metric, int64_t factor);

/* The counters of a row, which may be changed in place. */
int64_t *pk_rows_counters(const struct pk_rows *rows, uint32_t row);

/* The id of an edge, made when new; of one that was made, or PK_NONE. */
uint32_t pk_builder_edge_id(struct pk_builder *builder, pk_frame_id caller, pk_frame_id callee);
uint32_t pk_builder_find_edge(struct pk_builder *builder, pk_frame_id caller, pk_frame_id callee);

/* One stable pass of counting: the numbers in `from` to `to`, ordered by a key of each that is
 * below `n_keys`. Linear, where comparing edges was a tenth of what a large file takes. */
void pk_count_sort(const uint32_t *key, uint32_t n_keys, uint32_t n, const uint32_t *from,
                   uint32_t *to);

/* Free what finds edges before there is a table. */
void pk_edge_runs_fini(struct pk_edge_runs *runs);

/* The index of the current slice recorded at `rung`, made when new. */
uint32_t pk_builder_current(struct pk_builder *builder, enum pk_rung rung);

/* Make an interned slice current by its strings; used by pk_builder_slice and by merge. */
void pk_builder_enter(struct pk_builder *builder, const struct pk_slice *slice);

/* Add the values of one group of a row, and note what the slice says. NULL adds nothing. */
void pk_builder_add_values(struct pk_builder *builder, uint32_t slice, struct pk_rows *rows,
                           uint32_t row, unsigned group, const int64_t *values,
                           enum pk_family family);

/* Count `value` into the magnitude of a family; past int64 the builder fails. */
void pk_builder_weigh(struct pk_builder *builder, uint32_t metric, enum pk_family family,
                      int64_t value);

#endif
