/*
 * The style sheet of a picture: the shapes from assets/flame.css, then the colours in use, light
 * and dark, from the one table in theme.c. Colours are written out instead of named, because static
 * renderers such as librsvg know no custom properties; the script's controls, which only browsers
 * show, use those.
 *
 * A hatched fill is a pattern over the same fill, one for each colour that needs it: so a box says
 * that it is an estimate with one letter. The lines are of the page's colour, so they only raise
 * the contrast of labels.
 */
#include "render/assets.h"

#include <stddef.h>

#include "render/out_svg_private.h"

struct rule { /* a selector and the property that takes the colour of a surface */
    const char *selector, *property;
    enum pk_surface surface;
};

static const struct rule rules[] = {
    {".pk .page, .pk .hatch", "fill", PK_SURFACE_PAGE},
    {".pk", "background", PK_SURFACE_PAGE}, /* of the whole page, where the picture is one */
    {".pk .w", "stroke", PK_SURFACE_PAGE},
    {".pk text", "fill", PK_SURFACE_TEXT},
    {".pk .sub, .pk .note, .pk .legend text", "fill", PK_SURFACE_MUTED},
    {".pk .frames text", "fill", PK_SURFACE_LABEL},
    {".pk .hit.hit", "fill", PK_SURFACE_HIT},
    {".pk .hit:not(.w)", "stroke", PK_SURFACE_HIT},
    {".pk .ring", "stroke", PK_SURFACE_RING},
    {".pk", "--page", PK_SURFACE_PAGE},
    {".pk", "--text", PK_SURFACE_TEXT},
    {".pk", "--muted", PK_SURFACE_MUTED},
    {".pk", "--ring", PK_SURFACE_RING},
};

/* Where the user has chosen a few colours for everything, boxes keep theirs, which mean something,
 * and all else follows. It stands behind the colours that it replaces. */
static const char forced[] = "@media (forced-colors:active){\n"
                             ".pk,.pk .tools input,.pk .tools button{background:Canvas}\n"
                             ".pk .page{fill:Canvas}\n"
                             ".pk .w{stroke:Canvas}\n"
                             ".pk .ring{stroke:Highlight;stroke-width:3px}\n"
                             ".pk text,.pk .sub,.pk .note,.pk .legend text{fill:CanvasText}\n"
                             "}\n";

/* Words of more than one letter are free for other uses. */
char pk_svg_class(unsigned fill)
{
    return "abcdefghijklmnopqrstvxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"[fill];
}

const char *pk_svg_mark(unsigned flags)
{
    return flags & PK_BOX_NEW ? " nw" : flags & PK_BOX_GONE ? " gn" : "";
}

/* "#rrggbb" */
static void add_color(struct pk_svg *svg, struct pk_shades shades, bool is_dark)
{
    struct pk_color c = is_dark ? shades.dark : shades.light;

    pk_buf_printf(&svg->out, "#%02x%02x%02x", c.r, c.g, c.b);
}

/* All rules with a colour, for one of the two themes; an outline takes the place of a gap. */
static void add_colors(struct pk_svg *svg, bool is_dark)
{
    for (unsigned i = 0; i < PK_THEME_FILLS; i++) {
        if (!svg->is_used[i])
            continue;
        pk_buf_printf(&svg->out, ".pk .%c{fill:", pk_svg_class(i));
        add_color(svg, pk_theme_shades(i), is_dark);
        pk_buf_text(&svg->out, "}\n");
    }
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        pk_buf_printf(&svg->out, "%s{%s:", rules[i].selector, rules[i].property);
        add_color(svg, pk_theme_surface(rules[i].surface), is_dark);
        pk_buf_text(&svg->out, "}\n");
    }
    if (svg->scene->change) {
        pk_buf_text(&svg->out, ".pk .nw{stroke-width:3px;paint-order:normal;stroke:");
        add_color(svg, pk_theme_surface(PK_SURFACE_TEXT), is_dark);
        pk_buf_text(&svg->out, "}\n");
    }
}

/* One pattern. It takes its colour by class, so it follows the theme. */
static void add_pattern(struct pk_svg *svg, char class, const char *id, const char *turn)
{
    pk_buf_printf(&svg->out,
                  "<pattern id=\"%s%c\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\"%s>"
                  "<rect class=\"%c\" width=\"6\" height=\"6\"/>"
                  "<rect class=\"hatch\" width=\"2.5\" height=\"6\"/></pattern>\n",
                  id, class, turn, class);
}

/* Hatched fills are estimates, striped ones are gone. */
static void add_patterns(struct pk_svg *svg)
{
    pk_buf_text(&svg->out, "<defs>\n");
    for (unsigned i = 0; i < PK_THEME_FILLS; i++) {
        if (svg->is_hatched[i])
            add_pattern(svg, pk_svg_class(i), "pk-", " patternTransform=\"rotate(45)\"");
        if (svg->is_striped[i])
            add_pattern(svg, pk_svg_class(i), "pk-gn-", "");
    }
    pk_buf_text(&svg->out, "</defs>\n");
}

/* The rules of the patterns; returns whether there is one. What is an estimate stays one when it is
 * gone, so its rule comes last. */
static bool add_pattern_rules(struct pk_svg *svg)
{
    bool has_any = false;

    for (unsigned i = 0; i < PK_THEME_FILLS; i++) {
        char class = pk_svg_class(i);

        if (svg->is_striped[i])
            pk_buf_printf(&svg->out, ".pk .%c.gn{fill:url(#pk-gn-%c)}\n", class, class);
        if (svg->is_hatched[i])
            pk_buf_printf(&svg->out, ".pk .%c.u{fill:url(#pk-%c)}\n", class, class);
        has_any = has_any || svg->is_hatched[i] || svg->is_striped[i];
    }
    return has_any;
}

/* Light by default and on paper, dark by media query: a renderer that knows no queries shows a
 * light page. The patterns stand outside the style, as elements. */
void pk_svg_style(struct pk_svg *svg)
{
    bool has_pattern;

    pk_buf_text(&svg->out, "<style>\n");
    pk_buf_text(&svg->out, pk_asset_flame_css);
    pk_buf_printf(&svg->out, ".pk .frames text{font-size:%upx}\n", svg->font);
    has_pattern = add_pattern_rules(svg);
    add_colors(svg, false); /* behind the hatch: a hit is shown on hatched boxes, too */
    pk_buf_text(&svg->out, "@media screen and (prefers-color-scheme:dark){\n");
    add_colors(svg, true);
    pk_buf_text(&svg->out, "}\n");
    pk_buf_text(&svg->out, forced);
    if (svg->scene->change)
        pk_buf_text(&svg->out, "@media (forced-colors:active){.pk .nw{stroke:CanvasText}}\n");
    pk_buf_text(&svg->out, "</style>\n");
    if (has_pattern)
        add_patterns(svg);
}
