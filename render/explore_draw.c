/*
 * What stands around a view: the line above with the file and the views, the lines below with what
 * is selected, and what is shown over it. On a small screen they give way to the view: the line
 * above first, then one of those below; a single line is that of the selected function.
 */
#include <stdint.h>
#include <string.h>

#include "base/escape.h"
#include "base/utf8.h"
#include "render/explore_private.h"
#include "render/label.h"

#define ROWS_FOR_HEAD 6
#define ROWS_FOR_FACTS 8
#define LEAST_NAME 8

static const char *const help[] = {
    "1 2 3, Tab    icicle, sandwich, table",
    "arrows        parent, child, siblings; rows of a list",
    "Enter, +      zoom into the box; put the function in the middle",
    "-             zoom out by one level",
    "0, Esc        all of it again; Esc ends a search first",
    "Backspace     take the last step back",
    "/             search names (regular expression); n, p: next, previous",
    "o, O          table: by self, total, calls, name; turned round",
    "y             copy the name of the function, and show all of it",
    "Ctrl+L        draw again",
    "q             end",
};

static const char *const views[] = {"1 icicle", "2 sandwich", "3 table"};

#define VIEWS (sizeof views / sizeof *views)
#define HELP_KEY "  ? help"
#define HELP_LINES (sizeof help / sizeof *help)

static const struct pk_look plain = {PK_INK_PLAIN, 0}, bold = {PK_INK_BOLD, 0},
                            dim = {PK_INK_DIM, 0}, chosen = {PK_INK_CHOSEN, 0};

/* --- facts --- */

/* That of the tables, which all numbers of functions are of. */
static const struct pk_metric *metric_of(const struct pk_explore *x)
{
    return pk_profile_metric(x->setup.stacks.profile, x->setup.stacks.profile_metric);
}

/* "self ≈1.2 s (0.9 to 1.4 s)": bounds where they are not one value. */
static void add_value(const struct pk_explore *x, struct pk_buf *out, const char *what,
                      int64_t value, const struct pk_range *range)
{
    const struct pk_metric *metric = metric_of(x);

    if (value == PK_MISSING)
        return;
    pk_buf_text(out, out->size ? x->setup.is_ascii ? " - " : " · " : "");
    pk_buf_text(out, what);
    if (range && pk_attribute_is_uncertain(value, *range)) {
        pk_buf_text(out, x->setup.is_ascii ? "~" : "≈");
        pk_units_value(out, metric->unit, metric->scale, value);
        pk_buf_text(out, " (");
        pk_view_paths_range(out, metric, *range);
        pk_buf_char(out, ')');
        return;
    }
    pk_units_value(out, metric->unit, metric->scale, value);
}

/* Of the stack: its own value, and that of all above it. */
static void add_node(const struct pk_explore *x, struct pk_buf *out)
{
    const struct pk_tree *tree = x->setup.stacks.tree;
    uint32_t m = x->setup.stacks.metric;
    pk_node_id node = x->at.chosen;

    if (node == PK_NONE) {
        add_value(x, out, "total ", x->setup.stacks.total, NULL);
        return;
    }
    add_value(x, out, "self ", tree->self[m][node],
              tree->self_range ? &tree->self_range[node] : NULL);
    add_value(x, out, "total ", tree->incl[m][node],
              tree->incl_range ? &tree->incl_range[node] : NULL);
    pk_buf_text(out, x->setup.is_ascii ? " - " : " · ");
    pk_units_percent(out, tree->incl[m][node], x->setup.stacks.total);
    pk_buf_text(out, " %");
}

