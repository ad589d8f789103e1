/*
 * Sparse rows of values (struct pk_rows): see builder_private.h. A thousand threads cost what they
 * touched, not what there is.
 */
#include <stdint.h>
#include <string.h>

#include "model/builder_private.h"

/* Values of a row stand together: a sample touches one cache line, not one per metric. */
static size_t row_width(const struct pk_rows *rows)
{
    return (size_t)rows->groups * rows->stride + rows->tail;
}

int64_t *pk_rows_at(struct pk_rows *rows, uint32_t slice, uint32_t item, bool *is_new)
{
    size_t width = row_width(rows);
    bool fresh;
    uint32_t row = pk_map_add(&rows->keys, &(struct pk_row_key){slice, item}, &fresh);

    if (fresh) {
        pk_array_reserve(&rows->values, width);
        for (size_t i = 0; i < width; i++)
            rows->values.data[rows->values.size++] = PK_MISSING;
    }
    if (is_new)
        *is_new = fresh;
    return rows->values.data + row * width;
}

int64_t *pk_rows_group(const struct pk_rows *rows, uint32_t row, unsigned group)
{
    return rows->values.data + row * row_width(rows) + (size_t)group * rows->stride;
}

/* Doubling the stride keeps the cost linear when a file names its events one by one. */
void pk_rows_widen(struct pk_rows *rows, uint32_t metrics)
{
    struct pk_rows old = *rows;

    if (metrics <= rows->stride)
        return;
    while (rows->stride < metrics)
        rows->stride *= 2;
    memset(&rows->values, 0, sizeof rows->values);
    pk_array_reserve(&rows->values, old.keys.size * row_width(rows));
    for (uint32_t row = 0; row < old.keys.size; row++) {
        for (unsigned group = 0; group < rows->groups; group++)
            for (unsigned m = 0; m < rows->stride; m++)
                rows->values.data[rows->values.size++] =
                    m < old.stride ? pk_rows_group(&old, row, group)[m] : PK_MISSING;
        for (unsigned i = 0; i < rows->tail; i++)
            rows->values.data[rows->values.size++] = pk_rows_group(&old, row, old.groups)[i];
    }
    pk_array_fini(&old.values);
}
