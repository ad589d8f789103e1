/*
 * Suppressions as people write them, and the mistakes they make.
 */
#include "analyze/suppression.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static void assert_text(struct pk_str actual, const char *expected)
{
    assert_int_equal(actual.size, strlen(expected));
    assert_memory_equal(actual.size ? actual.data : "", expected, actual.size);
}

static void a_value_is_a_reason_and_perhaps_a_last_day(void **state)
{
    static const struct {
        const char *value, *reason, *until;
    } cases[] = {
        {"known", "known", ""},
        {"known, see #12, until 2027-03-01", "known, see #12", "2027-03-01"},
        {"known until 2027-03-01", "known", "2027-03-01"},
        {"known; until 2024-02-29 ", "known", "2024-02-29"},
        {"wait until it breaks", "wait until it breaks", ""},
        {"2019, until the 100 are 99", "2019, until the 100 are 99", ""},
        {"not 2027-03-01", "not 2027-03-01", ""},
        {"untiluntil 2027-03-01", "untiluntil 2027-03-01", ""},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_suppression one = {0};
        struct pk_str found;

        assert_int_equal(pk_suppression_read(&one, pk_str_of(cases[i].value), &found),
                         PK_SUPPRESSION_FINE);
        assert_text(one.reason, cases[i].reason);
        assert_text(one.until, cases[i].until);
    }
}

/* Each of these would hold for good if it were taken for a reason. */
static void what_follows_until_is_a_date_of_the_calendar(void **state)
{
    static const char *const wrong[] = {
        "known until 2027-3-1",          "known until 2027-02-29",
        "known until 1900-02-29",        "known until 2027-13-01",
        "known until 2027-00-01",        "known until 2027-01-00",
        "known until 2027-01-32",        "known until tomorrow",
        "known until 2027/03/01",        "known, until",
        "known until 0000-01-01",        "known until 2027-03-01x",
        "known, Until 2027-03-01",       "known, until: 2027-03-01",
        "known (until 2027-03-01)",      "known until 1 March 2027",
        "known, until 2027-03-01 or so", "UNTIL 2027 known",
    };
    (void)state;

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct pk_suppression one = {0};
        struct pk_str found;

        assert_int_equal(pk_suppression_read(&one, pk_str_of(wrong[i]), &found),
                         PK_SUPPRESSION_NO_DATE);
    }
}

static void a_day_alone_is_no_reason(void **state)
{
    static const char *const wrong[] = {"until 2027-03-01", ", until 2027-03-01", ""};
    (void)state;

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct pk_suppression one = {0};
        struct pk_str found;

        assert_int_equal(pk_suppression_read(&one, pk_str_of(wrong[i]), &found),
                         PK_SUPPRESSION_NO_REASON);
    }
}

static void a_key_is_a_rule_perhaps_with_a_function_or_an_id(void **state)
{
    static const struct {
        const char *key, *rule, *function;
        bool is_one;
    } cases[] = {
        {"n-plus-one-query", "n-plus-one-query", "", true},
        {"sort-in-loop  load items", "sort-in-loop", "load items", true},
        {"sort-in-loop\toperator==", "sort-in-loop", "operator==", true},
        {"sort-in-loop:a:b:c:d e", "sort-in-loop:a:b:c:d e", "", true},
        {"N+1", "", "", false},
        {"sort_in_loop", "sort", "", false},
        {"", "", "", false},
        {":a", "", "", false},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_suppression one = {0};

        assert_int_equal(pk_suppression_read_key(&one, pk_str_of(cases[i].key)), cases[i].is_one);
        if (!cases[i].is_one)
            continue;
        assert_text(one.rule, cases[i].rule);
        assert_text(one.function, cases[i].function);
        assert_text(one.key, cases[i].key);
    }
}

static void the_last_day_still_holds(void **state)
{
    struct pk_suppression one = {.until = PK_STR("2027-03-01")};
    (void)state;

    assert_false(pk_suppression_is_over(&one, PK_STR("2026-12-31")));
    assert_false(pk_suppression_is_over(&one, PK_STR("2027-03-01")));
    assert_true(pk_suppression_is_over(&one, PK_STR("2027-03-02")));
    one.until = PK_STR_NULL;
    assert_false(pk_suppression_is_over(&one, PK_STR("9999-12-31")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_is_a_reason_and_perhaps_a_last_day),
        cmocka_unit_test(what_follows_until_is_a_date_of_the_calendar),
        cmocka_unit_test(a_day_alone_is_no_reason),
        cmocka_unit_test(a_key_is_a_rule_perhaps_with_a_function_or_an_id),
        cmocka_unit_test(the_last_day_still_holds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
