/*
 * Reads pstats bytes and says the profile, or the error, as lines of text, so that tests of the
 * reader are tables of input and expected text. Include after cmocka.h.
 */
#ifndef TESTS_PSTATS_CHECK_H
#define TESTS_PSTATS_CHECK_H

#include <inttypes.h> /* IWYU pragma: export */
#include <stddef.h>
#include <stdint.h>

#include "formats/readers.h"    /* IWYU pragma: export */
#include "tests/marshal_text.h" /* IWYU pragma: export */

static inline void say_value(struct pk_buf *out, const char *name, int64_t *const *column,
                             uint32_t metric, uint32_t i)
{
    pk_buf_text(out, name);
    if (!column[metric] || column[metric][i] == PK_MISSING)
        pk_buf_char(out, '-');
    else
        pk_buf_int(out, column[metric][i]);
}

static inline void say_calls(struct pk_buf *out, const int64_t *total, const int64_t *primitive,
                             uint32_t i)
{
    if (total && total[i] != PK_MISSING) {
        pk_buf_char(out, ' ');
        pk_buf_int(out, total[i]);
        pk_buf_char(out, '/');
        if (primitive && primitive[i] != PK_MISSING)
            pk_buf_int(out, primitive[i]);
        else
            pk_buf_char(out, '-');
    }
    pk_buf_char(out, '\n');
}

static inline void say_frame(const struct pk_profile *profile, uint32_t i, struct pk_buf *out)
{
    const struct pk_frame *frame = pk_profile_frame(profile, i);

    pk_buf_str(out, frame->name);
    pk_buf_text(out, frame->kind == PK_KIND_BUILTIN ? "[C]" : "");
    if (frame->file.data) {
        pk_buf_char(out, '@');
        pk_buf_str(out, frame->file);
        pk_buf_char(out, ':');
        pk_buf_int(out, frame->line);
    }
}

static inline void say_facts_and_notes(const struct pk_profile *profile, struct pk_buf *out)
{
    const struct pk_notes *notes = pk_profile_notes(profile);
    uint32_t count;
    const struct pk_fact *facts = pk_profile_facts(profile, &count);

    for (uint32_t i = 0; i < count; i++)
        if (!pk_str_equal(facts[i].key, PK_STR("format"))) {
            pk_buf_str(out, facts[i].value);
            pk_buf_char(out, '\n');
        }
    for (size_t i = 0; i < notes->list.size; i++)
        pk_buf_printf(out, "note %s %" PRIu64 " @%" PRIu64 "\n", notes->list.data[i].kind->id,
                      notes->list.data[i].count, notes->list.data[i].first.offset);
}

/* A profile as lines: "name@file:line self|inclusive calls/primitive", one pair of values per
 * metric. */
static inline void say_profile(const struct pk_profile *profile, struct pk_buf *out)
{
    const struct pk_flat *flat = pk_profile_flat(profile);
    const struct pk_graph *graph = pk_profile_graph(profile);

    for (uint32_t i = 0; i < pk_profile_frames(profile); i++) {
        say_frame(profile, i, out);
        for (uint32_t m = 0; m < pk_profile_metrics(profile); m++) {
            say_value(out, " ", flat->self, m, i);
            say_value(out, "|", flat->incl, m, i);
        }
        say_calls(out, flat->calls, flat->primitive, i);
    }
    for (uint32_t e = 0; e < graph->n; e++) {
        say_frame(profile, graph->caller[e], out);
        pk_buf_text(out, " -> ");
        say_frame(profile, graph->callee[e], out);
        for (uint32_t m = 0; m < pk_profile_metrics(profile); m++) {
            say_value(out, " ", graph->self, m, e);
            say_value(out, "|", graph->incl, m, e);
        }
        say_calls(out, graph->calls, graph->primitive, e);
    }
    say_facts_and_notes(profile, out);
}

/* Read bytes and say the profile, or the error as "@offset: text (hint)". */
static inline void read_bytes(struct pk_str bytes, bool is_strict, struct pk_buf *out)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_error error = {0};
    struct pk_input *input = pk_input_memory("test.prof", bytes.data, bytes.size, &limits);
    struct pk_builder *builder = pk_builder_new(&limits);
    struct pk_reading reading = {
        .input = input, .builder = builder, .options.is_strict = is_strict};
    struct pk_profile *profile = NULL;

    if (pk_reader_pstats.read(&reading, &error))
        profile = pk_builder_freeze(builder, NULL, NULL, &error);
    if (profile) {
        say_profile(profile, out);
    } else {
        assert_int_equal(error.status, PK_INPUT);
        if (error.place.kind == PK_AT_OFFSET)
            pk_buf_printf(out, "@%" PRIu64 ": ", error.place.offset);
        pk_buf_printf(out, "%s", error.text);
        if (error.hint[0])
            pk_buf_printf(out, " (%s)", error.hint);
    }
    pk_profile_free(profile);
    pk_builder_free(builder);
    pk_input_free(input);
}

static inline void check_bytes(struct pk_str bytes, bool is_strict, const char *expected)
{
    struct pk_buf out = {0};

    read_bytes(bytes, is_strict, &out);
    assert_string_equal(out.data, expected);
    pk_buf_fini(&out);
}

static inline void check(const char *text, const char *expected)
{
    struct pk_buf bytes = {0};

    marshal_text(&bytes, text);
    check_bytes(pk_buf_view(&bytes), false, expected);
    pk_buf_fini(&bytes);
}

#endif
