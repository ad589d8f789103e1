/*
 * Colours of pictures: by module, by kind, by hash. Every fill keeps a contrast of 4.5:1 with the
 * text on it and differs by lightness too, so it survives colour blindness; kinds are told apart
 * with any form of it, and so are shades of change. All fills stand in one
 * table, in a light and a dark shade; a frame has an index into it. Layer: render; uses model.
 */
#ifndef PK_RENDER_THEME_H
#define PK_RENDER_THEME_H

#include <stdint.h>

#include "base/buf.h"      /* IWYU pragma: export */
#include "model/profile.h" /* IWYU pragma: export */

enum pk_palette {
    PK_PALETTE_MODULE,
    PK_PALETTE_KIND,
    PK_PALETTE_HASH,
    PK_PALETTE_HOT,
    PK_PALETTE_GREY
};

enum { PK_THEME_FILLS = 50, PK_THEME_SPECIAL = 0, PK_THEME_ROOT = 2 }; /* indexes of fills */

enum { PK_THEME_NOISE = 100 }; /* a level of change: none that could be told from noise */

enum pk_surface { /* everything that is coloured but no frame */
                  PK_SURFACE_PAGE,
                  PK_SURFACE_TEXT,  /* on the page */
                  PK_SURFACE_MUTED, /* less important text on the page */
                  PK_SURFACE_LABEL, /* on any fill */
                  PK_SURFACE_HIT,   /* the fill of a frame that was searched for */
                  PK_SURFACE_RING,  /* round the frame that has the focus */
                  PK_SURFACES,
};

struct pk_color {
    uint8_t r, g, b;
};

struct pk_shades {
    struct pk_color light, dark;
};

/* The light fill of a frame; the same frame has the same colour in every picture of a palette. */
struct pk_color pk_theme_fill(enum pk_palette palette, const struct pk_frame *frame);

/* The index of the fill of a frame, below PK_THEME_FILLS. */
unsigned pk_theme_index(enum pk_palette palette, const struct pk_frame *frame);

/* The index of the fill of a change: -4 (much less) to 4 (much more), 0 for none, or
 * PK_THEME_NOISE.
 */
unsigned pk_theme_change(int level);

/* Both shades of a fill, and of a surface. */
struct pk_shades pk_theme_shades(unsigned index);
struct pk_shades pk_theme_surface(enum pk_surface surface);

/* The colour of a terminal's theme that stands for a fill, as its number of ECMA-48: 31 to 36, or
 * 39, that of text, for what is grey. Several fills have one: names tell them apart. */
unsigned pk_theme_ansi(unsigned index);

/* Append what the colour of a frame says in words, for a legend: "json", "kernel", "library".
 * Nothing when colours of this palette only tell frames apart. */
void pk_theme_group(struct pk_buf *out, enum pk_palette palette, const struct pk_frame *frame);

/* Parse "module", "kind", "hash", "hot", "grey"; false when unknown. */
bool pk_theme_parse(const char *name, enum pk_palette *palette);

/* Contrast ratio of two colours, 1 to 21 (WCAG 2.2, relative luminance). */
double pk_theme_contrast(struct pk_color a, struct pk_color b);

#endif
