/*
 * Statistics of differences. Expected values come from elsewhere: published tables, and R 4.2.2,
 * each named beside its numbers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "analyze/noise.h"
#include "analyze/noise_family.h"

#define RUNS(array) ((struct pk_runs){(array), sizeof(array) / sizeof *(array)})

static const double equal[2] = {1, 1}; /* shares themselves */

/* The p of one function in some runs. */
static double p_of(struct pk_runs before, struct pk_runs after)
{
    int64_t value[32];
    double p, q;

    for (size_t i = 0; i < before.n + after.n; i++)
        value[i] = i < before.n ? before.value[i] : after.value[i - before.n];
    pk_noise_family(&(struct pk_family){value, 1, {before.n, after.n}}, &p, &q);
    return p;
}

static void assert_near(double value, double expected, double tolerance)
{
    if (!(fabs(value - expected) <= tolerance))
        fail_msg("%.12g is not %.12g", value, expected);
}

/* Newcombe 1998, table II, row 10: first share less the second. */
static void noise_interval_is_that_of_newcombes_table(void **state)
{
    static const struct {
        struct pk_share first, second;
        double low, high;
    } cases[] = {
        {{56, 70}, {48, 80}, 0.0524, 0.3339}, {{9, 10}, {3, 10}, 0.1705, 0.8090},
        {{6, 7}, {2, 7}, 0.0582, 0.8062},     {{5, 56}, {0, 29}, -0.0381, 0.1926},
        {{0, 10}, {0, 20}, -0.1611, 0.2775},  {{0, 10}, {0, 10}, -0.2775, 0.2775},
        {{10, 10}, {0, 20}, 0.6791, 1.0000},  {{10, 10}, {0, 10}, 0.6075, 1.0000},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_interval found =
            pk_noise_worth_interval(cases[i].second, cases[i].first, equal, 1);
        struct pk_interval swapped =
            pk_noise_worth_interval(cases[i].first, cases[i].second, equal, 1);

        assert_near(found.low, cases[i].low, 0.00005);
        assert_near(found.high, cases[i].high, 0.00005);
        assert_near(swapped.low, -found.high, 1e-12);
        assert_near(swapped.high, -found.low, 1e-12);
    }
}

/* Twice the samples at a factor of 2 say what half of them say at 1. */
static void noise_factor_divides_the_samples(void **state)
{
    struct pk_interval thin, thick;
    (void)state;

    thin = pk_noise_worth_interval((struct pk_share){48, 80}, (struct pk_share){56, 70}, equal, 1);
    thick =
        pk_noise_worth_interval((struct pk_share){96, 160}, (struct pk_share){112, 140}, equal, 2);
    assert_near(thick.low, thin.low, 1e-12);
    assert_near(thick.high, thin.high, 1e-12);
    assert_near(pk_noise_worth_p((struct pk_share){96, 160}, (struct pk_share){112, 140}, equal, 2),
                pk_noise_worth_p((struct pk_share){48, 80}, (struct pk_share){56, 70}, equal, 1),
                1e-12);
}

/* prop.test(c(k1, k2), c(n1, n2), correct = TRUE)$p.value of R 4.2.2. */
static void noise_p_of_shares_is_that_of_r(void **state)
{
    static const struct {
        struct pk_share first, second;
        double p;
    } cases[] = {{{56, 70}, {48, 80}, 0.0134094751786689},
                 {{100, 1000}, {130, 1000}, 0.0420879717671758},
                 {{50, 10000}, {80, 9000}, 0.0015844821277738},
                 {{0, 10}, {0, 20}, 1},
                 {{10, 10}, {20, 20}, 1}};
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_near(pk_noise_worth_p(cases[i].first, cases[i].second, equal, 1), cases[i].p, 1e-12);
        /* in another unit the same */
        assert_near(
            pk_noise_worth_p(cases[i].first, cases[i].second, (const double[]){7e9, 7e9}, 1),
            cases[i].p, 1e-12);
    }
}

/* Counted by hand for three a side; the others by R: all of combn(10, 5), means compared. */
static void noise_permutation_counts_every_way(void **state)
{
    static const int64_t a3[] = {10, 11, 12}, b3[] = {20, 21, 22};
    static const int64_t a5[] = {10, 11, 12, 13, 14}, b5[] = {20, 21, 23, 22, 25};
    static const int64_t a[] = {1830, 500, 1620, 2480, 1680}, b[] = {878, 647, 598, 2050, 1060};
    static const int64_t ties_a[] = {5, 5, 5, 6}, ties_b[] = {5, 6, 6, 7};
    (void)state;

    assert_near(p_of(RUNS(a3), RUNS(b3)), 2.0 / 20, 1e-12);
    assert_near(p_of(RUNS(a5), RUNS(b5)), 2.0 / 252, 1e-12);
    assert_near(p_of(RUNS(b5), RUNS(a5)), 2.0 / 252, 1e-12);
    assert_near(p_of(RUNS(a), RUNS(b)), 0.1904762, 1e-7);
    assert_near(p_of(RUNS(ties_a), RUNS(ties_b)), 0.3714286, 1e-7);
    assert_near(p_of(RUNS(a), RUNS(a)), 1, 1e-12);
    assert_near(p_of(RUNS(a), ((struct pk_runs){NULL, 0})), 1, 0);
}

/* Values at the ends of 64 bits are summed without a wrap. */
static void noise_permutation_takes_the_largest_values(void **state)
{
    static const int64_t a[] = {INT64_MAX, INT64_MAX, INT64_MAX};
    static const int64_t b[] = {-INT64_MAX, -INT64_MAX, -INT64_MAX};
    (void)state;

    assert_near(p_of(RUNS(a), RUNS(b)), 2.0 / 20, 1e-12);
}

