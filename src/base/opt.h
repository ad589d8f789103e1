/*
 * Option tables: one table drives parsing, --help, did-you-mean, and later completion and the
 * manual test. Long options take a value as "--name VALUE" or "--name=VALUE"; "--" ends options;
 * options and operands may mix; no abbreviations. Layer: base; uses error, buf.
 */
#ifndef PK_BASE_OPT_H
#define PK_BASE_OPT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/array.h" /* IWYU pragma: export */
#include "base/buf.h"   /* IWYU pragma: export */
#include "base/error.h" /* IWYU pragma: export */

enum pk_opt_kind {
    PK_OPT_FLAG,
    PK_OPT_TEXT,
    PK_OPT_COUNT,
    PK_OPT_CHOICE,
    PK_OPT_DECIMAL,
    PK_OPT_KEYS, /* some of the choices: "calls,-name" */
};

struct pk_opt {       /* a table ends with a NULL name */
    const char *name; /* "--top" is "top" */
    char letter;      /* 'o' for -o, or 0 */
    enum pk_opt_kind kind;
    const char *argument; /* "N", "FILE", shown in help; NULL for flags */
    const char *choices;  /* "self,total,calls" for PK_OPT_CHOICE and PK_OPT_KEYS, else NULL */
    const char *help;     /* one line, lower case, no full stop, default included */
    bool is_repeatable;
};

struct pk_opt_value {
    const struct pk_opt *opt;
    const char *text; /* NULL for flags */
    int64_t
        number; /* PK_OPT_COUNT: the value; PK_OPT_DECIMAL: times 1,000,000; neither is below 0 */
};

struct pk_opts { /* the outcome of a parse; strings are borrowed from argv */
    PK_ARRAY(struct pk_opt_value) values;
    PK_ARRAY(const char *) operands;
};

/* Parse argv[first..argc) against several tables in order (`tables` ends with NULL). A wrong
 * option, a missing or bad value is a PK_USAGE error with a did-you-mean hint where one is near. */
bool pk_opts_parse(struct pk_opts *opts, const struct pk_opt *const *tables, int argc, char **argv,
                   int first, struct pk_error *error);

/* The index of the first word from `first` on that is neither an option of the tables nor the value
 * of one: argc when there is none. What stands there may be an option of another table. */
int pk_opts_skip(const struct pk_opt *const *tables, int argc, char **argv, int first);

/* True when `text` suits an option that takes a value; `value` gets it. For what is not typed
 * behind an option. */
bool pk_opts_check(const struct pk_opt *opt, const char *text, struct pk_opt_value *value);

/* Append what an option wants: "a whole number". */
void pk_opts_wants(const struct pk_opt *opt, struct pk_buf *out);

/* Free the lists. */
void pk_opts_fini(struct pk_opts *opts);

/* The last value given for a name, or NULL when it was not given. */
const struct pk_opt_value *pk_opts_find(const struct pk_opts *opts, const char *name);

/* Shorthands: was it given; its text or `fallback`; its number or `fallback`. */
bool pk_opts_has(const struct pk_opts *opts, const char *name);
const char *pk_opts_text(const struct pk_opts *opts, const char *name, const char *fallback);
int64_t pk_opts_number(const struct pk_opts *opts, const char *name, int64_t fallback);

#define PK_OPT_MOST_KEYS 8

struct pk_opt_key {   /* one of the list of a PK_OPT_KEYS */
    unsigned choice;  /* its place among the choices */
    bool is_reversed; /* a '-' stands before it */
};

/* The list given for a PK_OPT_KEYS: how many keys, 0 when it was not given. */
unsigned pk_opts_keys(const struct pk_opts *opts, const char *name,
                      struct pk_opt_key keys[PK_OPT_MOST_KEYS]);

/* The value given for a name after `value`, or the first (NULL); NULL: there is none. */
const struct pk_opt_value *pk_opts_next(const struct pk_opts *opts, const char *name,
                                        const struct pk_opt_value *value);

/* How often it was given. */
unsigned pk_opts_count(const struct pk_opts *opts, const char *name);

/* Append the help lines of one table: "  -o, --output FILE   write to FILE". */
void pk_opts_help(const struct pk_opt *table, struct pk_buf *out);

/* The nearest of `words` (ended by NULL) within a small edit distance (did-you-mean), or NULL. */
const char *pk_opts_nearest(const char *word, const char *const *words);

#endif
