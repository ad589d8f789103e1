/*
 * Reading --path-map: see path_map.h. The first '=' parts old and new, so that a new path may hold
 * one; an old one that does cannot be said.
 */
#include "cmd/path_map.h"

#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

static bool take_map(struct pk_sourcefile_map *map, const char *text, struct pk_error *error)
{
    const char *equals = strchr(text, '=');
    char quoted[320];

    if (equals && equals > text) {
        *map = (struct pk_sourcefile_map){{text, (size_t)(equals - text)}, equals + 1};
        return true;
    }
    pk_error_set(error, PK_USAGE, pk_place_none(), "--path-map wants OLD=NEW, found %s",
                 pk_error_quote(quoted, sizeof quoted, pk_str_of(text)));
    pk_error_hint(error, "--path-map /build/app=src");
    return false;
}

struct pk_sourcefile_map *pk_path_maps(const struct pk_args *args, uint32_t *n,
                                       struct pk_arena *arena, struct pk_error *error)
{
    const struct pk_opt_value *value = NULL;
    struct pk_sourcefile_map *maps =
        PK_NEW_ARRAY(arena, struct pk_sourcefile_map, pk_opts_count(&args->opts, "path-map"));

    *n = 0;
    while ((value = pk_opts_next(&args->opts, "path-map", value)))
        if (!take_map(&maps[(*n)++], value->text, error))
            return NULL;
    return maps;
}

bool pk_path_sources(const struct pk_args *args, struct pk_sourcefile_options *options,
                     struct pk_arena *arena, struct pk_error *error)
{
    const char *root = pk_opts_text(&args->opts, "source-root", NULL);
    struct stat status;
    char quoted[320];

    options->root = root;
    if (root && (stat(root, &status) != 0 || !S_ISDIR(status.st_mode)))
        return pk_error_set(error, PK_USAGE, pk_place_none(), "--source-root %s is no folder",
                            pk_error_quote(quoted, sizeof quoted, pk_str_of(root)));
    options->maps = pk_path_maps(args, &options->n_maps, arena, error);
    return options->maps != NULL;
}
