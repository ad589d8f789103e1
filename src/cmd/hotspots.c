/*
 * profkit hotspots: functions by self, total, calls, time per call or name. Reads only the flat
 * table, so every format answers exactly.
 */
#include <stddef.h>
#include <stdint.h>

#include "cmd/common.h"
#include "render/view_rows.h"
#include "render/writers.h"

static const struct pk_opt options[] = {
    {"top", 'n', PK_OPT_COUNT, "N", NULL, "show N functions; 0 shows all (default 20)", false},
    {"sort", 0, PK_OPT_KEYS, "KEYS", "self,total,calls,per-call,name",
     "order by KEY,KEY...; -KEY turns it round (default self)", false},
    {"min-percent", 0, PK_OPT_DECIMAL, "N", NULL,
     "leave out functions whose total is less (default 0)", false},
    {"raw", 0, PK_OPT_FLAG, NULL, NULL, "print base units", false},
    {"no-header", 0, PK_OPT_FLAG, NULL, NULL, "only the rows", false},
    {NULL, 0, PK_OPT_FLAG, NULL, NULL, NULL, false},
};

/* Load, rank, make rows, write: the pattern of every command. */
static int run(struct pk_args *args, struct pk_error *error)
{
    struct pk_loaded loaded;
    struct pk_target target;
    bool done = pk_load(args, &loaded, error) &&
                pk_target_open(args, &loaded, &pk_writer_text, PK_TARGET_TABLE, &target, error);

    if (done) {
        uint32_t top = pk_top(args, 20);
        struct pk_hotspots hotspots =
            pk_hotspots_find(loaded.profile, loaded.metric, PK_HOTSPOTS_SELF, &loaded.arena);
        struct pk_order orders[PK_OPT_MOST_KEYS];
        unsigned n = pk_orders(args, orders);
        struct pk_table *table;

        pk_hotspots_leave_out(&hotspots, loaded.profile, loaded.metric, pk_min_percent(args, 0));
        pk_hotspots_sort(&hotspots, loaded.profile, loaded.metric, orders, n);
        table = pk_view_rows_hotspots(&loaded.arena, loaded.profile, loaded.metric, &hotspots, top);

        done = pk_target_table(args, &target, table, error);
        pk_target_finish(args, &loaded, &target, done, error);
    }
    pk_loaded_fini(args, &loaded);
    return (int)error->status;
}

const struct pk_cmd pk_cmd_hotspots = {
    .name = "hotspots",
    .summary = "functions by self time, or --sort total, calls, per-call, name",
    .usage = "[OPTION...] [FILE...]",
    .group = "Ask",
    .opts = options,
    .reads = true,
    .writes = true,
    .reads_functions = true,
    .run = run,
    .example = "profkit hotspots --top 20 out.prof",
};
