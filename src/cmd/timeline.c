/*
 * profkit timeline: what each thread did when, of files whose samples have times.
 */
#include <stddef.h>
#include <stdint.h>

#include "cmd/common.h"
#include "cmd/timed.h"
#include "render/view_timeline.h"
#include "render/writers.h"

#define FOR_MACHINES 100 /* buckets */
#define FOR_NO_WIDTH 60
#define LEAST 8

static const struct pk_opt options[] = {
    {"buckets", 0, PK_OPT_COUNT, "N", NULL,
     "divide the time into N (default: as the width allows; 100 in JSON)", false},
    {"top", 'n', PK_OPT_COUNT, "N", NULL, "show N threads; 0 shows all (default 20)", false},
    {"sort", 0, PK_OPT_KEYS, "KEYS", "total,start,name",
     "order by KEY,KEY...; -KEY turns it round (default total)", false},
    {"raw", 0, PK_OPT_FLAG, NULL, NULL, "print base units", false},
    {"no-header", 0, PK_OPT_FLAG, NULL, NULL, "only the rows", false},
    {NULL, 0, PK_OPT_FLAG, NULL, NULL, NULL, false},
};

static const struct pk_timed_words words = {
    .refusal = "no timeline",
    .for_sums = "profkit hotspots shows what they add up to",
    .shown = "shown",
};

/* Zero of a clock is another moment in every file. */
static bool check_options(const struct pk_args *args, struct pk_error *error)
{
    if (args->opts.operands.size > 1)
        return pk_error_set(error, PK_USAGE, pk_place_none(),
                            "times of several files cannot be compared: give one file");
    if (pk_opts_number(&args->opts, "buckets", 1) < 1)
        return pk_error_set(error, PK_USAGE, pk_place_none(), "--buckets must be at least 1");
    return true;
}

/* Two fifths of a line are bars: names, numbers and functions share the rest. */
static uint32_t buckets(const struct pk_args *args, const struct pk_target *target)
{
    bool is_text = target->writer == &pk_writer_text || target->writer == &pk_writer_md;
    uint32_t fallback = FOR_MACHINES;
    int64_t asked;

    if (is_text)
        fallback = target->style.width ? target->style.width * 2 / 5 : FOR_NO_WIDTH;
    if (fallback < LEAST)
        fallback = LEAST;
    asked = pk_opts_number(&args->opts, "buckets", fallback);
    return asked > PK_ACTIVITY_MOST ? PK_ACTIVITY_MOST : (uint32_t)asked;
}

/* Names take a quarter of the line at most; what is longer is cut at its front. */
static struct pk_table *view(const struct pk_args *args, struct pk_loaded *loaded,
                             const struct pk_target *target)
{
    struct pk_order orders[PK_OPT_MOST_KEYS];
    struct pk_activity_options wanted = {.most_buckets = buckets(args, target),
                                         .most_rows = pk_top(args, 20),
                                         .orders = orders,
                                         .n_orders = pk_orders(args, orders)};
    struct pk_activity activity =
        pk_activity_find(loaded->profile, loaded->metric, &wanted, &loaded->arena);

    return pk_view_timeline(&loaded->arena, loaded->profile, loaded->metric, &activity,
                            target->style.width / 4);
}

/* Options first, then files: a mistake in the call is told before anything is read. */
static int run(struct pk_args *args, struct pk_error *error)
{
    struct pk_loaded loaded;
    struct pk_target target;

    if (!check_options(args, error))
        return PK_USAGE;
    args->keeps = PK_KEEP_RECORD | PK_KEEP_METRICS;
    if (pk_load(args, &loaded, error) && pk_timed_check(&loaded, &words, error) &&
        pk_target_open(args, &loaded, &pk_writer_text, PK_TARGET_TABLE, &target, error)) {
        bool done;

        pk_timed_say(args, &loaded, &words);
        done = pk_target_table(args, &target, view(args, &loaded, &target), error);
        pk_target_finish(args, &loaded, &target, done, error);
    }
    pk_loaded_fini(args, &loaded);
    return (int)error->status;
}

const struct pk_cmd pk_cmd_timeline = {
    .name = "timeline",
    .summary = "activity over time, thread by thread, where the file has times",
    .usage = "[OPTION...] [FILE]",
    .group = "Ask",
    .opts = options,
    .reads = true,
    .writes = true,
    .run = run,
    .example = "perf script | profkit timeline -",
};
