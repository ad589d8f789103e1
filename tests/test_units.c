/*
 * Numbers for people. Expected texts are the examples of UX.md section 1.6 and numbers rounded by
 * hand; random ones are read back and compared.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/units.h"

#define MS INT64_C(1000000)
#define S INT64_C(1000000000)
#define MI INT64_C(1048576)

static void units_lone_value_has_three_or_four_digits(void **state)
{
    static const struct {
        enum pk_unit unit;
        int scale;
        int64_t value;
        const char *text;
    } cases[] = {
        {PK_UNIT_NS, 0, 12480 * MS, "12.48 s"},
        {PK_UNIT_NS, 0, 85 * S, "85.0 s"},
        {PK_UNIT_NS, 0, -3360 * MS, "-3.36 s"},
        {PK_UNIT_NS, 0, 4914 * MS, "4.914 s"},
        {PK_UNIT_NS, 0, 9120 * MS, "9.12 s"},
        {PK_UNIT_NS, 0, 100 * S, "100 s"},
        {PK_UNIT_NS, 0, 86400 * S, "86,400 s"},
        {PK_UNIT_NS, 0, 20 * MS, "20.0 ms"},
        {PK_UNIT_NS, 0, 1234, "1.234 us"},
        {PK_UNIT_NS, 0, 999, "999 ns"},
        {PK_UNIT_NS, 0, 1, "1 ns"},
        {PK_UNIT_NS, 0, 0, "0 s"},
        {PK_UNIT_NS, 0, 999999999, "1.00 s"}, /* rounding reaches the next unit */
        {PK_UNIT_NS, 0, 9999600, "10.0 ms"},  /* rounding adds a digit */
        {PK_UNIT_NS, -3, 500, "0.5 ns"},      /* a part of a nanosecond, where a file knows it */
        {PK_UNIT_NS, 9, 3, "3.00 s"},
        {PK_UNIT_NS, 0, INT64_MAX, "9,223,372,037 s"},
        {PK_UNIT_BYTES, 0, 1023, "1,023 B"},
        {PK_UNIT_BYTES, 0, 2048, "2.00 KiB"},
        {PK_UNIT_BYTES, 0, 3355443, "3.20 MiB"},
        {PK_UNIT_BYTES, 0, MI - 1, "1.00 MiB"},
        {PK_UNIT_BYTES, 0, 1500 * MI, "1.465 GiB"},
        {PK_UNIT_BYTES, 0, 7 * MI * MI, "7.00 TiB"},
        {PK_UNIT_BYTES, 0, 9 * MI * MI * 1024, "9.00 PiB"},
        {PK_UNIT_BYTES, 0, INT64_MAX, "8.00 EiB"},
        {PK_UNIT_COUNT, 0, 1104386, "1,104,386"},
        {PK_UNIT_COUNT, 0, 999999999, "999,999,999"},
        {PK_UNIT_COUNT, 0, 12345678901, "12.35 G"},
        {PK_UNIT_COUNT, 0, 5 * S * 1000, "5.00 T"},
        {PK_UNIT_COUNT, 0, 5 * S * 1000000, "5.00 P"},
        {PK_UNIT_COUNT, 0, 5 * S * S, "5.00 E"},
        {PK_UNIT_COUNT, 0, -7, "-7"},
        {PK_UNIT_COUNT, 3, 5, "5,000"},
        {PK_UNIT_COUNT, -3, 2567, "2.567"},
        {PK_UNIT_COUNT, -3, 2500, "2.5"},
        {PK_UNIT_COUNT, -3, 2000, "2"},
        {PK_UNIT_COUNT, -6, 1, "0.000001"},
        {PK_UNIT_COUNT, -6, 1234567890, "1,235"},
        {PK_UNIT_COUNT, -12, 123456789, "0.000123"},
        {PK_UNIT_COUNT, 0, PK_MISSING, "-"},
    };
    struct pk_buf out = {0};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        pk_buf_reset(&out);
        pk_units_value(&out, cases[i].unit, cases[i].scale, cases[i].value);
        assert_string_equal(out.data, cases[i].text);
    }
    pk_buf_fini(&out);
}

