/*
 * Call graphs as pictures, laid out by Graphviz: see out_dot.h. The program `dot` gets DOT over its
 * standard input and gives the picture back; it is told nothing else.
 *
 * Trap: its SVG begins with a DOCTYPE that names a file of the web. No viewer needs it, and
 * pictures of this program name nothing outside, so it is cut off.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/child.h"
#include "render/out_dot.h"

#define SECONDS 60
#define MOST_BYTES ((size_t)256 << 20)

/* Run dot on the graph. */
static bool lay_out(const struct pk_net *net, const struct pk_style *style, const char *form,
                    struct pk_buf *picture, struct pk_error *error)
{
    const char *const words[] = {"dot", form, NULL};
    const struct pk_child child = {.words = words, .seconds = SECONDS, .most = MOST_BYTES};
    struct pk_buf text = {0};
    bool done;

    pk_dot_text(&text, net, style);
    done = pk_child_run(&child, pk_buf_view(&text), picture, error);
    if (!done)
        pk_error_hint(error, "dot is part of Graphviz; -o out.dot needs no other program");
    pk_buf_fini(&text);
    return done;
}

/* What stands before and behind the DOCTYPE, which holds no other ">". */
static void write_without_doctype(struct pk_str svg, FILE *to)
{
    static const char doctype[] = "<!DOCTYPE";
    const char *from =
        svg.size ? memmem(svg.data, svg.size < 1024 ? svg.size : 1024, doctype, sizeof doctype - 1)
                 : NULL;
    const char *end = from ? memchr(from, '>', svg.size - (size_t)(from - svg.data)) : NULL;

    if (end) {
        end += end + 1 < svg.data + svg.size && end[1] == '\n' ? 2 : 1;
        fwrite(svg.data, 1, (size_t)(from - svg.data), to);
        svg = pk_str_slice(svg, (size_t)(end - svg.data), svg.size);
    }
    fwrite(svg.data, 1, svg.size, to);
}

/* A program that calls itself dot and ends well may still have written anything. */
static bool check_picture(const struct pk_buf *picture, struct pk_str begin, struct pk_str end,
                          const char *form, struct pk_error *error)
{
    struct pk_str all = pk_buf_view(picture);

    while (all.size > 0 && all.data[all.size - 1] == '\n')
        all.size--;
    if (pk_str_starts(all, begin) && pk_str_ends(all, end))
        return true;
    pk_error_set(error, PK_OUTPUT, pk_place_none(), "what dot wrote is no %s", form);
    pk_error_hint(error, "the program dot in PATH has to be that of Graphviz");
    return false;
}

/* Held in memory until dot has succeeded, so that a failure leaves nothing of a picture. */
bool pk_dot_svg(const struct pk_net *net, const struct pk_style *style, FILE *to,
                struct pk_error *error)
{
    struct pk_buf picture = {0};
    bool done = lay_out(net, style, "-Tsvg", &picture, error) &&
                check_picture(&picture, PK_STR("<?xml"), PK_STR("</svg>"), "SVG", error);

    if (done)
        write_without_doctype(pk_buf_view(&picture), to);
    pk_buf_fini(&picture);
    return done;
}

bool pk_dot_png(const struct pk_net *net, const struct pk_style *style, FILE *to,
                struct pk_error *error)
{
    struct pk_buf picture = {0};
    bool done = lay_out(net, style, "-Tpng", &picture, error) &&
                check_picture(&picture, PK_STR("\x89PNG\r\n\x1a\n"), PK_STR("IEND\xae\x42\x60\x82"),
                              "PNG", error);

    if (done)
        pk_buf_write(&picture, to);
    pk_buf_fini(&picture);
    return done;
}
