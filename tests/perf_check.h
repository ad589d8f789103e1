/*
 * Reading a perf script text in a test, and showing what came of it, one line each: metrics,
 * slices, stacks (sorted here), notes. A frame is shown as "name@module:line" with "!i", "!k",
 * "!j", "!u" for inlined, kernel, JIT and unresolved, "!p" and "!t" for process and thread. Include
 * it behind cmocka.h.
 */
#ifndef TESTS_PERF_CHECK_H
#define TESTS_PERF_CHECK_H

#include <stdlib.h>
#include <string.h>

#include "base/array.h"    // IWYU pragma: export
#include "tests/reading.h" // IWYU pragma: export

/* Read and freeze; NULL fills `error`. */
static inline struct pk_profile *perf_bytes(struct pk_str text, struct pk_read_options options,
                                            const struct pk_limits *limits, struct pk_error *error)
{
    return reading_profile(&pk_reader_perf, text, options, limits, error);
}

static inline int perf_order(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static inline char perf_mark(enum pk_frame_kind kind)
{
    switch (kind) {
    case PK_KIND_INLINED:
        return 'i';
    case PK_KIND_KERNEL:
        return 'k';
    case PK_KIND_JIT:
        return 'j';
    case PK_KIND_UNRESOLVED:
        return 'u';
    case PK_KIND_PROCESS:
        return 'p';
    case PK_KIND_THREAD:
        return 't';
    case PK_KIND_SPECIAL:
        return 's';
    default:
        return 0;
    }
}

static inline void perf_show_frame(const struct pk_frame *frame, uint32_t line, struct pk_buf *out)
{
    pk_buf_str(out, frame->name);
    if (frame->module.data) {
        pk_buf_char(out, '@');
        pk_buf_str(out, frame->module);
    }
    if (frame->file.data) {
        pk_buf_char(out, '<');
        pk_buf_str(out, frame->file);
        pk_buf_char(out, '>');
    }
    if (line)
        pk_buf_printf(out, ":%u", line);
    if (perf_mark(frame->kind)) {
        pk_buf_char(out, '!');
        pk_buf_char(out, perf_mark(frame->kind));
    }
}

/* One stack and its values, "-" where a metric has none; NULL when it has no value at all. */
static inline char *perf_show_stack(const struct pk_profile *profile, const struct pk_tree *tree,
                                    uint32_t node)
{
    struct pk_buf out = {0};
    PK_ARRAY(uint32_t) path = {0};
    bool has_value = false;

    for (uint32_t at = node; at != PK_NONE; at = tree->parent[at])
        pk_array_push(&path, at);
    for (size_t i = path.size; i-- > 0;) {
        uint32_t at = path.data[i];

        perf_show_frame(pk_profile_frame(profile, tree->frame[at]), tree->line ? tree->line[at] : 0,
                        &out);
        pk_buf_text(&out, i ? ";" : "");
    }
    for (uint32_t m = 0; m < pk_profile_metrics(profile); m++) {
        int64_t value = tree->self[m] ? tree->self[m][node] : 0;

        if (value == PK_MISSING)
            value = 0;
        has_value |= value != 0;
        pk_buf_char(&out, ' ');
        pk_buf_int(&out, value);
    }
    pk_array_fini(&path);
    if (!has_value)
        pk_buf_fini(&out);
    return out.data;
}

static inline void perf_show_stacks(const struct pk_profile *profile, struct pk_buf *out)
{
    const struct pk_tree *tree = pk_profile_line_tree(profile);
    PK_ARRAY(char *) lines = {0};

    if (!tree)
        tree = pk_profile_tree(profile);
    for (uint32_t i = 0; i < tree->n; i++) {
        char *line = perf_show_stack(profile, tree, i);

        if (line)
            pk_array_push(&lines, line);
    }
    if (lines.size)
        qsort(lines.data, lines.size, sizeof *lines.data, perf_order);
    for (size_t i = 0; i < lines.size; i++) {
        pk_buf_text(out, lines.data[i]);
        pk_buf_char(out, '\n');
        pk_free(lines.data[i]);
    }
    pk_array_fini(&lines);
}

/* "metric NAME UNIT", then "slice PROCESS | THREAD". */
static inline void perf_show_head(const struct pk_profile *profile, struct pk_buf *out)
{
    for (uint32_t m = 0; m < pk_profile_metrics(profile); m++) {
        const struct pk_metric *metric = pk_profile_metric(profile, m);

        pk_buf_text(out, "metric ");
        pk_buf_str(out, metric->name);
        pk_buf_printf(out, " %s\n", pk_units_name(metric->unit));
    }
    for (uint32_t i = 0; i < pk_profile_slices(profile); i++) {
        const struct pk_slice *slice = pk_profile_slice(profile, i);

        pk_buf_text(out, "slice ");
        pk_buf_str(out, slice->process);
        pk_buf_text(out, " | ");
        pk_buf_str(out, slice->thread);
        pk_buf_char(out, '\n');
    }
}

static inline void perf_show_notes(const struct pk_profile *profile, struct pk_buf *out)
{
    const struct pk_notes *notes = pk_profile_notes(profile);

    for (size_t i = 0; i < notes->list.size; i++) {
        pk_buf_text(out, "note ");
        pk_notes_describe(&notes->list.data[i], out);
        pk_buf_char(out, '\n');
    }
}

/* Everything, or "error TEXT" with its line and hint. Free it. */
static inline char *perf_show(const char *text, struct pk_read_options options, bool has_head)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_error error = {0};
    struct pk_profile *profile = perf_bytes(pk_str_of(text), options, &limits, &error);
    struct pk_buf out = {0};

    if (!profile) {
        pk_buf_printf(&out, "error %llu: %s\n", (unsigned long long)error.place.line, error.text);
        return out.data;
    }
    if (has_head)
        perf_show_head(profile, &out);
    perf_show_stacks(profile, &out);
    perf_show_notes(profile, &out);
    pk_profile_free(profile);
    return out.data;
}

static inline void perf_assert(const char *text, struct pk_read_options options, bool has_head,
                               const char *expected)
{
    char *shown = perf_show(text, options, has_head);

    if (strcmp(shown, expected) != 0)
        fail_msg("reading\n%s\ngave\n%sinstead of\n%s", text, shown, expected);
    pk_free(shown);
}

#endif
