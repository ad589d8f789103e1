/*
 * What a profile says of the quantity of a rule. Layer: analyze; uses model, rule.
 *
 * Functions that match are taken together. What a file does not hold is unknown, never 0; what it
 * holds only within bounds has a range: where only calls are known, functions that call each other
 * may share their time.
 */
#ifndef PK_ANALYZE_RULE_VALUE_H
#define PK_ANALYZE_RULE_VALUE_H

#include <stdint.h>

#include "analyze/measure.h" /* IWYU pragma: export */
#include "analyze/rule.h"    /* IWYU pragma: export */

struct pk_rule_names { /* the functions that a name of the rule means */
    bool *is_in;       /* [frame] */
    uint32_t n;
};

struct pk_rule_value { /* as the profile has it: shares in percent, fans as they are, the rest in
                          units of the metric times 10^scale, or calls */
    double low, high;
    const char *unknown; /* why it cannot be told; NULL: it can */
    pk_frame_id frame;   /* the largest function that matches (of an edge: callee), or PK_NONE */
};

/* Look at one profile; `names` has as many entries as the rule has names. */
struct pk_rule_value pk_rule_value_of(const struct pk_rule *rule, const struct pk_side *side,
                                      const struct pk_rule_names names[2]);

#endif
