/*
 * A rule on a profile, in a language of one line: share("json.*") < 10%. Layer: analyze; uses base.
 *
 *   rule     = quantity order bound
 *   quantity = share(NAME) | self(NAME) | total(NAME) | total() | calls(NAME)
 *            | edge(NAME, NAME).calls | edge(NAME, NAME).fan | edge(NAME, NAME).total
 *   order    = < | <= | > | >= | ==
 *   bound    = [+|-] number [unit]
 *
 * A NAME stands in quotes of either kind, where \" and \' are quotes and every other backslash is
 * itself, so that a regular expression needs no second one. A sign makes the bound one on the
 * change since a baseline: in percent of it, or in units. There is no "and": two rules say that,
 * and each has a line of its own when it fails.
 */
#ifndef PK_ANALYZE_RULE_H
#define PK_ANALYZE_RULE_H

#include "base/arena.h" /* IWYU pragma: export */

#include <stdbool.h>

#include "base/error.h" /* IWYU pragma: export */
#include "base/str.h"   /* IWYU pragma: export */
#include "base/units.h" /* IWYU pragma: export */

enum pk_rule_quantity {
    PK_RULE_SHARE, /* of the whole, in percent: time with a function that matches on the stack */
    PK_RULE_SELF,  /* of all that match, added up */
    PK_RULE_TOTAL, /* with one that matches on the stack, counted once */
    PK_RULE_CALLS, /* of all that match */
    PK_RULE_EDGE_CALLS,
    PK_RULE_EDGE_FAN, /* calls of the callee for each call of the caller */
    PK_RULE_EDGE_TOTAL,
};

enum pk_rule_order {
    PK_RULE_BELOW,
    PK_RULE_AT_MOST,
    PK_RULE_ABOVE,
    PK_RULE_AT_LEAST,
    PK_RULE_EQUAL,
};

enum pk_rule_unit {
    PK_RULE_PLAIN,   /* counts, calls */
    PK_RULE_PERCENT, /* of the whole, or of the baseline */
    PK_RULE_POINTS,  /* of a share less another */
    PK_RULE_NS,
    PK_RULE_BYTES,
};

struct pk_rule { /* texts are in the arena it was parsed with */
    struct pk_str text;
    enum pk_rule_quantity quantity;
    unsigned n_names;      /* 0: the whole program */
    struct pk_str name[2]; /* of an edge: the caller, the callee */
    enum pk_rule_order order;
    bool is_relative; /* the bound has a sign */
    double bound;     /* in base units, with its sign */
    enum pk_rule_unit unit;
};

#define PK_RULE_MOST_BYTES 4096

/* Read a rule. False fills `error` (PK_USAGE) with line and column and shows the place below. */
bool pk_rule_parse(struct pk_str text, struct pk_arena *arena, struct pk_rule *rule,
                   struct pk_error *error);

/* Read "PATTERN=10%": what has a function that matches on the stack is at most so much of the
 * whole, as share("PATTERN") <= 10% says. Its text is that of the option. False fills `error`
 * likewise. */
bool pk_rule_parse_share(struct pk_str text, struct pk_arena *arena, struct pk_rule *rule,
                         struct pk_error *error);

/* Read an amount without a sign, "20ms", "5%", "1000", into base units. False: it is none. */
bool pk_rule_parse_amount(struct pk_str text, double *value, enum pk_rule_unit *unit);

/* The unit of amounts of a metric. */
enum pk_rule_unit pk_rule_unit_of(enum pk_unit unit);

/* True when a value keeps the rule; both are in the unit of the bound. */
bool pk_rule_holds(const struct pk_rule *rule, double value);

#endif
