/*
 * Collecting what a file says: see builder.h. Nothing is sorted or summed over slices here; values
 * go into sparse rows, so a profile of a thousand threads costs what its threads touched.
 *
 * Overflow is decided by magnitudes: the sum of |value| of a metric must fit int64. That sum does
 * not depend on the order of adding, so neither does the error; a running sum with signs would.
 */
#include "model/builder.h"

#include <stdint.h>
#include <string.h>

#include "model/builder_private.h"

#define FINEST_SCALE (-18)

/* The first failure stays; everything after it is ignored, since the sum cannot be right any
 * more. */
static void fail(struct pk_builder *builder, const char *what, const char *name)
{
    char quoted[320];

    if (builder->error.status != PK_OK)
        return;
    pk_error_set(&builder->error, PK_INPUT, pk_place_none(), "the sum of %s %s is beyond 64 bits",
                 what, pk_error_quote(quoted, sizeof quoted, pk_str_of(name)));
}

/* Rows begin with room for one metric, which is all that most files have. */
struct pk_builder *pk_builder_new(const struct pk_limits *limits)
{
    struct pk_builder *builder = pk_calloc(1, sizeof *builder);

    builder->limits = *limits;
    pk_intern_init(&builder->texts);
    pk_map_init(&builder->frames, sizeof(struct pk_frame_key));
    pk_map_init(&builder->nodes, sizeof(struct pk_node_key));
    pk_map_init(&builder->edges, sizeof(struct pk_edge_key));
    pk_map_init(&builder->slice_index, 2 * sizeof(uint32_t));
    pk_map_init(&builder->facts, 2 * sizeof(uint32_t));
    builder->self_rows = (struct pk_rows){.groups = 2, .stride = 1, .tail = 2};
    builder->edge_rows = (struct pk_rows){.groups = 2, .stride = 1, .tail = 2};
    builder->stack_rows = (struct pk_rows){.groups = 1, .stride = 1, .tail = 0};
    pk_map_init(&builder->self_rows.keys, sizeof(struct pk_row_key));
    pk_map_init(&builder->edge_rows.keys, sizeof(struct pk_row_key));
    pk_map_init(&builder->stack_rows.keys, sizeof(struct pk_row_key));
    pk_line_rows_init(&builder->line_rows);
    builder->rung = PK_GRAPH;
    pk_builder_enter(builder, &(struct pk_slice){0});
    return builder;
}

static void rows_fini(struct pk_rows *rows)
{
    pk_map_fini(&rows->keys);
    pk_array_fini(&rows->values);
}

void pk_builder_free(struct pk_builder *builder)
{
    if (!builder)
        return;
    pk_arena_fini(&builder->arena);
    pk_intern_fini(&builder->texts);
    pk_array_fini(&builder->metrics);
    pk_array_fini(&builder->magnitudes);
    pk_map_fini(&builder->frames);
    pk_map_fini(&builder->nodes);
    pk_map_fini(&builder->edges);
    pk_map_fini(&builder->slice_index);
    pk_array_fini(&builder->slice_ids);
    pk_array_fini(&builder->slices);
    rows_fini(&builder->self_rows);
    rows_fini(&builder->edge_rows);
    rows_fini(&builder->stack_rows);
    pk_line_rows_fini(&builder->line_rows);
    pk_map_fini(&builder->facts);
    pk_array_fini(&builder->tallies);
    pk_notes_fini(&builder->notes);
    pk_array_fini(&builder->last_frames);
    pk_array_fini(&builder->last_lines);
    pk_array_fini(&builder->last_nodes);
    pk_free(builder);
}

/* --- rows
 * ---------------------------------------------------------------------------------------------- */

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

/* --- metrics
 * ------------------------------------------------------------------------------------------- */

