/*
 * The noise floor of runs of one program: see check_calibrate.h. The runs are one side of a
 * comparison with the first of them, so that they are matched and measured as a gate will do it.
 */
#include "cmd/check_calibrate.h"

#include "analyze/calibrate.h"
#include "analyze/rule.h"
#include "cmd/comparison.h"
#include "render/view_calibrate.h"
#include "render/writers.h"

/* Percent, since runs are measured before anybody knows what of. */
static bool read_least(const struct pk_args *args, double *least, struct pk_error *error)
{
    const char *text = pk_opts_text(&args->opts, "min-change", "1%");
    enum pk_rule_unit unit;
    char quoted[320];

    if (pk_rule_parse_amount(pk_str_of(text), least, &unit) && unit == PK_RULE_PERCENT)
        return true;
    return pk_error_set(error, PK_USAGE, pk_place_none(),
                        "--calibrate takes a --min-change in percent of the whole, not %s",
                        pk_error_quote(quoted, sizeof quoted, pk_str_of(text)));
}

int pk_check_calibrate(struct pk_args *args, struct pk_error *error)
{
    struct pk_comparison c = {.args = args};
    struct pk_target target;
    double least;

    pk_arena_init(&args->paths);
    if (read_least(args, &least, error) && pk_comparison_find_runs(&c, error) &&
        pk_target_open(args, &c.loaded[PK_BEFORE], &pk_writer_text, PK_TARGET_TABLE, &target,
                       error)) {
        struct pk_arena *arena = &c.loaded[PK_BEFORE].arena;
        struct pk_calibration calibration = pk_calibrate(&c.diff, least, arena);
        bool done = pk_target_table(
            args, &target, pk_view_calibrate(arena, &c.diff, &calibration, pk_top(args, 20)),
            error);

        error->status = (enum pk_status)pk_target_close(args, &target, done, error);
    }
    pk_comparison_fini(&c);
    return (int)error->status;
}
