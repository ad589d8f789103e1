/*
 * Columns of numbers as a script can use them without reading each number: every number of a column
 * has as many bytes as the largest one needs (1, 2 or 4, least first), and a typed array is laid
 * over them. Beyond four bytes they are doubles, which is what a script has: a value beyond 2^53
 * loses its last digits there, which no picture shows. Columns of one kind pack several times
 * better than records, and what is wider than it need be packs to nearly nothing.
 *
 * A column may hold values that are missing or below zero. Then a number is 0 for missing, else
 * 1 + zigzag; among doubles they stand as they are, and missing is NaN.
 *
 * Texts are bytes to the writer: of each its size as a varint, then what it is. Their width is 0.
 */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/varint.h"
#include "render/out_html_private.h"

void pk_html_put(struct pk_html_columns *columns, uint64_t number)
{
    pk_array_push(&columns->numbers, number);
}

/* ["name", numbers, bytes, width]: a reader passes over a column that it does not know. */
static void end(struct pk_html_columns *columns, const char *name, size_t begin, uint64_t n,
                unsigned width)
{
    while (columns->bytes.size % PK_HTML_ALIGNMENT)
        pk_buf_char(&columns->bytes, '\0');
    pk_json_array(&columns->json);
    pk_json_text(&columns->json, name);
    pk_json_value(&columns->json, (int64_t)n);
    pk_json_value(&columns->json, (int64_t)(columns->bytes.size - begin));
    pk_json_value(&columns->json, width);
    pk_json_array_end(&columns->json);
    columns->numbers.size = 0;
}

void pk_html_column_of_bytes(struct pk_html_columns *columns, const char *name, size_t begin,
                             uint64_t n)
{
    end(columns, name, begin, n, 0);
}

static void put_bytes(struct pk_html_columns *columns, uint64_t bits, unsigned width)
{
    for (unsigned i = 0; i < width; i++)
        pk_buf_char(&columns->bytes, (char)(bits >> (8 * i) & 255));
}

enum { WIDE = 8 };

static void put_double(struct pk_html_columns *columns, double value)
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof bits);
    put_bytes(columns, bits, sizeof bits);
}

static unsigned width_of(const struct pk_html_columns *columns)
{
    uint64_t all = 0;

    for (size_t i = 0; i < columns->numbers.size; i++)
        all |= columns->numbers.data[i];
    return all <= UINT8_MAX ? 1 : all <= UINT16_MAX ? 2 : all <= UINT32_MAX ? 4 : WIDE;
}

void pk_html_column(struct pk_html_columns *columns, const char *name)
{
    size_t begin = columns->bytes.size, n = columns->numbers.size;
    unsigned width = width_of(columns);

    for (size_t i = 0; i < n; i++)
        if (width == WIDE)
            put_double(columns, (double)columns->numbers.data[i]);
        else
            put_bytes(columns, columns->numbers.data[i], width);
    end(columns, name, begin, n, width);
}

/* What no file says anything for is left out, so that its view is absent and not empty. */
void pk_html_values(struct pk_html_columns *columns, const char *name, const int64_t *values,
                    uint32_t n)
{
    size_t begin = columns->bytes.size;

    if (!values)
        return;
    for (uint32_t i = 0; i < n; i++)
        pk_html_put(columns, values[i] == PK_MISSING ? 0 : pk_varint_zigzag(values[i]) + 1);
    if (width_of(columns) < WIDE) {
        pk_html_column(columns, name);
        return;
    }
    for (uint32_t i = 0; i < n; i++)
        put_double(columns, values[i] == PK_MISSING ? NAN : (double)values[i]);
    end(columns, name, begin, n, WIDE);
}
