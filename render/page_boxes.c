/*
 * The boxes of a page, their labels and the bookmarks.
 *
 * A label is a list of forms, best first: the whole name, the name without one more folder or
 * namespace in front of it, and at last the innermost part, whose end may be cut off. Which of them
 * fits is known only to who measures letters, so forms that surely do not fit are left out here by
 * the narrowest letters that a font has. Trap: names may be megabytes, and marks that are drawn
 * over others take no room at all; so a form is also limited in bytes.
 */
#include "render/page_private.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "render/label.h"

#define ELLIPSIS "\xe2\x80\xa6"

enum { MOST_FORMS = 16, MARKS = 20, MARK_CELLS = 120, LABEL_X = 3 };

struct texts { /* of one box, kept over all boxes for their memory */
    struct pk_buf name, place, form;
};

/* The y of the row of a depth. */
static unsigned row_y(const struct pk_page_work *work, uint32_t depth)
{
    uint32_t row = work->scene->is_inverted ? depth : work->n_rows - 1 - depth;

    return work->top + row * work->row;
}

/* Both ends are made from values alone, so that a box ends exactly where the next one begins. */
static struct pk_page_box place_box(const struct pk_page_work *work, const struct pk_box *box)
{
    double from = pk_page_px(work, box->start), to = pk_page_px(work, box->start + box->size);

    return (struct pk_page_box){
        .x = (double)PK_PICTURE_MARGIN + from,
        .y = row_y(work, box->depth),
        .width = to - from,
        .height = work->row - 1,
        .fill = pk_theme_shades(pk_picture_fill(work->scene, work->style->palette, box)).light,
        .is_hatched = box->flags & PK_BOX_UNCERTAIN,
        .is_striped = box->flags & PK_BOX_GONE && !(box->flags & PK_BOX_UNCERTAIN),
        .is_outlined = box->flags & PK_BOX_NEW,
        .has_gap = to - from >= (double)PK_PICTURE_WIDE};
}

/* The bytes that a form of so many cells may have. */
static size_t most_bytes(size_t cells)
{
    return 16 * cells + 64;
}

/* The bytes of a prefix of at most `most` that ends between two characters. */
static size_t prefix(struct pk_str text, size_t most)
{
    size_t length, at = 0;

    if (text.size <= most)
        return text.size;
    while (at < most) {
        (void)pk_utf8_decode(text, at, &length);
        if (at + length > most)
            break;
        at += length;
    }
    return at;
}

/* Add what of `part` may fit into `cells`, after `lead`. More than that is kept of the last form:
 * in a PDF, all of it can be searched for. */
static void add_form(struct pk_page_work *work, struct pk_page_text *text, const char **forms,
                     const char *lead, struct pk_str part, size_t cells, struct pk_buf *buffer)
{
    size_t size = prefix(part, most_bytes(cells));

    pk_buf_reset(buffer);
    pk_buf_text(buffer, lead);
    pk_buf_str(buffer, pk_str_slice(part, 0, size));
    if (size < part.size)
        pk_buf_text(buffer, ELLIPSIS);
    forms[text->n_forms++] = pk_page_keep(work, buffer);
}

/* Whether what is left of a name may fit. */
static bool is_form(const struct pk_picture_cut *cut, size_t cells)
{
    return cut->cells < cells && cut->name.size - cut->at <= most_bytes(cells);
}

/* The forms of a name for `cells` of the narrowest letters. The last one begins where the last cut
 * is, without an ellipsis in front: its end goes, and one is enough. */
static void choose_forms(struct pk_page_work *work, struct pk_page_text *text, struct texts *texts,
                         size_t cells)
{
    const char *forms[MOST_FORMS + 2], **kept;
    struct pk_str name = pk_buf_view(&texts->name);
    struct pk_picture_cut cut = pk_picture_cut_first(name);
    size_t kept_cut = 0;

    if (cut.cells <= cells && name.size <= most_bytes(cells))
        add_form(work, text, forms, "", name, cells, &texts->form);
    while (pk_picture_cut_next(&cut))
        if (is_form(&cut, cells) && text->n_forms < MOST_FORMS) {
            add_form(work, text, forms, ELLIPSIS, pk_str_slice(name, cut.at, name.size), cells,
                     &texts->form);
            kept_cut = cut.at;
        }
    name = pk_str_slice(name, cut.at, name.size);
    if (cut.at > kept_cut && is_form(&cut, cells))
        add_form(work, text, forms, ELLIPSIS, name, cells, &texts->form);
    if (text->n_forms == 0 || cut.at > 0)
        add_form(work, text, forms, "", name, cells, &texts->form);
    kept = PK_NEW_ARRAY(work->arena, const char *, text->n_forms);
    for (uint32_t i = 0; i < text->n_forms; i++)
        kept[i] = forms[i];
    text->forms = kept;
}

