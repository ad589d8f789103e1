/*
 * profkit info: what the file is: format, producer, metrics, threads, samples, quality, whether the
 * tree has to be inferred. No analysis.
 */
#include "analyze/quality.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/escape.h"
#include "cmd/common.h"
#include "render/grouping.h"
#include "render/json_parts.h"
#include "render/writers.h"

/* By enum pk_rung. What it means for the user, not what the model calls it: the second says
 * beforehand that a flame graph will be an estimate. */
static const char *const rung_words[] = {
    "", "functions only: no callers were recorded",
    "functions and calls between them: stacks are inferred when a tree is drawn", "whole stacks"};

/* Key, then value: two columns that grep and awk can take apart. */
static void add_line(struct pk_buf *out, const char *key, struct pk_str value)
{
    pk_buf_printf(out, "%-10s ", key);
    pk_escape_terminal(out, value);
    pk_buf_char(out, '\n');
}

/* All of them, with the one that other commands take without --metric. */
static void add_metrics(struct pk_buf *out, const struct pk_loaded *loaded)
{
    for (uint32_t m = 0; m < pk_profile_metrics(loaded->profile); m++) {
        const struct pk_metric *metric = pk_profile_metric(loaded->profile, m);

        pk_buf_printf(out, "%-10s ", "metric");
        pk_escape_terminal(out, metric->name);
        pk_buf_text(out, "  ");
        pk_units_value(out, metric->unit, metric->scale, pk_profile_total(loaded->profile, m));
        pk_buf_text(out, m == loaded->metric ? "  (shown by default)\n" : "\n");
    }
}

/* How much there is, and what share of it has no name. */
static void add_counts(struct pk_buf *out, const struct pk_profile *profile,
                       const struct pk_quality *quality)
{
    pk_buf_printf(out, "%-10s ", pk_grouping_of(profile)->many);
    pk_units_count(out, pk_profile_frames(profile));
    pk_buf_char(out, '\n');
    if (pk_profile_graph(profile)) {
        pk_buf_printf(out, "%-10s ", "edges");
        pk_units_count(out, pk_profile_graph(profile)->n);
        pk_buf_char(out, '\n');
    }
    if (pk_profile_tree(profile)) {
        pk_buf_printf(out, "%-10s ", "paths");
        pk_units_count(out, pk_profile_tree(profile)->n);
        pk_buf_char(out, '\n');
    }
    if (quality->samples >= 0) {
        pk_buf_printf(out, "%-10s ", "samples");
        pk_units_count(out, quality->samples);
        pk_buf_char(out, '\n');
    }
    pk_buf_printf(out, "%-10s ", "unresolved");
    pk_units_percent(out, quality->unresolved, quality->total);
    pk_buf_text(out, " %\n");
}

/* What the file says of itself first, then what was counted in it. */
static void write_text(const struct pk_loaded *loaded, FILE *to)
{
    struct pk_quality quality = pk_quality_of(loaded->profile, loaded->metric);
    struct pk_buf out = {0}, lines = {0};
    struct pk_str rest;
    uint32_t n_facts;
    const struct pk_fact *facts = pk_profile_facts(loaded->profile, &n_facts);

    for (size_t i = 0; i + 1 < loaded->names.size; i++)
        add_line(&out, "file", pk_str_of(loaded->names.data[i]));
    for (uint32_t i = 0; i < n_facts; i++)
        add_line(&out, facts[i].key.data, facts[i].value);
    add_line(&out, "recorded", pk_str_of(rung_words[pk_profile_rung(loaded->profile)]));
    add_metrics(&out, loaded);
    for (uint32_t i = 0; i < pk_profile_slices(loaded->profile); i++) {
        const struct pk_slice *slice = pk_profile_slice(loaded->profile, i);

        if (slice->process.data)
            add_line(&out, "process", slice->process);
        if (slice->thread.data)
            add_line(&out, "thread", slice->thread);
    }
    add_counts(&out, loaded->profile, &quality);
    pk_quality_warnings(&quality, loaded->profile, &lines);
    for (rest = pk_buf_view(&lines); rest.size;)
        add_line(&out, "warning", pk_str_take_line(&rest));
    pk_buf_write(&out, to);
    pk_buf_fini(&out);
    pk_buf_fini(&lines);
}

/* The same facts as the text; `tree` tells whether a flame graph would be an estimate. */
static void write_json(const struct pk_loaded *loaded, FILE *to)
{
    struct pk_buf out = {0};
    struct pk_json json;
    uint32_t n_facts;
    const struct pk_fact *facts = pk_profile_facts(loaded->profile, &n_facts);
    const struct pk_graph *graph = pk_profile_graph(loaded->profile);
    const struct pk_tree *tree = pk_profile_tree(loaded->profile);

    pk_json_init(&json, &out);
    pk_json_object(&json);
    pk_json_parts_head(&json, "profkit.info/1", loaded->names.data);
    pk_json_parts_metric(&json, loaded->profile, loaded->metric);
    pk_json_parts_quality(&json, loaded->profile, loaded->metric);
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
    pk_json_key(&json, "rows");
    pk_json_array(&json);
    for (uint32_t m = 0; m < pk_profile_metrics(loaded->profile); m++) {
        pk_json_object(&json);
        pk_json_key(&json, "metric");
        pk_json_str(&json, pk_profile_metric(loaded->profile, m)->name);
        pk_json_key(&json, "unit");
        pk_json_text(&json, pk_units_name(pk_profile_metric(loaded->profile, m)->unit));
        pk_json_key(&json, "scale");
        pk_json_value(&json, pk_profile_metric(loaded->profile, m)->scale);
        pk_json_key(&json, "total");
        pk_json_value(&json, pk_profile_total(loaded->profile, m));
        pk_json_object_end(&json);
    }
    pk_json_array_end(&json);
    pk_json_key(&json, "functions");
    pk_json_value(&json, pk_profile_frames(loaded->profile));
    pk_json_key(&json, "edges");
    pk_json_value(&json, graph ? (int64_t)graph->n : PK_MISSING);
    pk_json_key(&json, "paths");
    pk_json_value(&json, tree ? (int64_t)tree->n : PK_MISSING);
    pk_json_key(&json, "tree");
    pk_json_text(&json, pk_json_parts_origin(tree ? PK_RECORDED : PK_ESTIMATED));
    pk_json_object_end(&json);
    pk_buf_char(&out, '\n');
    pk_buf_write(&out, to);
    pk_buf_fini(&out);
}

/* Loading fills `error` itself, so the status is right whichever of the steps stops. */
static int run(struct pk_args *args, struct pk_error *error)
{
    struct pk_loaded loaded;
    struct pk_target target;

    if (pk_load(args, &loaded, error) &&
        pk_target_open(args, &loaded, &pk_writer_text, PK_TARGET_PAGE, &target, error)) {
        if (target.writer == &pk_writer_json)
            write_json(&loaded, pk_output_stream(target.output));
        else
            write_text(&loaded, pk_output_stream(target.output));
        error->status = (enum pk_status)pk_target_close(args, &target, true, error);
    }
    pk_loaded_fini(args, &loaded);
    return (int)error->status;
}

const struct pk_cmd pk_cmd_info = {
    .name = "info",
    .summary = "format, producer, metrics, threads, quality",
    .usage = "[OPTION...] [FILE...]",
    .group = "Ask",
    .reads = true,
    .writes = true,
    .run = run,
    .example = "profkit info out.prof",
};
