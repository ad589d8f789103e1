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

void pk_builder_overflow(struct pk_builder *builder, const char *what, const char *name)
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
    pk_rows_init(&builder->self_rows, 2, 2);
    pk_rows_init(&builder->edge_rows, 2, 2);
    pk_rows_be_plain(&builder->self_rows);
    pk_rows_be_plain(&builder->edge_rows);
    pk_rows_init(&builder->stack_rows, 1, 0);
    pk_rows_init(&builder->pending_rows, 1, 0);
    pk_line_rows_init(&builder->line_rows);
    builder->rung = PK_GRAPH;
    pk_builder_enter(builder, &(struct pk_slice){0});
    return builder;
}

struct pk_builder *pk_builder_part(const struct pk_builder *whole)
{
    struct pk_builder *part = pk_builder_new(&whole->limits);

    part->moments.is_kept = whole->moments.is_kept;
    return part;
}

void pk_builder_limit_frames(struct pk_builder *builder, uint64_t fewer)
{
    builder->limits.frames = pk_limits_frames(&builder->limits, fewer);
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
    pk_edge_runs_fini(&builder->edge_runs);
    pk_map_fini(&builder->slice_index);
    pk_array_fini(&builder->slice_ids);
    pk_array_fini(&builder->slices);
    pk_rows_fini(&builder->self_rows);
    pk_rows_fini(&builder->edge_rows);
    pk_rows_fini(&builder->stack_rows);
    pk_rows_fini(&builder->pending_rows);
    pk_pending_fini(&builder->pending);
    pk_line_rows_fini(&builder->line_rows);
    pk_array_fini(&builder->moments.list);
    pk_map_fini(&builder->facts);
    pk_array_fini(&builder->tallies);
    pk_notes_fini(&builder->notes);
    pk_array_fini(&builder->last_frames);
    pk_array_fini(&builder->last_lines);
    pk_array_fini(&builder->last_nodes);
    pk_free(builder);
}

/* --- frames, self, edges, stacks
 * ----------------------------------------------------------------------- */

/* Past the limit the builder fails, but the id is valid: the reader need not look yet. */
pk_frame_id pk_builder_frame_of(struct pk_builder *builder, const struct pk_frame_key *key)
{
    uint32_t id = pk_map_add(&builder->frames, key, NULL);

    if (id >= builder->limits.frames)
        pk_limits_error(&builder->error, pk_place_none(), "frames", builder->limits.frames,
                        "distinct frames");
    return id;
}

pk_frame_id pk_builder_frame(struct pk_builder *builder, const struct pk_frame *frame)
{
    struct pk_str name = frame->name.data ? frame->name : PK_STR("");
    struct pk_frame_key key = {.name = pk_intern_id(&builder->texts, name),
                               .file = pk_intern_id(&builder->texts, frame->file),
                               .module = pk_intern_id(&builder->texts, frame->module),
                               .line = frame->line,
                               .kind = (uint32_t)frame->kind};

    return pk_builder_frame_of(builder, &key);
}

uint32_t pk_builder_text(struct pk_builder *builder, struct pk_str text)
{
    return pk_intern_id(&builder->texts, text);
}

struct pk_str pk_builder_text_of(const struct pk_builder *builder, uint32_t text)
{
    return pk_intern_text(&builder->texts, text);
}

const struct pk_frame_key *pk_builder_frame_key(const struct pk_builder *builder, pk_frame_id frame)
{
    return pk_map_key(&builder->frames, frame);
}

pk_frame_id pk_builder_find_frame(const struct pk_builder *builder, const struct pk_frame_key *key)
{
    return pk_map_find(&builder->frames, key);
}

void pk_builder_expect_text(const struct pk_builder *builder, struct pk_str text)
{
    pk_intern_expect(&builder->texts, text);
}

void pk_builder_expect_frame_of(const struct pk_builder *builder, const struct pk_frame_key *key)
{
    pk_map_expect(&builder->frames, key);
}

void pk_builder_expect_callee(const struct pk_builder *builder, pk_frame_id frame)
{
    if (frame < builder->edge_runs.notes.size)
        __builtin_prefetch(&builder->edge_runs.notes.data[frame], 1);
    if (frame < builder->self_rows.row_of.size)
        __builtin_prefetch(&builder->self_rows.row_of.data[frame]);
}

void pk_builder_expect_self(const struct pk_builder *builder, pk_frame_id frame)
{
    const struct pk_rows *rows = &builder->self_rows;
    uint32_t row;

    if (frame >= rows->row_of.size)
        return;
    row = rows->row_of.data[frame];
    if (row == 0)
        return;
    __builtin_prefetch(pk_rows_counters(rows, row - 1), 1);
    __builtin_prefetch(&rows->runs.data[(size_t)(row - 1) * rows->groups]);
}

