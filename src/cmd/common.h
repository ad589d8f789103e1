/*
 * What commands share: loading profiles, choosing the metric, opening the output. Layer: cmd.
 */
#ifndef PK_CMD_COMMON_H
#define PK_CMD_COMMON_H

#include "base/input.h" /* IWYU pragma: export */

#include <stdint.h>

#include "analyze/order.h"   /* IWYU pragma: export */
#include "base/output.h"     /* IWYU pragma: export */
#include "cmd/cmd.h"         /* IWYU pragma: export */
#include "cmd/transform.h"   /* IWYU pragma: export */
#include "formats/reader.h"  /* IWYU pragma: export */
#include "model/attribute.h" /* IWYU pragma: export */
#include "model/profile.h"   /* IWYU pragma: export */
#include "render/writer.h"   /* IWYU pragma: export */

struct pk_identity {
    uint64_t device, inode;
};

struct pk_loaded { /* free with pk_loaded_fini */
    struct pk_profile *profile;
    uint32_t metric;
    struct pk_transformed transformed; /* what filters left out */
    struct pk_attributed *filtered;    /* the estimated tree behind them, where it is what they
                                          filter; NULL: there is none */
    PK_ARRAY(const char *) names;      /* of the inputs, ended by NULL; owned by the arena */
    PK_ARRAY(struct pk_identity) identities;
    uint64_t bytes; /* of all of them, as they lie on disk */
    struct pk_arena arena;
};

/* Read what is configured, unless --no-config or PROFKIT_NO_CONFIG says not to, and give it to what
 * it is for. main does it before a command runs. */
bool pk_configure(struct pk_args *args, struct pk_error *error);

/* Read every operand (or stdin, or the newest profile of the folder), merge, freeze, choose the
 * metric. Notes go to stderr. */
bool pk_load(struct pk_args *args, struct pk_loaded *loaded, struct pk_error *error);

/* The same for some of the operands, without choosing a metric: unless all are kept, the tables
 * have values of the one that pk_choose_metric will choose, or with `like` (may be NULL) of the one
 * called as its metric. `loaded` is set up also when this fails. */
bool pk_load_paths(struct pk_args *args, const char *const *paths, size_t n,
                   const struct pk_loaded *like, struct pk_loaded *loaded, struct pk_error *error);

/* Choose the metric by --metric or default; what other ones there are is said on stderr. */
bool pk_choose_metric(const struct pk_args *args, struct pk_loaded *loaded, struct pk_error *error);

/* The first metric of this name, or PK_NONE. */
uint32_t pk_same_metric(const struct pk_profile *profile, struct pk_str name);

/* The function that a word of the user means: the one of exactly this name, else the only one that
 * the word matches as a regular expression. PK_NONE fills `error` (PK_USAGE); where several match,
 * the error is printed here with a list of them, and `error` stays empty but for its status. */
pk_frame_id pk_choose_function(const struct pk_loaded *loaded, const char *word,
                               struct pk_error *error);

struct pk_functions { /* what a word of a rule means: those of exactly this name, else those that it
                         matches as a regular expression; free with pk_functions_fini */
    struct pk_str word;
    struct pk_match *match; /* NULL: exact names */
    bool with_places;
};

/* Decide how a word is to be read, in all of `n` profiles alike. False fills `error` (PK_USAGE). */
bool pk_functions_choose(struct pk_functions *functions, struct pk_str word,
                         const struct pk_profile *const *profiles, unsigned n,
                         struct pk_error *error);

/* Mark the functions of one profile that are meant, in `is_in` [frame], which is all false; `n`
 * gets how many. False fills `error` when a match was given up. */
bool pk_functions_mark(const struct pk_functions *functions, const struct pk_profile *profile,
                       bool *is_in, uint32_t *n, struct pk_error *error);

/* Free what a word was compiled to. */
void pk_functions_fini(struct pk_functions *functions);

/* Free all of it but the names, which an error may borrow: they go to `args`. */
void pk_loaded_fini(struct pk_args *args, struct pk_loaded *loaded);

/* Read one file into a builder of its own, which is added to `*into` or becomes it where that is
 * NULL; prints its notes. */
bool pk_load_file(const struct pk_args *args, const char *path, struct pk_builder **into,
                  struct pk_loaded *loaded, struct pk_error *error);

/* The newest regular file of the current folder whose content is a profile that can be read; the
 * name lives in `arena`. NULL fills `error` (PK_USAGE). */
const char *pk_newest_profile(struct pk_arena *arena, struct pk_error *error);

/* Whether a word is the name of a file here that is without doubt a profile: a source is none. */
bool pk_names_profile(const char *name);

