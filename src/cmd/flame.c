/*
 * profkit flame: the flame graph. Recorded stacks are drawn as they are; where the file holds only
 * edges the tree is climbed, marked, and its proven share stands in the subtitle and on stderr.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/escape.h"
#include "cmd/common.h"
#include "cmd/flamechart.h"
#include "cmd/picture.h"
#include "cmd/stacks.h"
#include "render/view_chart.h"
#include "render/view_flame.h"
#include "render/writers.h"

static const struct pk_opt options[] = {
    {"title", 0, PK_OPT_TEXT, "TEXT", NULL, "title (default: the file's name)", false},
    {"subtitle", 0, PK_OPT_TEXT, "TEXT", NULL, "second line (default: metric, total, proven share)",
     false},
    {"notes", 0, PK_OPT_TEXT, "TEXT", NULL, "text to keep in the picture", false},
    {"height", 0, PK_OPT_COUNT, "N", NULL, "px of one frame (default 16)", false},
    {"scale", 0, PK_OPT_DECIMAL, "N", NULL, "pixels of a px in PNG (default 2)", false},
    {"minwidth", 0, PK_OPT_DECIMAL, "PX", NULL, "merge boxes narrower than this (default 0.1)",
     false},
    {"min-percent", 0, PK_OPT_DECIMAL, "N", NULL, "merge boxes that hold less (default 0)", false},
    {"max-depth", 0, PK_OPT_COUNT, "N", NULL, "levels to draw (default 1000, on a terminal 40)",
     false},
    {"colors", 0, PK_OPT_CHOICE, "PALETTE", "module,kind,hash,hot,grey", "palette (default module)",
     false},
    {"hash", 0, PK_OPT_FLAG, NULL, NULL, "the same as --colors hash", false},
    {"countname", 0, PK_OPT_TEXT, "NAME", NULL, "what a unit is called (default: the metric)",
     false},
    {"inverted", 0, PK_OPT_FLAG, NULL, NULL, "root on top (icicle)", false},
    {"reverse", 0, PK_OPT_FLAG, NULL, NULL, "merge from the leaves: who calls the hot functions",
     false},
    {"flamechart", 0, PK_OPT_FLAG, NULL, NULL, "stacks in order of time, where the file has times",
     false},
    {"exact-only", 0, PK_OPT_FLAG, NULL, NULL, "draw only time whose place is proven", false},
    {NULL, 0, PK_OPT_FLAG, NULL, NULL, NULL, false},
};

/* Titles live as long as the scene. */
static struct pk_str keep(struct pk_loaded *loaded, const struct pk_buf *text)
{
    return pk_arena_str(&loaded->arena, pk_buf_view(text));
}

static bool is_chart(const struct pk_args *args)
{
    return pk_opts_has(&args->opts, "flamechart");
}

/* A percentage with its sign, as in sentences. */
static void add_percent(struct pk_buf *out, int64_t part, int64_t whole)
{
    pk_units_percent(out, part, whole);
    pk_buf_text(out, " %");
}

/* "time: 12.48 s · tree estimated from call edges, place proven for 99.7 % of it" */
static void add_subtitle(const struct pk_loaded *loaded, const struct pk_attributed *attributed,
                         struct pk_buf *text)
{
    const struct pk_metric *metric = pk_profile_metric(loaded->profile, loaded->metric);

    pk_buf_str(text, metric->name);
    pk_buf_text(text, ": ");
    pk_units_value(text, metric->unit, metric->scale,
                   attributed ? attributed->total
                              : pk_profile_total(loaded->profile, loaded->metric));
    if (!attributed)
        return;
    pk_buf_text(text, " · tree estimated from call edges, place proven for ");
    add_percent(text, attributed->proven, attributed->total);
    pk_buf_text(text, " of it");
}

/* Titles of the user win; notes are only there when given. */
static void set_titles(const struct pk_args *args, struct pk_loaded *loaded, struct pk_scene *scene,
                       const struct pk_attributed *attributed)
{
    struct pk_buf subtitle = {0};

    if (pk_opts_has(&args->opts, "subtitle"))
        pk_buf_text(&subtitle, pk_opts_text(&args->opts, "subtitle", ""));
    else if (is_chart(args))
        pk_flamechart_subtitle(loaded, &subtitle);
    else
        add_subtitle(loaded, attributed, &subtitle);
    if (!pk_opts_has(&args->opts, "subtitle") && loaded->transformed.words) {
        pk_buf_text(&subtitle, " · ");
        pk_transform_describe(&loaded->transformed,
                              pk_profile_metric(loaded->profile, loaded->metric), &subtitle);
    }
    scene->title = pk_picture_title_of(args, loaded);
    scene->subtitle = keep(loaded, &subtitle);
    scene->notes = pk_str_of(pk_opts_text(&args->opts, "notes", NULL));
    pk_buf_fini(&subtitle);
}

