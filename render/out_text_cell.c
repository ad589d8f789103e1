/*
 * The text of single cells, and of what the tables say in words: see out_text_private.h.
 */
#include "render/out_text_private.h"

#include <stdint.h>
#include <string.h>

#include "base/escape.h"

/* Eighths of a cell where the terminal can, hash marks where not. */
static void add_bar(struct pk_buf *out, const struct pk_cell *cell, const struct pk_style *style)
{
    static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    int64_t parts;

    if (cell->value == PK_MISSING || cell->value <= 0 || cell->whole <= 0)
        return;
    parts = cell->value >= cell->whole
                ? (int64_t)PK_TEXT_BAR * 8
                : (int64_t)(((__int128)cell->value * PK_TEXT_BAR * 16 / cell->whole + 1) / 2);
    if (style->is_ascii) /* whole cells only */
        parts = (parts + 4) / 8 * 8;
    for (int64_t i = 0; i < parts / 8; i++)
        pk_buf_text(out, style->is_ascii ? "#" : "█");
    if (!style->is_ascii)
        pk_buf_text(out, eighths[parts % 8]);
}

/* A cell each: what is not 0 is seen, and only the largest fills its cell. */
static void add_series(struct pk_buf *out, const struct pk_series *series, const int64_t *values,
                       const struct pk_style *style)
{
    static const char *const bars[] = {"·", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};

    for (uint32_t i = 0; i < series->n; i++) {
        int64_t eighths = 0;

        if (values[i] > 0 && series->largest > 0)
            eighths = (int64_t)(((__int128)values[i] * 8 + series->largest - 1) / series->largest);
        if (!style->is_ascii)
            pk_buf_text(out, bars[eighths]);
        else
            pk_buf_char(out, eighths ? (char)('0' + eighths) : '.');
    }
}

/* A lower bound says so; a missing value is a dash, never a zero. A difference has the sign that it
 * had before it was rounded, as it has the colour. */
static void add_value(struct pk_buf *out, const struct pk_text_layout *l, uint32_t column,
                      const struct pk_cell *cell)
{
    const struct pk_column *c = &l->table->columns[column];
    int64_t value = cell->value;

    if (c->is_delta && value != 0 && value != PK_MISSING) {
        pk_buf_char(out, value < 0 ? '-' : '+');
        value = value < 0 ? -value : value;
    }
    if (value == PK_MISSING)
        pk_buf_char(out, '-');
    else if (l->style->is_raw)
        pk_units_raw(out, value, c->kind == PK_COLUMN_VALUE ? c->scale : 0);
    else if (c->kind == PK_COLUMN_VALUE)
        pk_units_print(out, &l->formats[column], value, c->scale);
    else
        pk_units_count(out, value);
}

/* The text of one cell, escaped, without its padding. */
void pk_text_cell(struct pk_buf *out, const struct pk_text_layout *l, uint32_t column,
                  const struct pk_cell *cell)
{
    const struct pk_column *c = &l->table->columns[column];

    if (cell->is_blank)
        return;
    if (cell->is_low && cell->value != PK_MISSING)
        pk_buf_text(out, l->style->is_ascii ? ">=" : "≥");
    if (cell->is_estimated && cell->value != PK_MISSING)
        pk_buf_text(out, l->style->is_ascii ? "~" : "≈");
    switch (c->kind) {
    case PK_COLUMN_SERIES:
        add_series(out, c->series,
                   c->series->values[(cell - l->table->cells) / l->table->n_columns], l->style);
        break;
    case PK_COLUMN_VALUE:
    case PK_COLUMN_COUNT:
        add_value(out, l, column, cell);
        break;
    case PK_COLUMN_PERCENT:
        if (cell->value == PK_MISSING)
            pk_buf_char(out, '-');
        else
            pk_units_percent(out, cell->value, cell->whole);
        break;
    case PK_COLUMN_RATIO:
        pk_units_ratio(out, cell->value, cell->whole);
        break;
    case PK_COLUMN_BAR:
        add_bar(out, cell, l->style);
        break;
    case PK_COLUMN_TEXT:
        pk_escape_terminal(out, cell->text);
        break;
    case PK_COLUMN_FLAG:
    case PK_COLUMN_FRAME:
    case PK_COLUMN_PATH:
        break; /* laid out last, in what is left of the line */
    }
}

/* One unit per column, chosen by its largest value, so that columns can be compared by eye. */
void pk_text_formats(struct pk_text_layout *l)
{
    const struct pk_table *t = l->table;

    l->formats = PK_NEW_ARRAY(&l->arena, struct pk_units_format, t->n_columns);
    for (uint32_t c = 0; c < t->n_columns; c++) {
        int64_t largest = 0;

        if (t->columns[c].kind != PK_COLUMN_VALUE)
            continue;
        for (uint32_t r = 0; r < t->n_rows; r++) {
            int64_t value = pk_table_cell(t, r, c)->value;

            if (value != PK_MISSING && (value < 0 ? -value : value) > largest)
                largest = value < 0 ? -value : value;
        }
        l->formats[c] = pk_units_choose(t->columns[c].unit, t->columns[c].scale, largest);
    }
}

void pk_text_own(struct pk_buf *out, const struct pk_style *style, struct pk_str text)
{
    static const char *const signs[][2] = {{"…", "..."}, {"◂", "<"}, {"▸", ">"},
                                           {"Δ", "+/-"}, {"│", "|"}, {"├", "|"},
                                           {"└", "`"},   {"≈", "~"}, {"·", "-"}};
    struct pk_buf escaped = {0};

    pk_escape_terminal(&escaped, text);
    for (size_t i = 0; i < escaped.size;) {
        size_t sign = 0, count = style->is_ascii ? sizeof signs / sizeof *signs : 0;

        while (sign < count &&
               strncmp(escaped.data + i, signs[sign][0], strlen(signs[sign][0])) != 0)
            sign++;
        if (sign == count) {
            pk_buf_char(out, escaped.data[i++]);
        } else {
            pk_buf_text(out, signs[sign][1]);
            i += strlen(signs[sign][0]);
        }
    }
    pk_buf_fini(&escaped);
}

struct pk_str pk_text_plain(struct pk_text_layout *l, struct pk_str text)
{
    struct pk_buf out = {0};
    struct pk_str result;

    pk_text_own(&out, l->style, text);
    result = pk_arena_str(&l->arena, pk_buf_view(&out));
    pk_buf_fini(&out);
    return result;
}
