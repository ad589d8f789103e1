/*
 * The LINES table of a profile: rows in canonical order, summed over slices like the edges. Files
 * are numbered by their bytes first, so that ordering rows compares numbers only.
 */
#include <stdint.h>
#include <stdlib.h>

#include "model/freeze_private.h"

struct ordered_row { /* by the ids of the profile, so that the order of reading cannot show */
    uint32_t frame, file, line, callee, row;
};

static int compare_uint(uint32_t a, uint32_t b)
{
    return (a > b) - (a < b);
}

/* PK_NONE + 1 is 0, so self stands before all callees. Rows of several slices are neighbours. */
static int order_rows(const void *left, const void *right)
{
    const struct ordered_row *a = left, *b = right;
    int order = compare_uint(a->frame, b->frame);

    if (!order)
        order = compare_uint(a->file, b->file);
    if (!order)
        order = compare_uint(a->line, b->line);
    if (!order)
        order = compare_uint(a->callee + 1, b->callee + 1);
    return order ? order : compare_uint(a->row, b->row);
}

struct ordered_text {
    struct pk_str text;
    uint32_t id;
};

static int order_texts(const void *left, const void *right)
{
    return pk_str_compare(((const struct ordered_text *)left)->text,
                          ((const struct ordered_text *)right)->text);
}

/* Number the files of chosen rows: place[text of the builder] gets the index. */
static void freeze_files(const struct pk_freezing *f, struct pk_profile *profile, uint32_t *place)
{
    const struct pk_builder *b = f->builder;
    struct pk_lines *lines = &profile->lines;
    size_t n_texts = b->texts.texts.size;
    struct ordered_text *order = pk_calloc(n_texts, sizeof *order);

    for (size_t i = 0; i < n_texts; i++)
        place[i] = PK_NONE;
    for (uint32_t i = 0; i < b->line_rows.keys.size; i++) {
        const struct pk_line_key *key = pk_map_key(&b->line_rows.keys, i);

        if (!f->is_chosen[key->slice] || place[key->file] != PK_NONE)
            continue;
        place[key->file] = 0;
        order[lines->n_files++] =
            (struct ordered_text){pk_intern_text(&b->texts, key->file), key->file};
    }
    qsort(order, lines->n_files, sizeof *order, order_texts);
    lines->files = PK_NEW_ARRAY(&profile->arena, struct pk_str, lines->n_files);
    for (uint32_t i = 0; i < lines->n_files; i++) {
        lines->files[i] = pk_arena_str(&profile->arena, order[i].text);
        place[order[i].id] = i;
    }
    pk_free(order);
}

/* The chosen rows in order; `has_line` tells whether any of them knows its line. */
static struct ordered_row *choose_rows(const struct pk_freezing *f, const uint32_t *place,
                                       uint32_t *n, bool *has_line)
{
    const struct pk_map *keys = &f->builder->line_rows.keys;
    struct ordered_row *rows = pk_calloc(keys->size, sizeof *rows);

    *n = 0;
    *has_line = false;
    for (uint32_t i = 0; i < keys->size; i++) {
        const struct pk_line_key *key = pk_map_key(keys, i);

        if (!f->is_chosen[key->slice])
            continue;
        *has_line |= key->line != 0;
        rows[(*n)++] =
            (struct ordered_row){f->frame_id[key->frame], place[key->file], key->line,
                                 key->callee == PK_NONE ? PK_NONE : f->frame_id[key->callee], i};
    }
    qsort(rows, *n, sizeof *rows, order_rows);
    return rows;
}

/* The same row of another slice: neighbours after sorting. */
static bool is_same(const struct ordered_row *a, const struct ordered_row *b)
{
    return a->frame == b->frame && a->file == b->file && a->line == b->line &&
           a->callee == b->callee;
}

/* Sum one metric over the slices of each row, as edges and functions do: a slice that lacks the
 * metric is left out, an inclusive that one part lacks is missing, self adds what is known. */
static void sum_metric(const struct pk_freezing *f, struct pk_lines *lines,
                       const struct ordered_row *rows, uint32_t n, uint32_t m)
{
    const struct pk_builder *b = f->builder;
    int64_t *column = lines->values[m];
    uint32_t at = PK_NONE;
    bool is_lost = false;

    for (uint32_t i = 0; i < n; i++) {
        const struct pk_line_key *key = pk_map_key(&b->line_rows.keys, rows[i].row);
        const struct pk_builder_slice *slice = &b->slices.data[key->slice];
        int64_t value;

        if (i == 0 || !is_same(&rows[i - 1], &rows[i])) {
            at++; /* from PK_NONE to 0 first */
            is_lost = false;
        }
        if (!pk_freeze_says(f, key->slice, slice->rung, m))
            continue;
        value = pk_line_rows_value(&b->line_rows, rows[i].row, slice, f->metric_of[m]);
        is_lost |= value == PK_MISSING && key->callee != PK_NONE;
        if (is_lost)
            column[at] = PK_MISSING;
        else
            pk_sum_add(&column[at], value);
    }
}