static void units_column_has_one_unit_and_aligned_decimals(void **state)
{
    static const struct {
        enum pk_unit unit;
        int scale;
        int64_t values[4]; /* the first is the largest */
        const char *text;
    } cases[] = {
        {PK_UNIT_NS, 0, {11902 * MS, 4914 * MS, 677 * MS, 0}, "11.902 s|4.914 s|0.677 s|0.000 s"},
        {PK_UNIT_NS, 0, {-4402 * MS, 730 * MS, PK_MISSING, 11 * MS}, "-4.402 s|0.730 s|-|0.011 s"},
        {PK_UNIT_NS, 0, {123456 * MS, 99 * S, 1, -1}, "123.46 s|99.00 s|0.00 s|0.00 s"},
        {PK_UNIT_NS, 0, {1234567 * MS, S, 0, 0}, "1,234.6 s|1.0 s|0.0 s|0.0 s"},
        {PK_UNIT_NS, 0, {12345678 * MS, S, 0, 0}, "12,345.7 s|1.0 s|0.0 s|0.0 s"},
        {PK_UNIT_NS, 0, {123456 * S, S, 0, 0}, "123,456 s|1 s|0 s|0 s"},
        {PK_UNIT_NS, 0, {999996 * MS, S, 0, 0}, "1,000.0 s|1.0 s|0.0 s|0.0 s"},
        {PK_UNIT_NS, 0, {20 * MS, MS / 2, 400, 0}, "20.000 ms|0.500 ms|0.000 ms|0.000 ms"},
        {PK_UNIT_NS, 0, {999, 10, 1, 0}, "999 ns|10 ns|1 ns|0 ns"},
        {PK_UNIT_NS, 0, {999950, 1000, 0, 0}, "999.95 us|1.00 us|0.00 us|0.00 us"},
        {PK_UNIT_NS, 0, {999996, 1000, 0, 0}, "1.000 ms|0.001 ms|0.000 ms|0.000 ms"},
        {PK_UNIT_NS, 0, {0, 0, 0, 0}, "0 s|0 s|0 s|0 s"},
        {PK_UNIT_COUNT, 0, {912004, 304, 0, PK_MISSING}, "912,004|304|0|-"},
        {PK_UNIT_COUNT, 0, {5 * S, 1234567, 0, 0}, "5.000 G|0.001 G|0.000 G|0.000 G"},
        {PK_UNIT_COUNT, -3, {2567, 1000, -1, 0}, "2.567|1.000|-0.001|0.000"},
        {PK_UNIT_COUNT, -1, {25, 10, 1, 0}, "2.5|1.0|0.1|0.0"}, /* no digit that nobody recorded */
        {PK_UNIT_BYTES, 0, {3 * MI, MI / 2, 1, 0}, "3.000 MiB|0.500 MiB|0.000 MiB|0.000 MiB"},
        {PK_UNIT_BYTES, 0, {512, 1, 0, 0}, "512 B|1 B|0 B|0 B"},
    };
    struct pk_buf out = {0};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_units_format format =
            pk_units_choose(cases[i].unit, cases[i].scale, cases[i].values[0]);

        pk_buf_reset(&out);
        for (size_t j = 0; j < 4; j++) {
            if (j)
                pk_buf_char(&out, '|');
            pk_units_print(&out, &format, cases[i].values[j], cases[i].scale);
        }
        assert_string_equal(out.data, cases[i].text);
    }
    pk_buf_fini(&out);
}

static void units_column_of_nothing_known_is_possible(void **state)
{
    struct pk_units_format format = pk_units_choose(PK_UNIT_NS, 0, PK_MISSING);
    struct pk_buf out = {0};

    (void)state;
    pk_units_print(&out, &format, PK_MISSING, 0);
    assert_string_equal(out.data, "-");
    pk_buf_fini(&out);
}

