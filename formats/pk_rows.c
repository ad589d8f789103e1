/*
 * Edges, tree, slices and rows of a .pk file: see pk_rows.h. All of them are written as how far the
 * next lies from the last, so an order that is broken cannot be written at all, and only the upper
 * end is checked. Values of equal items cannot meet, so what is added up here is what was added up
 * before.
 */
#include "formats/pk_rows.h"

#include <stdint.h>
#include <string.h>

struct pk_moment_key { /* one moment, in the order of moments; metric: among those of the slice */
    uint64_t time, metric, node, value;
};

bool pk_rows_read_edges(struct pk_rows_read *rows, struct pk_part *part)
{
    uint32_t caller = 0;
    uint64_t next = 0; /* the least callee that may follow */

    while (pk_part_has_more(part)) {
        uint32_t before = caller;
        struct pk_rows_edge edge;

        edge.caller = pk_part_step(part, caller, rows->n_frames, "a caller");
        edge.callee =
            pk_part_step(part, edge.caller == before ? next : 0, rows->n_frames, "a callee");
        if (!pk_part_is_good(part))
            break;
        caller = edge.caller;
        next = (uint64_t)edge.callee + 1;
        pk_array_push(&rows->edges, edge);
    }
    return pk_part_is_good(part);
}

/* What follows the first number that differs from the line before is written in full. */
bool pk_rows_read_lines(struct pk_rows_read *rows, struct pk_part *part)
{
    const bool leaves_lines = pk_builder_leaves_lines(rows->builder);
    struct pk_rows_line last = {0};
    uint64_t next = 0; /* the least callee + 1 that may follow, 0: none */

    while (pk_part_has_more(part)) {
        struct pk_rows_line line;
        size_t offset = part->at.at;
        bool is_same;

        line.frame = pk_part_step(part, last.frame, rows->n_frames, "the frame of a line");
        line.file = pk_part_reference(part);
        is_same = line.frame == last.frame && line.file == last.file;
        if (pk_part_is_good(part) && line.frame == last.frame && line.file < last.file)
            pk_part_fail(part, offset, "a line that follows the one before", line.file);
        line.line = pk_part_step(part, is_same ? last.line : 0, (uint64_t)UINT32_MAX + 1, "a line");
        is_same = is_same && line.line == last.line;
        line.callee = pk_part_step(part, is_same ? next : 0, (uint64_t)rows->n_frames + 1,
                                   "the callee of a line");
        next = (uint64_t)line.callee + 1;
        line.callee--; /* from 0 to PK_NONE */
        last = line;
        if (!pk_part_is_good(part))
            break;
        if (leaves_lines)
            pk_array_push(&rows->left_lines,
                          (uint8_t)((line.line ? PK_ROWS_NUMBERED : 0) |
                                    (line.callee == PK_NONE ? 0 : PK_ROWS_CALLS)));
        else
            pk_array_push(&rows->lines, line);
    }
    return pk_part_is_good(part);
}

/* --- the tree
 * ------------------------------------------------------------------------------------------ */

struct level { /* the last node of one level of the path */
    pk_node_id node;
    pk_frame_id frame;
    uint32_t line;
};

struct path {
    PK_ARRAY(struct level) levels;
    bool has_lines;
};

/* Frame and line of a node behind its sibling `last`, or of a first child. */
static struct level read_node(const struct pk_rows_read *rows, struct pk_part *part,
                              const struct path *path, const struct level *last)
{
    struct level node = {0};
    uint64_t least = last ? (uint64_t)last->frame + !path->has_lines : 0;

    node.frame = pk_part_step(part, least, rows->n_frames, "the frame of a node");
    if (path->has_lines)
        node.line =
            pk_part_step(part, last && last->frame == node.frame ? (uint64_t)last->line + 1 : 0,
                         (uint64_t)UINT32_MAX + 1, "the line of a node");
    return node;
}

