/*
 * profkit whatif: the new total, with bounds, if functions were cached, dropped, hoisted out of a
 * loop or faster; and a flame graph of that program.
 *
 * Changes are taken in the order in which they were typed, and any number of each kind may be
 * mixed. A name is looked for as `profkit calls` does, so that what that shows can be pasted here.
 * Whether a table or a picture comes out is for the output to say: who writes .svg wants to see it.
 */
#include "analyze/whatif.h"

#include <stdint.h>
#include <string.h>

#include "base/escape.h"
#include "cmd/common.h"
#include "cmd/picture.h"
#include "cmd/stacks.h"
#include "render/view_flame.h"
#include "render/view_whatif.h"
#include "render/writers.h"

static const struct pk_opt options[] = {
    {"memo", 0, PK_OPT_TEXT, "F", NULL, "F keeps its results", true},
    {"drop", 0, PK_OPT_TEXT, "F", NULL, "F is never called", true},
    {"hoist", 0, PK_OPT_TEXT, "CALLER:CALLEE", NULL, "CALLER calls CALLEE once, before its loop",
     true},
    {"speedup", 0, PK_OPT_TEXT, "F=N", NULL, "F, with all it calls, is N times as fast", true},
    {"title", 0, PK_OPT_TEXT, "TEXT", NULL, "title of the picture (default: the file's name)",
     false},
    {"scale", 0, PK_OPT_DECIMAL, "N", NULL, "pixels of a px in PNG (default 2)", false},
    {"minwidth", 0, PK_OPT_DECIMAL, "PX", NULL, "merge boxes narrower than this (default 0.1)",
     false},
    {"max-depth", 0, PK_OPT_COUNT, "N", NULL, "levels to draw (default 1000, on a terminal 40)",
     false},
    {"colors", 0, PK_OPT_CHOICE, "PALETTE", "module,kind,hash,hot,grey", "palette (default module)",
     false},
    {"inverted", 0, PK_OPT_FLAG, NULL, NULL, "root on top (icicle)", false},
    {"raw", 0, PK_OPT_FLAG, NULL, NULL, "print base units", false},
    {"no-header", 0, PK_OPT_FLAG, NULL, NULL, "only the rows", false},
    {NULL, 0, PK_OPT_FLAG, NULL, NULL, NULL, false},
};

struct changes {
    struct pk_whatif_change list[PK_WHATIF_MOST];
    uint32_t n;
};

/* A value that is none of this option. */
static bool fail_form(const char *option, const char *form, const char *text,
                      struct pk_error *error)
{
    char quoted[320];

    return pk_error_set(error, PK_USAGE, pk_place_none(), "--%s must be %s, not %s", option, form,
                        pk_error_quote(quoted, sizeof quoted, pk_str_of(text)));
}

/* The first colon that is none of "::". */
static const char *find_colon(const char *text)
{
    for (const char *at = text; *at; at++)
        if (*at == ':' && at[1] == ':')
            at++;
        else if (*at == ':')
            return at;
    return NULL;
}

/* "2x", "1.5": millionths, at least 1; 0 where it is none. */
static int64_t read_speedup(const char *text)
{
    static const struct pk_opt number = {"", 0, PK_OPT_DECIMAL, "N", NULL, NULL, false};
    struct pk_opt_value value;
    struct pk_buf digits = {0};
    int64_t speedup = 0;

    pk_buf_text(&digits, text);
    if (digits.size && digits.data[digits.size - 1] == 'x') {
        struct pk_buf plain = {0};

        pk_buf_str(&plain, pk_str_slice(pk_buf_view(&digits), 0, digits.size - 1));
        pk_buf_fini(&digits);
        digits = plain;
    }
    if (digits.size && pk_opts_check(&number, digits.data, &value) && value.number >= 1000000 &&
        value.number <= INT64_C(1000000000000))
        speedup = value.number;
    pk_buf_fini(&digits);
    return speedup;
}

/* A part of what was typed, as `profkit calls` would read it; an error is told there. */
static bool find_function(const struct pk_loaded *loaded, const char *word, size_t size,
                          pk_frame_id *frame, struct pk_error *error)
{
    struct pk_str copy =
        pk_arena_str((struct pk_arena *)&loaded->arena, pk_str_slice(pk_str_of(word), 0, size));

    *frame = pk_choose_function(loaded, copy.data, error);
    return *frame != PK_NONE;
}

