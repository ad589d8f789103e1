/*
 * profkit paths: the heaviest paths from a root to a function that spends time itself.
 */
#include "analyze/paths.h"

#include <stddef.h>
#include <stdint.h>

#include "cmd/common.h"
#include "cmd/stacks.h"
#include "render/writers.h"

static const struct pk_opt options[] = {
    {"top", 'n', PK_OPT_COUNT, "N", NULL, "show N paths; 0 shows all (default 5)", false},
    {"sort", 0, PK_OPT_KEYS, "KEYS", "self,depth,name",
     "order by KEY,KEY...; -KEY turns it round (default self)", false},
    {"min-percent", 0, PK_OPT_DECIMAL, "N", NULL, "leave out paths that hold less (default 0)",
     false},
    {"exact-only", 0, PK_OPT_FLAG, NULL, NULL, "show only time whose place is proven", false},
    {"raw", 0, PK_OPT_FLAG, NULL, NULL, "print base units", false},
    {"no-header", 0, PK_OPT_FLAG, NULL, NULL, "only the rows", false},
    {NULL, 0, PK_OPT_FLAG, NULL, NULL, NULL, false},
};

/* Load, climb where needed, rank, make rows, write. */
static int run(struct pk_args *args, struct pk_error *error)
{
    struct pk_loaded loaded;
    struct pk_target target;

    if (pk_load(args, &loaded, error) && pk_stacks_check(&loaded, error) &&
        pk_target_open(args, &loaded, &pk_writer_text, PK_TARGET_TABLE, &target, error)) {
        uint32_t top = pk_top(args, 5);
        struct pk_order orders[PK_OPT_MOST_KEYS];
        unsigned n = pk_orders(args, orders);
        struct pk_stacks stacks;
        struct pk_paths paths;
        bool done;

        pk_stacks_init(&stacks, args, &loaded);
        paths = pk_paths_heaviest(stacks.view.tree, stacks.view.metric, &loaded.arena);
        pk_paths_leave_out(&paths, stacks.view.tree, stacks.view.metric, stacks.view.total,
                           pk_min_percent(args, 0));
        pk_paths_sort(&paths, stacks.view.tree, stacks.view.metric, orders, n);
        done = pk_target_table(args, &target,
                               pk_view_paths(&loaded.arena, &stacks.view, &paths, top), error);
        pk_target_finish(args, &loaded, &target, done, error);
        pk_stacks_fini(&stacks);
    }
    pk_loaded_fini(args, &loaded);
    return (int)error->status;
}

const struct pk_cmd pk_cmd_paths = {
    .name = "paths",
    .summary = "the heaviest paths from a root down",
    .usage = "[OPTION...] [FILE...]",
    .group = "Ask",
    .opts = options,
    .reads = true,
    .writes = true,
    .filters_estimates = true,
    .run = run,
    .example = "profkit paths --top 5 out.prof",
};
