/*
 * Profiles as .pk files and back, in memory, for the tests of the format.
 */
#ifndef TESTS_PK_FILE_H
#define TESTS_PK_FILE_H

#include "base/varint.h" /* IWYU pragma: export */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/pkfile.h"     /* IWYU pragma: export */
#include "formats/readers.h" /* IWYU pragma: export */
#include "model/dump.h"      /* IWYU pragma: export */
#include "model/lines.h"     /* IWYU pragma: export */
#include "render/writers.h"  /* IWYU pragma: export */
#include "support.h"         /* IWYU pragma: export */

/* The .pk file of a profile. */
static inline struct pk_buf pk_file_of(const struct pk_profile *profile)
{
    const struct pk_style style = {0};
    struct pk_error error = {0};
    struct pk_buf out = {0};
    char *bytes = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&bytes, &size);

    assert_non_null(stream);
    assert_true(pk_writer_pk.profile(profile, &style, stream, &error));
    assert_int_equal(fclose(stream), 0);
    pk_buf_add(&out, bytes, size);
    free(bytes);
    return out;
}

/* The .pk file of what is in a builder, which stays. */
static inline struct pk_buf pk_file_of_builder(const struct pk_builder *builder)
{
    struct pk_error error = {0};
    struct pk_profile *profile = pk_builder_freeze(builder, NULL, NULL, &error);
    struct pk_buf out;

    if (!profile)
        pk_error_print(&error, stderr);
    assert_non_null(profile);
    out = pk_file_of(profile);
    pk_profile_free(profile);
    return out;
}

/* A builder of a file in memory for a command that looks at no lines, or at no edges; NULL fills
 * `error`. */
static inline struct pk_builder *pk_file_read_as(struct pk_str bytes, bool leaves_lines,
                                                 bool leaves_edges, struct pk_error *error)
{
    const struct pk_limits limits = pk_limits_default();
    struct pk_input *input = pk_input_memory("in.pk", bytes.data, bytes.size, &limits);
    struct pk_reading reading = {.input = input, .builder = pk_builder_new(&limits)};

    pk_builder_keep_times(reading.builder);
    if (leaves_lines)
        pk_builder_leave_lines(reading.builder);
    if (leaves_edges)
        pk_builder_leave_edges(reading.builder);
    if (!pk_reader_run(&reading, NULL, error)) {
        error->file = NULL; /* the input that owns the name goes */
        pk_builder_free(reading.builder);
        reading.builder = NULL;
    }
    pk_input_free(input);
    return reading.builder;
}

static inline void pk_file_assert_column(const int64_t *a, const int64_t *b, uint32_t n)
{
    assert_int_equal(a == NULL, b == NULL);
    for (uint32_t i = 0; a && i < n; i++)
        assert_true(a[i] == b[i]);
}

/* What functions cost is the same when edges were left. */
static inline void pk_file_assert_functions(const struct pk_builder *all,
                                            const struct pk_builder *left)
{
    struct pk_error error = {0}, other = {0};
    struct pk_profile *a = pk_builder_freeze(all, NULL, NULL, &error);
    struct pk_profile *b = pk_builder_freeze(left, NULL, NULL, &other);

    assert_int_equal(error.status, other.status);
    assert_int_equal(a == NULL, b == NULL);
    if (a) {
        const struct pk_flat *x = pk_profile_flat(a), *y = pk_profile_flat(b);
        uint32_t n = pk_profile_frames(a);

        assert_int_equal(n, pk_profile_frames(b));
        assert_int_equal(pk_profile_rung(a), pk_profile_rung(b));
        assert_int_equal(pk_profile_has_line_costs(a), pk_profile_has_line_costs(b));
        for (uint32_t m = 0; m < pk_profile_metrics(a); m++) {
            pk_file_assert_column(x->self[m], y->self[m], n);
            pk_file_assert_column(x->incl[m], y->incl[m], n);
            pk_file_assert_column(x->incl_high[m], y->incl_high[m], n);
        }
        pk_file_assert_column(x->calls, y->calls, n);
        pk_file_assert_column(x->primitive, y->primitive, n);
    }
    pk_profile_free(a);
    pk_profile_free(b);
}

/* A builder of a file in memory; NULL fills `error`. Whatever is wrong is wrong for every command,
 * and what functions cost does not depend on it. */
static inline struct pk_builder *pk_file_read(struct pk_str bytes, struct pk_error *error)
{
    struct pk_builder *all = pk_file_read_as(bytes, false, false, error);

    for (unsigned leaves = 1; leaves < 4; leaves++) {
        struct pk_error other = {0};
        struct pk_builder *left = pk_file_read_as(bytes, leaves & 1, leaves & 2, &other);

        assert_int_equal(all == NULL, left == NULL);
        assert_int_equal(error->status, other.status);
        assert_string_equal(error->text, other.text);
        assert_true(error->place.offset == other.place.offset);
        if (all && leaves == 2)
            pk_file_assert_functions(all, left);
        pk_builder_free(left);
    }
    return all;
}

/* Change the checksum to what the bytes before it make. */
static inline void pk_file_seal(struct pk_buf *file)
{
    uint32_t checksum = pk_pkfile_checksum(0, file->data, file->size - PK_PKFILE_CHECKSUM);

    for (unsigned i = 0; i < PK_PKFILE_CHECKSUM; i++)
        file->data[file->size - PK_PKFILE_CHECKSUM + i] = (char)(checksum >> (8 * i));
}

#endif