/* Metrics are few, so a linear search; names are told apart with their unit. */
uint32_t pk_builder_metric(struct pk_builder *builder, const struct pk_metric *metric)
{
    struct pk_metric copy = *metric;
    uint32_t id;

    for (id = 0; id < builder->metrics.size; id++) {
        struct pk_metric *known = &builder->metrics.data[id];

        if (known->unit == metric->unit && pk_str_equal(known->name, metric->name)) {
            known->is_signed |= metric->is_signed;
            pk_builder_rescale(builder, id, metric->scale);
            return id;
        }
    }
    /* A slice says its metrics in a set of 256 bits, whatever the limit was raised to. */
    if (id == builder->limits.metrics ||
        id == 64 * sizeof(((struct pk_builder_slice *)0)->metrics) / 8) {
        pk_limits_error(&builder->error, pk_place_none(), "metrics", builder->limits.metrics,
                        "metrics");
        return 0;
    }
    copy.name = pk_intern_text(&builder->texts, pk_intern_id(&builder->texts, metric->name));
    pk_array_push(&builder->metrics, copy);
    pk_array_push(&builder->magnitudes, ((struct pk_magnitude){.rank = id}));
    pk_rows_widen(&builder->self_rows, id + 1);
    pk_rows_widen(&builder->edge_rows, id + 1);
    pk_rows_widen(&builder->stack_rows, id + 1);
    return id;
}

void pk_builder_rank(struct pk_builder *builder, uint32_t metric, uint32_t rank)
{
    builder->magnitudes.data[metric].rank = rank;
}

int pk_builder_scale(const struct pk_builder *builder, uint32_t metric)
{
    return builder->metrics.data[metric].scale;
}

/* Used once per finer scale, and there are at most 18 of them. */
static void rows_multiply(struct pk_rows *rows, uint32_t metric, int64_t factor)
{
    for (uint32_t row = 0; row < rows->keys.size; row++)
        for (unsigned group = 0; group < rows->groups; group++) {
            int64_t *value = &pk_rows_group(rows, row, group)[metric];

            /* Cannot overflow: the magnitudes were multiplied first and did not. */
            if (*value != PK_MISSING)
                *value *= factor;
        }
}

void pk_builder_rescale(struct pk_builder *builder, uint32_t metric, int scale)
{
    struct pk_metric *known = &builder->metrics.data[metric];
    int64_t factor = 1;

    if (scale >= known->scale)
        return;
    for (int s = known->scale; s > scale; s--)
        if (__builtin_mul_overflow(factor, 10, &factor) || scale < FINEST_SCALE) {
            fail(builder, "metric", known->name.data);
            return;
        }
    for (unsigned family = 0; family < PK_FAMILIES; family++) {
        uint64_t *sum = &builder->magnitudes.data[metric].sum[family];

        if (__builtin_mul_overflow(*sum, (uint64_t)factor, sum) || *sum > INT64_MAX) {
            fail(builder, "metric", known->name.data);
            return;
        }
    }
    known->scale = (int8_t)scale;
    rows_multiply(&builder->self_rows, metric, factor);
    rows_multiply(&builder->edge_rows, metric, factor);
    rows_multiply(&builder->stack_rows, metric, factor);
    pk_line_rows_multiply(&builder->line_rows, metric, factor);
}

/* Magnitudes are what is added up: with signs the sum would depend on the order. */
void pk_builder_weigh(struct pk_builder *builder, uint32_t metric, enum pk_family family,
                      int64_t value)
{
    uint64_t *sum = &builder->magnitudes.data[metric].sum[family];
    uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

    if (__builtin_add_overflow(*sum, magnitude, sum) || *sum > INT64_MAX)
        fail(builder, "metric", builder->metrics.data[metric].name.data);
}

/* --- slices
 * -------------------------------------------------------------------------------------------- */

/* Lengths in front, so that no two slices share a text whatever bytes their names hold. */
static void serialise(struct pk_buf *out, struct pk_str s)
{
    pk_buf_char(out, s.data ? 's' : '-');
    pk_buf_int(out, (int64_t)s.size);
    pk_buf_char(out, ' ');
    pk_buf_str(out, s);
}

