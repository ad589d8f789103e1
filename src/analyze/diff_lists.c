/*
 * The rows of a diff as two lists, and which of them are shown: see diff.h. What got slower is what
 * most people look for, and it must not be pushed out of a short list by what got faster.
 */
#include <stdint.h>
#include <stdlib.h>

#include "analyze/diff.h"

/* 0: more self, 1: less, 2: as much, or nobody knows. */
static unsigned list_of(const struct pk_diff_row *row)
{
    if (row->self.delta == PK_MISSING || row->self.delta == 0)
        return 2;
    return row->self.delta < 0;
}

/* Stable: each list keeps the order that the rows had. */
void pk_diff_split(struct pk_diff *diff)
{
    struct pk_diff_row *row = pk_calloc((size_t)diff->n + 1, sizeof *row);
    uint32_t at = 0;

    for (unsigned list = 0; list < 3; list++) {
        uint32_t first = at;

        for (uint32_t i = 0; i < diff->n; i++)
            if (list_of(&diff->row[i]) == list)
                row[at++] = diff->row[i];
        diff->n_list[list] = at - first;
    }
    for (uint32_t i = 0; i < diff->n; i++)
        diff->row[i] = row[i];
    diff->is_split = true;
    pk_free(row);
}

/* The first of each list; what has no difference of its own fills up a list, it does not make one
 * longer. */
uint32_t pk_diff_pick(const struct pk_diff *diff, uint32_t top, uint32_t *row)
{
    uint32_t n = 0, at = 0;

    for (unsigned list = 0; list < (diff->is_split ? 3u : 1u); list++) {
        uint32_t size = diff->is_split ? diff->n_list[list] : diff->n, most = size;

        if (top && list < 2)
            most = top;
        else if (top)
            most = n < top ? top - n : 0;
        for (uint32_t i = 0; i < size && i < most; i++)
            row[n++] = at + i;
        at += size;
    }
    return n;
}
