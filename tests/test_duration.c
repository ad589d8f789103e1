/*
 * Lengths of time as people type them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/duration.h"

static int64_t parse(const char *text)
{
    int64_t ns;

    return pk_duration_parse(pk_str_of(text), &ns) ? ns : -1;
}

static void units_stand_behind_the_number(void **state)
{
    (void)state;
    assert_int_equal(parse("1.5s"), 1500000000);
    assert_int_equal(parse("200ms"), 200000000);
    assert_int_equal(parse("80us"), 80000);
    assert_int_equal(parse("7ns"), 7);
    assert_int_equal(parse("2min"), INT64_C(120000000000));
    assert_int_equal(parse("0.25min"), INT64_C(15000000000));
}

static void a_bare_number_is_seconds(void **state)
{
    (void)state;
    assert_int_equal(parse("3"), 3000000000);
    assert_int_equal(parse("0"), 0);
    assert_int_equal(parse(".5"), 500000000);
    assert_int_equal(parse("2."), 2000000000);
}

static void fractions_are_exact(void **state)
{
    (void)state;
    assert_int_equal(parse("0.1s"), 100000000);
    assert_int_equal(parse("0.123456789s"), 123456789);
    assert_int_equal(parse("0.1234567890s"), 123456789);
}

static void what_is_no_time_is_refused(void **state)
{
    static const char *const texts[] = {"",    "s",    ".",     "-1s",   "1 s",           "1h",
                                        "1e3", "1..2", "1.2.3", "0.1ns", "0.1234567891s", "soon"};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_int_equal(parse(texts[i]), -1);
}

static void what_does_not_fit_is_refused(void **state)
{
    (void)state;
    assert_int_equal(parse("9223372036854775806ns"), INT64_MAX - 1);
    assert_int_equal(parse("9223372036854775808ns"), -1);
    assert_int_equal(parse("9223372037s"), -1);
    assert_int_equal(parse("9223372035.9s"), INT64_C(9223372035900000000));
    assert_int_equal(parse("99999999999999999999999s"), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(units_stand_behind_the_number),
        cmocka_unit_test(a_bare_number_is_seconds),
        cmocka_unit_test(fractions_are_exact),
        cmocka_unit_test(what_is_no_time_is_refused),
        cmocka_unit_test(what_does_not_fit_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