/* The interned copy, which lives as long as the builder. */
static struct pk_str keep(struct pk_builder *builder, struct pk_str s)
{
    return pk_intern_text(&builder->texts, pk_intern_id(&builder->texts, s));
}

/* By key, then value: labels are a set. */
static int label_order(const struct pk_label *a, const struct pk_label *b)
{
    int order = pk_str_compare(a->key, b->key);

    return order ? order : pk_str_compare(a->value, b->value);
}

/* Labels are few: insertion sort, so that equal sets are equal slices. */
static const struct pk_label *keep_labels(struct pk_builder *builder, const struct pk_slice *slice)
{
    struct pk_label *labels = PK_NEW_ARRAY(&builder->arena, struct pk_label, slice->n_labels);

    for (uint32_t i = 0; i < slice->n_labels; i++) {
        struct pk_label label = {keep(builder, slice->labels[i].key),
                                 keep(builder, slice->labels[i].value)};
        uint32_t at = i;

        for (; at > 0 && label_order(&label, &labels[at - 1]) < 0; at--)
            labels[at] = labels[at - 1];
        labels[at] = label;
    }
    return labels;
}

/* The slice itself is only made when something is recorded in it. */
void pk_builder_enter(struct pk_builder *builder, const struct pk_slice *slice)
{
    struct pk_buf text = {0};
    struct pk_slice kept = {.process = keep(builder, slice->process),
                            .thread = keep(builder, slice->thread)};

    if (slice->n_labels) {
        kept.labels = keep_labels(builder, slice);
        kept.n_labels = slice->n_labels;
    }
    serialise(&text, kept.process);
    serialise(&text, kept.thread);
    for (uint32_t i = 0; i < kept.n_labels; i++) {
        serialise(&text, kept.labels[i].key);
        serialise(&text, kept.labels[i].value);
    }
    builder->slice = kept;
    builder->slice_text = pk_intern_id(&builder->texts, pk_buf_view(&text));
    for (unsigned rung = 0; rung <= PK_TREE; rung++)
        builder->current[rung] = PK_NONE;
    pk_buf_fini(&text);
}

void pk_builder_slice(struct pk_builder *builder, const struct pk_slice *slice)
{
    pk_builder_enter(builder, slice);
}

/* Closed slices stay out of slice_index, as merged ones do: several may share text and rung. */
uint32_t pk_builder_closed_slice(struct pk_builder *builder, const struct pk_slice *slice,
                                 enum pk_rung rung, const uint64_t metrics[4])
{
    struct pk_builder_slice closed = {.rung = rung};

    pk_builder_enter(builder, slice);
    closed.slice = builder->slice;
    closed.text = builder->slice_text;
    memcpy(closed.metrics, metrics, sizeof closed.metrics);
    pk_array_push(&builder->slices, closed);
    return (uint32_t)builder->slices.size - 1;
}

void pk_builder_resume(struct pk_builder *builder, uint32_t closed)
{
    const struct pk_builder_slice *slice = &builder->slices.data[closed];

    builder->slice = slice->slice;
    builder->slice_text = slice->text;
    builder->rung = slice->rung;
    for (unsigned rung = 0; rung <= PK_TREE; rung++)
        builder->current[rung] = PK_NONE;
    builder->current[slice->rung] = closed;
}

/* Slices of one text but different rungs are two slices; the rung is known only now. */
uint32_t pk_builder_current(struct pk_builder *builder, enum pk_rung rung)
{
    if (builder->current[rung] == PK_NONE) {
        uint32_t key[2] = {builder->slice_text, (uint32_t)rung};
        bool is_new;
        uint32_t id = pk_map_add(&builder->slice_index, key, &is_new);

        if (is_new) {
            pk_array_push(&builder->slice_ids, (uint32_t)builder->slices.size);
            pk_array_push(&builder->slices,
                          ((struct pk_builder_slice){
                              .slice = builder->slice, .text = builder->slice_text, .rung = rung}));
        }
        builder->current[rung] = builder->slice_ids.data[id];
    }
    return builder->current[rung];
}

