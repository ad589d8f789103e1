/*
 * The two views that are lists: the table of all functions, and the sandwich of one, with its
 * callers above and its callees below. Both have exact numbers, also of files whose stacks are
 * estimated, since they need none. Rows are made when a view is looked at, not before: a table of a
 * million functions is sorted once.
 */
#include <stdint.h>

#include "base/keys.h"
#include "render/explore_private.h"

/* At an end the cursor stays: going round would make a list look endless. */
bool pk_explore_move(int32_t key, uint32_t n, unsigned page, uint32_t *row)
{
    uint32_t step = page ? page : 1;

    switch (key) {
    case PK_KEY_UP:
        *row -= *row > 0;
        return true;
    case PK_KEY_DOWN:
        *row += *row + 1 < n;
        return true;
    case PK_KEY_PAGE_UP:
        *row = *row > step ? *row - step : 0;
        return true;
    case PK_KEY_PAGE_DOWN:
        *row = n - *row > step ? *row + step : n - 1;
        return true;
    case PK_KEY_HOME:
        *row = 0;
        return true;
    case PK_KEY_END:
        *row = n - 1;
        return true;
    default:
        return false;
    }
}

/* --- table --- */

static int64_t at(const int64_t *column, uint32_t i)
{
    return column ? column[i] : PK_MISSING;
}

/* Also after the order was changed: the cursor stays on its function. */
static void find_row(struct pk_explore *x)
{
    for (uint32_t i = 0; i < x->rows.n; i++)
        if (x->rows.frame[i] == x->at.function)
            x->row = i;
}

static void sort_rows(struct pk_explore *x)
{
    struct pk_order order = {x->key, x->is_reversed};

    pk_hotspots_sort(&x->rows, x->setup.stacks.profile, x->setup.stacks.profile_metric, &order, 1);
}

/* The list is made when it is first looked at. The cursor goes to what is selected; where nothing
 * is, what stands at the cursor becomes it. */
void pk_explore_table_enter(struct pk_explore *x)
{
    if (!x->has_rows) {
        x->rows = pk_hotspots_find(x->setup.stacks.profile, x->setup.stacks.profile_metric,
                                   PK_HOTSPOTS_SELF, &x->table);
        x->has_rows = true;
    }
    find_row(x);
    if (x->rows.n && x->at.function == PK_NONE)
        pk_explore_choose(x, x->rows.frame[x->row]);
}

/* Self, total, calls, name, and round again; calls only where there are some. */
static void next_order(struct pk_explore *x)
{
    x->is_reversed = false;
    do
        x->key = x->key == PK_HOTSPOTS_NAME ? PK_HOTSPOTS_SELF : x->key + 1;
    while (x->key == PK_HOTSPOTS_PER_CALL ||
           (x->key == PK_HOTSPOTS_CALLS && !pk_profile_flat(x->setup.stacks.profile)->calls));
}

/* Sorting by another key begins with the largest, or with A; turning it round is a key of its
 * own. */
bool pk_explore_table_key(struct pk_explore *x, int32_t key)
{
    if (x->rows.n == 0)
        return false;
    if (key == PK_KEY_ENTER && pk_explore_has(x, PK_EXPLORE_SANDWICH)) {
        pk_explore_keep(x);
        x->at.view = PK_EXPLORE_SANDWICH;
        pk_explore_sandwich_enter(x);
        return true;
    }
    if (key == 'o' || key == 'O') {
        if (key == 'o')
            next_order(x);
        else
            x->is_reversed = !x->is_reversed;
        sort_rows(x);
        find_row(x);
        return true;
    }
    if (!pk_explore_move(key, x->rows.n, x->page, &x->row))
        return false;
    pk_explore_choose(x, x->rows.frame[x->row]);
    return true;
}

/* Round from the last to the first, as in the icicle. */
bool pk_explore_table_hit(struct pk_explore *x, int step)
{
    uint32_t n = x->rows.n, row = x->row;

    for (uint32_t i = 0; i < n; i++) {
        row = step > 0 ? (row + 1 == n ? 0 : row + 1) : (row == 0 ? n - 1 : row - 1);
        if (pk_explore_is_hit(x, x->rows.frame[row])) {
            x->row = row;
            pk_explore_choose(x, x->rows.frame[row]);
            return true;
        }
    }
    return false;
}

/* Exact: a recorded total, or a lower bound with what it may be at most. */
static struct pk_explore_row function_row(const struct pk_explore *x, pk_frame_id frame)
{
    const struct pk_flat *flat = pk_profile_flat(x->setup.stacks.profile);
    uint32_t m = x->setup.stacks.profile_metric;

    return (struct pk_explore_row){.frame = frame,
                                   .mark = "",
                                   .self = at(flat->self[m], frame),
                                   .total = at(flat->incl[m], frame),
                                   .high = at(flat->incl_high[m], frame),
                                   .calls = at(flat->calls, frame),
                                   .whole = pk_profile_total(x->setup.stacks.profile, m)};
}

/* The order is that of the sorted list. */
static struct pk_explore_row table_row(const struct pk_explore *x, uint32_t i)
{
    return function_row(x, x->rows.frame[i]);
}

/* The title says the order and where one is, since a screen shows a part only. */
void pk_explore_table_draw(struct pk_explore *x, struct pk_canvas *canvas,
                           struct pk_explore_area area)
{
    static const char *const orders[] = {[PK_HOTSPOTS_SELF] = "self",
                                         [PK_HOTSPOTS_TOTAL] = "total",
                                         [PK_HOTSPOTS_CALLS] = "calls",
                                         [PK_HOTSPOTS_NAME] = "name"};
    struct pk_buf title = {0};

