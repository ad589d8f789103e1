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

/* A builder of a file in memory; NULL fills `error`. */
static inline struct pk_builder *pk_file_read(struct pk_str bytes, struct pk_error *error)
{
    const struct pk_limits limits = pk_limits_default();
    struct pk_input *input = pk_input_memory("in.pk", bytes.data, bytes.size, &limits);
    struct pk_reading reading = {.input = input, .builder = pk_builder_new(&limits)};

    pk_builder_keep_times(reading.builder);
    if (!pk_reader_run(&reading, NULL, error)) {
        error->file = NULL; /* the input that owns the name goes */
        pk_builder_free(reading.builder);
        reading.builder = NULL;
    }
    pk_input_free(input);
    return reading.builder;
}

/* Change the checksum to what the bytes before it make. */
static inline void pk_file_seal(struct pk_buf *file)
{
    uint32_t checksum = pk_pkfile_checksum(0, file->data, file->size - PK_PKFILE_CHECKSUM);

    for (unsigned i = 0; i < PK_PKFILE_CHECKSUM; i++)
        file->data[file->size - PK_PKFILE_CHECKSUM + i] = (char)(checksum >> (8 * i));
}

#endif
