/*
 * The icicle: root on top, a box for each stack, as wide as what it holds. Zooming makes one box as
 * wide as the screen. What is narrower than a cell is not walked into: a run of such boxes is one
 * grey box with their number, so drawing takes as long as the screen is large, and not the profile.
 * What is selected, and what leads to it, is always drawn, be it ever so narrow.
 *
 * Trap: values may be below zero in odd files: such a box has no width, and a parent may have less
 * than its children. Cells are clamped to those of the parent.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/keys.h"
#include "base/utf8.h"
#include "render/explore_private.h"
#include "render/picture.h"
#include "render/theme.h"

#define LEAST_LABEL 3
#define SHADE "░"
#define HALF "▌"

__extension__ typedef __int128 wide;

struct step { /* of the path to the box at hand */
    pk_node_id node;
    int64_t next;  /* where its next child starts */
    int64_t small; /* where the run of narrow children starts */
    uint32_t n_small;
};

struct narrow { /* a box that is drawn last: its neighbours begin in the same cell */
    pk_node_id node;
    uint32_t level;
    int64_t start;
};

struct drawing {
    struct pk_explore *x;
    struct pk_canvas *canvas;
    struct pk_explore_area area;
    const struct pk_tree *tree;
    const int64_t *incl;
    int64_t span, least; /* least: the narrowest that is drawn */
    PK_ARRAY(struct step) path;
    PK_ARRAY(struct narrow) narrow; /* what leads to the selected one */
    struct pk_buf label, name;
};

/* --- the tree --- */

/* A shorthand; there is one, or the icicle is no view of this profile. */
static const struct pk_tree *tree_of(const struct pk_explore *x)
{
    return x->setup.stacks.tree;
}

/* PK_NONE is all of it. A value below zero has no width. */
static int64_t value_of(const struct pk_explore *x, pk_node_id node)
{
    int64_t value =
        node == PK_NONE ? x->setup.stacks.total : tree_of(x)->incl[x->setup.stacks.metric][node];

    return value > 0 ? value : 0;
}

/* In preorder a child stands right behind its parent. */
static pk_node_id first_child(const struct pk_explore *x, pk_node_id node)
{
    const struct pk_tree *tree = tree_of(x);

    if (node == PK_NONE)
        return tree->n ? 0 : PK_NONE;
    return node + 1 < tree->end[node] ? node + 1 : PK_NONE;
}

/* The sibling behind, or PK_NONE. */
static pk_node_id next_sibling(const struct pk_explore *x, pk_node_id node)
{
    const struct pk_tree *tree = tree_of(x);
    pk_node_id parent = tree->parent[node], end = parent == PK_NONE ? tree->n : tree->end[parent];

    return tree->end[node] < end ? tree->end[node] : PK_NONE;
}

/* Siblings are linked forward only, so this walks from the first; a parent seldom has many. */
static pk_node_id sibling_before(const struct pk_explore *x, pk_node_id node)
{
    pk_node_id before = PK_NONE;

    for (pk_node_id c = first_child(x, tree_of(x)->parent[node]); c != node; c = next_sibling(x, c))
        before = c;
    return before;
}

/* The child that holds most. */
static pk_node_id widest_child(const struct pk_explore *x, pk_node_id node)
{
    pk_node_id widest = first_child(x, node);

    for (pk_node_id c = widest; c != PK_NONE; c = next_sibling(x, c))
        if (value_of(x, c) > value_of(x, widest))
            widest = c;
    return widest;
}

/* True for a box of at least a cell. */
static bool is_drawn(const struct pk_explore *x, pk_node_id node)
{
    return (wide)value_of(x, node) * x->columns >= value_of(x, x->at.zoom);
}

/* The next sibling on a side that is drawn, else the next of all. */
static pk_node_id sibling(const struct pk_explore *x, pk_node_id node, bool is_behind)
{
    pk_node_id found = PK_NONE;

    if (is_behind) {
        for (pk_node_id c = next_sibling(x, node); c != PK_NONE; c = next_sibling(x, c))
            if (is_drawn(x, c))
                return c;
        return next_sibling(x, node);
    }
    for (pk_node_id c = first_child(x, tree_of(x)->parent[node]); c != node; c = next_sibling(x, c))
        if (is_drawn(x, c))
            found = c;
    return found == PK_NONE ? sibling_before(x, node) : found;
}

/* True when a node lies in what is drawn. */
static bool is_inside(const struct pk_explore *x, pk_node_id node)
{
    pk_node_id zoom = x->at.zoom;

    return zoom == PK_NONE || (node != PK_NONE && node >= zoom && node < tree_of(x)->end[zoom]);
}