/* Of the function wherever it stands. */
static void add_function(const struct pk_explore *x, struct pk_buf *out, const char *lead)
{
    const struct pk_flat *flat = pk_profile_flat(x->setup.stacks.profile);
    uint32_t m = x->setup.stacks.profile_metric;
    pk_frame_id f = x->at.function;
    const char *gap = x->setup.is_ascii ? " - " : " · ";
    int64_t total;

    if (f >= pk_profile_frames(x->setup.stacks.profile))
        return;
    total = flat->incl[m] ? flat->incl[m][f] : PK_MISSING;
    if (*lead)
        add_value(x, out, lead, total, NULL);
    else {
        add_value(x, out, "self ", flat->self[m] ? flat->self[m][f] : PK_MISSING, NULL);
        add_value(x, out, "total ", total, NULL);
    }
    if (flat->incl_high[m] && flat->incl_high[m][f] != PK_MISSING)
        pk_buf_text(out, " at least");
    if (total != PK_MISSING) {
        pk_buf_text(out, gap);
        pk_units_percent(out, total, pk_profile_total(x->setup.stacks.profile, m));
        pk_buf_text(out, " %");
    }
    if (flat->calls && flat->calls[f] != PK_MISSING) {
        pk_buf_text(out, gap);
        pk_units_count(out, flat->calls[f]);
        pk_buf_text(out, flat->calls[f] == 1 ? " call" : " calls");
    }
}

/* A box of an icicle is one stack: what its function has elsewhere is told behind it, since the two
 * are easily taken for one another. */
void pk_explore_facts(const struct pk_explore *x, struct pk_buf *out)
{
    if (x->at.view != PK_EXPLORE_ICICLE) {
        add_function(x, out, "");
        return;
    }
    add_node(x, out);
    if (x->at.chosen != PK_NONE)
        add_function(x, out, "everywhere ");
}

/* --- lines --- */

/* From the first cell on; what does not fit is cut at its end, and that is seen. */
static void put_cut(const struct pk_explore *x, struct pk_canvas *canvas, unsigned row,
                    unsigned cells, struct pk_str line, struct pk_look look)
{
    size_t size = pk_utf8_prefix(line, cells);
    bool is_cut = size < line.size && cells > 1;

    pk_canvas_fill(canvas, row, 0, cells, " ", look);
    if (is_cut)
        size = pk_utf8_prefix(line, cells - 1);
    pk_canvas_put(canvas, row, 0, cells, pk_str_slice(line, 0, size), look);
    if (is_cut)
        pk_canvas_put(canvas, row, cells - 1, 1, x->setup.is_ascii ? PK_STR(">") : PK_STR("…"),
                      look);
}

/* Over the whole width, so that nothing of an older line stays beside it. */
void pk_explore_line(const struct pk_explore *x, struct pk_canvas *canvas, unsigned row,
                     const struct pk_buf *text, struct pk_look look)
{
    put_cut(x, canvas, row, canvas->columns, pk_buf_view(text), look);
}

/* What the views take at the right of the line above, with a gap before each. */
static unsigned width_of_views(const struct pk_explore *x)
{
    unsigned width = (unsigned)sizeof HELP_KEY - 1;

    for (unsigned i = 0; i < VIEWS; i++)
        if (pk_explore_has(x, (enum pk_explore_view)i))
            width += (unsigned)pk_str_of(views[i]).size + 2;
    return width;
}

