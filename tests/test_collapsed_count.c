/*
 * Counts at the end of collapsed lines. Expected values come from writing the number out by hand;
 * the shapes from flamegraph.pl, difffolded.pl and austin.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <string.h>

#include "base/str.h"
#include "formats/collapsed_count.h"

static void assert_str(struct pk_str found, const char *expected)
{
    assert_int_equal(found.size, strlen(expected));
    assert_memory_equal(found.data, expected, found.size);
}

static void a_line_is_cut_at_its_last_run_of_blanks(void **state)
{
    static const struct {
        const char *line, *stack, *last; /* stack NULL: no cut */
    } cases[] = {
        {"a;b 1", "a;b", "1"},
        {"a;b\t1", "a;b", "1"},
        {"a;b \t  12  \t", "a;b", "12"}, /* blanks at the end belong to nothing */
        {"my thr (x) 12;L Foo 3;bar 7", "my thr (x) 12;L Foo 3;bar", "7"},
        {"mk (ms.c); 20", "mk (ms.c);", "20"}, /* heaptrack_print */
        {"memcpy@GLIBC_2.2.5 3", "memcpy@GLIBC_2.2.5", "3"},
        {" a 1", " a", "1"},
        {"12", NULL, "12"},
        {"  12", "", "12"}, /* py-spy: a sample without frames */
        {"  12 ", "", "12"},
        {"a;b", NULL, "a;b"},
        {"", NULL, ""},
        {" \t ", NULL, ""},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_str stack, last;
        bool is_cut = pk_collapsed_count_split(pk_str_of(cases[i].line), &stack, &last);

        assert_int_equal(is_cut, cases[i].stack != NULL);
        assert_str(last, cases[i].last);
        if (is_cut)
            assert_str(stack, cases[i].stack);
    }
}

static void counts_keep_their_value_exactly(void **state)
{
    static const struct {
        const char *text;
        int64_t value;
        int decimals;
        bool is_rounded;
    } cases[] = {
        {"0", 0, 0, false},
        {"42084168", 42084168, 0, false},
        {"007", 7, 0, false},
        {"+5", 5, 0, false},
        {"-5", -5, 0, false},
        {"-0", 0, 0, false},
        {"9223372036854775807", INT64_MAX, 0, false},
        {"-9223372036854775807", -INT64_MAX, 0, false}, /* one less would be "missing" */
        {"2.567", 2567, 3, false},
        {"274.321", 274321, 3, false},
        {"1.", 1, 0, false},
        {"19.0", 19, 0, false},
        {"6.10", 61, 1, false},
        {"100.000000000", 100, 0, false}, /* "%.9f" of a whole number is not rounded */
        {"0.000001", 1, 6, false},
        {"0.0000004", 0, 0, true},
        {"0.0000005", 1, 6, true}, /* half goes away from zero */
        {"-0.0000005", -1, 6, true},
        {"1.23456749", 1234567, 6, true},
        {"1.2345675", 1234568, 6, true},
        {"0.9999999", 1, 0, true}, /* rounds up to a whole */
        {"1e3", 1000, 0, false},
        {"1E+3", 1000, 0, false},
        {"12e-1", 12, 1, false},
        {"1.5e3", 1500, 0, false},
        {"1.5e-3", 15, 4, false},
        {"2500e-2", 25, 0, false},
        {"1e-6", 1, 6, false},
        {"1e-7", 0, 0, true},
        {"6e-7", 1, 6, true},
        {"1e-999999999999999999999", 0, 0, true},
        {"0e999999999999", 0, 0, false},
        {"100000000000000000000e-10", 10000000000, 0, false},
        {"0000000000000000000000000000001", 1, 0, false},
        {"123456789012.000000000000", 123456789012, 0, false},
        {"9223372036854.775807", INT64_MAX, 6, false},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_collapsed_count count;

        assert_int_equal(pk_collapsed_count_parse(pk_str_of(cases[i].text), &count),
                         PK_COLLAPSED_COUNT);
        if (count.value != cases[i].value || count.decimals != cases[i].decimals ||
            count.is_rounded != cases[i].is_rounded)
            fail_msg("%s: %lld e-%d", cases[i].text, (long long)count.value, count.decimals);
    }
}

