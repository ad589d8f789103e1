/*
 * The script for zsh: a list of commands, and one call of _arguments for each. In a specification
 * "[help]:argument:action", brackets and colons of the help are escaped.
 */
#include "cmd/completion.h"

#include <stddef.h>
#include <string.h>

/* Within single quotes and a specification. */
static void add_escaped(struct pk_buf *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '\'') {
            pk_buf_text(out, "'\\''");
            continue;
        }
        if (strchr("[]:\\", *text))
            pk_buf_char(out, '\\');
        pk_buf_char(out, *text);
    }
}

static void add_action(struct pk_buf *out, struct pk_completion *value)
{
    if (value->kind == PK_COMPLETION_FILES || value->kind == PK_COMPLETION_ONE_FILE)
        pk_buf_text(out, "_files");
    else if (value->kind == PK_COMPLETION_FOLDERS)
        pk_buf_text(out, "_files -/");
    else if (value->kind == PK_COMPLETION_WORDS)
        pk_buf_printf(out, "(%s)", value->words.data);
    pk_buf_fini(&value->words);
}

/* "(-n --top)"{-n,--top}"[help]:N:": a short and a long name exclude each other. */
static void add_option(const struct pk_opt *opt, void *context)
{
    struct pk_buf *out = context;
    const char *equals = opt->kind == PK_OPT_FLAG ? "" : "=";

    pk_buf_text(out, " \\\n            ");
    if (opt->letter && !opt->is_repeatable)
        pk_buf_printf(out, "'(-%c --%s)'", opt->letter, opt->name);
    else if (opt->is_repeatable)
        pk_buf_text(out, "'*'");
    if (opt->letter)
        pk_buf_printf(out, "{-%c%s,--%s%s}'[", opt->letter, *equals ? "+" : "", opt->name, equals);
    else
        pk_buf_printf(out, "'--%s%s[", opt->name, equals);
    add_escaped(out, opt->help);
    pk_buf_char(out, ']');
    if (opt->kind != PK_OPT_FLAG) {
        struct pk_completion value = pk_completion_of_option(opt);

        pk_buf_char(out, ':');
        add_escaped(out, opt->argument ? opt->argument : "value");
        pk_buf_char(out, ':');
        add_action(out, &value);
    }
    pk_buf_char(out, '\'');
}

/* The function behind the files has no completion. */
static void add_operands(struct pk_buf *out, const struct pk_cmd *cmd)
{
    struct pk_completion value = pk_completion_of_operands(cmd);

    if (value.kind == PK_COMPLETION_NONE)
        return;
    pk_buf_text(out, " \\\n            ");
    if (value.kind == PK_COMPLETION_ONE_FILE)
        pk_buf_text(out, "'1:file:_files' '*:function:'");
    else {
        pk_buf_printf(out, "'%s:%s:", value.kind == PK_COMPLETION_FILES ? "*" : "1",
                      value.kind == PK_COMPLETION_FILES ? "file" : "word");
        add_action(out, &value);
        pk_buf_char(out, '\'');
    }
    pk_buf_fini(&value.words);
}

void pk_completion_zsh(struct pk_buf *out)
{
    pk_buf_text(out,
                "#compdef profkit\n# zsh completion for profkit, made by: profkit completion zsh\n"
                "_profkit()\n{\n    local -a commands\n    commands=(\n");
    for (size_t i = 0; pk_cmd_list[i]; i++) {
        pk_buf_printf(out, "        '%s:", pk_cmd_list[i]->name);
        add_escaped(out, pk_cmd_list[i]->summary);
        pk_buf_text(out, "'\n");
    }
    pk_buf_text(out, "    )\n    if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then\n"
                     "        _describe command commands\n        _files\n        return\n    fi\n"
                     "    local command=$words[2]\n"
                     "    if (( $commands[(I)$command:*] )); then\n"
                     "        shift words\n        (( CURRENT-- ))\n    else\n"
                     "        command=summary\n    fi\n    case $command in\n");
    for (size_t i = 0; pk_cmd_list[i]; i++) {
        pk_buf_printf(out, "    %s)\n        _arguments -s -S", pk_cmd_list[i]->name);
        pk_completion_options(pk_cmd_list[i], add_option, out);
        add_operands(out, pk_cmd_list[i]);
        pk_buf_text(out, "\n        ;;\n");
    }
    pk_buf_text(out, "    esac\n}\ncompdef _profkit profkit\n");
}
