/*
 * Times of perf script: as numbers, as a clock, and as moments of a profile. Texts are shaped as
 * perf 6.1 prints them with and without --ns, --reltime and --deltatime.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "formats/perf_time.h"
#include "formats/readers.h"
#include "model/timeline.h"

static void seconds_become_ns(void **state)
{
    static const struct {
        const char *text;
        int64_t ns;
    } cases[] = {
        {"0.000000", 0},
        {"0.000001", 1000},
        {"2217.581638", 2217581638000},
        {"2217.581638123", 2217581638123},
        {"0.000000001", 1},
        {"9223372036.854775807", INT64_MAX},
        {"9223372036.854775808", -1},
        {"9223372036.854775", 9223372036854775000},
        {"9223372036.854776", -1},
        {"99999999999999999999999.000000", -1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(pk_perf_time_parse(pk_str_of(cases[i].text)), cases[i].ns);
}

/* Up by one, each `nth` time back by one. */
static bool is_clock(unsigned n, unsigned nth)
{
    struct pk_perf_clock clock = {0};
    int64_t time = 1000;

    for (unsigned i = 1; i <= n; i++) {
        time += nth && i % nth == 0 ? -1 : 1;
        pk_perf_time_tick(&clock, time);
    }
    return pk_perf_time_is_clock(&clock);
}

static void a_clock_may_go_back_one_time_in_ten(void **state)
{
    (void)state;
    assert_true(is_clock(0, 0));
    assert_true(is_clock(1, 0));
    assert_true(is_clock(1000, 0));
    assert_true(is_clock(1000, 10));
    assert_false(is_clock(1000, 9));
    assert_false(is_clock(1000, 2));
}

/* Differences of a regular timer are mostly equal; only where they change can be looked at. */
static void equal_times_say_nothing(void **state)
{
    struct pk_perf_clock clock = {0};

    (void)state;
    for (unsigned i = 0; i < 1000; i++)
        pk_perf_time_tick(&clock, i % 100 ? 1000000 : 999999);
    assert_false(pk_perf_time_is_clock(&clock));
}

/* Samples of several processors are only nearly in order. */
static void a_clock_knows_its_first_and_last_time(void **state)
{
    static const int64_t times[] = {500, 400, 900, 800};
    struct pk_perf_clock clock = {0};

    (void)state;
    for (size_t i = 0; i < sizeof times / sizeof *times; i++)
        pk_perf_time_tick(&clock, times[i]);
    assert_int_equal(clock.first, 400);
    assert_int_equal(clock.end, 900);
    clock = (struct pk_perf_clock){0};
    pk_perf_time_tick(&clock, 0);
    pk_perf_time_tick(&clock, 7);
    assert_int_equal(clock.first, 0);
    assert_int_equal(clock.end, 7);
}

/* Read `text`; a moment is shown as "time:value", notes by their names. */
static void check(const char *text, const char *expected)
{
    const struct pk_limits limits = pk_limits_default();
    struct pk_str bytes = pk_str_of(text);
    struct pk_input *input = pk_input_memory("t", bytes.data, bytes.size, &limits);
    struct pk_builder *builder = pk_builder_new(&limits);
    struct pk_reading reading = {.input = input, .builder = builder};
    struct pk_error error = {0};
    struct pk_buf out = {0};
    const struct pk_timeline *timeline;
    struct pk_profile *profile;

    pk_builder_keep_times(builder);
    assert_true(pk_reader_run(&reading, &pk_reader_perf, &error));
    profile = pk_builder_freeze(builder, NULL, NULL, &error);
    assert_non_null(profile);
    timeline = pk_profile_timeline(profile);
    pk_buf_text(&out, "");
    for (uint64_t i = 0; timeline && i < timeline->n; i++)
        pk_buf_printf(&out, "%lld:%lld ", (long long)timeline->moments[i].time,
                      (long long)timeline->moments[i].value);
    for (size_t i = 0; i < pk_profile_notes(profile)->list.size; i++)
        pk_buf_printf(&out, "%s ", pk_profile_notes(profile)->list.data[i].kind->id);
    assert_string_equal(out.data, expected);
    pk_buf_fini(&out);
    pk_profile_free(profile);
    pk_builder_free(builder);
    pk_input_free(input);
}

