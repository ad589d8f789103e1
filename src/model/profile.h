/*
 * What a profile is: the ladder of three exact tables, FLAT (per function), GRAPH (per
 * caller-callee edge) and TREE (per call path). A reader fills the highest rung that its file
 * knows; freezing derives every lower one exactly. Going down is free and exact; going up is an
 * estimate and must be asked for by name (attribute.h). A frozen profile never changes and owns
 * everything reachable from it. Layer: model; uses base.
 *
 * Values are int64 in base units (count, ns, bytes) times 10^scale. PK_MISSING (units.h) is "the
 * file does not say", never zero; a column that no slice says at all is a NULL pointer. A profile
 * may be made with the values of some metrics only (enum pk_profile_keep): columns of the others
 * are no pointers, and reading one crashes. Names and totals of all metrics are always there.
 */
#ifndef PK_MODEL_PROFILE_H
#define PK_MODEL_PROFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h" /* IWYU pragma: export */
#include "base/map.h"   /* IWYU pragma: export */
#include "base/str.h"   /* IWYU pragma: export */
#include "base/units.h" /* IWYU pragma: export */

typedef uint32_t pk_frame_id; /* indexes into the profile's tables; PK_NONE means none */
typedef uint32_t pk_edge_id;
typedef uint32_t pk_node_id;

enum pk_rung { PK_FLAT = 1, PK_GRAPH, PK_TREE }; /* how much of the path is known */
enum pk_origin { PK_RECORDED, PK_DERIVED, PK_ESTIMATED };

enum pk_frame_kind { /* what a frame is; the order is part of the canonical order of frames */
                     PK_KIND_FUNCTION,
                     PK_KIND_BUILTIN,     /* implemented in C for an interpreter: no source place */
                     PK_KIND_KERNEL,      /* collapsed: _[k] */
                     PK_KIND_INLINED,     /* _[i] */
                     PK_KIND_JIT,         /* _[j] */
                     PK_KIND_INTERPRETED, /* _[0] */
                     PK_KIND_COMPILED_C1, /* _[1] */
                     PK_KIND_WAKER,       /* _[w] */
                     PK_KIND_PARTIAL,     /* _[p] */
                     PK_KIND_UNRESOLVED,  /* [unknown], [libfoo.so], a bare address: no symbol was
                                             found */
                     PK_KIND_PROCESS,     /* a root that stands for a process */
                     PK_KIND_THREAD,      /* a root that stands for a thread */
                     PK_KIND_SEPARATOR,   /* "-" or "--" between kernel and user parts */
                     PK_KIND_SPECIAL, /* made by profkit: (pruned), (not recorded), (empty stack),
                                         ... */
};

#define PK_FOLDED "(folded by --mem)" /* a frame of PK_KIND_SPECIAL, see pk_builder_spare */

struct pk_frame {
    struct pk_str name; /* raw bytes as the producer wrote them, without kind suffix and place */
    struct pk_str file, module;
    uint32_t
        line; /* of the definition; 0 when not known. Executing lines never tell frames apart */
    enum pk_frame_kind kind;
};

struct pk_metric {
    struct pk_str name; /* "time", "samples", "cycles:u" */
    enum pk_unit unit;
    int8_t scale;   /* a value v means v * 10^scale in the unit */
    bool is_signed; /* the producer writes differences: pictures refuse it */
};

struct pk_range {
    int64_t lo, hi; /* the truth is proven to lie in [lo, hi] */
};

struct pk_flat { /* [metric][frame]; any column may be NULL, any value PK_MISSING */
    enum pk_origin origin;
    int64_t **self, **incl,
        **incl_high; /* incl_high: upper bound where incl is only a lower one; else MISSING */
    int64_t *calls, *primitive;
};

struct pk_graph { /* edges ordered by caller, then callee */
    enum pk_origin origin;
    uint32_t n;
    pk_frame_id *caller, *callee;
    int64_t **incl, **self; /* [metric][edge]: of the callee within these calls, once per stack */
    int64_t *calls, *primitive;
    uint32_t *out_start; /* [frame .. n_frames]: edges leaving f are out_start[f] .. out_start[f +
                            1] - 1 */
    uint32_t *in_start;  /* the same for edges entering, as indexes into in_edge */
    pk_edge_id *in_edge;
};

struct pk_tree { /* preorder: the subtree of i is [i, end[i]); children ordered by frame, then line
                  */
    enum pk_origin origin;
    uint32_t n;
    pk_frame_id *frame;
    pk_node_id *parent, *end; /* parent PK_NONE for roots, of which there may be many */
    uint32_t *line; /* executing line of each node, or NULL when nodes are not told apart by it */
    int64_t **self, **incl; /* [metric][node] */
    struct pk_range *incl_range,
        *self_range; /* only when estimated, and then there is one metric: index 0 */
};

