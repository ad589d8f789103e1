/*
 * Call trees as rows: see view_tree.h. The way down to a function is drawn in front of its name
 * ("│ ├ "), for LEVELS levels; a deeper one says its depth, so that a line does not grow without
 * end. Text puts the bounds of an estimate behind the place; machines have them as numbers, and the
 * parent of each row as its index.
 */
#include "render/view_tree.h"

#include <stddef.h>
#include <stdint.h>

#include "render/grouping.h"
#include "render/label.h"
#include "render/view_tree_private.h"

#define LEVELS 40

enum {
    PARENT,
    DEPTH,
    TOTAL,
    SHARE,
    BAR,
    TOTAL_LOW,
    TOTAL_HIGH,
    SELF,
    SELF_LOW,
    SELF_HIGH,
    FUNCTION,
    COLUMNS,
};

#define MACHINE(the_key, the_kind) \
    {.key = (the_key), .title = "", .kind = (the_kind), .is_machine_only = true}

static const struct pk_column layout[COLUMNS] = {
    [PARENT] = MACHINE("parent", PK_COLUMN_COUNT),
    [DEPTH] = MACHINE("depth", PK_COLUMN_COUNT),
    [TOTAL] = {.key = "total", .title = "TOTAL", .kind = PK_COLUMN_VALUE, .drop = 1},
    [SHARE] = {.key = "share", .title = "%", .kind = PK_COLUMN_PERCENT},
    [BAR] = {.key = "bar", .title = "", .kind = PK_COLUMN_BAR, .drop = 6},
    [TOTAL_LOW] = MACHINE("total_low", PK_COLUMN_VALUE),
    [TOTAL_HIGH] = MACHINE("total_high", PK_COLUMN_VALUE),
    [SELF] = {.key = "self", .title = "SELF", .kind = PK_COLUMN_VALUE, .drop = 4},
    [SELF_LOW] = MACHINE("self_low", PK_COLUMN_VALUE),
    [SELF_HIGH] = MACHINE("self_high", PK_COLUMN_VALUE),
    [FUNCTION] = {.key = "function", .title = "FUNCTION", .kind = PK_COLUMN_FRAME},
};

struct drawing {
    struct pk_arena *arena;
    const struct pk_view_stacks *stacks;
    const struct pk_metric *metric;
    const struct pk_calltree *rows;
    struct pk_tree_lines lines;
    struct pk_table *table;
    bool has_marks;
};

/* --- the lines in front of names --- */

/* Which lines are the last below their parent: looked for from the end. `open` knows by depth
 * whether a sibling was seen already; deeper levels are forgotten where a branch begins. */
static bool *find_last(const struct pk_tree_lines *lines, uint32_t levels)
{
    bool *is_last = pk_calloc((size_t)lines->n + 1, sizeof *is_last);
    bool *is_open = pk_calloc((size_t)levels + 2, sizeof *is_open);
    uint32_t deepest = 0;

    for (uint32_t i = lines->n; i-- > 0;) {
        uint32_t depth = lines->line[i].depth;

        for (; deepest > depth; deepest--)
            is_open[deepest] = false;
        is_last[i] = !is_open[depth];
        is_open[depth] = true;
        deepest = depth;
    }
    pk_free(is_open);
    return is_last;
}

/* "│   └ " in front of a line; `goes_on` tells by depth whether the line above has more siblings.
 */
static void add_lead(struct pk_buf *out, uint32_t depth, const bool *goes_on, bool is_last)
{
    for (uint32_t level = 1; level < depth && level <= LEVELS; level++)
        pk_buf_text(out, goes_on[level] ? "│ " : "  ");
    if (depth > LEVELS)
        pk_buf_printf(out, "(level %u) ", depth);
    else if (depth > 0)
        pk_buf_text(out, is_last ? "└ " : "├ ");
}

/* From the first line to the last, remembering for each level whether it goes on. */
static void draw_leads(struct drawing *d)
{
    const struct pk_tree_lines *lines = &d->lines;
    struct pk_buf text = {0};
    uint32_t levels = 0;
    bool *is_last, *goes_on;

    for (uint32_t i = 0; i < lines->n; i++)
        if (lines->line[i].depth > levels)
            levels = lines->line[i].depth;
    is_last = find_last(lines, levels);
    goes_on = pk_calloc((size_t)levels + 1, sizeof *goes_on);
    for (uint32_t i = 0; i < lines->n; i++) {
        uint32_t depth = lines->line[i].depth;

        goes_on[depth] = !is_last[i];
        pk_buf_reset(&text);
        add_lead(&text, depth, goes_on, is_last[i]);
        pk_table_cell(d->table, i, FUNCTION)->lead = pk_arena_str(d->arena, pk_buf_view(&text));
    }
    pk_buf_fini(&text);
    pk_free(is_last);
    pk_free(goes_on);
}

