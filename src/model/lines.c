/*
 * LINES rows while they are collected: see lines_private.h for how a row is kept. A row that gets
 * more values than it has room for moves to the end; each row moves at most once per metric, and
 * only when its input holds as many numbers, so memory follows what was read.
 *
 * Trap: zero is what most values of a line are, so zero is what is left out; a missing value
 * inside a run is written down.
 */
#include "model/lines_private.h"

#include <stdint.h>
#include <string.h>

#include "model/builder_private.h"

/* All arrays begin empty; files without lines cost nothing. */
void pk_line_rows_init(struct pk_line_rows *rows)
{
    memset(rows, 0, sizeof *rows);
    pk_map_init(&rows->keys, sizeof(struct pk_line_key));
}

void pk_line_rows_fini(struct pk_line_rows *rows)
{
    pk_map_fini(&rows->keys);
    pk_array_fini(&rows->runs);
    pk_array_fini(&rows->values);
    pk_array_fini(&rows->calls);
}

/* Of each slice the builder knows which metrics any of its rows said. */
static bool says(const struct pk_builder_slice *slice, uint32_t metric)
{
    return slice->metrics[metric / 64] >> (metric % 64) & 1;
}

/* The one place that knows what a value left out means. */
int64_t pk_line_rows_value(const struct pk_line_rows *rows, uint32_t row,
                           const struct pk_builder_slice *slice, uint32_t metric)
{
    const struct pk_line_run *run = &rows->runs.data[row];

    if (metric < run->width)
        return rows->values.data[run->at + metric];
    return says(slice, metric) ? 0 : PK_MISSING;
}

/* Values left out are 0 or missing: neither changes. */
void pk_line_rows_multiply(struct pk_line_rows *rows, uint32_t metric, int64_t factor)
{
    for (size_t row = 0; row < rows->runs.size; row++) {
        const struct pk_line_run *run = &rows->runs.data[row];

        if (metric < run->width && rows->values.data[run->at + metric] != PK_MISSING)
            rows->values.data[run->at + metric] *= factor;
    }
}

/* Give a row room for `width` values; what is new in it is what was left out until now. NULL for a
 * row without any. */
static int64_t *widen(struct pk_line_rows *rows, uint32_t row, uint32_t width,
                      const struct pk_builder_slice *slice)
{
    struct pk_line_run *run = &rows->runs.data[row];

    if (width > run->room) {
        uint32_t at = (uint32_t)rows->values.size;

        pk_array_reserve(&rows->values, width);
        if (run->width)
            memcpy(rows->values.data + at, rows->values.data + run->at,
                   run->width * sizeof *rows->values.data);
        rows->values.size += width;
        run->at = at;
        run->room = (uint16_t)width;
    }
    for (uint32_t m = run->width; m < width; m++)
        rows->values.data[run->at + m] = says(slice, m) ? 0 : PK_MISSING;
    run->width = run->width > width ? run->width : (uint16_t)width;
    return run->width ? rows->values.data + run->at : NULL;
}

/* Written down as missing, since what is left out would read as 0. */
void pk_line_rows_forget(struct pk_line_rows *rows, uint32_t row, uint32_t metrics)
{
    static const struct pk_builder_slice silent;
    int64_t *values = widen(rows, row, metrics, &silent);

    for (uint32_t m = 0; m < metrics; m++)
        values[m] = PK_MISSING;
}

/* How many values must be kept: all up to the last that is not what being left out would mean. */
static uint32_t width_of(const struct pk_builder *builder, const struct pk_builder_slice *slice,
                         const int64_t *values)
{
    uint32_t width = (uint32_t)builder->metrics.size;

    while (width > 0 && values[width - 1] == (says(slice, width - 1) ? 0 : PK_MISSING))
        width--;
    return width;
}

/* The values of `slice` that are known are said by it from now on. */
static void mark_said(const struct pk_builder *builder, struct pk_builder_slice *slice,
                      const int64_t *values)
{
    for (uint32_t m = 0; m < builder->metrics.size; m++)
        if (values[m] != PK_MISSING)
            slice->metrics[m / 64] |= UINT64_C(1) << (m % 64);
}

/* Add to what a row has. A missing value is no news while a file is read, but in a merge of two
 * files it makes an inclusive missing; self adds up what is known, as its total does. */
static void add_values(struct pk_builder *builder, struct pk_line_key key, uint32_t row,
                       const int64_t *values, bool is_strict)
{
    struct pk_line_rows *rows = &builder->line_rows;
    const struct pk_builder_slice *slice = &builder->slices.data[key.slice];
    uint32_t width = width_of(builder, slice, values), known = rows->runs.data[row].width;
    int64_t *sums;

    width = width > known ? width : known;
    sums = widen(rows, row, width, slice);
    for (uint32_t m = 0; m < width; m++) {
        bool is_lost = values[m] == PK_MISSING || sums[m] == PK_MISSING;

        if (is_lost && is_strict)
            sums[m] = PK_MISSING;
        else if (values[m] != PK_MISSING)
            sums[m] = sums[m] == PK_MISSING ? values[m] : sums[m] + values[m];
    }
}