/* The levels that the new node leaves go; the last of them was its sibling. */
static void add_node(struct pk_rows_read *rows, struct pk_part *part, struct path *path)
{
    size_t offset = part->at.at, depth = path->levels.size;
    uint64_t up = pk_part_number(part, depth + 1, "how many levels a node is further up");
    struct level node, last;

    depth -= up;
    if (up)
        last = path->levels.data[depth];
    node = read_node(rows, part, path, up ? &last : NULL);
    if (pk_part_is_good(part) && depth >= rows->deepest)
        pk_limits_error(part->error, pk_place_offset(offset), "stack", rows->deepest,
                        "frames in one stack");
    if (!pk_part_is_good(part))
        return;
    path->levels.size = depth;
    node.node = pk_builder_new_node(
        rows->builder, depth ? path->levels.data[depth - 1].node : PK_NONE, node.frame, node.line);
    pk_array_push(&path->levels, node);
    if (rows->n_nodes++ == 0)
        rows->first_node = node.node;
}

bool pk_rows_read_nodes(struct pk_rows_read *rows, struct pk_part *part)
{
    struct path path = {0};

    path.has_lines = pk_part_number(part, 2, "0 or 1: are there executing lines") != 0;
    while (pk_part_has_more(part))
        add_node(rows, part, &path);
    pk_array_fini(&path.levels);
    return pk_part_is_good(part);
}

/* --- slices
 * -------------------------------------------------------------------------------------------- */

/* The text that a slice is compared by: texts are numbered by their bytes. */
static void read_key(struct pk_rows_read *rows, struct pk_part *part, struct pk_slice *slice,
                     struct pk_label *labels)
{
    uint32_t reference = pk_part_reference(part);

    slice->process = part->texts.data[reference];
    pk_array_push(&rows->key, reference);
    reference = pk_part_reference(part);
    slice->thread = part->texts.data[reference];
    pk_array_push(&rows->key, reference);
    slice->n_labels = pk_part_count(part, 2, "a number of labels");
    slice->labels = labels;
}

static void read_labels(struct pk_rows_read *rows, struct pk_part *part, struct pk_label *labels,
                        uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        size_t offset = part->at.at;
        uint32_t key = pk_part_reference(part), value = pk_part_reference(part);
        size_t at = rows->key.size;

        if (i && (key < rows->key.data[at - 2] ||
                  (key == rows->key.data[at - 2] && value < rows->key.data[at - 1])))
            pk_part_fail(part, offset, "a label that follows the one before", key);
        labels[i] = (struct pk_label){part->texts.data[key], part->texts.data[value]};
        pk_array_push(&rows->key, key);
        pk_array_push(&rows->key, value);
    }
}

/* Bit m: the slice says metric m. Bits without a metric are zero. */
static void read_mask(const struct pk_rows_read *rows, struct pk_part *part, uint64_t metrics[4])
{
    for (uint32_t i = 0; i < (rows->n_metrics + 7) / 8; i++) {
        size_t offset = part->at.at;
        uint64_t byte = pk_bytes_u8(&part->at);
        uint32_t bits = rows->n_metrics - 8 * i;

        if (part->at.failed)
            pk_error_set(part->error, PK_INPUT, pk_place_offset(part->at.size),
                         "expected the metrics of a slice, found the end of the %s", part->name);
        else if (bits < 8 && byte >> bits)
            pk_part_fail(part, offset, "the metrics of a slice", byte);
        metrics[i / 8] |= byte << (i % 8 * 8);
    }
}

static int order_keys(const uint32_t *a, size_t a_size, const uint32_t *b, size_t b_size)
{
    for (size_t i = 0; i < a_size && i < b_size; i++)
        if (a[i] != b[i])
            return a[i] < b[i] ? -1 : 1;
    return (a_size > b_size) - (a_size < b_size);
}

