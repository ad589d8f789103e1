/*
 * Outcomes in words: values in their units, ranges, changes, and the reason behind them.
 */
#include "render/view_check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "support.h"

static struct pk_gate gate_of(enum pk_rule_unit unit, bool is_change, double before, double low,
                              double high)
{
    return (struct pk_gate){.rule = PK_STR("a rule"),
                            .unit = unit,
                            .is_change = is_change,
                            .before = {is_change, before, before},
                            .after = {true, low, high},
                            .frame = PK_NONE};
}

static void assert_value(struct pk_gate gate, const char *expected)
{
    struct pk_buf out = {0};

    pk_view_check_value(&out, &gate);
    assert_string_equal(out.data ? out.data : "", expected);
    pk_buf_fini(&out);
}

static void assert_message(struct pk_gate gate, const char *expected)
{
    struct pk_buf out = {0};

    pk_view_check_message(&out, &gate);
    assert_string_equal(out.data, expected);
    pk_buf_fini(&out);
}

static void values_have_their_units(void **state)
{
    (void)state;
    assert_value(gate_of(PK_RULE_NS, false, 0, 1.5e9, 1.5e9), "1.50 s");
    assert_value(gate_of(PK_RULE_PERCENT, false, 0, 12.34, 12.34), "12.3 %");
    assert_value(gate_of(PK_RULE_PERCENT, false, 0, 4, 12), "4.0 % to 12.0 %");
    assert_value(gate_of(PK_RULE_PLAIN, false, 0, 1234567, 1234567), "1,234,567");
    assert_value(gate_of(PK_RULE_PLAIN, false, 0, 2.5, 2.5), "2.5");
}

/* Percentages differ by points, and what was nothing has no ratio. */
static void changes_have_a_sign_and_a_ratio(void **state)
{
    (void)state;
    assert_value(gate_of(PK_RULE_PLAIN, true, 100, 133, 133), "+33 x1.33");
    assert_value(gate_of(PK_RULE_PLAIN, true, 100, 50, 50), "-50 x0.50");
    assert_value(gate_of(PK_RULE_PLAIN, true, 0, 50, 50), "+50");
    assert_value(gate_of(PK_RULE_PERCENT, true, 10, 12, 12), "+2.0 pp x1.20");
    assert_value(gate_of(PK_RULE_PLAIN, true, 100, 100, 100), "0 x1.00");
}

static void what_is_unknown_has_no_value(void **state)
{
    struct pk_gate gate = gate_of(PK_RULE_NS, true, 1, 2, 2);
    (void)state;

    gate.before.is_known = false;
    assert_value(gate, "");
    gate.why = PK_STR("the file counts no calls");
    assert_message(gate, "the file counts no calls: a rule");
}

static void messages_have_the_reason_and_p(void **state)
{
    struct pk_gate gate = gate_of(PK_RULE_PLAIN, true, 100, 133, 133);
    (void)state;

    assert_message(gate, "+33 x1.33: a rule");
    gate.has_p = true;
    gate.p = 0.0079;
    assert_message(gate, "+33 x1.33, p 0.008: a rule");
    gate.why = PK_STR("slower");
    gate.is_q = true;
    gate.p = 0.0001;
    assert_message(gate, "+33 x1.33, slower, q below 0.001: a rule");
    gate.name = PK_STR("no growth");
    gate.p = 1;
    assert_message(gate, "+33 x1.33, slower, q 1: no growth, a rule");
}

/* Whatever --top says, a gate that fails shows why. */
static void all_that_fails_is_shown(void **state)
{
    struct pk_profile *profile = support_profile("a 1\n");
    struct pk_gate gates[5];
    struct pk_checked checked = {.gate = gates, .n = 5, .side = {profile, 0}, .runs = {0, 1}};
    struct pk_table *table;
    struct pk_arena arena;
    (void)state;

    for (size_t i = 0; i < 5; i++) {
        gates[i] = gate_of(PK_RULE_PLAIN, false, 0, 1, 1);
        gates[i].result = i < 3 ? PK_GATE_FAIL : PK_GATE_PASS;
        checked.count[gates[i].result]++;
    }
    pk_arena_init(&arena);
    table = pk_view_check(&arena, &checked, 1);
    assert_int_equal(table->n_rows, 4);
    assert_string_equal(table->footer.data, "1 more that did not fail (--top 0 shows all)");
    assert_string_equal(table->note.data, "3 failed, 2 passed, 0 undecided");
    table = pk_view_check(&arena, &checked, 0);
    assert_int_equal(table->n_rows, 5);
    pk_arena_fini(&arena);
    pk_profile_free(profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_have_their_units),
        cmocka_unit_test(changes_have_a_sign_and_a_ratio),
        cmocka_unit_test(what_is_unknown_has_no_value),
        cmocka_unit_test(messages_have_the_reason_and_p),
        cmocka_unit_test(all_that_fails_is_shown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