/* How perf script is to be read: as stackcollapse-perf.pl would print it when `convert` makes
 * folded text, else as it is. */
struct pk_perf_folding pk_convert_folding(const struct pk_args *args);

struct pk_target { /* where and how a command writes */
    const struct pk_writer *writer;
    struct pk_output *output;
    const char *path;  /* as given, or NULL for stdout */
    const char *pager; /* the command of the one to show it in, or NULL */
    struct pk_style style;
    struct pk_buf doubts; /* lines that close says behind its own */
    uint64_t bytes;       /* after close: what was written */
};

/* Choose the writer (--to, --json, the extension of -o, else `fallback`), open the output and fill
 * the style. `kinds` (flags) is what the command can give: only writers with one of them are taken.
 * Refuses an output that is an input. */
enum pk_target_kind {
    PK_TARGET_TABLE = 1,
    PK_TARGET_SCENE = 2,
    PK_TARGET_PROFILE = 4,
    PK_TARGET_NET = 16,
    PK_TARGET_PAGE = 8,    /* text of the command's own, or JSON */
    PK_TARGET_STACKS = 32, /* collapsed text */
    PK_TARGET_NOTICES = 64,
    PK_TARGET_MARKDOWN = 128, /* of the command's own */
    PK_TARGET_FLOW = 256,
    PK_TARGET_REPORT = 512,
};
bool pk_target_open(const struct pk_args *args, const struct pk_loaded *loaded,
                    const struct pk_writer *fallback, unsigned kinds, struct pk_target *target,
                    struct pk_error *error);

/* The writer that pk_target_open will choose; NULL where the choice is a mistake. */
const struct pk_writer *pk_target_writer(const struct pk_args *args,
                                         const struct pk_writer *fallback, unsigned kinds);

/* Tell loading, before it is done, what a command that writes whole profiles will need: the writer
 * is chosen as pk_target_open will do. A choice that is a mistake is an error there. */
void pk_target_plan(struct pk_args *args, const struct pk_writer *fallback);

/* Write a table. What it leaves out is said on stderr where the writer has no place for it. */
bool pk_target_table(const struct pk_args *args, struct pk_target *target,
                     const struct pk_table *table, struct pk_error *error);

/* Finish: commit when `done`, else abort. On success says "wrote FILE" on stderr. Returns the exit
 * status. */
int pk_target_close(const struct pk_args *args, struct pk_target *target, bool done,
                    struct pk_error *error);

/* With -v: what configuration was read; what a file was and how much of it there was; what came out
 * of all files; and, at the end, what it took. With -vv the sizes of tables and the time of each
 * phase. */
void pk_verbose_config(const struct pk_args *args);
void pk_verbose_input(const struct pk_args *args, const struct pk_input *input,
                      const struct pk_reader *reader);
void pk_verbose_profile(const struct pk_args *args, const struct pk_profile *profile);
void pk_verbose_end(const struct pk_args *args);

/* True with -q. */
bool pk_is_quiet(const struct pk_args *args);

/* Have close say on stderr why the metric of a profile that was shown is to be doubted: weight
 * without a symbol, few samples. What its readers counted was said when it was read. `name` (may be
 * NULL) is of the input; nothing with -q. Call it before close: behind a commit no memory is asked
 * for, since a run that wrote its output has not failed. */
void pk_say_doubts(const struct pk_args *args, const struct pk_profile *profile, uint32_t metric,
                   const char *name, struct pk_target *target);

/* How a command ends that shows what was loaded: its doubts, then pk_target_close; `error` gets the
 * status. */
void pk_target_finish(const struct pk_args *args, const struct pk_loaded *loaded,
                      struct pk_target *target, bool done, struct pk_error *error);

/* Take the last operand off as the name of a function, unless there is such a file or it is stdin,
 * so that both can be left out; NULL: none. */
const char *pk_take_function(struct pk_args *args);

/* The keys of --sort, as places among the choices of its option; how many, 0 without it. */
unsigned pk_orders(const struct pk_args *args, struct pk_order orders[PK_OPT_MOST_KEYS]);

/* The rows that --top asks for, `fallback` without it; 0: all. */
uint32_t pk_top(const struct pk_args *args, uint32_t fallback);

/* What --min-percent asks for, in millionths, `fallback` without it; at most the whole. */
uint32_t pk_min_percent(const struct pk_args *args, uint32_t fallback);

/* Append "api.prof  pstats · 12.48 s · 1,104,386 calls · ≈ tree inferred" and quality lines. */
void pk_header(const struct pk_loaded *loaded, const struct pk_style *style, struct pk_buf *out);

#endif
