/*
 * Services: what a program asks others to do (databases, networks, caches, a library, a module),
 * each a set of functions, and how functions reach it.
 *
 * The boundary is the call that first enters the set from code outside of it. What happens behind
 * it belongs to the service, also calls that leave the set and come back, so that no layer counts
 * twice and nothing passes the whole.
 *
 *   time   of the stacks that hold a function of the set (below the entry, where one is named)
 *   calls  along edges into the set from code that the set does not run itself
 *
 * Recorded stacks give exact times. Of a graph, an edge into the set is sure when no stack can hold
 * the set above it (its caller cannot be reached from the set), and nested when every way from a
 * root to its caller leads through the set; what is neither counts from nothing to all of it, and
 * the bounds of climbing (attribute.h) narrow that. An edge belongs to an entry surely when every
 * way from a root to its caller leads through the entry.
 *
 * An example, of calls only. main calls list (600 below it) and show (160), both call load, and
 * only load calls query, 12 times for 700 in all; query calls a callback, which queries again:
 *
 *   query as a service    700, 12 calls, exact: load cannot be below query, so its edge is sure;
 * the edge from the callback is nested, for no way leads to it past query of main               the
 * same, exact: every way to load leads through main of list, of show      540 to 600, and 100 to
 * 160: of the 760 in load all but 60 are in query, and nobody knows in whose calls of load these 60
 * were; 0 to 12 calls each
 *
 * Layer: analyze; uses model.
 */
#ifndef PK_ANALYZE_SERVICES_H
#define PK_ANALYZE_SERVICES_H

#include "base/arena.h" /* IWYU pragma: export */

#include <stdbool.h>
#include <stdint.h>

#include "model/profile.h" /* IWYU pragma: export */

struct pk_service_sets { /* functions of each service; one may be in several */
    uint32_t n;
    const struct pk_str *name;
    const uint32_t *start; /* [n + 1]: members of s are member[start[s]] ... */
    const pk_frame_id *member;
};

struct pk_service_part {   /* how much of something is meant; an estimate unless its range is one */
    int64_t value;         /* of the metric */
    struct pk_range range; /* proven */
    int64_t calls;         /* PK_MISSING, as both ends: not counted */
    struct pk_range calls_range;
};

struct pk_service_flow { /* into a service, or what it spends its time in */
    pk_frame_id from;    /* caller; PK_NONE: a root of the program is in the service itself */
    pk_frame_id to;      /* callee; PK_NONE: `from` itself, without what it calls */
    struct pk_service_part part;
};

struct pk_service_entry {
    pk_frame_id frame;
    struct pk_service_part part;
};

struct pk_service { /* lists have the largest first */
    uint32_t set;
    struct pk_service_part part; /* of the run, or of the function that was named */
    uint32_t n_in, n_out, n_entries;
    struct pk_service_flow *in, *out;
    struct pk_service_entry *entries;
};

struct pk_services { /* in the caller's arena; the largest first; all sets are there */
    uint32_t n;
    struct pk_service *list;
    int64_t whole;     /* what shares are of: the run, or at least the named function */
    bool is_estimated; /* climbing was asked for some of it */
};

struct pk_service_question {
    uint32_t metric;
    const struct pk_service_sets *sets;
    const pk_frame_id *entries; /* functions of interest, for `entries` of each service */
    uint32_t n_entries;
    pk_frame_id function; /* only what this one reaches; PK_NONE: the run */
};

/* Answer it. The profile must have a graph. Time: functions and edges, for each pair of service
 * and entry. */
struct pk_services pk_services_find(const struct pk_profile *profile,
                                    const struct pk_service_question *question,
                                    struct pk_arena *arena);

enum pk_service_way { /* what stands between a root and the functions of interest */
                      PK_WAY_NONE,
                      PK_WAY_MAIN,    /* own code that only starts the rest: main, <module> */
                      PK_WAY_LIBRARY, /* frames of others: interpreter, server, threads */
};

/* The entry points of a program: the first functions below its roots that `way` [frame] does not
 * pass over; and a main function that itself calls into a service. At most `most` with the largest
 * total, in that order; `n_found` gets how many there are. */
pk_frame_id *pk_services_entries(const struct pk_profile *profile, uint32_t metric,
                                 const struct pk_service_sets *sets, const uint8_t *way,
                                 uint32_t most, uint32_t *n, uint32_t *n_found,
                                 struct pk_arena *arena);

/* True when nothing of it is an estimate. */
static inline bool pk_service_is_exact(const struct pk_service_part *part)
{
    return part->range.lo == part->range.hi && part->calls_range.lo == part->calls_range.hi;
}

#endif
