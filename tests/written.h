/*
 * What a writer writes, as a string: for tests of writers. Free the string with free.
 * Layer: tests.
 */
#ifndef PK_TESTS_WRITTEN_H
#define PK_TESTS_WRITTEN_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "render/writer.h" /* IWYU pragma: export */

/* A table in a style; the test fails when the writer does. */
static inline char *written_table(const struct pk_writer *writer, const struct pk_table *table,
                                  const struct pk_style *style)
{
    struct pk_error error = {0};
    char *text = NULL;
    size_t size;
    FILE *to = open_memstream(&text, &size);

    assert_non_null(to);
    assert_true(writer->table(table, style, to, &error));
    assert_int_equal(fclose(to), 0);
    assert_int_equal(error.status, PK_OK);
    return text;
}

/* A profile in a style, or NULL when the writer refuses it: then `error` says why. */
static inline char *written_profile(const struct pk_writer *writer,
                                    const struct pk_profile *profile, const struct pk_style *style,
                                    struct pk_error *error)
{
    char *text = NULL;
    size_t size;
    FILE *to = open_memstream(&text, &size);
    bool done;

    assert_non_null(to);
    done = writer->profile(profile, style, to, error);
    assert_int_equal(fclose(to), 0);
    if (!done)
        assert_int_equal(size, 0);
    if (!done) {
        free(text);
        text = NULL;
    }
    return text;
}

#endif