/* "out.prof  time 12.5 s  ≈ estimated, 97.9 % proven   1 icicle  2 sandwich  3 table  ?" */
static void draw_head(const struct pk_explore *x, struct pk_canvas *canvas)
{
    const struct pk_metric *metric = metric_of(x);
    struct pk_str name = x->setup.name;
    const char *slash = memrchr(name.data, '/', name.size);
    struct pk_buf text = {0};
    unsigned column = width_of_views(x);

    if (slash)
        name = pk_str_slice(name, (size_t)(slash - name.data) + 1, name.size);
    pk_escape_terminal(&text, name);
    pk_buf_text(&text, text.size ? "  " : "");
    pk_escape_terminal(&text, metric->name);
    pk_buf_char(&text, ' ');
    pk_units_value(&text, metric->unit, metric->scale, x->setup.stacks.total);
    if (x->setup.attributed) {
        pk_buf_text(&text, x->setup.is_ascii ? "  ~ estimated, " : "  ≈ estimated, ");
        pk_units_percent(&text, x->setup.attributed->proven, x->setup.attributed->total);
        pk_buf_text(&text, " % proven");
    }
    column = canvas->columns > column ? canvas->columns - column : 0;
    put_cut(x, canvas, 0, column, pk_buf_view(&text), dim);
    pk_buf_fini(&text);
    for (unsigned i = 0; i < VIEWS; i++) {
        struct pk_str view = pk_str_of(views[i]);

        if (!pk_explore_has(x, (enum pk_explore_view)i))
            continue;
        pk_canvas_fill(canvas, 0, column, (unsigned)view.size + 2, " ", plain);
        pk_canvas_put(canvas, 0, column + 2, (unsigned)view.size, view,
                      i == x->at.view ? chosen : plain);
        column += (unsigned)view.size + 2;
    }
    pk_canvas_put(canvas, 0, column, canvas->columns, pk_str_of(HELP_KEY), plain);
}

/* The name, cut in front, then its place. */
static void draw_name(const struct pk_explore *x, struct pk_canvas *canvas, unsigned row,
                      const struct pk_buf *facts)
{
    struct pk_buf name = {0}, place = {0}, raw = {0};
    unsigned used = facts ? (unsigned)pk_utf8_width(pk_buf_view(facts)) + 2 : 0;
    unsigned cells = canvas->columns > used + LEAST_NAME ? canvas->columns - used : canvas->columns;
    size_t skip;

    if (cells == canvas->columns)
        facts = NULL;
    pk_explore_name(&name, x, x->at.function);
    skip = pk_utf8_suffix(pk_buf_view(&name), cells);
    pk_canvas_fill(canvas, row, 0, canvas->columns, " ", bold);
    used = pk_canvas_put(canvas, row, 0, cells, pk_str_slice(pk_buf_view(&name), skip, name.size),
                         bold);
    if (x->at.function != PK_NONE) {
        pk_label_place(&raw, pk_profile_frame(x->setup.stacks.profile, x->at.function));
        pk_escape_terminal(&place, pk_buf_view(&raw));
    }
    if (facts)
        pk_canvas_put(canvas, row, cells + 2, canvas->columns, pk_buf_view(facts), plain);
    else if (used + 2 + pk_utf8_width(pk_buf_view(&place)) <= cells)
        pk_canvas_put(canvas, row, used + 2, cells, pk_buf_view(&place), dim);
    pk_buf_fini(&name);
    pk_buf_fini(&place);
    pk_buf_fini(&raw);
}

/* "/pattern  12 functions, 34.5 %" */
static void draw_search(const struct pk_explore *x, struct pk_canvas *canvas, unsigned row)
{
    struct pk_buf text = {0};

    pk_buf_char(&text, '/');
    pk_escape_terminal(&text, pk_buf_view(&x->search.pattern));
    pk_buf_text(&text, x->search.is_typing ? "_  " : "  ");
    if (x->search.pattern.size) {
        pk_units_count(&text, x->search.n);
        pk_buf_text(&text, x->search.n == 1 ? " function" : " functions");
        if (x->search.held != PK_MISSING && x->search.n) {
            pk_buf_text(&text, " on stacks with ");
            pk_units_percent(&text, x->search.held, x->setup.stacks.total);
            pk_buf_text(&text, " %");
        }
    }
    if (x->search.trouble.size) {
        pk_buf_text(&text, "; ");
        pk_buf_str(&text, pk_buf_view(&x->search.trouble));
    }
    pk_explore_line(x, canvas, row, &text, x->search.is_typing ? bold : dim);
    pk_buf_fini(&text);
}

/* --- overlays --- */

