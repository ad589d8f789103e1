/*
 * Callers above, the function, callees below: see view_calls.h. A function that calls itself has
 * one row for that, between its own and its callees, because that edge is both.
 *
 * Where recursion leaves only a lower bound of the function's total, a share of it is one as well:
 * the part of the upper bound.
 */
#include "render/view_calls.h"

#include <stdint.h>

#include "render/grouping.h"
#include "render/label.h"

enum { ROLE, TOTAL, SHARE, TOTAL_HIGH, SELF, CALLS, PRIMITIVE, FUNCTION, COLUMNS };

static const struct pk_column layout[COLUMNS] = {
    [ROLE] = {.key = "role", .title = "", .kind = PK_COLUMN_TEXT, .is_machine_only = true},
    [TOTAL] = {.key = "total", .title = "TOTAL", .kind = PK_COLUMN_VALUE, .drop = 2},
    [SHARE] = {.key = "share", .title = "%", .kind = PK_COLUMN_PERCENT, .drop = 1},
    [TOTAL_HIGH] = {.key = "total_high",
                    .title = "",
                    .kind = PK_COLUMN_VALUE,
                    .is_machine_only = true},
    [SELF] = {.key = "self", .title = "", .kind = PK_COLUMN_VALUE, .is_machine_only = true},
    [CALLS] = {.key = "calls", .title = "CALLS", .kind = PK_COLUMN_COUNT, .drop = 1},
    [PRIMITIVE] = {.key = "primitive_calls",
                   .title = "",
                   .kind = PK_COLUMN_COUNT,
                   .is_machine_only = true},
    [FUNCTION] = {.key = "function", .title = "FUNCTION", .kind = PK_COLUMN_FRAME},
};

static const struct {
    const char *role; /* in JSON */
    enum pk_mark mark;
} roles[] = {{"caller", PK_MARK_CALLER},
             {"function", PK_MARK_NONE},
             {"itself", PK_MARK_ITSELF},
             {"callee", PK_MARK_CALLEE}};

enum { CALLER, OWN, ITSELF, CALLEE };

/* A column that the file does not give is missing for every function and every edge. */
static int64_t at(const int64_t *column, uint32_t index)
{
    return column ? column[index] : PK_MISSING;
}

/* Role and function of a row; the caller fills in the numbers. */
static struct pk_cell *begin_row(const struct pk_table *table, uint32_t row, unsigned role,
                                 pk_frame_id frame)
{
    struct pk_cell *cell = pk_table_cell(table, row, 0);

    cell[ROLE].text = pk_str_of(roles[role].role);
    cell[FUNCTION].frame = frame;
    cell[FUNCTION].mark = roles[role].mark;
    return cell;
}

/* An edge: its share is of the function in the middle. */
static void fill_edge(const struct pk_table *table, uint32_t row, unsigned role, pk_frame_id middle,
                      struct pk_neighbour neighbour)
{
    const struct pk_graph *graph = pk_profile_graph(table->profile);
    const struct pk_flat *flat = pk_profile_flat(table->profile);
    const struct pk_metric *metric = pk_profile_metric(table->profile, table->metric);
    int64_t total = at(flat->incl[table->metric], middle);
    int64_t whole = pk_calls_whole(table->profile, table->metric, middle);
    struct pk_cell *cell = begin_row(table, row, role, neighbour.frame);

    cell[TOTAL].value = at(graph->incl[table->metric], neighbour.edge);
    cell[TOTAL_HIGH].value = PK_MISSING;
    cell[SELF].value = at(graph->self[table->metric], neighbour.edge);
    cell[SHARE] = pk_table_share(metric, cell[TOTAL].value, whole);
    cell[SHARE].is_low = whole > total && cell[SHARE].value > 0;
    cell[CALLS].value = at(graph->calls, neighbour.edge);
    cell[PRIMITIVE].value = at(graph->primitive, neighbour.edge);
}

/* "self 1.208 s", behind the place of the function in the middle. */
static struct pk_str self_in_words(const struct pk_table *table, int64_t self,
                                   struct pk_arena *arena)
{
    const struct pk_metric *metric = pk_profile_metric(table->profile, table->metric);
    struct pk_buf text = {0};
    struct pk_str result;

    pk_buf_text(&text, "self ");
    pk_units_value(&text, metric->unit, metric->scale, self);
    result = pk_arena_str(arena, pk_buf_view(&text));
    pk_buf_fini(&text);
    return result;
}

/* The function itself: its share is of the run. */
static void fill_own(const struct pk_table *table, uint32_t row, pk_frame_id frame,
                     struct pk_arena *arena)
{
    const struct pk_flat *flat = pk_profile_flat(table->profile);
    const struct pk_metric *metric = pk_profile_metric(table->profile, table->metric);
    int64_t whole = pk_profile_total(table->profile, table->metric);
    struct pk_cell *cell = begin_row(table, row, OWN, frame);

