/*
 * Decides how files are read, from the options that every command with an input has.
 */
#include "cmd/load_options.h"

#include <stdint.h>
#include <stdio.h>

#include "base/escape.h"
#include "base/pool.h"

#define LEAST_MEMORY (UINT64_C(32) << 20)   /* of --mem */
#define PROGRAM_MEMORY (UINT64_C(24) << 20) /* that is not the profile's */

/* How many threads read is the machine's matter, unless somebody asks: the result is the same. */
static bool read_pool(const struct pk_args *args, struct pk_read_pool *pool, struct pk_error *error)
{
    int64_t asked = pk_opts_number(&args->opts, "threads", pk_pool_processors());

    *pool = (struct pk_read_pool){
        .threads = (unsigned)asked, .lead = PK_READ_LEAD, .part = PK_READ_PART};
    return (asked >= 1 && asked <= PK_POOL_MOST) ||
           pk_error_set(error, PK_USAGE, pk_place_none(), "--threads takes 1 to %d", PK_POOL_MOST);
}

/* One thread, so that what is folded is the same each time. */
static bool read_memory(const struct pk_args *args, struct pk_read_options *options,
                        struct pk_error *error)
{
    const char *text = pk_opts_text(&args->opts, "mem", NULL);
    uint64_t size;
    char quoted[300];

    if (!text)
        return true;
    if (!pk_limits_amount(pk_str_of(text), &size) || size < LEAST_MEMORY)
        return pk_error_set(error, PK_USAGE, pk_place_none(), "--mem takes 32M or more, found %s",
                            pk_error_quote(quoted, sizeof quoted, pk_str_of(text)));
    if (pk_transform_needs_times(args))
        return pk_error_set(error, PK_USAGE, pk_place_none(),
                            "--mem keeps no times: it cannot go with what chooses by them");
    options->memory = size - PROGRAM_MEMORY;
    options->pool.threads = 1;
    return true;
}

/* Files of calls have no stacks, and .pk holds a tree that is read as it is. */
void pk_load_warn_unbounded(const struct pk_args *args, const char *name)
{
    struct pk_buf text = {0};

    pk_escape_terminal(&text, pk_str_of(name));
    if (!pk_is_quiet(args))
        fprintf(stderr,
                "profkit: %s: warning: --mem folds stacks of perf script and collapsed files; this "
                "one takes what it needs\n",
                text.data);
    pk_buf_fini(&text);
}

bool pk_load_options(const struct pk_args *args, struct pk_read_options *options,
                     struct pk_limits *limits, struct pk_error *error)
{
    const struct pk_opt_value *value = NULL;

    *options = (struct pk_read_options){.is_strict = pk_opts_has(&args->opts, "strict"),
                                        .keeps_going = pk_opts_has(&args->opts, "keep-going"),
                                        .strips_offsets = pk_opts_has(&args->opts, "strip-offsets"),
                                        .perf_folding = pk_convert_folding(args)};
    if (!read_pool(args, &options->pool, error) || !read_memory(args, options, error))
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
