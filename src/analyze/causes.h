/*
 * Why two profiles differ: the few functions whose own change explains it. Layer: analyze; uses
 * model, diff.
 *
 * Where calls are counted, the difference of a total is taken apart by callers: a function answers
 * for what changed in its own code per call, and for the calls that it makes more or less often; a
 * callee that costs as before per call answers for nothing. Where only stacks are known, the causes
 * are the subtrees that hold the difference.
 */
#ifndef PK_ANALYZE_CAUSES_H
#define PK_ANALYZE_CAUSES_H

#include "analyze/diff.h" /* IWYU pragma: export */

#include <stdint.h>

struct pk_cause {
    pk_frame_id frame[2];  /* the function that changed; PK_NONE: not on this side */
    pk_frame_id callee[2]; /* whose calls changed most in weight; PK_NONE: none did */
    int64_t delta;         /* what it explains: calls_part + cost_part */
    int64_t calls_part;    /* changed numbers of calls, each at what it cost before */
    int64_t cost_part;     /* changed cost, for the calls there are now; all of it without counts */
    int64_t calls[2]; /* of the callee by this function; of this one by the caller it is within;
                         PK_MISSING: not known */
    uint32_t within;  /* a callee that the cause of this index calls more or less often: its
                         delta is part of that one's. PK_NONE: a cause by itself */
    bool is_subtree;  /* found in stacks: the subtrees below this function, without counts */
};

struct pk_causes {
    uint32_t n;
    struct pk_cause *cause; /* heaviest first, callees behind their caller */
    int64_t delta;          /* of the totals */
    int64_t explained;      /* by the causes that are not within others, added up */
};

/* The smallest set of causes in the direction of the difference that explains at least 95 % of it,
 * and those against it of more than 5 %; none under 2 %, at most `most` of them, and of each the
 * callees that its calls part is about. In `arena`. Nothing when nothing changed, or when the
 * profiles know no callers. */
struct pk_causes pk_causes_find(const struct pk_diff *diff, uint32_t most, struct pk_arena *arena);

#endif