static void units_halves_round_away_from_zero(void **state)
{
    /* As doubles 2.675 and 1.005 lie a little below the half and would print 2.67 and 1.00. */
    static const struct {
        int64_t value;
        const char *text;
    } cases[] = {{2675, "2.68"}, {1005, "1.01"}, {1004, "1.00"}, {-2675, "-2.68"},    {-4, "0.00"},
                 {-5, "-0.01"},  {4, "0.00"},    {5, "0.01"},    {999995, "1,000.00"}};
    const struct pk_units_format format = {1, 2, ""};
    struct pk_buf out = {0};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        pk_buf_reset(&out);
        pk_units_print(&out, &format, cases[i].value, -3);
        assert_string_equal(out.data, cases[i].text);
    }
    pk_buf_fini(&out);
}

static void units_counts_are_grouped_by_three(void **state)
{
    static const struct {
        int64_t value;
        const char *text;
    } cases[] = {{0, "0"},
                 {999, "999"},
                 {1000, "1,000"},
                 {-1000, "-1,000"},
                 {123456, "123,456"},
                 {INT64_MAX, "9,223,372,036,854,775,807"},
                 {INT64_MIN + 1, "-9,223,372,036,854,775,807"},
                 {PK_MISSING, "-"}};
    struct pk_buf out = {0};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        pk_buf_reset(&out);
        pk_units_count(&out, cases[i].value);
        assert_string_equal(out.data, cases[i].text);
    }
    pk_buf_fini(&out);
}

static void units_percent_has_one_decimal_and_no_nonsense(void **state)
{
    static const struct {
        int64_t part, whole;
        const char *text;
    } cases[] = {
        {4914, 12480, "39.4"}, {1, 3, "33.3"},
        {2, 3, "66.7"},        {7, 7, "100.0"},
        {0, 7, "0.0"},         {-1, 1000000, "0.0"}, /* never -0.0 */
        {-336, 1000, "-33.6"}, {INT64_MAX, INT64_MAX, "100.0"},
        {1, INT64_MAX, "0.0"}, {INT64_MAX / 2, INT64_MAX, "50.0"},
        {5, 0, "-"},                         /* neither inf nor nan */
        {0, 0, "-"},           {5, -5, "-"}, /* no share of a negative whole */
        {PK_MISSING, 5, "-"},  {5, PK_MISSING, "-"},
    };
    struct pk_buf out = {0};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        pk_buf_reset(&out);
        pk_units_percent(&out, cases[i].part, cases[i].whole);
        assert_string_equal(out.data, cases[i].text);
    }
    pk_buf_fini(&out);
}

static void units_raw_is_exact(void **state)
{
    static const struct {
        int64_t value;
        int scale;
        const char *text;
    } cases[] = {
        {2567, -3, "2.567"},
        {1000000, -3, "1000"},
        {1500, -3, "1.5"},
        {-5, -3, "-0.005"},
        {0, -6, "0"},
        {0, 6, "0"},
        {12, 3, "12000"},
        {INT64_MAX, 0, "9223372036854775807"},
        {INT64_MAX, -6, "9223372036854.775807"},
        {INT64_MIN + 1, -19, "-0.9223372036854775807"},
        {1, -30, "0.000000000000000000000000000001"},
        {PK_MISSING, -3, "-"},
    };
    struct pk_buf out = {0};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        pk_buf_reset(&out);
        pk_units_raw(&out, cases[i].value, cases[i].scale);
        assert_string_equal(out.data, cases[i].text);
    }
    pk_buf_fini(&out);
}