/* "CALLER:CALLEE", both as names or expressions. */
static bool read_hoist(const struct pk_loaded *loaded, const char *text,
                       struct pk_whatif_change *change, struct pk_error *error)
{
    const char *colon = find_colon(text);

    if (!colon || colon == text || !colon[1])
        return fail_form("hoist", "CALLER:CALLEE", text, error);
    if (!find_function(loaded, text, (size_t)(colon - text), &change->caller, error) ||
        !find_function(loaded, colon + 1, strlen(colon + 1), &change->frame, error))
        return false;
    /* Without one nothing could be hoisted, and 0 would look like an answer. */
    if (pk_graph_edge(pk_profile_graph(loaded->profile), change->caller, change->frame) != PK_NONE)
        return true;
    pk_error_set(error, PK_USAGE, pk_place_none(), "--hoist: the one does not call the other");
    pk_error_hint(error, "profkit calls shows what a function calls");
    return false;
}

/* "F=2x"; names may hold a sign of equality, numbers none. */
static bool read_speedup_of(const struct pk_loaded *loaded, const char *text,
                            struct pk_whatif_change *change, struct pk_error *error)
{
    const char *equals = strrchr(text, '=');

    if (equals && equals > text)
        change->speedup = read_speedup(equals + 1);
    if (!change->speedup)
        return fail_form("speedup", "F=N, N from 1 to a million", text, error);
    return find_function(loaded, text, (size_t)(equals - text), &change->frame, error);
}

/* One option; `kind` is by its name. */
static bool read_change(const struct pk_loaded *loaded, const struct pk_opt_value *value,
                        struct pk_whatif_change *change, struct pk_error *error)
{
    const char *name = value->opt->name;

    *change = (struct pk_whatif_change){.caller = PK_NONE};
    if (strcmp(name, "hoist") == 0) {
        change->kind = PK_WHATIF_HOIST;
        return read_hoist(loaded, value->text, change, error);
    }
    if (strcmp(name, "speedup") == 0) {
        change->kind = PK_WHATIF_SPEEDUP;
        return read_speedup_of(loaded, value->text, change, error);
    }
    change->kind = strcmp(name, "memo") == 0 ? PK_WHATIF_MEMO : PK_WHATIF_DROP;
    return find_function(loaded, value->text, strlen(value->text), &change->frame, error);
}

/* One of the four options that say a change. */
static bool is_change(const struct pk_opt_value *value)
{
    const char *name = value->opt->name;

    return strcmp(name, "memo") == 0 || strcmp(name, "drop") == 0 || strcmp(name, "hoist") == 0 ||
           strcmp(name, "speedup") == 0;
}

/* How many there are; known before anything is read. */
static bool count_changes(const struct pk_args *args, struct pk_error *error)
{
    size_t n = 0;

    for (size_t i = 0; i < args->opts.values.size; i++)
        n += is_change(&args->opts.values.data[i]);
    if (n > PK_WHATIF_MOST)
        return pk_error_set(error, PK_USAGE, pk_place_none(), "at most %d changes at once",
                            PK_WHATIF_MOST);
    if (n)
        return true;
    pk_error_set(error, PK_USAGE, pk_place_none(), "what if what?");
    pk_error_hint(error, "--memo F, --drop F, --hoist CALLER:CALLEE, --speedup F=2x");
    return false;
}

/* In the order in which they were typed. */
static bool read_changes(const struct pk_args *args, const struct pk_loaded *loaded,
                         struct changes *changes, struct pk_error *error)
{
    changes->n = 0;
    for (size_t i = 0; i < args->opts.values.size; i++)
        if (is_change(&args->opts.values.data[i]) &&
            !read_change(loaded, &args->opts.values.data[i], &changes->list[changes->n++], error))
            return false;
    return true;
}

/* What has no size cannot shrink. */
static bool check(const struct pk_loaded *loaded, struct pk_error *error)
{
    const struct pk_metric *metric = pk_profile_metric(loaded->profile, loaded->metric);
    char quoted[320];

    pk_error_quote(quoted, sizeof quoted, metric->name);
    if (!pk_stacks_check_signs(loaded, "size", error))
        return false;
    if (!pk_stacks_check(loaded, error))
        return false;
    if (!pk_profile_graph(loaded->profile))
        return pk_stacks_refuse_graph(loaded, error);
    return pk_profile_total(loaded->profile, loaded->metric) > 0 ||
           pk_error_set(error, PK_INPUT, pk_place_none(),
                        "nothing can be saved: every value of %s is zero", quoted);
}

