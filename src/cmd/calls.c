/*
 * profkit calls: who calls a function, and whom it calls. Only recorded or derived edges are read,
 * so no number is estimated. The function is the last operand; what stands before it are files.
 */
#include "analyze/calls.h"

#include <stdint.h>
#include <stdio.h>

#include "cmd/common.h"
#include "cmd/stacks.h"
#include "render/view_calls.h"
#include "render/writers.h"

static const struct pk_opt options[] = {
    {"top", 'n', PK_OPT_COUNT, "N", NULL, "show N callers and N callees; 0 shows all (default 20)",
     false},
    {"sort", 0, PK_OPT_KEYS, "KEYS", "total,calls,name",
     "order by KEY,KEY...; -KEY turns it round (default total)", false},
    {"min-percent", 0, PK_OPT_DECIMAL, "N", NULL,
     "leave out callers and callees with less of FUNC (default 0)", false},
    {"raw", 0, PK_OPT_FLAG, NULL, NULL, "print base units", false},
    {"no-header", 0, PK_OPT_FLAG, NULL, NULL, "only the rows", false},
    {NULL, 0, PK_OPT_FLAG, NULL, NULL, NULL, false},
};

/* Taken off the operands before they are read as files. */
static const char *take_function(struct pk_args *args, struct pk_error *error)
{
    size_t n = args->opts.operands.size;

    /* A profile alone is to be read, and not to be looked for in the newest one here. */
    if (n == 0 || (n == 1 && pk_names_profile(args->opts.operands.data[0]))) {
        pk_error_set(error, PK_USAGE, pk_place_none(), "calls of which function?");
        pk_error_hint(error, "profkit calls [FILE...] FUNC");
        return NULL;
    }
    return args->opts.operands.data[--args->opts.operands.size];
}

/* Files of functions alone know no calls. */
static bool check(const struct pk_loaded *loaded, struct pk_error *error)
{
    return pk_profile_graph(loaded->profile) || pk_stacks_refuse_graph(loaded, error);
}

/* The function is looked for before the output is opened, so that a wrong name leaves no trace. */
static int run(struct pk_args *args, struct pk_error *error)
{
    const char *word = take_function(args, error);
    struct pk_loaded loaded;
    struct pk_target target;
    pk_frame_id frame = PK_NONE;

    if (!word)
        return PK_USAGE;
    if (pk_load(args, &loaded, error) && check(&loaded, error)) {
        frame = pk_choose_function(&loaded, word, error);
        if (frame == PK_NONE) {
            pk_loaded_fini(args, &loaded);
            return PK_USAGE;
        }
    }
    if (frame != PK_NONE &&
        pk_target_open(args, &loaded, &pk_writer_text, PK_TARGET_TABLE, &target, error)) {
        uint32_t top = pk_top(args, 20);
        struct pk_neighbours neighbours =
            pk_calls_find(loaded.profile, loaded.metric, frame, &loaded.arena);
        struct pk_order orders[PK_OPT_MOST_KEYS];
        unsigned n = pk_orders(args, orders);
        bool done;

        pk_calls_leave_out(&neighbours, loaded.profile, loaded.metric, pk_min_percent(args, 0));
        pk_calls_sort(&neighbours, loaded.profile, loaded.metric, orders, n);
        done = pk_target_table(
            args, &target,
            pk_view_calls(&loaded.arena, loaded.profile, loaded.metric, &neighbours, top), error);

        pk_target_finish(args, &loaded, &target, done, error);
    }
    pk_loaded_fini(args, &loaded);
    return (int)error->status;
}

const struct pk_cmd pk_cmd_calls = {
    .name = "calls",
    .summary = "who calls a function, and whom it calls",
    .usage = "[OPTION...] [FILE...] FUNC",
    .group = "Ask",
    .opts = options,
    .reads = true,
    .writes = true,
    .run = run,
    .example = "profkit calls out.prof load_items",
};
