/*
 * Moments while they are collected: see timeline.h. A moment is taken from the values of a stack as
 * it is added, so it cannot say more than the stack does; only .pk files bring the two apart, and
 * are checked as a whole.
 *
 * Trap: values below zero. A stack that had some may hold less than its moments add up to; that is
 * looked for when freezing, not here, since another file may bring them later.
 */
#include <stddef.h>
#include <stdint.h>

#include "model/builder_private.h"

void pk_builder_keep_times(struct pk_builder *builder)
{
    builder->moments.is_kept = true;
}

bool pk_builder_keeps_times(const struct pk_builder *builder)
{
    return builder->moments.is_kept;
}

void pk_builder_moment(struct pk_builder *builder, uint32_t metric, int64_t time)
{
    struct pk_moments *moments = &builder->moments;

    if (time < 0) /* PK_MISSING is below zero, too */
        return;
    moments->has_times = true;
    moments->is_next = moments->is_kept;
    moments->metric = metric;
    moments->time = time;
}

/* Of a stack that weighs nothing nothing could be drawn. */
static void add_moment(struct pk_builder *builder, uint32_t row, uint32_t metric, int64_t time,
                       int64_t value)
{
    if (builder->error.status == PK_OK && value > 0)
        pk_array_push(&builder->moments.list, ((struct pk_moment_row){time, value, row, metric}));
}

void pk_moments_take(struct pk_builder *builder, uint32_t row, const int64_t *values)
{
    struct pk_moments *moments = &builder->moments;

    if (moments->is_next && values)
        add_moment(builder, row, moments->metric, moments->time, values[moments->metric]);
    moments->is_next = false;
}

bool pk_builder_node_moment(struct pk_builder *builder, pk_node_id node, uint32_t metric,
                            int64_t time, int64_t value)
{
    struct pk_row_key key = {pk_builder_current(builder, PK_TREE), node};
    uint32_t row = pk_map_find(&builder->stack_rows.keys, &key);

    if (row == PK_NONE)
        return false;
    builder->moments.has_times = true;
    if (builder->moments.is_kept)
        add_moment(builder, row, metric, time, value);
    return true;
}

void pk_builder_span(struct pk_builder *builder, int64_t ns)
{
    int64_t *span = &builder->moments.span;

    if (*span == PK_MISSING || ns == PK_MISSING || __builtin_add_overflow(*span, ns, span))
        *span = PK_MISSING;
}

size_t pk_builder_moments(const struct pk_builder *builder)
{
    return builder->moments.list.size;
}

void pk_builder_forget_moments(struct pk_builder *builder, size_t from)
{
    builder->moments.list.size = from;
}

void pk_moments_multiply(struct pk_builder *builder, uint32_t metric, int64_t factor)
{
    for (size_t i = 0; i < builder->moments.list.size; i++)
        if (builder->moments.list.data[i].metric == metric)
            builder->moments.list.data[i].value *= factor;
}

/* [row of `from`] its row in `into`. */
static uint32_t *translate_rows(const struct pk_builder *into, const struct pk_builder *from,
                                const uint32_t *slices, const uint32_t *nodes)
{
    const struct pk_map *keys = &from->stack_rows.keys;
    uint32_t *rows = pk_calloc(keys->size, sizeof *rows);

    for (uint32_t row = 0; row < keys->size; row++) {
        struct pk_row_key key = *(const struct pk_row_key *)pk_map_key(keys, row);

        key.slice = slices[key.slice];
        key.item = nodes[key.item];
        rows[row] = pk_map_find(&into->stack_rows.keys, &key);
    }
    return rows;
}

/* Nothing can overflow: no moment is above the magnitude of its metric, which was added first. */
void pk_moments_merge(struct pk_builder *into, const struct pk_builder *from,
                      const uint32_t *slices, const uint32_t *nodes, const uint32_t *metrics)
{
    size_t n = from->moments.list.size;
    uint32_t *rows;

    into->moments.has_times |= from->moments.has_times;
    pk_builder_span(into, from->moments.span);
    if (!into->moments.is_kept || n == 0)
        return;
    rows = translate_rows(into, from, slices, nodes);
    pk_array_reserve(&into->moments.list, n);
    for (size_t i = 0; i < n; i++) {
        struct pk_moment_row moment = from->moments.list.data[i];
        int scale = from->metrics.data[moment.metric].scale;

        moment.row = rows[moment.row];
        moment.metric = metrics[moment.metric];
        for (; scale > into->metrics.data[moment.metric].scale; scale--)
            moment.value *= 10;
        into->moments.list.data[into->moments.list.size++] = moment;
    }
    pk_free(rows);
}
