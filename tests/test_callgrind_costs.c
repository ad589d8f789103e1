/*
 * Cost lines: positions absolute and relative, costs whole and broken, and where a bad one is bad.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "formats/callgrind_costs.h"

struct step {
    const char *line, *expected; /* "positions | costs", or what is wrong and where */
};

static const char *const words[] = {"", "bad", "too big", "finer"};

static void check(const struct step *steps, size_t n, unsigned positions, unsigned events,
                  int decimals)
{
    struct pk_callgrind_costs costs;

    pk_callgrind_costs_init(&costs);
    costs.n_positions = positions;
    costs.n_events = events;
    costs.decimals = decimals;
    for (size_t i = 0; i < n; i++) {
        struct pk_buf found = {0};
        size_t bad = 0;
        enum pk_callgrind_cost_status status =
            pk_callgrind_costs_read(&costs, pk_str_of(steps[i].line), &bad);

        if (status == PK_CALLGRIND_COST) {
            for (unsigned p = 0; p < positions; p++)
                pk_buf_printf(&found, "%llu ", (unsigned long long)costs.position[p]);
            pk_buf_text(&found, "|");
            for (unsigned e = 0; e < events; e++)
                pk_buf_printf(&found, " %lld", (long long)costs.values[e]);
        } else {
            pk_buf_printf(&found, "%s %d", words[status], (int)bad);
        }
        if (strcmp(found.data, steps[i].expected) != 0)
            fail_msg("'%s' is '%s' instead of '%s'", steps[i].line, found.data, steps[i].expected);
        pk_buf_fini(&found);
    }
}

#define CHECK(steps, positions, events) \
    check(steps, sizeof(steps) / sizeof *(steps), positions, events, 0)

static void positions_are_relative_to_the_line_before(void **state)
{
    static const struct step steps[] = {
        {"10 1", "10 | 1"},   {"+5 2", "15 | 2"},    {"-3 3", "12 | 3"}, {"* 4", "12 | 4"},
        {"0x20 5", "32 | 5"}, {"+0x10 6", "48 | 6"}, {"*", "48 | 0"},    {"7", "7 | 0"},
    };
    (void)state;

    CHECK(steps, 1, 1);
}

static void each_subposition_has_its_own_base(void **state)
{
    static const struct step steps[] = {
        {"0x1190 10 1", "4496 10 | 1"}, {"+1 * 1", "4497 10 | 1"},         {"* -2 1", "4497 8 | 1"},
        {"* 20 1", "4497 20 | 1"},      {"+4096\t+1   7 ", "8593 21 | 7"},
    };
    (void)state;

    CHECK(steps, 2, 1);
}

static void a_bad_line_is_no_base(void **state)
{
    static const struct step steps[] = {
        {"10 1", "10 | 1"}, {"20 x", "bad 3"}, {"+1 1", "11 | 1"}, {"30 1 2", "bad 5"},
        {"+1 1", "12 | 1"}, {"", "bad 0"},     {"**", "bad 0"},    {"+ 1", "bad 0"},
        {"-x 1", "bad 0"},  {"0x 1", "bad 0"}, {"1a 1", "bad 0"},  {"1 1a", "bad 2"},
        {"1 0x", "bad 2"},  {"1 +", "bad 2"},  {"1 --1", "bad 2"}, {"1 *", "bad 2"},
        {"+1 1", "13 | 1"},
    };
    (void)state;

    CHECK(steps, 1, 1);
}

static void missing_costs_are_zero_and_too_many_are_bad(void **state)
{
    static const struct step steps[] = {
        {"1 5 6 7", "1 | 5 6 7"},  {"1 5", "1 | 5 0 0"},   {"1", "1 | 0 0 0"},
        {"1  5  6 ", "1 | 5 6 0"}, {"1 5 6 7 8", "bad 8"},
    };
    (void)state;

    CHECK(steps, 1, 3);
}

