/*
 * What stands around the boxes of a page: title and subtitle above; scale bar, legend, notes and
 * what was left out below. Lines are broken by the same widths as in the SVG, so that the boxes
 * begin at the same height.
 */
#include "render/page_private.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/escape.h"
#include "base/utf8.h"

enum { BELOW_BOXES = 18, SCALE_BAR = 22 };

double pk_page_px(const struct pk_page_work *work, int64_t value)
{
    double whole = (double)(work->page.width - 2 * PK_PICTURE_MARGIN);

    return work->scene->span > 0 ? (double)value / (double)work->scene->span * whole : whole;
}

struct pk_color pk_page_color(enum pk_surface surface)
{
    return pk_theme_surface(surface).light;
}

/* U+FDD0 to U+FDEF and the last two of each plane are valid UTF-8, which cairo calls invalid. The
 * replacement is never longer. */
const char *pk_page_plain(struct pk_arena *arena, const struct pk_buf *text)
{
    struct pk_str source = pk_buf_view(text);
    char *kept = PK_NEW_ARRAY(arena, char, source.size + 1);
    size_t length, to = 0;

    for (size_t at = 0; at < source.size; at += length) {
        int32_t c = pk_utf8_decode(source, at, &length);
        bool is_character = c >= 0 && (c & 0xfffe) != 0xfffe && (c < 0xfdd0 || c > 0xfdef);

        if (is_character)
            memcpy(kept + to, source.data + at, length);
        else if (length >= 3)
            memcpy(kept + to, "\xef\xbf\xbd", 3);
        else
            kept[to] = '?'; /* what is left of a character that was cut */
        to += is_character ? length : length >= 3 ? 3 : 1;
    }
    return kept;
}

const char *pk_page_keep(const struct pk_page_work *work, const struct pk_buf *text)
{
    return pk_page_plain(work->arena, text);
}

void pk_page_line(struct pk_page_work *work, enum pk_page_font font, enum pk_surface surface,
                  double x, double y, double room, struct pk_str text)
{
    const char **forms = PK_NEW_ARRAY(work->arena, const char *, 1);
    struct pk_buf visible = {0};

    pk_escape_terminal(&visible, text);
    forms[0] = pk_page_keep(work, &visible);
    pk_buf_fini(&visible);
    pk_array_push(&work->texts, ((struct pk_page_text){.x = x,
                                                       .y = y,
                                                       .room = room,
                                                       .above = 20,
                                                       .below = 8,
                                                       .font = font,
                                                       .color = pk_page_color(surface),
                                                       .forms = forms,
                                                       .n_forms = 1}));
}

/* Add `text` as lines that fit the width, the first at `y`. Returns the y of the line below. */
static unsigned add_lines(struct pk_page_work *work, enum pk_page_font font,
                          enum pk_surface surface, struct pk_str text, unsigned y)
{
    const struct pk_picture_line *line =
        font == PK_PAGE_TITLE ? &pk_picture_title : &pk_picture_plain;

    while (text.size > 0) {
        size_t size = pk_picture_line_size(line, work->page.width, text);

        pk_page_line(work, font, surface, PK_PICTURE_MARGIN, y,
                     work->page.width - 2 * PK_PICTURE_MARGIN, pk_str_slice(text, 0, size));
        y += line->step;
        text = pk_picture_next_line(text, size);
    }
    return y;
}

static unsigned add_note(struct pk_page_work *work, struct pk_str text, unsigned y)
{
    return add_lines(work, PK_PAGE_PLAIN, PK_SURFACE_MUTED, text, y);
}

/* "omitted 1,234 frames, 12.3 %: " and why */
static unsigned add_omitted(struct pk_page_work *work, int64_t count, int64_t sum, const char *why,
                            unsigned y)
{
    struct pk_buf text = {0};

    pk_buf_text(&text, "omitted ");
    pk_units_count(&text, count);
    pk_buf_text(&text, count == 1 ? " frame, " : " frames, ");
    pk_units_percent(&text, sum, work->scene->span);
    pk_buf_text(&text, " %: ");
    pk_buf_text(&text, why);
    y = add_note(work, pk_buf_view(&text), y);
    pk_buf_fini(&text);
    return y;
}

