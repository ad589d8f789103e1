/*
 * Options of names: see diff_names.h. They are read before any file, so that a wrong expression
 * costs no time. One that renames nothing is a mistake more often than not, so it is said.
 */
#include "cmd/diff_names.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "render/view_renames.h"

bool pk_diff_names_read(const struct pk_args *args, struct pk_renames *renames,
                        struct pk_arena *arena, struct pk_error *error)
{
    const struct pk_opts *opts = &args->opts;
    const struct pk_opt_value *value = NULL;

    renames->follows = pk_opts_has(opts, "follow-renames");
    renames->list = PK_NEW_ARRAY(arena, struct pk_rename, pk_opts_count(opts, "rename"));
    while ((value = pk_opts_next(opts, "rename", value))) {
        if (!pk_rename_parse(pk_str_of(value->text), arena, &renames->list[renames->n], error))
            return false;
        renames->n++;
    }
    renames->maps = pk_path_maps(args, &renames->n_maps, arena, error);
    renames->is_map_used = PK_NEW_ARRAY(arena, bool, (size_t)renames->n_maps + 1);
    return renames->maps != NULL;
}

/* Never silently: they could be two. */
static void say_merged(const struct pk_diff *diff)
{
    struct pk_buf out = {0};

    for (uint32_t i = 0; diff->likely.merged && i < diff->likely.n; i++) {
        pk_buf_text(&out, "taking for one function: ");
        pk_view_renames_pair(&out, diff, i);
        pk_buf_char(&out, '\n');
    }
    if (out.size)
        pk_buf_write(&out, stderr);
    pk_buf_fini(&out);
}

void pk_diff_names_warn(const struct pk_diff *diff)
{
    const struct pk_renames *renames = diff->renames;
    char quoted[320];

    for (uint32_t i = 0; i < renames->n; i++)
        if (!renames->list[i].is_used)
            fprintf(stderr, "profkit: warning: --rename %s changes no name\n",
                    pk_error_quote(quoted, sizeof quoted, renames->list[i].text));
    for (uint32_t i = 0; i < renames->n_maps; i++)
        if (!renames->is_map_used[i])
            fprintf(stderr, "profkit: warning: no file or module is below %s of --path-map\n",
                    pk_error_quote(quoted, sizeof quoted, renames->maps[i].from));
    say_merged(diff);
}
