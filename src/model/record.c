/*
 * Keeping what each slice recorded: see record.h. Rows are ordered by counting, not by comparing:
 * first by item, then, stably, by slice, so the cost stays linear however many rows there are.
 */
#include "model/record.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "model/freeze_private.h"

/* --- slices
 * -------------------------------------------------------------------------------------------- */

struct recorded { /* a chosen slice of the builder */
    struct pk_record_slice slice;
    uint32_t id;
};

static int order_uint(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

/* Pair by pair; a list before what it begins. */
static int order_labels(const struct pk_slice *a, const struct pk_slice *b)
{
    for (uint32_t i = 0; i < a->n_labels && i < b->n_labels; i++) {
        int order = pk_str_compare(a->labels[i].key, b->labels[i].key);

        if (!order)
            order = pk_str_compare(a->labels[i].value, b->labels[i].value);
        if (order)
            return order;
    }
    return order_uint(a->n_labels, b->n_labels);
}

static int order_slices(const void *left, const void *right)
{
    const struct pk_record_slice *a = &((const struct recorded *)left)->slice;
    const struct pk_record_slice *b = &((const struct recorded *)right)->slice;
    int order = pk_str_compare(a->slice.process, b->slice.process);

    if (!order)
        order = pk_str_compare(a->slice.thread, b->slice.thread);
    if (!order)
        order = order_labels(&a->slice, &b->slice);
    if (!order)
        order = order_uint(a->rung, b->rung);
    for (unsigned i = 0; i < 4 && !order; i++)
        order = order_uint(a->metrics[i], b->metrics[i]);
    return order;
}

/* The slice by the metrics and texts of the profile: those of the builder may go. */
static struct pk_record_slice translate(const struct pk_freezing *f,
                                        const struct pk_profile *profile, uint32_t id)
{
    enum pk_rung rung = f->builder->slices.data[id].rung;
    struct pk_record_slice out = {.slice = profile->slices[f->slice_id[id]], .rung = rung};

    for (uint32_t m = 0; m < profile->n_metrics; m++)
        if (pk_freeze_says(f, id, rung, m)) {
            out.metrics[m / 64] |= UINT64_C(1) << (m % 64);
            out.n_metrics++;
        }
    return out;
}

/* place[slice of the builder]: its place in the record. */
static void record_slices(const struct pk_freezing *f, struct pk_profile *profile, uint32_t *place)
{
    size_t n = f->builder->slices.size;
    struct recorded *order = pk_calloc(n, sizeof *order);

    for (uint32_t i = 0; i < n; i++)
        if (f->is_chosen[i])
            order[profile->n_record++] = (struct recorded){translate(f, profile, i), i};
    qsort(order, profile->n_record, sizeof *order, order_slices);
    profile->record = PK_NEW_ARRAY(&profile->arena, struct pk_record_slice, profile->n_record);
    for (uint32_t i = 0; i < profile->n_record; i++) {
        profile->record[i] = order[i].slice;
        place[order[i].id] = i;
    }
    pk_free(order);
}

/* --- rows
 * ---------------------------------------------------------------------------------------------- */

struct sorting { /* one family of rows */
    const struct pk_freezing *f;
    const struct pk_rows *rows;
    const uint32_t *item_id; /* [item of the builder] its id in the profile */
    const uint32_t *place;   /* [slice of the builder] its place in the record */
    uint32_t n_metrics;      /* of the profile */
    uint32_t n;              /* rows of chosen slices */
    uint32_t *order;         /* those rows, by slice, then item */
};

static uint32_t place_of(const struct sorting *s, uint32_t row)
{
    return s->place[((const struct pk_row_key *)pk_map_key(&s->rows->keys, row))->slice];
}

static uint32_t item_of(const struct sorting *s, uint32_t row)
{
    return s->item_id[((const struct pk_row_key *)pk_map_key(&s->rows->keys, row))->item];
}

/* One stable pass of counting: from -> to, by a key below `n_keys`. */
static void count_sort(const struct sorting *s, const uint32_t *from, uint32_t *to, uint32_t n_keys,
                       uint32_t (*key)(const struct sorting *, uint32_t row))
{
    uint32_t *start = pk_calloc((size_t)n_keys + 1, sizeof *start);

    for (uint32_t i = 0; i < s->n; i++)
        start[key(s, from[i]) + 1]++;
    for (uint32_t k = 0; k < n_keys; k++)
        start[k + 1] += start[k];
    for (uint32_t i = 0; i < s->n; i++)
        to[start[key(s, from[i])]++] = from[i];
    pk_free(start);
}

static void sort_rows(struct sorting *s, uint32_t n_items, uint32_t n_slices)
{
    uint32_t size = s->rows->keys.size;
    uint32_t *by_item = pk_calloc(size, sizeof *by_item);

    s->order = pk_calloc(size, sizeof *s->order);
    for (uint32_t row = 0; row < size; row++)
        if (s->f->is_chosen[((const struct pk_row_key *)pk_map_key(&s->rows->keys, row))->slice])
            s->order[s->n++] = row;
    count_sort(s, s->order, by_item, n_items, item_of);
    count_sort(s, by_item, s->order, n_slices, place_of);
    pk_free(by_item);
}

/* The values of one row that the slice has a say in, then its counters. */
static void copy_row(const struct sorting *s, const struct pk_record_slice *slice, uint32_t row,
                     int64_t *out)
{
    for (unsigned group = 0; group < s->rows->groups; group++)
        for (uint32_t m = 0; m < s->n_metrics; m++)
            if (slice->metrics[m / 64] >> (m % 64) & 1)
                *out++ = pk_rows_group(s->rows, row, group)[s->f->metric_of[m]];
    for (unsigned i = 0; i < s->rows->tail; i++)
        *out++ = pk_rows_group(s->rows, row, s->rows->groups)[i];
}

/* The rows order[first .. last) of one slice. */
static struct pk_record_rows copy_rows(const struct sorting *s, const struct pk_record_slice *slice,
                                       uint32_t first, uint32_t last, struct pk_arena *arena)
{
    uint32_t n = last - first, width = s->rows->groups * slice->n_metrics + s->rows->tail;
    uint32_t *item = PK_NEW_ARRAY(arena, uint32_t, n);
    int64_t *values = PK_NEW_ARRAY(arena, int64_t, (size_t)n *width);

    for (uint32_t i = 0; i < n; i++) {
        item[i] = item_of(s, s->order[first + i]);
        copy_row(s, slice, s->order[first + i], values + (size_t)i * width);
    }
    return (struct pk_record_rows){n, width, item, values};
}

enum family { FUNCTIONS, EDGES, STACKS };

static void record_rows(const struct pk_freezing *f, struct pk_profile *profile,
                        const uint32_t *place, enum family family)
{
    const struct pk_builder *b = f->builder;
    const struct pk_rows *const rows[] = {&b->self_rows, &b->edge_rows, &b->stack_rows};
    const uint32_t *const ids[] = {f->frame_id, f->edge_id, f->node_id};
    const uint32_t sizes[] = {profile->n_frames, b->edges.size, b->nodes.size};
    struct sorting s = {.f = f,
                        .rows = rows[family],
                        .item_id = ids[family],
                        .place = place,
                        .n_metrics = profile->n_metrics};

    sort_rows(&s, sizes[family], profile->n_record);
    for (uint32_t first = 0, last; first < s.n; first = last) {
        struct pk_record_slice *slice = &profile->record[place_of(&s, s.order[first])];
        struct pk_record_rows *to[] = {&slice->functions, &slice->edges, &slice->stacks};

        for (last = first;
             last < s.n && place_of(&s, s.order[last]) == place_of(&s, s.order[first]);)
            last++;
        *to[family] = copy_rows(&s, slice, first, last, &profile->arena);
    }
    pk_free(s.order);
}

void pk_freeze_record(const struct pk_freezing *freezing, struct pk_profile *profile)
{
    uint32_t *place = pk_calloc(freezing->builder->slices.size, sizeof *place);

    record_slices(freezing, profile, place);
    record_rows(freezing, profile, place, FUNCTIONS);
    record_rows(freezing, profile, place, EDGES);
    record_rows(freezing, profile, place, STACKS);
    pk_free(place);
}

/* --- access
 * -------------------------------------------------------------------------------------------- */

uint32_t pk_record_slices(const struct pk_profile *profile)
{
    return profile->n_record;
}

const struct pk_record_slice *pk_record_slice(const struct pk_profile *profile, uint32_t id)
{
    return &profile->record[id];
}

const struct pk_graph *pk_record_graph(const struct pk_profile *profile)
{
    const struct pk_profile *part = pk_profile_part(profile, PK_GRAPH);

    return part ? &part->graph : NULL;
}

const struct pk_tree *pk_record_tree(const struct pk_profile *profile)
{
    const struct pk_profile *part = pk_profile_part(profile, PK_TREE);

    if (!part)
        return NULL;
    return part->has_lines ? &part->line_tree : &part->tree;
}

uint32_t pk_record_rank(const struct pk_profile *profile, uint32_t metric)
{
    return profile->ranks[metric];
}

uint32_t pk_record_tallies(const struct pk_profile *profile)
{
    return profile->n_tallies;
}

struct pk_record_tally pk_record_tally(const struct pk_profile *profile, uint32_t id)
{
    return (struct pk_record_tally){pk_str_of(profile->tallies[id].key), profile->tallies[id].n};
}