#define F "\t 1 f (/p)\n\n"

static void each_sample_is_a_moment_with_its_weight(void **state)
{
    (void)state;
    check("p 7 1.000000: 5 cycles: \n" F "p 7 1.000250: 6 cycles: \n" F,
          "1000000000:5 1000250000:6 ");
    check("p 7 1.000000001: 5 cycles: \n" F, "1000000001:5 ");
    check("p 7 0.000000: cycles: \n" F "p 7 0.000009: cycles: \n" F, "0:1 9000:1 "); /* --reltime */
    check("p 7/8 [003] 12.000000: 5 cycles:u: 7f1e2215d058 f+0x1 (/p)\n", "12000000000:5 ");
    check("12 [000] 3 1.000000: 5 cycles: \n" F, "1000000000:5 "); /* the command is "12 [000]" */
    check("x 0.000001: y 7 1.000000: 5 cycles: \n" F, "1000000000:5 "); /* "x 0.000001: y" */
    check("p [000] 1.500000: 5 cycles: \n" F, "1500000000:5 ");         /* without a thread */
    check("p\t7 [001] 1.500000: 5 cpu-cycles: \n" F, "1500000000:5 "); /* as simpleperf prints it */
}

static void two_events_at_once_are_two_moments(void **state)
{
    (void)state;
    check("p 7 1.000000: 5 cycles: \n" F "p 7 1.000000: 6 faults: \n" F,
          "1000000000:5 1000000000:6 ");
}

static void without_times_there_are_none(void **state)
{
    (void)state;
    check("p 7 cycles: \n" F "p 7 cycles: \n" F, "");
    check("\t 1 f (/p)\n\n\t 1 f (/p)\n\n", "");
}

static void differences_are_told_and_not_taken_for_times(void **state)
{
    (void)state;
    check("p 7 0.000004: 5 cycles: \n" F "p 7 0.000003: 5 cycles: \n" F
          "p 7 0.000004: 5 cycles: \n" F "p 7 0.000002: 5 cycles: \n" F,
          "no-clock ");
}

/* Joined buffers of processors: the moments come out in order. */
static void a_little_disorder_is_normal(void **state)
{
    struct pk_buf text = {0}, expected = {0};

    (void)state;
    for (int i = 0; i < 20; i++) {
        pk_buf_printf(&text, "p 7 1.0000%02d: %d cycles: \n" F,
                      i == 5   ? 6
                      : i == 6 ? 5
                               : i,
                      i == 5   ? 7
                      : i == 6 ? 6
                               : i + 1);
        pk_buf_printf(&expected, "10000%02d000:%d ", i, i + 1);
    }
    check(text.data, expected.data);
    pk_buf_fini(&text);
    pk_buf_fini(&expected);
}

static void times_beyond_64_bits_are_counted(void **state)
{
    (void)state;
    check("p 7 1.000000: 5 cycles: \n" F "p 7 9223372037.000000: 6 cycles: \n" F,
          "1000000000:5 far-times ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(seconds_become_ns),
        cmocka_unit_test(a_clock_may_go_back_one_time_in_ten),
        cmocka_unit_test(equal_times_say_nothing),
        cmocka_unit_test(a_clock_knows_its_first_and_last_time),
        cmocka_unit_test(each_sample_is_a_moment_with_its_weight),
        cmocka_unit_test(two_events_at_once_are_two_moments),
        cmocka_unit_test(without_times_there_are_none),
        cmocka_unit_test(differences_are_told_and_not_taken_for_times),
        cmocka_unit_test(a_little_disorder_is_normal),
        cmocka_unit_test(times_beyond_64_bits_are_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
