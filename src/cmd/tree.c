/*
 * profkit tree: the call tree, from the roots down or from each function to its callers, of the
 * whole profile or of one function.
 */
#include <stddef.h>
#include <stdint.h>

#include "cmd/common.h"
#include "cmd/stacks.h"
#include "render/view_tree.h"
#include "render/writers.h"

#define DEFAULT_PERCENT 1000000 /* millionths: 1 % */

static const struct pk_opt options[] = {
    {"bottom-up", 0, PK_OPT_FLAG, NULL, NULL, "callers below: from the hot functions to the roots",
     false},
    {"top", 'n', PK_OPT_COUNT, "N", NULL, "show N branches of each; 0 shows all (default 0)",
     false},
    {"sort", 0, PK_OPT_KEYS, "KEYS", "total,self,name",
     "order branches by KEY,KEY...; -KEY turns it round (default total)", false},
    {"min-percent", 0, PK_OPT_DECIMAL, "N", NULL, "leave out what holds less (default 1)", false},
    {"exact-only", 0, PK_OPT_FLAG, NULL, NULL, "show only time whose place is proven", false},
    {"all", 0, PK_OPT_FLAG, NULL, NULL, "show library functions called by library functions too",
     false},
    {"raw", 0, PK_OPT_FLAG, NULL, NULL, "print base units", false},
    {"no-header", 0, PK_OPT_FLAG, NULL, NULL, "only the rows", false},
    {NULL, 0, PK_OPT_FLAG, NULL, NULL, NULL, false},
};

/* People are shown folds, machines all rows: they can fold themselves. */
static struct pk_table *view(const struct pk_args *args, struct pk_loaded *loaded,
                             const struct pk_stacks *stacks, const struct pk_target *target,
                             pk_frame_id function)
{
    struct pk_order orders[PK_OPT_MOST_KEYS];
    unsigned n_orders = pk_orders(args, orders);
    struct pk_view_tree_options tree = {
        .calls = {.is_bottom_up = pk_opts_has(&args->opts, "bottom-up"),
                  .function = function,
                  .min_percent = pk_min_percent(args, DEFAULT_PERCENT),
                  .whole = stacks->view.total,
                  .profile = stacks->is_whole ? loaded->profile : NULL,
                  .profile_metric = loaded->metric,
                  .orders = orders,
                  .n_orders = n_orders,
                  .most = pk_top(args, 0)},
        .is_folded = !pk_opts_has(&args->opts, "all") &&
                     (target->writer == &pk_writer_text || target->writer == &pk_writer_md)};
    struct pk_calltree rows =
        pk_calltree_find(stacks->view.tree, stacks->view.metric, &tree.calls, &loaded->arena);

    return pk_view_tree(&loaded->arena, &stacks->view, &rows, &tree);
}

/* The function is looked for before the output is opened, so that a wrong name leaves no trace. */
static int run(struct pk_args *args, struct pk_error *error)
{
    const char *word = pk_take_function(args);
    struct pk_loaded loaded;
    struct pk_target target;
    pk_frame_id function = PK_NONE;
    bool done = pk_load(args, &loaded, error) && pk_stacks_check(&loaded, error);

    if (done && word) {
        function = pk_choose_function(&loaded, word, error);
        if (function == PK_NONE) {
            pk_loaded_fini(args, &loaded);
            return PK_USAGE;
        }
    }
    if (done && pk_target_open(args, &loaded, &pk_writer_text, PK_TARGET_TABLE, &target, error)) {
        struct pk_stacks stacks;

        pk_stacks_init(&stacks, args, &loaded);
        done =
            pk_target_table(args, &target, view(args, &loaded, &stacks, &target, function), error);
        pk_target_finish(args, &loaded, &target, done, error);
        pk_stacks_fini(&stacks);
    }
    pk_loaded_fini(args, &loaded);
    return (int)error->status;
}

const struct pk_cmd pk_cmd_tree = {
    .name = "tree",
    .summary = "the call tree; --bottom-up begins with the hot functions",
    .usage = "[OPTION...] [FILE...] [FUNC]",
    .group = "Ask",
    .opts = options,
    .reads = true,
    .writes = true,
    .filters_estimates = true,
    .run = run,
    .example = "profkit tree out.prof load_items",
};
