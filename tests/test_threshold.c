/*
 * --min-percent: what is less goes, is counted, and no sum changes. The rule is checked on values
 * chosen by hand; the lists on random programs, where what stays and what goes must be the whole,
 * and each is on its side of the threshold as plain division says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "analyze/calls.h"
#include "analyze/hotspots.h"
#include "analyze/paths.h"
#include "analyze/threshold.h"
#include "flame_text.h"
#include "support.h"

#define PERCENT 1000000u

static void the_share_itself_is_not_small(void **state)
{
    static const struct {
        int64_t value, whole;
        uint32_t percent;
        bool is_small;
    } cases[] = {
        {1, 100, PERCENT, false},
        {1, 101, PERCENT, true},
        {0, 100, 1, true},
        {0, 100, 0, false}, /* without the option nothing goes */
        {-1, 100, PERCENT, false},
        {-1, -101, PERCENT, true}, /* differences: magnitudes */
        {1, 0, PERCENT, false},    /* of nothing, nothing is a small part */
        {99, 100, PK_THRESHOLD_ALL, true},
        {100, 100, PK_THRESHOLD_ALL, false},
        {PK_MISSING, 100, PERCENT, false}, /* not known to be small */
        {1, PK_MISSING, PERCENT, false},
        {INT64_MAX - 1, INT64_MAX, PK_THRESHOLD_ALL, true}, /* 128 bits hold the products */
        {INT64_MIN + 1, INT64_MAX, PK_THRESHOLD_ALL, false},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(pk_threshold_is_small(cases[i].value, cases[i].whole, cases[i].percent),
                         cases[i].is_small);
}

/* Each case is a tree and the graph of its calls, with and without recursion. */
static struct pk_profile *random_profile(struct support_random *random, uint32_t i)
{
    struct support_program program = {5 + i % 20, 10 + i * 3 % 200, 12, i % 2 == 1, 1000};
    struct pk_builder *builder = support_program(random, &program);
    struct pk_profile *truth = support_freeze(builder), *profile;

    if (i % 3 == 0)
        return truth;
    profile = support_freeze(support_traced(truth, i % 3 == 1, i % 2 == 0));
    pk_profile_free(truth);
    return profile;
}

static int64_t value_of(const int64_t *column, uint32_t index)
{
    return column && column[index] != PK_MISSING ? column[index] : 0;
}

static void functions_that_stay_and_go_are_all_of_them(void **state)
{
    struct support_random random = {5};
    uint32_t went = 0;
    (void)state;

    for (uint32_t i = 0; i < support_cases(300); i++) {
        struct pk_profile *profile = random_profile(&random, i);
        const struct pk_flat *flat = pk_profile_flat(profile);
        int64_t whole = pk_profile_total(profile, 0), percent = 1 + i % 40;
        struct pk_hotspots some, all;
        struct pk_arena arena;
        int64_t sum = 0;

        pk_arena_init(&arena);
        all = pk_hotspots_find(profile, 0, PK_HOTSPOTS_SELF, &arena);
        some = pk_hotspots_find(profile, 0, PK_HOTSPOTS_SELF, &arena);
        pk_hotspots_leave_out(&some, profile, 0, (uint32_t)percent * PERCENT);
        for (uint32_t f = 0; f < some.n; f++) {
            int64_t high = value_of(flat->incl_high[0], some.frame[f]);
            int64_t total = value_of(flat->incl[0], some.frame[f]);

            assert_true((high > total ? high : total) * 100 >= whole * percent);
            sum += value_of(flat->self[0], some.frame[f]);
        }
        assert_int_equal(some.n + some.n_small, all.n);
        assert_int_equal(sum + some.small, whole);
        went += some.n_small;
        pk_arena_fini(&arena);
        pk_profile_free(profile);
    }
    assert_true(went > 0);
}

static void paths_that_stay_and_go_add_up(void **state)
{
    struct support_random random = {6};
    uint32_t went = 0;
    (void)state;

    for (uint32_t i = 0; i < support_cases(300); i += 3) { /* trees alone */
        struct pk_profile *profile = random_profile(&random, i);
        const struct pk_tree *tree = pk_profile_tree(profile);
        int64_t whole = pk_profile_total(profile, 0), percent = 1 + i % 20, sum = 0;
        struct pk_paths paths;
        struct pk_arena arena;
        uint32_t n;

        pk_arena_init(&arena);
        paths = pk_paths_heaviest(tree, 0, &arena);
        n = paths.n;
        pk_paths_leave_out(&paths, tree, 0, whole, (uint32_t)percent * PERCENT);
        for (uint32_t p = 0; p < paths.n; p++) {
            assert_true(tree->self[0][paths.node[p]] * 100 >= whole * percent);
            sum += tree->self[0][paths.node[p]];
        }
        assert_int_equal(paths.n + paths.n_small, n);
        assert_int_equal(sum + paths.small, whole);
        went += paths.n_small;
        pk_arena_fini(&arena);
        pk_profile_free(profile);
    }
    assert_true(went > 0);
}

