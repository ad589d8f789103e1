/*
 * Tables as Markdown, for issues and reviews: the columns and the rounding of the text for people,
 * without its bars. What comes from a profile stands in code spans, where nothing in it is markup,
 * a link or the name of a user. Source: GitHub Flavored Markdown, version 0.29, section 4.10.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/escape.h"
#include "render/label.h"
#include "render/out_text_private.h"
#include "render/view_rows.h"
#include "render/writers.h"

/* True for text in which nothing can be markup, so that words stay words: letters, digits and what
 * our own sentences hold. A point or a dash may make a list or a link. */
static bool is_plain(struct pk_str s)
{
    for (size_t i = 0; i < s.size; i++) {
        unsigned char c = (unsigned char)s.data[i], next = 0;

        if (i + 1 < s.size)
            next = (unsigned char)s.data[i + 1];
        if (c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
            continue;
        if (c == '.' && i > 0 && next >= '0' && next <= '9')
            continue;
        if ((c == '-' && i > 0) || (c == ':' && next == ' '))
            continue;
        if (!c || !strchr(" ,;%()=", c))
            return false;
    }
    return s.size == 0 || s.data[0] != '=';
}

/* Words as they are where that is safe. */
static void add_words(struct pk_buf *out, struct pk_str text)
{
    if (is_plain(text))
        pk_escape_terminal(out, text);
    else
        pk_escape_markdown(out, text);
}

/* Bars compare rows at a glance only where their cells have one width. */
static bool is_shown(const struct pk_column *column)
{
    return !column->is_machine_only && column->kind != PK_COLUMN_BAR;
}

/* "◂ `load_items` `orders/models.py:88` self 1.208 s" */
static void add_function(struct pk_buf *out, const struct pk_text_layout *l,
                         const struct pk_cell *cell)
{
    static const char *const signs[] = {"", "◂ ", "▸ ", "◂▸ "};
    static const char *const ascii[] = {"", "< ", "> ", "<> "};
    const struct pk_frame *frame;
    struct pk_buf raw = {0};

    if (cell->frame == PK_NONE) { /* words in place of a function */
        pk_buf_str(&raw, cell->lead);
        pk_buf_str(&raw, cell->text);
        pk_escape_markdown(out, pk_buf_view(&raw));
        pk_buf_fini(&raw);
        return;
    }
    frame = pk_table_frame(l->table, cell);
    pk_buf_text(out, l->style->is_ascii ? ascii[cell->mark] : signs[cell->mark]);
    pk_buf_str(&raw, cell->lead);
    pk_label_name(&raw, frame);
    pk_escape_markdown(out, pk_buf_view(&raw));
    pk_buf_reset(&raw);
    pk_label_place(&raw, frame);
    if (raw.size) {
        pk_buf_char(out, ' ');
        pk_escape_markdown(out, pk_buf_view(&raw));
    }
    if (cell->text.size) {
        pk_buf_char(out, ' ');
        add_words(out, cell->text);
    }
    pk_buf_fini(&raw);
}

/* One code span for all of it, so that no arrow can be taken for markup. */
static void add_path(struct pk_buf *out, const struct pk_text_layout *l, const struct pk_cell *cell)
{
    struct pk_buf raw = {0};

    pk_table_path_text(&raw, l->table, cell, l->style->is_ascii ? " > " : " › ");
    pk_escape_markdown(out, pk_buf_view(&raw));
    pk_buf_fini(&raw);
}

/* As many cells as the header has: a row with fewer would be filled up, with more be cut. */
static void add_row(struct pk_buf *out, const struct pk_text_layout *l, uint32_t row)
{
    for (uint32_t c = 0; c < l->table->n_columns; c++) {
        const struct pk_column *column = &l->table->columns[c];
        const struct pk_cell *cell = pk_table_cell(l->table, row, c);

        if (!is_shown(column))
            continue;
        pk_buf_text(out, "| ");
        if (column->kind == PK_COLUMN_FRAME)
            add_function(out, l, cell);
        else if (column->kind == PK_COLUMN_PATH)
            add_path(out, l, cell);
        else if (column->kind == PK_COLUMN_TEXT)
            add_words(out, cell->text);
        else
            pk_text_cell(out, l, c, cell);
        pk_buf_char(out, ' ');
    }
    pk_buf_text(out, "|\n");
}

/* Titles, and below them the line that makes it a table; numbers are aligned at their right. */
static void add_header(struct pk_buf *out, struct pk_text_layout *l)
{
    for (uint32_t c = 0; c < l->table->n_columns; c++)
        if (is_shown(&l->table->columns[c])) {
            pk_buf_text(out, "| ");
            pk_buf_str(out, pk_text_plain(l, pk_str_of(l->table->columns[c].title)));
            pk_buf_char(out, ' ');
        }
    pk_buf_text(out, "|\n");
    for (uint32_t c = 0; c < l->table->n_columns; c++) {
        enum pk_column_kind kind = l->table->columns[c].kind;

        if (is_shown(&l->table->columns[c]))
            pk_buf_text(out, kind == PK_COLUMN_VALUE || kind == PK_COLUMN_COUNT ||
                                     kind == PK_COLUMN_PERCENT || kind == PK_COLUMN_RATIO
                                 ? "| ---: "
                                 : "| --- ");
    }
    pk_buf_text(out, "|\n");
}

/* A paragraph of its own, or it would be one more row. */
static void add_paragraph(struct pk_buf *out, struct pk_text_layout *l, const char *lead,
                          struct pk_str text)
{
    if (text.size == 0)
        return;
    pk_buf_char(out, '\n');
    pk_buf_text(out, lead);
    add_words(out, pk_text_plain(l, text));
    pk_buf_char(out, '\n');
}

/* Without its header Markdown has no table, so --no-header only drops what stands below. */
static bool write_table(const struct pk_table *table, const struct pk_style *style, FILE *to,
                        struct pk_error *error)
{
    struct pk_text_layout l = {.table = table, .style = style};
    struct pk_buf out = {0};

    (void)error;
    pk_arena_init(&l.arena);
    pk_text_formats(&l);
    add_header(&out, &l);
    for (uint32_t r = 0; r < table->n_rows; r++)
        add_row(&out, &l, r);
    if (!style->no_header) {
        add_paragraph(&out, &l, style->is_ascii ? "... " : "… ", table->footer);
        add_paragraph(&out, &l, "", table->note);
    }
    pk_buf_write(&out, to);
    pk_buf_fini(&out);
    pk_arena_fini(&l.arena);
    return true;
}

/* Of a whole profile the functions are left. */
static bool write_profile(const struct pk_profile *profile, const struct pk_style *style, FILE *to,
                          struct pk_error *error)
{
    struct pk_arena arena;
    bool done;

    pk_arena_init(&arena);
    done = write_table(pk_view_rows_all(&arena, profile, style->metric), style, to, error);
    pk_arena_fini(&arena);
    return done;
}

const struct pk_writer pk_writer_md = {
    .name = "md",
    .summary = "tables for issues and reviews (Markdown)",
    .extension = ".md",
    .loses = PK_LOSES_DIGITS | PK_LOSES_PRIMITIVE | PK_LOSES_MODULES | PK_LOSES_STACKS |
             PK_LOSES_EDGES | PK_LOSES_EDGE_SELF | PK_LOSES_METRICS | PK_LOSES_LINES |
             PK_LOSES_SLICES | PK_LOSES_TIMES,
    .table = write_table,
    .profile = write_profile};
