/*
 * Prints the option tables of all commands for the script that holds help, manual and completion to
 * them. One line for each option, with tabs between: command, "own" or "common" (an option that
 * commands share), name, letter or "-", argument or "-", choices or "-", help.
 * A command without options of its own still has lines: the general ones.
 */
#include <stdio.h>

#include "cmd/cmd.h"

static void show_option(const struct pk_cmd *cmd, const struct pk_opt *opt, bool is_own)
{
    printf("%s\t%s\t%s\t%c\t%s\t%s\t%s\n", cmd->name, is_own ? "own" : "common", opt->name,
           opt->letter ? opt->letter : '-',
           opt->kind == PK_OPT_FLAG ? "-"
           : opt->argument          ? opt->argument
                                    : "WHAT",
           opt->choices ? opt->choices : "-", opt->help);
}

int main(void)
{
    for (size_t i = 0; pk_cmd_list[i]; i++) {
        const struct pk_opt *tables[16];

        pk_cmd_tables(pk_cmd_list[i], tables);
        for (size_t t = 0; tables[t]; t++)
            for (const struct pk_opt *opt = tables[t]; opt->name; opt++)
                show_option(pk_cmd_list[i], opt, tables[t] == pk_cmd_list[i]->opts);
    }
    return ferror(stdout) ? 1 : 0;
}
