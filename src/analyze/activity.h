/*
 * When each thread was active: the samples that have times, added up over equal spans of time
 * (buckets). Nothing is lost by it: the buckets of a row add up to what the thread has with times,
 * rows and what was left out to all that has times, and with `untimed` to the total of the profile.
 * Layer: analyze; uses model.
 */
#ifndef PK_ANALYZE_ACTIVITY_H
#define PK_ANALYZE_ACTIVITY_H

#include "base/arena.h" /* IWYU pragma: export */

#include <stdint.h>

#include "analyze/order.h"  /* IWYU pragma: export */
#include "model/timeline.h" /* IWYU pragma: export */

#define PK_ACTIVITY_MOST (UINT32_C(1) << 22) /* buckets of all rows together */

struct pk_activity_row {          /* a process, thread, set of labels */
    uint32_t slice;               /* the first of the record that is of it; see PK_FRAME_SLICE */
    int64_t weight;               /* of its samples with times; above 0 */
    int64_t first, last;          /* when they begin and end, ns */
    pk_frame_id function;         /* the one with most self in all of the row */
    int64_t self;                 /* that self */
    const int64_t *buckets;       /* [n_buckets] weight in each */
    const pk_frame_id *functions; /* [n_buckets] the one with most self there; PK_NONE: no sample */
};

struct pk_activity {     /* in the caller's arena */
    int64_t first, last; /* of all samples with times, also of rows that are left out */
    int64_t width;       /* ns; bucket i is [first + i * width, first + (i + 1) * width) */
    uint32_t n_buckets;  /* the last one holds `last` */
    int64_t weight;      /* of all samples with times */
    int64_t untimed;     /* of those without: the rest of the total */
    int64_t largest;     /* bucket of any row */
    uint32_t n_rows;     /* those shown */
    struct pk_activity_row *rows;
    uint32_t n_left_out; /* threads that are not shown */
    int64_t left_out;    /* their weight */
};

enum pk_activity_key { PK_ACTIVITY_TOTAL, PK_ACTIVITY_START, PK_ACTIVITY_NAME };

struct pk_activity_options {
    uint32_t most_buckets;         /* at least 1; fewer where the span has fewer ns */
    uint32_t most_rows;            /* 0: all */
    const struct pk_order *orders; /* of enum pk_activity_key; without any by total */
    unsigned n_orders;
};

/* Add up the moments of `metric`; no rows where it has none. Of functions with the same self the
 * first in the order of frames is named. */
struct pk_activity pk_activity_find(const struct pk_profile *profile, uint32_t metric,
                                    const struct pk_activity_options *options,
                                    struct pk_arena *arena);

#endif
