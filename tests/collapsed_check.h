/*
 * Reading a collapsed text in a test, and showing what came of it: its metrics, its stacks in
 * collapsed form (sorted here, so that no order of the program is taken on trust), its facts and
 * its notes. Include it behind cmocka.h.
 */
#ifndef TESTS_COLLAPSED_CHECK_H
#define TESTS_COLLAPSED_CHECK_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"    // IWYU pragma: export
#include "render/label.h"  /* IWYU pragma: export */
#include "tests/reading.h" // IWYU pragma: export

static inline struct pk_read_options plain_options(void)
{
    return (struct pk_read_options){0};
}

/* Read with the collapsed reader and freeze; NULL fills `error`. */
static inline struct pk_profile *read_bytes(struct pk_str text, struct pk_read_options options,
                                            const struct pk_limits *limits, struct pk_error *error)
{
    return reading_profile(&pk_reader_collapsed, text, options, limits, error);
}

static inline struct pk_profile *read_text(const char *text, struct pk_read_options options,
                                           struct pk_error *error)
{
    struct pk_limits limits = pk_limits_default();

    return read_bytes(pk_str_of(text), options, &limits, error);
}

static inline int order_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The collapsed form of node i, with "^" behind a process or thread, and its values: one by one, or
 * their sum, which is the same under whatever metric the numbers stand. */
static inline char *describe_stack(const struct pk_profile *profile, const struct pk_tree *tree,
                                   uint32_t i, bool is_summed)
{
    struct pk_buf out = {0};
    uint32_t path[64];
    size_t n = 0;
    int64_t sum = 0;

    for (uint32_t at = i; at != PK_NONE && n < 64; at = tree->parent[at])
        path[n++] = at;
    while (n--) {
        const struct pk_frame *frame = pk_profile_frame(profile, tree->frame[path[n]]);

        pk_label_folded(&out, frame, tree->line ? tree->line[path[n]] : 0);
        if (frame->kind == PK_KIND_PROCESS || frame->kind == PK_KIND_THREAD)
            pk_buf_char(&out, '^');
        pk_buf_text(&out, n ? ";" : "");
    }
    for (uint32_t m = 0; m < pk_profile_metrics(profile); m++) {
        int64_t value = tree->self[m][i] == PK_MISSING ? 0 : tree->self[m][i];

        sum += value;
        if (!is_summed) {
            pk_buf_char(&out, ' ');
            pk_buf_int(&out, value);
        }
    }
    if (is_summed) {
        pk_buf_char(&out, ' ');
        pk_buf_int(&out, sum);
    }
    pk_buf_char(&out, '\n');
    return out.data;
}

static inline bool has_self(const struct pk_profile *profile, const struct pk_tree *tree,
                            uint32_t i)
{
    for (uint32_t m = 0; m < pk_profile_metrics(profile); m++) {
        if (tree->self[m][i] != PK_MISSING && tree->self[m][i] != 0)
            return true;
    }
    return tree->end[i] == i + 1;
}

static inline void show_stacks(const struct pk_profile *profile, bool is_summed, struct pk_buf *out)
{
    const struct pk_tree *tree = pk_profile_line_tree(profile);
    PK_ARRAY(char *) lines = {0};

    if (!tree)
        tree = pk_profile_tree(profile);
    for (uint32_t i = 0; i < tree->n; i++) {
        if (has_self(profile, tree, i))
            pk_array_push(&lines, describe_stack(profile, tree, i, is_summed));
    }
    if (lines.size)
        qsort(lines.data, lines.size, sizeof *lines.data, order_text);
    for (size_t i = 0; i < lines.size; i++) {
        pk_buf_text(out, lines.data[i]);
        pk_free(lines.data[i]);
    }
    pk_array_fini(&lines);
}

static inline void show_origin(const struct pk_profile *profile, struct pk_buf *out)
{
    uint32_t n_facts;
    const struct pk_fact *facts = pk_profile_facts(profile, &n_facts);
    const struct pk_notes *notes = pk_profile_notes(profile);

    for (uint32_t i = 0; i < n_facts; i++) {
        if (pk_str_equal(facts[i].key, PK_STR("format")))
            continue;
        pk_buf_str(out, facts[i].key);
        pk_buf_text(out, ": ");
        pk_buf_str(out, facts[i].value);
        pk_buf_char(out, '\n');
    }
    for (size_t i = 0; i < notes->list.size; i++) {
        pk_notes_describe(&notes->list.data[i], out);
        pk_buf_char(out, '\n');
    }
}

/* Everything of a profile that these tests look at, or "FILE:LINE:COL: text" of the error. */
static inline char *show(struct pk_profile *profile, const struct pk_error *error)
{
    struct pk_buf out = {0};

    if (!profile) {
        if (error->place.kind == PK_AT_LINE)
            pk_buf_printf(&out, "%d:%d: ", (int)error->place.line, (int)error->place.column);
        pk_buf_printf(&out, "%s", error->text);
        return out.data;
    }
    for (uint32_t m = 0; m < pk_profile_metrics(profile); m++) {
        const struct pk_metric *metric = pk_profile_metric(profile, m);

        pk_buf_str(&out, metric->name);
        pk_buf_printf(&out, " %s e%d%s\n", pk_units_name(metric->unit), metric->scale,
                      metric->is_signed ? " signed" : "");
    }
    show_stacks(profile, false, &out);
    show_origin(profile, &out);
    pk_profile_free(profile);
    return out.data;
}

#endif
