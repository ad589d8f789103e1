/*
 * Tables as text for people: one header line in upper case, no rules, no boxes, numbers
 * right-aligned with one unit per column, the function last with all the spare width. Not on a
 * terminal nothing is cut and there are no bars, so that awk sees the same fields in every row.
 *
 * On a narrow terminal columns go in the order of their `drop` mark (the highest first); the
 * function never goes. Under 40 columns a row becomes two lines.
 */
#include "render/out_text_private.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/escape.h"
#include "base/terminal.h"
#include "base/utf8.h"
#include "render/label.h"
#include "render/writers.h"

#define TWO_LINES_BELOW 40
#define DROP_PLACE 3        /* the mark of the places, which are no column of their own */
#define LEAST_WITH_PLACE 30 /* cells of names with places: less, and columns go */
#define LEAST_NAME 20       /* of names alone */
#define LEAST_OF_ALL 12     /* before the columns that are dropped last go too */
#define LEAST_PLACE 8       /* a shorter piece of a path says nothing */
#define WIDEST_ALIGNED_NAME 30

/* One cell, or three of ASCII. */
static const char *ellipsis(const struct pk_style *style)
{
    return style->is_ascii ? "..." : "…";
}

/* Every cell once: widths are known before the first line is printed. */
static void fill_texts(struct pk_text_layout *l)
{
    const struct pk_table *t = l->table;
    struct pk_buf text = {0};

    l->texts = PK_NEW_ARRAY(&l->arena, struct pk_str, (size_t)t->n_rows * t->n_columns);
    l->widths = PK_NEW_ARRAY(&l->arena, size_t, t->n_columns);
    l->is_shown = PK_NEW_ARRAY(&l->arena, bool, t->n_columns);
    l->titles = PK_NEW_ARRAY(&l->arena, struct pk_str, t->n_columns);
    for (uint32_t c = 0; c < t->n_columns; c++) {
        l->titles[c] = pk_text_plain(l, pk_str_of(t->columns[c].title));
        l->is_shown[c] = !t->columns[c].is_machine_only &&
                         (t->columns[c].kind != PK_COLUMN_BAR || l->style->is_terminal);
        l->widths[c] = l->style->no_header ? 0 : pk_utf8_width(l->titles[c]);
        if (t->columns[c].kind == PK_COLUMN_BAR)
            l->widths[c] = PK_TEXT_BAR;
        for (uint32_t r = 0; r < t->n_rows; r++) {
            struct pk_str *at = &l->texts[(size_t)r * t->n_columns + c];
            size_t width;

            pk_buf_reset(&text);
            pk_text_cell(&text, l, c, pk_table_cell(t, r, c));
            *at = pk_arena_str(&l->arena, pk_buf_view(&text));
            width = pk_utf8_width(*at);
            if (width > l->widths[c])
                l->widths[c] = width;
        }
    }
    pk_buf_fini(&text);
}

/* True for the column that takes what the others leave of the line. */
static bool is_last(const struct pk_text_layout *l, uint32_t column)
{
    enum pk_column_kind kind = l->table->columns[column].kind;

    return kind == PK_COLUMN_FRAME || kind == PK_COLUMN_PATH;
}

/* True for a column that stands on the line, the function apart. */
static bool is_number(const struct pk_text_layout *l, uint32_t column)
{
    return l->is_shown[column] && !is_last(l, column);
}

/* Cells between a column and the one before it: two, but a bar stands close to its numbers. */
static size_t gap_before(const struct pk_text_layout *l, uint32_t column)
{
    uint32_t before = column;

    while (before > 0 && !is_number(l, before - 1))
        before--;
    if (before == 0)
        return 0;
    return l->table->columns[column].kind == PK_COLUMN_BAR ||
                   l->table->columns[before - 1].kind == PK_COLUMN_BAR
               ? 1
               : 2;
}

