/*
 * Callgrind profiles, for callgrind_annotate and KCachegrind: self of every function, and calls and
 * inclusive of every edge, recorded or derived; by source line as far as lines were recorded.
 * Source: the format's note; cl-format in valgrind's manual.
 *
 * Traps: callgrind_annotate takes the cost behind calls=0 as self cost, so edges whose calls nobody
 * counted are written as one call, and the head says so. It keeps cob= for later calls, where other
 * readers drop it: every call names its object and file. KCachegrind knows a function by its number
 * alone, so no two share one. A name may not begin with "(1)". Costs are whole numbers and never
 * negative: a metric with negative values is left out, decimals are written without their point.
 */
#include "render/out_callgrind_private.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/array.h"
#include "base/escape.h"
#include "model/lines.h"
#include "render/writers.h"

#ifndef PACKAGE_VERSION
#include "config.h"
#endif

#define FLUSH_ABOVE ((size_t)1 << 16)

struct writing {
    const struct pk_profile *profile;
    struct pk_callgrind_labels labels;
    PK_ARRAY(uint32_t) metrics; /* that the format can hold */
    struct pk_callgrind_block block;
    struct pk_buf out;
    FILE *to;
};

/* Missing values are none. */
static bool has_negative(const int64_t *column, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (column && column[i] != PK_MISSING && column[i] < 0)
            return true;
    return false;
}

/* Costs are unsigned; a metric without self costs would have a total of 0. */
static bool takes(const struct pk_profile *profile, uint32_t metric)
{
    const struct pk_flat *flat = pk_profile_flat(profile);
    const struct pk_graph *graph = pk_profile_graph(profile);

    return flat->self[metric] && !has_negative(flat->self[metric], pk_profile_frames(profile)) &&
           (!graph || !has_negative(graph->incl[metric], graph->n));
}

/* Written in pieces, so that memory does not follow the size of the output. */
static void flush(struct writing *w, size_t above)
{
    if (w->out.size > above) {
        pk_buf_write(&w->out, w->to);
        pk_buf_reset(&w->out);
    }
}

/* --- head --- */

/* A fact about the origin, on one line. */
static void write_fact(struct writing *w, const char *text, const char *key)
{
    struct pk_str fact = pk_profile_fact(w->profile, key);

    if (fact.size == 0)
        return;
    pk_buf_text(&w->out, text);
    pk_escape_callgrind(&w->out, fact);
    pk_buf_char(&w->out, '\n');
}

/* "event: time : time (ns)" gives a long name and a unit, "events: time" the columns. */
static void write_events(struct writing *w)
{
    struct pk_str *names = pk_calloc(w->metrics.size, sizeof *names);
    struct pk_arena arena;

    pk_arena_init(&arena);
    for (uint32_t i = 0; i < w->metrics.size; i++) {
        const struct pk_metric *metric = pk_profile_metric(w->profile, w->metrics.data[i]);
        struct pk_buf name = {0}, unit = {0};
        bool is_fraction;

        pk_callgrind_labels_event(&name, metric->name, names, i);
        names[i] = pk_arena_str(&arena, pk_buf_view(&name));
        pk_callgrind_labels_unit(&unit, metric, &is_fraction);
        if (unit.size || !pk_str_equal(names[i], metric->name)) {
            pk_buf_printf(&w->out, "event: %s : ", name.data);
            pk_escape_callgrind(&w->out, metric->name);
            /* Readers take a unit from the brackets; a fraction is none that they know. */
            if (unit.size)
                pk_buf_printf(&w->out, is_fraction ? " [%s]" : " (%s)", unit.data);
            pk_buf_char(&w->out, '\n');
        }
        pk_buf_fini(&name);
        pk_buf_fini(&unit);
    }
    pk_buf_text(&w->out, "events:");
    for (uint32_t i = 0; i < w->metrics.size; i++) {
        pk_buf_char(&w->out, ' ');
        pk_buf_str(&w->out, names[i]);
    }
    pk_buf_char(&w->out, '\n');
    pk_arena_fini(&arena);
    pk_free(names);
}

/* No date and no host: the same input gives the same bytes. */
static void write_head(struct writing *w)
{
    const struct pk_graph *graph = w->block.graph;

    pk_buf_text(&w->out, "# callgrind format\nversion: 1\ncreator: profkit " PACKAGE_VERSION "\n");
    /* A file of our own says what it was converted from: that stays true. */
    write_fact(w, "desc: From: ", pk_profile_fact(w->profile, "origin").size ? "origin" : "format");
    write_fact(w, "desc: Producer: ", "producer");
    if (graph && graph->n && !graph->calls)
        pk_buf_text(&w->out, "desc: Calls: not counted, each edge is written as one\n");
    if (!graph)
        pk_buf_text(&w->out, "desc: Calls: not recorded\n");
    pk_buf_text(&w->out, "positions: line\n");
    write_events(w);
}

/* --- body --- */

/* Calls that nobody counted, or that a file counts as none although they cost something, are one.
 */
static int64_t written_calls(const struct writing *w, const struct pk_callgrind_entry *entry)
{
    if (entry->calls > 0)
        return entry->calls;
    for (size_t i = 0; i < w->metrics.size; i++)
        if (pk_callgrind_block_cost(&w->block, entry, i) != 0)
            return 1;
    return entry->calls == PK_MISSING;
}

