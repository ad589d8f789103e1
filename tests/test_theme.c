/*
 * Colours. The contrast that WCAG 2.2 asks of text (4.5:1) is checked on every fill and surface of
 * both themes; the formula itself against the values that the standard and its usual examples give.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#include "render/theme.h"

static void contrast_follows_the_standard(void **state)
{
    static const struct {
        struct pk_color a, b;
        double expected;
    } cases[] = {
        {{0, 0, 0}, {255, 255, 255}, 21.0},
        {{255, 255, 255}, {0, 0, 0}, 21.0},
        {{9, 9, 9}, {9, 9, 9}, 1.0},
        {{0x77, 0x77, 0x77}, {255, 255, 255}, 4.48}, /* famous for being just too light */
        {{255, 0, 0}, {255, 255, 255}, 4.00},
        {{0, 0, 255}, {255, 255, 255}, 8.59},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_float_equal(pk_theme_contrast(cases[i].a, cases[i].b), cases[i].expected, 0.005);
}

/* At `part` of a over b. */
static struct pk_color blend(struct pk_color a, struct pk_color b, double part)
{
    return (struct pk_color){(uint8_t)(a.r * part + b.r * (1 - part)),
                             (uint8_t)(a.g * part + b.g * (1 - part)),
                             (uint8_t)(a.b * part + b.b * (1 - part))};
}

static void text_is_readable_on_every_fill_in_both_themes(void **state)
{
    struct pk_shades text = pk_theme_surface(PK_SURFACE_LABEL),
                     page = pk_theme_surface(PK_SURFACE_PAGE);
    (void)state;

    for (unsigned i = 0; i < PK_THEME_FILLS; i++) {
        struct pk_shades fill = pk_theme_shades(i);

        assert_true(pk_theme_contrast(fill.light, text.light) >= 4.5);
        assert_true(pk_theme_contrast(fill.dark, text.dark) >= 4.5);
        /* Hatched, dimmed, hovered: the page shows through by some part. */
        for (int tenths = 1; tenths < 10; tenths++) {
            double part = tenths / 10.0;

            assert_true(pk_theme_contrast(blend(page.light, fill.light, part), text.light) >= 4.5);
            assert_true(pk_theme_contrast(blend(page.dark, fill.dark, part), text.dark) >= 4.5);
        }
    }
}

static void text_is_readable_on_hits_and_on_the_page(void **state)
{
    static const enum pk_surface pairs[][2] = {
        {PK_SURFACE_LABEL, PK_SURFACE_HIT},
        {PK_SURFACE_TEXT, PK_SURFACE_PAGE},
        {PK_SURFACE_MUTED, PK_SURFACE_PAGE},
    };
    struct pk_shades ring = pk_theme_surface(PK_SURFACE_RING),
                     page = pk_theme_surface(PK_SURFACE_PAGE);
    (void)state;

    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct pk_shades text = pk_theme_surface(pairs[i][0]),
                         under = pk_theme_surface(pairs[i][1]);

        assert_true(pk_theme_contrast(text.light, under.light) >= 4.5);
        assert_true(pk_theme_contrast(text.dark, under.dark) >= 4.5);
    }
    assert_true(pk_theme_contrast(ring.light, page.light) >=
                3); /* what the standard asks of a focus mark */
    assert_true(pk_theme_contrast(ring.dark, page.dark) >= 3);
}

static void hits_differ_from_every_fill(void **state)
{
    struct pk_shades hit = pk_theme_surface(PK_SURFACE_HIT);
    (void)state;

    for (unsigned i = 0; i < PK_THEME_FILLS; i++) {
        struct pk_color c = pk_theme_shades(i).light;
        int far = abs(c.r - hit.light.r) + abs(c.g - hit.light.g) + abs(c.b - hit.light.b);

        assert_true(far > 80);
    }
}

/* ---- colour blindness: linear light as it is seen without one kind of cones (Machado, Oliveira
 * and Fernandes 2009, severity 1), and distances in CIELAB, where 2.3 are just noticed */

enum { VISIONS = 4 };

