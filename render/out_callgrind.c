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
    const struct pk_graph *graph; /* NULL: only functions */
    struct pk_callgrind_labels labels;
    const struct pk_lines *lines; /* NULL: no costs of lines */
    PK_ARRAY(uint32_t) metrics;   /* that the format can hold */
    PK_ARRAY(int64_t) rest;       /* see left_over */
    struct pk_buf out;
    FILE *to;
};

/* Missing values are no costs: 0. */
static int64_t at(const int64_t *column, uint32_t index)
{
    return column && column[index] != PK_MISSING ? column[index] : 0;
}

/* Missing values are none. */
static bool has_negative(const int64_t *column, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (at(column, i) < 0)
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
        fwrite(w->out.data, 1, w->out.size, w->to);
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
    pk_buf_text(&w->out, "# callgrind format\nversion: 1\ncreator: profkit " PACKAGE_VERSION "\n");
    /* A file of our own says what it was converted from: that stays true. */
    write_fact(w, "desc: From: ", pk_profile_fact(w->profile, "origin").size ? "origin" : "format");
    write_fact(w, "desc: Producer: ", "producer");
    if (w->graph && w->graph->n && !w->graph->calls)
        pk_buf_text(&w->out, "desc: Calls: not counted, each edge is written as one\n");
    if (!w->graph)
        pk_buf_text(&w->out, "desc: Calls: not recorded\n");
    pk_buf_text(&w->out, "positions: line\n");
    write_events(w);
}

/* --- body --- */

/* " 5 0 12" and a line end. */
static void write_costs(struct writing *w, int64_t *const *columns, uint32_t index)
{
    for (size_t i = 0; i < w->metrics.size; i++) {
        pk_buf_char(&w->out, ' ');
        pk_buf_int(&w->out, at(columns[w->metrics.data[i]], index));
    }
    pk_buf_char(&w->out, '\n');
}

/* Calls that nobody counted, or that a file counts as none although they cost something, are one.
 */
static int64_t written_calls(int64_t calls, const struct writing *w, int64_t *const *columns,
                             uint32_t index)
{
    if (calls > 0)
        return calls;
    if (calls == PK_MISSING)
        return 1;
    for (size_t i = 0; i < w->metrics.size; i++)
        if (at(columns[w->metrics.data[i]], index) != 0)
            return 1;
    return 0;
}

/* The lines that come before the costs of calls which stand in line `line` of the current file. */
static void write_call(struct writing *w, pk_frame_id callee, int64_t calls, uint32_t line)
{
    if (w->labels.has_objects)
        pk_callgrind_labels_write(&w->out, "cob=", &w->labels.objects, w->labels.object[callee]);
    pk_callgrind_labels_write(&w->out, "cfi=", &w->labels.files, w->labels.file[callee]);
    pk_callgrind_labels_function(&w->out, "cfn=", &w->labels, callee);
    pk_buf_text(&w->out, "calls=");
    pk_buf_int(&w->out, calls);
    pk_buf_printf(&w->out, " %u\n%u", pk_profile_frame(w->profile, callee)->line, line);
    flush(w, FLUSH_ABOVE);
}

/* Where in the caller these calls stand nobody says: the line of its definition is taken. */
static void write_edge(struct writing *w, pk_edge_id edge)
{
    const struct pk_graph *g = w->graph;
    int64_t calls = g->calls ? g->calls[edge] : PK_MISSING;

    write_call(w, g->callee[edge], written_calls(calls, w, g->incl, edge),
               pk_profile_frame(w->profile, g->caller[edge])->line);
    write_costs(w, g->incl, edge);
}

/* The edge from a function to a callee; PK_NONE where lines know of calls that no table has, as in
 * a file of functions alone merged with another. */
static pk_edge_id edge_to(const struct pk_graph *graph, pk_frame_id caller, pk_frame_id callee)
{
    uint32_t low = graph ? graph->out_start[caller] : 0;
    uint32_t high = graph ? graph->out_start[caller + 1] : 0;

    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;

        if (graph->callee[middle] <= callee)
            low = middle;
        else
            high = middle;
    }
    return low < high && graph->callee[low] == callee ? low : PK_NONE;
}

/* Fill `rest` with what the lines of a function leave of its self (by metric), then of each of its
 * edges (calls, then inclusive by metric). False when they say more than the function does, as in
 * files that contradict themselves: then its lines are better not told. */
