/*
 * Rows of annotated source: see view_annotate.h. Numbers of a line that only stands near another
 * are blank for people: it is there to be read. What is below the rows says what the lines add up
 * to, which of a function is its self.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/utf8.h"
#include "render/label.h"
#include "render/view_annotate_private.h"

#define TAB 8u

enum {
    ROLE,
    FILE_NAME,
    NUMBER,
    LINE,
    SELF,
    SELF_SHARE,
    TOTAL,
    TOTAL_SHARE,
    TOTAL_HIGH,
    CALLS,
    TEXT,
    SOURCE,
    COLUMNS
};

static const struct pk_column layout[COLUMNS] = {
    [ROLE] = {.key = "role", .title = "", .kind = PK_COLUMN_TEXT, .is_machine_only = true},
    [FILE_NAME] = {.key = "source_file",
                   .title = "",
                   .kind = PK_COLUMN_TEXT,
                   .is_machine_only = true},
    [NUMBER] = {.key = "source_line",
                .title = "",
                .kind = PK_COLUMN_COUNT,
                .is_machine_only = true},
    [LINE] = {.key = "", .title = "LINE", .kind = PK_COLUMN_TEXT, .is_text_only = true},
    [SELF] = {.key = "self", .title = "SELF", .kind = PK_COLUMN_VALUE},
    [SELF_SHARE] = {.key = "self_share", .title = "%", .kind = PK_COLUMN_PERCENT, .drop = 2},
    [TOTAL] = {.key = "total", .title = "TOTAL", .kind = PK_COLUMN_VALUE, .drop = 2},
    [TOTAL_SHARE] = {.key = "total_share", .title = "%", .kind = PK_COLUMN_PERCENT, .drop = 3},
    [TOTAL_HIGH] = {.key = "total_high",
                    .title = "",
                    .kind = PK_COLUMN_VALUE,
                    .is_machine_only = true},
    [CALLS] = {.key = "calls", .title = "CALLS", .kind = PK_COLUMN_COUNT, .drop = 1},
    [TEXT] = {.key = "source", .title = "", .kind = PK_COLUMN_TEXT, .is_machine_only = true},
    [SOURCE] = {.key = "function", .title = "SOURCE", .kind = PK_COLUMN_FRAME, .is_source = true},
};

/* --- texts --- */

/* Tabs as a terminal shows them; a line that was cut says so. */
static struct pk_str readable(struct pk_arena *arena, const struct pk_annotate_row *row)
{
    struct pk_buf out = {0};
    struct pk_str result;
    size_t column = 0, length;

    for (size_t i = 0; i < row->text.size; i += length) {
        int32_t c = pk_utf8_decode(row->text, i, &length);

        if (c == '\t') {
            do {
                pk_buf_char(&out, ' ');
            } while (++column % TAB);
        } else {
            pk_buf_add(&out, row->text.data + i, length);
            column += c < 0 ? 4 : (size_t)pk_utf8_cells(c);
        }
    }
    if (row->is_cut)
        pk_buf_text(&out, "…");
    result = pk_arena_str(arena, pk_buf_view(&out));
    pk_buf_fini(&out);
    return result;
}

/* Cells of a line number. */
static size_t digits(uint32_t number)
{
    size_t n = 1;

    while (number /= 10)
        n++;
    return n;
}

/* Right-aligned, which a column of text is not by itself. */
static struct pk_str number_text(struct pk_arena *arena, uint32_t number, size_t width)
{
    struct pk_buf out = {0};
    struct pk_str result;

    for (size_t i = number ? digits(number) : 1; i < width; i++)
        pk_buf_char(&out, ' ');
    if (number)
        pk_buf_int(&out, number);
    else
        pk_buf_char(&out, '?');
    result = pk_arena_str(arena, pk_buf_view(&out));
    pk_buf_fini(&out);
    return result;
}

/* Of the line that a row is about. */
static uint32_t number_of(const struct pk_annotate_plan *p, const struct pk_annotate_row *row)
{
    return row->kind == PK_ANNOTATE_NEAR ? row->at : p->annotation->lines[row->line].line;
}

/* Lines may be known where the file is not: callgrind writes ??? then. */
static struct pk_str file_text(struct pk_str file)
{
    return file.size ? file : PK_STR("(file not known)");
}

