/*
 * The two ways to find causes: by counted calls (causes.c) and by stacks (causes_stacks.c). Nobody
 * else includes this.
 */
#ifndef PK_ANALYZE_CAUSES_PRIVATE_H
#define PK_ANALYZE_CAUSES_PRIVATE_H

#include "analyze/causes.h" /* IWYU pragma: export */

#include <stdint.h>

#include "analyze/diff_private.h" /* IWYU pragma: export */
#include "base/array.h"           /* IWYU pragma: export */

#define PK_CAUSE_CALLEES 2u

struct pk_cause_callee { /* what a function calls more or less often */
    uint32_t group;      /* PK_NONE: none */
    double part;         /* of the calls part */
    double cost_part;    /* what the calls that there are now cost more than before */
    int64_t calls[2];
};

struct pk_cause_found { /* a cause, and the callees it may be about, heaviest first */
    struct pk_cause cause;
    struct pk_cause_callee callee[PK_CAUSE_CALLEES];
};

struct pk_cause_list { /* a PK_ARRAY with a name */
    struct pk_cause_found *data;
    size_t size, room;
};

/* Append what every function answers for, where both sides count calls. */
void pk_causes_by_calls(const struct pk_diff *diff, struct pk_cause_list *causes,
                        struct pk_arena *arena);

/* Append the subtrees that hold the difference, where both sides have stacks. */
void pk_causes_by_stacks(const struct pk_diff *diff, struct pk_cause_list *causes,
                         struct pk_arena *arena);

#endif
