/*
 * Hot spots as rows: see view_rows.h. Shares never pass 100 %: a file that contradicts itself may
 * give a function more than the total, and then the raw number stands beside a share of 100.
 */
#include "render/view_rows.h"

#include <stdint.h>

#include "render/grouping.h"

enum {
    SELF,
    SELF_SHARE,
    SELF_BAR,
    TOTAL,
    TOTAL_SHARE,
    TOTAL_HIGH,
    CALLS,
    PRIMITIVE,
    PER_CALL,
    FUNCTION,
    COLUMNS,
};

static const struct pk_column layout[COLUMNS] = {
    [SELF] = {.key = "self", .title = "SELF", .kind = PK_COLUMN_VALUE},
    [SELF_SHARE] = {.key = "self_share", .title = "%", .kind = PK_COLUMN_PERCENT, .drop = 1},
    [SELF_BAR] = {.key = "bar", .title = "", .kind = PK_COLUMN_BAR, .drop = 6},
    [TOTAL] = {.key = "total", .title = "TOTAL", .kind = PK_COLUMN_VALUE, .drop = 2},
    [TOTAL_SHARE] = {.key = "total_share", .title = "%", .kind = PK_COLUMN_PERCENT, .drop = 4},
    [TOTAL_HIGH] = {.key = "total_high",
                    .title = "",
                    .kind = PK_COLUMN_VALUE,
                    .is_machine_only = true},
    [CALLS] = {.key = "calls", .title = "CALLS", .kind = PK_COLUMN_COUNT, .drop = 1},
    [PRIMITIVE] = {.key = "primitive_calls",
                   .title = "",
                   .kind = PK_COLUMN_COUNT,
                   .is_machine_only = true},
    [PER_CALL] = {.key = "per_call", .title = "PER CALL", .kind = PK_COLUMN_VALUE, .drop = 5},
    [FUNCTION] = {.key = "function", .title = "FUNCTION", .kind = PK_COLUMN_FRAME},
};

/* A column that the file does not give is missing for every function. */
static int64_t at(const int64_t *column, pk_frame_id frame)
{
    return column ? column[frame] : PK_MISSING;
}

/* Where inclusive is a range, its lower bound is shown and marked. */
static void fill_row(const struct pk_table *table, uint32_t row, pk_frame_id frame)
{
    const struct pk_flat *flat = pk_profile_flat(table->profile);
    const struct pk_metric *metric = pk_profile_metric(table->profile, table->metric);
    int64_t whole = pk_profile_total(table->profile, table->metric);
    int64_t self = at(flat->self[table->metric], frame);
    int64_t total = at(flat->incl[table->metric], frame);
    int64_t high = at(flat->incl_high[table->metric], frame);
    struct pk_cell *cell = pk_table_cell(table, row, 0);

    cell[SELF].value = self;
    cell[SELF_SHARE] = pk_table_share(metric, self, whole);
    cell[SELF_BAR].value = self;
    cell[TOTAL].value = total;
    cell[TOTAL].is_low = high != PK_MISSING;
    cell[TOTAL_SHARE] = pk_table_share(metric, total, whole);
    /* A lower bound that is all there is has nothing above it. */
    cell[TOTAL_SHARE].is_low = high != PK_MISSING && total < whole;
    cell[TOTAL_HIGH].value = high;
    cell[CALLS].value = at(flat->calls, frame);
    cell[PRIMITIVE].value = at(flat->primitive, frame);
    cell[PER_CALL].value = pk_hotspots_per_call(table->profile, table->metric, frame);
    cell[PER_CALL].is_low = high != PK_MISSING;
    cell[FUNCTION].frame = frame;
}

/* Bars compare the rows: the longest fills its column. */
static void scale_bars(const struct pk_table *table)
{
    int64_t longest = 0;

    for (uint32_t row = 0; row < table->n_rows; row++)
        if (pk_table_cell(table, row, SELF_BAR)->value > longest)
            longest = pk_table_cell(table, row, SELF_BAR)->value;
    for (uint32_t row = 0; row < table->n_rows; row++)
        pk_table_cell(table, row, SELF_BAR)->whole = longest;
}

/* "… 1,432 more functions hold 22.8 %" with the options that show them; the ellipsis is the
 * writer's. `n_small` of them are left out for what they hold. */
static void fill_footer(struct pk_table *table, uint32_t n_small, struct pk_arena *arena)
{
    const struct pk_metric *metric = pk_profile_metric(table->profile, table->metric);
    int64_t whole = pk_profile_total(table->profile, table->metric);
    struct pk_buf text = {0};

    if (table->n_left_out == 0)
        return;
    pk_grouping_count(&text, table->profile, table->n_left_out, " more ");
    pk_buf_text(&text, table->n_left_out == 1 ? " holds " : " hold ");
    if (metric->is_signed || table->left_out < 0 || whole <= 0 || table->left_out > whole) {
        pk_units_value(&text, metric->unit, metric->scale, table->left_out);
    } else {
        pk_units_percent(&text, table->left_out, whole);
        pk_buf_text(&text, " %");
    }
    pk_buf_text(&text, " of self");
    pk_table_cure(&text, table->n_left_out > n_small, n_small > 0);
    table->footer = pk_arena_str(arena, pk_buf_view(&text));
    pk_buf_fini(&text);
}

/* Columns that would only hold dashes stay out of the text. */
struct pk_table *pk_view_rows_hotspots(struct pk_arena *arena, const struct pk_profile *profile,
                                       uint32_t metric, const struct pk_hotspots *hotspots,
                                       uint32_t top)
{
    const struct pk_metric *m = pk_profile_metric(profile, metric);
    const struct pk_flat *flat = pk_profile_flat(profile);
    uint32_t n = top && top < hotspots->n ? top : hotspots->n;
    struct pk_table *table = pk_table_new(arena, layout, COLUMNS, n);

    table->schema = "profkit.hotspots/1";
    table->profile = profile;
    table->metric = metric;
    pk_grouping_title(table);
    for (uint32_t c = 0; c < COLUMNS; c++)
        if (layout[c].kind == PK_COLUMN_VALUE) {
            table->columns[c].unit = m->unit;
            table->columns[c].scale = m->scale;
        }
    /* Samples have no calls: the columns would only hold dashes. */
    table->columns[CALLS].is_machine_only = !flat->calls;
    table->columns[PER_CALL].is_machine_only =
        !flat->calls || hotspots->key != PK_HOTSPOTS_PER_CALL;
    for (uint32_t row = 0; row < n; row++)
        fill_row(table, row, hotspots->frame[row]);
    scale_bars(table);
    table->n_left_out = hotspots->n_small;
    table->left_out = hotspots->small;
    for (uint32_t i = n; i < hotspots->n; i++) {
        int64_t self = at(flat->self[metric], hotspots->frame[i]);

        table->n_left_out++;
        table->left_out += self == PK_MISSING ? 0 : self;
    }
    fill_footer(table, hotspots->n_small, arena);
    return table;
}

struct pk_table *pk_view_rows_all(struct pk_arena *arena, const struct pk_profile *profile,
                                  uint32_t metric)
{
    struct pk_hotspots all = pk_hotspots_find(profile, metric, PK_HOTSPOTS_SELF, arena);

    return pk_view_rows_hotspots(arena, profile, metric, &all, 0);
}