/* main gives a 90 of its 100, b 10; b is called by a for 5 more. */
static void callers_and_callees_go_by_their_share_of_the_function(void **state)
{
    struct pk_profile *profile = support_profile("main;a 85\nmain;a;b 5\nmain;b 10\n");
    struct pk_neighbours found;
    struct pk_arena arena;
    (void)state;

    pk_arena_init(&arena);
    found = pk_calls_find(profile, 0, support_find(profile, "main"), &arena);
    assert_int_equal(pk_calls_whole(profile, 0, found.frame), 100);
    pk_calls_leave_out(&found, profile, 0, 11 * PERCENT);
    assert_int_equal(found.n_callees, 1);
    assert_int_equal(found.callees[0].frame, support_find(profile, "a"));
    assert_int_equal(found.n_small_callees, 1);
    assert_int_equal(found.n_small_callers, 0);
    /* Of b's own 15 each caller has a third or more, though both are little of the run. */
    found = pk_calls_find(profile, 0, support_find(profile, "b"), &arena);
    pk_calls_leave_out(&found, profile, 0, 33 * PERCENT);
    assert_int_equal(found.n_callers, 2);
    pk_calls_leave_out(&found, profile, 0, 34 * PERCENT);
    assert_int_equal(found.n_callers, 1);
    assert_int_equal(found.n_small_callers, 1);
    pk_arena_fini(&arena);
    pk_profile_free(profile);
}

/* Within a cycle calls are counted and nobody knows what they hold: they are not small. */
static void calls_without_a_total_stay(void **state)
{
    struct pk_builder *builder = support_builder();
    pk_frame_id a = support_frame(builder, "a"), b = support_frame(builder, "b");
    const int64_t self[] = {10};
    struct pk_profile *profile;
    struct pk_neighbours found;
    struct pk_arena arena;
    (void)state;

    pk_builder_self(builder, a, self, NULL, PK_CALLS_MISSING);
    pk_builder_self(builder, b, self, NULL, PK_CALLS_MISSING);
    pk_builder_edge(builder, a, b, NULL, NULL, (struct pk_calls){3, PK_MISSING});
    profile = support_freeze(builder);
    pk_arena_init(&arena);
    found = pk_calls_find(profile, 0, support_find(profile, "a"), &arena);
    pk_calls_leave_out(&found, profile, 0, 50 * PERCENT);
    assert_int_equal(found.n_callees, 1);
    assert_int_equal(found.n_small_callees, 0);
    pk_arena_fini(&arena);
    pk_profile_free(profile);
}

static void boxes_of_less_become_one_that_keeps_the_sum(void **state)
{
    struct pk_flame_options options = {.width = 100, .min_percent = 10 * PERCENT};
    (void)state;

    flame_check("m;a 60\nm;b 10\nm;c;x 9\nm;d 9\nm 12\n", options,
                "all 0..100\n"
                " m 0..100 self 12\n"
                "  a 0..60\n"
                "  b 60..70\n"
                "  +2 70..88\n");
    options.is_reversed = true;
    flame_check("m;a 60\nm;b 31\nm;c 9\n", options,
                "all 0..100\n"
                " a 0..60\n"
                "  m 0..60\n"
                " b 60..91\n"
                "  m 60..91\n"
                " +1 91..100\n");
}

/* A width that is asked for, too, decides where it leaves out more, and then it is not the share
 * that the picture must name. */
static void the_scene_says_what_decided(void **state)
{
    struct pk_flame_options options = {.width = 100, .min_width = 5, .min_percent = 10 * PERCENT};
    struct pk_profile *profile = flame_profile("a 95\nb 5\n");
    (void)state;

    assert_int_equal(flame_draw(profile, &options)->min_percent, 10 * PERCENT);
    options.min_width = 20;
    assert_int_equal(flame_draw(profile, &options)->min_percent, 0);
    pk_profile_free(profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_share_itself_is_not_small),
        cmocka_unit_test(functions_that_stay_and_go_are_all_of_them),
        cmocka_unit_test(paths_that_stay_and_go_add_up),
        cmocka_unit_test(callers_and_callees_go_by_their_share_of_the_function),
        cmocka_unit_test(calls_without_a_total_stay),
        cmocka_unit_test(boxes_of_less_become_one_that_keeps_the_sum),
        cmocka_unit_test(the_scene_says_what_decided),
    };

    return cmocka_run_group_tests(tests, flame_begin, flame_end);
}
