/*
 * Look the command up, parse its options, run it, print its one error, return its exit status.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/output.h"
#include "base/progress.h"
#include "base/terminal.h"
#include "cmd/common.h"

/* Help and version go through the same checked output as results: a full disk is no success. */
static int print_and_exit(const struct pk_buf *text, int status)
{
    struct pk_error error = {0};
    struct pk_output *output = pk_output_open(NULL, &error);

    if (output) {
        pk_buf_write(text, pk_output_stream(output));
        if (pk_output_commit(output, NULL, &error))
            return status;
    }
    pk_error_print(&error, stderr);
    return (int)error.status;
}

/* The form GNU asks for, then what this build can unpack. */
static void add_version(struct pk_buf *out)
{
    pk_buf_text(out, "profkit " PACKAGE_VERSION "\n"
                     "Copyright (C) 2026 the profkit authors\n"
                     "Licence MIT: https://opensource.org/licenses/MIT\n"
                     "There is NO WARRANTY, to the extent permitted by law.\n\n"
                     "unpacks: gzip"
#ifdef HAVE_ZSTD
                     " zstd"
#endif
#ifdef HAVE_LZMA
                     " xz"
#endif
#ifdef HAVE_BZ2
                     " bzip2"
#endif
                     "\n");
}

/* A word is an input rather than a misspelt command when it exists or looks like a path. */
static bool looks_like_input(const char *word)
{
    return strcmp(word, "-") == 0 || strchr(word, '/') || strchr(word, '.') ||
           access(word, F_OK) == 0;
}

/* Find the command; `first` gets the index of its first argument. The command moves in front of the
 * general options before it, which are then parsed with the rest; all other options follow it. */
static bool choose_command(int argc, char **argv, const struct pk_cmd **cmd, int *first,
                           struct pk_error *error)
{
    const struct pk_opt *const general[] = {pk_cmd_global_options, NULL};
    int at = pk_opts_skip(general, argc, argv, 1);
    char *word = at < argc ? argv[at] : argv[1];

    *cmd = &pk_cmd_summary;
    *first = 1;
    if (word[0] == '-' && word[1] != '\0')
        return true; /* profkit --metric x FILE: a summary */
    *cmd = pk_cmd_find(word);
    if (*cmd) {
        memmove(argv + 2, argv + 1, (size_t)(at - 1) * sizeof *argv);
        argv[1] = word;
        *first = 2;
        return true;
    }
    if (!looks_like_input(word))
        return pk_cmd_refuse(word, ", and no such file", error);
    *cmd = &pk_cmd_summary;
    return true;
}

/* How stderr looks, for all that is said from here on. What is wrong with an option itself is said
 * as the environment has it. */
static void prepare_messages(const struct pk_args *args)
{
    const char *color = pk_opts_text(&args->opts, "color", NULL);
    bool is_plain = strcmp(pk_opts_text(&args->opts, "progress", "auto"), "plain") == 0;
    enum pk_progress_mode mode = PK_PROGRESS_OFF;

    pk_error_use_color(pk_terminal_has_color(pk_terminal_color(color), isatty(STDERR_FILENO) == 1));
    if (!pk_is_quiet(args) && !pk_opts_has(&args->opts, "no-progress"))
        mode = is_plain                ? PK_PROGRESS_PLAIN
               : isatty(STDERR_FILENO) ? PK_PROGRESS_BAR
                                       : PK_PROGRESS_OFF;
    pk_progress_begin(mode, pk_terminal_width(STDERR_FILENO));
}

/* Run it; inputs that were skipped on request show in the status. Nothing here asks for memory
 * once the output is there. */
static int run_command(struct pk_args *args, struct pk_error *error)
{
    int status;

    if (!pk_configure(args, error))
        return (int)error->status;
    prepare_messages(args);
    pk_verbose_config(args);
    status = args->cmd->run(args, error);
    pk_progress_clear();
    if (status == PK_OK)
        pk_verbose_end(args);
    return status == PK_OK && args->is_partial ? PK_PARTIAL : status;
}

/* The status of the run; an error is printed by main, once. */
static int run(struct pk_args *args, int argc, char **argv, struct pk_error *error)
{
    const struct pk_opt *tables[5];
    struct pk_buf text = {0};
    int first, status;

    if (argc < 2) {
        pk_cmd_overview(&text);
        status = print_and_exit(&text, PK_USAGE);
        pk_buf_fini(&text);
        return status;
    }
    if (!choose_command(argc, argv, &args->cmd, &first, error))
        return PK_USAGE;
    pk_cmd_tables(args->cmd, tables);
    if (!pk_opts_parse(&args->opts, tables, argc, argv, first, error)) {
        status = PK_USAGE;
    } else if (pk_opts_has(&args->opts, "version") || pk_opts_has(&args->opts, "help")) {
        if (pk_opts_has(&args->opts, "version"))
            add_version(&text);
        else if (first == 1)
            pk_cmd_overview(&text);
        else
            pk_cmd_help(args->cmd, &text);
        status = print_and_exit(&text, PK_OK);
    } else {
        status = run_command(args, error);
    }
    pk_opts_fini(&args->opts);
    pk_buf_fini(&text);
    return status;
}

int main(int argc, char **argv)
{
    struct pk_error error = {0};
    struct pk_args args = {0};
    int status;

    pk_arena_prepare();
    pk_output_prepare_process();
    pk_error_use_color(pk_terminal_has_color(PK_COLOR_AUTO, isatty(STDERR_FILENO) == 1));
    status = run(&args, argc, argv, &error);
    if (error.status != PK_OK) {
        pk_error_print(&error, stderr);
        status = (int)error.status;
    }
    pk_config_fini(&args.config); /* the error may have named a file of it */
    pk_arena_fini(&args.paths);
    pk_arena_fini(&args.kept[0]);
    pk_arena_fini(&args.kept[1]);
    return status;
}
