/*
 * A result as rows of typed cells: hot spots, calls, diffs. Views make tables, writers print them;
 * neither knows the other. A table lives in the arena it was made in. Layer: render; uses base,
 * model.
 */
#ifndef PK_RENDER_TABLE_H
#define PK_RENDER_TABLE_H

#include "base/arena.h" /* IWYU pragma: export */

#include <stdint.h>

#include "base/units.h"    /* IWYU pragma: export */
#include "model/profile.h" /* IWYU pragma: export */

enum pk_column_kind {
    PK_COLUMN_VALUE,   /* a metric value: unit and scale of the column */
    PK_COLUMN_COUNT,   /* calls and other exact counts */
    PK_COLUMN_PERCENT, /* value of whole */
    PK_COLUMN_RATIO,   /* value to whole, "x1.33" */
    PK_COLUMN_BAR,   /* value of whole as a bar; text only, left out where narrow or machine-read */
    PK_COLUMN_FRAME, /* a function: name and place; takes the spare width */
    PK_COLUMN_PATH,  /* functions from a root down, of the table's tree; takes the spare width */
    PK_COLUMN_TEXT,
    PK_COLUMN_FLAG,   /* value 0 or 1: false or true; machine-read only */
    PK_COLUMN_SERIES, /* values over time: a bar each for people, cells are empty */
};

struct pk_series {                /* the numbers of a SERIES column */
    const int64_t *const *values; /* [row][n], PK_MISSING allowed for machines */
    uint32_t n;
    int64_t largest; /* which fills its bar; 0: all are empty */
};

struct pk_column {
    const char *key;   /* JSON key: "self", "calls", "function" */
    const char *title; /* upper case heading, "SELF" */
    enum pk_column_kind kind;
    enum pk_unit unit;
    int8_t scale;
    int drop; /* on narrow terminals columns with the highest number go first; 0 is never dropped */
    bool is_machine_only;           /* in JSON, not in text */
    bool is_text_only;              /* says what other columns say to machines */
    bool is_delta;                  /* VALUE, COUNT: a difference, whose sign is always shown */
    const struct pk_series *series; /* of SERIES; NULL in any other */
    bool is_source; /* FRAME: words in place of a function are source text, cut at their end */
};

enum pk_mark { PK_MARK_NONE, PK_MARK_CALLER, PK_MARK_CALLEE, PK_MARK_ITSELF };

struct pk_cell {
    int64_t value;     /* VALUE, COUNT; PERCENT, RATIO and BAR: the part. PK_MISSING prints "-" */
    int64_t whole;     /* PERCENT, RATIO and BAR */
    bool is_low;       /* the value is a lower bound: printed with ">=" */
    bool is_estimated; /* printed with "≈"; its bounds stand in other columns */
    bool is_blank;     /* people are shown nothing: of a row that only makes others readable */
    pk_frame_id frame; /* FRAME: PK_NONE for words in place of a function, null for machines */
    const struct pk_profile *profile; /* FRAME: where the frame is from; NULL: that of the table */
    enum pk_mark mark;                /* FRAME: which end of an edge; text only */
    struct pk_str lead;               /* FRAME: lines of a tree before the name; text only */
    pk_node_id node;                  /* PATH: its last node */
    struct pk_str text;               /* TEXT; FRAME: what stands behind the place, text only */
};

struct pk_table {
    const char *schema; /* "profkit.hotspots/1" */
    uint32_t n_columns, n_rows;
    struct pk_column *columns;
    struct pk_cell *cells; /* row by row */
    struct pk_str footer;  /* what was left out, said in words; missing when nothing was */
    const struct pk_profile *profile; /* borrowed: frames are printed through it */
    const struct pk_tree *tree;       /* borrowed: what paths are read from; NULL without any */
    uint32_t metric;
    uint32_t n_left_out;    /* rows not shown */
    int64_t left_out;       /* their self added up: totals overlap and have no sum */
    struct pk_str note;     /* a line below the rows in text, not escaped; may be missing */
    struct pk_str warnings; /* of a comparison, a line each; for machines only */
    const struct pk_table *compared;  /* what was compared, for machines only; NULL: one profile */
    const struct pk_table *causes;    /* why they differ; NULL: not asked */
    const struct pk_table *renames;   /* what likely has another name now; NULL: not asked */
    const struct pk_table_time *time; /* what SERIES are over; NULL: there are none */
};

struct pk_table_time {   /* for machines; times are ns */
    int64_t first, span; /* of all samples with times; first is by the clock of the file */
    int64_t width;       /* value i of a series is of [i * width, (i + 1) * width) from first on */
    uint32_t n;          /* values of a series */
    int64_t timed, untimed;           /* the total: what of it has times */
    const struct pk_table *functions; /* what indexes in a series of functions mean */
};

/* A table with room for its cells, all zero. */
struct pk_table *pk_table_new(struct pk_arena *arena, const struct pk_column *columns,
                              uint32_t n_columns, uint32_t n_rows);

/* The cell of a row and column. */
struct pk_cell *pk_table_cell(const struct pk_table *table, uint32_t row, uint32_t column);

/* The function of a FRAME cell. */
const struct pk_frame *pk_table_frame(const struct pk_table *table, const struct pk_cell *cell);

/* The functions of a PATH cell, root first: of a longer path the last ones. */
#define PK_TABLE_STEPS 100
struct pk_table_path {
    pk_frame_id frame[PK_TABLE_STEPS];
    uint32_t n;
    bool is_cut; /* it begins above the first of them */
};
void pk_table_path(const struct pk_table *table, const struct pk_cell *cell,
                   struct pk_table_path *path);

/* Append a PATH cell as display names with `arrow` between them, not escaped. */
void pk_table_path_text(struct pk_buf *out, const struct pk_table *table,
                        const struct pk_cell *cell, const char *arrow);

/* Append the options that show what was left out: " (--top 0 --min-percent 0 shows all)". Nothing
 * when neither of them left anything out. */
void pk_table_cure(struct pk_buf *out, bool by_top, bool by_percent);

/* `value` as a part of `whole` for a PERCENT cell, so that no share leaves 0 to 100 %: it is
 * capped, and missing beside negative values, where a share means nothing. */
struct pk_cell pk_table_share(const struct pk_metric *metric, int64_t value, int64_t whole);

#endif