struct pk_label {
    struct pk_str key, value;
};

struct pk_slice { /* whose values these are; missing when the file does not say */
    struct pk_str process, thread;
    const struct pk_label *labels; /* ordered by key, then value */
    uint32_t n_labels;
};

struct pk_fact { /* what a profile says about its origin: a set of pairs, ordered by bytes */
    struct pk_str key, value; /* "format" "pstats"; "producer" "cProfile" */
};

enum pk_profile_keep { /* what a profile need not have, as only some commands read it */
                       PK_KEEP_LINES = 1, /* the LINES table */
                       PK_KEEP_RECORD =
                           2, /* what each slice recorded (record.h), moments too, for .pk */
                       PK_KEEP_METRICS = 4, /* values of all metrics in the tables */
                       PK_KEEP_ALL = 7
};

struct pk_profile; /* opaque: made by pk_builder_freeze */

/* Free a profile and all it owns; NULL is allowed. */
void pk_profile_free(struct pk_profile *profile);

/* The lowest rung that all slices were recorded at: what every analysis may rely on. */
enum pk_rung pk_profile_rung(const struct pk_profile *profile);

/* The tables. Flat always exists; graph is NULL below PK_GRAPH; tree is NULL unless every slice
 * recorded it. */
const struct pk_flat *pk_profile_flat(const struct pk_profile *profile);
const struct pk_graph *pk_profile_graph(const struct pk_profile *profile);

/* The edge between two functions, or PK_NONE. */
pk_edge_id pk_graph_edge(const struct pk_graph *graph, pk_frame_id caller, pk_frame_id callee);
const struct pk_tree *pk_profile_tree(const struct pk_profile *profile);

/* The recorded tree with nodes told apart by executing line too, or NULL when no line was recorded
 * (or no tree). Merging its equal neighbours gives pk_profile_tree. */
const struct pk_tree *pk_profile_line_tree(const struct pk_profile *profile);

/* The part of a profile of mixed rungs that was recorded at `rung`, as a profile over the same
 * frame and metric ids; the profile itself when it is not mixed and of that rung; NULL when no
 * slice has it. */
const struct pk_profile *pk_profile_part(const struct pk_profile *profile, enum pk_rung rung);

/* Number of frames, and one of them (ids below the count, or a special id from attribute.h). */
uint32_t pk_profile_frames(const struct pk_profile *profile);
const struct pk_frame *pk_profile_frame(const struct pk_profile *profile, pk_frame_id id);

/* Number of metrics, and one of them; metrics keep the order of their files. */
uint32_t pk_profile_metrics(const struct pk_profile *profile);
const struct pk_metric *pk_profile_metric(const struct pk_profile *profile, uint32_t id);

/* The index of the metric to show when none is named: the first measure of time, else the first;
 * valgrind's time in system calls is none. */
uint32_t pk_profile_default_metric(const struct pk_profile *profile);

/* The sum of self over everything, by metric. */
int64_t pk_profile_total(const struct pk_profile *profile, uint32_t metric);

/* Slices in canonical order, and the value of one: its sum of self (PK_MISSING when it lacks the
 * metric). */
uint32_t pk_profile_slices(const struct pk_profile *profile);
const struct pk_slice *pk_profile_slice(const struct pk_profile *profile, uint32_t id);
int64_t pk_profile_slice_total(const struct pk_profile *profile, uint32_t id, uint32_t metric);

/* Facts about the origin, and the counted losses, both in canonical order. */
const struct pk_fact *pk_profile_facts(const struct pk_profile *profile, uint32_t *count);
const struct pk_notes *pk_profile_notes(const struct pk_profile *profile);

/* The value of the first fact with this key, or the missing string. */
struct pk_str pk_profile_fact(const struct pk_profile *profile, const char *key);

/* A counter the readers sum up ("samples", "lines"), or -1 when nobody counted it. */
int64_t pk_profile_tally(const struct pk_profile *profile, const char *key);

/* The frame of a special id that needs no profile: "(pruned)" and its like; NULL for any other. */
const struct pk_frame *pk_profile_special(pk_frame_id id);

/* Special frames: they stand only in estimated trees and in views, never in a profile's tables. */
#define PK_FRAME_NOT_RECORDED UINT32_C(0xfffffff0) /* what the edges of a function lack */
#define PK_FRAME_PRUNED UINT32_C(0xfffffff1)       /* paths below the cut-off */
#define PK_FRAME_NOT_PROVEN                                                                       \
    UINT32_C(0xfffffff2)                         /* time whose place is not proven (--exact-only) \
                                                  */
#define PK_FRAME_NO_CALLERS UINT32_C(0xfffffff3) /* slices that recorded no callers */
#define PK_FRAME_CYCLE                                                        \
    UINT32_C(0xe0000000) /* + box: functions that call each other in a circle \
                          */

#endif
