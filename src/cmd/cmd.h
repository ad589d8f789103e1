/*
 * What a command is: one file each in src/cmd, one struct, one line in table.c. Commands only wire
 * parts together: open, analyse, view, write. Layer: cmd; sees everything, nobody sees it.
 */
#ifndef PK_CMD_CMD_H
#define PK_CMD_CMD_H

#include "base/arena.h" /* IWYU pragma: export */
#include "base/error.h" /* IWYU pragma: export */
#include "base/opt.h"   /* IWYU pragma: export */
#include "cmd/config.h" /* IWYU pragma: export */

struct pk_args {
    const struct pk_cmd *cmd;
    struct pk_opts opts;
    struct pk_config config;     /* empty with --no-config */
    const char *fallback_output; /* set by the command: where to write without -o; NULL: stdout */
    unsigned keeps;        /* set by the command: flags of pk_profile_keep for what it reads */
    bool is_partial;       /* set by loading: some inputs were skipped on request, status 5 */
    bool keeps_metrics;    /* likewise: it holds all metrics, so none is chosen by default; without
                              PK_KEEP_METRICS it reads the record alone */
    struct pk_arena paths; /* of files that were found in folders; kept like these: */
    struct pk_arena kept[2]; /* names that an error may borrow; main frees them after printing */
};

struct pk_cmd {
    const char *name, *summary; /* one line for the list of commands */
    const char *usage;          /* "[OPTION...] [FILE...]" */
    const char *group;          /* heading in the list of commands */
    const struct pk_opt *opts;  /* its own; may be NULL */
    bool reads;                 /* takes the options common to reading commands */
    bool writes;                /* takes -o and --to */
    bool has_own_by;            /* its --by is not that of readers */
    bool reads_functions;       /* and nothing of who calls them */
    bool filters_estimates;     /* shows stacks, and filters those that it has to estimate */
    /* Returns the exit status; on failure `error` says why and is printed by main. */
    int (*run)(struct pk_args *args, struct pk_error *error);
    const char *example; /* for --help */
};

extern const struct pk_cmd *const pk_cmd_list[]; /* ended by NULL */

/* The options of every command, which may stand before its name too. */
extern const struct pk_opt pk_cmd_global_options[];

/* The command of a name, or NULL. */
const struct pk_cmd *pk_cmd_find(const char *name);

/* Fill `error` because no command is called `word`: with the nearest name, or else with `reason`
 * behind it; always false. */
bool pk_cmd_refuse(const char *word, const char *reason, struct pk_error *error);

/* The option tables of a command, ended by NULL: its own, the readers', the writers', the global
 * ones. */
void pk_cmd_tables(const struct pk_cmd *cmd, const struct pk_opt *tables[5]);

/* Append the help of one command, or the list of all. */
void pk_cmd_help(const struct pk_cmd *cmd, struct pk_buf *out);
void pk_cmd_overview(struct pk_buf *out);

/* The commands, each in its own file. */
extern const struct pk_cmd pk_cmd_annotate;
extern const struct pk_cmd pk_cmd_calls;
extern const struct pk_cmd pk_cmd_check;
extern const struct pk_cmd pk_cmd_completion;
extern const struct pk_cmd pk_cmd_convert;
extern const struct pk_cmd pk_cmd_diff;
extern const struct pk_cmd pk_cmd_explain;
extern const struct pk_cmd pk_cmd_findings;
extern const struct pk_cmd pk_cmd_flame;
extern const struct pk_cmd pk_cmd_formats;
extern const struct pk_cmd pk_cmd_graph;
extern const struct pk_cmd pk_cmd_help_topic;
extern const struct pk_cmd pk_cmd_hotspots;
extern const struct pk_cmd pk_cmd_info;
extern const struct pk_cmd pk_cmd_merge;
extern const struct pk_cmd pk_cmd_paths;
extern const struct pk_cmd pk_cmd_report;
extern const struct pk_cmd pk_cmd_services;
extern const struct pk_cmd pk_cmd_summary;
extern const struct pk_cmd pk_cmd_timeline;
extern const struct pk_cmd pk_cmd_tree;
extern const struct pk_cmd pk_cmd_view;
extern const struct pk_cmd pk_cmd_whatif;

#endif
