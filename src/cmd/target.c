/*
 * Where and how a command writes: the writer by --to, --json, or the extension of -o; the style by
 * what stdout is. Everything but the result goes to stderr.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analyze/threshold.h"
#include "base/code.h"
#include "base/escape.h"
#include "base/pager.h"
#include "base/progress.h"
#include "base/terminal.h"
#include "cmd/common.h"
#include "render/writers.h"

#define WIDTH_WITHOUT_TERMINAL 0 /* names are then never cut */

/* Writers say by their functions what they can write. */
static bool gives(const struct pk_writer *writer, unsigned kinds)
{
    return ((kinds & PK_TARGET_TABLE) && writer->table) ||
           ((kinds & PK_TARGET_SCENE) && writer->scene) ||
           ((kinds & PK_TARGET_NET) && writer->net) || ((kinds & PK_TARGET_FLOW) && writer->flow) ||
           ((kinds & PK_TARGET_PROFILE) && writer->profile) ||
           ((kinds & PK_TARGET_STACKS) && writer == &pk_writer_folded) ||
           ((kinds & PK_TARGET_NOTICES) && writer->notices) ||
           ((kinds & PK_TARGET_REPORT) && writer->report) ||
           ((kinds & PK_TARGET_MARKDOWN) && writer == &pk_writer_md) ||
           ((kinds & PK_TARGET_PAGE) && (writer == &pk_writer_text || writer == &pk_writer_json));
}

/* What this command can write, for the hint of an error. */
static void name_writers(unsigned kinds, bool by_extension, struct pk_buf *out)
{
    for (size_t i = 0; pk_writer_list[i]; i++) {
        if (!gives(pk_writer_list[i], kinds))
            continue;
        if (out->size)
            pk_buf_text(out, ", ");
        pk_buf_text(out, by_extension ? pk_writer_list[i]->extension : pk_writer_list[i]->name);
    }
}

/* An unknown format is a mistake in the call: status 2, with what would work. */
static bool refuse_writer(unsigned kinds, const char *what, const char *value, bool by_extension,
                          struct pk_error *error)
{
    struct pk_buf known = {0};
    char quoted[320];

    name_writers(kinds, by_extension, &known);
    if ((kinds & (PK_TARGET_SCENE | PK_TARGET_NET | PK_TARGET_FLOW)) && pk_writer_missing(value))
        pk_error_set(error, PK_USAGE, pk_place_none(), "%s", pk_writer_missing(value));
    else
        pk_error_set(error, PK_USAGE, pk_place_none(), "%s %s", what,
                     pk_error_quote(quoted, sizeof quoted, pk_str_of(value)));
    pk_error_hint(error, "this command writes %s" PK_CODE("E052"), known.data);
    pk_buf_fini(&known);
    return false;
}

/* --to is stronger than --json, both are stronger than the extension, and without any the command
 * decides. Three mistakes have three texts: a format that is unknown or unfit, an extension whose
 * writer does not suit the command, and a name that tells nothing. */
static bool choose_writer(const struct pk_args *args, const struct pk_writer *fallback,
                          unsigned kinds, struct pk_target *target, struct pk_error *error)
{
    const char *to =
        pk_opts_text(&args->opts, "to", pk_opts_has(&args->opts, "json") ? "json" : NULL);

    target->writer = fallback;
    if (to)
        target->writer = pk_writer_find(to);
    else if (target->path && strcmp(target->path, "-") != 0)
        target->writer = pk_writer_for_path(target->path);
    if (to && (!target->writer || !gives(target->writer, kinds)))
        return refuse_writer(kinds, "cannot write the format", to, false, error);
    if (!to && target->path && target->writer && !gives(target->writer, kinds))
        return refuse_writer(kinds, "cannot write the format", target->writer->name, true, error);
    if (!to && (!target->writer || !gives(target->writer, kinds)))
        return refuse_writer(
            kinds, target->path ? "cannot tell the format from the name" : "say --to FORMAT for",
            target->path ? target->path : args->cmd->name, !!target->path, error);
    return true;
}

/* What --pager or else PROFKIT_PAGER names, where there is a terminal and text to be shown on it;
 * else NULL. */
