/*
 * profkit help [COMMAND].
 */
#include "cmd/common.h"

#include <stddef.h>
#include <stdio.h>

/* Through an output and not printf: `profkit help >/dev/full` then fails as any other command
 * would. */
static int run(struct pk_args *args, struct pk_error *error)
{
    const char *name = args->opts.operands.size ? args->opts.operands.data[0] : NULL;
    const struct pk_cmd *cmd = name ? pk_cmd_find(name) : NULL;
    struct pk_output *output;
    struct pk_buf out = {0};

    if (name && !cmd) {
        pk_cmd_refuse(name, "", error);
        return PK_USAGE;
    }
    if (cmd)
        pk_cmd_help(cmd, &out);
    else
        pk_cmd_overview(&out);
    output = pk_output_open(NULL, error);
    if (output) {
        pk_buf_write(&out, pk_output_stream(output));
        pk_output_commit(output, NULL, error);
    }
    pk_buf_fini(&out);
    return (int)error->status;
}

const struct pk_cmd pk_cmd_help_topic = {
    .name = "help",
    .summary = "this list, or the options of COMMAND",
    .usage = "[COMMAND]",
    .group = "Help",
    .run = run,
};
