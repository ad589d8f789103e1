/*
 * Tables as plain arrays: see table.h.
 */
#include "render/table.h"

#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "render/label.h"

/* The columns are copied, since views hide some of them by what the profile has. All cells are
 * zero, which is a value: who fills a row fills all of it. */
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

/* Cells of one row stand side by side, so the cell of column 0 is a row. */
struct pk_cell *pk_table_cell(const struct pk_table *table, uint32_t row, uint32_t column)
{
    return &table->cells[(size_t)row * table->n_columns + column];
}

/* A comparison has rows of two profiles; their cells say of which. */
const struct pk_frame *pk_table_frame(const struct pk_table *table, const struct pk_cell *cell)
{
    return pk_profile_frame(cell->profile ? cell->profile : table->profile, cell->frame);
}

/* Walked from the last node, so a long path costs no more than what is shown of it. */
void pk_table_path(const struct pk_table *table, const struct pk_cell *cell,
                   struct pk_table_path *path)
{
    const struct pk_tree *tree = table->tree;
    pk_node_id node = cell->node;

    path->n = 0;
    for (; node != PK_NONE && path->n < PK_TABLE_STEPS; node = tree->parent[node])
        path->frame[path->n++] = tree->frame[node];
    path->is_cut = node != PK_NONE;
    for (uint32_t i = 0; i < path->n / 2; i++) {
        pk_frame_id frame = path->frame[i];

        path->frame[i] = path->frame[path->n - 1 - i];
        path->frame[path->n - 1 - i] = frame;
    }
}

void pk_table_path_text(struct pk_buf *out, const struct pk_table *table,
                        const struct pk_cell *cell, const char *arrow)
{
    struct pk_table_path path;

    pk_table_path(table, cell, &path);
    pk_buf_text(out, path.is_cut ? "…" : "");
    for (uint32_t i = 0; i < path.n; i++) {
        pk_buf_text(out, i || path.is_cut ? arrow : "");
        pk_label_name(out, pk_profile_frame(table->profile, path.frame[i]));
    }
}

/* A file that contradicts itself may give a part more than the whole. */
struct pk_cell pk_table_share(const struct pk_metric *metric, int64_t value, int64_t whole)
{
    if (metric->is_signed || value < 0 || whole < 0)
        value = PK_MISSING;
    if (value > whole && whole >= 0)
        value = whole;
    return (struct pk_cell){.value = value, .whole = whole};
}

void pk_table_cure(struct pk_buf *out, bool by_top, bool by_percent)
{
    if (!by_top && !by_percent)
        return;
    pk_buf_text(out, by_top ? " (--top 0" : " (");
    if (by_percent)
        pk_buf_text(out, by_top ? " --min-percent 0" : "--min-percent 0");
    pk_buf_text(out, " shows all)");
}
