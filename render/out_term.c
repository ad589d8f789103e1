/*
 * A flame graph for the terminal: root on top, one line for each level, one box for each function
 * that fills at least a cell. The last cell of a box is half a block, so that the other half parts
 * it from its neighbour even where both have one colour.
 *
 * Colours are 24 bits where the terminal says that it knows them, else the 16 of its own theme, in
 * reverse: what its user can read as text on the page can be read the other way round, too. Without
 * colour, or where only ASCII is shown, boxes are brackets. Estimated boxes are shaded and marked
 * as in tables; what is too narrow or too deep is counted below the picture, so nothing is lost.
 *
 * Trap: positions are rounded down from both ends, as in the other pictures. Whoever made the scene
 * has merged what is narrower than a cell; a merged box may still be narrower, and is then only
 * counted.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "render/out_text_private.h"
#include "render/picture.h"
#include "render/writers.h"

enum { WIDTH_UNKNOWN = 100, LEAST_WIDTH = 10, LEAST_CELLS = PK_PICTURE_LEAST_CELLS };

#define PLAIN "\x1b[0m"
#define ELLIPSIS "\xe2\x80\xa6"
#define HALF_BLOCK "\xe2\x96\x8c"
#define SHADE "\xe2\x96\x91"

__extension__ typedef __int128 wide;

struct term {
    const struct pk_scene *scene;
    struct pk_style style; /* with the width that is used */
    struct pk_buf out;
    struct pk_buf name, place, label; /* of one box, kept for their memory */
    bool has_blocks;                  /* else ASCII */
    unsigned flags;                   /* of all boxes */
};

static unsigned cell_of(const struct term *term, int64_t value)
{
    return (unsigned)((wide)value * term->style.width / term->scene->span);
}

static void add_times(struct pk_buf *out, const char *sign, size_t count)
{
    for (size_t i = 0; i < count; i++)
        pk_buf_text(out, sign);
}

/* ---- labels */

/* Two of ASCII for the one cell of an ellipsis, wherever a name has it. */
static void make_ascii(struct pk_buf *text)
{
    struct pk_buf out = {0};
    struct pk_str rest = pk_buf_view(text);
    const char *found;

    while (rest.size && (found = memmem(rest.data, rest.size, ELLIPSIS, strlen(ELLIPSIS)))) {
        size_t before = (size_t)(found - rest.data);

        pk_buf_add(&out, rest.data, before);
        pk_buf_text(&out, "..");
        rest = pk_str_slice(rest, before + strlen(ELLIPSIS), rest.size);
    }
    pk_buf_str(&out, rest);
    pk_buf_fini(text);
    *text = out;
}

/* Append `more` behind two spaces if both fit; returns whether they did. */
static bool add_fitting(struct pk_buf *label, struct pk_str more, size_t cells)
{
    size_t used = pk_utf8_width(pk_buf_view(label));

    if (more.size == 0 || used + 2 + pk_utf8_width(more) > cells)
        return false;
    pk_buf_text(label, "  ");
    pk_buf_str(label, more);
    return true;
}

/* The share comes before the place: nothing else in the picture tells it. */
static void choose_label(struct term *term, const struct pk_box *box, size_t cells)
{
    struct pk_buf share = {0};

    pk_picture_name(term->scene, box, &term->name, &term->place);
    pk_buf_reset(&term->label);
    if (cells < LEAST_CELLS)
        return;
    if (!term->has_blocks) {
        make_ascii(&term->name);
        make_ascii(&term->place);
    }
    if (box->flags & PK_BOX_UNCERTAIN) {
        pk_buf_text(&term->label, term->has_blocks ? "≈" : "~");
        cells--;
    }
    if (pk_utf8_width(pk_buf_view(&term->name)) > cells) {
        pk_picture_shorten(&term->label, pk_buf_view(&term->name), cells - !term->has_blocks);
        if (!term->has_blocks)
            make_ascii(&term->label);
        return;
    }
    pk_buf_str(&term->label, pk_buf_view(&term->name));
    if (!term->scene->change) {
        pk_units_percent(&share, box->size, term->scene->span);
        pk_buf_text(&share, " %");
    }
    cells += box->flags & PK_BOX_UNCERTAIN ? 1 : 0;
    add_fitting(&term->label, pk_buf_view(&share), cells);
    if (!add_fitting(&term->label, pk_buf_view(&term->place), cells))
        add_fitting(&term->label, pk_picture_change_word(box), cells);
    pk_buf_fini(&share);
}

/* ---- boxes */

