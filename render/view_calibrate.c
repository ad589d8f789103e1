/*
 * The noise floor as rows: see view_calibrate.h. The first row is the whole, and machines find what
 * is proposed in it. Ratios of the highest run to the lowest are written as in a diff, x1.08.
 */
#include "render/view_calibrate.h"

#include <math.h>
#include <stdint.h>

enum { RATIO, LOW, MEDIAN, HIGH, MOST, FUNCTION, COLUMNS };

static const struct pk_column layout[COLUMNS] = {
    [RATIO] = {.key = "high_by_low", .title = "RATIO", .kind = PK_COLUMN_RATIO},
    [LOW] = {.key = "low", .title = "LOWEST", .kind = PK_COLUMN_VALUE, .drop = 2},
    [MEDIAN] = {.key = "median", .title = "MEDIAN", .kind = PK_COLUMN_VALUE, .drop = 1},
    [HIGH] = {.key = "high", .title = "HIGHEST", .kind = PK_COLUMN_VALUE, .drop = 2},
    [MOST] = {.key = "max_regression",
              .title = "",
              .kind = PK_COLUMN_COUNT,
              .is_machine_only = true},
    [FUNCTION] = {.key = "function", .title = "FUNCTION", .kind = PK_COLUMN_FRAME},
};

/* What has no lowest value has no ratio. */
static void fill_row(const struct pk_table *table, uint32_t at, const double three[3],
                     pk_frame_id frame)
{
    struct pk_cell *cell = pk_table_cell(table, at, 0);

    cell[LOW].value = llround(three[0]);
    cell[MEDIAN].value = llround(three[1]);
    cell[HIGH].value = llround(three[2]);
    cell[RATIO].value = three[0] > 0 ? cell[HIGH].value : PK_MISSING;
    cell[RATIO].whole = cell[LOW].value;
    cell[MOST].value = PK_MISSING;
    cell[FUNCTION].frame = frame;
    if (frame == PK_NONE)
        cell[FUNCTION].text = PK_STR("(all)");
}

/* "Proposed: --max-regression 8% --min-change 1%" with what it rests on: the worst pair
 * that was seen is no bound on what the next run will be. */
static struct pk_str note(const struct pk_calibration *c, struct pk_arena *arena)
{
    struct pk_buf text = {0};
    struct pk_str kept;

    pk_buf_printf(&text, "Proposed: --max-regression %d%% --min-change ", (int)c->most);
    pk_units_raw(&text, llround(c->least * 1000), -3);
    pk_buf_printf(&text, "%%, half as much again as the worst pair of %u runs", c->n_runs);
    kept = pk_arena_str(arena, pk_buf_view(&text));
    pk_buf_fini(&text);
    return kept;
}

struct pk_table *pk_view_calibrate(struct pk_arena *arena, const struct pk_diff *diff,
                                   const struct pk_calibration *calibration, uint32_t top)
{
    uint32_t n = top && top < calibration->n ? top : calibration->n;
    struct pk_table *table = pk_table_new(arena, layout, COLUMNS, n + 1);
    struct pk_buf left = {0};

    table->schema = "profkit.calibrate/1";
    table->profile = diff->side[PK_BEFORE].profile;
    table->metric = diff->side[PK_BEFORE].metric;
    for (uint32_t c = LOW; c <= HIGH; c++) {
        table->columns[c].unit = diff->measure.metric.unit;
        table->columns[c].scale = diff->measure.metric.scale;
    }
    fill_row(table, 0, calibration->whole, PK_NONE);
    pk_table_cell(table, 0, MOST)->value = (int64_t)calibration->most;
    for (uint32_t i = 0; i < n; i++) {
        const struct pk_calibrated_row *row = &calibration->row[i];

        fill_row(table, i + 1, (double[]){row->low, row->median, row->high}, row->frame);
    }
    table->n_left_out = calibration->n - n;
    if (table->n_left_out) {
        pk_buf_printf(&left, "%u more (--top 0 shows all)", table->n_left_out);
        table->footer = pk_arena_str(arena, pk_buf_view(&left));
        pk_buf_fini(&left);
    }
    table->note = note(calibration, arena);
    return table;
}