/* By texts, then rung, then metrics: as the writer orders them, each once. */
static bool follows(const struct pk_rows_read *rows, const struct pk_rows_slice *slice)
{
    const struct pk_rows_slice *last = &rows->slices.data[rows->slices.size - 1];
    int order =
        order_keys(rows->last_key.data, rows->last_key.size, rows->key.data, rows->key.size);

    if (!order)
        order = ((int)last->rung > (int)slice->rung) - ((int)last->rung < (int)slice->rung);
    for (unsigned i = 0; i < 4 && !order; i++)
        order = (last->metrics[i] > slice->metrics[i]) - (last->metrics[i] < slice->metrics[i]);
    return order < 0;
}

static void read_slice(struct pk_rows_read *rows, struct pk_part *part, struct pk_slice *slice,
                       struct pk_label *labels, size_t offset)
{
    struct pk_rows_slice read = {0};

    read_labels(rows, part, labels, slice->n_labels);
    read.rung =
        (enum pk_rung)pk_part_step(part, 0, PK_TREE + 1, "1 to 3: how a slice was recorded");
    if (pk_part_is_good(part) && (int)read.rung == 0)
        pk_part_fail(part, offset, "1 to 3: how a slice was recorded", 0);
    read_mask(rows, part, read.metrics);
    if (pk_part_is_good(part) && rows->slices.size && !follows(rows, &read))
        pk_error_set(part->error, PK_INPUT, pk_place_offset(offset),
                     "expected a slice that follows the one before");
    if (!pk_part_is_good(part))
        return;
    read.closed = pk_builder_closed_slice(rows->builder, slice, read.rung, read.metrics);
    pk_array_push(&rows->slices, read);
    rows->last_key.size = 0;
    for (size_t i = 0; i < rows->key.size; i++)
        pk_array_push(&rows->last_key, rows->key.data[i]);
}

bool pk_rows_read_slices(struct pk_rows_read *rows, struct pk_part *part)
{
    PK_ARRAY(struct pk_label) labels = {0};

    while (pk_part_has_more(part)) {
        size_t offset = part->at.at;
        struct pk_slice slice = {0};

        rows->key.size = 0;
        read_key(rows, part, &slice, NULL);
        pk_array_reserve(&labels, slice.n_labels);
        slice.labels = labels.data;
        if (pk_part_is_good(part))
            read_slice(rows, part, &slice, labels.data, offset);
    }
    pk_array_fini(&labels);
    return pk_part_is_good(part);
}

/* --- rows
 * ---------------------------------------------------------------------------------------------- */

/* The values that a slice says, one for each of its metrics; the others stay missing. */
static void read_values(const struct pk_rows_read *rows, struct pk_part *part,
                        const struct pk_rows_slice *slice, int64_t *values)
{
    for (uint32_t m = 0; m < rows->n_metrics; m++)
        values[m] = slice->metrics[m / 64] >> (m % 64) & 1 ? pk_part_value(part) : PK_MISSING;
}

/* Of one that is left all that matters is which sum it belongs to, and that lines have numbers. */
static void add_line(const struct pk_rows_read *rows, const struct pk_part *part, uint32_t item,
                     const int64_t *values, struct pk_calls calls)
{
    const struct pk_rows_line *line;

    if (pk_builder_leaves_lines(rows->builder)) {
        uint8_t left = rows->left_lines.data[item];

        pk_builder_line(rows->builder, 0, PK_STR_NULL, left & PK_ROWS_NUMBERED,
                        left & PK_ROWS_CALLS ? 0 : PK_NONE, values, calls);
        return;
    }
    line = &rows->lines.data[item];
    pk_builder_line(rows->builder, line->frame, part->texts.data[line->file], line->line,
                    line->callee, values, calls);
}

/* Whether a row says the inclusive of all that its slice knows: then edges say nothing new. */
static bool has_inclusive(const struct pk_rows_read *rows, const struct pk_rows_slice *slice)
{
    const int64_t *incl = rows->values + rows->n_metrics;

    for (uint32_t m = 0; m < rows->n_metrics; m++)
        if (slice->metrics[m / 64] >> (m % 64) & 1 && incl[m] == PK_MISSING)
            return false;
    return true;
}