/* The label of a box, if three cells fit. */
static void add_label(struct pk_page_work *work, const struct pk_box *box,
                      const struct pk_page_box *at, struct texts *texts)
{
    unsigned base = pk_picture_base(work->row, work->page.font);
    struct pk_page_text text = {.x = at->x + (double)LABEL_X,
                                .y = at->y + base,
                                .room = at->width - (double)(2 * LABEL_X),
                                .above = base,
                                .below = work->row - 1 - base,
                                .font = PK_PAGE_LABEL,
                                .color = pk_page_color(PK_SURFACE_LABEL)};
    size_t cells;

    if (pk_picture_cells(at->width, work->page.font) < PK_PICTURE_LEAST_CELLS)
        return;
    cells = (size_t)(text.room / (0.25 * work->page.font));
    pk_picture_name(work->scene, box, &texts->name, &texts->place);
    choose_forms(work, &text, texts, cells);
    if (texts->place.size > 0 && texts->place.size <= most_bytes(cells) &&
        pk_utf8_width(pk_buf_view(&texts->name)) + pk_utf8_width(pk_buf_view(&texts->place)) <
            cells)
        text.beside = pk_page_keep(work, &texts->place);
    pk_array_push(&work->texts, text);
}

/* Rows never meet, and within a row preorder goes from left to right: so this is the order of the
 * SVG, where the gap of a box is taken from the left neighbour. */
void pk_page_boxes(struct pk_page_work *work)
{
    struct texts texts = {0};

    for (uint32_t i = 0; i < work->scene->n_boxes; i++) {
        const struct pk_box *box = &work->scene->boxes[i];
        struct pk_page_box at = place_box(work, box);

        if (box->size <= 0)
            continue;
        pk_array_push(&work->boxes, at);
        add_label(work, box, &at, &texts);
    }
    pk_buf_fini(&texts.name);
    pk_buf_fini(&texts.place);
    pk_buf_fini(&texts.form);
}

/* ---- bookmarks */

struct cost { /* of one function */
    int64_t sum, widest;
    uint32_t box; /* the widest */
};

/* Largest first; the left one of equals. */
static int by_cost(const void *a, const void *b)
{
    const struct cost *x = a, *y = b;

    if (x->sum != y->sum)
        return x->sum < y->sum ? 1 : -1;
    return (x->box > y->box) - (x->box < y->box);
}

/* "parse 12.3 %" */
static void add_mark(struct pk_page_work *work, const struct cost *cost)
{
    const struct pk_box *box = &work->scene->boxes[cost->box];
    struct pk_page_box at = place_box(work, box);
    struct pk_buf name = {0}, place = {0};

    pk_picture_name(work->scene, box, &name, &place);
    name.size = pk_utf8_prefix(pk_buf_view(&name), MARK_CELLS);
    pk_buf_text(&name, "  ");
    pk_units_percent(&name, cost->sum, work->scene->span);
    pk_buf_text(&name, " %");
    pk_array_push(&work->marks, ((struct pk_page_mark){at.x, at.y, pk_page_keep(work, &name)}));
    pk_buf_fini(&name);
    pk_buf_fini(&place);
}

/* By self, as the legend counts; each leads to the widest box of its function. */
void pk_page_marks(struct pk_page_work *work)
{
    const struct pk_scene *scene = work->scene;
    PK_ARRAY(struct cost) costs = {0};
    uint32_t *at = pk_calloc(scene->n_boxes ? pk_scene_frames(scene) : 0, sizeof *at);

    for (uint32_t i = 0; i < scene->n_boxes; i++) {
        const struct pk_box *box = &scene->boxes[i];
        struct cost *cost;

        if (box->frame == PK_NONE || box->frame >= pk_scene_frames(scene) ||
            box->flags & PK_BOX_SPECIAL)
            continue; /* no function: all, small ones, what has no place */
        if (at[box->frame] == 0) {
            pk_array_push(&costs, ((struct cost){0, 0, i}));
            at[box->frame] = (uint32_t)costs.size;
        }
        cost = &costs.data[at[box->frame] - 1];
        cost->sum += pk_picture_share(scene, box);
        if (box->size > cost->widest) {
            cost->widest = box->size;
            cost->box = i;
        }
    }
    if (costs.size > 0)
        qsort(costs.data, costs.size, sizeof *costs.data, by_cost);
    for (size_t i = 0; i < costs.size && i < MARKS && costs.data[i].sum > 0; i++)
        add_mark(work, &costs.data[i]);
    pk_free(at);
    pk_array_fini(&costs);
}