/* Cells that all shown columns but the function take, with their gaps and the one behind them. */
static size_t fixed_width(const struct pk_text_layout *l)
{
    size_t width = 0;

    for (uint32_t c = 0; c < l->table->n_columns; c++)
        if (is_number(l, c))
            width += gap_before(l, c) + l->widths[c];
    return width ? width + 2 : 0;
}

/* --- the function column --- */

/* As the terminal may see it, with our own ellipsis in ASCII where that is all it shows. */
static struct pk_str shown(struct pk_text_layout *l, struct pk_str raw)
{
    const struct pk_str mark = PK_STR("…");
    struct pk_buf text = {0};
    struct pk_str result;
    const char *found;

    while (l->style->is_ascii && raw.size &&
           (found = memmem(raw.data, raw.size, mark.data, mark.size))) {
        size_t before = (size_t)(found - raw.data);

        pk_escape_terminal(&text, pk_str_slice(raw, 0, before));
        pk_buf_text(&text, ellipsis(l->style));
        raw = pk_str_slice(raw, before + mark.size, raw.size);
    }
    pk_escape_terminal(&text, raw);
    result = pk_arena_str(&l->arena, pk_buf_view(&text));
    pk_buf_fini(&text);
    return result;
}

/* The name of a row: a path, a function, or words in place of one. */
static void add_name(struct pk_buf *raw, const struct pk_text_layout *l, const struct pk_cell *cell)
{
    if (l->table->columns[l->function].kind == PK_COLUMN_PATH)
        pk_table_path_text(raw, l->table, cell, l->style->is_ascii ? " > " : " › ");
    else if (cell->frame == PK_NONE)
        pk_buf_str(raw, cell->text);
    else
        pk_label_name(raw, pk_table_frame(l->table, cell));
}

/* Names and places of all rows; and how wide a name may be to have its place aligned. */
static void measure_names(struct pk_text_layout *l)
{
    const struct pk_table *t = l->table;
    struct pk_buf raw = {0};

    l->names = PK_NEW_ARRAY(&l->arena, struct pk_str, t->n_rows);
    l->places = PK_NEW_ARRAY(&l->arena, struct pk_str, t->n_rows);
    l->behind = PK_NEW_ARRAY(&l->arena, struct pk_str, t->n_rows);
    l->leads = PK_NEW_ARRAY(&l->arena, struct pk_str, t->n_rows);
    l->function = PK_NONE;
    for (uint32_t c = 0; c < t->n_columns; c++)
        if (is_last(l, c))
            l->function = c;
    for (uint32_t r = 0; r < t->n_rows && l->function != PK_NONE; r++) {
        const struct pk_cell *cell = pk_table_cell(t, r, l->function);
        bool is_function =
            t->columns[l->function].kind == PK_COLUMN_FRAME && cell->frame != PK_NONE;
        size_t width;

        pk_buf_reset(&raw);
        add_name(&raw, l, cell);
        l->names[r] = shown(l, pk_buf_view(&raw));
        pk_buf_reset(&raw);
        if (is_function)
            pk_label_place(&raw, pk_table_frame(t, cell));
        l->places[r] = shown(l, pk_buf_view(&raw));
        l->behind[r] = is_function ? pk_text_plain(l, cell->text) : PK_STR("");
        l->leads[r] = pk_text_plain(l, cell->lead);
        l->has_marks |= cell->mark != PK_MARK_NONE || cell->lead.size > 0;
        l->has_places |= l->places[r].size > 0;
        width = pk_utf8_width(l->names[r]);
        if (l->places[r].size && width <= WIDEST_ALIGNED_NAME && width > l->name_width)
            l->name_width = width;
    }
    if (l->has_marks) /* indented rows have no column of places */
        l->name_width = 0;
    pk_buf_fini(&raw);
}

/* A narrow terminal gives the function a line of its own. */
static bool in_two_lines(const struct pk_text_layout *l)
{
    return l->style->width > 0 && l->style->width < TWO_LINES_BELOW;
}

