/*
 * TIMELINE, the fourth rung: when samples were taken. A moment is what one sample added to a stack
 * of a slice, and its time. Moments are kept only when a builder was asked to, since there are as
 * many of them as samples; they are a side table from which nothing else is derived, and a profile
 * of several files may have times for a part of its values only. Layer: model; uses profile.
 *
 * Times are ns from a zero of the file's own (the machine's start, in most): within a slice they
 * can be compared, between files they need not mean the same.
 */
#ifndef PK_MODEL_TIMELINE_H
#define PK_MODEL_TIMELINE_H

#include <stdint.h>

#include "model/profile.h" /* IWYU pragma: export */

struct pk_moment {
    int64_t time, value; /* neither is negative; value is above 0 */
    pk_node_id node;     /* where the stack ends, in pk_record_tree */
    uint32_t metric;
};

struct pk_timeline {
    uint64_t n;
    const struct pk_moment *moments; /* by slice; there by time, metric, node, value */
    const uint64_t *start; /* [slice of pk_record_slice .. their number]: its moments are start[s]
                              .. start[s + 1] - 1 */
};

/* The frame of a slice as a box of its own, with a name like "app-7 thread worker-8": an id that
 * pk_profile_frame knows in a profile with moments. `slice` is one of pk_record_slice. */
#define PK_FRAME_SLICE UINT32_C(0xd0000000) /* + slice */

/* The moments, or NULL when none were kept. No stack of a slice has more in its moments than it has
 * itself. A metric of differences (is_signed) has none. */
const struct pk_timeline *pk_profile_timeline(const struct pk_profile *profile);

/* True when the files had times, also when they were not kept. */
bool pk_profile_has_times(const struct pk_profile *profile);

/* How long the files were recorded in all, in ns; 0: not known. Not kept by .pk, nor by filters. */
int64_t pk_profile_span(const struct pk_profile *profile);

struct pk_timeline_facts { /* what the moments of a metric are */
    int64_t weight;        /* what they add up to */
    int64_t first, last;   /* the earliest and the latest, ns */
    uint32_t n_threads;    /* processes, threads, sets of labels that have any */
};

/* What the moments of `metric` are; all 0 without any. */
struct pk_timeline_facts pk_timeline_facts(const struct pk_profile *profile, uint32_t metric);

/* The first slice of the record behind `slice` that is of another process, thread or labels. Those
 * of one thread stand side by side: files that were merged may say different metrics of it. */
uint32_t pk_timeline_next_thread(const struct pk_profile *profile, uint32_t slice);

/* [node of pk_record_tree] its node in the tree of functions, where nodes are not told apart by
 * executing line. Free it with pk_free; NULL when both are one tree. */
uint32_t *pk_timeline_functions(const struct pk_profile *profile);

#endif
