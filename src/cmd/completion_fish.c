/*
 * The script for fish: a line for each command and each of its options. `-x` is a value without
 * files, `-r` one with them, `-f` no files at all.
 */
#include "cmd/completion.h"

#include <stddef.h>

/* Within single quotes. */
static void add_escaped(struct pk_buf *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '\'' || *text == '\\')
            pk_buf_char(out, '\\');
        pk_buf_char(out, *text);
    }
}

struct line {
    struct pk_buf *out;
    const struct pk_cmd *cmd;
};

static void begin(struct pk_buf *out, const struct pk_cmd *cmd)
{
    pk_buf_printf(out, "complete -c profkit -n '__fish_seen_subcommand_from %s'", cmd->name);
}

static void add_option(const struct pk_opt *opt, void *context)
{
    struct line *line = context;
    struct pk_completion value = {0};

    begin(line->out, line->cmd);
    if (opt->letter)
        pk_buf_printf(line->out, " -s %c", opt->letter);
    pk_buf_printf(line->out, " -l %s", opt->name);
    if (opt->kind != PK_OPT_FLAG)
        value = pk_completion_of_option(opt);
    if (value.kind == PK_COMPLETION_FILES)
        pk_buf_text(line->out, " -r -F");
    else if (value.kind == PK_COMPLETION_FOLDERS)
        pk_buf_text(line->out, " -x -a '(__fish_complete_directories)'");
    else if (value.kind == PK_COMPLETION_WORDS)
        pk_buf_printf(line->out, " -x -a '%s'", value.words.data);
    else if (opt->kind != PK_OPT_FLAG)
        pk_buf_text(line->out, " -x");
    pk_buf_text(line->out, " -d '");
    add_escaped(line->out, opt->help);
    pk_buf_text(line->out, "'\n");
    pk_buf_fini(&value.words);
}

static void add_operands(struct pk_buf *out, const struct pk_cmd *cmd)
{
    struct pk_completion value = pk_completion_of_operands(cmd);

    if (value.kind == PK_COMPLETION_WORDS || value.kind == PK_COMPLETION_NONE) {
        begin(out, cmd);
        pk_buf_text(out, " -f");
        if (value.words.size)
            pk_buf_printf(out, " -a '%s'", value.words.data);
        pk_buf_char(out, '\n');
    }
    pk_buf_fini(&value.words);
}

void pk_completion_fish(struct pk_buf *out)
{
    pk_buf_text(out, "# fish completion for profkit, made by: profkit completion fish\n");
    for (size_t i = 0; pk_cmd_list[i]; i++) {
        pk_buf_printf(out, "complete -c profkit -n __fish_use_subcommand -a %s -d '",
                      pk_cmd_list[i]->name);
        add_escaped(out, pk_cmd_list[i]->summary);
        pk_buf_text(out, "'\n");
    }
    for (size_t i = 0; pk_cmd_list[i]; i++) {
        pk_completion_options(pk_cmd_list[i], add_option, &(struct line){out, pk_cmd_list[i]});
        add_operands(out, pk_cmd_list[i]);
    }
}
