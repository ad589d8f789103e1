/*
 * Activity over time as rows: see view_timeline.h. All bars are drawn to one scale, so that rows
 * can be compared: a thread that does little looks so. Times of rows are from the first sample on,
 * as --from-time takes them; the clock of the file stands in JSON alone. Which function had most in
 * each span is for machines, as indexes into a list, since the same few stand there again and
 * again.
 */
#include "render/view_timeline.h"

#include <stddef.h>
#include <stdint.h>

#include "base/array.h"
#include "base/utf8.h"
#include "model/record.h"
#include "render/grouping.h"

enum {
    NAME,
    THREAD_NAME,
    PROCESS,
    THREAD,
    BUCKETS,
    TOTAL,
    SHARE,
    START,
    SPAN,
    FUNCTIONS,
    SELF,
    FUNCTION,
    COLUMNS
};

#define MACHINE(the_key, the_kind) \
    {.key = (the_key), .title = "", .kind = (the_kind), .is_machine_only = true}

static const struct pk_column layout[COLUMNS] = {
    [NAME] = {.key = "", .title = "THREAD", .kind = PK_COLUMN_TEXT, .is_text_only = true},
    [THREAD_NAME] = MACHINE("slice", PK_COLUMN_TEXT),
    [PROCESS] = MACHINE("process", PK_COLUMN_TEXT),
    [THREAD] = MACHINE("thread", PK_COLUMN_TEXT),
    [BUCKETS] = {.key = "buckets", .title = "ACTIVITY", .kind = PK_COLUMN_SERIES},
    [TOTAL] = {.key = "total", .title = "TOTAL", .kind = PK_COLUMN_VALUE, .drop = 2},
    [SHARE] = {.key = "share", .title = "%", .kind = PK_COLUMN_PERCENT, .drop = 1},
    [START] = {.key = "start", .title = "START", .kind = PK_COLUMN_VALUE, .drop = 5},
    [SPAN] = {.key = "span", .title = "SPAN", .kind = PK_COLUMN_VALUE, .drop = 4},
    [FUNCTIONS] = MACHINE("functions", PK_COLUMN_SERIES),
    [SELF] = MACHINE("self", PK_COLUMN_VALUE),
    [FUNCTION] = {.key = "function", .title = "MOST SELF", .kind = PK_COLUMN_FRAME},
};

/* --- functions --- */

struct functions {   /* every function that is named in a bucket, once */
    uint32_t *place; /* [frame] its index, + 1; 0: not there yet */
    PK_ARRAY(pk_frame_id) list;
};

/* The place of a function in the list, which it joins when it is named first. */
static int64_t add_function(struct functions *functions, pk_frame_id frame)
{
    if (frame == PK_NONE)
        return PK_MISSING;
    if (functions->place[frame] == 0) {
        pk_array_push(&functions->list, frame);
        functions->place[frame] = (uint32_t)functions->list.size;
    }
    return functions->place[frame] - 1;
}

/* The list behind the indexes. */
static struct pk_table *list_functions(struct pk_arena *arena, const struct pk_profile *profile,
                                       const struct functions *functions)
{
    static const struct pk_column frame = {.key = "", .title = "", .kind = PK_COLUMN_FRAME};
    struct pk_table *table = pk_table_new(arena, &frame, 1, (uint32_t)functions->list.size);

    table->profile = profile;
    for (uint32_t i = 0; i < table->n_rows; i++)
        pk_table_cell(table, i, 0)->frame = functions->list.data[i];
    return table;
}

/* --- columns --- */

/* Both series have their numbers by row; those of functions are made here. */
static struct pk_table *fill_series(struct pk_arena *arena, struct pk_table *table,
                                    const struct pk_activity *activity)
{
    struct pk_series *series = PK_NEW_ARRAY(arena, struct pk_series, 2);
    const int64_t **weights = PK_NEW_ARRAY(arena, const int64_t *, activity->n_rows);
    const int64_t **indexes = PK_NEW_ARRAY(arena, const int64_t *, activity->n_rows);
    struct functions functions = {
        .place = pk_calloc(pk_profile_frames(table->profile), sizeof *functions.place)};
    struct pk_table *list;

    for (uint32_t row = 0; row < activity->n_rows; row++) {
        int64_t *index = PK_NEW_ARRAY(arena, int64_t, activity->n_buckets);

        for (uint32_t b = 0; b < activity->n_buckets; b++)
            index[b] = add_function(&functions, activity->rows[row].functions[b]);
        weights[row] = activity->rows[row].buckets;
        indexes[row] = index;
    }
    series[0] = (struct pk_series){weights, activity->n_buckets, activity->largest};
    series[1] = (struct pk_series){indexes, activity->n_buckets, 0};
    table->columns[BUCKETS].series = &series[0];
    table->columns[FUNCTIONS].series = &series[1];
    list = list_functions(arena, table->profile, &functions);
    pk_free(functions.place);
    pk_array_fini(&functions.list);
    return list;
}

