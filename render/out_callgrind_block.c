/*
 * What stands in the block of a function: its self and its calls by source line as far as lines
 * were recorded, and the rest at the line where it is defined. See out_callgrind_private.h.
 *
 * The order is one of written texts alone, and equal places are one entry: a reader that makes
 * lines of all of it and writes them again gets the same block.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "render/out_callgrind_private.h"

/* Missing values are no costs: 0. */
static int64_t at(const int64_t *column, uint32_t index)
{
    return column && column[index] != PK_MISSING ? column[index] : 0;
}

int64_t pk_callgrind_block_cost(const struct pk_callgrind_block *b,
                                const struct pk_callgrind_entry *entry, size_t i)
{
    uint32_t metric = b->metrics[i], index = (uint32_t)entry->index;

    switch (entry->source) {
    case PK_CALLGRIND_OF_FUNCTION:
        return at(pk_profile_flat(b->profile)->self[metric], index);
    case PK_CALLGRIND_OF_EDGE:
        return at(b->graph->incl[metric], index);
    case PK_CALLGRIND_OF_LINE:
        return at(b->lines->values[metric], index);
    case PK_CALLGRIND_OF_BLOCK:
        break;
    }
    return b->costs.data[entry->index + i];
}

/* The edge from a function to a callee; PK_NONE where lines know of calls that no table has, as in
 * a file of functions alone merged with another. */
static pk_edge_id edge_to(const struct pk_graph *graph, pk_frame_id caller, pk_frame_id callee)
{
    return graph ? pk_graph_edge(graph, caller, callee) : PK_NONE;
}

/* The runs of `rest`: of self the costs; then of each edge told (0 or 1), calls, costs. */
static size_t run_of(const struct pk_callgrind_block *b, uint32_t edge)
{
    return b->n_metrics + edge * (b->n_metrics + 2);
}

/* Fill `rest` with what lines may hold: all that the function has. */
static void begin_rest(struct pk_callgrind_block *b, pk_frame_id f, uint32_t first, uint32_t end)
{
    const struct pk_flat *flat = pk_profile_flat(b->profile);

    b->rest.size = 0;
    for (size_t i = 0; i < b->n_metrics; i++)
        pk_array_push(&b->rest, at(flat->self[b->metrics[i]], f));
    for (pk_edge_id e = first; e < end; e++) {
        pk_array_push(&b->rest, 0);
        pk_array_push(&b->rest, at(b->graph->calls, e));
        for (size_t i = 0; i < b->n_metrics; i++)
            pk_array_push(&b->rest, at(b->graph->incl[b->metrics[i]], e));
    }
}

/* Take what the lines of a function say from `rest`. False when they say more than the function
 * does, as in files that contradict themselves: then its lines are better not told. */
static bool take_lines(struct pk_callgrind_block *b, pk_frame_id f, uint32_t first)
{
    const struct pk_lines *lines = b->lines;

    for (uint32_t row = lines->start[f]; row < lines->start[f + 1]; row++) {
        int64_t *rest = b->rest.data;

        if (lines->callee[row] != PK_NONE) {
            pk_edge_id edge = edge_to(b->graph, f, lines->callee[row]);

            if (edge == PK_NONE)
                return false;
            rest += run_of(b, edge - first);
            *rest++ = 1;
            *rest -= at(lines->calls, row);
            if (*rest++ < 0)
                return false;
        }
        for (size_t i = 0; i < b->n_metrics; i++) {
            rest[i] -= at(lines->values[b->metrics[i]], row);
            if (rest[i] < 0)
                return false;
        }
    }
    return true;
}

/* The rows of the table as they are. */
static void add_lines(struct pk_callgrind_block *b, pk_frame_id f)
{
    const struct pk_lines *lines = b->lines;

    for (uint32_t row = lines->start[f]; row < lines->start[f + 1]; row++)
        pk_array_push(&b->entries, ((struct pk_callgrind_entry){
                                       .file = b->labels->line_file[lines->file[row]],
                                       .line = lines->line[row],
                                       .callee = lines->callee[row],
                                       .source = PK_CALLGRIND_OF_LINE,
                                       .index = row,
                                       .calls = lines->calls ? lines->calls[row] : PK_MISSING}));
}

/* An entry of `rest`, unless lines hold all of it. */
static void add_rest(struct pk_callgrind_block *b, struct pk_callgrind_entry entry,
                     const int64_t *costs, bool is_told)
{
    bool is_empty = is_told && entry.calls == 0;

    for (size_t i = 0; i < b->n_metrics && is_empty; i++)
        is_empty = costs[i] == 0;
    if (is_empty)
        return;
    entry.source = PK_CALLGRIND_OF_BLOCK;
    entry.index = b->costs.size;
    for (size_t i = 0; i < b->n_metrics; i++)
        pk_array_push(&b->costs, costs[i]);
    pk_array_push(&b->entries, entry);
}

