/*
 * profkit merge: several profiles as one file. Nothing of them is lost in .pk, which is the default
 * form: each thread and process keeps its own values, so order and grouping cannot show.
 */
#include <stddef.h>
#include <stdint.h>

#include "cmd/common.h"
#include "render/writers.h"

/* All metrics are kept, so none is chosen unless one is asked for (for --to folded). */
static bool load(struct pk_args *args, struct pk_loaded *loaded, struct pk_error *error)
{
    bool is_one_asked = pk_opts_has(&args->opts, "metric") || pk_opts_has(&args->opts, "event") ||
                        pk_opts_has(&args->opts, "sample-type");

    if (args->opts.operands.size == 0 || is_one_asked)
        return pk_load(args, loaded, error);
    if (!pk_load_paths(args, args->opts.operands.data, args->opts.operands.size, loaded, error))
        return false;
    loaded->metric = pk_profile_default_metric(loaded->profile);
    return true;
}

static int run(struct pk_args *args, struct pk_error *error)
{
    struct pk_loaded loaded;
    struct pk_target target;

    if (load(args, &loaded, error) &&
        pk_target_open(args, &loaded, &pk_writer_pk, PK_TARGET_PROFILE, &target, error)) {
        bool done = target.writer->profile(loaded.profile, &target.style,
                                           pk_output_stream(target.output), error);

        error->status = (enum pk_status)pk_target_close(args, &target, done, error);
    }
    pk_loaded_fini(args, &loaded);
    return (int)error->status;
}

const struct pk_cmd pk_cmd_merge = {
    .name = "merge",
    .summary = "several profiles into one file that keeps all of them",
    .usage = "[OPTION...] FILE... -o OUT.pk",
    .group = "Convert",
    .reads = true,
    .writes = true,
    .run = run,
    .example = "profkit merge monday.prof tuesday.prof -o days.pk",
};