/* "time: 12.48 s now, 8.03 s then · memo load · tree estimated, place proven for 92 % of it" */
static void set_titles(const struct pk_args *args, struct pk_loaded *loaded,
                       const struct pk_whatif *whatif, const struct changes *changes,
                       struct pk_scene *scene)
{
    const struct pk_metric *metric = pk_profile_metric(loaded->profile, loaded->metric);
    struct pk_buf text = {0};

    pk_buf_str(&text, metric->name);
    pk_buf_text(&text, ": ");
    pk_units_value(&text, metric->unit, metric->scale, whatif->whole);
    pk_buf_text(&text, " now, ");
    pk_view_whatif_value(&text, metric, &whatif->total);
    pk_buf_text(&text, " then · ");
    pk_view_whatif_words(&text, loaded->profile, changes->list, changes->n);
    if (whatif->tree->tree.origin == PK_ESTIMATED) {
        pk_buf_text(&text, " · estimated, proven for ");
        pk_units_percent(&text, whatif->tree->proven, whatif->tree->total);
        pk_buf_text(&text, " % of it");
    }
    scene->title = pk_picture_title_of(args, loaded);
    scene->subtitle = pk_arena_str(&loaded->arena, pk_buf_view(&text));
    pk_buf_fini(&text);
}

/* A flame graph of what is left. Where all of it is exact the tree says so, and nothing is hatched.
 */
static bool draw(const struct pk_args *args, struct pk_loaded *loaded,
                 const struct pk_whatif *whatif, const struct changes *changes,
                 struct pk_target *target, struct pk_error *error)
{
    struct pk_flame_options flame;
    struct pk_scene *scene;

    if (!pk_picture_check(args, target, error))
        return false;
    if (whatif->tree->total <= 0)
        return pk_error_set(error, PK_USAGE, pk_place_none(), "nothing to draw: nothing is left");
    pk_picture_style(args, target);
    flame = pk_picture_layout(args, target);
    scene = pk_view_flame(&loaded->arena, loaded->profile, loaded->metric, &whatif->tree->tree,
                          whatif->tree, &flame);
    set_titles(args, loaded, whatif, changes, scene);
    pk_picture_say(args, target, scene, flame.max_depth);
    return target->writer->scene(scene, &target->style, pk_output_stream(target->output), error);
}

/* A writer that knows tables gets the table. */
static bool show(const struct pk_args *args, struct pk_loaded *loaded,
                 const struct changes *changes, struct pk_target *target, struct pk_error *error)
{
    struct pk_whatif whatif;
    bool done;

    pk_whatif_find(&whatif, loaded->profile, loaded->metric, changes->list, changes->n);
    if (target->writer->table)
        done = pk_target_table(args, target,
                               pk_view_whatif_table(&loaded->arena, loaded->profile, loaded->metric,
                                                    &whatif, changes->list, changes->n),
                               error);
    else
        done = draw(args, loaded, &whatif, changes, target, error);
    pk_whatif_fini(&whatif);
    return done;
}

/* Names are looked for before the output is opened, so that a wrong one leaves no trace. */
static int run(struct pk_args *args, struct pk_error *error)
{
    struct changes changes;
    struct pk_loaded loaded;
    struct pk_target target;
    bool done;

    if (!count_changes(args, error))
        return (int)error->status;
    done = pk_load(args, &loaded, error) && check(&loaded, error);
    if (done && !read_changes(args, &loaded, &changes, error)) {
        pk_loaded_fini(args, &loaded);
        return PK_USAGE;
    }
    if (done && pk_target_open(args, &loaded, &pk_writer_text, PK_TARGET_TABLE | PK_TARGET_SCENE,
                               &target, error)) {
        done = show(args, &loaded, &changes, &target, error);
        pk_target_finish(args, &loaded, &target, done, error);
    }
    pk_loaded_fini(args, &loaded);
    return (int)error->status;
}

const struct pk_cmd pk_cmd_whatif = {
    .name = "whatif",
    .summary = "the new total if functions were cached, dropped, hoisted or faster",
    .usage = "[OPTION...] [FILE...] [-o OUT.svg]",
    .group = "Ask",
    .opts = options,
    .reads = true,
    .writes = true,
    .run = run,
    .example = "profkit whatif --memo load_items --speedup parse=2x out.prof",
};
