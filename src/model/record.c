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

struct sorting { /* one family of rows, those of chosen slices only */
    const struct pk_freezing *f;
    const struct pk_rows *rows; /* NULL: the rows of lines */
    uint32_t n_metrics;         /* of the profile */
    uint32_t n;
    uint32_t *row, *slice, *item; /* [0 .. n): of the builder; in the record; in the profile */
    uint32_t *order;              /* of these, by slice, then item */
};

static void sorting_init(struct sorting *s, const struct pk_freezing *f, uint32_t n_metrics,
                         uint32_t room)
{
    *s = (struct sorting){.f = f, .n_metrics = n_metrics};
    s->row = pk_calloc(room, sizeof *s->row);
    s->slice = pk_calloc(room, sizeof *s->slice);
    s->item = pk_calloc(room, sizeof *s->item);
    s->order = pk_calloc(room, sizeof *s->order);
}

static void sorting_fini(struct sorting *s)
{
    pk_free(s->row);
    pk_free(s->slice);
    pk_free(s->item);
    pk_free(s->order);
}

static void add_row(struct sorting *s, uint32_t row, uint32_t slice, uint32_t item)
{
    s->row[s->n] = row;
    s->slice[s->n] = slice;
    s->item[s->n++] = item;
}

static void sort_rows(struct sorting *s, uint32_t n_items, uint32_t n_slices)
{
    uint32_t *by_item = pk_calloc(s->n, sizeof *by_item);

    for (uint32_t i = 0; i < s->n; i++)
        s->order[i] = i;
    pk_count_sort(s->item, n_items, s->n, s->order, by_item);
    pk_count_sort(s->slice, n_slices, s->n, by_item, s->order);
    pk_free(by_item);
}

static bool says(const struct pk_record_slice *slice, uint32_t metric)
{
    return slice->metrics[metric / 64] >> (metric % 64) & 1;
}

/* The values of one row that the slice has a say in, then its counters. */
static void copy_row(const struct sorting *s, const struct pk_record_slice *slice, uint32_t row,
                     int64_t *out)
{
    for (unsigned group = 0; group < s->rows->groups; group++)
        for (uint32_t m = 0; m < s->n_metrics; m++)
            if (says(slice, m))
                *out++ = pk_rows_group(s->rows, row, group)[s->f->metric_of[m]];
    for (unsigned i = 0; i < s->rows->tail; i++)
        *out++ = pk_rows_counters(s->rows, row)[i];
}

static void copy_line(const struct sorting *s, const struct pk_record_slice *slice, uint32_t row,
                      int64_t *out)
{
    const struct pk_line_rows *rows = &s->f->builder->line_rows;
    const struct pk_line_key *key = pk_map_key(&rows->keys, row);
    const struct pk_builder_slice *own = &s->f->builder->slices.data[key->slice];

    for (uint32_t m = 0; m < s->n_metrics; m++)
        if (says(slice, m))
            *out++ = pk_line_rows_value(rows, row, own, s->f->metric_of[m]);
    *out = pk_line_rows_calls(rows, row);
}

struct runs { /* of values, each as wide as a row */
    int64_t *values;
    uint32_t n, width;
    uint32_t *seen; /* [hash of a run] its number + 1: the last one with this hash */
    uint32_t mask;  /* of these hashes */
};

#define RUNS_SEEN 4096u /* at most, a power of two */

/* Threads may be many, and each has few rows: the table is no larger than they are. */
static void runs_init(struct runs *runs, uint32_t rows, uint32_t width, struct pk_arena *arena)
{
    uint32_t size = 1;

    while (size < rows && size < RUNS_SEEN)
        size *= 2;
    *runs = (struct runs){.width = width, .mask = size - 1};
    runs->values = PK_NEW_ARRAY(arena, int64_t, (size_t)rows *width);
    runs->seen = pk_calloc(size, sizeof *runs->seen);
}