/* True when every row says 0: most columns of a file with many events, when it has many lines. */
static bool is_all_zero(const struct pk_freezing *f, const struct ordered_row *rows, uint32_t n,
                        uint32_t m)
{
    const struct pk_builder *b = f->builder;

    for (uint32_t i = 0; i < n; i++) {
        const struct pk_line_key *key = pk_map_key(&b->line_rows.keys, rows[i].row);
        const struct pk_builder_slice *slice = &b->slices.data[key->slice];

        if (!pk_freeze_says(f, key->slice, slice->rung, m) ||
            pk_line_rows_value(&b->line_rows, rows[i].row, slice, f->metric_of[m]) != 0)
            return false;
    }
    return true;
}

/* Names, then calls: rows without calls keep PK_MISSING. */
static void fill_rows(const struct pk_freezing *f, struct pk_lines *lines,
                      const struct ordered_row *rows, uint32_t n)
{
    uint32_t at = PK_NONE;

    for (uint32_t i = 0; i < n; i++) {
        int64_t calls = pk_line_rows_calls(&f->builder->line_rows, rows[i].row);

        if (i == 0 || !is_same(&rows[i - 1], &rows[i])) {
            at++;
            lines->frame[at] = rows[i].frame;
            lines->file[at] = rows[i].file;
            lines->line[at] = rows[i].line;
            lines->callee[at] = rows[i].callee;
            lines->calls[at] = calls;
        } else if (calls == PK_MISSING || lines->calls[at] == PK_MISSING ||
                   __builtin_add_overflow(lines->calls[at], calls, &lines->calls[at])) {
            lines->calls[at] = PK_MISSING;
        }
    }
}

/* By counting, as the rows stand in the order of their frames. */
static void index_rows(struct pk_profile *profile)
{
    struct pk_lines *lines = &profile->lines;

    lines->start = PK_NEW_ARRAY(&profile->arena, uint32_t, (size_t)profile->n_frames + 1);
    for (uint32_t i = 0; i < lines->n; i++)
        lines->start[lines->frame[i] + 1]++;
    for (uint32_t i = 0; i < profile->n_frames; i++)
        lines->start[i + 1] += lines->start[i];
}

/* Every column has its full length at once: the number of distinct rows is known by now. */
static void freeze_rows(const struct pk_freezing *f, struct pk_profile *profile,
                        const struct ordered_row *rows, uint32_t n)
{
    struct pk_lines *lines = &profile->lines;
    struct pk_arena *arena = &profile->arena;
    int64_t *zeros = NULL;

    for (uint32_t i = 0; i < n; i++)
        lines->n += i == 0 || !is_same(&rows[i - 1], &rows[i]);
    lines->frame = PK_NEW_ARRAY(arena, pk_frame_id, lines->n);
    lines->file = PK_NEW_ARRAY(arena, uint32_t, lines->n);
    lines->line = PK_NEW_ARRAY(arena, uint32_t, lines->n);
    lines->callee = PK_NEW_ARRAY(arena, pk_frame_id, lines->n);
    lines->calls = PK_NEW_ARRAY(arena, int64_t, lines->n);
    fill_rows(f, lines, rows, n);
    lines->calls = pk_freeze_known(lines->calls, lines->n);
    lines->values = PK_NEW_ARRAY(arena, int64_t *, profile->n_metrics);
    for (uint32_t m = 0; m < profile->n_metrics; m++) {
        if (is_all_zero(f, rows, n, m)) { /* they share one column: it is never written */
            zeros = zeros ? zeros : PK_NEW_ARRAY(arena, int64_t, lines->n);
            lines->values[m] = zeros;
            continue;
        }
        lines->values[m] = pk_freeze_column(arena, lines->n);
        sum_metric(f, lines, rows, n, m);
        lines->values[m] = pk_freeze_known(lines->values[m], lines->n);
    }
    index_rows(profile);
}

/* Rows that all stand at line 0 say no more than the functions do: then there is no table. */
void pk_freeze_lines(const struct pk_freezing *freezing, struct pk_profile *profile)
{
    uint32_t *place;
    struct ordered_row *rows;
    uint32_t n;
    bool has_line;

    if (freezing->builder->line_rows.keys.size == 0)
        return;
    place = pk_calloc(freezing->builder->texts.texts.size, sizeof *place);
    freeze_files(freezing, profile, place);
    rows = choose_rows(freezing, place, &n, &has_line);
    if (has_line)
        freeze_rows(freezing, profile, rows, n);
    pk_free(rows);
    pk_free(place);
}
