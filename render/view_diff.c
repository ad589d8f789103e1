/*
 * Differences as rows: see view_diff.h. Ratios are written x1.33 and never as percent; a function
 * that is new or gone has none. The verdict of a row stands beside it for people; machines have its
 * method, interval, p and q, too, and apart from it whether the function is there on both sides: a
 * function of three samples that is not found again is no proof that it is gone.
 */
#include "render/view_diff.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "analyze/quality.h"
#include "analyze/verdict.h"
#include "model/timeline.h"
#include "render/grouping.h"

/* p and q are numbers from 0 to 1: a table has integers, so they are parts of this. */
#define CERTAIN INT64_C(1000000000000)

enum {
    SELF_DELTA,
    RATIO,
    BEFORE,
    AFTER,
    TOTAL_DELTA,
    TOTAL_BEFORE,
    TOTAL_AFTER,
    TOTAL_BEFORE_HIGH,
    TOTAL_AFTER_HIGH,
    CALLS_DELTA,
    CALLS_BEFORE,
    CALLS_AFTER,
    WHAT,
    VERDICT,
    METHOD,
    LOW,
    HIGH,
    SHIFT,
    MEDIAN_BEFORE,
    MEDIAN_AFTER,
    P,
    Q,
    READ_SELF_DELTA, /* what was read, where the columns above show another measure of it */
    READ_BEFORE,
    READ_AFTER,
    READ_TOTAL_DELTA,
    READ_TOTAL_BEFORE,
    READ_TOTAL_AFTER,
    READ_BEFORE_HIGH,
    READ_AFTER_HIGH,
    FUNCTION,
    COLUMNS,
};

/* Columns that only JSON has: text shows the difference and one side of it at most. */
#define MACHINE(the_key, the_kind) \
    {.key = (the_key), .title = "", .kind = (the_kind), .is_machine_only = true}

static const struct pk_column layout[COLUMNS] = {
    [SELF_DELTA] = {.key = "self_delta",
                    .title = "SELF Δ",
                    .kind = PK_COLUMN_VALUE,
                    .is_delta = true},
    [RATIO] = {.key = "self_ratio", .title = "RATIO", .kind = PK_COLUMN_RATIO, .drop = 1},
    [BEFORE] = {.key = "self_before", .title = "BEFORE", .kind = PK_COLUMN_VALUE, .drop = 4},
    [AFTER] = {.key = "self_after", .title = "AFTER", .kind = PK_COLUMN_VALUE, .drop = 4},
    [TOTAL_DELTA] = {.key = "total_delta",
                     .title = "TOTAL Δ",
                     .kind = PK_COLUMN_VALUE,
                     .drop = 2,
                     .is_delta = true},
    [TOTAL_BEFORE] = MACHINE("total_before", PK_COLUMN_VALUE),
    [TOTAL_AFTER] = MACHINE("total_after", PK_COLUMN_VALUE),
    [TOTAL_BEFORE_HIGH] = MACHINE("total_before_high", PK_COLUMN_VALUE),
    [TOTAL_AFTER_HIGH] = MACHINE("total_after_high", PK_COLUMN_VALUE),
    [CALLS_DELTA] = {.key = "calls_delta",
                     .title = "CALLS Δ",
                     .kind = PK_COLUMN_COUNT,
                     .drop = 1,
                     .is_delta = true},
    [CALLS_BEFORE] = MACHINE("calls_before", PK_COLUMN_COUNT),
    [CALLS_AFTER] = MACHINE("calls_after", PK_COLUMN_COUNT),
    [WHAT] = MACHINE("what", PK_COLUMN_TEXT),
    [VERDICT] = {.key = "verdict", .title = "WHAT", .kind = PK_COLUMN_TEXT, .drop = 3},
    [METHOD] = MACHINE("method", PK_COLUMN_TEXT),
    [LOW] = MACHINE("interval_low", PK_COLUMN_VALUE),
    [HIGH] = MACHINE("interval_high", PK_COLUMN_VALUE),
    [SHIFT] = MACHINE("shift", PK_COLUMN_VALUE),
    [MEDIAN_BEFORE] = MACHINE("median_before", PK_COLUMN_VALUE),
    [MEDIAN_AFTER] = MACHINE("median_after", PK_COLUMN_VALUE),
    [P] = MACHINE("p", PK_COLUMN_RATIO),
    [Q] = MACHINE("q", PK_COLUMN_RATIO),
    [READ_SELF_DELTA] = MACHINE("self_delta", PK_COLUMN_VALUE),
    [READ_BEFORE] = MACHINE("self_before", PK_COLUMN_VALUE),
    [READ_AFTER] = MACHINE("self_after", PK_COLUMN_VALUE),
    [READ_TOTAL_DELTA] = MACHINE("total_delta", PK_COLUMN_VALUE),
    [READ_TOTAL_BEFORE] = MACHINE("total_before", PK_COLUMN_VALUE),
    [READ_TOTAL_AFTER] = MACHINE("total_after", PK_COLUMN_VALUE),
    [READ_BEFORE_HIGH] = MACHINE("total_before_high", PK_COLUMN_VALUE),
    [READ_AFTER_HIGH] = MACHINE("total_after_high", PK_COLUMN_VALUE),
    [FUNCTION] = {.key = "function", .title = "FUNCTION", .kind = PK_COLUMN_FRAME},
};