/* The notes of the user, then what is not in the picture. */
static unsigned add_notes(struct pk_page_work *work, unsigned y)
{
    const struct pk_scene *scene = work->scene;
    struct pk_picture_omitted omitted = pk_picture_omitted(scene);

    struct pk_buf why = {0};

    y = add_note(work, scene->notes, y);
    for (size_t i = 0; scene->change && i < scene->change->n_notes; i++)
        y = add_note(work, scene->change->notes[i], y);
    if (scene->n_omitted > 0)
        y = add_omitted(work, scene->n_omitted, omitted.deeper, "deeper than what is drawn", y);
    if (scene->min_percent)
        pk_picture_least(scene, &why);
    else
        pk_buf_text(&why, "too narrow");
    pk_buf_text(&why, ", drawn together in grey");
    if (omitted.n_small > 0)
        y = add_omitted(work, omitted.n_small, omitted.small, why.data, y);
    pk_buf_fini(&why);
    return y;
}

/* The name of the picture for programs that show one. */
static const char *title_of(struct pk_page_work *work)
{
    struct pk_buf visible = {0};
    const char *title;

    pk_escape_terminal(&visible, pk_picture_heading(work->scene));
    title = pk_page_keep(work, &visible);
    pk_buf_fini(&visible);
    return title;
}

struct pk_page_work *pk_page_begin(struct pk_arena *arena, const struct pk_scene *scene,
                                   const struct pk_style *style)
{
    struct pk_page_work *work = PK_NEW(arena, struct pk_page_work);
    unsigned y;

    work->scene = scene;
    work->style = style;
    work->arena = arena;
    work->row = pk_picture_row(style->box_height);
    work->n_rows = scene->n_boxes ? scene->max_depth + 1 : 0;
    work->page.width = pk_picture_width(style->width);
    work->page.font = pk_picture_font(work->row);
    work->page.paper = pk_page_color(PK_SURFACE_PAGE);
    work->page.ink = pk_page_color(PK_SURFACE_TEXT);
    work->page.title = title_of(work);
    y = add_lines(work, PK_PAGE_TITLE, PK_SURFACE_TEXT, pk_picture_heading(scene),
                  PK_PICTURE_TITLE_Y);
    work->top = add_lines(work, PK_PAGE_PLAIN, PK_SURFACE_MUTED, scene->subtitle, y - 2) - 6;
    y = work->top + work->row * work->n_rows + BELOW_BOXES;
    pk_page_scale_bar(work, y);
    work->page.height = add_notes(work, pk_page_legend(work, y + SCALE_BAR));
    return work;
}

const struct pk_page *pk_page_size(const struct pk_page_work *work)
{
    return &work->page;
}

unsigned pk_page_rows(const struct pk_page_work *work, double px)
{
    double others = (double)work->page.height - (double)work->row * work->n_rows;

    return px < others + work->row ? 0 : (unsigned)((px - others) / work->row);
}

/* Heap arrays until their sizes are known; then the arena of the page holds all. */
#define KEEP(work, what, type)                                                    \
    do {                                                                          \
        (work)->page.n_##what = (work)->what.size;                                \
        (work)->page.what = PK_NEW_ARRAY((work)->arena, type, (work)->what.size); \
        for (size_t i_ = 0; i_ < (work)->what.size; i_++)                         \
            (work)->page.what[i_] = (work)->what.data[i_];                        \
    } while (0)

const struct pk_page *pk_page_end(struct pk_page_work *work)
{
    pk_page_boxes(work);
    pk_page_marks(work);
    KEEP(work, boxes, struct pk_page_box);
    KEEP(work, texts, struct pk_page_text);
    KEEP(work, marks, struct pk_page_mark);
    pk_page_drop(work);
    return &work->page;
}

void pk_page_drop(struct pk_page_work *work)
{
    pk_array_fini(&work->boxes);
    pk_array_fini(&work->texts);
    pk_array_fini(&work->marks);
}