static bool left_over(struct writing *w, pk_frame_id f)
{
    const struct pk_lines *lines = w->lines;
    const struct pk_flat *flat = pk_profile_flat(w->profile);
    uint32_t first = w->graph ? w->graph->out_start[f] : 0;
    uint32_t end = w->graph ? w->graph->out_start[f + 1] : 0;
    size_t n = w->metrics.size;

    w->rest.size = 0;
    for (size_t i = 0; i < n; i++)
        pk_array_push(&w->rest, at(flat->self[w->metrics.data[i]], f));
    for (pk_edge_id e = first; e < end; e++) {
        pk_array_push(&w->rest, at(w->graph->calls, e));
        for (size_t i = 0; i < n; i++)
            pk_array_push(&w->rest, at(w->graph->incl[w->metrics.data[i]], e));
    }
    for (uint32_t row = lines->start[f]; row < lines->start[f + 1]; row++) {
        int64_t *rest = w->rest.data;

        if (lines->callee[row] != PK_NONE) {
            pk_edge_id edge = edge_to(w->graph, f, lines->callee[row]);

            if (edge == PK_NONE)
                return false;
            rest += n + (edge - first) * (n + 1);
            *rest -= at(lines->calls, row);
            if (*rest++ < 0)
                return false;
        }
        for (size_t i = 0; i < n; i++) {
            rest[i] -= at(lines->values[w->metrics.data[i]], row);
            if (rest[i] < 0)
                return false;
        }
    }
    return true;
}

/* One by one in their order, each under its file where that is not the function's own. */
static void write_lines(struct writing *w, pk_frame_id f)
{
    const struct pk_lines *lines = w->lines;
    uint32_t own = w->labels.file[f], current = own;

    for (uint32_t row = lines->start[f]; row < lines->start[f + 1]; row++) {
        uint32_t file = w->labels.line_file[lines->file[row]];
        pk_frame_id callee = lines->callee[row];

        if (file != current)
            pk_callgrind_labels_write(&w->out, file == own ? "fe=" : "fi=", &w->labels.files, file);
        current = file;
        if (callee == PK_NONE)
            pk_buf_printf(&w->out, "%u", lines->line[row]);
        else
            write_call(
                w, callee,
                written_calls(lines->calls ? lines->calls[row] : PK_MISSING, w, lines->values, row),
                lines->line[row]);
        write_costs(w, lines->values, row);
        flush(w, FLUSH_ABOVE);
    }
    if (current != own)
        pk_callgrind_labels_write(&w->out, "fe=", &w->labels.files, own);
}

/* " 5 0 12" of what is left, and a line end. */
static void write_rest(struct writing *w, const int64_t *rest)
{
    for (size_t i = 0; i < w->metrics.size; i++) {
        pk_buf_char(&w->out, ' ');
        pk_buf_int(&w->out, rest[i]);
    }
    pk_buf_char(&w->out, '\n');
}

/* True when something is left. */
static bool any(const int64_t *rest, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (rest[i] != 0)
            return true;
    return false;
}

/* What the lines do not hold: other files that were merged know none, or fewer. */
static void write_left_over(struct writing *w, pk_frame_id f)
{
    uint32_t line = pk_profile_frame(w->profile, f)->line;
    const int64_t *rest = w->rest.data;
    size_t n = w->metrics.size;

    if (any(rest, n)) {
        pk_buf_printf(&w->out, "%u", line);
        write_rest(w, rest);
    }
    rest += n;
    for (pk_edge_id e = w->graph ? w->graph->out_start[f] : 0;
         w->graph && e < w->graph->out_start[f + 1]; e++, rest += n + 1)
        if (any(rest, n + 1)) {
            write_call(w, w->graph->callee[e], rest[0] > 0 ? rest[0] : 1, line);
            write_rest(w, rest + 1);
        }
}

/* Every function has a block, so that none is lost because it costs nothing. */
static void write_function(struct writing *w, pk_frame_id frame)
{
    pk_buf_char(&w->out, '\n');
    if (w->labels.has_objects)
        pk_callgrind_labels_write(&w->out, "ob=", &w->labels.objects, w->labels.object[frame]);
    pk_callgrind_labels_write(&w->out, "fl=", &w->labels.files, w->labels.file[frame]);
    pk_callgrind_labels_function(&w->out, "fn=", &w->labels, frame);
    if (w->lines && w->lines->start[frame] < w->lines->start[frame + 1] && left_over(w, frame)) {
        write_lines(w, frame);
        write_left_over(w, frame);
        return;
    }
    pk_buf_printf(&w->out, "%u", pk_profile_frame(w->profile, frame)->line);
    write_costs(w, pk_profile_flat(w->profile)->self, frame);
    for (pk_edge_id e = w->graph ? w->graph->out_start[frame] : 0;
         w->graph && e < w->graph->out_start[frame + 1]; e++)
        write_edge(w, e);
    flush(w, FLUSH_ABOVE);
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

/* Functions stand in the order of frames, so the same profile is the same bytes. */
static bool write_profile(const struct pk_profile *profile, const struct pk_style *style, FILE *to,
                          struct pk_error *error)
{
    struct writing w = {.profile = profile,
                        .graph = pk_profile_graph(profile),
                        .lines = pk_profile_lines(profile),
                        .to = to};

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
    write_head(&w);
    for (pk_frame_id f = 0; f < pk_profile_frames(profile); f++)
        write_function(&w, f);
    write_totals(&w);
    flush(&w, 0);
    pk_callgrind_labels_fini(&w.labels);
    pk_array_fini(&w.metrics);
    pk_array_fini(&w.rest);
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