/* The colour of a fill as the ground of text, or as that of a block. */
static void add_color(struct term *term, unsigned fill, bool is_ground)
{
    struct pk_color c = pk_theme_shades(fill).light, ink = pk_theme_surface(PK_SURFACE_LABEL).light;

    if (!term->style.has_truecolor)
        pk_buf_printf(&term->out, "\x1b[0;%s%um", is_ground ? "7;" : "", pk_theme_ansi(fill));
    else if (is_ground)
        pk_buf_printf(&term->out, "\x1b[0;48;2;%u;%u;%u;38;2;%u;%u;%um", c.r, c.g, c.b, ink.r,
                      ink.g, ink.b);
    else
        pk_buf_printf(&term->out, "\x1b[0;38;2;%u;%u;%um", c.r, c.g, c.b);
}

/* A label and what fills the rest of its cells. */
static void add_filled(struct term *term, size_t cells, const char *filler)
{
    size_t used = pk_utf8_width(pk_buf_view(&term->label));

    pk_buf_str(&term->out, pk_buf_view(&term->label));
    if (used < cells)
        add_times(&term->out, filler, cells - used);
}

static void add_blocks(struct term *term, const struct pk_box *box, size_t cells)
{
    unsigned fill = pk_picture_fill(term->scene, term->style.palette, box);
    bool is_shaded = box->flags & PK_BOX_UNCERTAIN;

    choose_label(term, box, cells - 1);
    if (cells > 1) {
        add_color(term, fill, true);
        add_filled(term, cells - 1, is_shaded ? SHADE : " ");
    }
    add_color(term, fill, false);
    pk_buf_text(&term->out, is_shaded && cells == 1 ? SHADE : HALF_BLOCK);
    pk_buf_text(&term->out, PLAIN);
}

static void add_brackets(struct term *term, const struct pk_box *box, size_t cells)
{
    bool is_shaded = box->flags & PK_BOX_UNCERTAIN;

    if (cells == 1) {
        pk_buf_char(&term->out, box->flags & PK_BOX_SMALL ? '+' : is_shaded ? '~' : '|');
        return;
    }
    choose_label(term, box, cells - 2);
    pk_buf_char(&term->out, '[');
    add_filled(term, cells - 2, is_shaded ? "~" : " ");
    pk_buf_char(&term->out, ']');
}

/* The boxes of one level. What is free behind the last one is not written. */
static void add_row(struct term *term, const uint32_t *order, size_t count)
{
    unsigned at = 0;

    for (size_t i = 0; i < count; i++) {
        const struct pk_box *box = &term->scene->boxes[order[i]];
        unsigned from = cell_of(term, box->start), to = cell_of(term, box->start + box->size);

        if (to == from)
            continue;
        add_times(&term->out, " ", from - at);
        if (term->has_blocks)
            add_blocks(term, box, to - from);
        else
            add_brackets(term, box, to - from);
        at = to;
    }
    pk_buf_char(&term->out, '\n');
}

/* ---- around the boxes */

static void add_sentence(struct term *term, struct pk_str text)
{
    struct pk_buf own = {0};

    pk_text_own(&own, &term->style, text);
    if (own.size > 0)
        pk_text_sentence(&term->out, &term->style, pk_buf_view(&own));
    pk_buf_fini(&own);
}

/* As many groups as go on one line; none of them may go on a narrow one. */
static void add_legend(struct term *term, struct pk_arena *arena)
{
    size_t count, used = 0;
    const struct pk_picture_group *groups =
        pk_picture_groups(term->scene, term->style.palette, arena, &count);
    struct pk_str heading = pk_picture_group_heading(term->style.palette);
    struct pk_buf text = {0};
    const char *gap = "";

    for (size_t i = 0; term->has_blocks && i < count; i++) {
        pk_buf_reset(&text);
        pk_picture_group_text(&text, &groups[i], term->scene->span);
        if (i == 0 &&
            pk_utf8_width(heading) + pk_utf8_width(pk_buf_view(&text)) + 3 <= term->style.width) {
            pk_buf_str(&term->out, heading);
            used = pk_utf8_width(heading);
            gap = "  ";
        }
        used += strlen(gap) + 1 + pk_utf8_width(pk_buf_view(&text));
        if (used > term->style.width)
            break;
        pk_buf_text(&term->out, gap);
        gap = "  ";
        add_color(term, groups[i].fill, false);
        pk_buf_text(&term->out, HALF_BLOCK PLAIN);
        pk_buf_str(&term->out, pk_buf_view(&text));
    }
    if (used > 0)
        pk_buf_char(&term->out, '\n');
    pk_buf_fini(&text);
}

