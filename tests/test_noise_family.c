/*
 * Many functions in several runs. Expected p are counted by hand: of five runs a side there are 252
 * ways to be dealt out, of which the two that part the runs completely are the furthest.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "analyze/noise.h"
#include "analyze/noise_family.h"
#include "support.h"

#define MOST 500

static void assert_near(double value, double expected)
{
    if (fabs(value - expected) > 1e-12)
        fail_msg("%.15g instead of %.15g", value, expected);
}

/* [run][function]; 8 of 252 ways are as far by R: all of combn(10, 5), means compared. */
static void one_function_has_the_p_of_its_permutations(void **state)
{
    static const int64_t values[] = {10, 11, 12, 13, 14, 20, 21, 23, 22, 12};
    static const int64_t few[] = {5, 6, 7, 8, 9, 10};
    double p, q;

    (void)state;
    pk_noise_family(&(struct pk_family){values, 1, {5, 5}}, &p, &q);
    assert_near(p, 8.0 / 252);
    assert_near(q, p);
    pk_noise_family(&(struct pk_family){few, 1, {3, 3}}, &p, &q);
    assert_near(p, 2.0 / 20);
    pk_noise_family(&(struct pk_family){few, 1, {2, 4}}, &p, &q);
    assert_near(p, 2.0 / 15); /* 5 6 against the rest, and the other end; both are as far */
}

/* Twins stand and fall together: two of them cost no more than one. */
static void twins_have_the_q_of_one(void **state)
{
    static const int64_t values[] = {10, 10, 11, 11, 12, 12, 13, 13, 14, 14,
                                     20, 20, 21, 21, 23, 23, 22, 22, 25, 25};
    double p[2], q[2];

    (void)state;
    pk_noise_family(&(struct pk_family){values, 2, {5, 5}}, p, q);
    for (int f = 0; f < 2; f++) {
        assert_near(p[f], 2.0 / 252);
        assert_near(q[f], 2.0 / 252);
    }
}

/* A function that changed by ten times its noise, among hundreds that did not: it is found, which
 * no correction of its own p could do. */
static void a_change_among_hundreds_is_found(void **state)
{
    static int64_t values[10 * MOST];
    static double p[MOST], q[MOST];
    struct support_random random = {5};

    (void)state;
    for (size_t run = 0; run < 10; run++)
        for (size_t f = 0; f < MOST; f++)
            values[run * MOST + f] = 1000 + support_below(&random, 20);
    for (size_t run = 5; run < 10; run++)
        values[run * MOST + 7] += 100000;
    pk_noise_family(&(struct pk_family){values, MOST, {5, 5}}, p, q);
    assert_near(p[7], 2.0 / 252);
    assert_near(q[7], 2.0 / 252);
    for (size_t f = 0; f < MOST; f++)
        assert_true(f == 7 || q[f] > PK_NOISE_LEVEL);
    assert_true(p[7] * MOST > 1); /* so much for Bonferroni and his kin */
}

/* The promise of q: of runs of the same thing at most 5 % have any function with a q below 5 %. The
 * test is exact: 12 of 252 ways are below, so 4.8 % are expected, and two standard errors of 1,000
 * trials allow for 14 more than 50. */
static void runs_of_the_same_thing_do_not_differ(void **state)
{
    enum { FUNCTIONS = 40, TRIALS = 1000 };
    int64_t values[10 * FUNCTIONS];
    double p[FUNCTIONS], q[FUNCTIONS];
    struct support_random random = {77};
    uint32_t alarms = 0, own = 0;

    (void)state;
    for (uint32_t trial = 0; trial < TRIALS; trial++) {
        bool is_alarm = false, is_own = false;

        for (size_t run = 0; run < 10; run++) {
            uint32_t speed = 90 + support_below(&random, 21); /* of the machine, in this run */

            for (size_t f = 0; f < FUNCTIONS; f++)
                values[run * FUNCTIONS + f] =
                    (int64_t)speed * (10000 / (int64_t)(f + 1) + support_below(&random, 200));
        }
        pk_noise_family(&(struct pk_family){values, FUNCTIONS, {5, 5}}, p, q);
        for (size_t f = 0; f < FUNCTIONS; f++) {
            is_alarm |= q[f] < PK_NOISE_LEVEL;
            is_own |= p[f] < PK_NOISE_LEVEL;
        }
        alarms += is_alarm;
        own += is_own;
    }
    if (getenv("PROFKIT_TABLES"))
        printf("%.1f %% with a q, %.1f %% with a p below 5 %%\n", 100.0 * alarms / (double)TRIALS,
               100.0 * own / (double)TRIALS);
    assert_true(alarms <= TRIALS / 20 + 14);
    assert_true(own > TRIALS / 20); /* the experiment can fail: p alone does */
}

/* Ten a side have 184,756 ways: they are drawn, always the same. */
static void many_runs_are_drawn_the_same_way_each_time(void **state)
{
    int64_t values[20];
    double p, q, again;

    (void)state;
    for (int i = 0; i < 20; i++)
        values[i] = i < 10 ? i : 100 + i;
    pk_noise_family(&(struct pk_family){values, 1, {10, 10}}, &p, &q);
    pk_noise_family(&(struct pk_family){values, 1, {10, 10}}, &again, &q);
    assert_near(p, again);
    assert_true(p > 0 && p < 0.001);
}

static void nothing_to_compare_proves_nothing(void **state)
{
    static const int64_t values[] = {1, 2, 3}, same[] = {4, 4, 4, 4};
    double p, q;

    (void)state;
    pk_noise_family(&(struct pk_family){values, 1, {3, 0}}, &p, &q);
    assert_near(p, 1);
    assert_near(q, 1);
    pk_noise_family(&(struct pk_family){same, 1, {2, 2}}, &p, &q);
    assert_near(p, 1);
    assert_near(q, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_function_has_the_p_of_its_permutations),
        cmocka_unit_test(twins_have_the_q_of_one),
        cmocka_unit_test(a_change_among_hundreds_is_found),
        cmocka_unit_test(runs_of_the_same_thing_do_not_differ),
        cmocka_unit_test(many_runs_are_drawn_the_same_way_each_time),
        cmocka_unit_test(nothing_to_compare_proves_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