/* --- keys --- */

/* What was selected stays selected where it still is to be seen. */
static void zoom_to(struct pk_explore *x, pk_node_id node)
{
    if (node == x->at.zoom)
        return;
    pk_explore_keep(x);
    x->at.zoom = node;
    x->level = 0;
    if (!is_inside(x, x->at.chosen))
        pk_explore_choose_node(x, node);
}

/* No node is the end of the way, and leaves the selection where it is. */
static void go_to(struct pk_explore *x, pk_node_id node)
{
    if (node != PK_NONE)
        pk_explore_choose_node(x, node);
}

/* Many levels at once. */
static void leap(struct pk_explore *x, bool is_down)
{
    for (unsigned i = 0; i < x->page; i++) {
        pk_node_id next = x->at.chosen;

        if (is_down)
            next = widest_child(x, x->at.chosen);
        else if (x->at.chosen != x->at.zoom && x->at.chosen != PK_NONE)
            next = tree_of(x)->parent[x->at.chosen];
        if (is_down && next == PK_NONE)
            break;
        pk_explore_choose_node(x, next);
    }
}

/* Arrows walk from box to box and never leave what is zoomed into, so that the selected box is
 * always on the screen. */
bool pk_explore_icicle_key(struct pk_explore *x, int32_t key)
{
    pk_node_id chosen = x->at.chosen;

    switch (key) {
    case PK_KEY_UP:
        if (chosen != x->at.zoom && chosen != PK_NONE)
            pk_explore_choose_node(x, tree_of(x)->parent[chosen]);
        return true;
    case PK_KEY_DOWN:
        go_to(x, widest_child(x, chosen));
        return true;
    case PK_KEY_LEFT:
    case PK_KEY_RIGHT:
        if (chosen != x->at.zoom && chosen != PK_NONE)
            go_to(x, sibling(x, chosen, key == PK_KEY_RIGHT));
        return true;
    case PK_KEY_HOME:
        pk_explore_choose_node(x, x->at.zoom);
        return true;
    case PK_KEY_PAGE_UP:
    case PK_KEY_PAGE_DOWN:
        leap(x, key == PK_KEY_PAGE_DOWN);
        return true;
    case PK_KEY_ENTER:
    case '+':
        zoom_to(x, chosen);
        return true;
    case '-':
        if (x->at.zoom != PK_NONE)
            zoom_to(x, tree_of(x)->parent[x->at.zoom]);
        return true;
    default:
        return false;
    }
}

/* In the order in which boxes stand, round from the last to the first. */
static bool find_hit(struct pk_explore *x, int step, bool must_be_drawn)
{
    const struct pk_tree *tree = tree_of(x);
    pk_node_id from = x->at.zoom == PK_NONE ? 0 : x->at.zoom;
    pk_node_id end = x->at.zoom == PK_NONE ? tree->n : tree->end[from];
    uint32_t n = end - from, at = x->at.chosen == PK_NONE ? 0 : x->at.chosen - from;

    if (x->at.chosen == PK_NONE && step > 0 && n)
        at = n - 1;
    for (uint32_t i = 0; i < n; i++) {
        at = step > 0 ? (at + 1 == n ? 0 : at + 1) : (at == 0 ? n - 1 : at - 1);
        if (pk_explore_is_hit(x, tree->frame[from + at]) &&
            (!must_be_drawn || is_drawn(x, from + at))) {
            pk_explore_choose_node(x, from + at);
            return true;
        }
    }
    return false;
}

/* Those that are seen; where none is, the others. */
bool pk_explore_icicle_hit(struct pk_explore *x, int step)
{
    return find_hit(x, step, true) || find_hit(x, step, false);
}

/* From another view: the heaviest stack that ends in the function. */
void pk_explore_icicle_enter(struct pk_explore *x)
{
    const struct pk_tree *tree = tree_of(x);
    pk_node_id best = PK_NONE;

    if (x->at.function == PK_NONE ||
        (x->at.chosen != PK_NONE && tree->frame[x->at.chosen] == x->at.function))
        return;
    for (pk_node_id i = 0; i < tree->n; i++)
        if (tree->frame[i] == x->at.function &&
            (best == PK_NONE || value_of(x, i) > value_of(x, best)))
            best = i;
    if (best == PK_NONE)
        return;
    x->at.chosen = best;
    if (!is_inside(x, best))
        x->at.zoom = PK_NONE;
}

/* --- drawing --- */

/* In 128 bits: a value times columns may need more than 64. */
static unsigned cell_of(const struct drawing *d, int64_t value)
{
    if (value >= d->span)
        return d->canvas->columns;
    return (unsigned)((wide)value * d->canvas->columns / d->span);
}