static void read_row(const struct pk_rows_read *rows, struct pk_part *part,
                     const struct pk_rows_slice *slice, enum pk_pkfile_part tag, uint32_t item)
{
    int64_t *self = rows->values, *incl = rows->values + rows->n_metrics;
    struct pk_calls calls = PK_CALLS_MISSING;

    read_values(rows, part, slice, self);
    if (tag == PK_PART_FUNCTION_ROWS || tag == PK_PART_EDGE_ROWS)
        read_values(rows, part, slice, incl);
    if (tag != PK_PART_STACK_ROWS)
        calls.total = pk_part_calls(part);
    if (tag == PK_PART_FUNCTION_ROWS || tag == PK_PART_EDGE_ROWS)
        calls.primitive = pk_part_calls(part);
    if (!pk_part_is_good(part))
        return;
    if (tag == PK_PART_FUNCTION_ROWS && rows->is_known)
        rows->is_known[item] = has_inclusive(rows, slice);
    if (tag == PK_PART_FUNCTION_ROWS)
        pk_builder_self(rows->builder, item, self, incl, calls);
    else if (tag == PK_PART_EDGE_ROWS)
        pk_builder_edge(rows->builder, rows->edges.data[item].caller, rows->edges.data[item].callee,
                        incl, self, calls);
    else if (tag == PK_PART_STACK_ROWS)
        pk_builder_node_self(rows->builder, rows->first_node + item, self);
    else
        add_line(rows, part, item, self, calls);
}

static void read_slice_rows(struct pk_rows_read *rows, struct pk_part *part,
                            struct pk_rows_slice *slice, enum pk_pkfile_part tag, size_t n_items)
{
    uint32_t n = pk_part_count(part, 1, "a number of rows");
    uint64_t next = 0; /* the least item that may follow */

    pk_builder_resume(rows->builder, slice->closed);
    slice->has_rows |= n > 0;
    for (uint32_t i = 0; i < n && pk_part_is_good(part); i++) {
        uint32_t item = pk_part_step(part, next, n_items, "the item of a row");

        next = (uint64_t)item + 1;
        if (pk_part_is_good(part))
            read_row(rows, part, slice, tag, item);
    }
}

/* Which slices have rows of the family, and what an item is, follow from the rung. */
bool pk_rows_read_family(struct pk_rows_read *rows, struct pk_part *part, enum pk_pkfile_part tag)
{
    const size_t n_items = tag == PK_PART_FUNCTION_ROWS             ? rows->n_frames
                           : tag == PK_PART_EDGE_ROWS               ? rows->edges.size
                           : tag == PK_PART_STACK_ROWS              ? rows->n_nodes
                           : pk_builder_leaves_lines(rows->builder) ? rows->left_lines.size
                                                                    : rows->lines.size;

    if (!rows->values)
        rows->values = pk_calloc(2 * (size_t)rows->n_metrics, sizeof *rows->values);
    if (tag == PK_PART_FUNCTION_ROWS && pk_builder_leaves_edges(rows->builder) &&
        rows->slices.size == 1)
        rows->is_known = pk_calloc(rows->n_frames, sizeof *rows->is_known);
    for (size_t i = 0; i < rows->slices.size && pk_part_is_good(part); i++) {
        struct pk_rows_slice *slice = &rows->slices.data[i];

        if (pk_pkfile_has_rows(tag, slice->rung) &&
            !(tag == PK_PART_EDGE_ROWS && pk_rows_pass_edges(rows, part, slice)))
            read_slice_rows(rows, part, slice, tag, n_items);
    }
    if (pk_part_has_more(part))
        pk_error_set(part->error, PK_INPUT, pk_place_offset(part->at.at),
                     "expected the end of the %s, found %zu bytes more", part->name,
                     pk_bytes_left(&part->at));
    return pk_part_is_good(part);
}

/* --- moments
 * ------------------------------------------------------------------------------------------- */

/* The metric that stands at `index` among those of the slice. */
static uint32_t metric_at(const struct pk_rows_slice *slice, uint64_t index)
{
    uint32_t m = 0;

    for (;; m++)
        if (slice->metrics[m / 64] >> (m % 64) & 1 && index-- == 0)
            return m;
}

