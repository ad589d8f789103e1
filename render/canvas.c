/*
 * Cells of a screen: see canvas.h. A cell has its text by place in one buffer, so that clearing
 * gives nothing back to the heap; the second cell of a wide character has none.
 *
 * Only lines that differ are painted, each as a whole and from its first column: so an error of a
 * terminal about the width of a character ends with its line. A line never writes its last cell by
 * way of a line end, and the cursor is always placed, so nothing scrolls.
 */
#include "render/canvas.h"

#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "render/theme.h"

struct pk_canvas_cell {
    uint32_t at;
    uint16_t size; /* bytes; 0: blank, or the second half of a wide character */
    uint8_t ink, fill;
    bool is_second;
};

#define LONGEST 64 /* bytes of one character with all its marks: more is no text */

/* What was shown goes with it: the next picture is painted as a whole. */
void pk_canvas_fini(struct pk_canvas *canvas)
{
    for (unsigned row = 0; canvas->shown && row < canvas->rows; row++)
        pk_buf_fini(&canvas->shown[row]);
    pk_free(canvas->shown);
    pk_free(canvas->cells);
    pk_buf_fini(&canvas->texts);
    memset(canvas, 0, sizeof *canvas);
}

/* A terminal may say that it has no size, as some do before they are drawn: then it has one
 * cell. */
void pk_canvas_resize(struct pk_canvas *canvas, unsigned columns, unsigned rows)
{
    pk_canvas_fini(canvas);
    canvas->columns = columns ? columns : 1;
    canvas->rows = rows ? rows : 1;
    canvas->cells = pk_calloc((size_t)canvas->columns * canvas->rows, sizeof *canvas->cells);
    canvas->shown = pk_calloc(canvas->rows, sizeof *canvas->shown);
}

/* What was shown stays, to be compared with. */
void pk_canvas_clear(struct pk_canvas *canvas)
{
    memset(canvas->cells, 0, (size_t)canvas->columns * canvas->rows * sizeof *canvas->cells);
    pk_buf_reset(&canvas->texts);
}

/* Some other program may have written over it. */
void pk_canvas_forget(struct pk_canvas *canvas)
{
    for (unsigned row = 0; row < canvas->rows; row++)
        pk_buf_fini(&canvas->shown[row]);
}

/* Row by row, as it is painted. */
static struct pk_canvas_cell *cell_at(const struct pk_canvas *canvas, unsigned row, unsigned column)
{
    return &canvas->cells[(size_t)row * canvas->columns + column];
}

/* Half of a wide character that is overwritten must not stay. */
static void free_cell(struct pk_canvas *canvas, unsigned row, unsigned column)
{
    struct pk_canvas_cell *cell = cell_at(canvas, row, column);

    if (cell->is_second)
        cell_at(canvas, row, column - 1)->size = 0;
    if (column + 1 < canvas->columns && cell_at(canvas, row, column + 1)->is_second)
        cell_at(canvas, row, column + 1)->is_second = false;
    cell->is_second = false;
}

/* The text belongs to the first cell; the second one of a wide character is only taken. */
static void set_cell(struct pk_canvas *canvas, unsigned row, unsigned column, struct pk_str text,
                     unsigned width, struct pk_look look)
{
    uint32_t at = (uint32_t)canvas->texts.size;

    pk_buf_add(&canvas->texts, text.data, text.size);
    for (unsigned i = 0; i < width; i++) {
        free_cell(canvas, row, column + i);
        *cell_at(canvas, row, column + i) =
            (struct pk_canvas_cell){.at = at,
                                    .size = i ? 0 : (uint16_t)text.size,
                                    .ink = (uint8_t)look.ink,
                                    .fill = (uint8_t)look.fill};
    }
    if (width == 2)
        cell_at(canvas, row, column + 1)->is_second = true;
}

/* The bytes of what is seen as the first character; more marks than anybody needs are left out. */
static size_t first_character(struct pk_str text, unsigned *width)
{
    size_t size = pk_utf8_prefix(text, 1);

    *width = 1;
    if (size == 0) {
        size = pk_utf8_prefix(text, 2);
        *width = 2;
    }
    if (size == 0) { /* of more parts than cells: part by part */
        size = 1;
        while (size < text.size && ((unsigned char)text.data[size] & 0xc0) == 0x80)
            size++;
        *width = (unsigned)pk_utf8_width(pk_str_slice(text, 0, size));
    }
    return size;
}

/* One character at most, so that what the prefix takes is not a whole line of marks. */
unsigned pk_canvas_put(struct pk_canvas *canvas, unsigned row, unsigned column, unsigned cells,
                       struct pk_str text, struct pk_look look)
{
    unsigned taken = 0;

    if (row >= canvas->rows || column >= canvas->columns)
        return 0;
    if (cells > canvas->columns - column)
        cells = canvas->columns - column;
    while (text.size) {
        unsigned width;
        size_t size = first_character(text, &width);
        struct pk_str character = pk_str_slice(text, 0, size);

        if (width > 2 || taken + width > cells)
            break;
        if (width > 0 && pk_utf8_width(character) == 0) /* marks without a letter */
            width = 0;
        if (size > LONGEST)
            character = PK_STR("?");
        if (width > pk_utf8_width(character))
            width = (unsigned)pk_utf8_width(character);
        if (width > 0)
            set_cell(canvas, row, column + taken, character, width, look);
        taken += width;
        text = pk_str_slice(text, size, text.size);
    }
    return taken;
}

