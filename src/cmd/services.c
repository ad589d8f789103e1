/*
 * profkit services: which services a program or one of its functions reaches, through which calls,
 * how often, and how much of its time goes there.
 *
 * What a service is comes from services_sets, what reaches it from the analysis, and what is shown
 * of that from the view. Which entry points are worth a row is decided here: without a function
 * they are the question, and with one it is the only entry point.
 */
#include "analyze/services.h"

#include <stdint.h>
#include <string.h>

#include "base/code.h"
#include "cmd/common.h"
#include "cmd/services_picture.h"
#include "cmd/services_sets.h"
#include "cmd/stacks.h"
#include "render/view_services.h"
#include "render/writers.h"

#define DEFAULT_TOP 5
#define MOST_ENTRIES 100u
#define MOST_ENTRIES_EVER 1000u

static const struct pk_opt options[] = {
    {"by", 0, PK_OPT_TEXT, "KEY", NULL,
     "service, library, module, process, thread or a label (default service)", false},
    {"service", 0, PK_OPT_TEXT, "NAME=REGEX", NULL, "functions that match are of service NAME",
     true},
    {"top", 'n', PK_OPT_COUNT, "N", NULL,
     "show N rows of each kind below a service; 0 shows all (default 5)", false},
    {"min-percent", 0, PK_OPT_DECIMAL, "N", NULL, "leave out services that hold less (default 0)",
     false},
    {"title", 0, PK_OPT_TEXT, "TEXT", NULL, "title of the picture (default: the file's name)",
     false},
    {"scale", 0, PK_OPT_DECIMAL, "N", NULL, "pixels of a px in PNG (default 2)", false},
    {"raw", 0, PK_OPT_FLAG, NULL, NULL, "print base units", false},
    {"no-header", 0, PK_OPT_FLAG, NULL, NULL, "only the rows", false},
    {NULL, 0, PK_OPT_FLAG, NULL, NULL, NULL, false},
};

struct asked { /* what is to be shown */
    struct pk_services_made made;
    struct pk_services services;
    pk_frame_id function;
    const pk_frame_id *entries;
    const uint8_t *way;
    uint32_t n_entries, n_found;
};

/* Every part has to know callers: of functions alone nobody knows whose call they are. */
static bool check(const struct pk_loaded *loaded, struct pk_error *error)
{
    if (!pk_stacks_check(loaded, error))
        return false;
    if (pk_profile_graph(loaded->profile))
        return true;
    pk_error_set(error, PK_USAGE, pk_place_none(),
                 "part of this profile does not say who called what");
    pk_error_hint(error, "profkit hotspots shows its functions" PK_CODE("E041"));
    return false;
}

/* Processes and labels need no calls; functions that are services do. */
static bool make(const struct pk_args *args, struct pk_loaded *loaded, const char *word,
                 struct asked *asked, struct pk_error *error)
{
    const char *by = pk_opts_text(&args->opts, "by", "service");
    bool has_functions =
        strcmp(by, "service") == 0 || strcmp(by, "library") == 0 || strcmp(by, "module") == 0;
    char quoted[320];

    asked->function = PK_NONE;
    if (word && !has_functions)
        return pk_error_set(error, PK_USAGE, pk_place_none(),
                            "--by %s takes no function: values of processes, threads and labels "
                            "are not those of functions",
                            pk_error_quote(quoted, sizeof quoted, pk_str_of(by)));
    if (has_functions && !check(loaded, error))
        return false;
    if (word) {
        asked->function = pk_choose_function(loaded, word, error);
        if (asked->function == PK_NONE)
            return false;
    }
    return pk_services_make(args, loaded, &asked->made, error);
}

/* Entry points are of interest only where no function was named. */
static void ask(const struct pk_args *args, struct pk_loaded *loaded, struct asked *asked)
{
    uint32_t most = pk_top(args, DEFAULT_TOP);
    struct pk_service_question question = {
        .metric = loaded->metric, .sets = &asked->made.sets, .function = asked->function};

    if (asked->made.is_slices) {
        asked->services = asked->made.slices;
        return;
    }
    most = most == 0 || most > MOST_ENTRIES ? MOST_ENTRIES_EVER : MOST_ENTRIES;
    if (asked->function == PK_NONE) {
        asked->way = pk_services_ways(loaded);
        asked->entries =
            pk_services_entries(loaded->profile, loaded->metric, &asked->made.sets, asked->way,
                                most, &asked->n_entries, &asked->n_found, &loaded->arena);
    }
    question.entries = asked->entries;
    question.n_entries = asked->n_entries;
    asked->services = pk_services_find(loaded->profile, &question, &loaded->arena);
}

/* The view decides what is shown, the writer how. */
static bool show(const struct pk_args *args, struct pk_loaded *loaded, struct asked *asked,
                 struct pk_target *target, struct pk_error *error)
{
    struct pk_view_services view = {.sets = &asked->made.sets,
                                    .services = &asked->services,
                                    .function = asked->function,
                                    .top = pk_top(args, DEFAULT_TOP),
                                    .min_percent = pk_min_percent(args, 0),
                                    .n_entries_left_out = asked->n_found - asked->n_entries,
                                    .n_services_left_out = asked->made.n_left_out,
                                    .has_parts = !asked->made.is_slices};

    return pk_target_table(
        args, target,
        pk_view_services_table(&loaded->arena, loaded->profile, loaded->metric, &view), error);
}

/* A writer that knows tables gets the table. */
static bool give(const struct pk_args *args, struct pk_loaded *loaded, struct asked *asked,
                 struct pk_target *target, struct pk_error *error)
{
    struct pk_services_drawn drawn = {&asked->made.sets, &asked->services, asked->function,
                                      asked->entries,    asked->n_entries, asked->way};

    return target->writer->table ? show(args, loaded, asked, target, error)
                                 : pk_services_draw(args, loaded, &drawn, target, error);
}

/* Everything that can be refused is refused before the output is opened. */
static int run(struct pk_args *args, struct pk_error *error)
{
    const char *word = pk_take_function(args);
    struct asked asked = {.function = PK_NONE};
    struct pk_loaded loaded;
    struct pk_target target;
    bool done = pk_load(args, &loaded, error);

    if (done && !make(args, &loaded, word, &asked, error)) {
        pk_loaded_fini(args, &loaded);
        return PK_USAGE;
    }
    if (done &&
        pk_target_open(args, &loaded, &pk_writer_text,
                       asked.made.is_slices ? PK_TARGET_TABLE : PK_TARGET_TABLE | PK_TARGET_FLOW,
                       &target, error)) {
        ask(args, &loaded, &asked);
        done = give(args, &loaded, &asked, &target, error);
        pk_target_finish(args, &loaded, &target, done, error);
    }
    pk_loaded_fini(args, &loaded);
    return (int)error->status;
}

const struct pk_cmd pk_cmd_services = {
    .name = "services",
    .summary = "what databases, networks, caches, libraries cost, and who calls them",
    .usage = "[OPTION...] [FILE...] [FUNC] [-o OUT.svg]",
    .group = "Ask",
    .opts = options,
    .reads = true,
    .writes = true,
    .has_own_by = true,
    .run = run,
    .example = "profkit services out.prof load_items",
};
