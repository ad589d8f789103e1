/*
 * The one table of fills, and which frame takes which. The shades were taken from OKLCH so that
 * neighbours in the table differ in lightness: light ones L 0.76 to 0.91 under near-black text,
 * dark ones L 0.33 to 0.47 under near-white text. Kinds, whose colour says something, go further:
 * any two of them can be told apart without red, green or blue cones. test_theme.c holds all to
 * what theme.h promises.
 *
 * The hash is FNV-1a without a seed: unlike the hash of tables it must give the same colour in
 * every run. It guards nothing; names that collide on purpose only share a colour.
 */
#include "render/theme.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "render/label.h"

enum { /* positions in the table; special and root are public */
       UNRESOLVED = 1,
       KERNEL = 3,
       INLINED,
       JIT,
       OWN,
       LIBRARY,
       RUNTIME,
       BUILTIN,
       WARM,
       N_WARM = 12,
       MODULE = WARM + N_WARM,
       N_MODULE = 16,
       GREY = MODULE + N_MODULE,
       N_GREY = 3,
       CHANGE = GREY + N_GREY,
       N_CHANGE = 9,
};

struct pair {
    uint32_t light, dark; /* 0xrrggbb */
};

static const struct pair fills[PK_THEME_FILLS] = {
    {0xcacaca, 0x3d3d3d}, /* special */
    {0xd4d8dd, 0x43484e}, /* unresolved */
    {0xdae2eb, 0x2e363f}, /* root */
    {0xf79e75, 0x854324}, /* kernel */
    {0x5799a0, 0x032b30}, /* inlined */
    {0xc2fac4, 0x2a4d33}, /* jit */
    {0x86c5fa, 0x1c5c8c}, /* own */
    {0xffcf6b, 0x2f290f}, /* library */
    {0x918cec, 0x4d0c4d}, /* runtime */
    {0xa88575, 0x815658}, /* builtin */
    /* warm: red to yellow */
    {0xfb8e80, 0x712822},
    {0xfda48f, 0x7d3423},
    {0xff9b76, 0x742f14},
    {0xffb18b, 0x7f3c15},
    {0xfdaa74, 0x753800},
    {0xffbe8b, 0x7e4401},
    {0xffb76b, 0x714200},
    {0xfecb8b, 0x794f0a},
    {0xfdc565, 0x6d4c04},
    {0xffd886, 0x755808},
    {0xf8d466, 0x695407},
    {0xfde676, 0x706105},
    /* module: once round the hues */
    {0xf79f9f, 0x864445},
    {0xfdc6b0, 0x6c321a},
    {0xe9ac70, 0x7d4f1b},
    {0xefd18a, 0x574200},
    {0xbec16f, 0x5e5f19},
    {0xbde2a1, 0x324f16},
    {0x81cf9d, 0x296944},
    {0x8ce9d4, 0x055145},
    {0x5acfd5, 0x00686c},
    {0x94e1fd, 0x064d60},
    {0x7fc2fa, 0x295f8a},
    {0xc3d4fd, 0x304275},
    {0xb9affa, 0x5a518a},
    {0xe8c5fd, 0x553567},
    {0xe5a1d5, 0x79466f},
    {0xfec0d4, 0x6a2e45},
    /* grey */
    {0xbbbec1, 0x3a3d41},
    {0xcacccf, 0x46494d},
    {0xd8dbde, 0x52565a},
    /* change: much less to much more; red and green never meet, and either end stands out more */
    {0x4492e6, 0x2170c0},
    {0x78b3f0, 0x1f5896},
    {0xa4cdf6, 0x1b426c},
    {0xcbe3fb, 0x1a2f48},
    {0xf2f2ef, 0x212429},
    {0xfbe0b0, 0x43310f},
    {0xf9bf72, 0x613806},
    {0xf59e55, 0x873f0a},
    {0xe8683e, 0xc2471d},
};