/* Bounds are those of the total, which is what the width of a box shows. */
static bool is_uncertain(const struct drawing *d, pk_node_id node)
{
    return node != PK_NONE && d->tree->incl_range &&
           pk_attribute_is_uncertain(d->incl[node], d->tree->incl_range[node]);
}

/* "≈name  12.3 %", as much of it as fits. */
static void make_label(struct drawing *d, pk_node_id node, size_t cells)
{
    struct pk_buf share = {0};
    size_t used;

    pk_buf_reset(&d->label);
    pk_buf_reset(&d->name);
    if (cells < LEAST_LABEL)
        return;
    if (is_uncertain(d, node))
        pk_buf_text(&d->label, d->x->setup.is_ascii ? "~" : "≈");
    pk_explore_name(&d->name, d->x, node == PK_NONE ? PK_NONE : d->tree->frame[node]);
    used = d->label.size ? 1 : 0;
    if (used + pk_utf8_width(pk_buf_view(&d->name)) > cells) {
        if (d->x->setup.is_ascii)
            pk_buf_str(&d->label, pk_buf_view(&d->name));
        else if (cells - used >= LEAST_LABEL)
            pk_picture_shorten(&d->label, pk_buf_view(&d->name), cells - used);
        return;
    }
    pk_buf_str(&d->label, pk_buf_view(&d->name));
    pk_buf_text(&share, "  ");
    pk_units_percent(&share, value_of(d->x, node), d->x->setup.stacks.total);
    pk_buf_text(&share, " %");
    if (used + pk_utf8_width(pk_buf_view(&d->name)) + share.size <= cells)
        pk_buf_str(&d->label, pk_buf_view(&share));
    pk_buf_fini(&share);
}

/* The label is made; brackets where there are no colours. */
static void put_box(struct drawing *d, unsigned row, unsigned from, unsigned cells,
                    struct pk_look look, const char *filler)
{
    struct pk_look edge = {PK_INK_EDGE, look.fill};
    bool has_blocks = d->x->setup.has_blocks;

    if (look.ink == PK_INK_CHOSEN || !has_blocks)
        edge = look;
    if (cells == 1) {
        pk_canvas_fill(d->canvas, row, from, 1,
                       has_blocks ? (look.ink == PK_INK_CHOSEN ? " " : HALF) : "|", edge);
        return;
    }
    if (!has_blocks) {
        pk_canvas_fill(d->canvas, row, from, 1, "[", look);
        pk_canvas_fill(d->canvas, row, from + cells - 1, 1, "]", look);
        from++;
        cells--;
    } else {
        pk_canvas_fill(d->canvas, row, from + cells - 1, 1, look.ink == PK_INK_CHOSEN ? " " : HALF,
                       edge);
    }
    pk_canvas_fill(d->canvas, row, from, cells - 1, filler, look);
    pk_canvas_put(d->canvas, row, from, cells - 1, pk_buf_view(&d->label), look);
}

/* The row of a level, or false where it is scrolled away. */
static bool row_of(const struct drawing *d, uint32_t level, unsigned *row)
{
    if (level < d->x->level || level - d->x->level >= d->area.rows)
        return false;
    *row = d->area.from + (level - d->x->level);
    return true;
}

/* At least a cell wide, or what one selected would not be seen. In text without colours a box has
 * brackets, which take a cell more. */
static void draw_box(struct drawing *d, pk_node_id node, uint32_t level, int64_t start,
                     int64_t value)
{
    unsigned row, from = cell_of(d, start), to = cell_of(d, start + value);
    bool has_blocks = d->x->setup.has_blocks, is_shaded = is_uncertain(d, node);
    pk_frame_id frame = node == PK_NONE ? PK_NONE : d->tree->frame[node];
    struct pk_look look = {has_blocks ? PK_INK_BOX : PK_INK_PLAIN, PK_THEME_ROOT};
    unsigned least = has_blocks ? 1 : 2;

    if (!row_of(d, level, &row))
        return;
    if (from >= d->canvas->columns)
        from = d->canvas->columns - 1;
    if (to <= from)
        to = from + 1;
    if (frame != PK_NONE && has_blocks)
        look.fill =
            pk_theme_index(PK_PALETTE_MODULE, pk_profile_frame(d->x->setup.stacks.profile, frame));
    if (node == d->x->at.chosen)
        look.ink = PK_INK_CHOSEN;
    else if (frame != PK_NONE && pk_explore_is_hit(d->x, frame))
        look.ink = has_blocks ? PK_INK_BOX_HIT : PK_INK_HIT;
    make_label(d, node, to - from > least ? to - from - least : 0);
    put_box(d, row, from, to - from, look, !is_shaded ? " " : has_blocks ? SHADE : "~");
}

