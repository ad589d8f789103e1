/*
 * Values of rules: by hand on small profiles, and on random programs whose true stacks are known,
 * where what calls alone give must be a range that holds the truth.
 */
#include "analyze/rule_value.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "support.h"

/* True when `name` is one of the words. */
static bool is_word(const char *words, struct pk_str name)
{
    while (*words) {
        size_t size = strcspn(words, " ");

        if (pk_str_equal((struct pk_str){words, size}, name))
            return true;
        words += size + (words[size] == ' ');
    }
    return false;
}

/* Ask about functions by their names, separated by spaces; "" matches none. */
static struct pk_rule_value ask(const struct pk_profile *profile, const char *rule_text,
                                const char *first, const char *second)
{
    const char *words[2] = {first, second};
    struct pk_rule_names names[2] = {{NULL, 0}, {NULL, 0}};
    struct pk_error error = {0};
    struct pk_rule_value value;
    struct pk_arena arena;
    struct pk_rule rule;

    pk_arena_init(&arena);
    assert_true(pk_rule_parse(pk_str_of(rule_text), &arena, &rule, &error));
    for (unsigned i = 0; i < 2; i++) {
        names[i].is_in = PK_NEW_ARRAY(&arena, bool, pk_profile_frames(profile) + 1);
        for (pk_frame_id f = 0; f < pk_profile_frames(profile); f++) {
            names[i].is_in[f] = is_word(words[i], pk_profile_frame(profile, f)->name);
            names[i].n += names[i].is_in[f];
        }
    }
    value = pk_rule_value_of(&rule, &(struct pk_side){profile, 0}, names);
    pk_arena_fini(&arena);
    return value;
}

static void assert_range(struct pk_rule_value value, int64_t low, int64_t high)
{
    assert_null(value.unknown);
    assert_int_equal((int64_t)value.low, low);
    assert_int_equal((int64_t)value.high, high);
}

/* b below a counts once; the second a of a stack, too. */
static void stacks_count_once_whatever_matches_below(void **state)
{
    struct pk_profile *p =
        support_profile("main;a;b 3\nmain;a;b;a 4\nmain;b 5\nmain;c;b 6\nmain;c 7\nmain 8\n");
    (void)state;

    assert_range(ask(p, "total('x') < 1", "a b", ""), 18, 18);
    assert_range(ask(p, "total('x') < 1", "a", ""), 7, 7);
    assert_range(ask(p, "self('x') < 1", "a b", ""), 18, 18);
    assert_range(ask(p, "self('x') < 1", "b c", ""), 21, 21);
    assert_range(ask(p, "total('x') < 1", "", ""), 0, 0);
    assert_range(ask(p, "total() < 1", "", ""), 33, 33);
    assert_range(ask(p, "share('x') < 1%", "main", ""), 100, 100);
    pk_profile_free(p);
}

static void samples_know_no_calls(void **state)
{
    struct pk_profile *p = support_profile("main;a;b 3\n");
    (void)state;

    assert_non_null(ask(p, "calls('x') < 1", "a", "").unknown);
    assert_non_null(ask(p, "edge('x','y').fan < 1", "a", "b").unknown);
    assert_range(ask(p, "edge('x','y').total < 1", "a", "b"), 3, 3);
    pk_profile_free(p);
}

/* main -> a (2 calls, 70), main -> b (1, 50), a -> b (6, 40): b has 90 in all, a has 70. */
static struct pk_profile *three(void)
{
    struct pk_builder *b = support_builder();
    pk_frame_id top = support_frame(b, "main"), first = support_frame(b, "a"),
                second = support_frame(b, "b");
    const struct {
        pk_frame_id frame;
        int64_t self, incl, calls;
    } functions[] = {{top, 10, 130, 1}, {first, 30, 70, 2}, {second, 90, 90, 7}};
    const struct {
        pk_frame_id caller, callee;
        int64_t incl, calls;
    } edges[] = {{top, first, 70, 2}, {top, second, 50, 1}, {first, second, 40, 6}};

    for (size_t i = 0; i < 3; i++)
        pk_builder_self(b, functions[i].frame, &functions[i].self, &functions[i].incl,
                        (struct pk_calls){functions[i].calls, PK_MISSING});
    for (size_t i = 0; i < 3; i++)
        pk_builder_edge(b, edges[i].caller, edges[i].callee, &edges[i].incl, NULL,
                        (struct pk_calls){edges[i].calls, PK_MISSING});
    return support_freeze(b);
}

/* a and b: the 40 of b below a are in a. */
static void calls_between_what_matches_are_not_counted_twice(void **state)
{
    struct pk_profile *p = three();
    (void)state;

    assert_range(ask(p, "total('x') < 1", "a b", ""), 120, 120);
    assert_range(ask(p, "calls('x') < 1", "a b", ""), 9, 9);
    assert_range(ask(p, "edge('x','y').calls < 1", "a", "b"), 6, 6);
    assert_range(ask(p, "edge('x','y').fan < 1", "a", "b"), 3, 3);
    assert_range(ask(p, "edge('x','y').fan < 1", "b", "a"), 0, 0);
    assert_range(ask(p, "edge('x','y').total < 1", "main a", "b"), 50, 90);
    pk_profile_free(p);
}

/* Of every random program, with and without recursion: a set of functions, by stacks and by calls.
 */
static void calls_give_a_range_that_holds_the_truth(void **state)
{
    struct support_random random = {20261130};
    uint32_t n_narrow = 0, n_cases = support_cases(600);
    (void)state;

    for (uint32_t i = 0; i < n_cases; i++) {
        struct support_program how = {4 + i % 9, 20 + i % 60, 3 + i % 8, i % 2 == 1, 50};
        struct pk_profile *truth = support_freeze(support_program(&random, &how));
        struct pk_profile *traced = support_freeze(support_traced(truth, i % 3 == 0, true));
        struct pk_buf words = {0};
        struct pk_rule_value is, may;

        for (pk_frame_id f = 0; f < pk_profile_frames(truth); f++)
            if (support_below(&random, 3) == 0) {
                pk_buf_str(&words, pk_profile_frame(truth, f)->name);
                pk_buf_char(&words, ' ');
            }
        is = ask(truth, "total('x') < 1s", words.size ? words.data : "", "");
        may = ask(traced, "total('x') < 1s", words.size ? words.data : "", "");
        assert_null(is.unknown);
        assert_null(may.unknown);
        assert_true(may.low <= is.low && is.low <= may.high);
        n_narrow += may.low >= may.high;
        pk_buf_fini(&words);
        pk_profile_free(truth);
        pk_profile_free(traced);
    }
    /* A range from nothing to everything would hold the truth, too. */
    assert_true(n_narrow > n_cases / 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stacks_count_once_whatever_matches_below),
        cmocka_unit_test(samples_know_no_calls),
        cmocka_unit_test(calls_between_what_matches_are_not_counted_twice),
        cmocka_unit_test(calls_give_a_range_that_holds_the_truth),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