/* Values of the metric, and times. */
static void fill_units(struct pk_table *table)
{
    const struct pk_metric *metric = pk_profile_metric(table->profile, table->metric);

    for (uint32_t c = 0; c < COLUMNS; c++) {
        bool is_time = c == START || c == SPAN;

        table->columns[c].unit = is_time ? PK_UNIT_NS : metric->unit;
        table->columns[c].scale = is_time ? 0 : metric->scale;
    }
}

/* --- rows --- */

/* The end of a name tells threads apart: "…worker-8". */
static struct pk_str short_name(struct pk_arena *arena, struct pk_str name, uint32_t most)
{
    struct pk_buf text = {0};
    struct pk_str result;

    if (most == 0 || pk_utf8_width(name) <= most)
        return name;
    pk_buf_text(&text, "…");
    pk_buf_str(&text, pk_str_slice(name, pk_utf8_suffix(name, most - 1), name.size));
    result = pk_arena_str(arena, pk_buf_view(&text));
    pk_buf_fini(&text);
    return result;
}

/* Machines get every bucket as a number, people a bar. */
static void fill_row(const struct pk_table *table, uint32_t row, const struct pk_activity *activity,
                     struct pk_arena *arena, uint32_t most_name)
{
    const struct pk_activity_row *from = &activity->rows[row];
    const struct pk_slice *slice = &pk_record_slice(table->profile, from->slice)->slice;
    struct pk_str name = pk_profile_frame(table->profile, PK_FRAME_SLICE + from->slice)->name;
    struct pk_cell *cell = pk_table_cell(table, row, 0);

    cell[NAME].text = short_name(arena, name, most_name);
    cell[THREAD_NAME].text = name;
    cell[PROCESS].text = slice->process;
    cell[THREAD].text = slice->thread;
    cell[TOTAL].value = from->weight;
    cell[SHARE] = pk_table_share(pk_profile_metric(table->profile, table->metric), from->weight,
                                 pk_profile_total(table->profile, table->metric));
    cell[START].value = from->first - activity->first;
    cell[SPAN].value = from->last - from->first;
    cell[SELF].value = from->self;
    cell[FUNCTION].frame = from->function;
}

/* "3 more threads hold 2.1 % (--top 0 shows all)" */
static void fill_footer(struct pk_table *table, struct pk_arena *arena)
{
    struct pk_buf text = {0};

    if (table->n_left_out == 0)
        return;
    pk_units_count(&text, table->n_left_out);
    pk_buf_text(&text, table->n_left_out == 1 ? " more thread holds " : " more threads hold ");
    pk_units_percent(&text, table->left_out, pk_profile_total(table->profile, table->metric));
    pk_buf_text(&text, " %");
    pk_table_cure(&text, true, false);
    table->footer = pk_arena_str(arena, pk_buf_view(&text));
    pk_buf_fini(&text);
}

/* What a bar is: "40 columns of 7.75 ms from the first sample on, 310.1 ms; the highest bar is 7
 * ms". */
static void fill_note(struct pk_table *table, const struct pk_activity *activity,
                      struct pk_arena *arena)
{
    const struct pk_metric *metric = pk_profile_metric(table->profile, table->metric);
    struct pk_buf text = {0};

    pk_units_count(&text, activity->n_buckets);
    pk_buf_text(&text, activity->n_buckets == 1 ? " column of " : " columns of ");
    pk_units_value(&text, PK_UNIT_NS, 0, activity->width);
    pk_buf_text(&text, " from the first sample on; the highest bar is ");
    pk_units_value(&text, metric->unit, metric->scale, activity->largest);
    table->note = pk_arena_str(arena, pk_buf_view(&text));
    pk_buf_fini(&text);
}

/* Functions are collected while rows are filled, so their list stands behind. */
struct pk_table *pk_view_timeline(struct pk_arena *arena, const struct pk_profile *profile,
                                  uint32_t metric, const struct pk_activity *activity,
                                  uint32_t most_name)
{
    struct pk_table *table = pk_table_new(arena, layout, COLUMNS, activity->n_rows);
    struct pk_table_time *time = PK_NEW(arena, struct pk_table_time);

    table->schema = "profkit.timeline/1";
    table->profile = profile;
    table->metric = metric;
    fill_units(table);
    pk_grouping_title(table);
    *time = (struct pk_table_time){.first = activity->first,
                                   .span = activity->last - activity->first,
                                   .width = activity->width,
                                   .n = activity->n_buckets,
                                   .timed = activity->weight,
                                   .untimed = activity->untimed};
    time->functions = fill_series(arena, table, activity);
    table->time = time;
    for (uint32_t row = 0; row < activity->n_rows; row++)
        fill_row(table, row, activity, arena, most_name);
    table->n_left_out = activity->n_left_out;
    table->left_out = activity->left_out;
    fill_footer(table, arena);
    fill_note(table, activity, arena);
    return table;
}
