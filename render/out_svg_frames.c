/*
 * The boxes: one <g> for each row, from the root outwards, so that a parent always stands before
 * its children; in it one <rect> for each box with its tooltip, then one <g> with the labels that
 * fit. The class of a box is one letter for its fill, `u` when it is hatched, `w` when it is wide
 * enough for a gap to its neighbour; in a comparison `nw` for new, `gn` for gone.
 *
 * Trap: sizes of files are made here. Each byte of a box counts; goal is 110 besides its name.
 */
#include "render/out_svg_private.h"

#include <stddef.h>
#include <stdint.h>

#include "base/escape.h"
#include "base/utf8.h"

#define KEPT ((size_t)4 << 20) /* bytes of names: a picture may have more functions */

struct named { /* what a box is called; missing until the first one of its function */
    struct pk_str name, place; /* escaped for the terminal */
    struct pk_str title;       /* both, escaped for XML: the first line of a tooltip */
};

struct texts { /* buffers are kept over all boxes for their memory */
    struct pk_buf name, place, title, facts, label;
    struct named *of;  /* [frame of the scene, but for special ones] */
    uint32_t n;        /* of these */
    struct named last; /* in the buffers: of what has no function, and of all behind KEPT */
    size_t kept;
};

struct span {
    int64_t from, size; /* positions */
};

/* Both ends rounded down, so that a box ends exactly where the next one begins. */
static struct span span_of(const struct pk_svg *svg, const struct pk_box *box)
{
    int64_t from = pk_svg_position(svg, box->start);

    return (struct span){from, pk_svg_position(svg, box->start + box->size) - from};
}

/* The height and class of a box; printf would take a fifth of a picture. */
static void add_class(struct pk_svg *svg, uint32_t i, struct span span)
{
    const struct pk_box *box = &svg->scene->boxes[i];

    pk_buf_text(&svg->out, "\" height=\"");
    pk_buf_int(&svg->out, svg->row - 1);
    pk_buf_text(&svg->out, "\" class=\"");
    pk_buf_char(&svg->out, pk_svg_class(svg->fill[i]));
    pk_buf_text(&svg->out, pk_svg_mark(box->flags));
    if (box->flags & PK_BOX_UNCERTAIN)
        pk_buf_text(&svg->out, " u");
    if (pk_svg_px(svg, span.size) >= (double)PK_PICTURE_WIDE)
        pk_buf_text(&svg->out, " w");
    pk_buf_text(&svg->out, "\"><title>");
}

static void make_name(struct pk_svg *svg, const struct pk_box *box, struct texts *texts)
{
    pk_picture_name(svg->scene, box, &texts->name, &texts->place);
    pk_buf_reset(&texts->title);
    pk_escape_xml(&texts->title, pk_buf_view(&texts->name));
    if (texts->place.size > 0) {
        pk_buf_text(&texts->title, "  ");
        pk_escape_xml(&texts->title, pk_buf_view(&texts->place));
    }
    texts->last = (struct named){pk_buf_view(&texts->name), pk_buf_view(&texts->place),
                                 pk_buf_view(&texts->title)};
}

/* What a box is called. A function has many boxes, and its name is shortened and escaped once; in a
 * comparison each box has a text of its own beside it. */
static const struct named *name_of(struct pk_svg *svg, const struct pk_box *box,
                                   struct texts *texts)
{
    struct named *named = NULL;

    if (!(box->flags & PK_BOX_SMALL) && box->frame < texts->n && !svg->scene->change)
        named = &texts->of[box->frame];
    if (named && named->name.data)
        return named;
    make_name(svg, box, texts);
    if (!named || texts->kept > KEPT)
        return &texts->last;
    named->name = pk_arena_str(&svg->arena, texts->last.name);
    named->place = pk_arena_str(&svg->arena, texts->last.place);
    named->title = pk_arena_str(&svg->arena, texts->last.title);
    texts->kept += named->name.size + named->place.size + named->title.size;
    return named;
}

/* One box. The x of the leftmost is left out: 0 is what it means anyway. */
static void add_rect(struct pk_svg *svg, uint32_t i, struct span span, struct texts *texts)
{
    const struct pk_box *box = &svg->scene->boxes[i];

    pk_buf_text(&svg->out, "<rect ");
    if (span.from > 0) {
        pk_buf_text(&svg->out, "x=\"");
        pk_svg_percent(svg, span.from);
        pk_buf_text(&svg->out, "\" ");
    }
    pk_buf_text(&svg->out, "width=\"");
    pk_svg_percent(svg, span.size);
    add_class(svg, i, span);
    pk_buf_str(&svg->out, name_of(svg, box, texts)->title);
    pk_buf_char(&svg->out, '\n');
    pk_svg_facts(svg, box, &texts->facts);
    pk_escape_xml(&svg->out, pk_buf_view(&texts->facts));
    pk_buf_text(&svg->out, "</title></rect>\n");
}

