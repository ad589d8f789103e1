/*
 * What was judged or found, for programs that show such things beside code: a review, a list of
 * tests, a code scanner. Whoever judges makes notices, and one writer a form writes them. Layer:
 * render; uses model.
 */
#ifndef PK_RENDER_NOTICE_H
#define PK_RENDER_NOTICE_H

#include "base/buf.h" /* IWYU pragma: export */

#include <stdbool.h>
#include <stdint.h>

#include "model/profile.h" /* IWYU pragma: export */

enum pk_notice_level {
    PK_NOTICE_PASS, /* all is well */
    PK_NOTICE_OPEN, /* nobody can tell */
    PK_NOTICE_NOTE,
    PK_NOTICE_WARNING,
    PK_NOTICE_ERROR, /* what a gate fails by */
};

struct pk_notice { /* texts are not escaped; those not said to be always there may be missing */
    enum pk_notice_level level;
    struct pk_str rule;        /* its id, always there: the same whatever its threshold is */
    struct pk_str about;       /* what the rule asks for or looks for, always there */
    struct pk_str help;        /* what to do */
    struct pk_str heading;     /* over an annotation, always there */
    struct pk_str title;       /* in a list of tests, always there */
    struct pk_str message;     /* without its function, always there */
    struct pk_str fingerprint; /* stays when lines move, always there */
    struct pk_str baseline;    /* since an earlier run, in the words of SARIF: "new" */
    struct pk_str reason;      /* why it is suppressed: not to be shown as open */
    const struct pk_profile *profile;
    pk_frame_id frame; /* PK_NONE: of no function */
};

struct pk_notices {
    const struct pk_notice *list; /* in the order in which they are shown */
    uint32_t n;
    const char *command;      /* "check": who says it */
    const char *fingerprints; /* what kind they are of: "profkitCheck/v1" */
};

/* The file and line of its function as a reviewer has it: below the current folder. False where the
 * file is elsewhere or not known; `file` is borrowed from the profile. */
bool pk_notice_place(const struct pk_notice *notice, struct pk_str *file, uint32_t *line);

/* Append its message behind the name of its function, where it is of one. */
void pk_notice_sentence(struct pk_buf *out, const struct pk_notice *notice);

#endif