void pk_builder_recorded_at(struct pk_builder *builder, enum pk_rung rung)
{
    builder->rung = rung;
}

/* --- frames, self, edges, stacks
 * ----------------------------------------------------------------------- */

/* Past the limit the builder fails, but the id is valid: the reader need not look yet. */
pk_frame_id pk_builder_frame(struct pk_builder *builder, const struct pk_frame *frame)
{
    struct pk_frame_key key = {.name = pk_intern_id(&builder->texts, frame->name),
                               .file = pk_intern_id(&builder->texts, frame->file),
                               .module = pk_intern_id(&builder->texts, frame->module),
                               .line = frame->line,
                               .kind = (uint32_t)frame->kind};
    uint32_t id = pk_map_add(&builder->frames, &key, NULL);

    if (id >= builder->limits.frames)
        pk_limits_error(&builder->error, pk_place_none(), "frames", builder->limits.frames,
                        "distinct frames");
    return id;
}

/* What a slice says of each metric is noted, so that later sums know who lacks it. */
static void add_values(struct pk_builder *builder, struct pk_builder_slice *slice, int64_t *row,
                       const int64_t *values, enum pk_family family)
{
    if (!values)
        return;
    for (uint32_t m = 0; m < builder->metrics.size; m++) {
        if (values[m] == PK_MISSING)
            continue;
        slice->metrics[m / 64] |= UINT64_C(1) << (m % 64);
        pk_builder_weigh(builder, m, family, values[m]);
        if (builder->error.status != PK_OK)
            return;
        row[m] = row[m] == PK_MISSING ? values[m] : row[m] + values[m];
    }
}

/* Counts have their own magnitude, since they belong to no metric. */
static void add_calls(struct pk_builder *builder, int64_t *tail, struct pk_calls calls)
{
    const int64_t more[2] = {calls.total, calls.primitive};

    for (unsigned i = 0; i < 2; i++) {
        if (more[i] == PK_MISSING)
            continue;
        if (more[i] < 0 ||
            __builtin_add_overflow(builder->magnitude_calls, more[i], &builder->magnitude_calls)) {
            fail(builder, "the counter", "calls");
            return;
        }
        tail[i] = tail[i] == PK_MISSING ? more[i] : tail[i] + more[i];
    }
}

void pk_builder_self(struct pk_builder *builder, pk_frame_id frame, const int64_t *self,
                     const int64_t *incl, struct pk_calls calls)
{
    struct pk_rows *rows = &builder->self_rows;
    uint32_t slice = pk_builder_current(builder, builder->rung);
    int64_t *row = pk_rows_at(rows, slice, frame, NULL);

    add_values(builder, &builder->slices.data[slice], row, self, PK_FAMILY_SELF);
    add_values(builder, &builder->slices.data[slice], row + rows->stride, incl, PK_FAMILY_INCL);
    add_calls(builder, row + (size_t)rows->groups * rows->stride, calls);
}

/* Edges always make a GRAPH slice: who knows a caller knows more than FLAT. */
void pk_builder_edge(struct pk_builder *builder, pk_frame_id caller, pk_frame_id callee,
                     const int64_t *incl, const int64_t *self, struct pk_calls calls)
{
    struct pk_rows *rows = &builder->edge_rows;
    uint32_t slice = pk_builder_current(builder, PK_GRAPH);
    uint32_t edge = pk_map_add(&builder->edges, &(struct pk_edge_key){caller, callee}, NULL);
    int64_t *row = pk_rows_at(rows, slice, edge, NULL);

    add_values(builder, &builder->slices.data[slice], row, self, PK_FAMILY_EDGE_SELF);
    add_values(builder, &builder->slices.data[slice], row + rows->stride, incl,
               PK_FAMILY_EDGE_INCL);
    add_calls(builder, row + (size_t)rows->groups * rows->stride, calls);
}