/* True when the line still fits as it is, so that nothing of this mark has to go. */
static bool fits(const struct pk_text_layout *l, int mark)
{
    size_t least = l->has_places ? LEAST_WITH_PLACE : mark > 1 ? LEAST_NAME : LEAST_OF_ALL;

    if (in_two_lines(l)) /* then only the header has both, and rows no gap at their end */
        least = l->style->no_header || l->function == PK_NONE
                    ? 0
                    : pk_utf8_width(l->titles[l->function]);
    return fixed_width(l) + least <= l->style->width + (least ? 0 : 2);
}

/* The least useful column first, until a function of readable width fits. */
static void drop_columns(struct pk_text_layout *l)
{
    /* Within a mark from the right: what stands near the left edge is read first. */
    for (int mark = 9; mark > 0 && l->style->width; mark--) {
        if (mark == DROP_PLACE && !fits(l, mark) && !in_two_lines(l))
            l->has_places = false;
        for (uint32_t c = l->table->n_columns; c-- > 0 && !fits(l, mark);)
            if (l->table->columns[c].drop == mark)
                l->is_shown[c] = false;
    }
}

/* Padding. */
static void add_spaces(struct pk_buf *out, size_t n)
{
    while (n-- > 0)
        pk_buf_char(out, ' ');
}

/* Begin and end a paint, where there are colours. Neither takes a cell, so what is painted is
 * measured before. */
static void begin_paint(struct pk_buf *out, const struct pk_text_layout *l, enum pk_paint paint)
{
    pk_buf_text(out, l->style->has_color ? pk_terminal_begin(paint) : "");
}

static void end_paint(struct pk_buf *out, const struct pk_text_layout *l, enum pk_paint paint)
{
    pk_buf_text(out, l->style->has_color ? pk_terminal_end(paint) : "");
}

/* Code of others steps back behind one's own; its place tells the same. */
static enum pk_paint name_paint(const struct pk_text_layout *l, const struct pk_cell *cell)
{
    if (l->table->columns[l->function].kind != PK_COLUMN_FRAME || cell->frame == PK_NONE ||
        pk_label_owner(pk_table_frame(l->table, cell)) == PK_OWNER_OWN)
        return PK_PAINT_PLAIN;
    return PK_PAINT_ASIDE;
}

/* A bar, or a difference, whose sign is printed. */
static enum pk_paint number_paint(const struct pk_column *column, const struct pk_cell *cell)
{
    if (column->kind == PK_COLUMN_BAR || column->kind == PK_COLUMN_SERIES)
        return PK_PAINT_BAR;
    if (!column->is_delta || cell->value == PK_MISSING || cell->value == 0)
        return PK_PAINT_PLAIN;
    return cell->value > 0 ? PK_PAINT_MORE : PK_PAINT_LESS;
}

/* Cut at the front: the last part of a name or path is the useful one. */
static void add_cut(struct pk_buf *out, struct pk_str s, size_t cells, const struct pk_style *style)
{
    size_t mark = style->is_ascii ? 3 : 1;

    if (pk_utf8_width(s) <= cells) {
        pk_buf_str(out, s);
        return;
    }
    if (cells <= mark)
        return;
    pk_buf_text(out, ellipsis(style));
    pk_buf_str(out, pk_str_slice(s, pk_utf8_suffix(s, cells - mark), s.size));
}

/* Cut at the end, as a line of source is read from its start. */
static void add_cut_end(struct pk_buf *out, struct pk_str s, size_t cells,
                        const struct pk_style *style)
{
    size_t mark = style->is_ascii ? 3 : 1;

    if (pk_utf8_width(s) <= cells) {
        pk_buf_str(out, s);
    } else if (cells > mark) {
        pk_buf_str(out, pk_str_slice(s, 0, pk_utf8_prefix(s, cells - mark)));
        pk_buf_text(out, ellipsis(style));
    }
}

