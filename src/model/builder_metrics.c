/*
 * The metrics of a builder: their scales, and the magnitudes by which an overflow is found.
 */
#include <stdint.h>

#include "model/builder_private.h"

#define FINEST_SCALE (-18)

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
    pk_rows_widen(&builder->pending_rows, id + 1);
    return id;
}

void pk_builder_rank(struct pk_builder *builder, uint32_t metric, uint32_t rank)
{
    builder->magnitudes.data[metric].rank = rank;
}

void pk_builder_restate(struct pk_builder *builder, uint32_t metric, enum pk_unit unit)
{
    builder->metrics.data[metric].unit = unit;
}

int pk_builder_scale(const struct pk_builder *builder, uint32_t metric)
{
    return builder->metrics.data[metric].scale;
}

void pk_builder_rescale(struct pk_builder *builder, uint32_t metric, int scale)
{
    struct pk_metric *known = &builder->metrics.data[metric];
    int64_t factor = 1;

    if (scale >= known->scale)
        return;
    for (int s = known->scale; s > scale; s--)
        if (__builtin_mul_overflow(factor, 10, &factor) || scale < FINEST_SCALE) {
            pk_builder_overflow(builder, "metric", known->name.data);
            return;
        }
    for (unsigned family = 0; family < PK_FAMILIES; family++) {
        uint64_t *sum = &builder->magnitudes.data[metric].sum[family];

        if (__builtin_mul_overflow(*sum, (uint64_t)factor, sum) || *sum > INT64_MAX) {
            pk_builder_overflow(builder, "metric", known->name.data);
            return;
        }
    }
    known->scale = (int8_t)scale; /* seldom: there are at most 18 finer ones */
    pk_rows_multiply(&builder->self_rows, metric, factor);
    pk_rows_multiply(&builder->edge_rows, metric, factor);
    pk_rows_multiply(&builder->stack_rows, metric, factor);
    pk_rows_multiply(&builder->pending_rows, metric, factor);
    pk_line_rows_multiply(&builder->line_rows, metric, factor);
    pk_moments_multiply(builder, metric, factor);
}

/* Magnitudes are what is added up: with signs the sum would depend on the order. */
void pk_builder_weigh(struct pk_builder *builder, uint32_t metric, enum pk_family family,
                      int64_t value)
{
    uint64_t *sum = &builder->magnitudes.data[metric].sum[family];
    uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

    if (__builtin_add_overflow(*sum, magnitude, sum) || *sum > INT64_MAX)
        pk_builder_overflow(builder, "metric", builder->metrics.data[metric].name.data);
}
