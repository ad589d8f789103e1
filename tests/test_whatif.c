/*
 * What if: by hand, and on random programs whose true stacks are known. The changed program is made
 * stack by stack; where it is open how much a change saves (results that are kept, calls before a
 * loop) each stack gets a share of its own, and the bounds have to hold for any.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "analyze/whatif.h"
#include "support.h"

#define TWICE INT64_C(2000000)
#define MOST_FUNCTIONS 32

static struct pk_whatif_change change(const struct pk_profile *profile, enum pk_whatif_kind kind,
                                      const char *name)
{
    return (struct pk_whatif_change){kind, support_find(profile, name), PK_NONE, TWICE};
}

static void assert_part(struct pk_whatif_part part, int64_t value, int64_t lo, int64_t hi)
{
    assert_int_equal(part.value, value);
    assert_int_equal(part.range.lo, lo);
    assert_int_equal(part.range.hi, hi);
}

static int64_t drawn(const struct pk_profile *profile, const struct pk_whatif *whatif,
                     const char *name)
{
    const struct pk_tree *tree = &whatif->tree->tree;
    int64_t sum = 0;

    for (pk_node_id i = 0; i < tree->n; i++)
        if (tree->frame[i] == support_find(profile, name))
            sum += tree->incl[0][i];
    return sum;
}

/* ---- by hand, on stacks */

static struct pk_profile *shop(void)
{
    return support_profile(
        "main;load;parse 300\nmain;load 100\nmain;draw;parse 60\nmain;draw 40\n");
}

static void what_is_dropped_is_gone_with_all_below_it(void **state)
{
    struct pk_profile *profile = shop();
    struct pk_whatif_change drop = change(profile, PK_WHATIF_DROP, "load");
    struct pk_whatif whatif;

    (void)state;
    pk_whatif_find(&whatif, profile, 0, &drop, 1);
    assert_int_equal(whatif.whole, 500);
    assert_part(whatif.total, 100, 100, 100);
    assert_part(whatif.effect[0].saved, 400, 400, 400);
    assert_int_equal(whatif.tree->tree.origin, PK_DERIVED);
    assert_int_equal(drawn(profile, &whatif, "load"), 0);
    assert_int_equal(drawn(profile, &whatif, "parse"), 60);
    assert_int_equal(drawn(profile, &whatif, "main"), 100);
    pk_whatif_fini(&whatif);
    pk_profile_free(profile);
}

static void what_is_faster_takes_its_part_wherever_it_is_called(void **state)
{
    struct pk_profile *profile = shop();
    struct pk_whatif_change faster = change(profile, PK_WHATIF_SPEEDUP, "parse");
    struct pk_whatif whatif;

    (void)state;
    pk_whatif_find(&whatif, profile, 0, &faster, 1);
    assert_part(whatif.total, 320, 320, 320);
    assert_int_equal(drawn(profile, &whatif, "load"), 250);
    assert_int_equal(drawn(profile, &whatif, "draw"), 70);
    pk_whatif_fini(&whatif);
    pk_profile_free(profile);
}

static void changes_on_one_stack_multiply(void **state)
{
    struct pk_profile *profile = shop();
    struct pk_whatif_change changes[] = {change(profile, PK_WHATIF_SPEEDUP, "parse"),
                                         change(profile, PK_WHATIF_SPEEDUP, "load"),
                                         change(profile, PK_WHATIF_SPEEDUP, "load")};
    struct pk_whatif whatif;

    (void)state;
    pk_whatif_find(&whatif, profile, 0, changes, 3);
    /* 300/8 + 100/4 + 60/2 + 40 = 132.5; each node is rounded by itself */
    assert_true(whatif.total.range.lo <= 132 && whatif.total.range.hi >= 133);
    assert_true(whatif.total.range.hi - whatif.total.range.lo <= 2);
    pk_whatif_fini(&whatif);
    pk_profile_free(profile);
}

