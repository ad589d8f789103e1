/*
 * Reading a callgrind text in a test, and showing what came of it by names: functions with self,
 * inclusive and calls, edges, lines, facts and notes. Include it behind cmocka.h.
 */
#ifndef TESTS_CALLGRIND_CHECK_H
#define TESTS_CALLGRIND_CHECK_H

#include <string.h>

#include "model/lines.h"   // IWYU pragma: export
#include "tests/reading.h" // IWYU pragma: export

/* Read with the callgrind reader and freeze; NULL fills `error`. */
static inline struct pk_profile *read_bytes(struct pk_str text, struct pk_read_options options,
                                            const struct pk_limits *limits, struct pk_error *error)
{
    return reading_profile(&pk_reader_callgrind, text, options, limits, error);
}

static inline struct pk_profile *read_text(const char *text, struct pk_read_options options,
                                           struct pk_error *error)
{
    struct pk_limits limits = pk_limits_default();

    return read_bytes(pk_str_of(text), options, &limits, error);
}

/* "name", "file:name", "file:name [module]", with what is not known left out. */
static inline void show_frame(const struct pk_profile *profile, pk_frame_id id, struct pk_buf *out)
{
    const struct pk_frame *frame = pk_profile_frame(profile, id);

    if (frame->file.data) {
        pk_buf_str(out, frame->file);
        pk_buf_char(out, ':');
    }
    pk_buf_str(out, frame->name);
    if (frame->module.data) {
        pk_buf_text(out, " [");
        pk_buf_str(out, frame->module);
        pk_buf_char(out, ']');
    }
    if (frame->kind == PK_KIND_UNRESOLVED)
        pk_buf_char(out, '?');
    if (frame->kind == PK_KIND_BUILTIN)
        pk_buf_char(out, '!');
}

static inline void show_value(int64_t value, struct pk_buf *out)
{
    pk_buf_char(out, ' ');
    if (value == PK_MISSING)
        pk_buf_char(out, '-');
    else
        pk_buf_int(out, value);
}

static inline void show_column(int64_t *const *columns, uint32_t n, uint32_t i, struct pk_buf *out)
{
    for (uint32_t m = 0; m < n; m++)
        show_value(columns[m] ? columns[m][i] : PK_MISSING, out);
}

/* "main: 3 of 12 calls 1": self, inclusive ("9..12" for a range) and calls. */
static inline void show_functions(const struct pk_profile *profile, struct pk_buf *out)
{
    const struct pk_flat *flat = pk_profile_flat(profile);
    uint32_t n = pk_profile_metrics(profile);

    for (pk_frame_id f = 0; f < pk_profile_frames(profile); f++) {
        show_frame(profile, f, out);
        pk_buf_char(out, ':');
        show_column(flat->self, n, f, out);
        pk_buf_text(out, " of");
        for (uint32_t m = 0; m < n; m++) {
            show_value(flat->incl[m] ? flat->incl[m][f] : PK_MISSING, out);
            if (flat->incl_high[m] && flat->incl_high[m][f] != PK_MISSING) {
                pk_buf_text(out, "..");
                pk_buf_int(out, flat->incl_high[m][f]);
            }
        }
        if (flat->calls && flat->calls[f] != PK_MISSING) {
            pk_buf_text(out, " calls ");
            pk_buf_int(out, flat->calls[f]);
        }
        pk_buf_char(out, '\n');
    }
}

static inline void show_edges(const struct pk_profile *profile, struct pk_buf *out)
{
    const struct pk_graph *graph = pk_profile_graph(profile);

    for (uint32_t e = 0; graph && e < graph->n; e++) {
        show_frame(profile, graph->caller[e], out);
        pk_buf_text(out, " -> ");
        show_frame(profile, graph->callee[e], out);
        pk_buf_char(out, ':');
        show_column(graph->incl, pk_profile_metrics(profile), e, out);
        pk_buf_text(out, " calls");
        show_value(graph->calls ? graph->calls[e] : PK_MISSING, out);
        pk_buf_char(out, '\n');
    }
}