/* Name and place if both fit, else what fits of the name. */
static void choose_label(struct pk_buf *label, const struct named *named, size_t cells)
{
    size_t width = pk_utf8_width(named->name);

    pk_buf_reset(label);
    if (width > cells) {
        pk_picture_shorten(label, named->name, cells);
        return;
    }
    pk_buf_str(label, named->name);
    if (named->place.size > 0 && width + 2 + pk_utf8_width(named->place) <= cells) {
        pk_buf_text(label, "  ");
        pk_buf_str(label, named->place);
    }
}

/* The label of one box, if three cells fit. */
static void add_label(struct pk_svg *svg, const struct pk_box *box, struct span span,
                      struct texts *texts)
{
    size_t cells = pk_picture_cells(pk_svg_px(svg, span.size), svg->font);
    int64_t fine = 1;

    if (cells < PK_PICTURE_LEAST_CELLS)
        return;
    choose_label(&texts->label, name_of(svg, box, texts), cells);
    pk_buf_text(&svg->out, "<text");
    for (unsigned d = svg->decimals; d > 2;
         d--) /* a hundredth of a percent is a tenth of a pixel */
        fine *= 10;
    if (span.from >= fine) {
        pk_buf_text(&svg->out, " x=\"");
        pk_svg_percent(svg, span.from - span.from % fine);
        pk_buf_char(&svg->out, '"');
    }
    pk_buf_char(&svg->out, '>');
    pk_escape_xml(&svg->out, pk_buf_view(&texts->label));
    pk_buf_text(&svg->out, "</text>\n");
}

/* One row: first the boxes, then all labels, so that no box can cover the text of its neighbour. */
static void add_row(struct pk_svg *svg, uint32_t depth, unsigned base, struct texts *texts)
{
    const struct pk_box *boxes = svg->scene->boxes;
    uint32_t row = svg->scene->is_inverted ? depth : svg->rows.n - 1 - depth;
    size_t before, opened;

    pk_buf_printf(&svg->out, "<g class=\"row\" transform=\"translate(0 %u)\"", row * svg->row);
    pk_svg_row_origins(svg, svg->rows.order + svg->rows.start[depth],
                       svg->rows.start[depth + 1] - svg->rows.start[depth]);
    pk_buf_text(&svg->out, ">\n");
    for (uint32_t i = svg->rows.start[depth]; i < svg->rows.start[depth + 1]; i++) {
        add_rect(svg, svg->rows.order[i], span_of(svg, &boxes[svg->rows.order[i]]), texts);
        pk_svg_flush(svg, false);
    }
    before = svg->out.size;
    pk_buf_printf(&svg->out, "<g transform=\"translate(3 %u)\">\n", base);
    opened = svg->out.size;
    for (uint32_t i = svg->rows.start[depth]; i < svg->rows.start[depth + 1]; i++)
        add_label(svg, &boxes[svg->rows.order[i]], span_of(svg, &boxes[svg->rows.order[i]]), texts);
    if (svg->out.size == opened)
        svg->out.size = before; /* no label in this row */
    else
        pk_buf_text(&svg->out, "</g>\n");
    pk_buf_text(&svg->out, "</g>\n");
}

/* A box of no width cannot be seen, but it would still take bytes. */
static void leave_out_empty(struct pk_svg *svg)
{
    struct pk_picture_rows *rows = &svg->rows;
    uint32_t from = 0, kept = 0;

    for (uint32_t depth = 0; depth < rows->n; depth++) {
        uint32_t end = rows->start[depth + 1];

        for (uint32_t i = from; i < end; i++)
            if (span_of(svg, &svg->scene->boxes[rows->order[i]]).size > 0)
                rows->order[kept++] = rows->order[i];
        from = end;
        rows->start[depth + 1] = kept;
    }
}

void pk_svg_frames(struct pk_svg *svg, unsigned base)
{
    uint32_t n = pk_scene_frames(svg->scene);
    struct texts texts = {.of = PK_NEW_ARRAY(&svg->arena, struct named, n), .n = n};

    leave_out_empty(svg);
    for (uint32_t depth = 0; depth < svg->rows.n; depth++)
        add_row(svg, depth, base, &texts);
    pk_buf_fini(&texts.name);
    pk_buf_fini(&texts.place);
    pk_buf_fini(&texts.title);
    pk_buf_fini(&texts.facts);
    pk_buf_fini(&texts.label);
}
