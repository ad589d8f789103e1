/*
 * JSON: tables, and the whole profile (profkit.profile/1), so that any other program can check what
 * profkit read. Values are integers in base units times 10^scale; null is "the file does not say".
 * Big profiles are written in pieces: memory does not follow the output.
 */
#include "render/json_parts.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "render/writers.h"

#define FLUSH_ABOVE ((size_t)1 << 16)

/* Written in pieces, so that memory does not follow the size of the output; what goes into another
 * output stays whole. */
static void flush(struct pk_json *json, FILE *to, size_t above)
{
    if (to && json->out->size > above) {
        pk_buf_write(json->out, to);
        pk_buf_reset(json->out);
    }
}

/* One document, one line end. */
static void finish(struct pk_json *json, FILE *to)
{
    pk_json_object_end(json);
    pk_buf_char(json->out, '\n');
    flush(json, to, 0);
}

/* --- tables --- */

/* Root first. */
static void write_path(struct pk_json *json, const struct pk_table *table,
                       const struct pk_cell *cell)
{
    struct pk_table_path path;

    pk_table_path(table, cell, &path);
    pk_json_key(json, "frames");
    pk_json_array(json);
    for (uint32_t i = 0; i < path.n; i++) {
        pk_json_object(json);
        pk_json_parts_frame(json, pk_profile_frame(table->profile, path.frame[i]));
        pk_json_object_end(json);
    }
    pk_json_array_end(json);
}

/* An array as long for every row. */
static void write_series(struct pk_json *json, const struct pk_column *column, uint32_t row)
{
    pk_json_key(json, column->key);
    pk_json_array(json);
    for (uint32_t i = 0; i < column->series->n; i++)
        pk_json_value(json, column->series->values[row][i]);
    pk_json_array_end(json);
}

/* The bar is the percentage again, so it is left out. */
static void write_cell(struct pk_json *json, const struct pk_table *table, uint32_t row,
                       uint32_t column)
{
    const struct pk_column *c = &table->columns[column];
    const struct pk_cell *cell = pk_table_cell(table, row, column);

    if (c->is_text_only)
        return;
    switch (c->kind) {
    case PK_COLUMN_VALUE:
    case PK_COLUMN_COUNT:
        pk_json_key(json, c->key);
        pk_json_value(json, cell->value);
        break;
    case PK_COLUMN_PERCENT:
    case PK_COLUMN_RATIO:
        pk_json_key(json, c->key);
        if (cell->value == PK_MISSING)
            pk_json_null(json);
        else
            pk_json_ratio(json, cell->value, cell->whole);
        break;
    case PK_COLUMN_FRAME:
        pk_json_parts_frame(json, cell->frame == PK_NONE ? NULL : pk_table_frame(table, cell));
        break;
    case PK_COLUMN_PATH:
        write_path(json, table, cell);
        break;
    case PK_COLUMN_TEXT:
        pk_json_key(json, c->key);
        pk_json_str(json, cell->text);
        break;
    case PK_COLUMN_FLAG:
        pk_json_key(json, c->key);
        pk_json_bool(json, cell->value != 0);
        break;
    case PK_COLUMN_SERIES:
        write_series(json, c, row);
        break;
    case PK_COLUMN_BAR:
        break;
    }
}

/* Rows hold members by the keys of the columns. */
static void write_rows(struct pk_json *json, const char *key, const struct pk_table *table,
                       FILE *to)
{
    pk_json_key(json, key);
    pk_json_array(json);
    for (uint32_t r = 0; r < table->n_rows; r++) {
        pk_json_object(json);
        for (uint32_t c = 0; c < table->n_columns; c++)
            write_cell(json, table, r, c);
        pk_json_object_end(json);
        flush(json, to, FLUSH_ABOVE);
    }
    pk_json_array_end(json);
}

/* What the numbers of all series stand for. */
static void write_time(struct pk_json *json, const struct pk_table_time *time, FILE *to)
{
    pk_json_key(json, "time");
    pk_json_object(json);
    pk_json_key(json, "first");
    pk_json_value(json, time->first);
    pk_json_key(json, "span");
    pk_json_value(json, time->span);
    pk_json_key(json, "width");
    pk_json_value(json, time->width);
    pk_json_key(json, "buckets");
    pk_json_value(json, time->n);
    pk_json_key(json, "timed");
    pk_json_value(json, time->timed);
    pk_json_key(json, "untimed");
    pk_json_value(json, time->untimed);
    pk_json_object_end(json);
    write_rows(json, "functions", time->functions, to);
}

/* Where two profiles were compared, both are told in place of the quality of one. What was left out
 * stands behind the rows. */