/* "main b.c:7 -> f: 3 calls 1". */
static inline void show_lines(const struct pk_profile *profile, struct pk_buf *out)
{
    const struct pk_lines *lines = pk_profile_lines(profile);

    for (uint32_t i = 0; lines && i < lines->n; i++) {
        pk_buf_str(out, pk_profile_frame(profile, lines->frame[i])->name);
        pk_buf_char(out, ' ');
        pk_buf_str(out, lines->files[lines->file[i]]);
        pk_buf_printf(out, ":%u", lines->line[i]);
        if (lines->callee[i] != PK_NONE) {
            pk_buf_text(out, " -> ");
            pk_buf_str(out, pk_profile_frame(profile, lines->callee[i])->name);
        }
        pk_buf_char(out, ':');
        show_column(lines->values, pk_profile_metrics(profile), i, out);
        if (lines->callee[i] != PK_NONE) {
            pk_buf_text(out, " calls");
            show_value(lines->calls ? lines->calls[i] : PK_MISSING, out);
        }
        pk_buf_char(out, '\n');
    }
}

static inline void show_metrics(const struct pk_profile *profile, struct pk_buf *out)
{
    for (uint32_t m = 0; m < pk_profile_metrics(profile); m++) {
        const struct pk_metric *metric = pk_profile_metric(profile, m);

        pk_buf_str(out, metric->name);
        pk_buf_printf(out, " %s e%d", pk_units_name(metric->unit), metric->scale);
        show_value(pk_profile_total(profile, m), out);
        pk_buf_char(out, '\n');
    }
}

static inline void show_slices(const struct pk_profile *profile, struct pk_buf *out)
{
    for (uint32_t i = 0; i < pk_profile_slices(profile); i++) {
        const struct pk_slice *slice = pk_profile_slice(profile, i);

        pk_buf_text(out, "process ");
        pk_buf_str(out, slice->process);
        pk_buf_text(out, " thread ");
        pk_buf_str(out, slice->thread);
        for (uint32_t l = 0; l < slice->n_labels; l++) {
            pk_buf_char(out, ' ');
            pk_buf_str(out, slice->labels[l].key);
            pk_buf_char(out, '=');
            pk_buf_str(out, slice->labels[l].value);
        }
        pk_buf_char(out, ':');
        for (uint32_t m = 0; m < pk_profile_metrics(profile); m++)
            show_value(pk_profile_slice_total(profile, i, m), out);
        pk_buf_char(out, '\n');
    }
}

static inline void show_notes(const struct pk_profile *profile, struct pk_buf *out)
{
    const struct pk_notes *notes = pk_profile_notes(profile);

    for (size_t i = 0; i < notes->list.size; i++) {
        pk_notes_describe(&notes->list.data[i], out);
        pk_buf_char(out, '\n');
    }
}

enum { METRICS = 1, SLICES = 2, FUNCTIONS = 4, EDGES = 8, LINES = 16, NOTES = 32 };

/* What of a text to show; or "LINE:COL: text" of the error. Free it with pk_free. */
static inline char *show_text(const char *text, struct pk_read_options options, unsigned what)
{
    struct pk_error error = {0};
    struct pk_profile *profile = read_text(text, options, &error);
    struct pk_buf out = {0};

    if (!profile && error.place.kind == PK_AT_LINE)
        pk_buf_printf(&out, "%d:%d: ", (int)error.place.line, (int)error.place.column);
    if (!profile) {
        pk_buf_printf(&out, "%s\n", error.text);
        return out.data;
    }
    pk_buf_reserve(&out, 1);
    out.data[0] = '\0';
    if (what & METRICS)
        show_metrics(profile, &out);
    if (what & SLICES)
        show_slices(profile, &out);
    if (what & FUNCTIONS)
        show_functions(profile, &out);
    if (what & EDGES)
        show_edges(profile, &out);
    if (what & LINES)
        show_lines(profile, &out);
    if (what & NOTES)
        show_notes(profile, &out);
    pk_profile_free(profile);
    return out.data;
}

struct text_case {
    const char *text, *expected;
};

static inline void check_texts(const struct text_case *cases, size_t n, unsigned what)
{
    for (size_t i = 0; i < n; i++) {
        char *found = show_text(cases[i].text, (struct pk_read_options){0}, what);

        if (strcmp(found, cases[i].expected) != 0)
            fail_msg("reading\n%s\ngave\n%s\ninstead of\n%s", cases[i].text, found,
                     cases[i].expected);
        pk_free(found);
    }
}

#define CHECK(cases, what) check_texts(cases, sizeof(cases) / sizeof *(cases), what)

#endif