/* Its own function, as nothing can be lost in the first values of a row. */
static void begin_row(struct pk_builder *builder, struct pk_line_key key, const int64_t *values)
{
    struct pk_line_rows *rows = &builder->line_rows;
    const struct pk_builder_slice *slice = &builder->slices.data[key.slice];
    uint32_t width = width_of(builder, slice, values);
    int64_t *kept;

    pk_array_push(&rows->runs, ((struct pk_line_run){0}));
    kept = widen(rows, (uint32_t)rows->runs.size - 1, width, slice);
    if (width)
        memcpy(kept, values, width * sizeof *kept);
}

int64_t pk_line_rows_calls(const struct pk_line_rows *rows, uint32_t row)
{
    return row < rows->calls.size ? rows->calls.data[row] : PK_MISSING;
}

/* An edge had the same sum before, and made the builder fail if it did not fit. */
static void add_calls(struct pk_line_rows *rows, uint32_t row, int64_t calls)
{
    if (calls == PK_MISSING)
        return;
    while (rows->calls.size <= row)
        pk_array_push(&rows->calls, PK_MISSING);
    if (rows->calls.data[row] == PK_MISSING)
        rows->calls.data[row] = calls;
    else if (__builtin_add_overflow(rows->calls.data[row], calls, &rows->calls.data[row]))
        rows->calls.data[row] = INT64_MAX;
}

/* The one way in; what overflows was refused before. */
static void add_row(struct pk_builder *builder, struct pk_line_key key, const int64_t *values,
                    int64_t calls, bool is_strict)
{
    bool is_new;
    uint32_t row = pk_map_add(&builder->line_rows.keys, &key, &is_new);

    mark_said(builder, &builder->slices.data[key.slice], values);
    if (is_new)
        begin_row(builder, key, values);
    else
        add_values(builder, key, row, values, is_strict);
    add_calls(&builder->line_rows, row, calls);
}

void pk_line_rows_merge(struct pk_builder *builder, struct pk_line_key key, const int64_t *values,
                        int64_t calls)
{
    add_row(builder, key, values, calls, key.callee != PK_NONE);
}

void pk_builder_leave_lines(struct pk_builder *builder)
{
    builder->leaves_lines = true;
}

bool pk_builder_leaves_lines(const struct pk_builder *builder)
{
    return builder->leaves_lines;
}

/* Sums are weighed when all are known to fit. */
bool pk_builder_left_lines(struct pk_builder *builder, const int64_t *sums, bool has_number)
{
    uint32_t slice;

    if (!builder->leaves_lines || builder->error.status != PK_OK)
        return false;
    for (uint32_t m = 0; m < builder->metrics.size; m++)
        if (sums[m] != PK_MISSING &&
            builder->magnitudes.data[m].sum[PK_FAMILY_LINE_SELF] + (uint64_t)sums[m] > INT64_MAX)
            return false;
    slice = pk_builder_current(builder, builder->rung);
    builder->slices.data[slice].has_lines |= has_number;
    mark_said(builder, &builder->slices.data[slice], sums);
    for (uint32_t m = 0; m < builder->metrics.size; m++)
        if (sums[m] != PK_MISSING)
            pk_builder_weigh(builder, m, PK_FAMILY_LINE_SELF, sums[m]);
    return true;
}

/* A sum of lines that does not fit fails also where no line is kept, so that it does not depend on
 * the command whether a file can be read. */
void pk_builder_line(struct pk_builder *builder, pk_frame_id frame, struct pk_str file,
                     uint32_t line, pk_frame_id callee, const int64_t *values,
                     struct pk_calls calls)
{
    enum pk_family family = callee == PK_NONE ? PK_FAMILY_LINE_SELF : PK_FAMILY_LINE_INCL;
    struct pk_line_key key = {.slice = pk_builder_current(builder, builder->rung),
                              .frame = frame,
                              .line = line,
                              .callee = callee};
    struct pk_builder_slice *slice = &builder->slices.data[key.slice];

    for (uint32_t m = 0; m < builder->metrics.size; m++)
        if (values[m] != PK_MISSING && values[m] != 0)
            pk_builder_weigh(builder, m, family, values[m]);
    if (builder->error.status != PK_OK)
        return;
    slice->has_lines |= line != 0;
    if (builder->leaves_lines) {
        mark_said(builder, slice, values);
        return;
    }
    key.file = pk_intern_id(&builder->texts, file);
    add_row(builder, key, values, calls.total, false);
}
