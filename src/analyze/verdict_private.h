/*
 * The parts of a verdict: verdict.c gives it by the numbers of a function alone, verdict_moved.c
 * looks at its callers and callees. Nobody else includes this.
 */
#ifndef PK_ANALYZE_VERDICT_PRIVATE_H
#define PK_ANALYZE_VERDICT_PRIVATE_H

#include "analyze/verdict.h" /* IWYU pragma: export */

/* Verdicts on several runs a side: SLOWER stands for any change, which the caller names. */
void pk_verdicts_judge_runs(struct pk_diff *diff);

/* Change the verdict of functions whose cost only went to or came from a caller or callee. Others
 * are as they were. */
void pk_verdicts_find_moved(struct pk_diff *diff);

#endif
