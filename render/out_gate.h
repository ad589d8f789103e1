/*
 * Reports of a gate for programs that show them: a review, a list of tests, a code scanner. They
 * are no writers of tables, since only outcomes can be written so. Layer: render; uses view_check.
 */
#ifndef PK_RENDER_OUT_GATE_H
#define PK_RENDER_OUT_GATE_H

#include "base/buf.h" /* IWYU pragma: export */

#include <stdbool.h>

#include "render/view_check.h" /* IWYU pragma: export */

struct pk_out_gate { /* a form of report */
    const char *name;
    void (*write)(struct pk_buf *out, const struct pk_checked *checked);
};

extern const struct pk_out_gate pk_out_gate_github; /* annotations: workflow commands */
extern const struct pk_out_gate pk_out_gate_junit;  /* JUnit XML, as Jenkins and GitLab read it */
extern const struct pk_out_gate pk_out_gate_sarif;  /* SARIF 2.1.0 */

/* By name, or NULL. */
const struct pk_out_gate *pk_out_gate_find(const char *name);

/* What its rule is called, whatever its bound: the name a project gave it, max-regression, or the
 * rule itself. */
struct pk_str pk_out_gate_id(const struct pk_gate *gate);

/* Append what an outcome is called in a list: its rule, and of a bound on all functions the
 * function. Not escaped. */
void pk_out_gate_title(struct pk_buf *out, const struct pk_gate *gate);

/* The file and line of a function as a reviewer has it: below the current folder. False where the
 * file is elsewhere or not known; `file` is borrowed from the profile. */
bool pk_out_gate_place(const struct pk_gate *gate, struct pk_str *file, uint32_t *line);

#endif