/* What the lines do not hold stands where the function is defined: other files that were merged
 * know none, or fewer. */
static void add_lines_and_rest(struct pk_callgrind_block *b, pk_frame_id f, uint32_t first,
                               uint32_t end)
{
    struct pk_callgrind_entry entry = {.file = b->labels->file[f],
                                       .line = pk_profile_frame(b->profile, f)->line,
                                       .callee = PK_NONE};

    add_lines(b, f);
    add_rest(b, entry, b->rest.data, true);
    for (pk_edge_id e = first; e < end; e++) {
        const int64_t *run = b->rest.data + run_of(b, e - first);
        bool is_unknown = !b->graph->calls || b->graph->calls[e] == PK_MISSING;

        entry.callee = b->graph->callee[e];
        entry.calls = run[0] == 0 && is_unknown ? PK_MISSING : run[1];
        add_rest(b, entry, run + 2, run[0] != 0);
    }
}

/* Without lines all of it stands where the function is defined. */
static void add_sums(struct pk_callgrind_block *b, pk_frame_id f, uint32_t first, uint32_t end)
{
    struct pk_callgrind_entry entry = {.file = b->labels->file[f],
                                       .line = pk_profile_frame(b->profile, f)->line,
                                       .callee = PK_NONE,
                                       .source = PK_CALLGRIND_OF_FUNCTION,
                                       .index = f};

    pk_array_push(&b->entries, entry);
    entry.source = PK_CALLGRIND_OF_EDGE;
    for (pk_edge_id e = first; e < end; e++) {
        entry.callee = b->graph->callee[e];
        entry.calls = b->graph->calls ? b->graph->calls[e] : PK_MISSING;
        entry.index = e;
        pk_array_push(&b->entries, entry);
    }
}

/* The function's own file first, then files by their bytes; lines; self before calls. */
static int order(const void *left, const void *right, void *context)
{
    const struct pk_callgrind_entry *x = left, *y = right;
    const struct pk_callgrind_block *b = context;
    const struct pk_callgrind_labels *labels = b->labels;
    uint32_t own = labels->file[b->frame];

    if (x->file != y->file) {
        if (x->file == own || y->file == own)
            return x->file == own ? -1 : 1;
        return pk_str_compare(pk_intern_text(&labels->files.texts, x->file),
                              pk_intern_text(&labels->files.texts, y->file));
    }
    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    if (x->callee == y->callee)
        return 0;
    if (x->callee == PK_NONE || y->callee == PK_NONE)
        return x->callee == PK_NONE ? -1 : 1;
    return labels->rank[x->callee] < labels->rank[y->callee] ? -1 : 1;
}

/* Add the second entry to the first, which is of the same place. */
static void join(struct pk_callgrind_block *b, struct pk_callgrind_entry *to,
                 const struct pk_callgrind_entry *from)
{
    size_t costs = b->costs.size;

    if (from->calls != PK_MISSING)
        to->calls = (to->calls == PK_MISSING ? 0 : to->calls) + from->calls;
    for (size_t i = 0; i < b->n_metrics; i++) {
        int64_t sum = pk_callgrind_block_cost(b, to, i) + pk_callgrind_block_cost(b, from, i);

        pk_array_push(&b->costs, sum);
    }
    to->source = PK_CALLGRIND_OF_BLOCK;
    to->index = costs;
}

void pk_callgrind_block_fill(struct pk_callgrind_block *b, pk_frame_id frame)
{
    uint32_t first = b->graph ? b->graph->out_start[frame] : 0;
    uint32_t end = b->graph ? b->graph->out_start[frame + 1] : 0;
    bool has_lines = b->lines && b->lines->start[frame] < b->lines->start[frame + 1];
    size_t kept = 0;

    b->frame = frame;
    b->entries.size = b->costs.size = 0;
    if (has_lines)
        begin_rest(b, frame, first, end);
    if (has_lines && take_lines(b, frame, first))
        add_lines_and_rest(b, frame, first, end);
    else
        add_sums(b, frame, first, end);
    if (b->entries.size > 1)
        qsort_r(b->entries.data, b->entries.size, sizeof *b->entries.data, order, b);
    for (size_t i = 1; i < b->entries.size; i++) {
        if (order(&b->entries.data[kept], &b->entries.data[i], b) == 0)
            join(b, &b->entries.data[kept], &b->entries.data[i]);
        else
            b->entries.data[++kept] = b->entries.data[i];
    }
    b->entries.size =
        kept + 1; /* a function with lines has one entry at least, others their self */
}

void pk_callgrind_block_fini(struct pk_callgrind_block *b)
{
    pk_array_fini(&b->entries);
    pk_array_fini(&b->costs);
    pk_array_fini(&b->rest);
}
