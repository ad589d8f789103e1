/*
 * What tests of the callgrind writer share: a profile as text, and the text as a profile again.
 * Layer: tests.
 */
#ifndef PK_TESTS_CALLGRIND_WRITTEN_H
#define PK_TESTS_CALLGRIND_WRITTEN_H

#include "tests/written.h" /* IWYU pragma: export */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "formats/readers.h"
#include "render/writers.h"
#include "support.h"

/* What is written for a profile, which is freed. */
static inline char *callgrind_written(struct pk_profile *profile)
{
    struct pk_error error = {0};
    char *text = written_profile(&pk_writer_callgrind, profile, &(struct pk_style){0}, &error);

    assert_int_equal(error.status, PK_OK);
    pk_profile_free(profile);
    return text;
}

/* What the reader makes of a text, by the rules of any input. */
static inline struct pk_profile *callgrind_read_back(const char *text)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_error error = {0};
    struct pk_input *input = pk_input_memory("t", text, strlen(text), &limits);
    struct pk_reading reading = {.input = input, .builder = pk_builder_new(&limits)};

    if (!pk_reader_run(&reading, NULL, &error))
        pk_error_print(&error, stderr);
    assert_int_equal(error.status, PK_OK);
    assert_int_equal(pk_builder_notes(reading.builder)->list.size, 0);
    pk_input_free(input);
    return support_freeze(reading.builder);
}

/* The text from the line that begins so on. */
static inline const char *callgrind_from_line(const char *text, const char *begin)
{
    const char *found = strstr(text, begin);

    assert_non_null(found);
    return found;
}

static inline void callgrind_add(struct pk_builder *b, pk_frame_id frame, int64_t self,
                                 int64_t total)
{
    pk_builder_self(b, frame, &self, &total, (struct pk_calls){1, 1});
}

#endif