    pk_buf_printf(&title, "FUNCTION  by %s%s, ", orders[x->key], x->is_reversed ? " reversed" : "");
    pk_units_count(&title, x->rows.n ? x->row + 1 : 0);
    pk_buf_text(&title, " of ");
    pk_units_count(&title, x->rows.n);
    pk_explore_list_draw(
        x, canvas, area,
        &(struct pk_explore_list){.title = title.data,
                                  .n = x->rows.n,
                                  .cursor = x->row,
                                  .first = &x->first_row,
                                  .has_self = true,
                                  .has_calls = pk_profile_flat(x->setup.stacks.profile)->calls,
                                  .row = table_row});
    pk_buf_fini(&title);
}

/* --- sandwich --- */

/* Callers, the function itself, callees. */
static uint32_t lines_of(const struct pk_explore *x)
{
    return x->around.n_callers + 1 + x->around.n_callees;
}

/* The function of a line; `edge` gets its edge, PK_NONE for the function itself. */
static pk_frame_id line_of(const struct pk_explore *x, uint32_t line, pk_edge_id *edge)
{
    uint32_t n = x->around.n_callers;
    const struct pk_neighbour *neighbour;

    *edge = PK_NONE;
    if (line == n)
        return x->around_of;
    /* The heaviest caller stands next to the function. */
    neighbour = line < n ? &x->around.callers[n - 1 - line] : &x->around.callees[line - n - 1];
    *edge = neighbour->edge;
    return neighbour->frame;
}

/* Rows are kept as long as the same function is in the middle. */
void pk_explore_sandwich_enter(struct pk_explore *x)
{
    if (x->at.function == PK_NONE)
        pk_explore_table_enter(x); /* which selects its first */
    x->at.centre = x->at.function;
    if (x->at.centre >= pk_profile_frames(x->setup.stacks.profile)) /* none, or no function */
        x->around_of = PK_NONE;
    if (x->at.centre >= pk_profile_frames(x->setup.stacks.profile) || x->around_of == x->at.centre)
        return;
    pk_arena_reset(&x->sandwich);
    x->around_of = x->at.centre;
    x->around = pk_calls_find(x->setup.stacks.profile, x->setup.stacks.profile_metric, x->around_of,
                              &x->sandwich);
    x->line = x->around.n_callers;
    x->first_line = 0;
}

/* The selection follows the cursor; the middle does not, until Enter asks for it. */
static void choose_line(struct pk_explore *x)
{
    pk_edge_id edge;

    x->at.function = line_of(x, x->line, &edge);
}

/* Enter puts what is selected into the middle, which is a step that can be taken back. */
bool pk_explore_sandwich_key(struct pk_explore *x, int32_t key)
{
    if (x->around_of == PK_NONE)
        return false;
    if (key == PK_KEY_ENTER) {
        if (x->at.function != x->around_of) {
            struct pk_explore_place now = x->at;

            x->at.function = x->around_of; /* Backspace goes to what was in the middle */
            pk_explore_keep(x);
            x->at = now;
            pk_explore_choose(x, now.function);
            pk_explore_sandwich_enter(x);
        }
        return true;
    }
    if (!pk_explore_move(key, lines_of(x), x->page, &x->line))
        return false;
    choose_line(x);
    return true;
}

/* Among the lines of this function alone: hits elsewhere are for the other views. */
bool pk_explore_sandwich_hit(struct pk_explore *x, int step)
{
    uint32_t n = x->around_of == PK_NONE ? 0 : lines_of(x), line = x->line;
    pk_edge_id edge;

    for (uint32_t i = 0; i < n; i++) {
        line = step > 0 ? (line + 1 == n ? 0 : line + 1) : (line == 0 ? n - 1 : line - 1);
        if (pk_explore_is_hit(x, line_of(x, line, &edge))) {
            x->line = line;
            choose_line(x);
            return true;
        }
    }
    return false;
}

/* What an edge holds; shares are of the function in the middle, as in `calls`. */
static struct pk_explore_row sandwich_row(const struct pk_explore *x, uint32_t line)
{
    const struct pk_graph *graph = pk_profile_graph(x->setup.stacks.profile);
    uint32_t m = x->setup.stacks.profile_metric, n = x->around.n_callers;
    pk_edge_id edge;
    pk_frame_id frame = line_of(x, line, &edge);

    if (edge == PK_NONE)
        return function_row(x, frame);
    return (struct pk_explore_row){.frame = frame,
                                   .mark = line < n            ? x->setup.is_ascii ? "< " : "◂ "
                                           : x->setup.is_ascii ? "> "
                                                               : "▸ ",
                                   .self = PK_MISSING,
                                   .total = at(graph->incl[m], edge),
                                   .high = PK_MISSING,
                                   .calls = at(graph->calls, edge),
                                   .whole =
                                       pk_calls_whole(x->setup.stacks.profile, m, x->around_of)};
}

/* One list, so that the cursor goes from callers over the function to its callees. */
void pk_explore_sandwich_draw(struct pk_explore *x, struct pk_canvas *canvas,
                              struct pk_explore_area area)
{
    if (x->around_of == PK_NONE) {
        pk_canvas_put(canvas, area.from, 0, canvas->columns, PK_STR("no function is selected"),
                      (struct pk_look){PK_INK_DIM, 0});
        return;
    }
    pk_explore_list_draw(
        x, canvas, area,
        &(struct pk_explore_list){.title = x->around.itself == PK_NONE
                                               ? "CALLERS ABOVE, CALLEES BELOW"
                                               : "CALLERS ABOVE, CALLEES BELOW; IT CALLS ITSELF",
                                  .n = lines_of(x),
                                  .cursor = x->line,
                                  .first = &x->first_line,
                                  .has_calls = pk_profile_graph(x->setup.stacks.profile)->calls,
                                  .row = sandwich_row});
}
