/*
 * The parts of a .pk file that are numbers: edges, the tree, slices and their rows. Everything here
 * stands in order, so what is written is how far the next lies from the last.
 */
#include <stddef.h>
#include <stdint.h>

#include "render/out_pk_private.h"

/* By caller, then callee: the difference of callers, and the callee after the last of its caller.
 */
void pk_packing_edges(struct pk_packing *packing)
{
    const struct pk_graph *graph = pk_record_graph(packing->profile);
    uint32_t caller = 0, next = 0; /* the least callee that may follow */

    for (uint32_t e = 0; graph && e < graph->n; e++) {
        if (graph->caller[e] != caller)
            next = 0;
        pk_varint_put(&packing->part, graph->caller[e] - caller);
        pk_varint_put(&packing->part, graph->callee[e] - next);
        caller = graph->caller[e];
        next = graph->callee[e] + 1;
    }
    pk_packing_emit(packing, PK_PART_EDGES);
}

/* A node of the tree after its sibling `last` (PK_NONE: the first child), by frame and line. */
static void put_node(struct pk_buf *out, const struct pk_tree *tree, uint32_t node, uint32_t last)
{
    uint32_t frame = tree->frame[node], before = last == PK_NONE ? 0 : tree->frame[last];

    if (!tree->line) { /* siblings are different frames */
        pk_varint_put(out, frame - (last == PK_NONE ? 0 : before + 1));
        return;
    }
    pk_varint_put(out, frame - before);
    pk_varint_put(out, last != PK_NONE && frame == before ? tree->line[node] - tree->line[last] - 1
                                                          : tree->line[node]);
}

/* In preorder: how many levels up from the last node the parent is, then the node itself. */
void pk_packing_nodes(struct pk_packing *packing)
{
    const struct pk_tree *tree = pk_record_tree(packing->profile);

    if (tree && tree->n)
        pk_varint_put(&packing->part, tree->line != NULL);
    for (uint32_t i = 0; tree && i < tree->n; i++) {
        uint32_t levels = 0, sibling = PK_NONE;

        for (uint32_t at = i ? i - 1 : PK_NONE; at != tree->parent[i]; at = tree->parent[at]) {
            sibling = at;
            levels++;
        }
        pk_varint_put(&packing->part, levels);
        put_node(&packing->part, tree, i, sibling);
    }
    pk_packing_emit(packing, PK_PART_NODES);
}

/* By frame, file, line, callee: of the first that differs the difference, of what follows all. */
void pk_packing_lines(struct pk_packing *packing)
{
    struct pk_buf *out = &packing->part;
    uint32_t n;
    const struct pk_record_line *lines = pk_record_lines(packing->profile, &n);
    uint32_t last_frame = 0, last_line = 0, last_callee = 0;
    struct pk_str last_file = PK_STR_NULL;

    for (uint32_t i = 0; i < n; i++) {
        bool is_same = lines[i].frame == last_frame && pk_str_equal(lines[i].file, last_file);

        pk_varint_put(out, lines[i].frame - last_frame);
        pk_packing_text(packing, lines[i].file);
        pk_varint_put(out, lines[i].line - (is_same ? last_line : 0));
        is_same = is_same && lines[i].line == last_line;
        pk_varint_put(out, (uint32_t)(lines[i].callee + 1) - (is_same ? last_callee : 0));
        last_frame = lines[i].frame;
        last_file = lines[i].file;
        last_line = lines[i].line;
        last_callee = (uint32_t)(lines[i].callee + 1) + 1;
    }
    pk_packing_emit(packing, PK_PART_LINES);
}