static void without_calls_anything_may_be_saved(void **state)
{
    struct pk_profile *profile = shop();
    struct pk_whatif_change memo = change(profile, PK_WHATIF_MEMO, "parse");
    struct pk_whatif whatif;

    (void)state;
    pk_whatif_find(&whatif, profile, 0, &memo, 1);
    assert_true(whatif.is_uncounted);
    assert_part(whatif.total, 140, 140, 500);
    pk_whatif_fini(&whatif);
    pk_profile_free(profile);
}

/* ---- by hand, with calls */

/* main calls page 4 times, which calls rate 40 times; rate calls ask 40 times, main once. */
static struct pk_profile *counted(void)
{
    struct pk_builder *builder = support_builder();

    support_function(builder, "main", 50, 1000, 1);
    support_function(builder, "page", 100, 930, 4);
    support_function(builder, "rate", 30, 830, 40);
    support_function(builder, "ask", 820, 820, 41);
    support_edge(builder, "main", "page", 930, 100, 4);
    support_edge(builder, "page", "rate", 830, 30, 40);
    support_edge(builder, "rate", "ask", 800, 800, 40);
    support_edge(builder, "main", "ask", 20, 20, 1);
    return support_freeze(builder);
}

static void a_memo_leaves_one_average_call(void **state)
{
    struct pk_profile *profile = counted();
    struct pk_whatif_change memo = change(profile, PK_WHATIF_MEMO, "ask");
    struct pk_whatif whatif;

    (void)state;
    pk_whatif_find(&whatif, profile, 0, &memo, 1);
    assert_int_equal(whatif.effect[0].calls, 41);
    assert_part(whatif.effect[0].cost, 820, 820, 820);
    assert_part(whatif.total, 200, 180, 1000); /* 820 / 41 = 20 is left */
    assert_in_range(drawn(profile, &whatif, "ask"), 19, 21);
    assert_false(whatif.is_uncounted);
    pk_whatif_fini(&whatif);
    memo = change(profile, PK_WHATIF_MEMO, "main"); /* called once */
    pk_whatif_find(&whatif, profile, 0, &memo, 1);
    assert_part(whatif.total, 1000, 1000, 1000);
    pk_whatif_fini(&whatif);
    pk_profile_free(profile);
}

static void a_call_before_the_loop_is_one_for_each_call_of_the_caller(void **state)
{
    struct pk_profile *profile = counted();
    struct pk_whatif_change hoist = change(profile, PK_WHATIF_HOIST, "rate");
    struct pk_whatif whatif;

    (void)state;
    hoist.caller = support_find(profile, "page");
    pk_whatif_find(&whatif, profile, 0, &hoist, 1);
    assert_int_equal(whatif.effect[0].calls, 40);
    assert_part(whatif.effect[0].saved, 747, 0, 830); /* 4 of 40 calls are left of 830 */
    assert_part(whatif.total, 253, 170, 1000);
    assert_int_equal(whatif.tree->tree.origin, PK_ESTIMATED);
    pk_whatif_fini(&whatif);
    pk_profile_free(profile);
}

/* rate is only called by page: of both, what page has is gone, not the sum. */
static void drops_of_one_stack_are_not_added_up(void **state)
{
    struct pk_profile *profile = counted();
    struct pk_whatif_change drops[] = {change(profile, PK_WHATIF_DROP, "page"),
                                       change(profile, PK_WHATIF_DROP, "rate")};
    struct pk_whatif whatif;

    (void)state;
    pk_whatif_find(&whatif, profile, 0, drops, 2);
    assert_part(whatif.total, 70, 70, 70);
    pk_whatif_fini(&whatif);
    pk_profile_free(profile);
}

