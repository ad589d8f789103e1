/*
 * What two profiles are compared by. Expected values are worked out by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analyze/measure.h"
#include "support.h"

/* A profile of so many samples, with a fact about its origin. */
static struct pk_profile *recorded(int64_t samples, const char *key, const char *value)
{
    struct pk_builder *b = support_stacks("");
    pk_frame_id f = support_frame(b, "f");

    pk_builder_stack(b, &f, NULL, 1, &samples);
    if (key)
        pk_builder_fact(b, key, pk_str_of(value));
    return support_freeze(b);
}

/* Choose for two profiles, which are freed; NULL or the text of the error. */
static const char *choose(struct pk_profile *before, struct pk_profile *after,
                          struct pk_measure *measure, struct pk_error *error)
{
    const struct pk_side sides[2] = {{before, 0}, {after, 0}};
    bool done = pk_measure_choose(sides, measure, error);

    pk_profile_free(before);
    pk_profile_free(after);
    return done ? NULL : error->text;
}

static void assert_factor(struct pk_rational factor, int64_t num, int64_t den)
{
    assert_int_equal(factor.num, num);
    assert_int_equal(factor.den, den);
}

static void files_tell_their_period(void **state)
{
    static const struct {
        const char *key, *value;
        int64_t num, den;
    } table[] = {
        {"period", "10ms", 10000000, 1},
        {"period", "never", 0, 0},
        {"frequency", "99", 1000000000, 99},
        {"perf.cmdline", "/usr/bin/perf record -F 99 -g ./a", 1000000000, 99},
        {"perf.cmdline", "perf record -F997 ./a", 1000000000, 997},
        {"perf.cmdline", "perf record --freq=49 ./a", 1000000000, 49},
        {"perf.cmdline", "perf record --freq 50 ./a", 1000000000, 50},
        {"perf.cmdline", "perf record -F max ./a", 0, 0},
        {"perf.cmdline", "perf record -F", 0, 0},
        {"perf.cmdline", "perf record -g ./a", 0, 0},
        {NULL, NULL, 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct pk_profile *p = recorded(5, table[i].key, table[i].value);

        assert_factor(pk_measure_period(p), table[i].num, table[i].den);
        pk_profile_free(p);
    }
}

/* 100 samples at 100 Hz and 1,000 at 1 kHz are a second each. */
static void samples_with_known_periods_become_time(void **state)
{
    struct pk_measure measure = {.normal = PK_NORMAL_AUTO};
    struct pk_error error = {0};
    int64_t before, after;

    (void)state;
    assert_null(choose(recorded(100, "frequency", "100"), recorded(1000, "period", "1ms"), &measure,
                       &error));
    assert_int_equal(measure.normal, PK_NORMAL_TIME);
    assert_int_equal(measure.metric.unit, PK_UNIT_NS);
    assert_true(pk_measure_value(100, measure.factor[0], &before));
    assert_true(pk_measure_value(1000, measure.factor[1], &after));
    assert_int_equal(before, 1000000000);
    assert_int_equal(after, 1000000000);
    assert_factor(measure.raw[0], 1, 1);
}

static void samples_without_become_shares(void **state)
{
    struct pk_measure measure = {.normal = PK_NORMAL_AUTO};
    struct pk_error error = {0};

    (void)state;
    assert_null(
        choose(recorded(100, "frequency", "100"), recorded(1000, NULL, NULL), &measure, &error));
    assert_int_equal(measure.normal, PK_NORMAL_TOTAL);
    assert_int_equal(measure.metric.unit, PK_UNIT_PERCENT);
    assert_factor(measure.factor[0], INT64_C(1000000000000), 100); /* 100 % at a scale of -10 */
    assert_factor(measure.factor[1], INT64_C(1000000000000), 1000);
    assert_int_equal(measure.metric.scale, -10);
}

static void a_period_can_be_given(void **state)
{
    struct pk_measure measure = {.normal = PK_NORMAL_AUTO, .period = {{1000, 1}, {7, 2}}};
    struct pk_error error = {0};

    (void)state;
    assert_null(
        choose(recorded(100, "frequency", "100"), recorded(1000, NULL, NULL), &measure, &error));
    assert_int_equal(measure.normal, PK_NORMAL_TIME);
    assert_factor(measure.factor[0], 1000, 1);
    assert_factor(measure.factor[1], 7, 2);
}

static struct pk_profile *timed(int64_t value, int64_t calls)
{
    struct pk_builder *b = support_builder();

    pk_builder_self(b, support_frame(b, "serve"), &value, NULL,
                    (struct pk_calls){calls, PK_MISSING});
    pk_builder_self(b, support_frame(b, "other"), &value, NULL, (struct pk_calls){7, PK_MISSING});
    return support_freeze(b);
}

static void time_stays_as_it_is(void **state)
{
    static const enum pk_normal normals[] = {PK_NORMAL_AUTO, PK_NORMAL_NONE, PK_NORMAL_TIME};

    (void)state;
    for (size_t i = 0; i < sizeof normals / sizeof *normals; i++) {
        struct pk_measure measure = {.normal = normals[i]};
        struct pk_error error = {0};

        assert_null(choose(timed(5, 1), timed(9, 2), &measure, &error));
        assert_factor(measure.factor[0], 1, 1);
        assert_factor(measure.factor[1], 1, 1);
        assert_int_equal(measure.metric.unit, PK_UNIT_NS);
    }
}

/* 5 ns in 3 calls: thousandths of a nanosecond, times 1000/3. */
static void cost_per_call_divides_by_what_matches(void **state)
{
    struct pk_measure measure = {.normal = PK_NORMAL_CALLS};
    struct pk_error error = {0};
    int64_t value;

    (void)state;
    measure.calls_of = pk_match_new(PK_STR("^serve$"), &error);
    assert_non_null(measure.calls_of);
    assert_null(choose(timed(5, 3), timed(9, 4), &measure, &error));
    assert_int_equal(measure.calls[0], 3);
    assert_int_equal(measure.calls[1], 4);
    assert_int_equal(measure.metric.scale, -3);
    assert_true(pk_measure_value(5, measure.factor[0], &value));
    assert_int_equal(value, 1667);
    assert_factor(measure.factor[1], 250, 1);
    pk_match_free(measure.calls_of);
}

static void what_is_not_there_cannot_be_asked_for(void **state)
{
    struct pk_error error = {0};
    struct pk_measure time = {.normal = PK_NORMAL_TIME}, calls = {.normal = PK_NORMAL_CALLS};

    (void)state;
    assert_string_equal(choose(recorded(5, NULL, NULL), recorded(5, NULL, NULL), &time, &error),
                        "the files do not say how much time passed between samples");
    error = (struct pk_error){0};
    calls.calls_of = pk_match_new(PK_STR("nobody"), &error);
    assert_string_equal(choose(timed(5, 1), timed(5, 1), &calls, &error),
                        "no calls are counted before of what --normalize names");
    pk_match_free(calls.calls_of);
    assert_int_equal(error.status, PK_USAGE);
}

static void values_are_rounded_alike_for_both_signs(void **state)
{
    static const struct {
        int64_t value, num, den, expected;
    } table[] = {{5, 1, 2, 3},
                 {-5, 1, 2, -3},
                 {4, 1, 3, 1},
                 {-4, 1, 3, -1},
                 {0, 7, 3, 0},
                 {7, 10, 1, 70},
                 {INT64_MAX, 1, 1, INT64_MAX},
                 {INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX}};
    int64_t value;

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        assert_true(pk_measure_value(table[i].value,
                                     (struct pk_rational){table[i].num, table[i].den}, &value));
        assert_int_equal(value, table[i].expected);
    }
    assert_false(pk_measure_value(INT64_MAX, (struct pk_rational){2, 1}, &value));
    assert_false(pk_measure_value(INT64_MIN / 2, (struct pk_rational){2, 1}, &value));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_tell_their_period),
        cmocka_unit_test(samples_with_known_periods_become_time),
        cmocka_unit_test(samples_without_become_shares),
        cmocka_unit_test(a_period_can_be_given),
        cmocka_unit_test(time_stays_as_it_is),
        cmocka_unit_test(cost_per_call_divides_by_what_matches),
        cmocka_unit_test(what_is_not_there_cannot_be_asked_for),
        cmocka_unit_test(values_are_rounded_alike_for_both_signs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