_Static_assert(CHANGE + N_CHANGE == PK_THEME_FILLS, "the table of fills is full");

static const struct pair surfaces[PK_SURFACES] = {
    [PK_SURFACE_PAGE] = {0xffffff, 0x15171c},  [PK_SURFACE_TEXT] = {0x1b1d21, 0xeceef2},
    [PK_SURFACE_MUTED] = {0x5b616b, 0xa3a9b4}, [PK_SURFACE_LABEL] = {0x1b1d21, 0xf4f5f7},
    [PK_SURFACE_HIT] = {0xf25dea, 0xa3069e},   [PK_SURFACE_RING] = {0x0b57d0, 0xa8c7fa},
};

/* The three bytes of 0xrrggbb. */
static struct pk_color color_of(uint32_t rgb)
{
    return (struct pk_color){(uint8_t)(rgb >> 16), (uint8_t)(rgb >> 8 & 255), (uint8_t)(rgb & 255)};
}

struct pk_shades pk_theme_shades(unsigned index)
{
    return (struct pk_shades){color_of(fills[index].light), color_of(fills[index].dark)};
}

struct pk_shades pk_theme_surface(enum pk_surface surface)
{
    return (struct pk_shades){color_of(surfaces[surface].light), color_of(surfaces[surface].dark)};
}

/* No 34: blue on black cannot be read in most themes. Red of the 16 hues of modules is left to the
 * kernel, which shows in every palette. Kinds that share a number seldom meet in a file. */
unsigned pk_theme_ansi(unsigned index)
{
    static const char letters[] = "tttrccgymr"
                                  "rrrrrryyyyyy"
                                  "yyyyygggccccmmmm"
                                  "ttt"
                                  "ccccttyrr";

    switch (letters[index]) {
    case 'r':
        return 31;
    case 'g':
        return 32;
    case 'y':
        return 33;
    case 'm':
        return 35;
    case 'c':
        return 36;
    default:
        return 39;
    }
}

/* One of `count` fills from `first` on, by the bytes of a name. */
static unsigned spread(struct pk_str s, unsigned first, unsigned count)
{
    uint32_t hash = 2166136261u;

    for (size_t i = 0; i < s.size; i++)
        hash = (hash ^ (unsigned char)s.data[i]) * 16777619u;
    hash ^= hash >> 16; /* the low bits of FNV alone are poor for short names */
    return first + hash % count;
}

/* The fill of kinds that look alike in every palette; PK_THEME_FILLS when the palette decides. */
static unsigned fixed_fill(const struct pk_frame *frame)
{
    switch (frame->kind) {
    case PK_KIND_SPECIAL:
    case PK_KIND_SEPARATOR:
        return PK_THEME_SPECIAL;
    case PK_KIND_UNRESOLVED:
        return UNRESOLVED;
    case PK_KIND_PROCESS:
    case PK_KIND_THREAD:
        return PK_THEME_ROOT;
    case PK_KIND_KERNEL:
        return KERNEL;
    default:
        return PK_THEME_FILLS;
    }
}

/* By what the frame is, then by whose code it is. */
static unsigned kind_fill(const struct pk_frame *frame)
{
    switch (frame->kind) {
    case PK_KIND_BUILTIN:
        return BUILTIN;
    case PK_KIND_INLINED:
        return INLINED;
    case PK_KIND_JIT:
    case PK_KIND_INTERPRETED:
    case PK_KIND_COMPILED_C1:
        return JIT;
    default:
        break;
    }
    switch (pk_label_owner(frame)) {
    case PK_OWNER_LIBRARY:
        return LIBRARY;
    case PK_OWNER_RUNTIME:
        return RUNTIME;
    default:
        return OWN;
    }
}

/* By module; functions of no known module get warm colours by name, as flame graphs always had
 * them. */
