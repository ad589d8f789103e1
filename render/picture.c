/*
 * The measures of a picture. They are px of a picture at its natural size: SVG and PDF scale
 * without loss, PNG multiplies by --scale.
 */
#include "render/picture.h"

#include <stddef.h>

#include "base/utf8.h"

enum { DEFAULT_WIDTH = 1200, LEAST_WIDTH = 100, DEFAULT_ROW = 16, LABEL_MARGIN = 6 };

const struct pk_picture_line pk_picture_title = {10.2, 20};
const struct pk_picture_line pk_picture_plain = {6.8, 16};

unsigned pk_picture_width(unsigned asked)
{
    if (asked == 0)
        return DEFAULT_WIDTH;
    return asked < LEAST_WIDTH ? LEAST_WIDTH : asked;
}

unsigned pk_picture_row(unsigned asked)
{
    return asked ? asked : DEFAULT_ROW;
}

unsigned pk_picture_font(unsigned row)
{
    return row * 7 / 10;
}

/* Centres capital letters. */
unsigned pk_picture_base(unsigned row, unsigned font)
{
    return (row - 1 + font * 7 / 10 + 1) / 2;
}

/* An average letter of the monospaced fonts of the SVG is 0.60 em wide; none of them is above 0.61.
 */
size_t pk_picture_cells(double px, unsigned font)
{
    double room = px - (double)LABEL_MARGIN;

    return room > 0 ? (size_t)(room / (0.61 * font)) : 0;
}

struct pk_str pk_picture_heading(const struct pk_scene *scene)
{
    return scene->title.size > 0 ? scene->title : PK_STR("Flame graph");
}

size_t pk_picture_line_size(const struct pk_picture_line *line, unsigned width, struct pk_str text)
{
    size_t cells = (size_t)((width - 2 * PK_PICTURE_MARGIN) / line->letter);
    size_t most = pk_utf8_prefix(text, cells > 0 ? cells : 1), size = most;

    if (most == text.size)
        return most;
    while (size > 0 && text.data[size] != ' ')
        size--;
    return size > 0 ? size : most > 0 ? most : text.size;
}

/* The space where a line was broken is on neither. */
struct pk_str pk_picture_next_line(struct pk_str text, size_t size)
{
    return pk_str_slice(text, size + (size < text.size && text.data[size] == ' '), text.size);
}
