/*
 * Cut, damaged and hostile perf script: clean errors, counted losses, limits; and every prefix of
 * every sample.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <stdio.h>

#include "base/arena.h"
#include "model/validate.h"
#include "tests/perf_check.h"
#include "tests/samples.h"
#include "tests/support.h"

#define S "p 7 1.000000: 5 c: \n\t 1 f (/p)\n\n"
#define TEN S S S S S S S S S S

static void damage_is_counted_or_refused(void **state)
{
    static const struct {
        struct pk_read_options options;
        const char *text, *expected;
    } cases[] = {
        /* noise between records, and inside one, where it ends nothing */
        {{0},
         TEN "addr2line: x: not found\n" S,
         "f@/p 55\nnote 1 line that belongs to no sample skipped, at line 31\n"},
        {{0},
         TEN "p 7 1.000000: 5 c: \n\t 1 f (/p)\naddr2line: x\n\t 2 g (/p)\n\n",
         "f@/p 50\ng@/p;f@/p 5\nnote 1 line that belongs to no sample skipped, at line 33\n"},
        {{.is_strict = true},
         TEN "addr2line: x\n" S,
         "error 31: expected a sample's header or a frame, found 'addr2line: x'\n"},
        {{0},
         S "what is this\n" S,
         "error 4: expected a sample's header or a frame, found 'what is this'\n"},
        {{.keeps_going = true},
         S "what is this\n" S,
         "f@/p 10\nnote 1 line that belongs to no sample skipped, at line 4\n"},
        /* without times any text may be a header: until no frame comes */
        {{0},
         "p 7 c: \n\t 1 f (/p)\n\t 2 g (/p)\n\t 2 h (/p)\n\t 4 i (/p)\n\t 5 j (/p)\n\n"
         "p 7 c: \n\t 1 f (/p)\n\t 2 g (/p)\n\n"
         "addr2line: x: not found\np 7 c: \n\t 1 f (/p)\n\n",
         "f@/p 1\ng@/p;f@/p 1\nj@/p;i@/p;h@/p;g@/p;f@/p 1\n"
         "note 1 line that belongs to no sample skipped, at line 12\n"},
        {{0},
         "p 7 c: \n\t 1 f (/p)\n\nwhat is this\np 7 c: \n\t 1 f (/p)\n\n",
         "error 4: expected a sample's header or a frame, found 'what is this'\n"},
        /* frames without a header, where there are headers */
        {{.keeps_going = true},
         S "\t 1 g (/p)\n\n" S,
         "f@/p 10\nnote 1 line that belongs to no sample skipped, at line 4\n"},
        /* nothing in it */
        {{0}, "# ========\n# captured on: x\n", "error 0: no samples in it\n"},
        {{0}, "p 7 1.000000: PERF_RECORD_COMM: p:7/7\n", "error 0: no samples in it\n"},
        {{0},
         "p 7 1.000000: 9223372036854775808 c: \n",
         "error 1: the sample's period does not fit into 64 bits\n"},
        {{0},
         "p 7 1.000000: 9223372036854775807 c: \n\t 1 f (/p)\n\n" S,
         "error 4: the sum of metric 'c' is beyond 64 bits\n"},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        perf_assert(cases[i].text, cases[i].options, false, cases[i].expected);
}

static void cut_files_keep_what_is_complete(void **state)
{
    static const struct {
        const char *text, *expected;
    } cases[] = {
        {S "p 7 1.000000: 5 c: \n\t 1 f (/p)\n\t 2 g (/p)\n",
         "f@/p 5\ng@/p;f@/p 5\nnote no blank line behind the last sample, its stack may be cut, at "
         "line 6\n"},
        /* half a frame is none */
        {S "p 7 1.000000: 5 c: \n\t 1 f (/p)\n\t 2 g (/lib",
         "f@/p 10\nnote the last line is cut short, it is not used, at line 6\nnote no blank line "
         "behind the last sample, its stack may be cut, at line 6\n"},
        {S "p 7 1.000000: 5 c: \n\t 1 f (/p)\n\t 2 g+0x",
         "f@/p 10\nnote the last line is cut short, it is not used, at line 6\nnote no blank line "
         "behind the last sample, its stack may be cut, at line 6\n"},
        /* half a header, or one without frames, is no sample */
        {S "p 7 1.0000", "f@/p 5\nnote the last line is cut short, it is not used, at line 4\n"},
        {S "p 7 1.000000: 5 c: \n",
         "f@/p 5\nnote the last line is cut short, it is not used, at line 4\n"},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        perf_assert(cases[i].text, (struct pk_read_options){0}, false, cases[i].expected);
    }
}

static void strict_refuses_a_cut_file(void **state)
{
    (void)state;
    perf_assert(S "p 7 1.000000: 5 c: \n\t 1 f (/p)\n", (struct pk_read_options){.is_strict = true},
                false, "error 5: no blank line behind the last sample, its stack may be cut\n");
}

static char *show_limited(const char *text, const char *limit)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_error error = {0};
    struct pk_profile *profile;
    struct pk_buf out = {0};

    assert_true(pk_limits_set(&limits, limit, &error));
    profile = perf_bytes(pk_str_of(text), (struct pk_read_options){0}, &limits, &error);
    pk_buf_printf(&out, "%s", profile ? "read" : error.text);
    pk_profile_free(profile);
    return out.data;
}

