/*
 * What the files of regroup share. Layer: analyze; uses model.
 */
#ifndef PK_ANALYZE_REGROUP_PRIVATE_H
#define PK_ANALYZE_REGROUP_PRIVATE_H

#include "analyze/regroup.h" /* IWYU pragma: export */

#include <stdint.h>

#include "base/array.h"   /* IWYU pragma: export */
#include "model/cycles.h" /* IWYU pragma: export */
#include "model/record.h" /* IWYU pragma: export */

struct pk_regroup {
    const struct pk_profile *profile; /* the old one */
    struct pk_builder *builder;       /* of the new one; metrics have the ids of the old one */
    const struct pk_regrouping *how;
    uint32_t n_metrics;
    pk_frame_id *group;        /* [frame] of the builder; not used by line */
    bool by_line;              /* groups are lines */
    struct pk_cycles cycles;   /* by line: of the recorded edges */
    struct pk_arena arena;     /* of these */
    uint32_t *name;            /* [slice of the record] equal for equal process, thread, labels */
    struct pk_map entered;     /* slices of the builder, by name, rung and metrics */
    PK_ARRAY(uint32_t) closed; /* [of these] what pk_builder_resume takes */
    int64_t *self, *incl;      /* room for a value of each metric */
};

/* What follows belongs to this slice of the record, recorded at `rung`, which need not be that of
 * the record. Slices that become equal by that are one. */
void pk_regroup_enter(struct pk_regroup *regroup, uint32_t slice, enum pk_rung rung);

/* `row` holds a value for each metric that the slice says: spread them over all metrics. */
void pk_regroup_spread(const struct pk_regroup *regroup, const struct pk_record_slice *slice,
                       const int64_t *row, int64_t *values);

/* Add the stacks of all TREE slices. */
void pk_regroup_stacks(struct pk_regroup *regroup);

/* Add the functions, edges and lines of one FLAT or GRAPH slice. */
void pk_regroup_calls(struct pk_regroup *regroup, uint32_t slice);

/* Add the lines of one FLAT or GRAPH slice as functions. */
void pk_regroup_costs(struct pk_regroup *regroup, uint32_t slice);

#endif
