/*
 * What is configured goes where it is asked for: to the options of the command, and to the labels,
 * which tell own code from that of libraries and files from modules.
 */
#include <stddef.h>
#include <stdlib.h>

#include "cmd/common.h"
#include "cmd/config.h"
#include "render/label.h"

/* Tests and scripts say once for all runs that they want none. */
bool pk_configure(struct pk_args *args, struct pk_error *error)
{
    const struct pk_config *config = &args->config;
    const struct pk_opt *tables[16];
    const char *none = getenv("PROFKIT_NO_CONFIG");

    if (pk_opts_has(&args->opts, "no-config") || (none && *none))
        return true;
    if (!pk_config_load(&args->config, error))
        return false;
    pk_cmd_tables(args->cmd, tables);
    pk_config_apply(config, args->cmd->name, tables, &args->opts);
    pk_label_own(config->own.data, config->own.size);
    for (size_t i = 0; i < config->modules.size; i++)
        pk_label_map(config->modules.data[i].key, config->modules.data[i].value);
    return true;
}
