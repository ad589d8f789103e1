/*
 * profkit services: which services a program or one of its functions reaches, through which calls,
 * how often, and how much of its time goes there.
 *
 * What a service is comes from services_sets, what reaches it from the analysis, and what is shown
 * of that from the view.
 */
#include "analyze/services.h"

#include <stdint.h>
#include <string.h>

#include "base/code.h"
#include "cmd/common.h"
#include "cmd/services_ask.h"
#include "cmd/services_picture.h"
#include "cmd/stacks.h"
#include "render/writers.h"

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
                 struct pk_services_asked *asked, struct pk_error *error)
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
    return pk_services_make(args, loaded, by, &asked->made, error);
}

/* A writer that knows tables gets the table. */
static bool give(const struct pk_args *args, struct pk_loaded *loaded,
                 const struct pk_services_asked *asked, struct pk_target *target,
                 struct pk_error *error)
{
    struct pk_services_drawn drawn = {&asked->made.sets, &asked->services, asked->function,
                                      asked->entries,    asked->n_entries, asked->way};

    if (!target->writer->table)
        return pk_services_draw(args, loaded, &drawn, target, error);
    return pk_target_table(
        args, target,
        pk_services_table(loaded, asked, pk_top(args, PK_SERVICES_TOP), pk_min_percent(args, 0)),
        error);
}

/* Everything that can be refused is refused before the output is opened. */
static int run(struct pk_args *args, struct pk_error *error)
{
    const char *word = pk_take_function(args);
    struct pk_services_asked asked = {.function = PK_NONE};
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
        pk_services_ask(&loaded, &asked, pk_top(args, PK_SERVICES_TOP));
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