static void limits_hold_on_both_sides(void **state)
{
    static const struct {
        const char *text, *limit, *expected;
    } cases[] = {
        {"p 7 1.000000: 5 c: \n\t 1 f (/p)\n\t 2 g (/p)\n\n", "stack=2", "read"},
        {"p 7 1.000000: 5 c: \n\t 1 f (/p)\n\t 2 g (/p)\n\n", "stack=1",
         "more than 1 frames in one stack"},
        /* a chain is as many frames as it has names */
        {"p 7 1.000000: 5 c: \n\t 1 a->b (/tmp/perf-1.map)\n\n", "stack=1",
         "more than 1 frames in one stack"},
        {"p 7 1.000000: 5 c: \n\t 1 f (/p)\n\t 2 g (/p)\n\n", "frames=2", "read"},
        {"p 7 1.000000: 5 c: \n\t 1 f (/p)\n\t 2 g (/p)\n\n", "frames=1",
         "more than 1 distinct frames"},
        {S "p 7 1.000000: 5 d: \n\t 1 f (/p)\n\n", "metrics=2", "read"},
        {S "p 7 1.000000: 5 d: \n\t 1 f (/p)\n\n", "metrics=1", "more than 1 metrics"},
        {S "p 7 1.000000: 6 c: \n\t 1 f (/p)\n\n", "metrics=1", "more than 1 metrics"},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *shown = show_limited(cases[i].text, cases[i].limit);

        if (strcmp(shown, cases[i].expected) != 0)
            fail_msg("%s, %s: %s", cases[i].text, cases[i].limit, shown);
        pk_free(shown);
    }
}

static void a_stack_of_a_million_frames_is_read(void **state)
{
    struct pk_buf text = {0};
    struct pk_limits limits = pk_limits_default();
    struct pk_error error = {0};
    struct pk_profile *profile;
    (void)state;

    pk_buf_text(&text, "p 7 1.000000: 5 c: \n");
    for (int i = 0; i < 1000000; i++)
        pk_buf_printf(&text, "\t%x f\n", i + 16);
    pk_buf_char(&text, '\n');
    profile = perf_bytes(pk_buf_view(&text), (struct pk_read_options){0}, &limits, &error);
    assert_non_null(profile);
    assert_int_equal(pk_profile_tree(profile)->n, 1000000);
    assert_true(pk_profile_total(profile, 0) == 5);
    pk_profile_free(profile);
    pk_buf_fini(&text);
}

/* --- every sample, cut and damaged --- */

static int load_samples(void **state)
{
    (void)state;
    samples_load("perf");
    return 0;
}

/* A clean error, or a profile that obeys the laws. */
static void check_ending(const char *path, struct pk_str bytes, struct pk_read_options options)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_error error = {0};
    struct pk_profile *profile;

    limits.inflate = 16 << 20;
    profile = perf_bytes(bytes, options, &limits, &error);
    if (profile ? !pk_validate(profile, &error)
                : error.status != PK_INPUT || !error.text[0] || !error.file)
        fail_msg("%s, %zu bytes: status %d, %s", path, bytes.size, (int)error.status, error.text);
    pk_profile_free(profile);
}

static uint64_t next_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static struct pk_read_options any_options(uint64_t choice)
{
    return (struct pk_read_options){.is_strict = choice % 7 == 0,
                                    .keeps_going = choice % 2 == 0,
                                    .perf_folding = {.is_on = choice % 3 == 0,
                                                     .has_pid = choice % 5 == 0,
                                                     .has_tid = choice % 11 == 0,
                                                     .marks_kernel = choice % 4 == 0,
                                                     .marks_jit = choice % 4 == 0,
                                                     .has_addresses = choice % 9 == 0}};
}

static void every_prefix_of_every_sample_ends_cleanly(void **state)
{
    (void)state;
    samples_needed();
    for (size_t i = 0; i < samples.size; i++) {
        struct pk_str bytes = pk_buf_view(&samples.data[i].bytes);
        size_t places = bytes.size > 65536 ? 30 : bytes.size > 8192 ? 150 : 2000;
        size_t step = bytes.size / (places / support_every() + 1) + 1;

        for (size_t size = 0; size <= bytes.size; size += step)
            check_ending(samples.data[i].path, pk_str_slice(bytes, 0, size), any_options(size));
    }
}

static void damaged_samples_end_cleanly(void **state)
{
    static const char spice[] = " \t\n\n0a:.()[]/->+x#;\"'\xff\0\r";
    uint64_t seed = 42;
    (void)state;

    samples_needed();
    for (size_t i = 0; i < samples.size; i++) {
        struct pk_str bytes = pk_buf_view(&samples.data[i].bytes);
        int rounds = (bytes.size > 65536 ? 10 : 100) / (int)support_every();

        for (int round = 0; round < rounds && bytes.size; round++) {
            struct pk_buf copy = {0};
            uint64_t hits = 1 + next_random(&seed) % 20;

            pk_buf_str(&copy, bytes);
            while (hits--) {
                size_t at = (size_t)(next_random(&seed) % bytes.size);

                copy.data[at] = hits % 2 ? (char)next_random(&seed)
                                         : spice[next_random(&seed) % (sizeof spice - 1)];
            }
            check_ending(samples.data[i].path, pk_buf_view(&copy), any_options(seed >> 7));
            pk_buf_fini(&copy);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(damage_is_counted_or_refused),
        cmocka_unit_test(cut_files_keep_what_is_complete),
        cmocka_unit_test(strict_refuses_a_cut_file),
        cmocka_unit_test(limits_hold_on_both_sides),
        cmocka_unit_test(a_stack_of_a_million_frames_is_read),
        cmocka_unit_test(every_prefix_of_every_sample_ends_cleanly),
        cmocka_unit_test(damaged_samples_end_cleanly),
    };

    return cmocka_run_group_tests(tests, load_samples, samples_free);
}
