/*
 * The header of a callgrind file or part: which columns there are, what they measure, and which
 * events are computed from them. Metrics are made when the first cost needs them, as `event:` lines
 * may stand behind `events:`. Layer: formats; uses model/builder.
 */
#ifndef PK_FORMATS_CALLGRIND_HEADER_H
#define PK_FORMATS_CALLGRIND_HEADER_H

#include "model/builder.h" /* IWYU pragma: export */

#include <stdint.h>

#include "formats/callgrind_costs.h" /* IWYU pragma: export */

enum pk_callgrind_dialect {
    PK_CALLGRIND_OTHER,
    PK_CALLGRIND_VALGRIND,   /* creator: callgrind */
    PK_CALLGRIND_CACHEGRIND, /* no creator, desc: of its caches */
    PK_CALLGRIND_XDEBUG,
    PK_CALLGRIND_PPROFILE,
    PK_CALLGRIND_PPROF,     /* no creator, "cpu(ms)": it knows no call counts */
    PK_CALLGRIND_RUBY_PROF, /* no creator, "wall_time" in microseconds */
    PK_CALLGRIND_CALLTREE,  /* lsprofcalltree, bzr: "Ticks" are milliseconds, fi= names files */
    PK_CALLGRIND_PROFKIT,   /* our own writer: desc: lines and labels tell what was converted */
};

struct pk_callgrind_declaration {       /* an event: line */
    struct pk_str name, formula, label; /* formula and label may be missing */
};

struct pk_callgrind_column {
    struct pk_str name;
    uint32_t metric;    /* PK_NONE: not taken, since a ratio is no metric */
    int64_t multiplier; /* from the file's number to the metric */
    bool is_inclusive;  /* on call lines: what the calls cost, not how many there were */
};

struct pk_callgrind_derived {
    struct pk_str name;
    uint32_t metric;
    int64_t factor[PK_CALLGRIND_MOST_EVENTS]; /* by column */
};

struct pk_callgrind_header {
    struct pk_arena arena;
    enum pk_callgrind_dialect dialect;
    bool has_creator, has_version, has_calls_comment, has_cache_desc, is_old_xdebug;
    bool has_instr;             /* positions: instr */
    bool is_uncounted, is_flat; /* our own: calls= means nothing; nobody knows of calls at all */
    PK_ARRAY(struct pk_callgrind_declaration) declarations;
    PK_ARRAY(struct pk_callgrind_column) columns;
    PK_ARRAY(struct pk_callgrind_derived) derived;
    uint64_t refused;  /* formulas that are not understood */
    bool is_bound;     /* columns have their metrics */
    uint32_t bindings; /* how often they got them: every change of the columns is one */
};

/* Begin with no columns; free all. */
void pk_callgrind_header_init(struct pk_callgrind_header *header);
void pk_callgrind_header_fini(struct pk_callgrind_header *header);

/* Take the value of an events:, event: or creator: line. False when there are more columns than a
 * profile can hold. */
bool pk_callgrind_header_events(struct pk_callgrind_header *header, struct pk_str value);
void pk_callgrind_header_event(struct pk_callgrind_header *header, struct pk_str value);
void pk_callgrind_header_creator(struct pk_callgrind_header *header, struct pk_str value);

/* Take the value of a positions: line: how many words a cost line begins with, and which is the
 * line. False when it holds anything else than instr, bb and line. */
bool pk_callgrind_header_positions(struct pk_callgrind_header *header, struct pk_str value,
                                   struct pk_callgrind_costs *costs);

/* Settle who wrote the file, as far as it is known by now; `starts_by_fi` tells that the first file
 * name was one of fi=. */
void pk_callgrind_header_guess(struct pk_callgrind_header *header, bool starts_by_fi);

/* Make the metrics, with `decimals` more digits than the units have. */
void pk_callgrind_header_bind(struct pk_callgrind_header *header, struct pk_builder *builder,
                              int decimals);

/* Take what our own writer says in a desc: line about the file it converted. */
void pk_callgrind_header_own(struct pk_callgrind_header *header, struct pk_builder *builder,
                             struct pk_str value);

/* Turn columns into values by metric; values of other metrics stay. False when one does not fit.
 * `is_call` makes missing what is not inclusive there. */
bool pk_callgrind_header_values(const struct pk_callgrind_header *header, const int64_t *columns,
                                bool is_call, int64_t *values);

/* True when the file knows of no calls at all: each function has its self only. */
bool pk_callgrind_header_is_flat(const struct pk_callgrind_header *header);

/* False when the counts behind calls= mean nothing. */
bool pk_callgrind_header_has_calls(const struct pk_callgrind_header *header);

#endif
