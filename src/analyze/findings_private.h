/*
 * What the parts of the search for findings share: findings.c walks the calls, findings_judge.c
 * judges what was found, findings_recursion.c looks at functions that call themselves, and
 * findings_sampled.c at samples.
 */
#ifndef PK_ANALYZE_FINDINGS_PRIVATE_H
#define PK_ANALYZE_FINDINGS_PRIVATE_H

#include "analyze/findings.h" /* IWYU pragma: export */
#include "base/array.h"       /* IWYU pragma: export */

struct pk_search {
    const struct pk_profile *profile;
    const struct pk_graph *graph;
    struct pk_loops loops;
    const uint64_t *families; /* by function */
    uint32_t metric;
    const struct pk_detector *detector; /* at work now; the rest is of it */
    size_t first;                       /* of its findings */
    uint32_t *found_at, *found_by;      /* by edge and by caller of a loop: its finding + 1, or 0 */
    int64_t sinks, others;              /* calls of its sink, and of the family of its `unless` */
    PK_ARRAY(struct pk_finding) found;
    int64_t samples; /* of the metric, in stacks; 0 or less: not known */
};

/* What the file does not say, or says to be negative, is no evidence: 0. */
int64_t pk_search_counted(int64_t value);

/* Sums past int64 stay at its end: a hostile file gets a wrong finding, not a wrong program. */
int64_t pk_search_sum(int64_t a, int64_t b);

/* `whole` times `percent` / 100; a percentage is at most 1,000,000. */
int64_t pk_search_percent(int64_t whole, int64_t percent);

/* The middle of a cost and the bound of it; the bound where that is less. */
int64_t pk_search_half_way(int64_t cost, int64_t most);

/* Inclusive cost of an edge in the metric asked for; 0 where the file does not say. */
int64_t pk_search_cost(const struct pk_search *search, pk_edge_id edge);

/* Calls of a function by others, recursion left out. */
int64_t pk_search_calls_of(const struct pk_search *search, pk_frame_id frame);

/* Calls of functions of the families by functions that are not of them. */
int64_t pk_search_calls_into(const struct pk_search *search, uint64_t families);

/* Calls of functions of the families by `from` itself. */
int64_t pk_search_calls_by(const struct pk_search *search, pk_frame_id from, uint64_t families);

/* Whether the finding holds; fills its proofs, grade, cost and saving. */
bool pk_search_judge(const struct pk_search *search, struct pk_finding *finding);

/* Add a finding for each function that calls itself as often as the detector at work asks. */
void pk_search_recursion(struct pk_search *search);

/* For a profile of stacks without calls: add what each detector that can judge samples finds. */
void pk_search_sampled(struct pk_search *search, const struct pk_detectors *detectors,
                       struct pk_arena *arena);

#endif
