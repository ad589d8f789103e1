/*
 * Activity over time. Small ones are compared with buckets counted by hand, random ones with a
 * second count of the samples as they were given, by division and not by walking.
 */
#include "analyze/activity.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/buf.h"
#include "model/record.h"
#include "support.h"

static struct pk_arena arena;

/* A sample of one stack, one letter a frame; without a time for PK_MISSING. */
static void add(struct pk_builder *b, const char *thread, int64_t time, const char *letters,
                int64_t value)
{
    struct pk_slice slice = {.thread = pk_str_of(thread)};

    support_sample(b, &slice, time, letters, value);
}

static struct pk_str function_name(const struct pk_profile *profile, pk_frame_id frame)
{
    return frame == PK_NONE ? PK_STR("-") : pk_profile_frame(profile, frame)->name;
}

/* "one 3 a2 20..40: 1a 0- 2b", a line each row: weight, function and its self, times, buckets. */
static void check(struct pk_builder *b, struct pk_activity_options options, const char *expected)
{
    struct pk_profile *profile = support_freeze(b);
    struct pk_activity activity = pk_activity_find(profile, 0, &options, &arena);
    struct pk_buf text = {0};

    for (uint32_t r = 0; r < activity.n_rows; r++) {
        const struct pk_activity_row *row = &activity.rows[r];

        pk_buf_str(&text, pk_profile_frame(profile, PK_FRAME_SLICE + row->slice)->name);
        pk_buf_printf(&text, " %lld ", (long long)row->weight);
        pk_buf_str(&text, function_name(profile, row->function));
        pk_buf_printf(&text, "%lld %lld..%lld:", (long long)row->self, (long long)row->first,
                      (long long)row->last);
        for (uint32_t i = 0; i < activity.n_buckets; i++) {
            pk_buf_printf(&text, " %lld", (long long)row->buckets[i]);
            pk_buf_str(&text, function_name(profile, row->functions[i]));
        }
        pk_buf_char(&text, '\n');
    }
    pk_buf_printf(&text, "%lld + %lld, largest %lld, left out %u: %lld\n",
                  (long long)activity.weight, (long long)activity.untimed,
                  (long long)activity.largest, activity.n_left_out, (long long)activity.left_out);
    assert_string_equal(text.data, expected);
    pk_buf_fini(&text);
    pk_arena_reset(&arena);
    pk_profile_free(profile);
}

/* Three threads over 100..199: ten buckets of 10 ns. In the first, b has 5 and a has 4 of "one". */
static struct pk_builder *three(void)
{
    struct pk_builder *b = support_timed();

    add(b, "one", 100, "ma", 4);
    add(b, "one", 109, "mb", 5);
    add(b, "one", 110, "ma", 1);
    add(b, "one", 150, "m", 2);
    add(b, "two", 199, "ma", 3);
    add(b, "two", PK_MISSING, "ma", 7);
    add(b, "wee", 120, "b", 1);
    return b;
}

static void samples_fall_into_equal_buckets(void **state)
{
    (void)state;
    check(three(), (struct pk_activity_options){.most_buckets = 10},
          "one 12 a5 100..150: 9b 1a 0- 0- 0- 2m 0- 0- 0- 0-\n"
          "two 3 a3 199..199: 0- 0- 0- 0- 0- 0- 0- 0- 0- 3a\n"
          "wee 1 b1 120..120: 0- 0- 1b 0- 0- 0- 0- 0- 0- 0-\n"
          "16 + 7, largest 9, left out 0: 0\n");
}

static void rows_that_are_left_out_are_counted(void **state)
{
    (void)state;
    check(three(), (struct pk_activity_options){.most_buckets = 2, .most_rows = 1},
          "one 12 a5 100..150: 10a 2m\n"
          "16 + 7, largest 10, left out 2: 4\n");
}

static void rows_are_ordered_by_keys(void **state)
{
    const struct pk_order start = {PK_ACTIVITY_START, false}, by_name = {PK_ACTIVITY_NAME, true},
                          small = {PK_ACTIVITY_TOTAL, true};

    (void)state;
    check(three(), (struct pk_activity_options){.most_buckets = 1, .orders = &start, .n_orders = 1},
          "one 12 a5 100..150: 12a\n"
          "wee 1 b1 120..120: 1b\n"
          "two 3 a3 199..199: 3a\n"
          "16 + 7, largest 12, left out 0: 0\n");
    check(three(),
          (struct pk_activity_options){.most_buckets = 1, .orders = &by_name, .n_orders = 1},
          "wee 1 b1 120..120: 1b\n"
          "two 3 a3 199..199: 3a\n"
          "one 12 a5 100..150: 12a\n"
          "16 + 7, largest 12, left out 0: 0\n");
    check(three(), (struct pk_activity_options){.most_buckets = 1, .orders = &small, .n_orders = 1},
          "wee 1 b1 120..120: 1b\n"
          "two 3 a3 199..199: 3a\n"
          "one 12 a5 100..150: 12a\n"
          "16 + 7, largest 12, left out 0: 0\n");
}

/* a and b have 2 each: a is named, which stands first by name. */
static void of_equal_functions_the_first_is_named(void **state)
{
    struct pk_builder *b = support_timed();

    (void)state;
    add(b, "t", 1, "b", 2);
    add(b, "t", 2, "a", 2);
    check(b, (struct pk_activity_options){.most_buckets = 1},
          "t 4 a2 1..2: 4a\n4 + 0, largest 4, left out 0: 0\n");
}