/* Errors that would otherwise end as an empty picture with status 0. */
static bool check(const struct pk_loaded *loaded, struct pk_error *error)
{
    const struct pk_metric *metric = pk_profile_metric(loaded->profile, loaded->metric);
    char quoted[320];

    pk_error_quote(quoted, sizeof quoted, metric->name);
    if (!pk_stacks_check_signs(loaded, "area", error))
        return false;
    if (pk_profile_total(loaded->profile, loaded->metric) <= 0)
        return pk_error_set(error, PK_INPUT, pk_place_none(),
                            "nothing to draw: every value of %s is zero", quoted);
    return true;
}

/* The scene lives in the arena of the profile; only the climbed tree is freed by the caller. */
static struct pk_scene *view(const struct pk_args *args, struct pk_loaded *loaded,
                             const struct pk_attributed *attributed, struct pk_flame_options *flame)
{
    if (is_chart(args)) {
        pk_flamechart_say(args, loaded);
        return pk_view_chart(&loaded->arena, loaded->profile, loaded->metric, flame);
    }
    flame->is_exact_only = pk_opts_has(&args->opts, "exact-only") && attributed;
    if (attributed)
        pk_stacks_say(args, attributed);
    return pk_view_flame(&loaded->arena, loaded->profile, loaded->metric,
                         attributed ? &attributed->tree : pk_profile_tree(loaded->profile),
                         attributed, flame);
}

static bool draw(const struct pk_args *args, struct pk_loaded *loaded, struct pk_target *target,
                 struct pk_error *error)
{
    struct pk_attributed *attributed = loaded->filtered;
    struct pk_flame_options flame;
    struct pk_scene *scene;
    bool done;

    if (!pk_picture_check(args, target, error))
        return false;
    if (!attributed && !pk_profile_tree(loaded->profile) && !is_chart(args))
        attributed = pk_attribute_new(loaded->profile, loaded->metric);
    pk_picture_style(args, target);
    flame = pk_picture_layout(args, target);
    scene = view(args, loaded, attributed, &flame);
    set_titles(args, loaded, scene, attributed);
    pk_picture_say(args, target, scene, flame.max_depth);
    done = target->writer->scene(scene, &target->style, pk_output_stream(target->output), error);
    if (attributed != loaded->filtered)
        pk_attribute_free(attributed);
    return done;
}

/* Two orders at once make no picture; known before anything is read. */
static bool check_options(const struct pk_args *args, struct pk_error *error)
{
    if (!is_chart(args) || !pk_opts_has(&args->opts, "reverse"))
        return true;
    pk_error_set(error, PK_USAGE, pk_place_none(),
                 "--reverse merges stacks, and --flamechart keeps them in order of time");
    pk_error_hint(error, "leave out one of the two");
    return false;
}

/* Checked before the output is opened, so that a refused picture leaves no trace. */
static int run(struct pk_args *args, struct pk_error *error)
{
    const struct pk_writer *fallback = isatty(STDOUT_FILENO) ? &pk_writer_text : &pk_writer_svg;
    struct pk_loaded loaded;
    struct pk_target target;

    if (pk_opts_has(&args->opts, "output")) /* "-", too: who names it wants the picture */
        fallback = &pk_writer_svg;
    if (!check_options(args, error))
        return (int)error->status;
    args->keeps = is_chart(args) ? PK_KEEP_RECORD | PK_KEEP_METRICS : 0;
    if (pk_load(args, &loaded, error) && check(&loaded, error) &&
        (!is_chart(args) || pk_flamechart_check(&loaded, error)) &&
        pk_target_open(args, &loaded, fallback, PK_TARGET_SCENE, &target, error)) {
        bool done = draw(args, &loaded, &target, error);

        pk_target_finish(args, &loaded, &target, done, error);
    }
    pk_loaded_fini(args, &loaded);
    return (int)error->status;
}

const struct pk_cmd pk_cmd_flame = {
    .name = "flame",
    .summary = "flame graph as SVG, PNG or PDF, or on the terminal",
    .usage = "[OPTION...] [FILE...] [-o OUT.svg]",
    .group = "Draw",
    .opts = options,
    .reads = true,
    .writes = true,
    .filters_estimates = true,
    .run = run,
    .example = "profkit flame out.prof -o out.svg",
};
