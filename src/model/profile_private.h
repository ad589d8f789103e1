/*
 * The inside of a profile, for the files of model that make and check one. Layer: model; uses base.
 */
#ifndef PK_MODEL_PROFILE_PRIVATE_H
#define PK_MODEL_PROFILE_PRIVATE_H

#include "base/arena.h" /* IWYU pragma: export */

#include <stdint.h>

#include "model/lines.h"    /* IWYU pragma: export */
#include "model/profile.h"  /* IWYU pragma: export */
#include "model/record.h"   /* IWYU pragma: export */
#include "model/timeline.h" /* IWYU pragma: export */

struct pk_profile_tally {
    const char *key;
    int64_t n;
};

struct pk_profile {
    struct pk_arena arena; /* owns everything below but the notes' list and the parts */
    struct pk_arena texts; /* of a builder that was taken: names and files of frames */
    enum pk_rung rung;
    uint32_t n_frames, n_metrics, n_slices, n_facts, n_tallies;
    struct pk_frame *frames;
    struct pk_metric *metrics;
    uint32_t *ranks; /* [metric] its place in its files, the lowest */
    struct pk_slice *slices;
    struct pk_record_slice *record; /* of the whole only */
    struct pk_record_line *record_lines;
    uint32_t n_record, n_record_lines;
    int64_t **slice_totals; /* [metric][slice] */
    int64_t *totals;        /* [metric] */
    uint64_t has_values[4]; /* bit m: the tables hold values of metric m, and calls if of any */
    struct pk_fact *facts;
    struct pk_profile_tally *tallies;
    struct pk_notes notes;
    struct pk_flat flat;
    struct pk_graph graph; /* meaningful from PK_GRAPH on */
    bool is_graph_due;     /* derived from the tree when it is asked for */
    struct pk_tree tree;   /* meaningful when rung is PK_TREE */
    struct pk_tree line_tree;
    bool has_lines;
    struct pk_lines lines;         /* of the whole, n 0 without any */
    bool has_line_costs;           /* they were recorded, whether `lines` keeps them or not */
    struct pk_timeline timeline;   /* of the whole, n 0 without moments */
    struct pk_frame *slice_frames; /* [slice of the record], with a timeline; else NULL */
    bool has_times;                /* samples had times, whether `timeline` keeps them or not */
    int64_t span;                  /* of the recordings in all; 0: not known */
    struct pk_frame
        *cycle_frames; /* by box of the graph's cycles: "(cycle: a, b +3)"; NULL without cycles */
    uint32_t n_cycle_frames;
    bool is_part;                          /* borrows frames, metrics and the like from its owner */
    struct pk_profile *parts[PK_TREE + 1]; /* of a profile of mixed rungs, by rung; else NULL */
};

/* Whether the tables hold values of a metric. */
static inline bool pk_profile_has_values(const struct pk_profile *profile, uint32_t metric)
{
    return profile->has_values[metric / 64] >> (metric % 64) & 1;
}

/* Whether they hold any values: else frames, edges and nodes are all there is, for a record. */
static inline bool pk_profile_has_any_values(const struct pk_profile *profile)
{
    return profile->has_values[0] | profile->has_values[1] | profile->has_values[2] |
           profile->has_values[3];
}

#endif