static const char *wanted_pager(const struct pk_args *args, const struct pk_target *target)
{
    const char *command = pk_opts_text(&args->opts, "pager", getenv("PROFKIT_PAGER"));

    if (target->path || target->writer != &pk_writer_text || !isatty(STDOUT_FILENO))
        return NULL;
    return pk_pager_is_asked(command) ? command : NULL;
}

/* Files are read by other programs too: they have colours only by --color=always. A pager is no
 * terminal, and many show the sequences instead of the colours. */
static bool has_color(const struct pk_args *args, bool to_stdout, bool is_terminal)
{
    enum pk_color_when choice = pk_terminal_color(pk_opts_text(&args->opts, "color", NULL));

    return choice == PK_COLOR_ALWAYS || (to_stdout && pk_terminal_has_color(choice, is_terminal));
}

/* `loaded` is NULL for commands that read nothing. Width 0 is "as wide as it gets": a pipe or a
 * file has no edge. */
static void fill_style(const struct pk_args *args, const struct pk_loaded *loaded,
                       struct pk_target *target)
{
    bool to_stdout = !target->path || strcmp(target->path, "-") == 0;
    struct pk_style *style = &target->style;
    int64_t width = pk_opts_number(&args->opts, "width", 0);

    style->is_terminal = to_stdout && isatty(STDOUT_FILENO);
    style->width = style->is_terminal ? pk_terminal_width(STDOUT_FILENO) : WIDTH_WITHOUT_TERMINAL;
    if (width > 0)
        style->width = width < 100000 ? (unsigned)width : 100000;
    /* A file is read anywhere: only a terminal is asked whether it can show more than ASCII. */
    style->is_ascii =
        pk_opts_has(&args->opts, "ascii") || (style->is_terminal && !pk_terminal_is_utf8());
    style->has_color = has_color(args, to_stdout, style->is_terminal && !target->pager);
    style->has_truecolor = style->has_color && pk_terminal_has_truecolor();
    style->is_raw = pk_opts_has(&args->opts, "raw");
    style->no_header = pk_opts_has(&args->opts, "no-header");
    style->metric = loaded ? loaded->metric : 0;
    style->inputs = loaded && loaded->names.size ? loaded->names.data : NULL;
}

/* How the name says that a file is to be packed; false where this build cannot. stdout has no name.
 */
static bool choose_packing(const char *path, enum pk_pack_kind *kind, struct pk_error *error)
{
    struct pk_str name = pk_str_of(path ? path : "");
    const char *packing;

    *kind = pk_pack_for_path(&name);
    if (pk_pack_is_there(*kind, &packing))
        return true;
    pk_error_set(error, PK_USAGE, pk_place_none(), "this build cannot pack by %s", packing);
    pk_error_hint(error, "give a name that ends in .gz");
    return false;
}

/* Nothing is created before the writer is known and the output is no input. */
bool pk_target_open(const struct pk_args *args, const struct pk_loaded *loaded,
                    const struct pk_writer *fallback, unsigned kinds, struct pk_target *target,
                    struct pk_error *error)
{
    enum pk_pack_kind packing;

    memset(target, 0, sizeof *target);
    target->path = pk_opts_text(&args->opts, "output", args->fallback_output);
    if (!choose_writer(args, fallback, kinds, target, error) ||
        !choose_packing(target->path, &packing, error))
        return false;
    target->pager = wanted_pager(args, target);
    fill_style(args, loaded, target);
    if (target->writer != &pk_writer_text && target->writer != &pk_writer_term &&
        (target->writer->scene || target->writer->is_binary) && target->style.is_terminal &&
        !target->path) {
        pk_error_set(error, PK_USAGE, pk_place_none(), "not writing %s to the terminal",
                     target->writer->scene ? "a picture" : "a binary file");
        pk_error_hint(error, "-o out%s", target->writer->extension);
        return false;
    }
    target->output = pk_output_open(target->path, error);
    if (!target->output)
        return false;
    for (size_t i = 0; loaded && i < loaded->identities.size; i++)
        if (!pk_output_refuse_input(target->output, loaded->identities.data[i].device,
                                    loaded->identities.data[i].inode, error)) {
            pk_output_abort(target->output);
            return false;
        }
    pk_output_pack(target->output, packing);
    if (target->pager)
        pk_output_page(target->output, target->pager);
    pk_progress_phase("writing", target->path, 1, 1);
    return true;
}