/* What a slice says of each metric is noted, so that later sums know who lacks it. */
void pk_builder_add_values(struct pk_builder *builder, uint32_t slice, struct pk_rows *rows,
                           uint32_t row, unsigned group, const int64_t *values,
                           enum pk_family family)
{
    uint64_t *said = builder->slices.data[slice].metrics;
    int64_t *sums;

    if (!values)
        return;
    sums = pk_rows_edit(rows, row, group);
    for (uint32_t m = 0; m < builder->metrics.size; m++) {
        if (values[m] == PK_MISSING)
            continue;
        said[m / 64] |= UINT64_C(1) << (m % 64);
        pk_builder_weigh(builder, m, family, values[m]);
        if (builder->error.status != PK_OK)
            break;
        sums[m] = sums[m] == PK_MISSING ? values[m] : sums[m] + values[m];
    }
    pk_rows_done(rows, row, group);
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
            pk_builder_overflow(builder, "the counter", "calls");
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
    uint32_t row = pk_rows_at(rows, slice, frame, NULL);

    pk_builder_add_values(builder, slice, rows, row, PK_SELF_GROUP, self, PK_FAMILY_SELF);
    pk_builder_add_values(builder, slice, rows, row, PK_INCL_GROUP, incl, PK_FAMILY_INCL);
    add_calls(builder, pk_rows_counters(rows, row), calls);
}

/* Edges always make a GRAPH slice: who knows a caller knows more than FLAT. */
void pk_builder_edge(struct pk_builder *builder, pk_frame_id caller, pk_frame_id callee,
                     const int64_t *incl, const int64_t *self, struct pk_calls calls)
{
    struct pk_rows *rows = &builder->edge_rows;
    uint32_t slice = pk_builder_current(builder, PK_GRAPH);
    uint32_t edge = pk_builder_edge_id(builder, caller, callee);
    uint32_t row = pk_rows_at(rows, slice, edge, NULL);

    pk_builder_add_values(builder, slice, rows, row, PK_SELF_GROUP, self, PK_FAMILY_EDGE_SELF);
    pk_builder_add_values(builder, slice, rows, row, PK_INCL_GROUP, incl, PK_FAMILY_EDGE_INCL);
    add_calls(builder, pk_rows_counters(rows, row), calls);
}

/* A node has a higher id than its parent, which merge and freeze rely on. */
pk_node_id pk_builder_node(struct pk_builder *builder, pk_node_id parent, pk_frame_id frame,
                           uint32_t line)
{
    return pk_map_add(&builder->nodes, &(struct pk_node_key){parent, frame, line}, NULL);
}

pk_node_id pk_builder_new_node(struct pk_builder *builder, pk_node_id parent, pk_frame_id frame,
                               uint32_t line)
{
    return pk_map_append(&builder->nodes, &(struct pk_node_key){parent, frame, line});
}

void pk_builder_node_self(struct pk_builder *builder, pk_node_id node, const int64_t *values)
{
    uint32_t slice = pk_builder_current(builder, PK_TREE);
    struct pk_rows *rows = &builder->stack_rows;
    uint32_t row = pk_rows_at(rows, slice, node, NULL);

    pk_builder_add_values(builder, slice, rows, row, PK_SELF_GROUP, values, PK_FAMILY_SELF);
    pk_moments_take(builder, row, values);
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

/* A stack becomes nodes at once where something is said of its row: when it was sampled. */
static void add_path(struct pk_builder *builder, const pk_frame_id *root_first,
                     const uint32_t *lines, size_t n, const int64_t *values)
{
    size_t i = shared_prefix(builder, root_first, lines, n);
    uint32_t node = i ? builder->last_nodes.data[i - 1] : PK_NONE;

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

void pk_builder_stack(struct pk_builder *builder, const pk_frame_id *root_first,
                      const uint32_t *lines, size_t n, const int64_t *values)
{
    uint32_t empty, slice, id;
    bool is_new;

    if (n == 0) {
        empty = pk_builder_frame(
            builder, &(struct pk_frame){.name = PK_STR("(empty stack)"), .kind = PK_KIND_SPECIAL});
        root_first = &empty;
        lines = NULL;
        n = 1;
    }
    if (builder->moments.is_next) {
        add_path(builder, root_first, lines, n, values);
        return;
    }
    slice = pk_builder_current(builder, PK_TREE);
    id = pk_pending_add(builder, slice, root_first, lines, (uint32_t)n, &is_new);
    pk_builder_add_values(builder, slice, &builder->pending_rows, id, PK_SELF_GROUP, values,
                          PK_FAMILY_SELF);
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
                pk_builder_overflow(builder, "the counter", key);
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