/* Metric, node and value behind the time; of equal times they stand in order. */
static struct pk_moment_key read_moment(const struct pk_rows_read *rows, struct pk_part *part,
                                        const struct pk_rows_slice *slice,
                                        const struct pk_moment_key *last)
{
    struct pk_moment_key key = {.time = last->time};
    uint32_t n_metrics = 0;
    size_t offset = part->at.at;

    for (unsigned i = 0; i < 4; i++)
        n_metrics += (uint32_t)__builtin_popcountll(slice->metrics[i]);
    key.time += pk_part_number(part, (uint64_t)INT64_MAX - last->time + 1, "a time");
    if (n_metrics != 1)
        key.metric = pk_part_number(part, n_metrics, "the metric of a moment");
    key.node = pk_part_number(part, rows->n_nodes, "the stack of a moment");
    key.value = pk_part_number(part, (uint64_t)INT64_MAX + 1, "the value of a moment");
    if (pk_part_is_good(part) && key.value == 0)
        pk_part_fail(part, offset, "the value of a moment", 0);
    if (pk_part_is_good(part) && key.time == last->time &&
        (key.metric < last->metric ||
         (key.metric == last->metric &&
          (key.node < last->node || (key.node == last->node && key.value < last->value)))))
        pk_error_set(part->error, PK_INPUT, pk_place_offset(offset),
                     "expected a moment that follows the one before");
    return key;
}

/* Who has no stack there cannot have been there. */
static void read_slice_moments(const struct pk_rows_read *rows, struct pk_part *part,
                               const struct pk_rows_slice *slice)
{
    uint32_t n = pk_part_count(part, 3, "a number of moments");
    struct pk_moment_key last = {0};

    pk_builder_resume(rows->builder, slice->closed);
    for (uint32_t i = 0; i < n && pk_part_is_good(part); i++) {
        size_t offset = part->at.at;

        last = read_moment(rows, part, slice, &last);
        if (pk_part_is_good(part) &&
            !pk_builder_node_moment(rows->builder, rows->first_node + (pk_node_id)last.node,
                                    metric_at(slice, last.metric), (int64_t)last.time,
                                    (int64_t)last.value))
            pk_part_fail(part, offset, "the stack of a moment", last.node);
    }
}

bool pk_rows_read_moments(struct pk_rows_read *rows, struct pk_part *part)
{
    size_t offset = part->at.at;

    for (size_t i = 0; i < rows->slices.size && pk_part_is_good(part); i++)
        if (pk_pkfile_has_rows(PK_PART_STACK_ROWS, rows->slices.data[i].rung))
            read_slice_moments(rows, part, &rows->slices.data[i]);
    if (pk_part_has_more(part))
        pk_error_set(part->error, PK_INPUT, pk_place_offset(part->at.at),
                     "expected the end of the moments, found %zu bytes more",
                     pk_bytes_left(&part->at));
    if (pk_part_is_good(part) && !pk_builder_moments_fit(rows->builder))
        pk_error_set(part->error, PK_INPUT, pk_place_offset(offset),
                     "expected moments that are parts of their stacks, found more");
    return pk_part_is_good(part);
}

bool pk_rows_read_end(const struct pk_rows_read *rows, struct pk_part *part, size_t offset)
{
    for (size_t i = 0; i < rows->slices.size && pk_part_is_good(part); i++)
        if (!rows->slices.data[i].has_rows)
            pk_error_set(part->error, PK_INPUT, pk_place_offset(offset),
                         "expected rows of each slice, found none of number %zu", i);
    return pk_part_is_good(part);
}

void pk_rows_read_fini(struct pk_rows_read *rows)
{
    pk_array_fini(&rows->edges);
    pk_array_fini(&rows->lines);
    pk_array_fini(&rows->left_lines);
    pk_free(rows->is_known);
    pk_array_fini(&rows->slices);
    pk_array_fini(&rows->last_key);
    pk_array_fini(&rows->key);
    pk_free(rows->values);
}
