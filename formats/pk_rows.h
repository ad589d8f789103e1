/*
 * The parts of a .pk file that are numbers: edges, the tree, slices and their rows. They go to the
 * builder as they are read. Layer: formats; uses pk_part.
 */
#ifndef PK_FORMATS_PK_ROWS_H
#define PK_FORMATS_PK_ROWS_H

#include "formats/pk_part.h" /* IWYU pragma: export */

#include <stdint.h>

struct pk_rows_edge {
    pk_frame_id caller, callee;
};

struct pk_rows_line {
    pk_frame_id frame, callee;
    uint32_t file, line; /* the number of a text; the line in it */
};

enum { /* what is known of a line that nobody will look at */
       PK_ROWS_NUMBERED = 1,
       PK_ROWS_CALLS = 2,
};

struct pk_rows_slice {
    uint32_t closed; /* what pk_builder_resume takes */
    enum pk_rung rung;
    uint64_t metrics[4];
    bool has_rows;
};

struct pk_rows_read { /* what later parts refer to; begin with zero, builder, metrics and frames */
    struct pk_builder *builder;
    uint32_t n_metrics, n_frames, n_nodes;
    uint64_t deepest;                    /* levels of the tree that the limits allow */
    PK_ARRAY(struct pk_rows_edge) edges; /* by number */
    pk_node_id first_node;               /* of the builder: nodes follow each other there, too */
    PK_ARRAY(struct pk_rows_line) lines; /* where lines are kept; else */
    PK_ARRAY(uint8_t) left_lines;        /* PK_ROWS_NUMBERED, PK_ROWS_CALLS of each */
    PK_ARRAY(struct pk_rows_slice) slices;
    PK_ARRAY(uint32_t) last_key, key; /* of slices, to compare neighbours */
    int64_t *values;                  /* a row, self then inclusive, for all metrics */
    bool *is_known; /* [frame] it has a row with all inclusive; NULL where nobody asks */
};

/* Read one part each; false when `part` failed. */
bool pk_rows_read_edges(struct pk_rows_read *rows, struct pk_part *part);
bool pk_rows_read_nodes(struct pk_rows_read *rows, struct pk_part *part);
bool pk_rows_read_lines(struct pk_rows_read *rows, struct pk_part *part);
bool pk_rows_read_slices(struct pk_rows_read *rows, struct pk_part *part);

/* Read the rows of one family of all slices. */
bool pk_rows_read_family(struct pk_rows_read *rows, struct pk_part *part, enum pk_pkfile_part tag);

/* Read the rows of the edges of a slice without a trace, where edges will not be wanted and would
 * change nothing about functions. False, with nothing read, where they may. */
bool pk_rows_pass_edges(struct pk_rows_read *rows, struct pk_part *part,
                        const struct pk_rows_slice *slice);

/* Read the moments of all slices, when their rows are read. */
bool pk_rows_read_moments(struct pk_rows_read *rows, struct pk_part *part);

/* Fail unless every slice has a row; `offset` is where the rows ended. */
bool pk_rows_read_end(const struct pk_rows_read *rows, struct pk_part *part, size_t offset);

/* Free what was read. */
void pk_rows_read_fini(struct pk_rows_read *rows);

#endif