/* The error is thrown away on purpose: the same choice fails again in pk_target_open, after what is
 * wrong with the input was told. */
const struct pk_writer *pk_target_writer(const struct pk_args *args,
                                         const struct pk_writer *fallback, unsigned kinds)
{
    struct pk_target target = {.path = pk_opts_text(&args->opts, "output", NULL)};
    struct pk_error ignored = {0};

    return choose_writer(args, fallback, kinds, &target, &ignored) ? target.writer : NULL;
}

void pk_target_plan(struct pk_args *args, const struct pk_writer *fallback)
{
    const struct pk_writer *writer = pk_target_writer(args, fallback, PK_TARGET_PROFILE);

    if (!writer)
        return;
    args->keeps = writer->needs;
    args->keeps_metrics = !(writer->loses & PK_LOSES_METRICS);
}

/* A script that reads rows must not take them for all there are. */
bool pk_target_table(const struct pk_args *args, struct pk_target *target,
                     const struct pk_table *table, struct pk_error *error)
{
    struct pk_buf said = {0};

    if (!target->writer->table(table, &target->style, pk_output_stream(target->output), error))
        return false;
    pk_progress_clear();
    if (target->writer->leaves_out_silently && table->footer.size && !pk_is_quiet(args)) {
        pk_escape_terminal(&said, table->footer);
        fprintf(stderr, "not in the %s: %s\n", target->writer->name, said.data);
    }
    pk_buf_fini(&said);
    return true;
}

/* Says what was written only when it is safely there. */
int pk_target_close(const struct pk_args *args, struct pk_target *target, bool done,
                    struct pk_error *error)
{
    struct pk_buf path = {0};
    uint64_t bytes = 0;

    pk_progress_clear();
    if (!done) {
        pk_output_abort(target->output);
        pk_buf_fini(&target->doubts);
        return (int)error->status;
    }
    /* Memory is asked for before: behind the commit nothing may fail. */
    if (target->path && strcmp(target->path, "-") != 0 && !pk_is_quiet(args))
        pk_escape_terminal(&path, pk_str_of(target->path));
    if (pk_output_commit(target->output, &bytes, error)) {
        bool is_small = bytes < 10000;

        target->bytes = bytes;
        if (path.size)
            fprintf(stderr, "wrote %s %llu %s\n", path.data,
                    (unsigned long long)(is_small ? bytes : bytes / 1000), is_small ? "B" : "kB");
        if (target->doubts.size)
            fputs(target->doubts.data, stderr);
    }
    pk_buf_fini(&path);
    pk_buf_fini(&target->doubts);
    return (int)error->status;
}

/* The name in front of a doubt says which file it is of, where there is one. */
void pk_target_finish(const struct pk_args *args, const struct pk_loaded *loaded,
                      struct pk_target *target, bool done, struct pk_error *error)
{
    pk_say_doubts(args, loaded->profile, loaded->metric,
                  loaded->names.size == 2 ? loaded->names.data[0] : NULL, target);
    error->status = (enum pk_status)pk_target_close(args, target, done, error);
}

/* What orders rows is a matter of analysis, which knows no options. */
unsigned pk_orders(const struct pk_args *args, struct pk_order orders[PK_OPT_MOST_KEYS])
{
    struct pk_opt_key keys[PK_OPT_MOST_KEYS];
    unsigned n = pk_opts_keys(&args->opts, "sort", keys);

    for (unsigned i = 0; i < n; i++)
        orders[i] = (struct pk_order){keys[i].choice, keys[i].is_reversed};
    return n;
}

/* More rows than can be are all rows. */
uint32_t pk_top(const struct pk_args *args, uint32_t fallback)
{
    int64_t top = pk_opts_number(&args->opts, "top", fallback);

    return top > UINT32_MAX ? 0 : (uint32_t)top;
}

/* More than all of it is all of it: only what holds everything is shown then. */
uint32_t pk_min_percent(const struct pk_args *args, uint32_t fallback)
{
    int64_t percent = pk_opts_number(&args->opts, "min-percent", fallback);

    return percent > PK_THRESHOLD_ALL ? PK_THRESHOLD_ALL : (uint32_t)percent;
}
