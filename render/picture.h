/*
 * What all pictures of a scene share, whatever draws them: where things stand, what a box is
 * called, how a name is cut, what the legend says. SVG, PNG and PDF have one geometry because they
 * ask here. Layer: render; uses scene, theme, label.
 */
#ifndef PK_RENDER_PICTURE_H
#define PK_RENDER_PICTURE_H

#include <stddef.h>
#include <stdint.h>

#include "render/scene.h" /* IWYU pragma: export */
#include "render/theme.h" /* IWYU pragma: export */

enum {
    PK_PICTURE_MARGIN = 10,     /* px left and right of everything */
    PK_PICTURE_TITLE_Y = 24,    /* base line of the first line */
    PK_PICTURE_WIDE = 3,        /* px of a box that has room for a gap to its neighbour */
    PK_PICTURE_LEAST_CELLS = 3, /* a label of fewer says nothing */
    PK_PICTURE_GROUPS = 10,     /* in a legend */
};

struct pk_picture_line { /* how text above or below the boxes is set */
    double letter;       /* px of one cell: as wide as the widest common fonts */
    unsigned step;       /* px from line to line */
};

extern const struct pk_picture_line pk_picture_title, pk_picture_plain;

/* The px of a whole picture, of one row with its gap and of its letters, from those asked for (0:
 * the defaults), and of the base line of a label below the top of its row. */
unsigned pk_picture_width(unsigned asked);
unsigned pk_picture_row(unsigned asked);
unsigned pk_picture_font(unsigned row);
unsigned pk_picture_base(unsigned row, unsigned font);

/* The cells of a label that fit a box of `px`. */
size_t pk_picture_cells(double px, unsigned font);

/* The title, or what stands in its place. */
struct pk_str pk_picture_heading(const struct pk_scene *scene);

/* The bytes of `text` that go on one line of a picture of `width`: up to a space, or as many as
 * fit; at least one while there is text. */
size_t pk_picture_line_size(const struct pk_picture_line *line, unsigned width, struct pk_str text);

/* What is left of `text` below a line of `size` bytes. */
struct pk_str pk_picture_next_line(struct pk_str text, size_t size);

/* Put name and place of a box, of a comparison its change in place of the place (escaped for the
 * terminal, not for XML) into the two buffers, which are emptied first. */
void pk_picture_name(const struct pk_scene *scene, const struct pk_box *box, struct pk_buf *name,
                     struct pk_buf *place);

/* The fill of a box, an index of the theme. */
unsigned pk_picture_fill(const struct pk_scene *scene, enum pk_palette palette,
                         const struct pk_box *box);

struct pk_picture_rows { /* boxes by depth, from the left: order[start[d]] up to start[d + 1] */
    uint32_t n, *order, *start;
};

/* The boxes of a scene by rows, in `arena`. */
struct pk_picture_rows pk_picture_rows(const struct pk_scene *scene, struct pk_arena *arena);

struct pk_picture_omitted { /* what a picture cannot show */
    int64_t n_small, small; /* boxes that were too narrow, and their values */
    int64_t deeper;         /* the value that hides above the limit of depth */
};

/* One look at all boxes. */
struct pk_picture_omitted pk_picture_omitted(const struct pk_scene *scene);

/* Append "less than 0.5 %": what small boxes are, where --min-percent decided. */
void pk_picture_least(const struct pk_scene *scene, struct pk_buf *out);

struct pk_picture_cut { /* walks over the places where the front of a name may be cut off */
    struct pk_str name;
    size_t at;    /* of the part that begins here */
    size_t cells; /* of the name from `at` on */
    size_t read, rest;
    int depth;
    bool has_dots;
};

/* Begin in front of the first cut, at 0: the whole name. */
struct pk_picture_cut pk_picture_cut_first(struct pk_str name);

/* Go to the next cut; false, and nothing changed, when there is none. */
bool pk_picture_cut_next(struct pk_picture_cut *cut);

/* Append what fits of a name into `cells` (at least 3), cut at the end that says least. */
void pk_picture_shorten(struct pk_buf *out, struct pk_str name, size_t cells);

/* "new", "gone" or nothing: where there is no room for more. */
struct pk_str pk_picture_change_word(const struct pk_box *box);

/* Append what stands beside the name of a box of a comparison: "+0.3 s", "new +0.3 s". */
void pk_picture_change_brief(struct pk_buf *out, const struct pk_scene *scene,
                             const struct pk_box *box);

/* Append the facts of such a box: its place, before and after, difference, ratio, bounds, verdict;
 * escaped for the terminal. */
void pk_picture_change_facts(struct pk_buf *out, const struct pk_scene *scene,
                             const struct pk_box *box);

struct pk_picture_key { /* an item of the legend of a comparison */
    unsigned fill;      /* of its swatch; PK_THEME_FILLS: a text alone */
    unsigned flags;     /* how the swatch is marked: PK_BOX_NEW, PK_BOX_GONE */
    struct pk_str text;
};

/* The legend of a comparison, in `arena`: the steps of the scale in words, and the marks in use. */
struct pk_picture_key *pk_picture_change_keys(const struct pk_scene *scene, struct pk_arena *arena,
                                              size_t *count);

struct pk_picture_group { /* frames of one colour and word in the legend */
    struct pk_str name;   /* not escaped */
    int64_t sum;          /* own values of its boxes */
    unsigned fill;        /* of the theme */
};

/* What of a box counts for its group or function: over all boxes together this is the whole, once.
 */
int64_t pk_picture_share(const struct pk_scene *scene, const struct pk_box *box);

/* The groups of a palette, largest first, in `arena`; none where colours only tell functions apart.
 */
struct pk_picture_group *pk_picture_groups(const struct pk_scene *scene, enum pk_palette palette,
                                           struct pk_arena *arena, size_t *count);

/* What stands before the groups, or a missing string. */
struct pk_str pk_picture_group_heading(enum pk_palette palette);

/* Append "json 12.3 %", escaped for the terminal and cut like a label. */
void pk_picture_group_text(struct pk_buf *out, const struct pk_picture_group *group, int64_t span);

#endif
