/*
 * Causes as rows: see view_causes.h. The words behind a function say the larger of its two parts:
 * "calls execute 1 instead of 5,066 times", "costs more per call".
 */
#include "render/view_causes.h"
#include "render/grouping.h"

#include <stdint.h>

#include "render/grouping.h"
#include "render/label.h"
#include "render/view_diff.h"

enum {
    DELTA,
    PERCENT,
    CALLS_PART,
    COST_PART,
    WITHIN,
    CALLEE,
    CALLS_BEFORE,
    CALLS_AFTER,
    FUNCTION,
    COLUMNS
};

#define MACHINE(the_key, the_kind) \
    {.key = (the_key), .title = "", .kind = (the_kind), .is_machine_only = true}

static const struct pk_column layout[COLUMNS] = {
    [DELTA] = {.key = "delta", .title = "WHY Δ", .kind = PK_COLUMN_VALUE, .is_delta = true},
    [PERCENT] = {.key = "share", .title = "%", .kind = PK_COLUMN_PERCENT, .drop = 1},
    [CALLS_PART] = MACHINE("calls_part", PK_COLUMN_VALUE),
    [COST_PART] = MACHINE("cost_part", PK_COLUMN_VALUE),
    [WITHIN] = MACHINE("within", PK_COLUMN_COUNT),
    [CALLEE] = MACHINE("callee", PK_COLUMN_TEXT),
    [CALLS_BEFORE] = MACHINE("calls_before", PK_COLUMN_COUNT),
    [CALLS_AFTER] = MACHINE("calls_after", PK_COLUMN_COUNT),
    [FUNCTION] = {.key = "function", .title = "FUNCTION", .kind = PK_COLUMN_FRAME},
};

/* As it is called now; a function that is gone as it was. */
static const struct pk_frame *frame_of(const struct pk_diff *diff, const pk_frame_id frame[2])
{
    unsigned side = frame[PK_AFTER] != PK_NONE ? PK_AFTER : PK_BEFORE;

    return pk_profile_frame(diff->side[side].profile, frame[side]);
}

/* Cost of its own: of less or more there is no number of calls to say. */
static void add_cost_words(struct pk_buf *out, const struct pk_cause *cause)
{
    bool is_more = cause->delta > 0;

    if (cause->frame[PK_BEFORE] == PK_NONE || cause->frame[PK_AFTER] == PK_NONE)
        pk_buf_text(out, is_more ? "is new" : "is gone");
    else if (cause->is_subtree)
        pk_buf_text(out, is_more ? "and what it calls: more" : "and what it calls: less");
    else
        pk_buf_text(out, is_more ? "costs more per call" : "costs less per call");
}

/* Behind the function; names are escaped where the cell is printed. */
static void add_words(struct pk_buf *out, const struct pk_diff *diff, const struct pk_cause *cause)
{
    if (cause->callee[PK_BEFORE] == PK_NONE && cause->callee[PK_AFTER] == PK_NONE) {
        add_cost_words(out, cause);
        return;
    }
    if (pk_units_magnitude(cause->cost_part) > pk_units_magnitude(cause->calls_part)) {
        add_cost_words(out, cause);
        return;
    }
    pk_buf_text(out, "calls ");
    pk_label_name(out, frame_of(diff, cause->callee));
    pk_buf_char(out, ' ');
    pk_units_count(out, cause->calls[PK_AFTER]);
    pk_buf_text(out, " instead of ");
    pk_units_count(out, cause->calls[PK_BEFORE]);
    pk_buf_text(out, " times");
}

/* Of a whole subtree no number of calls tells the part: it is missing and not zero. */
static void fill_row(const struct pk_table *table, uint32_t row, const struct pk_diff *diff,
                     const struct pk_cause *cause, struct pk_arena *arena)
{
    unsigned side = cause->frame[PK_AFTER] != PK_NONE ? PK_AFTER : PK_BEFORE;
    struct pk_cell *cell = pk_table_cell(table, row, 0);
    struct pk_buf text = {0};
    int64_t whole = diff->normal_total.delta;

    cell[DELTA].value = cause->delta;
    /* What pulls against the difference is no part of it. */
    if ((cause->delta > 0) == (whole > 0))
        cell[PERCENT] = (struct pk_cell){
            .value = (int64_t)(pk_units_magnitude(cause->delta) > pk_units_magnitude(whole)
                                   ? pk_units_magnitude(whole)
                                   : pk_units_magnitude(cause->delta)),
            .whole = (int64_t)pk_units_magnitude(whole)};
    else
        cell[PERCENT].value = PK_MISSING;
    cell[WITHIN].value = cause->within == PK_NONE ? PK_MISSING : (int64_t)cause->within;
    cell[CALLS_PART].value = cause->is_subtree ? PK_MISSING : cause->calls_part;
    cell[COST_PART].value = cause->cost_part;
    cell[CALLS_BEFORE].value = cause->calls[PK_BEFORE];
    cell[CALLS_AFTER].value = cause->calls[PK_AFTER];
    if (cause->callee[PK_BEFORE] != PK_NONE || cause->callee[PK_AFTER] != PK_NONE)
        cell[CALLEE].text = frame_of(diff, cause->callee)->name;
    cell[FUNCTION].frame = cause->frame[side];
    cell[FUNCTION].profile = diff->side[side].profile;
    add_words(&text, diff, cause);
    cell[FUNCTION].text = pk_arena_str(arena, pk_buf_view(&text));
    pk_buf_fini(&text);
}

/* "Together 98.2 % of the difference"; what pulls against it counts too. */
static struct pk_str note(const struct pk_causes *causes, struct pk_arena *arena)
{
    struct pk_buf text = {0};
    struct pk_str kept;
    int64_t whole = causes->delta < 0 ? -causes->delta : causes->delta;
    int64_t part = causes->delta < 0 ? -causes->explained : causes->explained;

    pk_buf_text(&text, "Together ");
    pk_units_percent(&text, part, whole);
    pk_buf_text(&text, " % of the difference");
    kept = pk_arena_str(arena, pk_buf_view(&text));
    pk_buf_fini(&text);
    return kept;
}

/* The words of a cause name its callees, so people are not shown them again. */
struct pk_table *pk_view_causes(struct pk_arena *arena, const struct pk_diff *diff,
                                const struct pk_causes *causes, bool has_callees)
{
    struct pk_table *table = pk_table_new(arena, layout, COLUMNS, causes->n);
    uint32_t row = 0;

    table->profile = diff->side[PK_AFTER].profile;
    table->metric = diff->side[PK_AFTER].metric;
    pk_grouping_title(table);
    for (uint32_t c = 0; c < COLUMNS; c++)
        if (layout[c].kind == PK_COLUMN_VALUE) {
            table->columns[c].unit = pk_view_diff_unit(diff->measure.metric.unit);
            table->columns[c].scale = diff->measure.metric.scale;
        }
    for (uint32_t i = 0; i < causes->n; i++)
        if (has_callees || causes->cause[i].within == PK_NONE)
            fill_row(table, row++, diff, &causes->cause[i], arena);
    table->n_rows = row;
    if (causes->n > 0 && causes->delta != 0)
        table->note = note(causes, arena);
    return table;
}
