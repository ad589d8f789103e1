/*
 * A test to copy: cp tests/skeleton.c tests/test_<unit>.c, add tests/test_<unit> to unit_tests in
 * Makefile.am. Names are sentences that say what holds; inputs and expected outputs are strings or
 * tables, never mocks. The expected values come from the format's document or from counting by
 * hand, not from the code under test.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"

static void buf_writes_integers_in_decimal(void **state)
{
    static const struct {
        int64_t input;
        const char *expected;
    } cases[] = {
        {0, "0"}, {-7, "-7"}, {INT64_MIN, "-9223372036854775808"}, /* its magnitude is no int64 */
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_buf out = {0};

        pk_buf_int(&out, cases[i].input);
        assert_string_equal(out.data, cases[i].expected);
        pk_buf_fini(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(buf_writes_integers_in_decimal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