/* f and g call each other: without f there is no g, wherever the circle is entered. */
static void what_is_dropped_is_gone_from_a_circle(void **state)
{
    struct pk_builder *builder = support_builder();
    struct pk_profile *profile;
    struct pk_whatif_change drop;
    struct pk_whatif whatif;

    (void)state;
    support_function(builder, "main", 10, 1000, 1);
    support_function(builder, "f", 500, 990, 10);
    support_function(builder, "g", 490, 400, 10);
    support_edge(builder, "main", "f", 990, 500, 1);
    support_edge(builder, "f", "g", 400, 400, 10);
    support_edge(builder, "g", "f", 300, 300, 9);
    profile = support_freeze(builder);
    drop = change(profile, PK_WHATIF_DROP, "f");
    pk_whatif_find(&whatif, profile, 0, &drop, 1);
    assert_part(whatif.total, 10, 10, 10);
    assert_int_equal(whatif.tree->tree.n, 1);
    assert_int_equal(whatif.tree->tree.incl[0][0], 10);
    pk_whatif_fini(&whatif);
    pk_profile_free(profile);
}

/* v / 1.000001 by integers: no double has so many digits. */
static void bounds_hold_where_doubles_have_no_digits_left(void **state)
{
    static const int64_t values[] = {INT64_C(6783820819180661232), INT64_MAX / 4,
                                     (INT64_C(1) << 53) + 1, 1000001, 3};
    static const int64_t speedups[] = {1000001, 3000000, 1234567, INT64_C(999999999999)};

    (void)state;
    for (size_t i = 0; i < 5; i++)
        for (size_t k = 0; k < 4; k++) {
            struct pk_builder *builder = support_stacks("");
            struct pk_whatif_change faster = {PK_WHATIF_SPEEDUP, 0, PK_NONE, speedups[k]};
            struct pk_frame frame = {.name = PK_STR("f")};
            pk_frame_id f = pk_builder_frame(builder, &frame);
            struct pk_profile *profile;
            struct pk_whatif whatif;
            __int128 million = (__int128)values[i] * 1000000;

            pk_builder_stack(builder, &f, NULL, 1, &values[i]);
            profile = support_freeze(builder);
            pk_whatif_find(&whatif, profile, 0, &faster, 1);
            assert_true((__int128)whatif.total.range.lo * speedups[k] <= million);
            assert_true((__int128)whatif.total.range.hi * speedups[k] >= million);
            assert_true(whatif.total.range.hi - whatif.total.range.lo <= 4);
            pk_whatif_fini(&whatif);
            pk_profile_free(profile);
        }
}

/* ---- random programs */

struct outcome {
    uint32_t outside, paths_outside, estimates_outside, exact, all;
};

struct trial {
    const struct pk_profile *truth, *traced;
    pk_frame_id id[MOST_FUNCTIONS]; /* of the truth's functions in the traced profile */
    struct pk_whatif_change change[3];
    uint32_t n;
    uint8_t open[3][1024]; /* what of each stack an open change saves, in 255ths */
};

static bool has_change(const struct pk_whatif_change *change, const pk_frame_id *stack, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (stack[i] == change->frame &&
            (change->caller == PK_NONE || (i > 0 && stack[i - 1] == change->caller)))
            return true;
    return false;
}

/* What is left of a stack. */
static long double left_of(const struct trial *trial, pk_node_id node, const pk_frame_id *stack,
                           uint32_t n)
{
    long double left = pk_profile_tree(trial->truth)->self[0][node];

    for (uint32_t k = 0; k < trial->n; k++) {
        const struct pk_whatif_change *one = &trial->change[k];

        if (!has_change(one, stack, n))
            continue;
        if (one->kind == PK_WHATIF_SPEEDUP)
            left *= 1e6L / (long double)one->speedup;
        else if (one->kind == PK_WHATIF_DROP)
            left = 0;
        else
            left *= 1 - trial->open[k][node] / 255.0L;
    }
    return left;
}

