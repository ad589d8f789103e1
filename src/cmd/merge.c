/*
 * profkit merge: several profiles as one file. Nothing of them is lost in .pk,
 * which is the default form: each thread and process keeps its own values, so
 * order and grouping cannot show. That is what parts on many machines rest on
 * (docs/scale-out.md): the sum of their sums is the sum.
 */
#include <inttypes.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "cmd/common.h"
#include "cmd/manifest.h"
#include "cmd/merge_list.h"
#include "render/writers.h"

static const struct pk_opt options[] = {
    {"files-from", 0, PK_OPT_TEXT, "LIST", NULL,
     "merge the files named in LIST, too: one a line, or as find -print0 "
     "writes them; - is stdin",
     false},
    {"shard", 0, PK_OPT_TEXT, "I/N", NULL, "merge only the I-th of N equal parts of the files",
     false},
    {"manifest", 0, PK_OPT_TEXT, "FILE", NULL,
     "note in FILE what was merged, and refuse what stands there", false},
    {NULL, 0, PK_OPT_FLAG, NULL, NULL, NULL, false},
};

/* With -v, what merging is for: how much less there is. Behind the commit no
 * memory is asked for, so the numbers have no commas. */
static void say_shrunk(const struct pk_args *args, const struct pk_loaded *loaded,
                       const struct pk_target *target)
{
    size_t files = loaded->names.size ? loaded->names.size - 1 : 0;
    uint64_t tenths = target->bytes ? loaded->bytes * 10 / target->bytes : 0;

    if (pk_is_quiet(args) || pk_opts_count(&args->opts, "verbose") == 0 || !target->bytes)
        return;
    fprintf(stderr,
            "merged %zu file%s: %" PRIu64 " bytes into %" PRIu64 ", shrink factor %" PRIu64 ".%u\n",
            files, files == 1 ? "" : "s", loaded->bytes, target->bytes, tenths / 10,
            (unsigned)(tenths % 10));
}

/* The sum first, then what is in it: see manifest.c. */
static void write(struct pk_args *args, struct pk_loaded *loaded, struct pk_manifest *manifest,
                  struct pk_target *target, struct pk_error *error)
{
    bool done = !manifest || pk_manifest_begin(manifest, loaded, target->path, error);

    done = done && target->writer->profile(loaded->profile, &target->style,
                                           pk_output_stream(target->output), error);
    error->status = (enum pk_status)pk_target_close(args, target, done, error);
    if (error->status == PK_OK && manifest && !pk_manifest_commit(manifest, error))
        return;
    if (error->status == PK_OK)
        say_shrunk(args, loaded, target);
}

static void merge(struct pk_args *args, struct pk_manifest *manifest, struct pk_error *error)
{
    struct pk_loaded loaded;
    struct pk_target target;

    pk_target_plan(args, &pk_writer_pk);
    if (pk_load(args, &loaded, error) &&
        pk_target_open(args, &loaded, &pk_writer_pk, PK_TARGET_PROFILE, &target, error))
        write(args, &loaded, manifest, &target, error);
    pk_loaded_fini(args, &loaded);
}

static int run(struct pk_args *args, struct pk_error *error)
{
    const char *name = pk_opts_text(&args->opts, "manifest", NULL);
    struct pk_arena names;
    struct pk_manifest manifest;

    pk_arena_init(&names);
    if (pk_merge_list(args, &names, error) && !name)
        merge(args, NULL, error);
    if (error->status == PK_OK && name) {
        if (pk_manifest_read(&manifest, name, error) && pk_manifest_add(&manifest, args, error))
            merge(args, &manifest, error);
        pk_manifest_fini(&manifest);
    }
    args->kept[1] = names; /* an error may name a file from it */
    return (int)error->status;
}

const struct pk_cmd pk_cmd_merge = {
    .name = "merge",
    .summary = "several profiles into one file that keeps all of them",
    .usage = "[OPTION...] FILE... -o OUT.pk",
    .group = "Convert",
    .opts = options,
    .reads = true,
    .writes = true,
    .run = run,
    .example = "profkit merge monday.prof tuesday.prof -o days.pk",
};