/* The scale of a comparison, where there are colours: without them the signs say it. */
static void add_keys(struct term *term, struct pk_arena *arena)
{
    size_t count, used = 0;
    const struct pk_picture_key *keys = pk_picture_change_keys(term->scene, arena, &count);

    for (size_t i = 0; term->has_blocks && i < count; i++) {
        bool has_swatch = keys[i].fill < PK_THEME_FILLS;
        size_t cells = pk_utf8_width(keys[i].text) + has_swatch;

        if (keys[i].flags) /* words here, no marks */
            continue;
        if (used && used + 2 + cells > term->style.width) {
            pk_buf_char(&term->out, '\n');
            used = 0;
        }
        pk_buf_text(&term->out, used ? "  " : "");
        if (has_swatch) {
            add_color(term, keys[i].fill, false);
            pk_buf_text(&term->out, HALF_BLOCK PLAIN);
        }
        pk_buf_str(&term->out, keys[i].text);
        used += cells + (used ? 2 : 0);
    }
    if (used > 0)
        pk_buf_char(&term->out, '\n');
}

/* "… 1,234 boxes deeper than this hold 12.3 %: --max-depth draws them" */
static void add_omitted(struct term *term, int64_t count, int64_t sum, const char *which,
                        const char *cure)
{
    struct pk_buf text = {0};

    if (count == 0)
        return;
    pk_buf_text(&text, ELLIPSIS " ");
    pk_units_count(&text, count);
    pk_buf_printf(&text, " %s %s %s ", count == 1 ? "box" : "boxes", which,
                  count == 1 ? "holds" : "hold");
    pk_units_percent(&text, sum, term->scene->span);
    pk_buf_printf(&text, " %%: %s", cure);
    add_sentence(term, pk_buf_view(&text));
    pk_buf_fini(&text);
}

static void add_head(struct term *term)
{
    struct pk_str heading = pk_picture_heading(term->scene);

    if (term->style.has_color)
        pk_buf_text(&term->out, "\x1b[1m");
    add_sentence(term, heading);
    if (term->style.has_color)
        pk_buf_text(&term->out, PLAIN);
    add_sentence(term, term->scene->subtitle);
}

static void add_foot(struct term *term, struct pk_arena *arena)
{
    struct pk_picture_omitted omitted = pk_picture_omitted(term->scene);
    struct pk_buf which = {0};

    if (term->scene->change)
        add_keys(term, arena);
    else
        add_legend(term, arena);
    add_sentence(term, term->scene->notes);
    for (size_t i = 0; term->scene->change && i < term->scene->change->n_notes; i++)
        add_sentence(term, term->scene->change->notes[i]);
    if (term->flags & PK_BOX_UNCERTAIN)
        add_sentence(term, term->has_blocks ? PK_STR("≈ and shaded: estimated, size not proven")
                                            : PK_STR("~: estimated, size not proven"));
    pk_buf_text(&which, term->scene->min_percent ? "of " : "");
    if (term->scene->min_percent)
        pk_picture_least(term->scene, &which);
    else
        pk_buf_text(&which, "narrower than a cell");
    pk_buf_text(&which, ", drawn as +n,");
    add_omitted(term, omitted.n_small, omitted.small, which.data,
                term->scene->min_percent ? "a smaller --min-percent shows more"
                                         : "a larger --width shows more");
    pk_buf_fini(&which);
    add_omitted(term, term->scene->n_omitted, omitted.deeper, "deeper than this",
                "--max-depth draws them");
}

bool pk_term_scene(const struct pk_scene *scene, const struct pk_style *style, FILE *to,
                   struct pk_error *error)
{
    struct term term = {.scene = scene, .style = *style};
    struct pk_arena arena;
    struct pk_picture_rows rows;

    (void)error;
    pk_arena_init(&arena);
    if (term.style.width == 0)
        term.style.width = WIDTH_UNKNOWN;
    if (term.style.width < LEAST_WIDTH)
        term.style.width = LEAST_WIDTH;
    term.style.has_color &= !style->is_ascii;
    term.has_blocks = term.style.has_color;
    for (uint32_t i = 0; i < scene->n_boxes; i++)
        term.flags |= scene->boxes[i].flags;
    rows = pk_picture_rows(scene, &arena);
    add_head(&term);
    for (uint32_t d = 0; d < rows.n; d++)
        add_row(&term, rows.order + rows.start[d], rows.start[d + 1] - rows.start[d]);
    add_foot(&term, &arena);
    pk_buf_write(&term.out, to);
    pk_buf_fini(&term.out);
    pk_buf_fini(&term.name);
    pk_buf_fini(&term.place);
    pk_buf_fini(&term.label);
    pk_arena_fini(&arena);
    return true;
}

const struct pk_writer pk_writer_term = {
    .name = "term",
    .summary = "picture of a terminal, as text",
    .extension = ".txt",
    .scene = pk_term_scene,
};
