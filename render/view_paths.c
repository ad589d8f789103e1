/*
 * Heaviest paths as rows: see view_paths.h. The value of a path is the self of its last function
 * there, so the rows and what is left out add up to the total. An estimate is marked where its
 * bounds are worth a look, as boxes of a flame graph are hatched.
 */
#include "render/view_paths.h"

#include <stdint.h>

enum { SELF, SHARE, BAR, LOW, HIGH, BOUNDS, DEPTH, PATH, COLUMNS };

static const struct pk_column layout[COLUMNS] = {
    [SELF] = {.key = "self", .title = "SELF", .kind = PK_COLUMN_VALUE},
    [SHARE] = {.key = "share", .title = "%", .kind = PK_COLUMN_PERCENT, .drop = 1},
    [BAR] = {.key = "bar", .title = "", .kind = PK_COLUMN_BAR, .drop = 6},
    [LOW] = {.key = "self_low", .title = "", .kind = PK_COLUMN_VALUE, .is_machine_only = true},
    [HIGH] = {.key = "self_high", .title = "", .kind = PK_COLUMN_VALUE, .is_machine_only = true},
    [BOUNDS] = {.key = "bounds",
                .title = "PROVEN",
                .kind = PK_COLUMN_TEXT,
                .drop = 5,
                .is_text_only = true},
    [DEPTH] = {.key = "depth", .title = "", .kind = PK_COLUMN_COUNT, .is_machine_only = true},
    [PATH] = {.key = "path", .title = "PATH", .kind = PK_COLUMN_PATH},
};

/* One unit for both ends, named once. */
void pk_view_paths_range(struct pk_buf *out, const struct pk_metric *metric, struct pk_range range)
{
    struct pk_units_format format = pk_units_choose(metric->unit, metric->scale, range.hi), low;

    low = format;
    low.suffix = "";
    pk_units_print(out, &low, range.lo, metric->scale);
    pk_buf_text(out, " to ");
    pk_units_print(out, &format, range.hi, metric->scale);
}

/* Of a recorded tree every value is exact: both bounds are the value. */
static void fill_row(const struct pk_table *table, uint32_t row,
                     const struct pk_view_stacks *stacks, pk_node_id node, struct pk_arena *arena)
{
    const struct pk_tree *tree = stacks->tree;
    const struct pk_metric *metric = pk_profile_metric(stacks->profile, stacks->profile_metric);
    int64_t self = tree->self[stacks->metric][node];
    struct pk_range range =
        tree->self_range ? tree->self_range[node] : (struct pk_range){self, self};
    struct pk_cell *cell = pk_table_cell(table, row, 0);
    struct pk_buf text = {0};

    cell[SELF].value = self;
    cell[SHARE] = pk_table_share(metric, self, stacks->total);
    cell[BAR].value = self;
    cell[LOW].value = range.lo;
    cell[HIGH].value = range.hi;
    if (pk_attribute_is_uncertain(self, range)) {
        cell[SELF].is_estimated = cell[SHARE].is_estimated = true;
        pk_view_paths_range(&text, metric, range);
        cell[BOUNDS].text = pk_arena_str(arena, pk_buf_view(&text));
    }
    cell[PATH].node = node;
    pk_buf_fini(&text);
}

/* "1,204 more paths hold 45.1 % (--top 0 shows all)"; `n_small` of them are left out for what they
 * hold. */
static void fill_footer(struct pk_table *table, const struct pk_view_stacks *stacks,
                        uint32_t n_small, struct pk_arena *arena)
{
    const struct pk_metric *metric = pk_profile_metric(stacks->profile, stacks->profile_metric);
    struct pk_cell share = pk_table_share(metric, table->left_out, stacks->total);
    struct pk_buf text = {0};

    if (table->n_left_out == 0)
        return;
    pk_units_count(&text, table->n_left_out);
    pk_buf_text(&text, table->n_left_out == 1 ? " more path holds " : " more paths hold ");
    if (share.value == PK_MISSING || share.whole <= 0) {
        pk_units_value(&text, metric->unit, metric->scale, table->left_out);
    } else {
        pk_units_percent(&text, share.value, share.whole);
        pk_buf_text(&text, " %");
    }
    pk_table_cure(&text, table->n_left_out > n_small, n_small > 0);
    table->footer = pk_arena_str(arena, pk_buf_view(&text));
    pk_buf_fini(&text);
}

/* What the marks mean, and what was too small to be estimated at all. */
static void fill_note(struct pk_table *table, const struct pk_view_stacks *stacks, int64_t pruned,
                      bool has_marks, struct pk_arena *arena)
{
    struct pk_buf text = {0};

    if (has_marks)
        pk_buf_text(&text, "≈ estimated from call edges; the true value lies within PROVEN");
    if (pruned > 0 && stacks->total > 0) {
        pk_buf_text(&text, text.size ? "; " : "");
        pk_units_percent(&text, pruned, stacks->total);
        pk_buf_text(&text, " % is in paths too small to be estimated");
    }
    table->note = pk_arena_str(arena, pk_buf_view(&text));
    pk_buf_fini(&text);
}

/* Bars compare the rows: the longest fills its column. */
struct pk_table *pk_view_paths(struct pk_arena *arena, const struct pk_view_stacks *stacks,
                               const struct pk_paths *paths, uint32_t top)
{
    const struct pk_metric *metric = pk_profile_metric(stacks->profile, stacks->profile_metric);
    uint32_t n = top && top < paths->n ? top : paths->n;
    struct pk_table *table = pk_table_new(arena, layout, COLUMNS, n);
    const int64_t *self = stacks->tree->self[stacks->metric];
    uint32_t *depth = pk_paths_depths(stacks->tree);
    int64_t longest = 0;
    bool has_marks = false;

    table->schema = "profkit.paths/1";
    table->profile = stacks->profile;
    table->metric = stacks->profile_metric;
    table->tree = stacks->tree;
    for (uint32_t c = 0; c < COLUMNS; c++)
        if (layout[c].kind == PK_COLUMN_VALUE) {
            table->columns[c].unit = metric->unit;
            table->columns[c].scale = metric->scale;
        }
    for (uint32_t row = 0; row < n; row++)
        if (self[paths->node[row]] > longest)
            longest = self[paths->node[row]];
    for (uint32_t row = 0; row < n; row++) {
        struct pk_cell *cell = pk_table_cell(table, row, 0);

        fill_row(table, row, stacks, paths->node[row], arena);
        cell[BAR].whole = longest;
        cell[DEPTH].value = depth[paths->node[row]];
        has_marks |= cell[SELF].is_estimated;
    }
    table->columns[BOUNDS].is_machine_only = !has_marks; /* so nobody shows them */
    table->n_left_out = paths->n_small;
    table->left_out = paths->small;
    for (uint32_t i = n; i < paths->n; i++) {
        table->n_left_out++;
        table->left_out += self[paths->node[i]];
    }
    fill_footer(table, stacks, paths->n_small, arena);
    fill_note(table, stacks, paths->pruned, has_marks, arena);
    pk_free(depth);
    return table;
}