/* The lines that come before the costs of calls. Where a callee begins, "calls=3 0", is no place
 * that anybody reads, and not known of files of valgrind that were read. */
static void write_calls(struct writing *w, const struct pk_callgrind_entry *entry)
{
    pk_frame_id callee = entry->callee;

    if (w->labels.has_objects)
        pk_callgrind_labels_write(&w->out, "cob=", &w->labels.objects, w->labels.object[callee]);
    pk_callgrind_labels_write(&w->out, "cfi=", &w->labels.files, w->labels.file[callee]);
    pk_callgrind_labels_function(&w->out, "cfn=", &w->labels, callee);
    pk_buf_text(&w->out, "calls=");
    pk_buf_int(&w->out, written_calls(w, entry));
    pk_buf_text(&w->out, " 0\n");
}

/* "12 5 0 1": a line and its costs, under the file it is in. */
static void write_entry(struct writing *w, const struct pk_callgrind_entry *entry,
                        uint32_t *current)
{
    uint32_t own = w->labels.file[w->block.frame];

    if (entry->file != *current)
        pk_callgrind_labels_write(&w->out, entry->file == own ? "fe=" : "fi=", &w->labels.files,
                                  entry->file);
    *current = entry->file;
    if (entry->callee != PK_NONE)
        write_calls(w, entry);
    pk_buf_printf(&w->out, "%u", entry->line);
    for (size_t i = 0; i < w->metrics.size; i++) {
        pk_buf_char(&w->out, ' ');
        pk_buf_int(&w->out, pk_callgrind_block_cost(&w->block, entry, i));
    }
    pk_buf_char(&w->out, '\n');
    flush(w, FLUSH_ABOVE);
}

/* Every function has a block, so that none is lost because it costs nothing. It ends in the file
 * that it began in: callgrind_annotate keeps a pending fi= for the next one. */
static void write_function(struct writing *w, pk_frame_id frame)
{
    uint32_t own = w->labels.file[frame], current = own;

    pk_callgrind_block_fill(&w->block, frame);
    pk_buf_char(&w->out, '\n');
    if (w->labels.has_objects)
        pk_callgrind_labels_write(&w->out, "ob=", &w->labels.objects, w->labels.object[frame]);
    pk_callgrind_labels_write(&w->out, "fl=", &w->labels.files, own);
    pk_callgrind_labels_function(&w->out, "fn=", &w->labels, frame);
    for (size_t i = 0; i < w->block.entries.size; i++)
        write_entry(w, &w->block.entries.data[i], &current);
    if (current != own)
        pk_callgrind_labels_write(&w->out, "fe=", &w->labels.files, own);
}

/* The sum of self: what readers check a file against. */
static void write_totals(struct writing *w)
{
    pk_buf_text(&w->out, "\ntotals:");
    for (size_t i = 0; i < w->metrics.size; i++) {
        pk_buf_char(&w->out, ' ');
        pk_buf_int(&w->out, pk_profile_total(w->profile, w->metrics.data[i]));
    }
    pk_buf_char(&w->out, '\n');
}

/* Functions stand in the order of their written names, which does not change when the file is read
 * and written again. */
static bool write_profile(const struct pk_profile *profile, const struct pk_style *style, FILE *to,
                          struct pk_error *error)
{
    struct writing w = {.profile = profile, .to = to};

    (void)style;
    for (uint32_t m = 0; m < pk_profile_metrics(profile); m++)
        if (takes(profile, m))
            pk_array_push(&w.metrics, m);
    if (w.metrics.size == 0) {
        pk_error_set(error, PK_USAGE, pk_place_none(),
                     "a callgrind file cannot hold values below zero, and every metric has some");
        pk_error_hint(error, "--to pk keeps all of it");
        return false;
    }
    pk_callgrind_labels_init(&w.labels, profile);
    w.block = (struct pk_callgrind_block){.profile = profile,
                                          .graph = pk_profile_graph(profile),
                                          .lines = pk_profile_lines(profile),
                                          .labels = &w.labels,
                                          .metrics = w.metrics.data,
                                          .n_metrics = w.metrics.size};
    write_head(&w);
    for (uint32_t i = 0; i < pk_profile_frames(profile); i++)
        write_function(&w, w.labels.order[i]);
    write_totals(&w);
    flush(&w, 0);
    pk_callgrind_labels_fini(&w.labels);
    pk_array_fini(&w.metrics);
    pk_callgrind_block_fini(&w.block);
    pk_buf_fini(&w.out);
    return true;
}

const struct pk_writer pk_writer_callgrind = {
    .name = "callgrind",
    .summary = "functions and calls, for KCachegrind and callgrind_annotate",
    .extension = ".callgrind",
    .loses = PK_LOSES_STACKS | PK_LOSES_UNCOUNTED | PK_LOSES_PRIMITIVE | PK_LOSES_EDGE_SELF |
             PK_LOSES_DECIMALS | PK_LOSES_SLICES | PK_LOSES_TIMES,
    .needs = PK_KEEP_LINES | PK_KEEP_METRICS,
    .takes = takes,
    .profile = write_profile};
