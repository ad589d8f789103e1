/*
 * profkit merge: several profiles as one file. Nothing of them is lost in .pk, which is the default
 * form: each thread and process keeps its own values, so order and grouping cannot show.
 */
#include <stddef.h>
#include <stdint.h>

#include "cmd/common.h"
#include "render/writers.h"

static int run(struct pk_args *args, struct pk_error *error)
{
    struct pk_loaded loaded;
    struct pk_target target;

    pk_target_plan(args, &pk_writer_pk);
    if (pk_load(args, &loaded, error) &&
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
