/*
 * Limits: the defaults of RELIABILITY.md section 3, the option that raises them, and what is said
 * at one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"

static void limits_have_the_documented_defaults(void **state)
{
    struct pk_limits limits = pk_limits_default();

    (void)state;
    assert_true(limits.line == 67108864);
    assert_true(limits.stack == 1048576);
    assert_true(limits.frames == 16777216);
    assert_true(limits.metrics == 256);
    assert_true(limits.depth == 100);
    assert_true(limits.inflate == 4294967296);
    assert_true(limits.ratio == 1000);
}

static void limits_set_changes_only_the_named_one(void **state)
{
    static const struct {
        const char *assignment;
        size_t offset;
        uint64_t value;
    } cases[] = {
        {"line=1", offsetof(struct pk_limits, line), 1},
        {"line=64M", offsetof(struct pk_limits, line), 67108864},
        {"stack=2000000", offsetof(struct pk_limits, stack), 2000000},
        {"frames=1k", offsetof(struct pk_limits, frames), 1024},
        {"frames=1K", offsetof(struct pk_limits, frames), 1024},
        {"metrics=0300", offsetof(struct pk_limits, metrics), 300},
        {"depth=200", offsetof(struct pk_limits, depth), 200},
        {"inflate=8G", offsetof(struct pk_limits, inflate), 8589934592},
        {"ratio=18446744073709551615", offsetof(struct pk_limits, ratio), UINT64_MAX},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_limits limits = pk_limits_default(), expected = pk_limits_default();
        struct pk_error error = {0};

        memcpy((unsigned char *)&expected + cases[i].offset, &cases[i].value, sizeof(uint64_t));
        assert_true(pk_limits_set(&limits, cases[i].assignment, &error));
        assert_int_equal(error.status, PK_OK);
        assert_memory_equal(&limits, &expected, sizeof limits);
    }
}

static void limits_set_refuses_what_it_does_not_understand(void **state)
{
    static const struct {
        const char *assignment, *text;
    } cases[] = {
        {"lines=5", "unknown limit 'lines'"},
        {"=5", "unknown limit ''"},
        {"", "unknown limit ''"},
        {"a\nb=5", "unknown limit 'a\\x0ab'"},
        {"line", "limit 'line' needs a number above 0, found ''"},
        {"line=", "limit 'line' needs a number above 0, found ''"},
        {"line=0", "limit 'line' needs a number above 0, found '0'"},
        {"line=k", "limit 'line' needs a number above 0, found 'k'"},
        {"line=-1", "limit 'line' needs a number above 0, found '-1'"},
        {"line=1.5M", "limit 'line' needs a number above 0, found '1.5M'"},
        {"line=5MB", "limit 'line' needs a number above 0, found '5MB'"},
        {"line=5 ", "limit 'line' needs a number above 0, found '5 '"},
        {"line=18446744073709551616", /* one too many */
         "limit 'line' needs a number above 0, found '18446744073709551616'"},
        {"line=99999999999G", "limit 'line' needs a number above 0, found '99999999999G'"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_limits limits = pk_limits_default(), before = limits;
        struct pk_error error = {0};

        assert_false(pk_limits_set(&limits, cases[i].assignment, &error));
        assert_int_equal(error.status, PK_USAGE);
        assert_string_equal(error.text, cases[i].text);
        assert_true(error.hint[0]);
        assert_memory_equal(&limits, &before, sizeof limits);
    }
}

static void limits_error_names_the_limit_and_a_value_that_works(void **state)
{
    static const struct {
        const char *name, *what;
        uint64_t limit;
        const char *text, *assignment;
    } cases[] = {
        {"line", "bytes in one line", 67108864, "more than 67,108,864 bytes in one line",
         "line=128M"},
        {"stack", "frames in one stack", 1048576, "more than 1,048,576 frames in one stack",
         "stack=2M"},
        {"depth", "nested values", 100, "more than 100 nested values", "depth=200"},
        {"inflate", "bytes after unpacking", 4294967296,
         "more than 4,294,967,296 bytes after unpacking", "inflate=8G"},
        {"metrics", "metrics", 3, "more than 3 metrics", "metrics=6"},
        {"ratio", "things", UINT64_MAX, "more than 9,223,372,036,854,775,807 things",
         "ratio=18446744073709551615"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_error error = {0}, none = {0};
        struct pk_limits limits = pk_limits_default();
        struct pk_buf hint = {0};

        assert_false(pk_limits_error(&error, pk_place_line(4, 2), cases[i].name, cases[i].limit,
                                     cases[i].what));
        assert_int_equal(error.status, PK_INPUT);
        assert_int_equal(error.place.line, 4);
        assert_string_equal(error.text, cases[i].text);
        pk_buf_printf(&hint, "--limit %s raises this limit   [profkit explain E033]",
                      cases[i].assignment);
        assert_string_equal(error.hint, hint.data);
        /* The value of the hint can be typed as it stands. */
        assert_true(pk_limits_set(&limits, cases[i].assignment, &none));
        pk_buf_fini(&hint);
    }
}

static void limits_error_leaves_an_earlier_error_alone(void **state)
{
    struct pk_error error = {0};

    (void)state;
    pk_error_set(&error, PK_OUTPUT, pk_place_none(), "disk full");
    assert_false(pk_limits_error(&error, pk_place_none(), "line", 5, "bytes"));
    assert_string_equal(error.text, "disk full");
    assert_string_equal(error.hint, "");
}

static void costly_frames_have_a_lower_default_but_what_is_set_holds(void **state)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_error error = {0};

    (void)state;
    assert_true(pk_limits_frames(&limits, 1000) == 1000);
    assert_true(pk_limits_set(&limits, "frames=2k", &error));
    assert_true(pk_limits_frames(&limits, 1000) == 2048);
    assert_true(pk_limits_set(&limits, "frames=5", &error));
    assert_true(pk_limits_frames(&limits, 1000) == 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(costly_frames_have_a_lower_default_but_what_is_set_holds),
        cmocka_unit_test(limits_have_the_documented_defaults),
        cmocka_unit_test(limits_set_changes_only_the_named_one),
        cmocka_unit_test(limits_set_refuses_what_it_does_not_understand),
        cmocka_unit_test(limits_error_names_the_limit_and_a_value_that_works),
        cmocka_unit_test(limits_error_leaves_an_earlier_error_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