/* --- rows --- */

/* Nothing, for people and machines, until something is known. */
static void fill_blank(struct pk_cell *cell)
{
    for (int c = 0; c < COLUMNS; c++) {
        cell[c].value = PK_MISSING;
        cell[c].is_blank = layout[c].kind != PK_COLUMN_TEXT;
        cell[c].frame = PK_NONE;
    }
}

/* A cell that people see too: it may still be missing, which is printed as such. */
static void show(struct pk_cell *cell, int64_t value)
{
    cell->value = value;
    cell->is_blank = false;
}

/* Of the function or run, see whole_of() in annotate.c; a low that reaches the whole is no bound
 * any more, but all of it. */
static void share(const struct pk_table *table, const struct pk_annotation *annotation,
                  struct pk_cell *cell, const struct pk_cell *of)
{
    *cell = pk_table_share(pk_profile_metric(table->profile, table->metric), of->value,
                           annotation->whole);
    cell->is_low = of->is_low && of->value < annotation->whole;
    cell->frame = PK_NONE;
}

/* Self is exact; of a total only bounds may be known, of which people see the lower. */
static void fill_line(const struct pk_table *table, const struct pk_annotate_plan *p,
                      struct pk_cell *cell, const struct pk_annotate_line *line)
{
    show(&cell[SELF], line->self);
    share(table, p->annotation, &cell[SELF_SHARE], &cell[SELF]);
    show(&cell[TOTAL], line->total);
    cell[TOTAL].is_low = line->is_low;
    share(table, p->annotation, &cell[TOTAL_SHARE], &cell[TOTAL]);
    cell[TOTAL_HIGH].value = line->total_high;
}

/* A call stands below its line and shows what the callee took, which is in the total of the line.
 */
static void fill_call(const struct pk_table *table, const struct pk_annotate_plan *p,
                      struct pk_cell *cell, const struct pk_annotate_call *call)
{
    show(&cell[TOTAL], call->total);
    share(table, p->annotation, &cell[TOTAL_SHARE], &cell[TOTAL]);
    show(&cell[CALLS], call->calls);
    cell[SOURCE].frame = call->callee;
    cell[SOURCE].mark = PK_MARK_CALLEE;
}

/* The text of a line for people: its source, or what is known in its place. */
static struct pk_str line_text(const struct pk_annotate_plan *p, const struct pk_annotate_row *row,
                               const struct pk_annotate_line *line)
{
    if (row->text.data)
        return readable(p->arena, row);
    return line->line == 0 && line->frame == PK_NONE ? PK_STR("(line not known)") : PK_STR("");
}

/* A line that has no costs of its own. */
static void fill_near(const struct pk_annotate_plan *p, struct pk_cell *cell,
                      const struct pk_annotate_row *row, size_t width)
{
    cell[ROLE].text = PK_STR("near");
    cell[FILE_NAME].text = p->annotation->lines[row->line].file;
    cell[NUMBER].value = row->at;
    cell[TEXT].text = row->text;
    cell[LINE].text = number_text(p->arena, row->at, width);
    if (p->options->for_people)
        cell[SOURCE].text = readable(p->arena, row);
}

/* Machines get the text of a line as it is, in a column of its own, and the function beside it;
 * people get the text in place of the function. */
static void fill_row(const struct pk_table *table, const struct pk_annotate_plan *p, uint32_t r,
                     size_t width)
{
    const struct pk_annotate_row *row = &p->rows.data[r];
    const struct pk_annotate_line *line = &p->annotation->lines[row->line];
    struct pk_cell *cell = pk_table_cell(table, r, 0);

    fill_blank(cell);
    if (row->kind == PK_ANNOTATE_GAP) {
        cell[SOURCE].text = PK_STR("…");
        return;
    }
    if (row->kind == PK_ANNOTATE_NEAR) {
        fill_near(p, cell, row, width);
        return;
    }
    if (row->kind == PK_ANNOTATE_FILE) {
        cell[SOURCE].text = file_text(line->file);
        return;
    }
    cell[FILE_NAME].text = line->file;
    cell[NUMBER].value = line->line ? (int64_t)line->line : PK_MISSING;
    if (row->kind == PK_ANNOTATE_CALL) {
        cell[ROLE].text = PK_STR("call");
        fill_call(table, p, cell, &line->calls[row->at]);
        return;
    }
    cell[ROLE].text = line->frame == PK_NONE ? PK_STR("line") : PK_STR("function");
    cell[LINE].text = number_text(p->arena, line->line, width);
    cell[TEXT].text = row->text;
    fill_line(table, p, cell, line);
    if (line->frame != PK_NONE && (!row->text.data || !p->options->for_people))
        cell[SOURCE].frame = line->frame;
    else if (p->options->for_people)
        cell[SOURCE].text = line_text(p, row, line);
}

