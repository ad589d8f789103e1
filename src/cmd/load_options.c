/*
 * Decides how files are read, from the options that every command with an input has.
 */
#include "cmd/load_options.h"

#include <stdint.h>

#include "base/pool.h"

/* How many threads read is the machine's matter, unless somebody asks: the result is the same. */
static bool read_pool(const struct pk_args *args, struct pk_read_pool *pool, struct pk_error *error)
{
    int64_t asked = pk_opts_number(&args->opts, "threads", pk_pool_processors());

    *pool = (struct pk_read_pool){
        .threads = (unsigned)asked, .lead = PK_READ_LEAD, .part = PK_READ_PART};
    return (asked >= 1 && asked <= PK_POOL_MOST) ||
           pk_error_set(error, PK_USAGE, pk_place_none(), "--threads takes 1 to %d", PK_POOL_MOST);
}

bool pk_load_options(const struct pk_args *args, struct pk_read_options *options,
                     struct pk_limits *limits, struct pk_error *error)
{
    const struct pk_opt_value *value = NULL;

    *options = (struct pk_read_options){.is_strict = pk_opts_has(&args->opts, "strict"),
                                        .keeps_going = pk_opts_has(&args->opts, "keep-going"),
                                        .strips_offsets = pk_opts_has(&args->opts, "strip-offsets"),
                                        .perf_folding = pk_convert_folding(args)};
    if (!read_pool(args, &options->pool, error))
        return false;
    *limits = pk_limits_default();
    while ((value = pk_opts_next(&args->opts, "limit", value)))
        if (!pk_limits_set(limits, value->text, error))
            return false;
    return true;
}

bool pk_load_reader(const struct pk_args *args, const struct pk_reader **reader,
                    struct pk_error *error)
{
    const char *name = pk_opts_text(&args->opts, "format", NULL);
    char quoted[320];

    *reader = name ? pk_reader_find(name) : NULL;
    if (!name || *reader)
        return true;
    pk_error_set(error, PK_USAGE, pk_place_none(), "unknown format %s",
                 pk_error_quote(quoted, sizeof quoted, pk_str_of(name)));
    pk_error_hint(error, "profkit formats lists them");
    return false;
}
