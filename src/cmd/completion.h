/*
 * Completions for shells, made from the command list and the option tables, so that they cannot
 * drift from what is parsed. Layer: cmd.
 */
#ifndef PK_CMD_COMPLETION_H
#define PK_CMD_COMPLETION_H

#include "base/buf.h" /* IWYU pragma: export */

#include "cmd/cmd.h" /* IWYU pragma: export */

enum pk_completion_kind {
    PK_COMPLETION_NONE, /* a number, a text, a function: nothing to offer */
    PK_COMPLETION_FILES,
    PK_COMPLETION_FOLDERS,
    PK_COMPLETION_ONE_FILE, /* of operands: files until there is one, as a function follows them */
    PK_COMPLETION_WORDS
};

struct pk_completion { /* what a value may be; words have spaces between */
    enum pk_completion_kind kind;
    struct pk_buf words; /* free it */
};

/* What the value of an option may be. */
struct pk_completion pk_completion_of_option(const struct pk_opt *opt);

/* What the operands of a command may be, told by its usage. */
struct pk_completion pk_completion_of_operands(const struct pk_cmd *cmd);

/* Call `each` for every option of a command, also the shared ones, each name once. */
void pk_completion_options(const struct pk_cmd *cmd,
                           void (*each)(const struct pk_opt *opt, void *context), void *context);

/* The scripts. */
void pk_completion_bash(struct pk_buf *out);
void pk_completion_fish(struct pk_buf *out);
void pk_completion_zsh(struct pk_buf *out);

#endif
