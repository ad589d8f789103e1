/*
 * Colours of pictures: by module, by kind, by hash. Every fill keeps a contrast of 4.5:1 with the text on it
 * and differs by lightness too, so it survives colour blindness. Layer: render; uses model.
 */
#ifndef PK_RENDER_THEME_H
#define PK_RENDER_THEME_H

#include <stdint.h>

#include "model/profile.h"

enum pk_palette { PK_PALETTE_MODULE, PK_PALETTE_KIND, PK_PALETTE_HASH, PK_PALETTE_HOT, PK_PALETTE_GREY };

struct pk_color {
    uint8_t r, g, b;
};

/* The fill of a frame; the same frame has the same colour in every picture of a palette. */
struct pk_color pk_theme_fill(enum pk_palette palette, const struct pk_frame *frame);

/* Parse "module", "kind", "hash", "hot", "grey"; false when unknown. */
bool pk_theme_parse(const char *name, enum pk_palette *palette);

/* Contrast ratio of two colours, 1 to 21 (WCAG 2.2, relative luminance). */
double pk_theme_contrast(struct pk_color a, struct pk_color b);

#endif