/* All of the name, on as many lines as it takes: elsewhere it may be cut. */
static void draw_name_overlay(const struct pk_explore *x, struct pk_canvas *canvas,
                              struct pk_explore_area area)
{
    struct pk_buf text = {0}, raw = {0};
    struct pk_str rest;

    pk_explore_name(&text, x, x->at.function);
    pk_label_place(&raw, pk_profile_frame(x->setup.stacks.profile, x->at.function));
    if (raw.size) {
        pk_buf_text(&text, "  ");
        pk_escape_terminal(&text, pk_buf_view(&raw));
    }
    rest = pk_buf_view(&text);
    for (unsigned i = 0; i < area.rows && rest.size; i++) {
        size_t size = pk_utf8_prefix(rest, canvas->columns);

        pk_canvas_fill(canvas, area.from + i, 0, canvas->columns, " ", chosen);
        pk_canvas_put(canvas, area.from + i, 0, canvas->columns, pk_str_slice(rest, 0, size),
                      chosen);
        rest = pk_str_slice(rest, size ? size : rest.size, rest.size);
    }
    pk_buf_fini(&text);
    pk_buf_fini(&raw);
}

/* Over the view and not over the lines around it, which keep saying where one is. */
void pk_explore_draw_overlay(const struct pk_explore *x, struct pk_canvas *canvas,
                             struct pk_explore_area area)
{
    struct pk_buf line = {0};

    if (x->overlay == PK_EXPLORE_NAME)
        draw_name_overlay(x, canvas, area);
    for (unsigned i = 0; x->overlay == PK_EXPLORE_HELP && i < area.rows; i++) {
        pk_buf_reset(&line);
        if (i < HELP_LINES)
            pk_buf_text(&line, help[i]);
        pk_explore_line(x, canvas, area.from + i, &line, plain);
    }
    pk_buf_fini(&line);
}

/* --- all of it --- */

/* The line of the selected function is the last that goes. */
static void draw_foot(const struct pk_explore *x, struct pk_canvas *canvas, unsigned rows)
{
    struct pk_buf facts = {0};
    unsigned last = canvas->rows - 1;

    pk_explore_facts(x, &facts);
    if (x->search.is_typing || (x->search.pattern.size && !x->message.size && rows > 1))
        draw_search(x, canvas, last);
    else if (x->message.size)
        pk_explore_line(x, canvas, last, &x->message, bold);
    else if (rows > 1)
        pk_explore_line(x, canvas, last, &facts, plain);
    else
        draw_name(x, canvas, last, &facts);
    if (rows > 1)
        draw_name(x, canvas, last - 1,
                  x->search.is_typing || x->search.pattern.size || x->message.size ? &facts : NULL);
    pk_buf_fini(&facts);
}

/* The sizes are kept for the keys: a page is what is seen of a view, and a box that is drawn has at
 * least a cell of these columns. */
void pk_explore_draw(struct pk_explore *explore, struct pk_canvas *canvas)
{
    static void (*const draw[])(struct pk_explore *, struct pk_canvas *, struct pk_explore_area) = {
        [PK_EXPLORE_ICICLE] = pk_explore_icicle_draw,
        [PK_EXPLORE_SANDWICH] = pk_explore_sandwich_draw,
        [PK_EXPLORE_TABLE] = pk_explore_table_draw,
    };
    struct pk_explore_area area = {.rows = canvas->rows};
    unsigned foot = canvas->rows >= ROWS_FOR_FACTS ? 2 : 1;

    pk_canvas_clear(canvas);
    if (canvas->rows >= ROWS_FOR_HEAD) {
        draw_head(explore, canvas);
        area = (struct pk_explore_area){1, canvas->rows - 1};
    }
    area.rows -= foot;
    explore->page = area.rows > 1 ? area.rows - 1 : 1;
    explore->columns = canvas->columns;
    if (area.rows) {
        draw[explore->at.view](explore, canvas, area);
        pk_explore_draw_overlay(explore, canvas, area);
    }
    draw_foot(explore, canvas, foot);
}