/* The number of a run that is equal to the one behind the last, which becomes one if there is none.
 * Values that say little are soon alike, and only many different ones take much to write. */
static uint32_t share_run(struct runs *runs)
{
    size_t size = runs->width * sizeof *runs->values;
    const int64_t *fresh = runs->values + (size_t)runs->n * runs->width;
    uint32_t *seen = &runs->seen[pk_map_hash(fresh, size) & runs->mask];

    if (*seen == 0 || memcmp(fresh, runs->values + (size_t)(*seen - 1) * runs->width, size) != 0)
        *seen = ++runs->n;
    return *seen - 1;
}

/* The rows order[first .. last) of one slice. There is room for a run each, but memory is taken
 * only when it is written to. */
static struct pk_record_rows copy_rows(const struct sorting *s, const struct pk_record_slice *slice,
                                       uint32_t first, uint32_t last, struct pk_arena *arena)
{
    uint32_t n = last - first;
    uint32_t width =
        s->rows ? s->rows->groups * slice->n_metrics + s->rows->tail : slice->n_metrics + 1;
    uint32_t *item = PK_NEW_ARRAY(arena, uint32_t, n);
    uint32_t *run = PK_NEW_ARRAY(arena, uint32_t, n);
    struct runs runs;

    runs_init(&runs, n, width, arena);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t at = s->order[first + i];
        int64_t *fresh = runs.values + (size_t)runs.n * width;

        item[i] = s->item[at];
        if (s->rows)
            copy_row(s, slice, s->row[at], fresh);
        else
            copy_line(s, slice, s->row[at], fresh);
        run[i] = share_run(&runs);
    }
    pk_free(runs.seen);
    return (struct pk_record_rows){n, width, item, run, runs.values};
}

enum family { FUNCTIONS, EDGES, STACKS, LINES };

/* Give each slice its rows. */
static void deal_rows(struct sorting *s, struct pk_profile *profile, uint32_t n_items,
                      enum family family)
{
    sort_rows(s, n_items, profile->n_record);
    for (uint32_t first = 0, last; first < s->n; first = last) {
        struct pk_record_slice *slice = &profile->record[s->slice[s->order[first]]];
        struct pk_record_rows *to[] = {&slice->functions, &slice->edges, &slice->stacks,
                                       &slice->lines};

        for (last = first + 1; last < s->n; last++)
            if (s->slice[s->order[last]] != s->slice[s->order[first]])
                break;
        *to[family] = copy_rows(s, slice, first, last, &profile->arena);
    }
}

static void record_rows(const struct pk_freezing *f, struct pk_profile *profile,
                        const uint32_t *place, enum family family)
{
    const struct pk_builder *b = f->builder;
    const struct pk_rows *const rows[] = {&b->self_rows, &b->edge_rows, &b->stack_rows};
    const uint32_t *const ids[] = {f->frame_id, f->edge_id, f->node_id};
    const uint32_t sizes[] = {profile->n_frames, b->edges.size, f->n_nodes};
    struct sorting s;

    sorting_init(&s, f, profile->n_metrics, rows[family]->keys.size);
    s.rows = rows[family];
    for (uint32_t row = 0; row < s.rows->keys.size; row++) {
        const struct pk_row_key *key = pk_map_key(&s.rows->keys, row);

        if (f->is_chosen[key->slice])
            add_row(&s, row, place[key->slice], ids[family][key->item]);
    }
    deal_rows(&s, profile, sizes[family], family);
    sorting_fini(&s);
}

/* --- lines
 * --------------------------------------------------------------------------------------------- */

struct ordered_line {
    struct pk_record_line line;
    uint32_t row, slice, file; /* of the builder; in the record; text of the builder */
};

/* PK_NONE + 1 is 0, so self stands before all callees. */
static int order_lines(const void *left, const void *right)
{
    const struct ordered_line *x = left, *y = right;
    const struct pk_record_line *a = &x->line, *b = &y->line;
    int order = order_uint(a->frame, b->frame);

    if (!order && x->file != y->file)
        order = pk_str_compare(a->file, b->file);
    if (!order)
        order = order_uint(a->line, b->line);
    return order ? order : order_uint((uint32_t)(a->callee + 1), (uint32_t)(b->callee + 1));
}

