/*
 * The long texts of `profkit explain`. Layer: cmd.
 */
#ifndef PK_CMD_EXPLAIN_TEXTS_H
#define PK_CMD_EXPLAIN_TEXTS_H

#include <stddef.h>

struct pk_explanation {
    const char *id;      /* "E031"; ids of findings are words: "n-plus-one-query" */
    const char *title;   /* one line, lower case */
    const char *means;   /* paragraphs, wrapped when they are printed */
    const char *why;     /* how it comes about; of a finding: how it is told from honest work */
    const char *what;    /* what to do */
    const char *example; /* lines to type; NULL: none */
    const char *before, *after; /* lines of a program, of findings only */
};

/* Each by id, ended by a NULL id. */
extern const struct pk_explanation pk_explain_codes[], pk_explain_findings[];

/* All of them, codes of errors first; NULL past the last. */
const struct pk_explanation *pk_explain_at(size_t i);

#endif
