/*
 * Numbers of samples out of their weights. Most recordings weigh all samples of an event the same;
 * a count of its own is kept only from the first that differs, and then what came before is made
 * up here.
 */
#include <stdint.h>

#include "model/builder_private.h"

struct counting {
    uint32_t metric, counts;
    int64_t weight;
};

/* One row, of a slice. */
static void count_row(struct pk_builder *builder, struct pk_rows *rows, uint32_t row,
                      uint32_t slice, const struct counting *counting)
{
    int64_t count = pk_rows_group(rows, row, PK_SELF_GROUP)[counting->metric], *values;
    uint32_t counts = counting->counts;

    if (count == PK_MISSING)
        return;
    count /= counting->weight;
    pk_builder_weigh(builder, counts, PK_FAMILY_SELF, count);
    values = pk_rows_edit(rows, row, PK_SELF_GROUP);
    values[counts] = values[counts] == PK_MISSING ? count : values[counts] + count;
    pk_rows_done(rows, row, PK_SELF_GROUP);
    builder->slices.data[slice].metrics[counts / 64] |= UINT64_C(1) << (counts % 64);
}

void pk_builder_counts(struct pk_builder *builder, uint32_t metric, int64_t weight, uint32_t counts)
{
    struct counting counting = {metric, counts, weight};
    struct pk_rows *rows = &builder->stack_rows;

    for (uint32_t row = 0; row < rows->keys.size; row++) {
        const struct pk_row_key *key = pk_map_key(&rows->keys, row);

        count_row(builder, rows, row, key->slice, &counting);
    }
    for (uint32_t id = 0; id < builder->pending.list.size; id++)
        count_row(builder, &builder->pending_rows, id, builder->pending.list.data[id].slice,
                  &counting);
}
