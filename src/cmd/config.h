/*
 * Configuration, all of it optional and in one table: $(sysconfdir)/profkit.conf, the user's file,
 * the nearest .profkit up to the root of the repository, PROFKIT_* of the environment, each
 * stronger than the one before and all weaker than options. No key names a program or a file that
 * would be opened, because a checked-out repository must not be able to run or read things.
 * Layer: cmd; sees base, rule.
 */
#ifndef PK_CMD_CONFIG_H
#define PK_CMD_CONFIG_H

#include "analyze/rule.h"        /* IWYU pragma: export */
#include "analyze/suppression.h" /* IWYU pragma: export */

#include "base/arena.h" /* IWYU pragma: export */
#include "base/array.h" /* IWYU pragma: export */
#include "base/error.h" /* IWYU pragma: export */
#include "base/opt.h"   /* IWYU pragma: export */

enum pk_config_kind {
    PK_CONFIG_OPTION,   /* the default of an option */
    PK_CONFIG_OWN,      /* what own code begins with */
    PK_CONFIG_MODULE,   /* the key is what files begin with, the value their module */
    PK_CONFIG_RULE,     /* the key is the name of a rule of check, the value its expression */
    PK_CONFIG_SERVICE,  /* the key is the name of a service, the value an expression */
    PK_CONFIG_SUPPRESS, /* the key says what is suppressed, the value why and until when */
};

struct pk_config_key {
    const char *section;
    enum pk_config_kind kind;
    struct pk_opt value;  /* its name is that of the key; NULL: any key of this section */
    const char *option;   /* the option that it is the default of */
    const char *not_for;  /* a command that means something else by it, or NULL */
    const char *variable; /* of the environment, or NULL */
};

extern const struct pk_config_key pk_config_keys[]; /* ended by a NULL section */

struct pk_config_pair {
    const char *key, *value;
};

struct pk_config_default {
    const struct pk_config_key *key;
    const char *text;
};

struct pk_config_rule {
    const char *name;
    struct pk_rule rule;
};

struct pk_config { /* begin with all zero; texts are in the arena */
    struct pk_arena arena;
    PK_ARRAY(struct pk_config_default) defaults; /* weakest first */
    PK_ARRAY(const char *) own;
    PK_ARRAY(struct pk_config_pair) modules, services;
    PK_ARRAY(struct pk_suppression) suppressed;
    PK_ARRAY(struct pk_config_rule) rules;
    PK_ARRAY(const char *) sources; /* what was read, weakest first: files, then variables */
};

/* Read what there is of files and variables. A mistake in one is PK_USAGE, at its line and column;
 * a file that cannot be read PK_INPUT. */
bool pk_config_load(struct pk_config *config, struct pk_error *error);

/* Add what one file says; `file` is for messages and outlives them. */
bool pk_config_parse(struct pk_config *config, const char *file, struct pk_str text,
                     struct pk_error *error);

/* Give options of `tables` that were not on the command line what is configured; `command` is the
 * name of the command. */
void pk_config_apply(const struct pk_config *config, const char *command,
                     const struct pk_opt *const *tables, struct pk_opts *opts);

/* Free it; errors may name a file until then. */
void pk_config_fini(struct pk_config *config);

#endif