void pk_canvas_fill(struct pk_canvas *canvas, unsigned row, unsigned column, unsigned cells,
                    const char *sign, struct pk_look look)
{
    if (row >= canvas->rows)
        return;
    for (unsigned i = 0; i < cells && column + i < canvas->columns; i++)
        set_cell(canvas, row, column + i, pk_str_of(sign), 1, look);
}

/* Append the text of one cell. */
static void add_cell(struct pk_buf *out, const struct pk_canvas *canvas,
                     const struct pk_canvas_cell *cell)
{
    if (cell->size)
        pk_buf_add(out, canvas->texts.data + cell->at, cell->size);
    else if (!cell->is_second)
        pk_buf_char(out, ' ');
}

/* For tests and for those who read along: without colours and without the blanks at the ends. */
void pk_canvas_text(const struct pk_canvas *canvas, struct pk_buf *out)
{
    for (unsigned row = 0; row < canvas->rows; row++) {
        size_t begin = out->size;

        for (unsigned column = 0; column < canvas->columns; column++)
            add_cell(out, canvas, cell_at(canvas, row, column));
        while (out->size > begin && out->data[out->size - 1] == ' ')
            out->size--;
        pk_buf_char(out, '\n');
    }
}

/* --- painting --- */

/* With 24 bits the colours of the pictures, else those of the terminal, turned round for a
 * ground. */
static void add_fill(struct pk_buf *out, unsigned fill, bool is_ground,
                     enum pk_canvas_colors colors)
{
    struct pk_color c = pk_theme_shades(fill).light, ink = pk_theme_surface(PK_SURFACE_LABEL).light;

    if (colors == PK_CANVAS_PLAIN)
        pk_buf_text(out, "\x1b[0m");
    else if (colors == PK_CANVAS_16)
        pk_buf_printf(out, "\x1b[0;%s%um", is_ground ? "7;" : "", pk_theme_ansi(fill));
    else if (is_ground)
        pk_buf_printf(out, "\x1b[0;48;2;%u;%u;%u;38;2;%u;%u;%um", c.r, c.g, c.b, ink.r, ink.g,
                      ink.b);
    else
        pk_buf_printf(out, "\x1b[0;38;2;%u;%u;%um", c.r, c.g, c.b);
}

/* Each begins with a reset, so that it does not matter which one was before. */
static void add_look(struct pk_buf *out, const struct pk_canvas_cell *cell,
                     enum pk_canvas_colors colors)
{
    switch ((enum pk_ink)cell->ink) {
    case PK_INK_PLAIN:
        pk_buf_text(out, "\x1b[0m");
        break;
    case PK_INK_BOLD:
        pk_buf_text(out, "\x1b[0;1m");
        break;
    case PK_INK_DIM:
        pk_buf_text(out, "\x1b[0;2m");
        break;
    case PK_INK_CHOSEN:
        pk_buf_text(out, colors == PK_CANVAS_TRUE ? "\x1b[0;1;7m" : "\x1b[0;7m");
        break;
    case PK_INK_HIT:
        pk_buf_text(out, "\x1b[0;1;4m");
        break;
    case PK_INK_BOX:
        add_fill(out, cell->fill, true, colors);
        break;
    case PK_INK_EDGE:
        add_fill(out, cell->fill, false, colors);
        break;
    case PK_INK_BOX_HIT:
        add_fill(out, cell->fill, true, colors);
        pk_buf_text(out, "\x1b[1;4m");
        break;
    }
}

/* A look is written where it changes, which is once for most boxes. */
static void paint_row(const struct pk_canvas *canvas, unsigned row, enum pk_canvas_colors colors,
                      struct pk_buf *line)
{
    const struct pk_canvas_cell *before = NULL;

    pk_buf_printf(line, "\x1b[%u;1H", row + 1);
    for (unsigned column = 0; column < canvas->columns; column++) {
        const struct pk_canvas_cell *cell = cell_at(canvas, row, column);

        if (!before || before->ink != cell->ink || before->fill != cell->fill)
            add_look(line, cell, colors);
        add_cell(line, canvas, cell);
        before = cell;
    }
    pk_buf_text(line, "\x1b[0m");
}

/* What a line looked like is kept as the bytes that were written: equal bytes look the same. */
void pk_canvas_paint(struct pk_canvas *canvas, enum pk_canvas_colors colors, struct pk_buf *out)
{
    struct pk_buf line = {0};

    for (unsigned row = 0; row < canvas->rows; row++) {
        pk_buf_reset(&line);
        paint_row(canvas, row, colors, &line);
        if (canvas->shown[row].size &&
            pk_str_equal(pk_buf_view(&line), pk_buf_view(&canvas->shown[row])))
            continue;
        pk_buf_reset(&canvas->shown[row]);
        pk_buf_str(&canvas->shown[row], pk_buf_view(&line));
        pk_buf_str(out, pk_buf_view(&line));
    }
    pk_buf_fini(&line);
}