static void units_extreme_scales_end_cleanly(void **state)
{
    static const int scales[] = {-128, -60, -20, -19, 19, 20, 39, 60, 127};
    static const int64_t values[] = {1, -1, INT64_MAX, INT64_MIN + 1};

    (void)state;
    for (size_t i = 0; i < sizeof scales / sizeof *scales; i++) {
        for (size_t j = 0; j < sizeof values / sizeof *values; j++) {
            for (enum pk_unit unit = PK_UNIT_COUNT; unit <= PK_UNIT_BYTES; unit++) {
                struct pk_buf out = {0};

                pk_units_value(&out, unit, scales[i], values[j]);
                assert_true(out.size > 0 && out.size < 100);
                pk_buf_reset(&out);
                pk_units_raw(&out, values[j], scales[i]);
                assert_true(out.size > 0 && out.size < 160);
                assert_int_equal(out.data[0] == '-', values[j] < 0);
                pk_buf_fini(&out);
            }
        }
    }
}

static void units_value_is_near_the_truth(void **state)
{
    uint64_t random = 88172645463325252u;

    (void)state;
    for (int round = 0; round < 20000; round++) {
        struct pk_buf out = {0}, plain = {0};
        double factor = 1, shown;
        int64_t value;

        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        value = (int64_t)(random >> (1 + random % 60));
        pk_units_value(&out, PK_UNIT_NS, 0, value);
        factor = strstr(out.data, " us")   ? 1e3
                 : strstr(out.data, " ms") ? 1e6
                 : strstr(out.data, " s")  ? 1e9
                                           : 1;
        for (size_t i = 0; i < out.size; i++)
            if (out.data[i] != ',')
                pk_buf_char(&plain, out.data[i]);
        /* Four digits: off by at most half of the fourth. The test's own locale is "C". */
        shown = strtod(plain.data, NULL) * factor;
        assert_true(shown >= (double)value * 0.9994 && shown <= (double)value * 1.0006);
        pk_buf_fini(&out);
        pk_buf_fini(&plain);
    }
}

static void units_have_the_names_of_the_json_schema(void **state)
{
    (void)state;
    assert_string_equal(pk_units_name(PK_UNIT_COUNT), "count");
    assert_string_equal(pk_units_name(PK_UNIT_NS), "ns");
    assert_string_equal(pk_units_name(PK_UNIT_BYTES), "bytes");
}

/* Two decimals, which is what people compare; what is more than nothing never shows as nothing. */
static void ratios_have_two_decimals(void **state)
{
    static const struct {
        int64_t part, whole;
        const char *expected;
    } table[] = {
        {133, 100, "x1.33"},
        {104, 1000, "x0.10"},
        {7, 7, "x1.00"},
        {0, 7, "x0.00"},
        {1, 1000, "<x0.01"},
        {9999, 100, "x99.99"},
        {1234567, 100, "x12,346"},
        {INT64_MAX, 1, "x9,223,372,036,854,775,807"},
        {5, 0, "-"},
        {5, -1, "-"},
        {-5, 10, "-"},
        {PK_MISSING, 10, "-"},
        {10, PK_MISSING, "-"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct pk_buf out = {0};

        pk_units_ratio(&out, table[i].part, table[i].whole);
        assert_string_equal(out.data, table[i].expected);
        pk_buf_fini(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(units_lone_value_has_three_or_four_digits),
        cmocka_unit_test(units_column_has_one_unit_and_aligned_decimals),
        cmocka_unit_test(units_column_of_nothing_known_is_possible),
        cmocka_unit_test(units_halves_round_away_from_zero),
        cmocka_unit_test(units_counts_are_grouped_by_three),
        cmocka_unit_test(units_percent_has_one_decimal_and_no_nonsense),
        cmocka_unit_test(units_raw_is_exact),
        cmocka_unit_test(units_extreme_scales_end_cleanly),
        cmocka_unit_test(units_value_is_near_the_truth),
        cmocka_unit_test(units_have_the_names_of_the_json_schema),
        cmocka_unit_test(ratios_have_two_decimals),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