    cell[TOTAL].value = at(flat->incl[table->metric], frame);
    cell[TOTAL_HIGH].value = at(flat->incl_high[table->metric], frame);
    cell[TOTAL].is_low = cell[TOTAL_HIGH].value != PK_MISSING;
    cell[SHARE] = pk_table_share(metric, cell[TOTAL].value, whole);
    cell[SHARE].is_low = cell[TOTAL].is_low && cell[TOTAL].value < whole;
    cell[SELF].value = at(flat->self[table->metric], frame);
    cell[CALLS].value = at(flat->calls, frame);
    cell[PRIMITIVE].value = at(flat->primitive, frame);
    cell[FUNCTION].text = self_in_words(table, cell[SELF].value, arena);
}

/* "2 more callers and 3 more callees (--top 0 shows all)"; the totals of edges overlap, so they are
 * not added up. `above` and `below` are those that are shown. */
static void fill_footer(struct pk_table *table, const struct pk_neighbours *neighbours,
                        uint32_t above, uint32_t below, struct pk_arena *arena)
{
    uint32_t small = neighbours->n_small_callers + neighbours->n_small_callees;
    uint32_t callers = neighbours->n_callers - above + neighbours->n_small_callers;
    uint32_t callees = neighbours->n_callees - below + neighbours->n_small_callees;
    struct pk_buf text = {0};

    table->n_left_out = callers + callees; /* their self is a part of what is shown */
    table->left_out = table->n_left_out ? PK_MISSING : 0;
    if (table->n_left_out == 0)
        return;
    if (callers) {
        pk_units_count(&text, callers);
        pk_buf_text(&text, callers == 1 ? " more caller" : " more callers");
    }
    if (callees) {
        pk_buf_text(&text, callers ? " and " : "");
        pk_units_count(&text, callees);
        pk_buf_text(&text, callees == 1 ? " more callee" : " more callees");
    }
    pk_table_cure(&text, table->n_left_out > small, small > 0);
    table->footer = pk_arena_str(arena, pk_buf_view(&text));
    pk_buf_fini(&text);
}

/* Two kinds of shares stand in one column, so it says which are which. */
static void fill_note(struct pk_table *table, pk_frame_id frame, struct pk_arena *arena)
{
    struct pk_buf text = {0};

    pk_buf_text(&text, "◂ ▸ rows: % of ");
    pk_label_name(&text, pk_profile_frame(table->profile, frame));
    pk_buf_text(&text, "; its own row: % of the run");
    table->note = pk_arena_str(arena, pk_buf_view(&text));
    pk_buf_fini(&text);
}

/* The heaviest neighbours come first on both sides: what a reader looks for is at the top of each
 * list, whichever way it is read. */
struct pk_table *pk_view_calls(struct pk_arena *arena, const struct pk_profile *profile,
                               uint32_t metric, const struct pk_neighbours *neighbours,
                               uint32_t top)
{
    const struct pk_metric *m = pk_profile_metric(profile, metric);
    uint32_t above = top && top < neighbours->n_callers ? top : neighbours->n_callers;
    uint32_t below = top && top < neighbours->n_callees ? top : neighbours->n_callees;
    uint32_t row = 0, own = neighbours->itself == PK_NONE ? 1 : 2;
    struct pk_table *table = pk_table_new(arena, layout, COLUMNS, above + own + below);

    table->schema = "profkit.calls/1";
    table->profile = profile;
    table->metric = metric;
    pk_grouping_title(table);
    for (uint32_t c = 0; c < COLUMNS; c++)
        if (layout[c].kind == PK_COLUMN_VALUE) {
            table->columns[c].unit = m->unit;
            table->columns[c].scale = m->scale;
        }
    /* Samples have no calls: the column would only hold dashes. */
    table->columns[CALLS].is_machine_only =
        !pk_profile_flat(profile)->calls && !pk_profile_graph(profile)->calls;
    for (uint32_t i = 0; i < above; i++)
        fill_edge(table, row++, CALLER, neighbours->frame, neighbours->callers[i]);
    fill_own(table, row++, neighbours->frame, arena);
    if (neighbours->itself != PK_NONE)
        fill_edge(table, row++, ITSELF, neighbours->frame,
                  (struct pk_neighbour){neighbours->frame, neighbours->itself});
    for (uint32_t i = 0; i < below; i++)
        fill_edge(table, row++, CALLEE, neighbours->frame, neighbours->callees[i]);
    fill_footer(table, neighbours, above, below, arena);
    fill_note(table, neighbours->frame, arena);
    return table;
}