/* Nine against nine has 48,620 ways: drawn ones come near the exact share. */
static void noise_many_runs_are_drawn_near_the_exact_p(void **state)
{
    static const int64_t a[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    static const int64_t b[] = {4, 5, 6, 7, 8, 9, 10, 11, 12};
    static const int64_t near[] = {1, 2, 3, 4, 5, 6, 7, 8};
    double drawn = p_of(RUNS(a), RUNS(b));
    (void)state;

    /* by R: mean over combn(18, 9) of abs(difference) >= 3 */
    assert_near(drawn, 0.04323323735, 0.006);
    assert_near(p_of(RUNS(a), RUNS(b)), drawn, 0);
    assert_near(p_of(RUNS(near), RUNS(near)), 1, 1e-12);
}

static void noise_best_p_is_what_separated_runs_reach(void **state)
{
    static const int64_t low[] = {1, 2, 3, 4, 5}, high[] = {101, 102, 103, 104, 105};
    (void)state;

    for (size_t m = 1; m <= 5; m++)
        for (size_t n = 1; n <= 5; n++)
            assert_near(p_of((struct pk_runs){low, m}, (struct pk_runs){high, n}),
                        pk_noise_runs_best(m, n), m == n ? 1e-12 : 1);
    assert_near(pk_noise_runs_best(3, 3), 0.1, 1e-12);
    assert_near(pk_noise_runs_best(5, 5), 2.0 / 252, 1e-12);
    assert_true(pk_noise_runs_best(100, 100) < 0.0001);
}

/* wilcox.test(after, before, conf.int = TRUE, exact = TRUE) of R 4.2.2. */
static void noise_shift_is_that_of_r(void **state)
{
    static const int64_t a[] = {10, 11, 12, 13, 14}, b[] = {20, 21, 23, 22, 25};
    static const int64_t c[] = {80, 83, 189, 104, 145, 138, 191, 164, 73, 146, 1240};
    static const int64_t d[] = {115, 88, 90, 74, 121};
    struct pk_interval interval;
    (void)state;

    assert_near(pk_noise_runs_shift(RUNS(a), RUNS(b), &interval), 10, 1e-9);
    assert_near(interval.low, 7, 1e-9);
    assert_near(interval.high, 13, 1e-9);
    assert_near(pk_noise_runs_shift(RUNS(c), RUNS(d), &interval), -48, 1e-9);
    assert_near(interval.low, -101, 1e-9);
    assert_near(interval.high, 11, 1e-9);
}

/* Too few runs for 95 %: all there is. */
static void noise_median_is_in_the_middle_of_the_runs(void **state)
{
    const int64_t odd[] = {9, -4, 2}, even[] = {7, 1, 100, 4};
    const int64_t large[] = {INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX};

    (void)state;
    assert_true(pk_noise_runs_median(RUNS(odd)) == 2);
    assert_int_equal(odd[0], 9); /* they stay in their order */
    assert_true(pk_noise_runs_median(RUNS(even)) == 5.5);
    assert_true(pk_noise_runs_median(RUNS(large)) == (double)INT64_MAX);
}

static void noise_shift_of_two_runs_has_the_widest_interval(void **state)
{
    static const int64_t a[] = {10, 20}, b[] = {40, 80};
    struct pk_interval interval;
    (void)state;

    assert_near(pk_noise_runs_shift(RUNS(a), RUNS(b), &interval), 45, 1e-9);
    assert_near(interval.low, 20, 1e-9);
    assert_near(interval.high, 70, 1e-9);
}

/* The fifteen p values of Benjamini and Hochberg 1995, section 2.2: four stay below 5 %. The q
 * values are those of p.adjust(p, "BH") of R 4.2.2. */
static void noise_discoveries_are_those_of_the_paper(void **state)
{
    double p[] = {0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
                  0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000};
    static const double q[] = {0.0015,        0.0030,       0.0095,        0.035625,     0.0603,
                               0.0638571429,  0.0638571429, 0.0645,        0.0765,       0.486,
                               0.58118181818, 0.714875,     0.75323076923, 0.8132142857, 1};
    double mixed[] = {0.05, NAN, 0.01, 0.04, 0.02, 0.03};
    size_t found = 0;
    (void)state;

    pk_noise_discoveries(p, 15);
    for (size_t i = 0; i < 15; i++) {
        assert_near(p[i], q[i], 1e-9);
        found += p[i] < PK_NOISE_LEVEL;
    }
    assert_int_equal(found, 4);
    pk_noise_discoveries(mixed, 6); /* p.adjust leaves out NA too: all five become 0.05 */
    for (size_t i = 0; i < 6; i++)
        if (i == 1)
            assert_true(isnan(mixed[i]));
        else
            assert_near(mixed[i], 0.05, 1e-12);
    pk_noise_discoveries(NULL, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(noise_interval_is_that_of_newcombes_table),
        cmocka_unit_test(noise_factor_divides_the_samples),
        cmocka_unit_test(noise_p_of_shares_is_that_of_r),
        cmocka_unit_test(noise_permutation_counts_every_way),
        cmocka_unit_test(noise_permutation_takes_the_largest_values),
        cmocka_unit_test(noise_many_runs_are_drawn_near_the_exact_p),
        cmocka_unit_test(noise_best_p_is_what_separated_runs_reach),
        cmocka_unit_test(noise_median_is_in_the_middle_of_the_runs),
        cmocka_unit_test(noise_shift_is_that_of_r),
        cmocka_unit_test(noise_shift_of_two_runs_has_the_widest_interval),
        cmocka_unit_test(noise_discoveries_are_those_of_the_paper),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