static unsigned module_fill(const struct pk_frame *frame)
{
    struct pk_buf module = {0};
    unsigned fill;

    pk_label_module(&module, frame);
    fill = module.size > 0 ? spread(pk_buf_view(&module), MODULE, N_MODULE)
                           : spread(frame->name, WARM, N_WARM);
    pk_buf_fini(&module);
    return fill;
}

/* The palette is asked only where the kind leaves a choice: a kernel frame is a kernel frame in all
 * of them. */
unsigned pk_theme_index(enum pk_palette palette, const struct pk_frame *frame)
{
    unsigned fixed = fixed_fill(frame);

    if (fixed < PK_THEME_FILLS)
        return fixed;
    switch (palette) {
    case PK_PALETTE_KIND:
        return kind_fill(frame);
    case PK_PALETTE_HASH:
        return spread(frame->name, MODULE, N_MODULE);
    case PK_PALETTE_HOT:
        return spread(frame->name, WARM, N_WARM);
    case PK_PALETTE_GREY:
        return spread(frame->name, GREY, N_GREY);
    default:
        return module_fill(frame);
    }
}

/* Less is blue and more is orange to red: which of the two, every eye can tell. */
unsigned pk_theme_change(int level)
{
    return level == PK_THEME_NOISE ? GREY : (unsigned)(CHANGE + N_CHANGE / 2 + level);
}

struct pk_color pk_theme_fill(enum pk_palette palette, const struct pk_frame *frame)
{
    return pk_theme_shades(pk_theme_index(palette, frame)).light;
}

/* The module in words, or that nobody knows it. */
static void add_module(struct pk_buf *out, const struct pk_frame *frame)
{
    size_t before = out->size;

    pk_label_module(out, frame);
    if (out->size == before)
        pk_buf_text(out, "module not known");
}

/* Where colours mean nothing (hash, hot, grey) only the kinds with a fill of their own have a
 * group, the others append nothing. */
void pk_theme_group(struct pk_buf *out, enum pk_palette palette, const struct pk_frame *frame)
{
    static const char *const words[WARM] = {
        [UNRESOLVED] = "no symbol", [KERNEL] = "kernel",       [INLINED] = "inlined",
        [JIT] = "jit, interpreted", [OWN] = "own code",        [LIBRARY] = "library",
        [RUNTIME] = "runtime",      [BUILTIN] = "built-in, C",
    };
    unsigned fixed = fixed_fill(frame);

    if (frame->kind == PK_KIND_SPECIAL)
        pk_buf_str(out, frame->name);
    if (fixed == PK_THEME_FILLS && palette == PK_PALETTE_KIND)
        fixed = kind_fill(frame);
    if (fixed < PK_THEME_FILLS && words[fixed])
        pk_buf_text(out, words[fixed]);
    else if (fixed == PK_THEME_FILLS && palette == PK_PALETTE_MODULE)
        add_module(out, frame);
}

/* False, and *palette untouched, for any other word. */
bool pk_theme_parse(const char *name, enum pk_palette *palette)
{
    static const char *const names[] = {
        [PK_PALETTE_MODULE] = "module", [PK_PALETTE_KIND] = "kind", [PK_PALETTE_HASH] = "hash",
        [PK_PALETTE_HOT] = "hot",       [PK_PALETTE_GREY] = "grey",
    };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(name, names[i]) == 0) {
            *palette = (enum pk_palette)i;
            return true;
        }
    }
    return false;
}

/* One channel without the gamma of sRGB. */
static double linear(uint8_t channel)
{
    double c = channel / 255.0;

    return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

/* Relative luminance, 0 to 1. */
static double luminance(struct pk_color c)
{
    return 0.2126 * linear(c.r) + 0.7152 * linear(c.g) + 0.0722 * linear(c.b);
}

/* WCAG 2: 1 for equal colours, 21 for black and white, whichever comes first. */
double pk_theme_contrast(struct pk_color a, struct pk_color b)
{
    double x = luminance(a), y = luminance(b);

    return ((x > y ? x : y) + 0.05) / ((x > y ? y : x) + 0.05);
}
