/*
 * Rows of numbers and functions on a screen, for the two views that are lists. Only what is on the
 * screen becomes text, so a list of a million rows costs no more than a short one.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/escape.h"
#include "base/utf8.h"
#include "render/explore_private.h"
#include "render/label.h"
#include "render/table.h"

#define GAP 2
#define LEAST_NAME 16 /* cells of a function before a column goes */
#define COLUMNS 5

struct columns { /* texts of one row; widths of all of them */
    struct pk_buf text[COLUMNS];
    unsigned width[COLUMNS];
    bool is_shown[COLUMNS];
    struct pk_units_format self, total;
};

enum { SELF, SELF_SHARE, TOTAL, TOTAL_SHARE, CALLS };

static const char *const titles[COLUMNS] = {"SELF", "%", "TOTAL", "%", "CALLS"};
static const unsigned drops[COLUMNS] = {CALLS, SELF_SHARE, TOTAL_SHARE, TOTAL, SELF};

/* That of the tables, whose rows these are. */
static const struct pk_metric *metric_of(const struct pk_explore *x)
{
    return pk_profile_metric(x->setup.stacks.profile, x->setup.stacks.profile_metric);
}

/* By the rule of all tables: no share leaves 0 to 100 %. */
static void set_share(const struct pk_explore *x, struct pk_buf *out, int64_t value, int64_t whole)
{
    struct pk_cell cell = pk_table_share(metric_of(x), value, whole);

    pk_buf_reset(out);
    if (cell.value == PK_MISSING)
        pk_buf_char(out, '-');
    else
        pk_units_percent(out, cell.value, cell.whole);
}

/* What is missing is a dash. */
static void set_row(const struct pk_explore *x, struct columns *c, const struct pk_explore_row *row)
{
    int8_t scale = metric_of(x)->scale;

    for (unsigned i = 0; i < COLUMNS; i++)
        pk_buf_reset(&c->text[i]);
    pk_units_print(&c->text[SELF], &c->self, row->self, scale);
    set_share(x, &c->text[SELF_SHARE], row->self, row->whole);
    if (row->high != PK_MISSING)
        pk_buf_text(&c->text[TOTAL], x->setup.is_ascii ? ">=" : "≥");
    pk_units_print(&c->text[TOTAL], &c->total, row->total, scale);
    set_share(x, &c->text[TOTAL_SHARE], row->total, row->whole);
    if (row->calls == PK_MISSING)
        pk_buf_char(&c->text[CALLS], '-');
    else
        pk_units_count(&c->text[CALLS], row->calls);
}

/* Of the rows on the screen alone, so that columns do not jump while one goes down by one. */
static void widen(struct columns *c)
{
    for (unsigned i = 0; i < COLUMNS; i++) {
        unsigned width = (unsigned)pk_utf8_width(pk_buf_view(&c->text[i]));

        if (width > c->width[i])
            c->width[i] = width;
    }
}

/* With the gap behind each, up to where the function begins. */
static unsigned width_of(const struct columns *c)
{
    unsigned width = 0;

    for (unsigned i = 0; i < COLUMNS; i++)
        width += c->is_shown[i] ? c->width[i] + GAP : 0;
    return width;
}

/* The least useful first. */
static void drop_columns(struct columns *c, unsigned cells)
{
    for (unsigned i = 0; i < COLUMNS && width_of(c) + LEAST_NAME > cells; i++)
        c->is_shown[drops[i]] = false;
}

/* What is missing is no number. */
static void raise_to(int64_t *largest, int64_t value)
{
    if (value != PK_MISSING && value > *largest)
        *largest = value;
}

/* One unit a column, by the largest that is seen; then how wide each is. */
static void begin_columns(const struct pk_explore *x, struct columns *c,
                          const struct pk_explore_list *list, uint32_t first, unsigned rows)
{
    const struct pk_metric *metric = metric_of(x);
    int64_t self = 0, total = 0;

    *c = (struct columns){0};
    for (unsigned i = 0; i < rows; i++) {
        struct pk_explore_row row = list->row(x, first + i);

        raise_to(&self, row.self);
        raise_to(&total, row.total);
    }
    c->self = pk_units_choose(metric->unit, metric->scale, self);
    c->total = pk_units_choose(metric->unit, metric->scale, total);
    for (unsigned i = 0; i < COLUMNS; i++) {
        c->width[i] = (unsigned)pk_utf8_width(pk_str_of(titles[i]));
        c->is_shown[i] = i == CALLS                     ? list->has_calls
                         : i == SELF || i == SELF_SHARE ? list->has_self
                                                        : true;
    }
    for (unsigned i = 0; i < rows; i++) {
        struct pk_explore_row row = list->row(x, first + i);

        set_row(x, c, &row);
        widen(c);
    }
}

/* The texts of the last row. */
static void end_columns(struct columns *c)
{
    for (unsigned i = 0; i < COLUMNS; i++)
        pk_buf_fini(&c->text[i]);
}

