/*
 * Sparse rows of values (struct pk_rows): see builder_private.h. A thousand threads cost what they
 * touched, not what there is, and a function of a file with sixteen events costs sixteen values
 * only when it has one: rows that say nothing, or 0 of the first k metrics, share one run for each
 * k. A line of callgrind without costs is that: two bytes, for which 128 would be too much.
 *
 * Trap: a metric that comes later is missing in the rows before it, so 0 of all metrics is not one
 * pattern but one for each number of metrics.
 */
#include <stdint.h>
#include <string.h>

#include "model/builder_private.h"

/* Run k: 0 of the first k metrics, the rest missing. */
static void fill_shared(struct pk_rows *rows)
{
    size_t n = ((size_t)rows->stride + 1) * rows->stride;

    pk_array_reserve(&rows->values, n);
    for (unsigned k = 0; k <= rows->stride; k++)
        for (unsigned m = 0; m < rows->stride; m++)
            rows->values.data[(size_t)k * rows->stride + m] = m < k ? 0 : PK_MISSING;
    rows->values.size = n;
}

void pk_rows_init(struct pk_rows *rows, unsigned groups, unsigned tail)
{
    *rows = (struct pk_rows){.groups = groups, .stride = 1, .tail = tail};
    pk_map_init(&rows->keys, sizeof(struct pk_row_key));
    fill_shared(rows);
}

void pk_rows_be_plain(struct pk_rows *rows)
{
    rows->is_plain = true;
}

void pk_rows_seal(struct pk_rows *rows)
{
    pk_map_seal(&rows->keys);
    pk_array_fini(&rows->row_of);
}

void pk_rows_fini(struct pk_rows *rows)
{
    pk_rows_seal(rows);
    pk_map_fini(&rows->keys);
    pk_array_fini(&rows->runs);
    pk_array_fini(&rows->values);
    pk_array_fini(&rows->counters);
}

void pk_rows_append(struct pk_rows *rows)
{
    for (unsigned group = 0; group < rows->groups; group++)
        pk_array_push(&rows->runs, 0);
    for (unsigned i = 0; i < rows->tail; i++)
        pk_array_push(&rows->counters, PK_MISSING);
}

/* The slice of plain rows: that of the first. */
static bool is_of_plain_slice(const struct pk_rows *rows, uint32_t slice)
{
    const struct pk_row_key *first;

    if (rows->keys.size == 0)
        return true;
    first = pk_map_key(&rows->keys, 0);
    return first->slice == slice;
}

/* Where plain rows note which row an item has. */
static uint32_t *note_of(struct pk_rows *rows, uint32_t item)
{
    size_t n = rows->row_of.size;

    if (item >= n) {
        pk_array_reserve(&rows->row_of, item + 1 - n);
        memset(rows->row_of.data + n, 0, (item + 1 - n) * sizeof *rows->row_of.data);
        rows->row_of.size = item + 1;
    }
    return &rows->row_of.data[item];
}

/* A row of plain ones, made when new. */
static uint32_t find_or_append(struct pk_rows *rows, uint32_t slice, uint32_t item, bool *is_new)
{
    uint32_t *note = note_of(rows, item);

    *is_new = *note == 0;
    if (*is_new)
        *note = pk_map_append(&rows->keys, &(struct pk_row_key){slice, item}) + 1;
    return *note - 1;
}

uint32_t pk_rows_at(struct pk_rows *rows, uint32_t slice, uint32_t item, bool *is_new)
{
    bool fresh;
    uint32_t row;

    if (rows->is_plain && !is_of_plain_slice(rows, slice)) {
        rows->is_plain = false;
        pk_array_fini(&rows->row_of);
    }
    row = rows->is_plain ? find_or_append(rows, slice, item, &fresh)
                         : pk_map_add(&rows->keys, &(struct pk_row_key){slice, item}, &fresh);
    if (fresh)
        pk_rows_append(rows);
    if (is_new)
        *is_new = fresh;
    return row;
}