/* Percent of a total less percent of another are points, never percent. */
enum pk_unit pk_view_diff_unit(enum pk_unit unit)
{
    return unit == PK_UNIT_PERCENT ? PK_UNIT_POINTS : unit;
}

/* A minus comes with the number; no difference has no sign. */
void pk_view_diff_delta(struct pk_buf *out, const struct pk_metric *metric, int64_t delta)
{
    if (delta > 0)
        pk_buf_char(out, '+');
    pk_units_value(out, pk_view_diff_unit(metric->unit), metric->scale, delta);
}

/* "new", "gone", or missing: there on both sides. */
static struct pk_str what(const struct pk_diff_row *row)
{
    if (row->frame[PK_BEFORE] == PK_NONE)
        return PK_STR("new");
    return row->frame[PK_AFTER] == PK_NONE ? PK_STR("gone") : PK_STR_NULL;
}

/* A bound of an interval, to whole units outwards, so that rounding never narrows it. */
static int64_t bound(double value, bool is_low)
{
    value = is_low ? floor(value) : ceil(value);
    if (!(fabs(value) < 9.2e18)) /* beyond 64 bits, where the difference itself nearly is */
        return PK_MISSING;
    return (int64_t)value;
}

/* What only several runs have, to the nearest unit. */
static int64_t middle(const struct pk_judged *judged, double value)
{
    return judged->method == PK_METHOD_RUNS ? bound(floor(value + 0.5), true) : PK_MISSING;
}

static struct pk_cell probability(double value)
{
    /* Tables have six digits: below them it is not zero. */
    return (struct pk_cell){.value = llround(fmax(value, 1e-6) * (double)CERTAIN),
                            .whole = CERTAIN};
}

/* What a verdict rests on; missing where nothing was tested. */
static void fill_judged(struct pk_cell *cell, const struct pk_diff_row *row)
{
    const struct pk_judged *judged = &row->judged;
    const struct pk_cell missing = {.value = PK_MISSING, .whole = CERTAIN};

    cell[VERDICT].text = pk_str_of(pk_verdict_name(judged->verdict));
    cell[METHOD].text = pk_str_of(pk_method_name(judged->method));
    cell[LOW].value = judged->has_interval ? bound(judged->low, true) : PK_MISSING;
    cell[HIGH].value = judged->has_interval ? bound(judged->high, false) : PK_MISSING;
    cell[SHIFT].value = middle(judged, judged->shift);
    for (unsigned s = 0; s < 2; s++)
        cell[MEDIAN_BEFORE + s].value =
            row->frame[s] == PK_NONE ? PK_MISSING : middle(judged, judged->median[s]);
    cell[P] = judged->has_p ? probability(judged->p) : missing;
    cell[Q] = judged->has_p ? probability(judged->q) : missing;
}

/* As read: difference, before, after. */
static void fill_value(struct pk_cell *cell, const struct pk_diff_value *value)
{
    cell[0].value = value->delta;
    cell[1].value = value->side[PK_BEFORE];
    cell[2].value = value->side[PK_AFTER];
}

/* The function is shown as it stands in the later profile, where its lines are current. */
static void fill_row(const struct pk_table *table, uint32_t at, const struct pk_diff *diff,
                     const struct pk_diff_row *row)
{
    unsigned side = row->frame[PK_AFTER] != PK_NONE ? PK_AFTER : PK_BEFORE;
    int64_t before = row->self.side[PK_BEFORE], after = row->self.side[PK_AFTER];
    struct pk_cell *cell = pk_table_cell(table, at, 0);

    cell[SELF_DELTA].value = row->self.delta;
    cell[BEFORE].value = before;
    cell[AFTER].value = after;
    /* PK_MISSING is below zero, and a ratio of negative values says nothing. */
    cell[RATIO].value = before <= 0 || after < 0 ? PK_MISSING : after;
    cell[RATIO].whole = before;
    cell[TOTAL_DELTA].value = row->total.delta;
    cell[TOTAL_BEFORE].value = row->total.side[PK_BEFORE];
    cell[TOTAL_AFTER].value = row->total.side[PK_AFTER];
    cell[TOTAL_BEFORE_HIGH].value = row->total_high[PK_BEFORE];
    cell[TOTAL_AFTER_HIGH].value = row->total_high[PK_AFTER];
    cell[CALLS_DELTA].value = row->calls.delta;
    cell[CALLS_BEFORE].value = row->calls.side[PK_BEFORE];
    cell[CALLS_AFTER].value = row->calls.side[PK_AFTER];
    cell[WHAT].text = what(row);
    fill_judged(cell, row);
    fill_value(&cell[READ_SELF_DELTA], &row->raw_self);
    fill_value(&cell[READ_TOTAL_DELTA], &row->raw_total);
    cell[READ_BEFORE_HIGH].value = row->raw_high[PK_BEFORE];
    cell[READ_AFTER_HIGH].value = row->raw_high[PK_AFTER];
    cell[FUNCTION].frame = row->frame[side];
    cell[FUNCTION].profile = diff->side[side].profile;
}

