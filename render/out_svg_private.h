/*
 * The parts of the SVG writer, which share one state: style (out_svg_style.c), boxes
 * (out_svg_frames.c) and whose code they are (out_svg_origin.c), text of tooltips (out_svg_text.c),
 * legend (out_svg_legend.c), put together by out_svg.c. Nobody else includes this.
 */
#ifndef PK_RENDER_OUT_SVG_PRIVATE_H
#define PK_RENDER_OUT_SVG_PRIVATE_H

#include <stdint.h>
#include <stdio.h>

#include "render/picture.h" /* IWYU pragma: export */
#include "render/writer.h"  /* IWYU pragma: export */

enum { PK_SVG_MARGIN = PK_PICTURE_MARGIN };

struct pk_svg {
    const struct pk_scene *scene;
    const struct pk_style *style;
    FILE *stream;
    struct pk_buf out;     /* not yet written to the stream */
    struct pk_arena arena; /* for one picture */
    unsigned width;        /* px of the picture without script */
    unsigned row;          /* px of one row of boxes, with the gap below it */
    unsigned font;         /* px of labels */
    unsigned decimals;     /* of percents that give a position */
    struct pk_picture_rows rows;
    uint8_t *fill;               /* [box] */
    uint32_t *origin, n_origins; /* [box], 1 to n_origins or 0 for none; NULL: no other views */
    struct pk_str *origin_name;  /* [origin]: "+" or "-" and the module */
    uint32_t n_modules;          /* of the origins that have one */
    bool has_library, has_own;   /* among them */
    bool is_used[PK_THEME_FILLS], is_hatched[PK_THEME_FILLS], is_striped[PK_THEME_FILLS];
};

/* The position of a value on the x axis: percent of the span times 10^decimals, rounded down. */
int64_t pk_svg_position(const struct pk_svg *svg, int64_t value);

/* The width in px, at the width without script, of what lies between two positions. */
double pk_svg_px(const struct pk_svg *svg, int64_t positions);

/* Append such a number as a decimal with `%`, without zeros at its end. */
void pk_svg_percent(struct pk_svg *svg, int64_t position);

/* The class of a fill: one letter, never the 'u' and 'w' that say hatched and wide. */
char pk_svg_class(unsigned fill);

/* The further class of a box by its flags, with a space in front: " nw" new, " gn" gone, or "". */
const char *pk_svg_mark(unsigned flags);

/* Append foreign text: made visible where it would act (control and bidi characters), then escaped.
 */
void pk_svg_text(struct pk_svg *svg, struct pk_str text);

/* Append the style sheet with the colours of the fills in use, and the hatched patterns. */
void pk_svg_style(struct pk_svg *svg);

/* Append all rows of boxes with tooltips, and labels whose base line is `base` px below the top of
 * a row. */
void pk_svg_frames(struct pk_svg *svg, unsigned base);

/* Find whose code the boxes are. */
void pk_svg_origins(struct pk_svg *svg);

/* Append the attribute that says which views of this picture the script can make: `h` without
 * libraries, `g` by module, `b` merged from the other end; `r` says that it is merged from the
 * leaves. */
void pk_svg_views(struct pk_svg *svg);

/* Append the list of origins, and the attribute of a row with those of the `n` boxes in `order`. */
void pk_svg_metadata(struct pk_svg *svg);
void pk_svg_row_origins(struct pk_svg *svg, const uint32_t *order, size_t n);

/* Append the second line of a tooltip: value, share, self, and what is proven of an estimate. */
void pk_svg_facts(const struct pk_svg *svg, const struct pk_box *box, struct pk_buf *out);

/* Append the legend with its first line at `y`; returns the y below it. */
unsigned pk_svg_legend(struct pk_svg *svg, unsigned y);

/* Write to the stream what stands in `out`, when it is much or `is_last`. */
void pk_svg_flush(struct pk_svg *svg, bool is_last);

#endif
