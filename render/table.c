/*
 * Tables as plain arrays: see table.h.
 */
#include "render/table.h"

#include <stdint.h>
#include <string.h>

struct pk_table *pk_table_new(struct pk_arena *arena, const struct pk_column *columns,
                              uint32_t n_columns, uint32_t n_rows)
{
    struct pk_table *table = PK_NEW(arena, struct pk_table);

    table->n_columns = n_columns;
    table->n_rows = n_rows;
    table->columns = PK_NEW_ARRAY(arena, struct pk_column, n_columns);
    table->cells = PK_NEW_ARRAY(arena, struct pk_cell, (size_t)n_columns * n_rows);
    memcpy(table->columns, columns, n_columns * sizeof *columns);
    return table;
}

struct pk_cell *pk_table_cell(const struct pk_table *table, uint32_t row, uint32_t column)
{
    return &table->cells[(size_t)row * table->n_columns + column];
}