/* "  ◂ " before a caller, "  ▸ " before a callee; returns the cells it takes. */
static size_t add_mark(struct pk_buf *out, const struct pk_text_layout *l, enum pk_mark mark)
{
    static const char *const signs[][2] = {[PK_MARK_CALLER] = {"◂", "<"},
                                           [PK_MARK_CALLEE] = {"▸", ">"},
                                           [PK_MARK_ITSELF] = {"◂▸", "<>"}};

    if (mark == PK_MARK_NONE)
        return 0;
    pk_buf_printf(out, mark == PK_MARK_ITSELF ? " %s " : "  %s ", signs[mark][l->style->is_ascii]);
    return 4;
}

/* Name, then place; on a terminal both are cut to what is left of the line. */
static void add_function(struct pk_buf *out, const struct pk_text_layout *l, uint32_t row,
                         size_t room)
{
    struct pk_str place = l->has_places ? l->places[row] : PK_STR_NULL;
    size_t width = pk_utf8_width(l->names[row]), behind = pk_utf8_width(l->behind[row]);
    size_t gap = 2 + (width < l->name_width ? l->name_width - width : 0);
    const struct pk_cell *cell = pk_table_cell(l->table, row, l->function);
    enum pk_paint paint = name_paint(l, cell);
    size_t mark = add_mark(out, l, cell->mark);

    mark += pk_utf8_width(l->leads[row]);
    pk_buf_str(out, l->leads[row]);
    /* SIZE_MAX stands for no edge: nothing is cut then, and what stands behind always fits. */
    room = l->style->width == 0 ? SIZE_MAX : room > mark ? room - mark : 0;
    begin_paint(out, l, paint);
    if (l->table->columns[l->function].is_source &&
        pk_table_cell(l->table, row, l->function)->frame == PK_NONE)
        add_cut_end(out, l->names[row], room, l->style);
    else
        add_cut(out, l->names[row], room, l->style);
    end_paint(out, l, paint);
    if (behind && (room == SIZE_MAX || room >= width + 3 + behind))
        room -= room == SIZE_MAX ? 0 : 3 + behind;
    else
        behind = 0;
    if (room != SIZE_MAX && room < width + gap + LEAST_PLACE)
        gap = 2;
    if (place.size && (room == SIZE_MAX || room >= width + gap + LEAST_PLACE)) {
        add_spaces(out, gap);
        begin_paint(out, l, PK_PAINT_ASIDE);
        add_cut(out, place, room == SIZE_MAX ? SIZE_MAX : room - width - gap, l->style);
        end_paint(out, l, PK_PAINT_ASIDE);
    }
    if (behind) {
        add_spaces(out, 3);
        pk_buf_str(out, l->behind[row]);
    }
}

/* --- lines --- */

/* Numbers end at the same column. */
static void add_right(struct pk_buf *out, struct pk_str s, size_t width)
{
    size_t own = pk_utf8_width(s);

    add_spaces(out, width > own ? width - own : 0);
    pk_buf_str(out, s);
}

/* The numbers of one line; `row` is PK_NONE for the header. Returns whether anything was written.
 */
static bool add_numbers(struct pk_buf *out, const struct pk_text_layout *l, uint32_t row)
{
    bool is_first = true;

    for (uint32_t c = 0; c < l->table->n_columns; c++) {
        const struct pk_column *column = &l->table->columns[c];
        struct pk_str s =
            row == PK_NONE ? l->titles[c] : l->texts[(size_t)row * l->table->n_columns + c];
        enum pk_paint paint;

        if (!is_number(l, c))
            continue;
        add_spaces(out, gap_before(l, c));
        is_first = false;
        paint =
            row == PK_NONE ? PK_PAINT_PLAIN : number_paint(column, pk_table_cell(l->table, row, c));
        begin_paint(out, l, paint);
        if (column->kind == PK_COLUMN_BAR || column->kind == PK_COLUMN_TEXT ||
            column->kind == PK_COLUMN_SERIES) {
            pk_buf_str(out, s);
            add_spaces(out, l->widths[c] - pk_utf8_width(s));
        } else {
            add_right(out, s, l->widths[c]);
        }
        end_paint(out, l, paint);
    }
    return !is_first;
}