/* What is not among the rows picked, added up. */
static void count_left_out(struct pk_table *table, const struct pk_diff *diff,
                           const uint32_t *picked, uint32_t n)
{
    for (uint32_t i = 0, next = 0; i < diff->n; i++) {
        if (next < n && picked[next] == i) {
            next++;
            continue;
        }
        table->n_left_out++;
        table->left_out += diff->row[i].self.delta == PK_MISSING ? 0 : diff->row[i].self.delta;
    }
}

/* "… 3 more functions differ by -0.2 s of self (--top 0 shows all)" */
static void fill_footer(struct pk_table *table, const struct pk_diff *diff, struct pk_arena *arena)
{
    struct pk_buf text = {0};

    if (table->n_left_out == 0)
        return;
    pk_grouping_count(&text, table->profile, table->n_left_out, " more ");
    pk_buf_text(&text, table->n_left_out == 1 ? " differs by " : " differ by ");
    pk_view_diff_delta(&text, &diff->measure.metric, table->left_out);
    pk_buf_text(&text, " of self (--top 0 shows all)");
    table->footer = pk_arena_str(arena, pk_buf_view(&text));
    pk_buf_fini(&text);
}

/* "Sum of self Δ in 1,436 functions: -3.36 s = total Δ"; the second half is checked, not assumed.
 */
static void fill_note(struct pk_table *table, const struct pk_diff *diff, struct pk_arena *arena)
{
    struct pk_buf text = {0};

    if (diff->n == 0) {
        table->note = PK_STR("no difference");
        return;
    }
    pk_buf_text(&text, "Sum of self Δ in ");
    pk_grouping_count(&text, table->profile, diff->n_functions, " ");
    pk_buf_text(&text, ": ");
    pk_view_diff_delta(&text, &diff->measure.metric, diff->self_delta);
    if (diff->self_delta == diff->normal_total.delta) {
        pk_buf_text(&text, " = total Δ");
    } else {
        pk_buf_text(&text, ", but total Δ is ");
        pk_view_diff_delta(&text, &diff->measure.metric, diff->normal_total.delta);
    }
    table->note = pk_arena_str(arena, pk_buf_view(&text));
    pk_buf_fini(&text);
}

/* True where values are shown by another measure than they were read in. */
static bool is_normal(const struct pk_diff *diff)
{
    return memcmp(diff->measure.factor, diff->measure.raw, sizeof diff->measure.raw) != 0;
}

/* The keys without a word before them are those of what was read: they mean the same in every diff.
 */
static void set_units(struct pk_table *table, const struct pk_diff *diff)
{
    static const char *const normal[COLUMNS] = {
        [SELF_DELTA] = "normal_self_delta",
        [BEFORE] = "normal_self_before",
        [AFTER] = "normal_self_after",
        [TOTAL_DELTA] = "normal_total_delta",
        [TOTAL_BEFORE] = "normal_total_before",
        [TOTAL_AFTER] = "normal_total_after",
        [TOTAL_BEFORE_HIGH] = "normal_total_before_high",
        [TOTAL_AFTER_HIGH] = "normal_total_after_high",
    };
    const struct pk_metric *read = pk_profile_metric(table->profile, table->metric);

    for (uint32_t c = 0; c < COLUMNS; c++) {
        struct pk_column *column = &table->columns[c];
        bool is_read = c >= READ_SELF_DELTA && c <= READ_AFTER_HIGH;
        bool is_delta = column->is_delta || (c >= LOW && c <= SHIFT);

        if (column->kind != PK_COLUMN_VALUE)
            continue;
        column->unit =
            is_delta ? pk_view_diff_unit(diff->measure.metric.unit) : diff->measure.metric.unit;
        column->scale = is_read ? read->scale : diff->measure.metric.scale;
        if (is_read)
            column->unit = read->unit;
        if (normal[c] && is_normal(diff))
            column->key = normal[c];
        column->is_text_only = is_read && !is_normal(diff); /* and for machines: for nobody */
    }
}

