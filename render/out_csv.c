/*
 * Tables as CSV (RFC 4180) and as tab-separated text, for spreadsheets and scripts: the facts of
 * the JSON under the same keys, one unit per column, which its heading names ("self_ns"). Numbers
 * are whole and exact, in base units; shares and ratios are fractions of 1; an empty field is what
 * the file does not say. A function takes six columns.
 *
 * Traps: lines of CSV end in CR LF, those of tab-separated text in LF. A text field that begins
 * like a formula is marked, a number never is: a difference may well be "-3". What was left out has
 * no place in here; the command says it.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/escape.h"
#include "base/json.h"
#include "render/json_parts.h"
#include "render/label.h"
#include "render/view_rows.h"
#include "render/writers.h"

#define FLUSH_ABOVE ((size_t)1 << 16)

struct sheet {
    const struct pk_table *table;
    void (*escape)(struct pk_buf *out, struct pk_str text);
    char separator;
    const char *line_end;
    struct pk_buf out, raw;
    bool after_field; /* the next one on this line needs a separator */
};

/* Every field but the first of a line. */
static void begin_field(struct sheet *s)
{
    if (s->after_field)
        pk_buf_char(&s->out, s->separator);
    s->after_field = true;
}

/* CR LF or LF. */
static void end_line(struct sheet *s)
{
    pk_buf_text(&s->out, s->line_end);
    s->after_field = false;
}

/* The one place where a text meets the form. */
static void add_text(struct sheet *s, struct pk_str text)
{
    begin_field(s);
    s->escape(&s->out, text);
}

/* Missing is empty, never zero. */
static void add_number(struct sheet *s, int64_t value, int scale)
{
    begin_field(s);
    if (value != PK_MISSING)
        pk_units_raw(&s->out, value, scale);
}

/* As in JSON: six digits, and nothing where it has no meaning. */
static void add_fraction(struct sheet *s, int64_t part, int64_t whole)
{
    struct pk_json number;

    begin_field(s);
    if (part == PK_MISSING || whole == 0)
        return;
    pk_json_init(&number, &s->out);
    pk_json_ratio(&number, part, whole);
}

/* --- the heading --- */

/* Bars say what others say already; of a series only what is drawn of it needs no other table. */
static bool is_shown(const struct pk_column *column)
{
    return column->kind != PK_COLUMN_BAR && !column->is_text_only &&
           !(column->kind == PK_COLUMN_SERIES && column->is_machine_only);
}

/* "self_ns", "memory_bytes"; a count needs no unit. */
static void add_heading(struct sheet *s, const struct pk_column *column)
{
    static const char *const frame[] = {"display", "file", "line", "module", "kind"};

    if (!is_shown(column))
        return;
    begin_field(s);
    pk_buf_text(&s->out, column->kind == PK_COLUMN_FRAME ? "name" : column->key);
    if ((column->kind == PK_COLUMN_VALUE || column->kind == PK_COLUMN_SERIES) &&
        column->unit != PK_UNIT_COUNT) {
        pk_buf_char(&s->out, '_');
        pk_buf_text(&s->out, pk_units_name(column->unit));
    }
    for (size_t i = 0; column->kind == PK_COLUMN_FRAME && i < sizeof frame / sizeof *frame; i++) {
        begin_field(s);
        pk_buf_text(&s->out, frame[i]);
    }
}

/* --- rows --- */

/* The raw name, then what is made of it and where it is from. */
static void add_frame(struct sheet *s, const struct pk_frame *frame)
{
    add_text(s, frame->name);
    pk_buf_reset(&s->raw);
    pk_label_name(&s->raw, frame);
    add_text(s, pk_buf_view(&s->raw));
    add_text(s, frame->file);
    add_number(s, frame->line ? (int64_t)frame->line : PK_MISSING, 0);
    add_text(s, frame->module);
    add_text(s, pk_str_of(pk_json_parts_kind(frame->kind)));
}

/* The fields of no function. */
static void add_nothing(struct sheet *s)
{
    for (int i = 0; i < 6; i++)
        begin_field(s);
}

/* As in folded text, so that a semicolon parts functions and nothing else. */
static void add_path(struct sheet *s, const struct pk_cell *cell)
{
    struct pk_table_path path;

    pk_table_path(s->table, cell, &path);
    pk_buf_reset(&s->raw);
    pk_buf_text(&s->raw, path.is_cut ? "…" : "");
    for (uint32_t i = 0; i < path.n; i++) {
        pk_buf_text(&s->raw, i || path.is_cut ? ";" : "");
        pk_label_folded(&s->raw, pk_profile_frame(s->table->profile, path.frame[i]), 0);
    }
    add_text(s, pk_buf_view(&s->raw));
}