/* The rows of chosen slices in the order of their lines; `n` of them. */
static struct ordered_line *choose_lines(const struct pk_freezing *f, const uint32_t *place,
                                         uint32_t *n)
{
    const struct pk_builder *b = f->builder;
    struct ordered_line *order = pk_calloc(b->line_rows.keys.size, sizeof *order);

    *n = 0;
    for (uint32_t row = 0; row < b->line_rows.keys.size; row++) {
        const struct pk_line_key *key = pk_map_key(&b->line_rows.keys, row);

        if (f->is_chosen[key->slice])
            order[(*n)++] = (struct ordered_line){
                {.frame = f->frame_id[key->frame],
                 .callee = key->callee == PK_NONE ? PK_NONE : f->frame_id[key->callee],
                 .line = key->line,
                 .file = pk_intern_text(&b->texts, key->file)},
                row,
                place[key->slice],
                key->file};
    }
    qsort(order, *n, sizeof *order, order_lines);
    return order;
}

/* Also of files whose lines are all 0, which make no table: merged with others they count. */
static void record_lines(const struct pk_freezing *f, struct pk_profile *profile,
                         const uint32_t *place)
{
    struct sorting s;
    uint32_t n;
    struct ordered_line *order = choose_lines(f, place, &n);

    sorting_init(&s, f, profile->n_metrics, n);
    profile->record_lines = PK_NEW_ARRAY(&profile->arena, struct pk_record_line, n);
    for (uint32_t i = 0; i < n; i++) {
        struct pk_record_line line = order[i].line;

        if (i == 0 || order_lines(&order[i - 1], &order[i]) != 0) {
            line.file = pk_freeze_text(f, profile, order[i].file);
            profile->record_lines[profile->n_record_lines++] = line;
        }
        add_row(&s, order[i].row, order[i].slice, profile->n_record_lines - 1);
    }
    deal_rows(&s, profile, profile->n_record_lines, LINES);
    sorting_fini(&s);
    pk_free(order);
}

void pk_freeze_record(const struct pk_freezing *freezing, struct pk_profile *profile)
{
    uint32_t *place = pk_calloc(freezing->builder->slices.size, sizeof *place);

    record_slices(freezing, profile, place);
    record_rows(freezing, profile, place, FUNCTIONS);
    record_rows(freezing, profile, place, EDGES);
    record_rows(freezing, profile, place, STACKS);
    record_lines(freezing, profile, place);
    pk_freeze_timeline(freezing, profile, place);
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

const struct pk_record_line *pk_record_lines(const struct pk_profile *profile, uint32_t *count)
{
    *count = profile->n_record_lines;
    return profile->record_lines;
}

uint32_t pk_record_tallies(const struct pk_profile *profile)
{
    return profile->n_tallies;
}

struct pk_record_tally pk_record_tally(const struct pk_profile *profile, uint32_t id)
{
    return (struct pk_record_tally){pk_str_of(profile->tallies[id].key), profile->tallies[id].n};
}

/* Labels are ordered, so equal ones stand at equal places. */
bool pk_slice_same_labels(const struct pk_slice *a, const struct pk_slice *b)
{
    if (a->n_labels != b->n_labels)
        return false;
    for (uint32_t i = 0; i < a->n_labels; i++)
        if (!pk_str_equal(a->labels[i].key, b->labels[i].key) ||
            !pk_str_equal(a->labels[i].value, b->labels[i].value))
            return false;
    return true;
}

bool pk_slice_is_same(const struct pk_slice *a, const struct pk_slice *b)
{
    return pk_str_equal(a->process, b->process) && pk_str_equal(a->thread, b->thread) &&
           pk_slice_same_labels(a, b);
}
