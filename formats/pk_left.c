/*
 * Rows of a .pk file that would be read for nothing: edges, for a command that looks at functions
 * alone, where each function says its own inclusive. They are held to the same rules as others.
 */
#include <stddef.h>
#include <stdint.h>

#include "formats/pk_rows.h"

/* Edges between functions that all say what edges could: of one slice, since a function may be
 * known in one and not in the other. */
static bool may_pass(const struct pk_rows_read *rows)
{
    if (!rows->is_known)
        return false;
    for (size_t i = 0; i < rows->edges.size; i++)
        if (!rows->is_known[rows->edges.data[i].caller] ||
            !rows->is_known[rows->edges.data[i].callee])
            return false;
    return true;
}

/* One row; returns what its numbers add up to. */
static unsigned __int128 pass_row(struct pk_part *part, uint32_t n_values)
{
    unsigned __int128 sum = 0;

    for (uint32_t i = 0; i < n_values; i++)
        sum += pk_units_known_magnitude(pk_part_value(part));
    for (unsigned i = 0; i < 2; i++)
        sum += pk_units_known_magnitude(pk_part_calls(part));
    return sum;
}

/* A sum that does not fit is an error whatever the command asks for: where one could come near to
 * it the rows are read as others are. */
bool pk_rows_pass_edges(struct pk_rows_read *rows, struct pk_part *part,
                        const struct pk_rows_slice *slice)
{
    size_t begin = part->at.at;
    unsigned __int128 sum = 0;
    uint64_t next = 0; /* the least edge that may follow */
    uint32_t n, n_values = 0;

    if (!may_pass(rows))
        return false;
    for (unsigned i = 0; i < 4; i++)
        n_values += 2 * (uint32_t)__builtin_popcountll(slice->metrics[i]);
    n = pk_part_count(part, 1, "a number of rows");
    for (uint32_t i = 0; i < n && pk_part_is_good(part); i++) {
        next = (uint64_t)pk_part_step(part, next, rows->edges.size, "the item of a row") + 1;
        sum += pass_row(part, n_values);
    }
    if (pk_part_is_good(part) && sum >= INT64_MAX / 1024) {
        part->at.at = begin;
        return false;
    }
    return true;
}
