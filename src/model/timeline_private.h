/*
 * Moments of a builder, for the files of model alone. A moment refers to a row of stacks, which is
 * a slice and a node; rows are never taken away. Layer: model; uses base.
 */
#ifndef PK_MODEL_TIMELINE_PRIVATE_H
#define PK_MODEL_TIMELINE_PRIVATE_H

#include "base/array.h" /* IWYU pragma: export */

#include <stdbool.h>
#include <stdint.h>

struct pk_moment_row {
    int64_t time, value;
    uint32_t row, metric; /* ids of the builder */
};

struct pk_moments {
    PK_ARRAY(struct pk_moment_row) list;
    int64_t time; /* of the stack added next, in `metric`, with is_next */
    uint32_t metric;
    bool is_next, is_kept;
    bool has_times; /* some were told, kept or not */
    int64_t span;   /* of all files that said one; PK_MISSING: it does not fit */
};

struct pk_builder;
struct pk_freezing;
struct pk_profile;

/* A stack was added to `row`; `values` are what it added. */
void pk_moments_take(struct pk_builder *builder, uint32_t row, const int64_t *values);

/* Multiply the values of a metric; its magnitude showed before that they fit. */
void pk_moments_multiply(struct pk_builder *builder, uint32_t metric, int64_t factor);

/* Add the moments of another builder, whose rows were added before; the arrays translate its
 * slices, nodes and metrics. */
void pk_moments_merge(struct pk_builder *into, const struct pk_builder *from,
                      const uint32_t *slices, const uint32_t *nodes, const uint32_t *metrics);

/* Make the timeline of `profile` from the chosen slices; `place` tells their place in the record.
 */
void pk_freeze_timeline(const struct pk_freezing *freezing, struct pk_profile *profile,
                        const uint32_t *place);

#endif
