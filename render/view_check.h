/*
 * The outcomes of a gate as rows, and as sentences for reports. Layer: render; uses analyze.
 */
#ifndef PK_RENDER_VIEW_CHECK_H
#define PK_RENDER_VIEW_CHECK_H

#include "base/arena.h" /* IWYU pragma: export */

#include <stdint.h>

#include "analyze/rule_judge.h" /* IWYU pragma: export */
#include "render/notice.h"      /* IWYU pragma: export */
#include "render/table.h"       /* IWYU pragma: export */

struct pk_checked {             /* all that was judged */
    const struct pk_gate *gate; /* in the order in which they are shown */
    uint32_t n;
    uint32_t count[PK_GATE_UNDECIDED + 1]; /* [enum pk_gate_result] */
    struct pk_side side;                   /* the later one */
    const struct pk_diff *diff;            /* NULL: one profile alone */
    const char *const *names;              /* of both sides, with a diff */
    uint32_t runs[2];
};

/* The table; `top` is how many rows are shown besides all that fail, 0: all. */
struct pk_table *pk_view_check(struct pk_arena *arena, const struct pk_checked *checked,
                               uint32_t top);

/* Every outcome for programs that show them, in the arena. */
struct pk_notices pk_view_check_notices(struct pk_arena *arena, const struct pk_checked *checked);

/* Append what was measured: "+0.41 s x1.33", "12.3 %", "4.0 to 12 %"; nothing when it is unknown.
 */
void pk_view_check_value(struct pk_buf *out, const struct pk_gate *gate);

/* Append a sentence on one outcome, without its function: "+0.41 s x1.33, q 0.002: max-regression
 * 5%". Not escaped. */
void pk_view_check_message(struct pk_buf *out, const struct pk_gate *gate);

/* Append "1 failed, 1 passed, 1 undecided". */
void pk_view_check_counts(struct pk_buf *out, const struct pk_checked *checked);

#endif