static void numbers_end_where_64_bits_do(void **state)
{
    static const struct step steps[] = {
        {"1 9223372036854775807", "1 | 9223372036854775807"},
        {"1 9223372036854775808", "too big 2"},
        {"1 18446744073709551615", "too big 2"},
        {"1 99999999999999999999999999", "too big 2"},
        {"1 -9223372036854775807", "1 | -9223372036854775807"},
        {"1 -9223372036854775808", "too big 2"},
        {"1 0x7fffffffffffffff", "1 | 9223372036854775807"},
        {"1 0x8000000000000000", "too big 2"},
        {"1 0x10000000000000000", "too big 2"},
        {"1 +5", "1 | 5"},
        {"1 -5", "1 | -5"},
        {"18446744073709551615 1", "18446744073709551615 | 1"},
        {"+1 1", "bad 0"}, /* it would wrap */
        {"18446744073709551616 1", "bad 0"},
        {"* 1", "18446744073709551615 | 1"},
    };
    (void)state;

    CHECK(steps, 1, 1);
}

static void positions_below_zero_are_zero(void **state)
{
    struct pk_callgrind_costs costs;
    size_t bad;
    (void)state;

    pk_callgrind_costs_init(&costs);
    costs.n_events = 1;
    costs.line_at = 0;
    assert_int_equal(pk_callgrind_costs_read(&costs, PK_STR("5 1"), &bad), PK_CALLGRIND_COST);
    assert_int_equal(pk_callgrind_costs_line(&costs), 5);
    assert_int_equal(pk_callgrind_costs_read(&costs, PK_STR("-6 1"), &bad), PK_CALLGRIND_COST);
    assert_int_equal(pk_callgrind_costs_line(&costs), 0);
    assert_int_equal(costs.clamped, 1);
    costs.line_at = -1;
    assert_int_equal(pk_callgrind_costs_line(&costs), 0);
}

static void fractions_are_kept_to_six_digits(void **state)
{
    static const struct step whole[] = {{"1 5", "1 | 5"}, {"1 2.5", "finer 0"}, {"1 2.", "1 | 2"}};
    static const struct step two[] = {
        {"1 5", "1 | 500"},     {"1 2.5", "1 | 250"}, {"1 -0.25", "1 | -25"},
        {"1 1.125", "finer 0"}, {"1 1.2x", "bad 2"},
    };
    static const struct step six[] = {
        {"1 0.1234567", "1 | 123457"},
        {"1 0.0000004", "1 | 0"},
        {"1 9223372036854.775808", "too big 2"},
    };
    (void)state;

    CHECK(whole, 1, 1);
    check(two, sizeof two / sizeof *two, 1, 1, 2);
    check(six, sizeof six / sizeof *six, 1, 1, 6);
    assert_int_equal(pk_callgrind_costs_decimals(PK_STR("1 2.5 3.125 4")), 3);
    assert_int_equal(pk_callgrind_costs_decimals(PK_STR("1 2.123456789")), 6);
    assert_int_equal(pk_callgrind_costs_decimals(PK_STR("1 2")), 0);
}

static void counts_are_read_where_they_stand(void **state)
{
    static const struct {
        const char *text;
        bool is_count;
        uint64_t count;
        size_t end;
    } cases[] = {
        {"12 3", true, 12, 2},
        {"0x1F x", true, 31, 4},
        {"0", true, 0, 1},
        {"x3", false, 0, 0},
        {"18446744073709551615", true, UINT64_MAX, 20},
        {"", false, 0, 0},
        {"18446744073709551616", false, 0, 0},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t at = 0;
        uint64_t count = 0;

        assert_int_equal(pk_callgrind_costs_count(pk_str_of(cases[i].text), &at, &count),
                         cases[i].is_count);
        if (cases[i].is_count) {
            assert_int_equal(count, cases[i].count);
            assert_int_equal(at, cases[i].end);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(positions_are_relative_to_the_line_before),
        cmocka_unit_test(each_subposition_has_its_own_base),
        cmocka_unit_test(a_bad_line_is_no_base),
        cmocka_unit_test(missing_costs_are_zero_and_too_many_are_bad),
        cmocka_unit_test(numbers_end_where_64_bits_do),
        cmocka_unit_test(positions_below_zero_are_zero),
        cmocka_unit_test(fractions_are_kept_to_six_digits),
        cmocka_unit_test(counts_are_read_where_they_stand),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