static uint32_t stack_of(const struct pk_tree *tree, const pk_frame_id *id, pk_node_id node,
                         pk_frame_id stack[64])
{
    pk_frame_id reversed[64];
    uint32_t n = 0;

    for (; node != PK_NONE; node = tree->parent[node])
        reversed[n++] = id ? id[tree->frame[node]] : tree->frame[node];
    for (uint32_t i = 0; i < n; i++)
        stack[i] = reversed[n - 1 - i];
    return n;
}

/* A function that calls itself is one frame of a climbed tree. */
static uint32_t join_recursion(pk_frame_id *stack, uint32_t n)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < n; i++)
        if (kept == 0 || stack[kept - 1] != stack[i])
            stack[kept++] = stack[i];
    return kept;
}

/* What is left of all stacks that begin with these frames; with n = 0, of all. */
static long double truth_of(const struct trial *trial, const pk_frame_id *front, uint32_t n)
{
    const struct pk_tree *tree = pk_profile_tree(trial->truth);
    long double sum = 0;

    for (pk_node_id i = 0; i < tree->n; i++) {
        pk_frame_id stack[64];
        uint32_t depth = stack_of(tree, trial->id, i, stack);

        long double left = left_of(trial, i, stack, depth);

        if (trial->truth != trial->traced)
            depth = join_recursion(stack, depth);
        if (depth >= n && (n == 0 || memcmp(stack, front, n * sizeof *front) == 0))
            sum += left;
    }
    return sum;
}

static bool holds(struct pk_range range, long double truth, int64_t tighten)
{
    return truth >= (long double)(range.lo + tighten) - 1e-3L &&
           truth <= (long double)(range.hi - tighten) + 1e-3L;
}

/* Paths through circles are none of the truth's. */
static bool is_path(const struct trial *trial, const struct pk_tree *tree, pk_node_id node)
{
    for (; node != PK_NONE; node = tree->parent[node])
        if (tree->frame[node] >= pk_profile_frames(trial->traced))
            return false;
    return true;
}

/* How much kept results save is open. */
static bool is_open(const struct trial *trial)
{
    for (uint32_t k = 0; k < trial->n; k++)
        if (trial->change[k].kind == PK_WHATIF_MEMO || trial->change[k].kind == PK_WHATIF_HOIST)
            return true;
    return false;
}

static void compare_paths(const struct trial *trial, const struct pk_whatif *whatif,
                          struct outcome *outcome)
{
    const struct pk_tree *tree = &whatif->tree->tree;

    for (pk_node_id i = 0; i < tree->n; i++) {
        pk_frame_id stack[64];
        uint32_t n;

        long double truth, drawn = tree->incl[0][i];

        if (!is_path(trial, tree, i))
            continue;
        n = stack_of(tree, NULL, i, stack);
        truth = truth_of(trial, stack, n);
        outcome->paths_outside += !holds(tree->incl_range[i], truth, 0);
        /* of recorded stacks nothing is guessed: each node is rounded by itself */
        if (trial->truth == trial->traced && !is_open(trial))
            outcome->estimates_outside +=
                drawn < truth - 64 || drawn > truth + 64 || (truth == 0 && drawn > 0);
    }
}

static void choose(struct support_random *random, struct trial *trial)
{
    const struct pk_graph *graph = pk_profile_graph(trial->traced);

    trial->n = 1 + support_below(random, 3);
    for (uint32_t k = 0; k < trial->n; k++) {
        struct pk_whatif_change *one = &trial->change[k];

        one->kind = (enum pk_whatif_kind)support_below(random, 4);
        one->frame = support_below(random, pk_profile_frames(trial->traced));
        one->caller = PK_NONE;
        one->speedup = 1000000 + support_below(random, 9000000);
        if (one->kind == PK_WHATIF_HOIST && graph->n) {
            pk_edge_id edge = support_below(random, graph->n);

            one->caller = graph->caller[edge];
            one->frame = graph->callee[edge];
        } else if (one->kind == PK_WHATIF_HOIST) {
            one->kind = PK_WHATIF_MEMO;
        }
        for (size_t i = 0; i < sizeof trial->open[k]; i++)
            trial->open[k][i] = (uint8_t)(support_below(random, 3) ? support_below(random, 2) * 255
                                                                   : support_below(random, 256));
    }
}

