/*
 * What is proven of an estimated tree: every value is a low of the estimate, and nothing is lost.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analyze/filter_exact.h"
#include "support.h"

/* Every node of the estimate with a low stands there with it, in the same place. */
static void assert_lows(const struct pk_tree *from, const struct pk_tree *exact)
{
    uint32_t at = 0;

    for (uint32_t i = 0; i < from->n; i++) {
        if (from->incl_range[i].lo == 0)
            continue;
        while (exact->frame[at] == PK_FRAME_NOT_PROVEN)
            at++;
        assert_int_equal(exact->frame[at], from->frame[i]);
        assert_int_equal(exact->incl[0][at], from->incl_range[i].lo);
        assert_int_equal(exact->self[0][at], from->self_range[i].lo);
        at++;
    }
    for (; at < exact->n; at++)
        assert_int_equal(exact->frame[at], PK_FRAME_NOT_PROVEN);
}

/* A tree in preorder whose inclusive values are self and children; the sum of its roots. */
static int64_t assert_tree(const struct pk_tree *tree)
{
    int64_t roots = 0;

    for (uint32_t i = 0; i < tree->n; i++) {
        int64_t sum = tree->self[0][i];

        for (uint32_t c = i + 1; c < tree->end[i]; c = tree->end[c]) {
            assert_int_equal(tree->parent[c], i);
            sum += tree->incl[0][c];
        }
        assert_int_equal(sum, tree->incl[0][i]);
        assert_int_equal(tree->incl_range[i].lo, tree->incl_range[i].hi);
        if (tree->parent[i] == PK_NONE)
            roots += tree->incl[0][i];
    }
    return roots;
}

static void values_are_lows_and_sums_stay(void **state)
{
    struct support_random random = {20261129};
    uint32_t unproven = 0;

    (void)state;
    for (uint32_t i = 0; i < support_cases(300); i++) {
        struct support_program program = {.functions = 3 + support_below(&random, 20),
                                          .nodes = 5 + support_below(&random, 150),
                                          .depth = 3 + support_below(&random, 20),
                                          .is_recursive = support_below(&random, 2) != 0,
                                          .largest = support_below(&random, 3) ? 1000000 : 20};
        struct pk_profile *truth = support_freeze(support_program(&random, &program));
        struct pk_profile *traced = support_freeze(support_traced(truth, i % 2, true));
        struct pk_attributed *from = pk_attribute_new(traced, 0);
        struct pk_attributed *exact = pk_filter_exact(from);

        assert_lows(&from->tree, &exact->tree);
        assert_int_equal(assert_tree(&exact->tree), from->total);
        assert_int_equal(exact->total, from->total);
        assert_int_equal(exact->proven, from->proven);
        for (uint32_t k = 0; k < exact->tree.n; k++)
            unproven += exact->tree.frame[k] == PK_FRAME_NOT_PROVEN;
        pk_attribute_free(from);
        pk_attribute_free(exact);
        pk_profile_free(traced);
        pk_profile_free(truth);
    }
    assert_true(unproven > support_cases(300));
}

/* Both a and b call work, which calls leaf: that either did is sure, how much is not. */
static void what_is_not_sure_stands_below_what_is(void **state)
{
    struct pk_profile *truth = support_profile("a;work 6\na;work;leaf 2\nb;work;leaf 2\n");
    struct pk_profile *traced = support_freeze(support_traced(truth, false, false));
    struct pk_attributed *from = pk_attribute_new(traced, 0);
    struct pk_attributed *exact = pk_filter_exact(from);
    const struct pk_tree *tree = &exact->tree;

    (void)state;
    /* a has 8 of work's 10, so 4 to 6 of its 6 and 2 to 4 of leaf's 4; b has 2 of something. */
    assert_int_equal(tree->frame[1], support_find(traced, "work"));
    assert_int_equal(tree->incl[0][1], 8);
    assert_int_equal(tree->self[0][1], 4);
    assert_int_equal(tree->frame[2], support_find(traced, "leaf"));
    assert_int_equal(tree->incl[0][2], 2);
    assert_int_equal(tree->frame[3], PK_FRAME_NOT_PROVEN);
    assert_int_equal(tree->incl[0][3], 2);
    pk_attribute_free(from);
    pk_attribute_free(exact);
    pk_profile_free(traced);
    pk_profile_free(truth);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_lows_and_sums_stay),
        cmocka_unit_test(what_is_not_sure_stands_below_what_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
