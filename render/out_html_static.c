/*
 * What of a page is read without a script: the largest functions as a table, and a picture of the
 * stacks as plain SVG inside of the markup. Nothing has a style attribute, which the policy of the
 * page forbids: colours are attributes of the shapes.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/escape.h"
#include "render/label.h"
#include "render/out_html_private.h"
#include "render/out_text_private.h"
#include "render/picture.h"

#define WIDTH 1200 /* px, as the next three */
#define ROW 18
#define FONT 12
#define BASE 13
#define LEAST 300 /* the least width, in hundredths of a px */
#define DEEPEST 60

/* --- the table --- */

/* A bar says what the percentage beside it says. */
static bool is_shown(const struct pk_column *column)
{
    return !column->is_machine_only && column->kind != PK_COLUMN_BAR;
}

/* Numbers end at the same place, words begin at it. */
static bool is_number(const struct pk_column *column)
{
    return column->kind != PK_COLUMN_FRAME && column->kind != PK_COLUMN_TEXT;
}

/* The place stands behind the name, smaller, as on a terminal. */
static void add_function(struct pk_buf *out, const struct pk_text_layout *l,
                         const struct pk_cell *cell)
{
    const struct pk_frame *frame = pk_table_frame(l->table, cell);
    struct pk_buf raw = {0};

    pk_label_name(&raw, frame);
    pk_html_text(out, pk_buf_view(&raw));
    pk_buf_reset(&raw);
    pk_label_place(&raw, frame);
    if (raw.size) {
        pk_buf_text(out, " <small>");
        pk_html_text(out, pk_buf_view(&raw));
        pk_buf_text(out, "</small>");
    }
    pk_buf_fini(&raw);
}

/* As many cells as the head has. */
static void add_row(struct pk_buf *out, const struct pk_text_layout *l, uint32_t row)
{
    struct pk_buf text = {0};

    pk_buf_text(out, "<tr>");
    for (uint32_t c = 0; c < l->table->n_columns; c++) {
        const struct pk_column *column = &l->table->columns[c];
        const struct pk_cell *cell = pk_table_cell(l->table, row, c);

        if (!is_shown(column))
            continue;
        pk_buf_text(out, is_number(column) ? "<td class=\"n\">" : "<td>");
        pk_buf_reset(&text);
        if (column->kind == PK_COLUMN_FRAME && cell->frame != PK_NONE)
            add_function(out, l, cell);
        else if (column->kind == PK_COLUMN_FRAME || column->kind == PK_COLUMN_TEXT)
            pk_html_text(out, cell->text);
        else
            pk_text_cell(&text, l, c, cell);
        pk_escape_xml(out, pk_buf_view(&text));
        pk_buf_text(out, "</td>");
    }
    pk_buf_text(out, "</tr>\n");
    pk_buf_fini(&text);
}

/* What the table leaves out is said below it, as everywhere. */
void pk_html_table(const struct pk_table *table, const struct pk_style *style, struct pk_buf *out)
{
    struct pk_text_layout l = {.table = table, .style = style};

    pk_arena_init(&l.arena);
    pk_text_formats(&l);
    pk_buf_text(out, "<table>\n<thead><tr>");
    for (uint32_t c = 0; c < table->n_columns; c++) {
        if (!is_shown(&table->columns[c]))
            continue;
        pk_buf_text(out, is_number(&table->columns[c]) ? "<th class=\"n\">" : "<th>");
        pk_html_text(out, pk_str_of(table->columns[c].title));
        pk_buf_text(out, "</th>");
    }
    pk_buf_text(out, "</tr></thead>\n<tbody>\n");
    for (uint32_t r = 0; r < table->n_rows; r++)
        add_row(out, &l, r);
    pk_buf_text(out, "</tbody></table>\n");
    if (table->footer.size) {
        pk_buf_text(out, "<p>");
        pk_html_text(out, table->footer);
        pk_buf_text(out, "</p>\n");
    }
    pk_arena_fini(&l.arena);
}

/* --- the picture --- */

/* In hundredths of a px, from integers. */
static int64_t px_of(const struct pk_scene *scene, int64_t units)
{
    return (int64_t)((double)units / (double)scene->span * WIDTH * 100);
}

static void add_px(struct pk_buf *out, const char *name, int64_t hundredths)
{
    pk_buf_printf(out, " %s=\"%lld.%02lld\"", name, (long long)(hundredths / 100),
                  (long long)(hundredths % 100));
}

/* A box of some px: its share and, where there is room, its name. */
static void add_box(struct pk_buf *out, const struct pk_scene *scene, const struct pk_box *box)
{
    int64_t from = px_of(scene, box->start), to = px_of(scene, box->start + box->size);
    struct pk_color fill = pk_theme_shades(pk_picture_fill(scene, PK_PALETTE_MODULE, box)).light;
    size_t cells = pk_picture_cells((double)(to - from) / 100, FONT);
    struct pk_buf name = {0}, place = {0}, label = {0};

    if (to - from < LEAST || box->depth > DEEPEST)
        return;
    pk_picture_name(scene, box, &name, &place);
    pk_buf_text(out, "<rect");
    add_px(out, "x", from);
    pk_buf_printf(out, " y=\"%u\"", box->depth * ROW);
    add_px(out, "width", to - from - 50);
    pk_buf_printf(out, " height=\"%d\" fill=\"#%02x%02x%02x\"><title>", ROW - 1, fill.r, fill.g,
                  fill.b);
    pk_html_text(out, pk_buf_view(&name));
    pk_buf_char(out, ' ');
    if (scene->is_estimated && (box->flags & PK_BOX_UNCERTAIN))
        pk_buf_text(out, "\xe2\x89\x88 ");
    pk_units_percent(out, box->size, scene->span);
    pk_buf_text(out, " %</title></rect>\n");
    if (cells >= PK_PICTURE_LEAST_CELLS) {
        pk_picture_shorten(&label, pk_buf_view(&name), cells);
        pk_buf_text(out, "<text");
        add_px(out, "x", from + 300);
        pk_buf_printf(out, " y=\"%u\">", box->depth * ROW + BASE);
        pk_html_text(out, pk_buf_view(&label));
        pk_buf_text(out, "</text>\n");
    }
    pk_buf_fini(&name);
    pk_buf_fini(&place);
    pk_buf_fini(&label);
}

/* An icicle: the root stands where one begins to read. */
void pk_html_picture(const struct pk_scene *scene, struct pk_buf *out)
{
    uint32_t depth = scene->max_depth < DEEPEST ? scene->max_depth : DEEPEST;

    if (scene->span <= 0)
        return;
    pk_buf_printf(out,
                  "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %u\" "
                  "font-size=\"%d\" font-family=\"monospace\" fill=\"#1b1d21\">\n",
                  WIDTH, (depth + 1) * ROW, FONT);
    for (uint32_t i = 0; i < scene->n_boxes; i++)
        add_box(out, scene, &scene->boxes[i]);
    pk_buf_text(out, "</svg>\n");
}
