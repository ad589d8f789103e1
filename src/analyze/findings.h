/*
 * Anti-patterns that counts of calls show: a function of some family reached in a loop. A finding
 * says where the loop is, how often it turned and what it cost; the words are those of the
 * detector. Layer: analyze; uses model, rules.
 */
#ifndef PK_ANALYZE_FINDINGS_H
#define PK_ANALYZE_FINDINGS_H

#include "analyze/loop.h"        /* IWYU pragma: export */
#include "analyze/suppression.h" /* IWYU pragma: export */
#include "rules/detectors.h"     /* IWYU pragma: export */

enum pk_proof_kind {
    PK_PROOF_CALLS, /* of a family, in the whole profile or by the function around the sink */
    PK_PROOF_PAIR,  /* of a family, in the same loop */
    PK_PROOF_TEXT,  /* a function that is called in lock-step and makes text: frame, calls, cost */
    PK_PROOF_SAME,  /* each call of the function around makes as many of `frame` */
    PK_PROOF_EACH,  /* cost of one call of the sink */
    PK_PROOF_APART, /* cost of the loop for each call of a sink */
};

struct pk_proof { /* a count that speaks for the finding, beside those of the loop */
    enum pk_proof_kind kind;
    uint64_t families;
    pk_frame_id frame;
    int64_t calls, cost;
};

struct pk_finding_source {         /* what the text says, where it was read and shows the calls */
    uint32_t loop_call, loop_line; /* of `caller`: a line that calls `callee`, and where the loop
                                      around it begins; 0: none is seen */
    uint32_t line;                 /* of `at`: a line that calls `sink`; 0: none is seen */
    bool is_unseen;                /* the profile shows no such call, only the text does */
    bool is_eager;                 /* there the arguments are worked out before the call */
    bool is_constant;              /* all calls get the same argument each time */
};

enum pk_finding_state { /* since an earlier profile */
                        PK_FINDING_UNCOMPARED,
                        PK_FINDING_NEW,
                        PK_FINDING_WORSE,
                        PK_FINDING_SAME, /* or better */
};

#define PK_PROOFS 8 /* more than the conditions of a detector can give */

struct pk_finding {
    const struct pk_detector *detector;
    enum pk_grade grade;        /* that of the detector, or what its conditions made of it */
    pk_frame_id caller, callee; /* who has the loop, and what it calls */
    pk_frame_id at, sink;       /* who calls what of the detector's family most often there: the
                                   place to change. All four are one where it calls itself */
    bool is_sampled;            /* by its share of samples: no loop and no counts are known */
    bool is_quality;            /* about the profile: no function, and these words of its own: */
    struct pk_str evidence, criterion;
    struct pk_loop loop;
    int64_t sink_calls, sink_own; /* of the one call of it that is made most often; sink_own without
                                     what it calls, where the file tells */
    int64_t all_calls;            /* of all sinks in this loop */
    int64_t pair_calls;           /* of the pair of the detector in this loop */
    int64_t pairs_within;         /* of them, below the same call of the loop */
    int64_t cost;                 /* of all calls of sinks in this loop */
    int64_t sink_cost; /* of samples: what is below the sinks, where `cost` is that of the
                          function around them; else 0 */
    struct pk_proof proofs[PK_PROOFS];
    uint32_t n_proofs;
    struct pk_finding_source source; /* set by pk_findings_source */
    struct pk_range saving; /* from 0, as a fix has its cost, to all that the loop calls: what comes
                               with a sink (fetching, closing, making text) may go, too; in samples,
                               to all that callers of `at` cost, and what chance kept from it */
    int64_t likely_saving;  /* an estimate within `saving`: a repair mostly takes away the calls of
                               the sink and a part of what stands around them, which no count
                               tells. So it is half way from `cost` to the bound, in samples without
                               what chance may have kept */
    const pk_node_id *nodes; /* of samples: the calls of callers of `at` whose cost is the bound */
    uint32_t n_nodes;
    struct pk_str fingerprint; /* what it is known by; set by whoever looked for it, not by
                                  pk_findings_find */
    const struct pk_suppression *suppression; /* why it is not shown, set likewise; or NULL */
    enum pk_finding_state state;              /* set by pk_lifecycle_compare, as these: */
    int64_t cost_before, calls_before;        /* of a state other than new; calls are sink_calls */
};

struct pk_findings {
    struct pk_finding *list; /* the best grade first, then the largest cost */
    uint32_t n;
    bool has_counts; /* false: the profile counts no calls, so little was looked for, */
    bool has_stacks; /* and where this is false too, nothing */
};

/* All findings of one metric, in the arena. The detectors outlive them. */
struct pk_findings pk_findings_find(const struct pk_profile *profile, uint32_t metric,
                                    const struct pk_families *families,
                                    const struct pk_detectors *detectors, struct pk_arena *arena);

/* Put them in the order of the list again, after grades have changed; those about the profile stay
 * behind. */
void pk_findings_sort(struct pk_findings *findings);

/* The most that the first `n` of them may save together: time that several are about counts once,
 * as far as the profile proves that it is the same. Never less than they could save, and never more
 * than the whole. */
int64_t pk_findings_most(const struct pk_profile *profile, uint32_t metric,
                         const struct pk_findings *findings, uint32_t n, struct pk_arena *arena);

#define PK_QUALITY_MOST 8 /* kinds of them, each of which is found once */

/* What makes the profile itself doubtful, as findings whose ids begin with q-. They say what the
 * quality line says, have no functions, and save nothing; their cost is the weight that is in
 * doubt, or missing. */
struct pk_findings pk_findings_of_quality(const struct pk_profile *profile, uint32_t metric,
                                          struct pk_arena *arena);

#endif