static void no_bucket_is_shorter_than_a_nanosecond(void **state)
{
    struct pk_builder *b = support_timed(), *moment = support_timed();

    (void)state;
    add(b, "t", 7, "a", 1);
    add(b, "t", 9, "b", 2);
    check(b, (struct pk_activity_options){.most_buckets = 1000},
          "t 3 b2 7..9: 1a 0- 2b\n3 + 0, largest 2, left out 0: 0\n");
    add(moment, "t", INT64_MAX, "a", INT64_MAX);
    check(moment, (struct pk_activity_options){.most_buckets = 1000},
          "t 9223372036854775807 a9223372036854775807 9223372036854775807..9223372036854775807: "
          "9223372036854775807a\n"
          "9223372036854775807 + 0, largest 9223372036854775807, left out 0: 0\n");
}

static void the_longest_span_is_divided_without_overflow(void **state)
{
    struct pk_builder *b = support_timed();

    (void)state;
    add(b, "t", 0, "a", 1);
    add(b, "t", INT64_MAX, "b", 2);
    add(b, "t", INT64_MAX / 2 + 1, "c", 3); /* 2^62: the first of the second half */
    check(b, (struct pk_activity_options){.most_buckets = 2},
          "t 6 c3 0..9223372036854775807: 1a 5c\n6 + 0, largest 5, left out 0: 0\n");
}

static void without_times_there_are_no_rows(void **state)
{
    struct pk_builder *b = support_timed();

    (void)state;
    add(b, "t", PK_MISSING, "a", 5);
    check(b, (struct pk_activity_options){.most_buckets = 3}, "0 + 5, largest 0, left out 0: 0\n");
}

/* --- against the samples --- */

enum { THREADS = 4, SAMPLES = 60 };

struct sample {
    uint32_t thread, function;
    int64_t time, value;
};

/* Count the samples of a thread in one bucket by its definition. */
static void check_bucket(const struct sample *samples, const struct pk_profile *profile,
                         const struct pk_activity *activity, const struct pk_activity_row *row,
                         uint32_t bucket)
{
    struct pk_str thread = pk_record_slice(profile, row->slice)->slice.thread;
    int64_t self[26] = {0}, weight = 0, most = 0;
    struct pk_str name = function_name(profile, row->functions[bucket]);

    for (uint32_t i = 0; i < SAMPLES; i++) {
        int64_t at = samples[i].time - activity->first;

        if (samples[i].thread != (uint32_t)(thread.data[0] - '0') || at / activity->width != bucket)
            continue;
        weight += samples[i].value;
        self[samples[i].function] += samples[i].value;
    }
    for (uint32_t f = 0; f < 26; f++)
        most = self[f] > most ? self[f] : most;
    assert_int_equal(row->buckets[bucket], weight);
    if (weight == 0)
        assert_int_equal(row->functions[bucket], PK_NONE);
    else
        assert_int_equal(self[name.data[0] - 'a'], most);
}

static void random_samples_are_all_counted_where_they_belong(void **state)
{
    struct support_random random = {.state = 20261130};

    (void)state;
    for (uint32_t n = support_cases(300); n > 0; n--) {
        struct pk_builder *b = support_timed();
        struct sample samples[SAMPLES];
        struct pk_activity_options options = {.most_buckets = 1 + support_below(&random, 40),
                                              .most_rows = support_below(&random, 3)};
        uint32_t span = 1 + support_below(&random, 200);
        struct pk_profile *profile;
        struct pk_activity activity;
        int64_t all = 0, rows = 0;

        for (uint32_t i = 0; i < SAMPLES; i++) {
            struct sample s = {support_below(&random, THREADS), support_below(&random, 5),
                               5 + support_below(&random, span), 1 + support_below(&random, 9)};
            char thread[] = {(char)('0' + s.thread), '\0'};
            char letters[] = {'z', (char)('a' + s.function), '\0'};

            samples[i] = s;
            all += s.value;
            add(b, thread, s.time, letters, s.value);
        }
        profile = support_freeze(b);
        activity = pk_activity_find(profile, 0, &options, &arena);
        assert_true(activity.n_buckets <= options.most_buckets);
        assert_true(activity.first + activity.width * activity.n_buckets > activity.last);
        for (uint32_t r = 0; r < activity.n_rows; r++) {
            int64_t sum = 0;

            for (uint32_t i = 0; i < activity.n_buckets; i++) {
                check_bucket(samples, profile, &activity, &activity.rows[r], i);
                sum += activity.rows[r].buckets[i];
            }
            assert_int_equal(sum, activity.rows[r].weight);
            rows += sum;
        }
        assert_int_equal(rows + activity.left_out, all);
        assert_int_equal(activity.weight, all);
        pk_arena_reset(&arena);
        pk_profile_free(profile);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(samples_fall_into_equal_buckets),
        cmocka_unit_test(rows_that_are_left_out_are_counted),
        cmocka_unit_test(rows_are_ordered_by_keys),
        cmocka_unit_test(of_equal_functions_the_first_is_named),
        cmocka_unit_test(no_bucket_is_shorter_than_a_nanosecond),
        cmocka_unit_test(the_longest_span_is_divided_without_overflow),
        cmocka_unit_test(without_times_there_are_no_rows),
        cmocka_unit_test(random_samples_are_all_counted_where_they_belong),
    };
    int failed;

    pk_arena_init(&arena);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    pk_arena_fini(&arena);
    return failed;
}