static void add_table(const struct pk_table *table, const char *const *inputs, struct pk_buf *out,
                      FILE *to)
{
    struct pk_json json;

    pk_json_init(&json, out);
    pk_json_object(&json);
    pk_json_parts_head(&json, table->schema, inputs);
    if (table->profile) {
        pk_json_parts_metric(&json, table->profile, table->metric);
        pk_json_parts_shown(&json, table->profile);
    }
    if (table->compared) {
        write_rows(&json, "compared", table->compared, to);
        pk_json_parts_lines(&json, "warnings", table->warnings);
    } else if (table->profile)
        pk_json_parts_quality(&json, table->profile, table->metric);
    if (table->tree) {
        pk_json_key(&json, "origin");
        pk_json_text(&json, pk_json_parts_origin(table->tree->origin));
    }
    if (table->time)
        write_time(&json, table->time, to);
    if (table->causes)
        write_rows(&json, "causes", table->causes, to);
    if (table->renames)
        write_rows(&json, "renames", table->renames, to);
    write_rows(&json, "rows", table, to);
    pk_json_parts_left_out(&json, table);
    finish(&json, to);
}

static bool write_table(const struct pk_table *table, const struct pk_style *style, FILE *to,
                        struct pk_error *error)
{
    struct pk_buf out = {0};

    (void)error;
    add_table(table, style->inputs, &out, to);
    pk_buf_fini(&out);
    return true;
}

void pk_json_parts_table(const struct pk_table *table, const char *const *inputs,
                         struct pk_buf *out)
{
    add_table(table, inputs, out, NULL);
}

/* --- profiles --- */

/* [value, ...] by metric; null where a column or a value is missing. */
static void write_values(struct pk_json *json, const char *key, int64_t *const *columns, uint32_t n,
                         uint32_t i)
{
    pk_json_key(json, key);
    pk_json_array(json);
    for (uint32_t m = 0; m < n; m++)
        pk_json_value(json, columns[m] ? columns[m][i] : PK_MISSING);
    pk_json_array_end(json);
}

/* Both counts: recursive calls are the difference. */
static void write_calls(struct pk_json *json, const int64_t *calls, const int64_t *primitive,
                        uint32_t i)
{
    pk_json_key(json, "calls");
    pk_json_value(json, calls ? calls[i] : PK_MISSING);
    pk_json_key(json, "primitive_calls");
    pk_json_value(json, primitive ? primitive[i] : PK_MISSING);
}

/* The total is the sum of self, so a reader can check the rows against it. */
static void write_metrics(struct pk_json *json, const struct pk_profile *profile)
{
    pk_json_key(json, "metrics");
    pk_json_array(json);
    for (uint32_t m = 0; m < pk_profile_metrics(profile); m++) {
        const struct pk_metric *metric = pk_profile_metric(profile, m);

        pk_json_object(json);
        pk_json_key(json, "name");
        pk_json_str(json, metric->name);
        pk_json_key(json, "unit");
        pk_json_text(json, pk_units_name(metric->unit));
        pk_json_key(json, "scale");
        pk_json_value(json, metric->scale);
        pk_json_key(json, "total");
        pk_json_value(json, pk_profile_total(profile, m));
        pk_json_object_end(json);
    }
    pk_json_array_end(json);
}

/* Arrays by metric, in the order of `metrics`. */
static void write_frames(struct pk_json *json, const struct pk_profile *profile, FILE *to)
{
    const struct pk_flat *flat = pk_profile_flat(profile);
    uint32_t n = pk_profile_metrics(profile);

    pk_json_key(json, "frames");
    pk_json_array(json);
    for (uint32_t f = 0; f < pk_profile_frames(profile); f++) {
        pk_json_object(json);
        pk_json_parts_frame(json, pk_profile_frame(profile, f));
        write_values(json, "self", flat->self, n, f);
        write_values(json, "total", flat->incl, n, f);
        write_values(json, "total_high", flat->incl_high, n, f);
        write_calls(json, flat->calls, flat->primitive, f);
        pk_json_object_end(json);
        flush(json, to, FLUSH_ABOVE);
    }
    pk_json_array_end(json);
}

/* Ends are indexes into `frames`. An empty array where no callers were recorded. */
static void write_edges(struct pk_json *json, const struct pk_profile *profile, FILE *to)
{
    const struct pk_graph *graph = pk_profile_graph(profile);
    uint32_t n = pk_profile_metrics(profile);

    pk_json_key(json, "edges");
    pk_json_array(json);
    for (uint32_t e = 0; graph && e < graph->n; e++) {
        pk_json_object(json);
        pk_json_key(json, "caller");
        pk_json_value(json, graph->caller[e]);
        pk_json_key(json, "callee");
        pk_json_value(json, graph->callee[e]);
        write_calls(json, graph->calls, graph->primitive, e);
        write_values(json, "total", graph->incl, n, e);
        write_values(json, "self", graph->self, n, e);
        pk_json_object_end(json);
        flush(json, to, FLUSH_ABOVE);
    }
    pk_json_array_end(json);
}

