/*
 * profkit convert: a profile into another form. What the target cannot hold is said on stderr;
 * stacks that the file does not hold are written only when --estimate asks for them.
 */
#include "base/escape.h"

#include <stddef.h>
#include <stdio.h>

#include "cmd/common.h"
#include "render/writers.h"

static const struct pk_opt options[] = {
    {"estimate", 0, PK_OPT_FLAG, NULL, NULL,
     "write estimated stacks where the file holds only calls", false},
    {"pid", 0, PK_OPT_FLAG, NULL, NULL, "perf to folded: the process id behind the command", false},
    {"tid", 0, PK_OPT_FLAG, NULL, NULL, "perf to folded: process and thread id behind it", false},
    {"kernel", 0, PK_OPT_FLAG, NULL, NULL, "perf to folded: mark kernel frames with _[k]", false},
    {"jit", 0, PK_OPT_FLAG, NULL, NULL, "perf to folded: mark frames of a JIT with _[j]", false},
    {"all", 0, PK_OPT_FLAG, NULL, NULL, "perf to folded: --kernel and --jit", false},
    {"addrs", 0, PK_OPT_FLAG, NULL, NULL, "perf to folded: addresses of frames without a symbol",
     false},
    {NULL, 0, PK_OPT_FLAG, NULL, NULL, NULL, false},
};

/* Whether the output will be collapsed text; a wrong --to is an error later. */
static bool is_to_folded(const struct pk_args *args)
{
    const char *to = pk_opts_text(&args->opts, "to", NULL);
    const char *path = pk_opts_text(&args->opts, "output", NULL);

    if (args->cmd != &pk_cmd_convert || (!to && pk_opts_has(&args->opts, "json")))
        return false;
    if (to)
        return pk_writer_find(to) == &pk_writer_folded;
    return path && pk_writer_for_path(path) == &pk_writer_folded;
}

struct pk_perf_folding pk_convert_folding(const struct pk_args *args)
{
    bool is_all = pk_opts_has(&args->opts, "all");

    if (!is_to_folded(args))
        return (struct pk_perf_folding){0};
    return (struct pk_perf_folding){.is_on = true,
                                    .has_pid = pk_opts_has(&args->opts, "pid"),
                                    .has_tid = pk_opts_has(&args->opts, "tid"),
                                    .marks_kernel = is_all || pk_opts_has(&args->opts, "kernel"),
                                    .marks_jit = is_all || pk_opts_has(&args->opts, "jit"),
                                    .has_addresses = pk_opts_has(&args->opts, "addrs")};
}

/* A list in words, with commas. */
static void say_part(struct pk_buf *out, bool is_lost, const char *what)
{
    if (!is_lost)
        return;
    pk_buf_text(out, out->size ? ", " : "");
    pk_buf_text(out, what);
}

/* What collapsed text cannot hold of this profile. */
static void say_loss(const struct pk_args *args, const struct pk_loaded *loaded,
                     const struct pk_target *target)
{
    const struct pk_profile *p = loaded->profile;
    const struct pk_metric *metric = pk_profile_metric(p, loaded->metric);
    bool is_pair =
        pk_profile_metrics(p) == 2 && pk_str_equal(pk_profile_metric(p, 0)->name, PK_STR("before"));
    struct pk_buf lost = {0};

    if (target->writer != &pk_writer_folded || pk_is_quiet(args))
        return;
    say_part(&lost, pk_profile_flat(p)->calls != NULL, "call counts");
    say_part(&lost, pk_profile_metrics(p) > 1 && !is_pair, "the other metrics");
    say_part(&lost, metric->unit != PK_UNIT_COUNT,
             metric->unit == PK_UNIT_NS ? (metric->scale == 3 ? "the unit (us)" : "the unit (ns)")
                                        : "the unit (bytes)");
    if (lost.size)
        fprintf(stderr, "folded cannot hold: %s\n", lost.data);
    pk_buf_fini(&lost);
}

/* JSON holds all of a profile; collapsed text needs stacks. */
static bool convert(const struct pk_args *args, const struct pk_loaded *loaded,
                    struct pk_target *target, struct pk_error *error)
{
    struct pk_attributed *attributed = NULL;
    bool done;

    if (pk_opts_has(&args->opts, "estimate") && !pk_profile_tree(loaded->profile)) {
        attributed = pk_attribute_new(loaded->profile, loaded->metric);
        target->style.estimated = &attributed->tree;
    }
    done = target->writer->profile(loaded->profile, &target->style,
                                   pk_output_stream(target->output), error);
    if (done)
        say_loss(args, loaded, target);
    if (done && attributed && target->writer == &pk_writer_folded && !pk_is_quiet(args)) {
        struct pk_buf text = {0};

        pk_units_percent(&text, attributed->proven, attributed->total);
        fprintf(stderr, "these stacks are estimated; place proven for %s %% of the total\n",
                text.data);
        pk_buf_fini(&text);
    }
    pk_attribute_free(attributed);
    return done;
}

/* There is no default form: the name of the output or --to must say it. */
static int run(struct pk_args *args, struct pk_error *error)
{
    struct pk_loaded loaded;
    struct pk_target target;

    if (pk_load(args, &loaded, error) &&
        pk_target_open(args, &loaded, NULL, PK_TARGET_PROFILE, &target, error)) {
        bool done = convert(args, &loaded, &target, error);

        error->status = (enum pk_status)pk_target_close(args, &target, done, error);
    }
    pk_loaded_fini(args, &loaded);
    return (int)error->status;
}

const struct pk_cmd pk_cmd_convert = {
    .name = "convert",
    .summary = "into collapsed stacks or JSON",
    .usage = "[OPTION...] [FILE...] --to FORMAT | -o OUT.folded",
    .group = "Convert",
    .opts = options,
    .reads = true,
    .writes = true,
    .run = run,
    .example = "profkit convert out.folded -o out.json",
};
