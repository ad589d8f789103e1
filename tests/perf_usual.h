/*
 * Holds the reader of usual perf script lines against the one that takes each line by itself:
 * files are read so where lines may not be as long as a usual one. Included by one test each.
 */
#ifndef PK_TESTS_PERF_USUAL_H
#define PK_TESTS_PERF_USUAL_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "formats/perf_stack.h"
#include "model/dump.h"
#include "tests/perf_check.h" // IWYU pragma: export

/* The canonical text of a file, or its error. */
static inline void usual_show(struct pk_str text, const struct pk_perf_folding *folding,
                              uint64_t line_limit, struct pk_buf *out)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_read_options options = {.keeps_going = true, .perf_folding = *folding};
    struct pk_error error = {0};
    struct pk_profile *profile;

    limits.line = line_limit;
    profile = perf_bytes(text, options, &limits, &error);
    if (profile)
        pk_dump_profile(profile, out);
    else
        pk_buf_text(out, error.text);
    pk_profile_free(profile);
}

/* Fails with the file where both do not say the same. */
static inline void usual_assert_the_same(struct pk_str text, const struct pk_perf_folding *folding)
{
    struct pk_buf together = {0}, alone = {0};

    usual_show(text, folding, 1 << 20, &together);
    usual_show(text, folding, PK_PERF_USUAL_SIZE - 1, &alone);
    if (!pk_str_equal(pk_buf_view(&together), pk_buf_view(&alone)))
        fail_msg("%.*s", (int)text.size, text.data);
    pk_buf_fini(&together);
    pk_buf_fini(&alone);
}

/* Both fail alike: a stack that is longer than `most` frames, in this line. */
static inline void usual_assert_too_long(struct pk_str text, uint64_t most, uint64_t line)
{
    const struct pk_read_options options = {0};
    struct pk_limits limits = pk_limits_default();
    char expected[80];

    snprintf(expected, sizeof expected, "more than %u frames in one stack", (unsigned)most);
    limits.stack = most;
    for (unsigned i = 0; i < 2; i++) {
        struct pk_error error = {0};

        limits.line = i ? 1 << 20 : PK_PERF_USUAL_SIZE - 1;
        assert_null(perf_bytes(text, options, &limits, &error));
        assert_string_equal(error.text, expected);
        assert_int_equal(error.place.line, line);
    }
}

#endif