uint32_t pk_rows_find(const struct pk_rows *rows, uint32_t slice, uint32_t item)
{
    if (!rows->is_plain)
        return pk_map_find(&rows->keys, &(struct pk_row_key){slice, item});
    if (!is_of_plain_slice(rows, slice) || item >= rows->row_of.size)
        return PK_NONE;
    return rows->row_of.data[item] - 1; /* from 0 to PK_NONE */
}

/* Where the row keeps which run its group has. */
static uint32_t *run_of(const struct pk_rows *rows, uint32_t row, unsigned group)
{
    return &rows->runs.data[(size_t)row * rows->groups + group];
}

const int64_t *pk_rows_group(const struct pk_rows *rows, uint32_t row, unsigned group)
{
    return rows->values.data + (size_t)*run_of(rows, row, group) * rows->stride;
}

int64_t *pk_rows_counters(const struct pk_rows *rows, uint32_t row)
{
    return rows->counters.data + (size_t)row * rows->tail;
}

/* A shared run is copied behind the last one, where it stays if it turns out to be no other. */
int64_t *pk_rows_edit(struct pk_rows *rows, uint32_t row, unsigned group)
{
    uint32_t run = *run_of(rows, row, group);

    if (run > rows->stride)
        return rows->values.data + (size_t)run * rows->stride;
    pk_array_reserve(&rows->values, rows->stride);
    memcpy(rows->values.data + rows->values.size, rows->values.data + (size_t)run * rows->stride,
           rows->stride * sizeof *rows->values.data);
    return rows->values.data + rows->values.size;
}

void pk_rows_done(struct pk_rows *rows, uint32_t row, unsigned group)
{
    uint32_t *run = run_of(rows, row, group);
    const int64_t *values = rows->values.data + rows->values.size;
    unsigned zeros = 0, m;

    if (*run > rows->stride)
        return;
    while (zeros < rows->stride && values[zeros] == 0)
        zeros++;
    for (m = zeros; m < rows->stride && values[m] == PK_MISSING;)
        m++;
    if (m == rows->stride) {
        *run = zeros;
        return;
    }
    *run = (uint32_t)(rows->values.size / rows->stride);
    rows->values.size += rows->stride;
}

void pk_rows_forget(struct pk_rows *rows, uint32_t row, unsigned group)
{
    *run_of(rows, row, group) = 0;
}

void pk_rows_copy(struct pk_rows *rows, uint32_t row, unsigned to, unsigned from)
{
    int64_t *copy;

    if (*run_of(rows, row, from) <= rows->stride) {
        *run_of(rows, row, to) = *run_of(rows, row, from);
        return;
    }
    copy = pk_rows_edit(rows, row, to);
    memcpy(copy, pk_rows_group(rows, row, from), rows->stride * sizeof *copy);
    pk_rows_done(rows, row, to);
}

/* Shared runs hold nothing that a factor could change; all others are of one row each. */
void pk_rows_multiply(struct pk_rows *rows, uint32_t metric, int64_t factor)
{
    size_t first = ((size_t)rows->stride + 1) * rows->stride;

    for (size_t at = first + metric; at < rows->values.size; at += rows->stride)
        if (rows->values.data[at] != PK_MISSING)
            rows->values.data[at] *= factor;
}

/* Doubling the stride keeps the cost linear when a file names its events one by one. */
void pk_rows_widen(struct pk_rows *rows, uint32_t metrics)
{
    struct pk_rows old = *rows;
    uint32_t n_old;

    if (metrics <= rows->stride)
        return;
    while (rows->stride < metrics)
        rows->stride *= 2;
    memset(&rows->values, 0, sizeof rows->values);
    n_old = (uint32_t)(old.values.size / old.stride);
    fill_shared(rows);
    pk_array_reserve(&rows->values, (size_t)(n_old - old.stride - 1) * rows->stride);
    for (uint32_t run = old.stride + 1; run < n_old; run++)
        for (unsigned m = 0; m < rows->stride; m++)
            rows->values.data[rows->values.size++] =
                m < old.stride ? old.values.data[(size_t)run * old.stride + m] : PK_MISSING;
    for (size_t i = 0; i < rows->runs.size; i++)
        if (rows->runs.data[i] > old.stride)
            rows->runs.data[i] += rows->stride - old.stride;
    pk_array_fini(&old.values);
}
