/*
 * Cells of a table that a view made, by row and key. Include it behind cmocka.h.
 */
#ifndef TESTS_TABLE_CHECK_H
#define TESTS_TABLE_CHECK_H

#include "render/table.h" // IWYU pragma: export

/* The cell of a column; the test fails when there is no such column. */
static inline const struct pk_cell *cell_of(const struct pk_table *table, uint32_t row,
                                            const char *key)
{
    for (uint32_t c = 0; c < table->n_columns; c++)
        if (pk_str_equal(pk_str_of(table->columns[c].key), pk_str_of(key)))
            return pk_table_cell(table, row, c);
    fail_msg("no column %s", key);
    return NULL;
}

/* Fail unless a text is the one wanted. */
static inline void assert_text(struct pk_str text, const char *wanted)
{
    if (!pk_str_equal(text, pk_str_of(wanted)))
        fail_msg("%.*s is not %s", (int)text.size, text.data, wanted);
}

#endif
