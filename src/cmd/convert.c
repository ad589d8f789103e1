/*
 * profkit convert: a profile into another form. What the target cannot hold is said on stderr;
 * stacks that the file does not hold are written only when --estimate asks for them.
 */
#include "cmd/convert_loss.h"

#include <stddef.h>
#include <stdio.h>

#include "render/writers.h"

static const struct pk_opt options[] = {
    {"list", 0, PK_OPT_FLAG, NULL, NULL, "show what each form keeps and loses, and exit", false},
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

/* The first option given that is for perf script to folded, or NULL. */
static const char *folding_option(const struct pk_args *args)
{
    static const char *const names[] = {"pid", "tid", "kernel", "jit", "all", "addrs"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (pk_opts_has(&args->opts, names[i]))
            return names[i];
    return NULL;
}

/* Other targets hold all of it anyway; an option without effect is a mistake of the user. */
static bool check_folding(const struct pk_args *args, struct pk_error *error)
{
    const char *name = folding_option(args);
    bool has_target = pk_opts_has(&args->opts, "to") || pk_opts_has(&args->opts, "json") ||
                      pk_opts_has(&args->opts, "output");

    if (!name || !has_target || is_to_folded(args))
        return true;
    pk_error_set(error, PK_USAGE, pk_place_none(), "--%s is for perf script to folded", name);
    pk_error_hint(error, "--to folded writes collapsed stacks");
    return false;
}

/* Collapsed text of perf script has commands as roots: where there are none it was something else,
 * or a .pk, which holds names whole. */
static void say_folding(const struct pk_args *args, const struct pk_profile *profile)
{
    const char *name = folding_option(args);

    if (!name || pk_is_quiet(args))
        return;
    for (pk_frame_id f = 0; f < pk_profile_frames(profile); f++) {
        enum pk_frame_kind kind = pk_profile_frame(profile, f)->kind;

        if (kind == PK_KIND_PROCESS || kind == PK_KIND_THREAD)
            return;
    }
    fprintf(stderr, "--%s changes nothing here: it is for what perf script prints\n", name);
}

/* What was lost is said beside any output, once. */
static void say_loss(const struct pk_args *args, const struct pk_loaded *loaded,
                     const struct pk_target *target)
{
    struct pk_buf lost = {0};

    if (!pk_is_quiet(args))
        pk_convert_loss(loaded, target->writer, &lost);
    if (lost.size)
        fprintf(stderr, "%s cannot hold: %s\n", target->writer->name, lost.data);
    pk_buf_fini(&lost);
}

/* The table needs no input, and goes where text goes. */
static int list(struct pk_error *error)
{
    struct pk_output *output = pk_output_open(NULL, error);
    struct pk_buf out = {0};

    if (output) {
        pk_convert_list(&out);
        pk_buf_write(&out, pk_output_stream(output));
        pk_output_commit(output, NULL, error);
    }
    pk_buf_fini(&out);
    return (int)error->status;
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
    say_folding(args, loaded->profile);
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

    if (pk_opts_has(&args->opts, "list"))
        return list(error);
    if (!check_folding(args, error))
        return (int)error->status;
    pk_target_plan(args, NULL);
    if (pk_opts_has(&args->opts, "estimate")) /* reads the tables, whatever the writer needs */
        args->keeps |= PK_KEEP_METRICS;
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
    .summary = "into collapsed stacks, JSON, CSV, DOT, callgrind, .pk",
    .usage = "[OPTION...] [FILE...] --to FORMAT | -o OUT.folded",
    .group = "Convert",
    .opts = options,
    .reads = true,
    .writes = true,
    .run = run,
    .example = "profkit convert out.folded -o out.json",
};