/* Narrow children that stand side by side, as one. */
static void draw_small(struct drawing *d, struct step *step, uint32_t level)
{
    unsigned row, from = cell_of(d, step->small), to = cell_of(d, step->next);
    struct pk_look look = {d->x->setup.has_blocks ? PK_INK_BOX : PK_INK_DIM, PK_THEME_SPECIAL};

    if (step->n_small && to > from && row_of(d, level, &row)) {
        pk_buf_reset(&d->label);
        pk_buf_printf(&d->label, "+%u", step->n_small);
        if (d->label.size + (d->x->setup.has_blocks ? 1 : 2) > to - from)
            d->label.size = 1; /* half a number would be another one */
        put_box(d, row, from, to - from, look, " ");
    }
    step->n_small = 0;
}

/* The parent of the node at hand; the zoomed box is the first and never leaves. */
static struct step *top(struct drawing *d)
{
    return &d->path.data[d->path.size - 1];
}

/* Leave what the node at hand does not lie in. */
static void climb(struct drawing *d, pk_node_id node, bool is_end)
{
    while (d->path.size > 1 && (is_end || node >= d->tree->end[top(d)->node])) {
        draw_small(d, top(d), (uint32_t)d->path.size);
        d->path.size--;
    }
}

/* One pass in preorder, over narrow subtrees and what lies below the screen in one step each. */
static void draw_boxes(struct drawing *d)
{
    pk_node_id zoom = d->x->at.zoom, chosen = d->x->at.chosen;
    pk_node_id i = zoom == PK_NONE ? 0 : zoom + 1;
    pk_node_id end = zoom == PK_NONE ? d->tree->n : d->tree->end[zoom];

    draw_box(d, zoom, 0, 0, d->span);
    pk_array_push(&d->path, ((struct step){.node = zoom}));
    while (i < end) {
        int64_t value = d->incl[i] > 0 ? d->incl[i] : 0, start;
        bool leads = chosen != PK_NONE && chosen >= i && chosen < d->tree->end[i];

        climb(d, i, false);
        start = top(d)->next;
        if (value < d->least && !leads) {
            if (top(d)->n_small++ == 0)
                top(d)->small = start;
            top(d)->next = start + value; /* sums of a parent fit */
            i = d->tree->end[i];
            continue;
        }
        draw_small(d, top(d), (uint32_t)d->path.size);
        draw_box(d, i, (uint32_t)d->path.size, start, value);
        if (value < d->least)
            pk_array_push(&d->narrow, ((struct narrow){i, (uint32_t)d->path.size, start}));
        top(d)->next = start + value;
        if (d->path.size >= (size_t)d->x->level + d->area.rows) {
            i = d->tree->end[i];
            continue;
        }
        pk_array_push(&d->path, ((struct step){.node = i, .next = start}));
        i++;
    }
    climb(d, end, true);
    draw_small(d, top(d), 1);
    for (size_t k = 0; k < d->narrow.size; k++)
        draw_box(d, d->narrow.data[k].node, d->narrow.data[k].level, d->narrow.data[k].start, 0);
}

/* Levels from the zoomed box down to the one that is selected. */
static uint32_t chosen_level(const struct pk_explore *x)
{
    uint32_t level = 0;

    for (pk_node_id n = x->at.chosen; n != PK_NONE && n != x->at.zoom; n = tree_of(x)->parent[n])
        level++;
    return level;
}

/* Scrolled only as far as the selected box asks for: the root is what one wants to see. */
void pk_explore_icicle_draw(struct pk_explore *x, struct pk_canvas *canvas,
                            struct pk_explore_area area)
{
    struct drawing d = {.x = x,
                        .canvas = canvas,
                        .area = area,
                        .tree = tree_of(x),
                        .incl = tree_of(x)->incl[x->setup.stacks.metric],
                        .span = value_of(x, x->at.zoom)};
    uint32_t level = chosen_level(x);

    if (d.span == 0)
        d.span = 1;
    d.least = d.span / canvas->columns + (d.span % canvas->columns != 0);
    if (level < area.rows) /* as much as there is room for, also after the screen grew */
        x->level = 0;
    if (level < x->level)
        x->level = level;
    if (level - x->level >= area.rows)
        x->level = level - area.rows + 1;
    draw_boxes(&d);
    pk_array_fini(&d.path);
    pk_array_fini(&d.narrow);
    pk_buf_fini(&d.label);
    pk_buf_fini(&d.name);
}