/* Numbers end at the same cell; returns where the name begins. */
static unsigned put_numbers(const struct columns *c, struct pk_canvas *canvas, unsigned row,
                            bool is_title, struct pk_look look)
{
    unsigned column = 0;

    for (unsigned i = 0; i < COLUMNS; i++) {
        struct pk_str text = is_title ? pk_str_of(titles[i]) : pk_buf_view(&c->text[i]);
        unsigned width = (unsigned)pk_utf8_width(text);

        if (!c->is_shown[i])
            continue;
        if (width < c->width[i])
            pk_canvas_put(canvas, row, column + c->width[i] - width, width, text, look);
        else
            pk_canvas_put(canvas, row, column, c->width[i], text, look);
        column += c->width[i] + GAP;
    }
    return column;
}

/* "◂ name  place": the end of a name is the useful one. */
static void put_function(const struct pk_explore *x, struct pk_canvas *canvas, unsigned row,
                         unsigned column, const char *mark, pk_frame_id frame, struct pk_look look)
{
    const struct pk_frame *f = pk_profile_frame(x->setup.stacks.profile, frame);
    struct pk_buf name = {0}, place = {0}, text = {0};
    unsigned cells = canvas->columns > column ? canvas->columns - column : 0, used;

    pk_explore_name(&name, x, frame);
    pk_label_place(&text, f);
    pk_escape_terminal(&place, pk_buf_view(&text));
    column += pk_canvas_put(canvas, row, column, cells, pk_str_of(mark), look);
    cells = canvas->columns > column ? canvas->columns - column : 0;
    used = (unsigned)pk_utf8_width(pk_buf_view(&name));
    if (used > cells) {
        size_t skip = cells ? pk_utf8_suffix(pk_buf_view(&name), cells - 1) : name.size;

        pk_canvas_put(canvas, row, column, 1, x->setup.is_ascii ? PK_STR("<") : PK_STR("…"), look);
        pk_canvas_put(canvas, row, column + 1, cells,
                      pk_str_slice(pk_buf_view(&name), skip, name.size), look);
    } else {
        pk_canvas_put(canvas, row, column, cells, pk_buf_view(&name), look);
        if (used + GAP < cells)
            pk_canvas_put(canvas, row, column + used + GAP, cells - used - GAP, pk_buf_view(&place),
                          look.ink == PK_INK_PLAIN ? (struct pk_look){PK_INK_DIM, 0} : look);
    }
    pk_buf_fini(&name);
    pk_buf_fini(&place);
    pk_buf_fini(&text);
}

/* The cursor wins over a hit, which is marked again once the cursor went on. */
static struct pk_look look_of(const struct pk_explore *x, pk_frame_id frame, bool is_chosen)
{
    if (is_chosen)
        return (struct pk_look){PK_INK_CHOSEN, 0};
    return (struct pk_look){pk_explore_is_hit(x, frame) ? PK_INK_HIT : PK_INK_PLAIN, 0};
}

/* The rows that fit below a title, with the cursor among them. */
static struct pk_explore_area scroll(struct pk_explore_area area, uint32_t n, uint32_t row,
                                     uint32_t *first)
{
    if (area.rows > 1) {
        area.from++;
        area.rows--;
    }
    if (area.rows && (row + area.rows < *first || row >= *first + 2 * area.rows)) /* a leap */
        *first = row > area.rows / 2 ? row - area.rows / 2 : 0;
    if (row < *first)
        *first = row;
    if (area.rows && row - *first >= area.rows)
        *first = row - area.rows + 1;
    if (n < area.rows || *first > n - area.rows) /* no empty rows below the last */
        *first = n > area.rows ? n - area.rows : 0;
    if (area.rows > n - *first)
        area.rows = n - *first;
    return area;
}

/* The row of the cursor is filled up to the edge, so that it is seen where columns are far
 * apart. */
static void put_row(const struct pk_explore *x, struct pk_canvas *canvas, unsigned at,
                    struct columns *c, const struct pk_explore_row *row, bool is_chosen)
{
    struct pk_look look = look_of(x, row->frame, is_chosen);

    set_row(x, c, row);
    if (is_chosen)
        pk_canvas_fill(canvas, at, 0, canvas->columns, " ", look);
    put_function(x, canvas, at, put_numbers(c, canvas, at, false, look), row->mark, row->frame,
                 look);
}

/* Two passes over the rows on the screen: units and widths first, then the texts. */
void pk_explore_list_draw(const struct pk_explore *x, struct pk_canvas *canvas,
                          struct pk_explore_area area, const struct pk_explore_list *list)
{
    const struct pk_look bold = {PK_INK_BOLD, 0};
    struct pk_explore_area rows = scroll(area, list->n, list->cursor, list->first);
    struct columns c;

    begin_columns(x, &c, list, *list->first, rows.rows);
    drop_columns(&c, canvas->columns);
    if (area.rows > 1)
        pk_canvas_put(canvas, area.from, put_numbers(&c, canvas, area.from, true, bold),
                      canvas->columns, pk_str_of(list->title), bold);
    for (unsigned i = 0; i < rows.rows; i++) {
        struct pk_explore_row row = list->row(x, *list->first + i);

        put_row(x, canvas, rows.from + i, &c, &row, *list->first + i == list->cursor);
    }
    end_columns(&c);
}
