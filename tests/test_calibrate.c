/*
 * Thresholds out of runs, counted by hand; and that no two of the runs would fail by what is
 * proposed.
 */
#include "analyze/calibrate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/diff_runs.h"
#include "analyze/regression.h"
#include "base/buf.h"
#include "support.h"

struct calibrated {
    struct pk_arena arena;
    struct pk_profile *whole;
    struct pk_calibration is;
};

/* Runs of collapsed stacks, all of them one side. */
static struct calibrated calibrate(const char *const *texts, uint32_t n, double least)
{
    struct calibrated c = {.whole = NULL};
    struct pk_measure measure = {.normal = PK_NORMAL_NONE, .runs = {n, 1}};
    struct pk_error error = {0};
    struct pk_buf all = {0};
    struct pk_diff diff;

    for (uint32_t i = 0; i < n; i++)
        pk_buf_text(&all, texts[i]);
    c.whole = support_profile(all.data);
    pk_buf_fini(&all);
    pk_arena_init(&c.arena);

    struct pk_side sides[2] = {{c.whole, 0}, {c.whole, 0}};

    assert_true(pk_measure_choose(sides, &measure, &error));
    assert_true(pk_diff_find_by(sides, &measure, NULL, PK_DIFF_SELF, &c.arena, &diff, &error));
    pk_diff_runs_begin(&diff, (uint32_t[]){n, 1}, &c.arena);
    for (uint32_t i = 0; i < n; i++) {
        struct pk_profile *run = support_profile(texts[i]);

        assert_true(pk_diff_runs_add(&diff, 0, i, &(struct pk_side){run, 0}, &error));
        pk_profile_free(run);
    }
    c.is = pk_calibrate(&diff, least, &c.arena);
    return c;
}

static void calibrated_fini(struct calibrated *c)
{
    pk_arena_fini(&c->arena);
    pk_profile_free(c->whole);
}

static const char *name_of(const struct calibrated *c, uint32_t row)
{
    return pk_profile_frame(c->whole, c->is.row[row].frame)->name.data;
}

/* Wholes of 200, 210 and 220. f: 100 to 120, 20 %; g: 50 to 60, 20 %; h stays. Of 3 % of 210, 6.3,
 * both are more; of 8 %, 16.8, only f is. */
static void the_worst_pair_of_a_function_makes_the_threshold(void **state)
{
    static const char *const runs[] = {"f 100\ng 50\nh 50\n", "f 120\ng 50\nh 50\n",
                                       "f 100\ng 60\nh 50\n"};
    struct calibrated c = calibrate(runs, 3, 3);
    (void)state;

    assert_int_equal(c.is.n_runs, 3);
    assert_int_equal(c.is.n, 2);
    assert_int_equal((int)c.is.most, 30); /* 20 and half as much again */
    calibrated_fini(&c);
    c = calibrate(runs, 3, 8);
    assert_int_equal(c.is.n, 1);
    assert_string_equal(name_of(&c, 0), "f");
    calibrated_fini(&c);
}

static void runs_that_are_alike_need_no_more_than_a_percent(void **state)
{
    static const char *const runs[] = {"f 100\n", "f 100\n"};
    struct calibrated c = calibrate(runs, 2, 1);
    (void)state;

    assert_int_equal(c.is.n, 0);
    assert_int_equal((int)c.is.most, 1);
    calibrated_fini(&c);
}

/* It is named, first, but no percentage covers it. */
static void what_one_run_lacks_raises_no_threshold(void **state)
{
    static const char *const runs[] = {"f 100\n", "f 100\ng 20\n"};
    struct calibrated c = calibrate(runs, 2, 1);
    (void)state;

    assert_int_equal(c.is.n, 1);
    assert_string_equal(name_of(&c, 0), "g");
    assert_int_equal((int)c.is.most, 1);
    calibrated_fini(&c);
}

/* Random runs of the same program: by what is proposed, no pair of them fails, as it would by less
 * than what they showed. */
static void no_pair_of_the_runs_fails_by_what_is_proposed(void **state)
{
    struct support_random random = {20261130};
    struct pk_buf text[5] = {{0}};
    const char *runs[5];
    struct calibrated c;
    (void)state;

    for (unsigned i = 0; i < 5; i++) {
        for (unsigned f = 0; f < 20; f++)
            pk_buf_printf(&text[i], "f%u %u\n", f, 1000 / (f + 1) + support_below(&random, 90));
        runs[i] = text[i].data;
    }
    c = calibrate(runs, 5, 1);
    assert_true(c.is.n > 3);
    for (unsigned b = 0; b < 5; b++)
        for (unsigned a = 0; a < 5; a++)
            for (unsigned f = 0; f < 20; f++) {
                char name[8];
                struct pk_profile *p[2] = {support_profile(runs[b]), support_profile(runs[a])};
                double self[2];

                snprintf(name, sizeof name, "f%u", f);
                for (unsigned s = 0; s < 2; s++) {
                    self[s] = (double)pk_profile_flat(p[s])->self[0][support_find(p[s], name)];
                    pk_profile_free(p[s]);
                }
                assert_true(self[1] - self[0] < c.is.whole[1] / 100 ||
                            (self[1] - self[0]) / self[0] * 100 <= c.is.most);
            }
    calibrated_fini(&c);
    for (unsigned i = 0; i < 5; i++)
        pk_buf_fini(&text[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_worst_pair_of_a_function_makes_the_threshold),
        cmocka_unit_test(runs_that_are_alike_need_no_more_than_a_percent),
        cmocka_unit_test(what_one_run_lacks_raises_no_threshold),
        cmocka_unit_test(no_pair_of_the_runs_fails_by_what_is_proposed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
