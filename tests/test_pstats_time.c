/*
 * Times of pstats files. The expected nanoseconds were worked out with exact fractions (Python's
 * fractions module: round half up of Fraction(x) * 10**9), never with floating point.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>

#include "base/units.h"
#include "formats/pstats_time.h"

static void check(struct pk_marshal_value value, int64_t expected, const char *what)
{
    struct pk_error error = {0};
    int64_t ns = PK_MISSING;

    if (!pk_pstats_time_read(&value, &ns, &error))
        fail_msg("%s: %s", what, error.text);
    if (ns != expected)
        fail_msg("%s: expected %lld, found %lld", what, (long long)expected, (long long)ns);
}

static void time_of_a_double_is_rounded_once(void **state)
{
    static const struct {
        double seconds;
        int64_t ns;
    } cases[] = {
        {0, 0},
        {-0.0, 0},
        {1e-9, 1},
        {0.1, 100000000},
        {4.9999999999999996e-06, 5000},
        {0x1p-10, 976563}, /* exactly 976562.5 */
        {-0x1p-10, -976563},
        {0x3p-10, 2929688},                       /* exactly 2929687.5 */
        {0x1.1ee79365872d9p+19, 587580606143559}, /* times 1e9 as a double gives one more */
        {0x1.57481862d7769p+19, 703040762065631},
        {0x1.37c4c3292b01bp+17, 159625524693847},
        {0x1p-1074, 0},
        {0x1p-200, 0},
        {9223372036.0, 9223372036000000000},
        {-9223372036.0, -9223372036000000000},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char what[40];

        snprintf(what, sizeof what, "%.17g", cases[i].seconds);
        check((struct pk_marshal_value){.kind = PK_MARSHAL_FLOAT, .as.real = cases[i].seconds},
              cases[i].ns, what);
    }
}

static void time_of_a_decimal_text_is_rounded_once(void **state)
{
    static const struct {
        const char *seconds;
        int64_t ns;
    } cases[] = {
        {"0", 0},
        {"0.0", 0},
        {"1", 1000000000},
        {"1.", 1000000000},
        {".5", 500000000},
        {"+2.5", 2500000000},
        {"-2.5", -2500000000},
        {"4.9999999999999996e-06", 5000},
        {"5E-6", 5000},
        {"1e+3", 1000000000000},
        {"0.0000000005", 1}, /* a half goes away from zero */
        {"-0.0000000005", -1},
        {"0.00000000049999999999999999999999999999", 0}, /* nearer to it than any double */
        {"0.00000000149999999999999999999999999999", 1},
        {"0.0000000015", 2},
        {"9223372036.854775807", INT64_MAX},
        {"-9223372036.854775807", -INT64_MAX},
        {"00000000000000000000000000001", 1000000000},
        {"1e-400", 0},
        {"0e99999999999999999999", 0},
        {"0.000000000000000000000000000000000001e36", 1000000000},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check((struct pk_marshal_value){.kind = PK_MARSHAL_FLOAT_TEXT,
                                        .as.text = pk_str_of(cases[i].seconds)},
              cases[i].ns, cases[i].seconds);
}

static void time_may_be_an_integer(void **state)
{
    (void)state;
    check((struct pk_marshal_value){.kind = PK_MARSHAL_INT, .as.number = 0}, 0, "0");
    check((struct pk_marshal_value){.kind = PK_MARSHAL_INT, .as.number = -3}, -3000000000, "-3");
}

#define NOT_FINITE "expected a time in seconds, found one that is not finite"
#define TOO_LARGE "expected a time in seconds, found one past 292 years (64 bits of nanoseconds)"

static void check_refused(struct pk_marshal_value value, const char *expected)
{
    struct pk_error error = {0};
    int64_t ns;

    value.offset = 412;
    assert_false(pk_pstats_time_read(&value, &ns, &error));
    assert_string_equal(error.text, expected);
    assert_int_equal(error.status, PK_INPUT);
    assert_int_equal(error.place.kind, PK_AT_OFFSET);
    assert_int_equal(error.place.offset, 412);
}

static void time_refuses_what_is_no_time(void **state)
{
    static const struct {
        struct pk_marshal_value value;
        const char *expected;
    } cases[] = {
        {{.kind = PK_MARSHAL_FLOAT, .as.real = (double)NAN}, NOT_FINITE},
        {{.kind = PK_MARSHAL_FLOAT, .as.real = -(double)INFINITY}, NOT_FINITE},
        {{.kind = PK_MARSHAL_FLOAT, .as.real = 9223372037.0}, TOO_LARGE},
        {{.kind = PK_MARSHAL_FLOAT, .as.real = 0x1p52}, TOO_LARGE},
        {{.kind = PK_MARSHAL_FLOAT, .as.real = -1e308}, TOO_LARGE},
        {{.kind = PK_MARSHAL_INT, .as.number = 9223372037}, TOO_LARGE},
        {{.kind = PK_MARSHAL_INT, .as.number = INT64_MIN}, TOO_LARGE},
        {{.kind = PK_MARSHAL_LONG}, TOO_LARGE},
        {{.kind = PK_MARSHAL_NONE}, "expected a time in seconds, found None"},
        {{.kind = PK_MARSHAL_BOOL}, "expected a time in seconds, found a bool"},
        {{.kind = PK_MARSHAL_COMPLEX}, "expected a time in seconds, found a complex number"},
        {{.kind = PK_MARSHAL_TEXT}, "expected a time in seconds, found a string"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_refused(cases[i].value, cases[i].expected);
}

static void time_refuses_texts_that_are_no_time(void **state)
{
    static const struct {
        const char *text, *expected;
    } cases[] = {
        {"nan", NOT_FINITE},
        {"-inf", NOT_FINITE},
        {"INF", NOT_FINITE},
        {"+Infinity", NOT_FINITE},
        {"9223372036.854775808", TOO_LARGE},
        {"9223372036.8547758075", TOO_LARGE}, /* rounds up past the end */
        {"1e400", TOO_LARGE},
        {"1e99999999999999999999", TOO_LARGE},
        {"", "expected a time in seconds, found ''"},
        {"-", "expected a time in seconds, found '-'"},
        {".", "expected a time in seconds, found '.'"},
        {"1.2.3", "expected a time in seconds, found '1.2.3'"},
        {"1e", "expected a time in seconds, found '1e'"},
        {"1e5x", "expected a time in seconds, found '1e5x'"},
        {" 1", "expected a time in seconds, found ' 1'"},
        {"1,5", "expected a time in seconds, found '1,5'"},
        {"0x10", "expected a time in seconds, found '0x10'"},
        {"infinit", "expected a time in seconds, found 'infinit'"},
        {"\x1b[2J", "expected a time in seconds, found '\\x1b[2J'"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_refused((struct pk_marshal_value){.kind = PK_MARSHAL_FLOAT_TEXT,
                                                .as.text = pk_str_of(cases[i].text)},
                      cases[i].expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(time_of_a_double_is_rounded_once),
        cmocka_unit_test(time_of_a_decimal_text_is_rounded_once),
        cmocka_unit_test(time_may_be_an_integer),
        cmocka_unit_test(time_refuses_what_is_no_time),
        cmocka_unit_test(time_refuses_texts_that_are_no_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