static void try_program(struct support_random *random, bool is_recursive, bool as_tree,
                        int64_t tighten, struct outcome *outcome)
{
    struct support_program program = {.functions = 3 + support_below(random, 12),
                                      .nodes = 5 + support_below(random, 80),
                                      .depth = 3 + support_below(random, 12),
                                      .is_recursive = is_recursive,
                                      .largest = support_below(random, 3) ? 1000000 : 20};
    struct trial *trial = pk_calloc(1, sizeof *trial);
    struct pk_whatif whatif;
    struct pk_profile *truth = support_freeze(support_program(random, &program)), *traced = truth;

    if (!as_tree) {
        bool has_self = support_below(random, 2) != 0;

        traced = support_freeze(support_traced(truth, has_self, has_self));
    }
    trial->truth = truth;
    trial->traced = traced;
    for (pk_frame_id f = 0; f < pk_profile_frames(truth); f++)
        trial->id[f] = support_same(traced, truth, f);
    choose(random, trial);
    pk_whatif_find(&whatif, traced, 0, trial->change, trial->n);
    outcome->outside += !holds(whatif.total.range, truth_of(trial, NULL, 0), tighten);
    outcome->estimates_outside +=
        whatif.total.value < whatif.total.range.lo || whatif.total.value > whatif.total.range.hi;
    outcome->exact += whatif.total.range.hi - whatif.total.range.lo <= 2;
    outcome->all++;
    if (!tighten)
        compare_paths(trial, &whatif, outcome);
    pk_whatif_fini(&whatif);
    if (traced != truth)
        pk_profile_free(traced);
    pk_profile_free(truth);
    pk_free(trial);
}

static struct outcome try_many(uint64_t seed, uint32_t cases, bool is_recursive, bool as_tree,
                               int64_t tighten)
{
    struct support_random random = {seed};
    struct outcome outcome = {0};

    for (uint32_t i = 0; i < cases; i++)
        try_program(&random, is_recursive, as_tree, tighten, &outcome);
    return outcome;
}

static void assert_proven(struct outcome outcome)
{
    assert_int_equal(outcome.outside, 0);
    assert_int_equal(outcome.paths_outside, 0);
    assert_int_equal(outcome.estimates_outside, 0);
    assert_true(outcome.exact * 10 > outcome.all); /* and say something */
}

static void bounds_of_calls_hold_the_truth(void **state)
{
    (void)state;
    assert_proven(try_many(1, support_cases(400), false, false, 0));
    assert_proven(try_many(2, support_cases(400), true, false, 0));
}

static void bounds_of_stacks_hold_the_truth(void **state)
{
    (void)state;
    assert_proven(try_many(3, support_cases(400), true, true, 0));
}

static void a_bound_off_by_some_is_noticed(void **state)
{
    (void)state;
    assert_true(try_many(4, 60, false, false, 3).outside > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_dropped_is_gone_with_all_below_it),
        cmocka_unit_test(what_is_faster_takes_its_part_wherever_it_is_called),
        cmocka_unit_test(changes_on_one_stack_multiply),
        cmocka_unit_test(without_calls_anything_may_be_saved),
        cmocka_unit_test(a_memo_leaves_one_average_call),
        cmocka_unit_test(a_call_before_the_loop_is_one_for_each_call_of_the_caller),
        cmocka_unit_test(drops_of_one_stack_are_not_added_up),
        cmocka_unit_test(what_is_dropped_is_gone_from_a_circle),
        cmocka_unit_test(bounds_hold_where_doubles_have_no_digits_left),
        cmocka_unit_test(bounds_of_calls_hold_the_truth),
        cmocka_unit_test(bounds_of_stacks_hold_the_truth),
        cmocka_unit_test(a_bound_off_by_some_is_noticed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
