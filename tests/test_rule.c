/*
 * The language of rules: what is taken, what is refused, and where the caret stands.
 */
#include "analyze/rule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct pk_rule parsed(const char *text, struct pk_arena *arena)
{
    struct pk_error error = {0};
    struct pk_rule rule;

    if (!pk_rule_parse(pk_str_of(text), arena, &rule, &error))
        fail_msg("%s: %s", text, error.text);
    return rule;
}

static void assert_bound(const struct pk_rule *rule, bool is_relative, double bound,
                         enum pk_rule_unit unit)
{
    assert_int_equal(rule->is_relative, is_relative);
    assert_true(fabs(rule->bound - bound) <= 1e-9 * fabs(bound));
    assert_int_equal(rule->unit, unit);
}

static void rules_are_read(void **state)
{
    static const struct {
        const char *text;
        enum pk_rule_quantity quantity;
        enum pk_rule_order order;
        bool is_relative;
        double bound;
        enum pk_rule_unit unit;
    } cases[] = {
        {"share(\"json.*\") < 10%", PK_RULE_SHARE, PK_RULE_BELOW, false, 10, PK_RULE_PERCENT},
        {"calls(\"execute\") <= 10", PK_RULE_CALLS, PK_RULE_AT_MOST, false, 10, PK_RULE_PLAIN},
        {"edge(\"a\",\"b\").fan<2", PK_RULE_EDGE_FAN, PK_RULE_BELOW, false, 2, PK_RULE_PLAIN},
        {"edge('a', 'b').calls == 1,000", PK_RULE_EDGE_CALLS, PK_RULE_EQUAL, false, 1000,
         PK_RULE_PLAIN},
        {"edge('a','b').total >= 1.5 s", PK_RULE_EDGE_TOTAL, PK_RULE_AT_LEAST, false, 1.5e9,
         PK_RULE_NS},
        {"total(\"hot\") < +3%", PK_RULE_TOTAL, PK_RULE_BELOW, true, 3, PK_RULE_PERCENT},
        {"self(\"hot\") > -20ms", PK_RULE_SELF, PK_RULE_ABOVE, true, -20e6, PK_RULE_NS},
        {"share('hot') < + 2 pp", PK_RULE_SHARE, PK_RULE_BELOW, true, 2, PK_RULE_POINTS},
        {" total ( ) <\n 2min ", PK_RULE_TOTAL, PK_RULE_BELOW, false, 120e9, PK_RULE_NS},
        {"self('x') < 4KiB", PK_RULE_SELF, PK_RULE_BELOW, false, 4096, PK_RULE_BYTES},
        {"calls('x') < 3k", PK_RULE_CALLS, PK_RULE_BELOW, false, 3000, PK_RULE_PLAIN},
        {"calls('x') < +0", PK_RULE_CALLS, PK_RULE_BELOW, true, 0, PK_RULE_PLAIN},
    };
    struct pk_arena arena;
    (void)state;

    pk_arena_init(&arena);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_rule rule = parsed(cases[i].text, &arena);

        assert_int_equal(rule.quantity, cases[i].quantity);
        assert_int_equal(rule.order, cases[i].order);
        assert_bound(&rule, cases[i].is_relative, cases[i].bound, cases[i].unit);
        assert_string_equal(rule.text.data, cases[i].text);
    }
    pk_arena_fini(&arena);
}

/* A backslash is one of the expression, but before a quote. */
static void names_keep_their_backslashes(void **state)
{
    struct pk_arena arena;
    struct pk_rule rule;
    (void)state;

    pk_arena_init(&arena);
    rule = parsed("edge(\"a\\.b\\\\\", 'say \\'x\\' \"y\"').fan < 2", &arena);
    assert_int_equal(rule.n_names, 2);
    assert_string_equal(rule.name[0].data, "a\\.b\\\\");
    assert_string_equal(rule.name[1].data, "say 'x' \"y\"");
    assert_int_equal(parsed("total() < 1s", &arena).n_names, 0);
    pk_arena_fini(&arena);
}