/* --- cells --- */

/* "[12 frames hidden: json, re]", with the bounds of an estimate. */
static struct pk_str hidden_words(const struct drawing *d, const struct pk_tree_line *line)
{
    struct pk_buf text = {0};
    struct pk_str result;

    pk_buf_char(&text, '[');
    pk_units_count(&text, line->n_hidden);
    pk_buf_text(&text, line->modules.size ? " frames hidden: " : " frames hidden");
    pk_buf_str(&text, line->modules);
    pk_buf_char(&text, ']');
    if (pk_attribute_is_uncertain(line->total, line->range)) {
        pk_buf_text(&text, "   ");
        pk_view_paths_range(&text, d->metric, line->range);
    }
    result = pk_arena_str(d->arena, pk_buf_view(&text));
    pk_buf_fini(&text);
    return result;
}

/* "12.0 to 14.2 ms" behind a place; the bounds of self only where the total is certain. */
static struct pk_str range_words(const struct drawing *d, const char *what, struct pk_range range)
{
    struct pk_buf text = {0};
    struct pk_str result;

    pk_buf_text(&text, what);
    pk_view_paths_range(&text, d->metric, range);
    result = pk_arena_str(d->arena, pk_buf_view(&text));
    pk_buf_fini(&text);
    return result;
}

/* A line for hidden rows has a total, and no self: they are many functions. */
static void fill_row(struct drawing *d, uint32_t at)
{
    const struct pk_tree_line *line = &d->lines.line[at];
    const struct pk_calltree_row *row = line->row == PK_NONE ? NULL : &d->rows->row[line->row];
    struct pk_cell *cell = pk_table_cell(d->table, at, 0);
    bool is_uncertain = pk_attribute_is_uncertain(line->total, line->range);

    cell[PARENT].value = line->parent == PK_NONE ? PK_MISSING : (int64_t)line->parent;
    cell[DEPTH].value = line->depth;
    cell[TOTAL].value = line->total;
    cell[TOTAL_LOW].value = line->range.lo;
    cell[TOTAL_HIGH].value = line->range.hi;
    cell[SHARE] = pk_table_share(d->metric, line->total, d->rows->whole);
    cell[BAR].value = line->total;
    cell[BAR].whole = d->rows->whole;
    cell[TOTAL].is_estimated = cell[SHARE].is_estimated = is_uncertain;
    d->has_marks |= is_uncertain;
    cell[SELF].value = cell[SELF_LOW].value = cell[SELF_HIGH].value = PK_MISSING;
    if (row) {
        cell[SELF].value = row->self;
        cell[SELF_LOW].value = row->self_range.lo;
        cell[SELF_HIGH].value = row->self_range.hi;
        cell[SELF].is_estimated = pk_attribute_is_uncertain(row->self, row->self_range);
        d->has_marks |= cell[SELF].is_estimated;
    }
    cell[FUNCTION].frame = row ? row->frame : PK_NONE;
    if (!row)
        cell[FUNCTION].text = hidden_words(d, line);
    else if (is_uncertain)
        cell[FUNCTION].text = range_words(d, "", line->range);
    else if (cell[SELF].is_estimated)
        cell[FUNCTION].text = range_words(d, "self ", row->self_range);
}

/* --- words --- */

/* A share in words, or the value where shares mean nothing. */
static void add_part(struct pk_buf *text, const struct drawing *d, int64_t part)
{
    struct pk_cell share = pk_table_share(d->metric, part, d->rows->whole);

    if (share.value == PK_MISSING || share.whole <= 0) {
        pk_units_value(text, d->metric->unit, d->metric->scale, part);
        return;
    }
    pk_units_percent(text, share.value, share.whole);
    pk_buf_text(text, " %");
}

