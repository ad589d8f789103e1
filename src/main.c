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
#include "cmd/cmd.h"

/* Help and version go through the same checked output as results: a full disk is no success. */
static int print_and_exit(const struct pk_buf *text, int status)
{
    struct pk_error error = {0};
    struct pk_output *output = pk_output_open(NULL, &error);

    if (output) {
        fwrite(text->data, 1, text->size, pk_output_stream(output));
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

/* Where the first word stands that is no general option: these may come before the command, all
 * others follow it. */
static int first_word(int argc, char **argv)
{
    static const char *const flags[] = {"-q", "--quiet", "--ascii", NULL};
    int at = 1;

    while (at < argc) {
        size_t i = 0;

        while (flags[i] && strcmp(flags[i], argv[at]) != 0)
            i++;
        if (flags[i] || strncmp(argv[at], "--width=", 8) == 0)
            at++;
        else if (strcmp(argv[at], "--width") == 0 && at + 1 < argc)
            at += 2;
        else
            break;
    }
    return at;
}

/* Find the command; `first` gets the index of its first argument. The command moves in front of the
 * general options before it, which are then parsed with the rest. */
static bool choose_command(int argc, char **argv, const struct pk_cmd **cmd, int *first,
                           struct pk_error *error)
{
    int at = first_word(argc, argv);
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
        status = args->cmd->run(args, error);
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

    pk_output_prepare_process();
    status = run(&args, argc, argv, &error);
    if (error.status != PK_OK) {
        pk_error_print(&error, stderr);
        status = (int)error.status;
    }
    pk_arena_fini(&args.kept[0]);
    pk_arena_fini(&args.kept[1]);
    return status;
}