/* What is printed: the line, and the caret under what is wrong. */
static const struct {
    const char *text, *printed;
} mistakes[] = {
    {"", "1:1: expected share, self, total, calls or edge, found the end\n"},
    {"shares(\"x\") < 10%", "1:1: expected share, self, total, calls or edge, found 'shares'\n"
                            "  shares(\"x\") < 10%\n"
                            "  ^\n"
                            "  hint: did you mean 'share'?\n"},
    {"share \"x\" < 10%", "1:7: expected '(', found '\"'\n"
                          "  share \"x\" < 10%\n"
                          "        ^\n"},
    {"share() < 10%", "1:7: expected a name in quotes, found ')'\n"
                      "  share() < 10%\n"
                      "        ^\n"},
    {"share(x) < 10%", "1:7: expected a name in quotes, found 'x'\n"
                       "  share(x) < 10%\n"
                       "        ^\n"},
    {"calls('x", "1:9: expected \"'\" at the end of the name, found the end\n"
                 "  calls('x\n"
                 "          ^\n"},
    {"calls('') < 1", "1:7: expected a name between the quotes, found '''\n"
                      "  calls('') < 1\n"
                      "        ^\n"},
    {"calls('x', 'y') < 1", "1:10: expected ')', found ','\n"
                            "  calls('x', 'y') < 1\n"
                            "           ^\n"},
    {"edge('x') < 1", "1:9: expected ',' and the name of the callee, found ')'\n"
                      "  edge('x') < 1\n"
                      "          ^\n"},
    {"edge('x','y') < 1", "1:15: expected .calls, .fan or .total behind edge(...), found '<'\n"
                          "  edge('x','y') < 1\n"
                          "                ^\n"},
    {"edge('x','y').calling < 1",
     "1:15: expected .calls, .fan or .total behind edge(...), found 'calling'\n"
     "  edge('x','y').calling < 1\n"
     "                ^\n"},
    {"calls('x') 10", "1:12: expected <, <=, >, >= or ==, found '10'\n"
                      "  calls('x') 10\n"
                      "             ^\n"},
    {"calls('x') = 10", "1:12: expected <, <=, >, >= or ==, found '='\n"
                        "  calls('x') = 10\n"
                        "             ^\n"},
    {"calls('x') < many", "1:14: expected a number such as 10%, 20ms or +3%, found 'many'\n"
                          "  calls('x') < many\n"
                          "               ^\n"},
    {"calls('x') < 1234567890123456789",
     "1:14: expected a number of at most 18 digits, found '1234567890123456789'\n"
     "  calls('x') < 1234567890123456789\n"
     "               ^\n"},
    {"calls('x') < 10ms", "1:16: expected a count, found 'ms'\n"
                          "  calls('x') < 10ms\n"
                          "                 ^\n"},
    {"share('x') < 10", "1:16: expected % behind the bound of a share, found the end\n"
                        "  share('x') < 10\n"
                        "                 ^\n"},
    {"total('x') < 10%",
     "1:16: expected a value such as 20ms (shares are share(...) < 10%, changes have a sign), "
     "found '%'\n"
     "  total('x') < 10%\n"
     "                 ^\n"},
    {"total('x') < 10 parsecs",
     "1:17: expected a unit: %, pp, ns, us, ms, s, min, k, M, G, B, kB, MB, KiB, MiB, found "
     "'parsecs'\n"
     "  total('x') < 10 parsecs\n"
     "                  ^\n"},
    {"calls('x') < 1 < 2",
     "1:16: expected a unit: %, pp, ns, us, ms, s, min, k, M, G, B, kB, MB, KiB, MiB, found "
     "'<'\n"
     "  calls('x') < 1 < 2\n"
     "                 ^\n"},
    {"calls('x') < 1k and", "1:17: expected the end: one rule has one bound, found 'and'\n"
                            "  calls('x') < 1k and\n"
                            "                  ^\n"},
    {"calls('x')\n  <> 3", "2:4: expected a number such as 10%, 20ms or +3%, found '>'\n"
                           "    <> 3\n"
                           "     ^\n"},
};