static const double visions[VISIONS][3][3] = {
    {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
    {{0.152286, 1.052583, -0.204868},
     {0.114503, 0.786281, 0.099216},
     {-0.003882, -0.048116, 1.051998}},
    {{0.367322, 0.860646, -0.227968},
     {0.280085, 0.672501, 0.047413},
     {-0.011820, 0.042940, 0.968881}},
    {{1.255528, -0.076749, -0.178779},
     {-0.078411, 0.930809, 0.147602},
     {0.004733, 0.691367, 0.303900}},
};

static double linear_light(uint8_t channel)
{
    double c = channel / 255.0;

    return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

static double lab_curve(double t)
{
    return t > 216.0 / 24389 ? cbrt(t) : (24389.0 / 27 * t + 16) / 116;
}

/* L, a and b of a colour as it is seen; white is that of D65. */
static void see(struct pk_color color, const double vision[3][3], double lab[3])
{
    static const double xyz[3][3] = {
        {0.4124, 0.3576, 0.1805}, {0.2126, 0.7152, 0.0722}, {0.0193, 0.1192, 0.9505}};
    static const double white[3] = {0.9505, 1, 1.089};
    double light[3] = {linear_light(color.r), linear_light(color.g), linear_light(color.b)};
    double seen[3], f[3];

    for (int i = 0; i < 3; i++) {
        seen[i] = vision[i][0] * light[0] + vision[i][1] * light[1] + vision[i][2] * light[2];
        seen[i] = seen[i] < 0 ? 0 : seen[i] > 1 ? 1 : seen[i];
    }
    for (int i = 0; i < 3; i++)
        f[i] =
            lab_curve((xyz[i][0] * seen[0] + xyz[i][1] * seen[1] + xyz[i][2] * seen[2]) / white[i]);
    lab[0] = 116 * f[1] - 16;
    lab[1] = 500 * (f[0] - f[1]);
    lab[2] = 200 * (f[1] - f[2]);
}

static double distance(struct pk_color a, struct pk_color b, unsigned vision)
{
    double x[3], y[3];

    see(a, visions[vision], x);
    see(b, visions[vision], y);
    return sqrt(pow(x[0] - y[0], 2) + pow(x[1] - y[1], 2) + pow(x[2] - y[2], 2));
}

/* Values that everybody knows, or the rest says nothing: black to white is 100, red and green are
 * far apart but for who has no green cones. */
static void distances_are_those_of_the_eye(void **state)
{
    struct pk_color black = {0, 0, 0}, white = {255, 255, 255};
    struct pk_color red = {0xd0, 0x40, 0x30}, olive = {0x80, 0x78, 0x28};
    (void)state;

    for (unsigned v = 0; v < VISIONS; v++)
        assert_float_equal(distance(black, white, v), 100, 0.1);
    assert_float_equal(distance((struct pk_color){255, 0, 0}, (struct pk_color){0, 255, 0}, 0),
                       170.6, 0.5);
    assert_true(distance(red, olive, 0) > 50 && distance(red, olive, 2) < 15);
}

static void kinds_are_told_apart_by_every_eye(void **state)
{
    (void)state;

    for (unsigned v = 0; v < VISIONS; v++)
        for (unsigned i = 3; i < 10; i++) /* kernel to built-in */
            for (unsigned j = 0; j < i; j++) {
                struct pk_shades a = pk_theme_shades(i), b = pk_theme_shades(j);
                double least = j < 3 ? 5 : 12; /* grey says "nothing known" */

                if (distance(a.light, b.light, v) < least || distance(a.dark, b.dark, v) < least)
                    fail_msg("fills %u and %u look alike to eye %u: %.1f, %.1f", i, j, v,
                             distance(a.light, b.light, v), distance(a.dark, b.dark, v));
            }
}

/* Any two shades, and none with the grey of noise; more and less of one step are told apart best.
 */
static void shades_of_change_are_told_apart_by_every_eye(void **state)
{
    (void)state;

    for (unsigned v = 0; v < VISIONS; v++)
        for (int i = -4; i <= 4; i++)
            for (int j = -5; j < i; j++) {
                struct pk_shades a = pk_theme_shades(pk_theme_change(i));
                struct pk_shades b = pk_theme_shades(pk_theme_change(j < -4 ? PK_THEME_NOISE : j));
                double least = i == -j ? 25 : 8;

                if (distance(a.light, b.light, v) < least || distance(a.dark, b.dark, v) < least)
                    fail_msg("changes %d and %d look alike to eye %u: %.1f, %.1f", i, j, v,
                             distance(a.light, b.light, v), distance(a.dark, b.dark, v));
            }
}

/* The more of a change, the further from none: a scale that is read without the legend. */
static void deeper_shades_are_further_from_none(void **state)
{
    struct pk_shades none = pk_theme_shades(pk_theme_change(0));
    (void)state;

    for (int sign = -1; sign <= 1; sign += 2)
        for (int i = 2; i <= 4; i++) {
            struct pk_shades less = pk_theme_shades(pk_theme_change(sign * (i - 1)));
            struct pk_shades more = pk_theme_shades(pk_theme_change(sign * i));

            for (unsigned v = 0; v < VISIONS; v++) {
                assert_true(distance(more.light, none.light, v) >
                            distance(less.light, none.light, v));
                assert_true(distance(more.dark, none.dark, v) > distance(less.dark, none.dark, v));
            }
        }
}

static struct pk_frame named(const char *name)
{
    return (struct pk_frame){.name = pk_str_of(name)};
}

static void one_module_has_one_colour(void **state)
{
    struct pk_frame a = {.name = PK_STR("iterencode"),
                         .file = PK_STR("/usr/lib/python3.11/json/encoder.py")};
    struct pk_frame b = {.name = PK_STR("dump"),
                         .file = PK_STR("/opt/py/lib/python3.13/json/__init__.py")};
    struct pk_frame c = {.name = PK_STR("f"), .file = PK_STR("shop/orders.py")};
    (void)state;

    assert_int_equal(pk_theme_index(PK_PALETTE_MODULE, &a), pk_theme_index(PK_PALETTE_MODULE, &b));
    assert_int_not_equal(pk_theme_index(PK_PALETTE_MODULE, &a),
                         pk_theme_index(PK_PALETTE_MODULE, &c));
    assert_int_not_equal(pk_theme_index(PK_PALETTE_HASH, &a), pk_theme_index(PK_PALETTE_HASH, &b));
}

/* Pictures of different runs and machines are laid side by side: these numbers must never change.
 */
static void colours_are_the_same_in_every_run(void **state)
{
    struct pk_frame main_ = named("main"), parse = named("parse");
    (void)state;

    /* FNV-1a worked out by hand: 10 + hash % 12 and 22 + hash % 16. */
    assert_int_equal(pk_theme_index(PK_PALETTE_HOT, &main_), 14);
    assert_int_equal(pk_theme_index(PK_PALETTE_HOT, &parse), 17);
    assert_int_equal(pk_theme_index(PK_PALETTE_HASH, &main_), 30);
    assert_int_equal(pk_theme_index(PK_PALETTE_HASH, &parse), 29);
}

static void a_palette_uses_most_of_its_colours(void **state)
{
    static const struct {
        enum pk_palette palette;
        unsigned colours;
    } cases[] = {
        {PK_PALETTE_HASH, 16}, {PK_PALETTE_HOT, 12}, {PK_PALETTE_GREY, 3}, {PK_PALETTE_MODULE, 12}};
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned count[PK_THEME_FILLS] = {0}, used = 0;

        for (int n = 0; n < 1000; n++) {
            char name[8] = {'f', (char)('0' + n / 100), (char)('0' + n / 10 % 10),
                            (char)('0' + n % 10), 0};
            struct pk_frame frame = named(name);

            count[pk_theme_index(cases[i].palette, &frame)]++;
        }
        for (unsigned c = 0; c < PK_THEME_FILLS; c++) {
            used += count[c] > 0;
            assert_true(count[c] <= 3 * 1000 / cases[i].colours);
        }
        assert_int_equal(used, cases[i].colours);
    }
}

static void kinds_show_in_every_palette(void **state)
{
    static const struct {
        struct pk_frame frame;
        enum pk_palette palette;
        const char *group;
    } cases[] = {
        {{.name = PK_STR("read"), .kind = PK_KIND_KERNEL}, PK_PALETTE_MODULE, "kernel"},
        {{.name = PK_STR("read"), .kind = PK_KIND_KERNEL}, PK_PALETTE_KIND, "kernel"},
        {{.name = PK_STR("[unknown]"), .kind = PK_KIND_UNRESOLVED}, PK_PALETTE_HOT, "no symbol"},
        {{.name = PK_STR("(pruned)"), .kind = PK_KIND_SPECIAL}, PK_PALETTE_HOT, "(pruned)"},
        {{.name = PK_STR("f"), .kind = PK_KIND_INLINED}, PK_PALETTE_KIND, "inlined"},
        {{.name = PK_STR("f"), .kind = PK_KIND_JIT}, PK_PALETTE_KIND, "jit, interpreted"},
        {{.name = PK_STR("<range>"), .kind = PK_KIND_BUILTIN}, PK_PALETTE_KIND, "built-in, C"},
        {{.name = PK_STR("f"), .file = PK_STR("a.py")}, PK_PALETTE_KIND, "own code"},
        {{.name = PK_STR("f"), .file = PK_STR("/x/site-packages/a/b.py")},
         PK_PALETTE_KIND,
         "library"},
        {{.name = PK_STR("f"), .file = PK_STR("/usr/lib/python3.9/ast.py")},
         PK_PALETTE_KIND,
         "runtime"},
        {{.name = PK_STR("f"), .file = PK_STR("/usr/lib/python3.9/ast.py")},
         PK_PALETTE_MODULE,
         "ast"},
        {{.name = PK_STR("f")}, PK_PALETTE_MODULE, "module not known"},
        {{.name = PK_STR("f")}, PK_PALETTE_HOT, ""},
        {{.name = PK_STR("f")}, PK_PALETTE_GREY, ""},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_buf out = {0};

        pk_theme_group(&out, cases[i].palette, &cases[i].frame);
        assert_string_equal(out.data ? out.data : "", cases[i].group);
        pk_buf_fini(&out);
    }
}

static void special_frames_are_grey(void **state)
{
    struct pk_frame frame = {.name = PK_STR("(place not proven)"), .kind = PK_KIND_SPECIAL};
    struct pk_color c = pk_theme_fill(PK_PALETTE_MODULE, &frame);
    (void)state;

    assert_int_equal(c.r, c.g);
    assert_int_equal(c.g, c.b);
}

/* Neighbours on the circle of hues look alike to some eyes: they must differ in lightness, too. */
static void neighbours_in_the_table_differ_in_lightness(void **state)
{
    (void)state;

    for (unsigned i = 22; i + 1 < 38; i++) {
        struct pk_shades a = pk_theme_shades(i), b = pk_theme_shades(i + 1);

        assert_true(pk_theme_contrast(a.light, b.light) > 1.15);
    }
}

static void palettes_are_parsed_by_name(void **state)
{
    static const struct {
        const char *name;
        enum pk_palette expected;
    } cases[] = {
        {"module", PK_PALETTE_MODULE}, {"kind", PK_PALETTE_KIND}, {"hash", PK_PALETTE_HASH},
        {"hot", PK_PALETTE_HOT},       {"grey", PK_PALETTE_GREY},
    };
    enum pk_palette palette = PK_PALETTE_GREY;
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(pk_theme_parse(cases[i].name, &palette));
        assert_int_equal(palette, cases[i].expected);
    }
    assert_false(pk_theme_parse("Hot", &palette));
    assert_false(pk_theme_parse("", &palette));
    assert_false(pk_theme_parse("hotter", &palette));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(contrast_follows_the_standard),
        cmocka_unit_test(text_is_readable_on_every_fill_in_both_themes),
        cmocka_unit_test(text_is_readable_on_hits_and_on_the_page),
        cmocka_unit_test(hits_differ_from_every_fill),
        cmocka_unit_test(distances_are_those_of_the_eye),
        cmocka_unit_test(kinds_are_told_apart_by_every_eye),
        cmocka_unit_test(shades_of_change_are_told_apart_by_every_eye),
        cmocka_unit_test(deeper_shades_are_further_from_none),
        cmocka_unit_test(one_module_has_one_colour),
        cmocka_unit_test(colours_are_the_same_in_every_run),
        cmocka_unit_test(a_palette_uses_most_of_its_colours),
        cmocka_unit_test(kinds_show_in_every_palette),
        cmocka_unit_test(special_frames_are_grey),
        cmocka_unit_test(neighbours_in_the_table_differ_in_lightness),
        cmocka_unit_test(palettes_are_parsed_by_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
