/*
 * What the total would be if functions were cached, never called, called once before a loop, or
 * faster: changes of a program, told from its profile.
 *
 * What is meant by each, for the time of a stack:
 *
 *   drop F         all that is below a call of F is gone
 *   speedup F=2x   all that is below a call of F takes half of what it took
 *   memo F         F keeps its results: a call with arguments that were there before costs nothing.
 *                  How many differ is not recorded: from nothing to all of F is saved, and the
 *                  estimate leaves one average call
 *   hoist A:B      A calls B once for each of its own calls, before its loop: of the calls from A
 *                  to B those beyond one for each call of A go. Which they are is not recorded:
 * from nothing to all is saved, the estimate takes average ones
 *
 * Several changes multiply on a stack that has several of them; each counts once on a stack.
 * Nothing else is thought to change: what takes the place of a call is not in the profile.
 *
 * An example: of a total of 1,000, rate takes 830 in 40 calls, all from page, which is called 4
 * times. Without rate 170 are left, for sure. If page called it once for each of its own calls, 4
 * of 40 calls would be left: 253 by average calls, but those 4 may be the only dear ones, or the
 * only cheap ones, so 170 to 1,000 is all that is proven.
 *
 * The proof of the bounds. Let change k leave 1 - x of a stack that has it, x in [lo, hi] (drop: 1;
 * speedup s: 1 - 1/s; memo and hoist: from 0 to 1, where there are at least two calls). Of a stack
 * of time v remains v times the product of 1 - x over its changes, so what is saved grows with
 * every x and the bounds are those at all lo and at all hi. With T(k) the time of stacks that have
 * k and O(i,j) that of stacks that have both, for any fixed x (Bonferroni, for numbers in [0,1]):
 *
 *   saved >= x(k) T(k) for each k, and >= sum x(k) T(k) - sum over pairs x(i) x(j) O(i,j)
 *   saved <= sum x(k) T(k) - x(i) x(j) O(i,j) for any one pair, and <= the whole
 *
 * T and O are exact on recorded stacks; of a graph, T is known or has the bounds of recursion, and
 * O those of services.h. Besides, each path of the climbed tree has proven bounds of its own, and
 * its changes are known where it has no circle: that bounds the whole once more. Layer: analyze;
 * uses model, services.
 */
#ifndef PK_ANALYZE_WHATIF_H
#define PK_ANALYZE_WHATIF_H

#include "base/arena.h" /* IWYU pragma: export */

#include <stdbool.h>
#include <stdint.h>

#include "model/attribute.h" /* IWYU pragma: export */
#include "model/profile.h"   /* IWYU pragma: export */

#define PK_WHATIF_MOST 16 /* changes at once */

enum pk_whatif_kind { PK_WHATIF_MEMO, PK_WHATIF_DROP, PK_WHATIF_HOIST, PK_WHATIF_SPEEDUP };

struct pk_whatif_change {
    enum pk_whatif_kind kind;
    pk_frame_id frame;  /* the function that is changed; of a hoist, the one that is called */
    pk_frame_id caller; /* of a hoist, with an edge to it; else PK_NONE */
    int64_t speedup;    /* millionths: 2,000,000 is twice as fast; at least 1,000,000 */
};

struct pk_whatif_part {    /* of the metric */
    int64_t value;         /* estimate, unless the range is one value */
    struct pk_range range; /* proven */
};

struct pk_whatif_effect { /* of one change alone */
    int64_t calls;        /* that it is about; PK_MISSING: not counted */
    struct pk_whatif_part cost, saved;
};

struct pk_whatif {                      /* free with pk_whatif_fini */
    int64_t whole;                      /* as it is */
    struct pk_whatif_part total, saved; /* with all changes */
    struct pk_whatif_effect effect[PK_WHATIF_MOST];
    struct pk_attributed
        *tree;         /* of the changed program: estimated, or derived where all is exact */
    bool is_uncounted; /* an estimate lacks calls: all that may be saved is taken for it */
};

/* Try the changes, at most PK_WHATIF_MOST. The profile must have a graph; values below zero have no
 * place in it. */
void pk_whatif_find(struct pk_whatif *whatif, const struct pk_profile *profile, uint32_t metric,
                    const struct pk_whatif_change *changes, uint32_t n);
void pk_whatif_fini(struct pk_whatif *whatif);

#endif