static void mistakes_are_shown_at_their_place(void **state)
{
    (void)state;

    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        struct pk_error error = {0};
        struct pk_arena arena;
        struct pk_rule rule;
        struct pk_buf expected = {0};
        char *text = NULL;
        size_t size = 0;
        FILE *to = open_memstream(&text, &size);

        assert_non_null(to);
        pk_arena_init(&arena);
        assert_false(pk_rule_parse(pk_str_of(mistakes[i].text), &arena, &rule, &error));
        assert_int_equal(error.status, PK_USAGE);
        error.file = "rule";
        pk_error_print(&error, to);
        assert_int_equal(fclose(to), 0);
        pk_buf_text(&expected, "profkit: rule:");
        pk_buf_text(&expected, mistakes[i].printed);
        assert_string_equal(text, expected.data);
        free(text);
        pk_buf_fini(&expected);
        pk_arena_fini(&arena);
    }
}

/* Only as much as a terminal has room for, and the caret still below its byte. */
static void long_rules_are_shown_round_the_mistake(void **state)
{
    struct pk_buf text = {0};
    struct pk_error error = {0};
    struct pk_arena arena;
    struct pk_rule rule;
    (void)state;

    pk_arena_init(&arena);
    pk_buf_text(&text, "share(\"");
    for (int i = 0; i < 300; i++)
        pk_buf_text(&text, "\xc3\xa9");
    pk_buf_text(&text, "\") < 1 parsec and much more than anybody wants to see");
    assert_false(pk_rule_parse(pk_buf_view(&text), &arena, &rule, &error));
    assert_true(strlen(error.shown) < 90);
    assert_memory_equal(strstr(error.shown, "parsec"), "parsec", 6);
    /* 3 of the mark, then two-byte letters of one cell each, then what is ASCII */
    assert_int_equal(error.caret, 3 + 16 + 7);
    pk_buf_reset(&text);
    for (int i = 0; i < PK_RULE_MOST_BYTES + 1; i++)
        pk_buf_char(&text, ' ');
    memset(&error, 0, sizeof error);
    assert_false(pk_rule_parse(pk_buf_view(&text), &arena, &rule, &error));
    assert_string_equal(error.text, "a rule has at most 4096 bytes, not 4097");
    pk_buf_fini(&text);
    pk_arena_fini(&arena);
}

static void every_prefix_is_refused_in_peace(void **state)
{
    static const char text[] = "edge(\"a\\\"b\", 'c').fan <= -1,234.50 k";
    (void)state;

    for (size_t size = 0; size + 1 < sizeof text; size++) {
        struct pk_error error = {0};
        struct pk_arena arena;
        struct pk_rule rule;
        bool done;

        pk_arena_init(&arena);
        done = pk_rule_parse((struct pk_str){text, size}, &arena, &rule, &error);
        /* From the first digit on, but behind the point, the front is a rule itself. */
        assert_int_equal(done, size >= strlen("edge(\"a\\\"b\", 'c').fan <= -1"));
        assert_int_equal(error.status, done ? PK_OK : PK_USAGE);
        pk_arena_fini(&arena);
    }
}

static void bounds_hold_on_both_sides(void **state)
{
    static const struct {
        const char *text;
        bool below, at, above;
    } cases[] = {{"calls('x') < 10", true, false, false},
                 {"calls('x') <= 10", true, true, false},
                 {"calls('x') > 10", false, false, true},
                 {"calls('x') >= 10", false, true, true},
                 {"calls('x') == 10", false, true, false}};
    struct pk_arena arena;
    (void)state;

    pk_arena_init(&arena);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_rule rule = parsed(cases[i].text, &arena);

        assert_int_equal(pk_rule_holds(&rule, 9.999), cases[i].below);
        assert_int_equal(pk_rule_holds(&rule, 10), cases[i].at);
        assert_int_equal(pk_rule_holds(&rule, 10.001), cases[i].above);
    }
    pk_arena_fini(&arena);
}