void pk_packing_slices(struct pk_packing *packing)
{
    uint32_t mask_bytes = (pk_profile_metrics(packing->profile) + 7) / 8;

    for (uint32_t s = 0; s < pk_record_slices(packing->profile); s++) {
        const struct pk_record_slice *slice = pk_record_slice(packing->profile, s);

        pk_packing_text(packing, slice->slice.process);
        pk_packing_text(packing, slice->slice.thread);
        pk_varint_put(&packing->part, slice->slice.n_labels);
        for (uint32_t i = 0; i < slice->slice.n_labels; i++) {
            pk_packing_text(packing, slice->slice.labels[i].key);
            pk_packing_text(packing, slice->slice.labels[i].value);
        }
        pk_varint_put(&packing->part, (uint64_t)slice->rung);
        for (uint32_t i = 0; i < mask_bytes; i++)
            pk_buf_char(&packing->part, (char)(slice->metrics[i / 8] >> (i % 8 * 8)));
    }
    pk_packing_emit(packing, PK_PART_SLICES);
}

static void put_rows(struct pk_buf *out, const struct pk_record_rows *rows)
{
    uint32_t next = 0; /* the least item that may follow */

    pk_varint_put(out, rows->n);
    for (uint32_t i = 0; i < rows->n; i++) {
        pk_varint_put(out, rows->item[i] - next);
        next = rows->item[i] + 1;
        for (uint32_t k = 0; k < rows->width; k++)
            pk_varint_put_value(out, pk_record_row(rows, i)[k]);
    }
}

/* Slice by slice, only those whose rung has such rows; a part without any row is left out. */
static void write_family(struct pk_packing *p, enum pk_pkfile_part tag)
{
    bool has_any = false;

    for (uint32_t s = 0; s < pk_record_slices(p->profile); s++) {
        const struct pk_record_slice *slice = pk_record_slice(p->profile, s);
        const struct pk_record_rows *rows = tag == PK_PART_FUNCTION_ROWS ? &slice->functions
                                            : tag == PK_PART_EDGE_ROWS   ? &slice->edges
                                            : tag == PK_PART_STACK_ROWS  ? &slice->stacks
                                                                         : &slice->lines;

        if (!pk_pkfile_has_rows(tag, slice->rung))
            continue;
        has_any |= rows->n > 0;
        put_rows(&p->part, rows);
    }
    if (!has_any)
        pk_buf_reset(&p->part);
    pk_packing_emit(p, tag);
}

void pk_packing_rows(struct pk_packing *packing)
{
    write_family(packing, PK_PART_FUNCTION_ROWS);
    write_family(packing, PK_PART_EDGE_ROWS);
    write_family(packing, PK_PART_STACK_ROWS);
    write_family(packing, PK_PART_LINE_ROWS);
}

/* The place of a metric among those of the slice. */
static uint32_t metric_index(const struct pk_record_slice *slice, uint32_t metric)
{
    uint32_t index = 0;

    for (uint32_t m = 0; m < metric; m++)
        index += (uint32_t)(slice->metrics[m / 64] >> (m % 64) & 1);
    return index;
}

/* How much later than the one before; the metric only where there are several. */
static void put_moments(struct pk_buf *out, const struct pk_timeline *timeline, uint32_t s,
                        const struct pk_record_slice *slice)
{
    int64_t last = 0;

    pk_varint_put(out, timeline->start[s + 1] - timeline->start[s]);
    for (uint64_t i = timeline->start[s]; i < timeline->start[s + 1]; i++) {
        const struct pk_moment *moment = &timeline->moments[i];

        pk_varint_put(out, (uint64_t)(moment->time - last));
        if (slice->n_metrics != 1)
            pk_varint_put(out, metric_index(slice, moment->metric));
        pk_varint_put(out, moment->node);
        pk_varint_put(out, (uint64_t)moment->value);
        last = moment->time;
    }
}

void pk_packing_moments(struct pk_packing *packing)
{
    const struct pk_timeline *timeline = pk_profile_timeline(packing->profile);

    for (uint32_t s = 0; timeline && s < pk_record_slices(packing->profile); s++) {
        const struct pk_record_slice *slice = pk_record_slice(packing->profile, s);

        if (pk_pkfile_has_rows(PK_PART_STACK_ROWS, slice->rung))
            put_moments(&packing->part, timeline, s, slice);
    }
    pk_packing_emit(packing, PK_PART_MOMENTS);
}