/* A node has a higher id than its parent, which merge and freeze rely on. */
pk_node_id pk_builder_node(struct pk_builder *builder, pk_node_id parent, pk_frame_id frame,
                           uint32_t line)
{
    return pk_map_add(&builder->nodes, &(struct pk_node_key){parent, frame, line}, NULL);
}

void pk_builder_node_self(struct pk_builder *builder, pk_node_id node, const int64_t *values)
{
    uint32_t slice = pk_builder_current(builder, PK_TREE);

    add_values(builder, &builder->slices.data[slice],
               pk_rows_at(&builder->stack_rows, slice, node, NULL), values, PK_FAMILY_SELF);
}

/* How much of the stack added last is the same: neighbouring stacks share most of their path, so
 * most frames cost one comparison instead of a lookup. */
static size_t shared_prefix(const struct pk_builder *builder, const pk_frame_id *frames,
                            const uint32_t *lines, size_t n)
{
    size_t most = n < builder->last_nodes.size ? n : builder->last_nodes.size;
    size_t i = 0;

    while (i < most && builder->last_frames.data[i] == frames[i] &&
           builder->last_lines.data[i] == (lines ? lines[i] : 0))
        i++;
    return i;
}

void pk_builder_stack(struct pk_builder *builder, const pk_frame_id *root_first,
                      const uint32_t *lines, size_t n, const int64_t *values)
{
    uint32_t node, empty;
    size_t i;

    if (n == 0) {
        empty = pk_builder_frame(
            builder, &(struct pk_frame){.name = PK_STR("(empty stack)"), .kind = PK_KIND_SPECIAL});
        root_first = &empty;
        lines = NULL;
        n = 1;
    }
    i = shared_prefix(builder, root_first, lines, n);
    node = i ? builder->last_nodes.data[i - 1] : PK_NONE;
    builder->last_frames.size = builder->last_lines.size = builder->last_nodes.size = i;
    for (; i < n; i++) {
        uint32_t line = lines ? lines[i] : 0;

        node = pk_builder_node(builder, node, root_first[i], line);
        pk_array_push(&builder->last_frames, root_first[i]);
        pk_array_push(&builder->last_lines, line);
        pk_array_push(&builder->last_nodes, node);
    }
    pk_builder_node_self(builder, node, values);
}

/* --- origin
 * -------------------------------------------------------------------------------------------- */

void pk_builder_fact(struct pk_builder *builder, const char *key, struct pk_str value)
{
    uint32_t pair[2] = {pk_intern_id(&builder->texts, pk_str_of(key)),
                        pk_intern_id(&builder->texts, value)};

    pk_map_add(&builder->facts, pair, NULL);
}

/* A handful of counters: a linear search. */
void pk_builder_tally(struct pk_builder *builder, const char *key, int64_t n)
{
    struct pk_str kept;

    for (size_t i = 0; i < builder->tallies.size; i++)
        if (strcmp(builder->tallies.data[i].key, key) == 0) {
            if (__builtin_add_overflow(builder->tallies.data[i].n, n, &builder->tallies.data[i].n))
                fail(builder, "the counter", key);
            return;
        }
    kept = pk_intern_text(&builder->texts, pk_intern_id(&builder->texts, pk_str_of(key)));
    pk_array_push(&builder->tallies, ((struct pk_tally){kept.data, n}));
}

struct pk_notes *pk_builder_notes(struct pk_builder *builder)
{
    return &builder->notes;
}

bool pk_builder_failed(const struct pk_builder *builder, struct pk_error *error)
{
    if (builder->error.status != PK_OK && error && error->status == PK_OK)
        *error = builder->error;
    return builder->error.status != PK_OK;
}
