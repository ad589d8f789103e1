/*
 * profkit completion bash|zsh|fish: prints the script for a shell. What is installed for the shells
 * is a short file that runs this when the first completion is asked for: so it fits the program
 * that is there, and a build for another machine, which cannot run its program, installs it as
 * well.
 */
#include "cmd/completion.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "cmd/common.h"
#include "cmd/explain_texts.h"
#include "render/writers.h"

static const struct {
    const char *name;
    void (*write)(struct pk_buf *out);
} shells[] = {
    {"bash", pk_completion_bash}, {"zsh", pk_completion_zsh}, {"fish", pk_completion_fish}};

static void add_word(struct pk_buf *words, const char *word)
{
    if (words->size)
        pk_buf_char(words, ' ');
    pk_buf_text(words, word);
}

/* "self,total" as "self total". */
static void add_choices(struct pk_buf *words, const char *choices, char separator)
{
    for (; *choices; choices++)
        pk_buf_char(words, *choices == separator ? ' ' : *choices);
}

static bool add_formats(struct pk_buf *words, const char *option)
{
    bool is_input = strcmp(option, "format") == 0;

    if (!is_input && strcmp(option, "to") != 0)
        return false;
    for (size_t i = 0; is_input && pk_reader_list[i]; i++)
        if (pk_reader_list[i]->read)
            add_word(words, pk_reader_list[i]->name);
    for (size_t i = 0; !is_input && pk_writer_list[i]; i++)
        add_word(words, pk_writer_list[i]->name);
    return true;
}

struct pk_completion pk_completion_of_option(const struct pk_opt *opt)
{
    struct pk_completion value = {.kind = PK_COMPLETION_WORDS};

    if (opt->choices)
        add_choices(&value.words, opt->choices, ',');
    else if (!add_formats(&value.words, opt->name))
        value.kind = PK_COMPLETION_NONE;
    if (opt->argument && strcmp(opt->argument, "FILE") == 0)
        value.kind = PK_COMPLETION_FILES;
    else if (opt->argument && strcmp(opt->argument, "DIR") == 0)
        value.kind = PK_COMPLETION_FOLDERS;
    return value;
}

/* The usage is the one place that names operands; "[OPTION...] [FILE...] FUNC". */
struct pk_completion pk_completion_of_operands(const struct pk_cmd *cmd)
{
    struct pk_completion value = {.kind = PK_COMPLETION_WORDS};
    const char *last = strrchr(cmd->usage, ' ');

    last = last ? last + 1 : cmd->usage;
    if (strstr(cmd->usage, "COMMAND"))
        for (size_t i = 0; pk_cmd_list[i]; i++)
            add_word(&value.words, pk_cmd_list[i]->name);
    else if (strstr(cmd->usage, "CODE"))
        for (size_t i = 0; pk_explain_at(i); i++)
            add_word(&value.words, pk_explain_at(i)->id);
    else if (strstr(last, "FUNC") == last)
        value.kind = PK_COMPLETION_ONE_FILE;
    else if (cmd->reads)
        value.kind = PK_COMPLETION_FILES;
    else if (strchr(last, '|'))
        add_choices(&value.words, last, '|');
    else
        value.kind = PK_COMPLETION_NONE;
    return value;
}

/* A shared option that the command has itself was met before. */
static bool is_met(const struct pk_opt *const *tables, size_t before, const char *name)
{
    for (size_t t = 0; t < before; t++)
        for (const struct pk_opt *opt = tables[t]; opt->name; opt++)
            if (strcmp(opt->name, name) == 0)
                return true;
    return false;
}

void pk_completion_options(const struct pk_cmd *cmd,
                           void (*each)(const struct pk_opt *opt, void *context), void *context)
{
    const struct pk_opt *tables[5];

    pk_cmd_tables(cmd, tables);
    for (size_t t = 0; tables[t]; t++)
        for (const struct pk_opt *opt = tables[t]; opt->name; opt++)
            if (!is_met(tables, t, opt->name))
                each(opt, context);
}

static int run(struct pk_args *args, struct pk_error *error)
{
    const char *shell = args->opts.operands.size ? args->opts.operands.data[0] : "";
    struct pk_output *output;
    struct pk_buf out = {0};
    size_t i = 0;
    char quoted[320];

    while (i < sizeof shells / sizeof *shells && strcmp(shells[i].name, shell) != 0)
        i++;
    if (i == sizeof shells / sizeof *shells || args->opts.operands.size > 1) {
        pk_error_set(error, PK_USAGE, pk_place_none(), "completion for which shell? %s",
                     *shell ? pk_error_quote(quoted, sizeof quoted, pk_str_of(shell)) : "");
        pk_error_hint(error, "profkit completion bash|zsh|fish");
        return PK_USAGE;
    }
    shells[i].write(&out);
    output = pk_output_open(NULL, error);
    if (output) {
        pk_buf_write(&out, pk_output_stream(output));
        pk_output_commit(output, NULL, error);
    }
    pk_buf_fini(&out);
    return (int)error->status;
}

const struct pk_cmd pk_cmd_completion = {
    .name = "completion",
    .summary = "the script that completes commands and options in a shell",
    .usage = "bash|zsh|fish",
    .group = "Help",
    .run = run,
    .example = "source <(profkit completion bash)",
};
