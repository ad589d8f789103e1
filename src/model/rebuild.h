/*
 * A profile once more: what its slices recorded goes into a new builder, changed on the way. Slices
 * and stacks can be left out, stacks can lose frames, and samples can be taken from a span of time
 * alone. All that is not changed is the same, down to the bytes of a .pk file. Layer: model; uses
 * builder, record, timeline.
 */
#ifndef PK_MODEL_REBUILD_H
#define PK_MODEL_REBUILD_H

#include "model/builder.h" /* IWYU pragma: export */

#include <stdint.h>

#include "model/record.h"   /* IWYU pragma: export */
#include "model/timeline.h" /* IWYU pragma: export */

struct pk_span { /* from <= time < to, in ns of the file's own clock */
    int64_t from, to;
};

/* How to change it. All zero changes nothing. */
struct pk_rebuild {
    /* [slice of pk_record_slice] whether its functions, edges and lines stay, and whether its
     * stacks are asked for; NULL: all */
    const bool *keeps_slice;
    /* The node of pk_record_tree where a stack of the slice that ends at `node` ends now, or
     * PK_NONE: it is left out. NULL: where it ended. */
    pk_node_id (*place)(void *context, uint32_t slice, pk_node_id node);
    void *context;
    /* [node] its caller now: a node before it, or PK_NONE. Asked for nodes that place gives, and
     * for what it gave itself. NULL: the parent in the tree. */
    const pk_node_id *parent;
    /* NULL: all samples. Else stacks have what their moments in it add up to, slices without
     * moments are left out, and so are metrics that no moment has, but EVENT/samples. */
    const struct pk_span *span;
    /* Counters of the readers ("samples") are of the whole: a part does not get them. */
    bool is_part;
    bool keeps_times; /* moments too */
};

/* The builder of a profile that was frozen with PK_KEEP_RECORD; never NULL, but it may be empty or
 * have failed. Free it with pk_builder_free. */
struct pk_builder *pk_rebuild(const struct pk_profile *profile, const struct pk_rebuild *how,
                              const struct pk_limits *limits);

/* The number of the metric EVENT/samples, which counts the samples of the metric `event`, or
 * PK_NONE. */
uint32_t pk_rebuild_counts(const struct pk_profile *profile, uint32_t event);

#endif
