/*
 * The script for bash: two tables as functions, and one function that looks up in them. It needs
 * nothing of the package bash-completion.
 *
 * Trap: bash takes '=' for the end of a word, so "--to=csv" arrives as three words.
 */
#include "cmd/completion.h"

#include <stddef.h>

/* It goes through the words before the cursor once, to know the command and how many files were
 * named: a command of one file is offered no second. Answers that begin with @ stand for files;
 * those are read line by line, since a name may hold spaces. */
static const char lookup[] =
    "_profkit()\n"
    "{\n"
    "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
    "    local cmd= kind= i files=0\n"
    "    if [[ $cur == '=' ]]; then\n"
    "        cur=\n"
    "    elif [[ $prev == '=' ]]; then\n"
    "        prev=${COMP_WORDS[COMP_CWORD-2]}\n"
    "    fi\n"
    "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
    "        case ${COMP_WORDS[i]} in\n"
    "        = | -?*) ;;\n"
    "        *)\n"
    "            if [[ ! $cmd ]]; then\n"
    "                [[ ${COMP_WORDS[i-1]} == --width ]] || cmd=${COMP_WORDS[i]}\n"
    "            elif [[ ! $(_profkit_value \"$cmd\" \"${COMP_WORDS[i-1]}\") ]]; then\n"
    "                files=$((files + 1))\n"
    "            fi\n"
    "            ;;\n"
    "        esac\n"
    "    done\n"
    "    COMPREPLY=()\n"
    "    if [[ $cur != -* || $prev == -* ]]; then\n"
    "        kind=$(_profkit_value \"$cmd\" \"$prev\")\n"
    "    fi\n"
    "    if [[ ! $kind && $cur == -* ]]; then\n"
    "        kind=$(_profkit_options \"$cmd\")\n"
    "    elif [[ ! $kind && ! $cmd ]]; then\n"
    "        kind=$(_profkit_commands)' @files'\n"
    "    elif [[ ! $kind ]]; then\n"
    "        kind=$(_profkit_operands \"$cmd\")\n"
    "        [[ $kind == @file && $files -gt 0 ]] && kind=@none\n"
    "    fi\n"
    "    case $kind in\n"
    "    *@file*)\n"
    "        compopt -o filenames 2>/dev/null\n"
    "        COMPREPLY=($(compgen -W \"${kind%@*}\" -- \"$cur\"))\n"
    "        while IFS= read -r i; do COMPREPLY+=(\"$i\"); done < <(compgen -f -- \"$cur\")\n"
    "        ;;\n"
    "    @folders)\n"
    "        compopt -o filenames 2>/dev/null\n"
    "        while IFS= read -r i; do COMPREPLY+=(\"$i\"); done < <(compgen -d -- \"$cur\")\n"
    "        ;;\n"
    "    @none) ;;\n"
    "    *) COMPREPLY=($(compgen -W \"$kind\" -- \"$cur\")) ;;\n"
    "    esac\n"
    "}\n"
    "complete -F _profkit profkit\n";

/* What the tables say in place of words: see the last case of the lookup. */
static const char *kind_word(enum pk_completion_kind kind)
{
    switch (kind) {
    case PK_COMPLETION_FILES:
        return "@files";
    case PK_COMPLETION_ONE_FILE:
        return "@file";
    case PK_COMPLETION_FOLDERS:
        return "@folders";
    default:
        return "@none";
    }
}

/* Words are those of our own tables, which hold no quote, so single quotes keep them. */
static void add_value(struct pk_buf *out, struct pk_completion *value)
{
    if (value->kind == PK_COMPLETION_WORDS)
        pk_buf_str(out, pk_buf_view(&value->words));
    else
        pk_buf_text(out, kind_word(value->kind));
    pk_buf_fini(&value->words);
}

/* Both spellings, with a space behind each: they are words of one line. */
static void add_option(const struct pk_opt *opt, void *context)
{
    struct pk_buf *out = context;

    if (opt->letter)
        pk_buf_printf(out, "-%c ", opt->letter);
    pk_buf_printf(out, "--%s ", opt->name);
}

struct values {
    struct pk_buf *out;
    const struct pk_cmd *cmd;
};

/* A line of the table of values: those of a flag are none, so it has no line. */
static void add_option_value(const struct pk_opt *opt, void *context)
{
    struct values *values = context;
    struct pk_completion value;

    if (opt->kind == PK_OPT_FLAG)
        return;
    value = pk_completion_of_option(opt);
    pk_buf_printf(values->out, "    %s,--%s", values->cmd->name, opt->name);
    if (opt->letter)
        pk_buf_printf(values->out, " | %s,-%c", values->cmd->name, opt->letter);
    pk_buf_text(values->out, ") echo '");
    add_value(values->out, &value);
    pk_buf_text(values->out, "' ;;\n");
}

/* The shell asks functions, not variables, so that nothing is left in its name space but what
 * begins with _profkit. The empty command has the options of the first: those before a command. */
void pk_completion_bash(struct pk_buf *out)
{
    pk_buf_text(out, "# bash completion for profkit, made by: profkit completion bash\n"
                     "_profkit_commands()\n{\n    echo '");
    for (size_t i = 0; pk_cmd_list[i]; i++)
        pk_buf_printf(out, "%s%s", i ? " " : "", pk_cmd_list[i]->name);
    pk_buf_text(out, "'\n}\n_profkit_options()\n{\n    case $1 in\n");
    for (size_t i = 0; pk_cmd_list[i]; i++) {
        pk_buf_printf(out, "    %s%s) echo '", pk_cmd_list[i]->name, i == 0 ? " | ''" : "");
        pk_completion_options(pk_cmd_list[i], add_option, out);
        pk_buf_text(out, "' ;;\n");
    }
    pk_buf_text(out, "    esac\n}\n_profkit_operands()\n{\n    case $1 in\n");
    for (size_t i = 0; pk_cmd_list[i]; i++) {
        struct pk_completion value = pk_completion_of_operands(pk_cmd_list[i]);

        pk_buf_printf(out, "    %s) echo '", pk_cmd_list[i]->name);
        add_value(out, &value);
        pk_buf_text(out, "' ;;\n");
    }
    pk_buf_text(out,
                "    *) echo @files ;;\n    esac\n}\n_profkit_value()\n{\n    case $1,$2 in\n");
    for (size_t i = 0; pk_cmd_list[i]; i++)
        pk_completion_options(pk_cmd_list[i], add_option_value,
                              &(struct values){out, pk_cmd_list[i]});
    pk_buf_text(out, "    *,--width) echo @none ;;\n    esac\n}\n");
    pk_buf_text(out, lookup);
}