/* One field with spaces between the numbers. */
static void add_series(struct sheet *s, const struct pk_column *column, uint32_t row)
{
    pk_buf_reset(&s->raw);
    for (uint32_t i = 0; i < column->series->n; i++) {
        pk_buf_text(&s->raw, i ? " " : "");
        pk_units_raw(&s->raw, column->series->values[row][i], column->scale);
    }
    add_text(s, pk_buf_view(&s->raw));
}

/* One field, or six for a function, or none for what only people are shown. */
static void add_cell(struct sheet *s, uint32_t row, uint32_t column)
{
    const struct pk_column *c = &s->table->columns[column];
    const struct pk_cell *cell = pk_table_cell(s->table, row, column);

    if (!is_shown(c))
        return;
    switch (c->kind) {
    case PK_COLUMN_VALUE:
        add_number(s, cell->value, c->scale);
        break;
    case PK_COLUMN_COUNT:
        add_number(s, cell->value, 0);
        break;
    case PK_COLUMN_PERCENT:
    case PK_COLUMN_RATIO:
        add_fraction(s, cell->value, cell->whole);
        break;
    case PK_COLUMN_FRAME:
        if (cell->frame == PK_NONE)
            add_nothing(s);
        else
            add_frame(s, pk_table_frame(s->table, cell));
        break;
    case PK_COLUMN_PATH:
        add_path(s, cell);
        break;
    case PK_COLUMN_TEXT:
        add_text(s, cell->text);
        break;
    case PK_COLUMN_SERIES:
        add_series(s, c, row);
        break;
    case PK_COLUMN_FLAG: /* in JSON alone */
    case PK_COLUMN_BAR:
        break;
    }
}

/* Written in pieces, so that memory does not follow the size of the output. */
static void write_sheet(struct sheet *s, const struct pk_style *style, FILE *to)
{
    for (uint32_t c = 0; c < s->table->n_columns && !style->no_header; c++)
        add_heading(s, &s->table->columns[c]);
    if (!style->no_header)
        end_line(s);
    for (uint32_t r = 0; r < s->table->n_rows; r++) {
        for (uint32_t c = 0; c < s->table->n_columns; c++)
            add_cell(s, r, c);
        end_line(s);
        if (s->out.size > FLUSH_ABOVE) {
            pk_buf_write(&s->out, to);
            pk_buf_reset(&s->out);
        }
    }
    if (s->out.size)
        pk_buf_write(&s->out, to);
    pk_buf_fini(&s->out);
    pk_buf_fini(&s->raw);
}

static bool write_csv(const struct pk_table *table, const struct pk_style *style, FILE *to,
                      struct pk_error *error)
{
    struct sheet s = {
        .table = table, .escape = pk_escape_csv, .separator = ',', .line_end = "\r\n"};

    (void)error;
    write_sheet(&s, style, to);
    return true;
}

static bool write_tsv(const struct pk_table *table, const struct pk_style *style, FILE *to,
                      struct pk_error *error)
{
    struct sheet s = {.table = table, .escape = pk_escape_tsv, .separator = '\t', .line_end = "\n"};

    (void)error;
    write_sheet(&s, style, to);
    return true;
}

/* Of a whole profile the functions are left. */
static bool write_csv_profile(const struct pk_profile *profile, const struct pk_style *style,
                              FILE *to, struct pk_error *error)
{
    struct pk_arena arena;
    bool done;

    pk_arena_init(&arena);
    done = write_csv(pk_view_rows_all(&arena, profile, style->metric), style, to, error);
    pk_arena_fini(&arena);
    return done;
}

static bool write_tsv_profile(const struct pk_profile *profile, const struct pk_style *style,
                              FILE *to, struct pk_error *error)
{
    struct pk_arena arena;
    bool done;

    pk_arena_init(&arena);
    done = write_tsv(pk_view_rows_all(&arena, profile, style->metric), style, to, error);
    pk_arena_fini(&arena);
    return done;
}

#define LOSES                                                                                    \
    (PK_LOSES_STACKS | PK_LOSES_EDGES | PK_LOSES_EDGE_SELF | PK_LOSES_METRICS | PK_LOSES_LINES | \
     PK_LOSES_SLICES | PK_LOSES_TIMES)

const struct pk_writer pk_writer_csv = {.name = "csv",
                                        .summary = "tables for spreadsheets, unrounded",
                                        .extension = ".csv",
                                        .leaves_out_silently = true,
                                        .loses = LOSES,
                                        .table = write_csv,
                                        .profile = write_csv_profile};

const struct pk_writer pk_writer_tsv = {.name = "tsv",
                                        .summary = "the same with tabs, one line per row",
                                        .extension = ".tsv",
                                        .leaves_out_silently = true,
                                        .loses = LOSES,
                                        .table = write_tsv,
                                        .profile = write_tsv_profile};
