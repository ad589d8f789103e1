/*
 * The long texts of `profkit explain`. Layer: cmd.
 */
#ifndef PK_CMD_EXPLAIN_TEXTS_H
#define PK_CMD_EXPLAIN_TEXTS_H

struct pk_explanation {
    const char *id;      /* "E031"; ids of findings are words: "n-plus-one-query" */
    const char *title;   /* one line, lower case */
    const char *means;   /* paragraphs, wrapped when they are printed */
    const char *why;     /* how it comes about */
    const char *what;    /* what to do */
    const char *example; /* lines to type; NULL: none */
};

extern const struct pk_explanation pk_explain_texts[]; /* by id, ended by a NULL id */

#endif