/* Stacks where they were recorded, also by a part of the slices only; a parent stands before its
 * children, null for roots. With executing lines a node has one more member. */
static void write_nodes(struct pk_json *json, const struct pk_profile *profile, FILE *to)
{
    const struct pk_profile *part = pk_profile_part(profile, PK_TREE);
    const struct pk_tree *tree = part ? pk_profile_line_tree(part) : NULL;
    uint32_t n = pk_profile_metrics(profile);

    if (!part)
        return;
    if (!tree)
        tree = pk_profile_tree(part);
    pk_json_key(json, "nodes");
    pk_json_array(json);
    for (uint32_t i = 0; i < tree->n; i++) {
        pk_json_object(json);
        pk_json_key(json, "parent");
        pk_json_value(json, tree->parent[i] == PK_NONE ? PK_MISSING : (int64_t)tree->parent[i]);
        pk_json_key(json, "frame");
        pk_json_value(json, tree->frame[i]);
        if (tree->line) {
            pk_json_key(json, "line");
            pk_json_value(json, tree->line[i] ? (int64_t)tree->line[i] : PK_MISSING);
        }
        write_values(json, "self", tree->self, n, i);
        pk_json_object_end(json);
        flush(json, to, FLUSH_ABOVE);
    }
    pk_json_array_end(json);
}

/* Whose values these are; null where the file does not say. */
static void write_slices(struct pk_json *json, const struct pk_profile *profile)
{
    pk_json_key(json, "slices");
    pk_json_array(json);
    for (uint32_t i = 0; i < pk_profile_slices(profile); i++) {
        const struct pk_slice *slice = pk_profile_slice(profile, i);

        pk_json_object(json);
        pk_json_key(json, "process");
        pk_json_str(json, slice->process);
        pk_json_key(json, "thread");
        pk_json_str(json, slice->thread);
        pk_json_key(json, "labels");
        pk_json_array(json);
        for (uint32_t l = 0; l < slice->n_labels; l++) {
            pk_json_object(json);
            pk_json_key(json, "key");
            pk_json_str(json, slice->labels[l].key);
            pk_json_key(json, "value");
            pk_json_str(json, slice->labels[l].value);
            pk_json_object_end(json);
        }
        pk_json_array_end(json);
        pk_json_key(json, "self");
        pk_json_array(json);
        for (uint32_t m = 0; m < pk_profile_metrics(profile); m++)
            pk_json_value(json, pk_profile_slice_total(profile, i, m));
        pk_json_array_end(json);
        pk_json_object_end(json);
    }
    pk_json_array_end(json);
}

/* The order of the members is part of the format: what it is, then what it holds. */
static bool write_profile(const struct pk_profile *profile, const struct pk_style *style, FILE *to,
                          struct pk_error *error)
{
    static const char *const rungs[] = {"", "flat", "graph", "tree"};
    struct pk_buf out = {0};
    struct pk_json json;
    uint32_t n_facts;
    const struct pk_fact *facts = pk_profile_facts(profile, &n_facts);

    (void)error;
    pk_json_init(&json, &out);
    pk_json_object(&json);
    pk_json_parts_head(&json, "profkit.profile/1", style->inputs);
    pk_json_key(&json, "rung");
    pk_json_text(&json, rungs[pk_profile_rung(profile)]);
    pk_json_key(&json, "facts");
    pk_json_array(&json);
    for (uint32_t i = 0; i < n_facts; i++) {
        pk_json_object(&json);
        pk_json_key(&json, "key");
        pk_json_str(&json, facts[i].key);
        pk_json_key(&json, "value");
        pk_json_str(&json, facts[i].value);
        pk_json_object_end(&json);
    }
    pk_json_array_end(&json);
    pk_json_parts_quality(&json, profile, pk_profile_default_metric(profile));
    write_slices(&json, profile);
    write_metrics(&json, profile);
    write_frames(&json, profile, to);
    write_edges(&json, profile, to);
    write_nodes(&json, profile, to);
    finish(&json, to);
    pk_buf_fini(&out);
    return true;
}

const struct pk_writer pk_writer_json = {.name = "json",
                                         .summary = "every fact, unrounded, for other programs",
                                         .extension = ".json",
                                         .loses = PK_LOSES_LINES | PK_LOSES_SLICES | PK_LOSES_TIMES,
                                         .needs = PK_KEEP_METRICS,
                                         .table = write_table,
                                         .profile = write_profile};