/* Numbers and function of a row, on one line or two. */
static void add_row(struct pk_buf *out, const struct pk_text_layout *l, uint32_t row)
{
    bool has_numbers = add_numbers(out, l, row);
    size_t used = in_two_lines(l) || !has_numbers ? 2 : fixed_width(l);

    if (l->function != PK_NONE) {
        if (has_numbers && in_two_lines(l))
            pk_buf_char(out, '\n');
        add_spaces(out, 2);
        add_function(out, l, row, l->style->width > used ? l->style->width - used : 0);
    }
    while (l->function != PK_NONE && l->table->columns[l->function].is_source && out->size &&
           out->data[out->size - 1] == ' ') /* of an empty line of source */
        out->size--;
    pk_buf_char(out, '\n');
}

/* The titles; that of the function goes where it would pass the edge. */
static void add_header(struct pk_buf *out, const struct pk_text_layout *l)
{
    struct pk_str title = l->function == PK_NONE ? PK_STR("") : l->titles[l->function];

    begin_paint(out, l, PK_PAINT_HEADING);
    add_numbers(out, l, PK_NONE);
    if (title.size &&
        (l->style->width == 0 || fixed_width(l) + pk_utf8_width(title) <= l->style->width)) {
        add_spaces(out, 2);
        pk_buf_str(out, title);
    }
    end_paint(out, l, PK_PAINT_HEADING);
    pk_buf_char(out, '\n');
}

void pk_text_sentence(struct pk_buf *out, const struct pk_style *style, struct pk_str rest)
{
    size_t used = 0;

    while (rest.size) {
        const char *space = memchr(rest.data, ' ', rest.size);
        size_t size = space ? (size_t)(space - rest.data) : rest.size;
        size_t width = pk_utf8_width(pk_str_slice(rest, 0, size));

        if (style->width && used && used + 1 + width > style->width) {
            pk_buf_text(out, "\n ");
            used = 1;
        }
        if (used)
            pk_buf_char(out, ' ');
        pk_buf_add(out, rest.data, size);
        used += (used > 0) + width;
        rest = pk_str_slice(rest, size + (space != NULL), rest.size);
    }
    pk_buf_char(out, '\n');
}

/* "… 3 more functions hold 40.0 % of self (--top 0 shows all)", then the note. */
static void add_footer(struct pk_buf *out, struct pk_text_layout *l)
{
    struct pk_buf text = {0};

    if (l->table->footer.size) {
        pk_buf_printf(&text, "%s ", ellipsis(l->style));
        pk_buf_str(&text, l->table->footer);
        pk_text_sentence(out, l->style, pk_buf_view(&text));
    }
    if (l->table->note.size)
        pk_text_sentence(out, l->style, pk_text_plain(l, l->table->note));
    pk_buf_fini(&text);
}

/* Nothing here can fail: errors of the stream are the output's to find. */
static bool write_table(const struct pk_table *table, const struct pk_style *style, FILE *to,
                        struct pk_error *error)
{
    struct pk_text_layout l = {.table = table, .style = style};
    struct pk_buf out = {0};

    (void)error;
    pk_arena_init(&l.arena);
    pk_text_formats(&l);
    fill_texts(&l);
    measure_names(&l);
    drop_columns(&l);
    if (!style->no_header)
        add_header(&out, &l);
    for (uint32_t r = 0; r < table->n_rows; r++)
        add_row(&out, &l, r);
    if (!style->no_header)
        add_footer(&out, &l);
    pk_buf_write(&out, to);
    pk_buf_fini(&out);
    pk_arena_fini(&l.arena);
    return true;
}

const struct pk_writer pk_writer_text = {
    .name = "text",
    .summary = "tables for people, flame graph for terminals",
    .extension = ".txt",
    .table = write_table,
    .scene = pk_term_scene,
};