/* --- what is said below --- */

/* What was left out is summed up, so that the reader sees whether it matters. */
static void fill_footer(struct pk_table *table, const struct pk_annotate_plan *p)
{
    const struct pk_metric *metric = pk_profile_metric(table->profile, table->metric);
    struct pk_buf text = {0};

    if (p->n_left_out) {
        pk_units_count(&text, p->n_left_out);
        pk_buf_text(&text, p->n_left_out == 1 ? " more line holds " : " more lines hold ");
        pk_units_value(&text, metric->unit, metric->scale, p->left_out);
        pk_buf_text(&text, " of self (--all shows all)");
        table->n_left_out = p->n_left_out;
        table->left_out = p->left_out;
    }
    if (p->is_short)
        pk_buf_printf(&text, "%smore lines around these than can be shown", text.size ? "; " : "");
    if (text.size)
        table->footer = pk_arena_str(p->arena, pk_buf_view(&text));
    pk_buf_fini(&text);
}

/* "self of all lines: 35 = self of load; %: of its total". */
static void fill_note(struct pk_table *table, const struct pk_annotate_plan *p)
{
    const struct pk_metric *metric = pk_profile_metric(table->profile, table->metric);
    const struct pk_annotation *a = p->annotation;
    const int64_t *self = pk_profile_flat(table->profile)->self[table->metric];
    struct pk_buf text = {0};

    pk_buf_text(&text, a->has_lines ? "self of all lines: "
                                    : "costs of lines were not recorded, only where functions "
                                      "begin; self: ");
    pk_units_value(&text, metric->unit, metric->scale, a->self);
    if (a->scope.frame == PK_NONE) {
        pk_buf_text(&text, "; %: of the run");
    } else {
        if (a->has_lines && self && self[a->scope.frame] == a->self) {
            pk_buf_text(&text, " = self of ");
            pk_label_name(&text, pk_profile_frame(table->profile, a->scope.frame));
        }
        pk_buf_text(&text, "; %: of its total");
    }
    table->note = pk_arena_str(p->arena, pk_buf_view(&text));
    pk_buf_fini(&text);
}

/* The numbers of lines are right-aligned to the longest of them, so all rows are planned first. */
struct pk_table *pk_view_annotate(struct pk_arena *arena, const struct pk_profile *profile,
                                  uint32_t metric, const struct pk_annotation *annotation,
                                  const struct pk_view_annotate_options *options)
{
    const struct pk_metric *m = pk_profile_metric(profile, metric);
    struct pk_annotate_plan plan = {
        .arena = arena, .profile = profile, .annotation = annotation, .options = options};
    struct pk_table *table;
    size_t width = 4; /* of the heading */

    pk_annotate_plan(&plan);
    table = pk_table_new(arena, layout, COLUMNS, (uint32_t)plan.rows.size);
    table->schema = "profkit.annotate/1";
    table->profile = profile;
    table->metric = metric;
    for (uint32_t c = 0; c < COLUMNS; c++)
        if (layout[c].kind == PK_COLUMN_VALUE) {
            table->columns[c].unit = m->unit;
            table->columns[c].scale = m->scale;
        }
    table->columns[CALLS].is_machine_only = !annotation->has_calls;
    for (size_t r = 0; r < plan.rows.size; r++)
        if (digits(number_of(&plan, &plan.rows.data[r])) > width)
            width = digits(number_of(&plan, &plan.rows.data[r]));
    for (uint32_t r = 0; r < table->n_rows; r++)
        fill_row(table, &plan, r, width);
    fill_footer(table, &plan);
    fill_note(table, &plan);
    pk_array_fini(&plan.rows);
    return table;
}