const struct pk_table *pk_view_diff_compared(struct pk_arena *arena, const struct pk_diff *diff,
                                             const char *const names[2])
{
    enum {
        SIDE,
        INPUT,
        FORMAT,
        PRODUCER,
        METRIC,
        TOTAL,
        FUNCTIONS,
        SAMPLES,
        RUNS,
        SPAN,
        PERIOD,
        NORMAL,
        NORMAL_UNIT,
        NORMAL_SCALE,
        NORMAL_TOTAL,
        SIDE_COLUMNS
    };
    static const struct pk_column columns[SIDE_COLUMNS] = {
        [SIDE] = MACHINE("side", PK_COLUMN_TEXT),
        [INPUT] = MACHINE("input", PK_COLUMN_TEXT),
        [FORMAT] = MACHINE("format", PK_COLUMN_TEXT),
        [PRODUCER] = MACHINE("producer", PK_COLUMN_TEXT),
        [METRIC] = MACHINE("metric", PK_COLUMN_TEXT),
        [TOTAL] = MACHINE("total", PK_COLUMN_VALUE),
        [FUNCTIONS] = MACHINE("functions", PK_COLUMN_COUNT),
        [SAMPLES] = MACHINE("samples", PK_COLUMN_COUNT),
        [RUNS] = MACHINE("runs", PK_COLUMN_COUNT),
        [SPAN] = MACHINE("span", PK_COLUMN_COUNT),
        [PERIOD] = MACHINE("period", PK_COLUMN_RATIO),
        [NORMAL] = MACHINE("normalize", PK_COLUMN_TEXT),
        [NORMAL_UNIT] = MACHINE("normal_unit", PK_COLUMN_TEXT),
        [NORMAL_SCALE] = MACHINE("normal_scale", PK_COLUMN_COUNT),
        [NORMAL_TOTAL] = MACHINE("normal_total", PK_COLUMN_VALUE),
    };
    struct pk_table *table = pk_table_new(arena, columns, SIDE_COLUMNS, 2);

    for (unsigned s = 0; s < 2; s++) {
        const struct pk_profile *profile = diff->side[s].profile;
        int64_t samples = pk_quality_of(profile, diff->side[s].metric).samples;
        int64_t span = pk_profile_span(profile);
        struct pk_cell *cell = pk_table_cell(table, s, 0);

        cell[SIDE].text = s == PK_BEFORE ? PK_STR("before") : PK_STR("after");
        cell[INPUT].text = pk_str_of(names[s]);
        cell[FORMAT].text = pk_profile_fact(profile, "format");
        cell[PRODUCER].text = pk_profile_fact(profile, "producer");
        cell[METRIC].text = pk_profile_metric(profile, diff->side[s].metric)->name;
        cell[TOTAL].value = diff->total.side[s];
        cell[FUNCTIONS].value = pk_profile_frames(profile);
        cell[SAMPLES].value = samples < 0 ? PK_MISSING : samples;
        cell[RUNS].value = diff->measure.runs[s] ? diff->measure.runs[s] : 1;
        cell[SPAN].value = span > 0 ? span : PK_MISSING;
        cell[PERIOD].value = diff->measure.period[s].den ? diff->measure.period[s].num : PK_MISSING;
        cell[PERIOD].whole = diff->measure.period[s].den;
        cell[NORMAL].text = pk_str_of(pk_measure_name(diff->measure.normal));
        cell[NORMAL_UNIT].text = pk_str_of(pk_units_name(diff->measure.metric.unit));
        cell[NORMAL_SCALE].value = diff->measure.metric.scale;
        cell[NORMAL_TOTAL].value = diff->normal_total.side[s];
    }
    return table;
}

/* The metric of the table is that of the side with the finer scale: all values have it. */
struct pk_table *pk_view_diff(struct pk_arena *arena, const struct pk_diff *diff,
                              const char *const names[2], uint32_t top)
{
    uint32_t *picked = PK_NEW_ARRAY(arena, uint32_t, diff->n);
    uint32_t n = pk_diff_pick(diff, top, picked);
    struct pk_table *table = pk_table_new(arena, layout, COLUMNS, n);
    unsigned side = diff->measure.raw[PK_AFTER].num == 1 ? PK_AFTER : PK_BEFORE; /* the finer */

    table->schema = "profkit.diff/1";
    table->profile = diff->side[side].profile;
    table->metric = diff->side[side].metric;
    pk_grouping_title(table);
    table->compared = pk_view_diff_compared(arena, diff, names);
    set_units(table, diff);
    for (uint32_t i = 0; i < n; i++)
        fill_row(table, i, diff, &diff->row[picked[i]]);
    /* A column that would hold nothing. */
    table->columns[CALLS_DELTA].is_machine_only = !diff->has_calls;
    count_left_out(table, diff, picked, n);
    fill_footer(table, diff, arena);
    fill_note(table, diff, arena);
    return table;
}