static void other_words_are_no_counts(void **state)
{
    static const char *const cases[] = {"",      "-",      "+",    ".",     ".5",    "-.5",
                                        "nan",   "inf",    "0x10", "1e",    "1e+",   "e3",
                                        "1.e",   "12V.43", "1,2",  "1_000", "1 2",   "--1",
                                        "1.2.3", "١",      "12:3", "1-",    "1e5.5", "1e5e5"};
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_collapsed_count count;

        assert_int_equal(pk_collapsed_count_parse(pk_str_of(cases[i]), &count),
                         PK_COLLAPSED_NO_COUNT);
    }
}

static void counts_beyond_64_bits_are_told_from_words(void **state)
{
    static const char *const cases[] = {"9223372036854775808",
                                        "-9223372036854775808",
                                        "18446744073709551615",
                                        "1e19",
                                        "1e999999999999",
                                        "9223372036854.7758075",
                                        "99999999999999999999999999999999999999999999999999"};
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_collapsed_count count;

        assert_int_equal(pk_collapsed_count_parse(pk_str_of(cases[i]), &count),
                         PK_COLLAPSED_TOO_BIG);
    }
}

static void widening_multiplies_by_powers_of_ten_or_fails(void **state)
{
    struct pk_collapsed_count count = {.value = -25, .decimals = 1};
    int64_t value;
    (void)state;

    assert_true(pk_collapsed_count_widen(&count, 1, &value));
    assert_int_equal(value, -25);
    assert_true(pk_collapsed_count_widen(&count, 6, &value));
    assert_int_equal(value, -2500000);
    count.value = INT64_MAX / 10 + 1;
    assert_false(pk_collapsed_count_widen(&count, 2, &value));
}

static void two_counts_are_two_unsigned_integers_one_blank_apart(void **state)
{
    static const struct {
        const char *line, *stack, *before, *after; /* stack NULL: one count */
    } cases[] = {
        {"a;b 3 4", "a;b", "3", "4"},     {"foo 1 2", "foo", "1", "2"},
        {"a;b  \t3\t4", "a;b", "3", "4"}, {"w/2:_a[0];x 2004008 0 ", "w/2:_a[0];x", "2004008", "0"},
        {"a;b 3  4", NULL, NULL, NULL},   {"a;b 3", NULL, NULL, NULL},
        {"a;b 3 -4", NULL, NULL, NULL},   {"a;b 3.5 4", NULL, NULL, NULL},
        {"a;b 3 4.5", NULL, NULL, NULL},  {"memcpy@GLIBC_2.2.5 3", NULL, NULL, NULL},
        {"3 4", NULL, NULL, NULL}, /* no stack */
        {" 3 4", NULL, NULL, NULL},       {"", NULL, NULL, NULL},
        {"4", NULL, NULL, NULL},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_str stack, before, after;
        bool is_pair = pk_collapsed_count_pair(pk_str_of(cases[i].line), &stack, &before, &after);

        assert_int_equal(is_pair, cases[i].stack != NULL);
        if (!is_pair)
            continue;
        assert_str(stack, cases[i].stack);
        assert_str(before, cases[i].before);
        assert_str(after, cases[i].after);
    }
}

static void a_triple_is_three_integers_of_which_the_last_may_be_negative(void **state)
{
    static const char *const others[] = {"1,2",    "1,2,3,4", "1,2,",   ",1,2", "1,,2",
                                         "-1,0,2", "1,2,x",   "1 ,2,3", ""};
    struct pk_str parts[3];
    (void)state;

    assert_true(pk_collapsed_count_triple(PK_STR("1000,0,-256"), parts));
    assert_str(parts[0], "1000");
    assert_str(parts[1], "0");
    assert_str(parts[2], "-256");
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(pk_collapsed_count_triple(pk_str_of(others[i]), parts));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_cut_at_its_last_run_of_blanks),
        cmocka_unit_test(counts_keep_their_value_exactly),
        cmocka_unit_test(other_words_are_no_counts),
        cmocka_unit_test(counts_beyond_64_bits_are_told_from_words),
        cmocka_unit_test(widening_multiplies_by_powers_of_ten_or_fails),
        cmocka_unit_test(two_counts_are_two_unsigned_integers_one_blank_apart),
        cmocka_unit_test(a_triple_is_three_integers_of_which_the_last_may_be_negative),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