static void amounts_have_units_and_no_sign(void **state)
{
    enum pk_rule_unit unit;
    double value;
    (void)state;

    assert_true(pk_rule_parse_amount(PK_STR("20ms"), &value, &unit));
    assert_true(unit == PK_RULE_NS && value > 19.99e6 && value < 20.01e6);
    assert_true(pk_rule_parse_amount(PK_STR("1.5 %"), &value, &unit));
    assert_true(unit == PK_RULE_PERCENT && value > 1.49 && value < 1.51);
    assert_false(pk_rule_parse_amount(PK_STR("-1%"), &value, &unit));
    assert_false(pk_rule_parse_amount(PK_STR("1% or so"), &value, &unit));
    assert_false(pk_rule_parse_amount(PK_STR(""), &value, &unit));
}

/* The same as share("PATTERN") <= 10%; the last '=' parts them. */
static void a_share_has_words_of_its_own(void **state)
{
    static const struct {
        const char *text, *name;
        double bound;
    } cases[] = {
        {"json.*=10%", "json.*", 10},
        {"json.*= 2.5 %", "json.*", 2.5},
        {"operator==5%", "operator=", 5},
        {"a \"b\" '=1%", "a \"b\" '", 1},
    };
    struct pk_arena arena;

    (void)state;
    pk_arena_init(&arena);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_error error = {0};
        struct pk_rule rule;

        assert_true(pk_rule_parse_share(pk_str_of(cases[i].text), &arena, &rule, &error));
        assert_int_equal(rule.quantity, PK_RULE_SHARE);
        assert_int_equal(rule.order, PK_RULE_AT_MOST);
        assert_int_equal(rule.n_names, 1);
        assert_true(pk_str_equal(rule.name[0], pk_str_of(cases[i].name)));
        assert_bound(&rule, false, cases[i].bound, PK_RULE_PERCENT);
        assert_true(pk_str_starts(rule.text, PK_STR("max-share ")));
        assert_true(pk_rule_holds(&rule, cases[i].bound));
        assert_false(pk_rule_holds(&rule, cases[i].bound * 1.01));
    }
    pk_arena_fini(&arena);
}

static void a_wrong_share_is_shown_where_it_is_wrong(void **state)
{
    static const struct {
        const char *text, *what;
        uint64_t column;
    } cases[] = {
        {"", "expected PATTERN=10%, found the end", 1},
        {"json", "expected PATTERN=10%, found the end", 5},
        {"=10%", "expected the name of a function, or an expression, found '='", 1},
        {"json=", "expected a number such as 10%, 20ms or +3%, found the end", 6},
        {"json=+3%", "expected a number such as 10%, 20ms or +3%, found '+'", 6},
        {"json=10", "expected % behind the bound of a share, found the end", 8},
        {"json=10ms", "expected % behind the bound of a share, found 'ms'", 8},
        {"json=10%x", "expected the end: one rule has one bound, found 'x'", 9},
    };
    struct pk_arena arena;

    (void)state;
    pk_arena_init(&arena);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_error error = {0};
        struct pk_rule rule;

        assert_false(pk_rule_parse_share(pk_str_of(cases[i].text), &arena, &rule, &error));
        assert_int_equal(error.status, PK_USAGE);
        assert_string_equal(error.text, cases[i].what);
        assert_int_equal(error.place.column, cases[i].column);
    }
    pk_arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_are_read),
        cmocka_unit_test(names_keep_their_backslashes),
        cmocka_unit_test(mistakes_are_shown_at_their_place),
        cmocka_unit_test(long_rules_are_shown_round_the_mistake),
        cmocka_unit_test(every_prefix_is_refused_in_peace),
        cmocka_unit_test(bounds_hold_on_both_sides),
        cmocka_unit_test(amounts_have_units_and_no_sign),
        cmocka_unit_test(a_share_has_words_of_its_own),
        cmocka_unit_test(a_wrong_share_is_shown_where_it_is_wrong),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