/* "37 smaller branches hold 4.1 % (--min-percent 0 shows all)" */
static void fill_footer(struct drawing *d)
{
    const struct pk_calltree *rows = d->rows;
    struct pk_buf text = {0};

    if (rows->n_small) {
        pk_units_count(&text, rows->n_small);
        pk_buf_text(&text,
                    rows->n_small == 1 ? " smaller branch holds " : " smaller branches hold ");
        add_part(&text, d, rows->small);
        pk_table_cure(&text, false, true);
    }
    if (rows->n_more) {
        pk_buf_text(&text, text.size ? ", " : "");
        pk_units_count(&text, rows->n_more);
        pk_buf_text(&text, rows->n_more == 1 ? " more branch holds " : " more branches hold ");
        add_part(&text, d, rows->more);
        pk_table_cure(&text, true, false);
    }
    if (rows->n_cut) {
        pk_buf_text(&text, text.size ? ", " : "");
        pk_units_count(&text, rows->n_cut);
        pk_buf_text(&text, rows->n_cut == 1 ? " more branch is cut off: too many rows"
                                            : " more branches are cut off: too many rows");
    }
    d->table->n_left_out = rows->n_small + rows->n_more + rows->n_cut;
    d->table->left_out = d->table->n_left_out ? PK_MISSING : 0; /* totals, and not of self */
    d->table->footer = text.size ? pk_arena_str(d->arena, pk_buf_view(&text)) : PK_STR_NULL;
    pk_buf_fini(&text);
}

/* The rule of folding and the meaning of the marks, once under the tree. */
static void fill_note(struct drawing *d, const struct pk_view_tree_options *options)
{
    struct pk_buf text = {0};

    if (options->calls.function != PK_NONE) {
        pk_buf_text(&text, "% of ");
        pk_label_name(&text, pk_profile_frame(d->stacks->profile, options->calls.function));
        if (d->stacks->total > 0 && d->rows->whole >= 0 && d->rows->whole <= d->stacks->total) {
            pk_buf_text(&text, ", which is ");
            pk_units_percent(&text, d->rows->whole, d->stacks->total);
            pk_buf_text(&text, " % of the run");
        }
    }
    if (d->lines.n_folds) {
        pk_buf_text(&text, text.size ? "; " : "");
        pk_buf_text(&text,
                    "hidden: library functions called by library functions (--all shows them)");
    }
    if (d->has_marks) {
        pk_buf_text(&text, text.size ? "; " : "");
        pk_buf_text(&text, "≈ estimated from call edges; the true value lies between the bounds");
    }
    d->table->note = pk_arena_str(d->arena, pk_buf_view(&text));
    pk_buf_fini(&text);
}

/* Bottom up the one value of a row is what it shares of the first row above it. */
static void set_columns(struct drawing *d, const struct pk_view_tree_options *options)
{
    struct pk_column *column = d->table->columns;

    for (uint32_t c = 0; c < COLUMNS; c++)
        if (layout[c].kind == PK_COLUMN_VALUE) {
            column[c].unit = d->metric->unit;
            column[c].scale = d->metric->scale;
        }
    if (!options->calls.is_bottom_up)
        return;
    for (uint32_t c = SELF; c <= SELF_HIGH; c++) /* both together: for nobody */
        column[c].is_machine_only = column[c].is_text_only = true;
    if (options->calls.function != PK_NONE)
        return;
    column[TOTAL].key = "self";
    column[TOTAL].title = "SELF";
    column[TOTAL_LOW].key = "self_low";
    column[TOTAL_HIGH].key = "self_high";
}

/* Lines first, since folding decides how many there are. */
struct pk_table *pk_view_tree(struct pk_arena *arena, const struct pk_view_stacks *stacks,
                              const struct pk_calltree *rows,
                              const struct pk_view_tree_options *options)
{
    struct drawing d = {.arena = arena,
                        .stacks = stacks,
                        .metric = pk_profile_metric(stacks->profile, stacks->profile_metric),
                        .rows = rows};

    d.lines = pk_tree_lines_find(arena, stacks->profile, rows, options->is_folded);
    d.table = pk_table_new(arena, layout, COLUMNS, d.lines.n);
    d.table->schema = "profkit.tree/1";
    d.table->profile = stacks->profile;
    d.table->metric = stacks->profile_metric;
    pk_grouping_title(d.table);
    d.table->tree = stacks->tree;
    set_columns(&d, options);
    for (uint32_t i = 0; i < d.lines.n; i++)
        fill_row(&d, i);
    draw_leads(&d);
    fill_footer(&d);
    fill_note(&d, options);
    return d.table;
}
