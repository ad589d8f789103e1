/*
 * What must hold for any collapsed text: a line reads the same whatever line stood before it, and
 * every cut or damaged sample ends in a clean error or in a profile that obeys the laws.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <stdio.h>

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "model/validate.h"
#include "tests/collapsed_check.h"
#include "tests/samples.h"
#include "tests/support.h"

/* --- laws --- */

static uint64_t next_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

/* A stack of frames that share fronts, with folded lines, roots and empty frames among them. */
static void random_line(struct pk_buf *out, uint64_t *seed)
{
    static const char *const frames[] = {
        "f (a.py)", "L1",  "L22",      "g (b.py)", "g (b.py:7)",
        "ab",       "abc", "a",        "",         "Thread 5616a7fa3550",
        "P1",       "T2",  "a.py:f:3", "x_[k]",    "[l.so]"};
    static const char *const starts[] = {
        "", "Thread 5616a7fa3550;", "P1;T2;", "P1;T23;", "P1;", "main;", ";"};
    uint64_t n = 1 + next_random(seed) % 5;
    size_t before = out->size;

    pk_buf_text(out, starts[next_random(seed) % (sizeof starts / sizeof *starts)]);
    for (uint64_t i = 0; i < n; i++) {
        pk_buf_text(out, frames[next_random(seed) % (sizeof frames / sizeof *frames)]);
        pk_buf_char(out, i + 1 < n ? ';' : ' ');
    }
    if (out->data[before] == ' ')
        out->data[before] = ';'; /* a line needs some stack */
    if (out->data[out->size - 1] != ' ')
        pk_buf_char(out, ' ');
    pk_buf_printf(out, "%d\n", (int)(next_random(seed) % 100));
}

/* Read each line with a reader of its own and merge: what the line before left behind cannot matter
 * there. */
static struct pk_profile *read_by_line(struct pk_str text, struct pk_error *error)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_builder *all = pk_builder_new(&limits);
    struct pk_profile *profile;

    for (size_t at = 0; at < text.size;) {
        const char *end = memchr(text.data + at, '\n', text.size - at);
        size_t size = (size_t)(end - text.data) + 1 - at;
        struct pk_input *input = pk_input_memory("t", text.data + at, size, &limits);
        struct pk_builder *one = pk_builder_new(&limits);
        struct pk_reading reading = {.input = input, .builder = one, .options = plain_options()};

        assert_true(pk_reader_run(&reading, &pk_reader_collapsed, error));
        pk_builder_merge(all, one);
        pk_builder_free(one);
        pk_input_free(input);
        at += size;
    }
    profile = pk_builder_freeze(all, NULL, NULL, error);
    pk_builder_free(all);
    return profile;
}

/* The stacks alone: which metric the numbers have is decided by the first line of a text. */
static char *show_tree(struct pk_profile *profile)
{
    struct pk_buf out = {0};

    assert_non_null(profile);
    show_stacks(profile, true, &out);
    pk_profile_free(profile);
    return out.data;
}

/* Frames, kinds, lines and numbers of a text cannot depend on which line stood where. */
static void a_line_reads_the_same_after_any_other(void **state)
{
    uint64_t seed = 20240229;
    (void)state;

    for (int round = 0; round < 3000 / (int)support_every(); round++) {
        struct pk_error error = {0};
        struct pk_buf text = {0};
        char *together, *apart;

        for (int i = 0; i < 8; i++)
            random_line(&text, &seed);
        together = show_tree(read_text(text.data, plain_options(), &error));
        apart = show_tree(read_by_line(pk_buf_view(&text), &error));
        if (strcmp(together, apart) != 0)
            fail_msg("reading\n%s\ngave\n%s\nbut line by line\n%s", text.data, together, apart);
        pk_free(together);
        pk_free(apart);
        pk_buf_fini(&text);
    }
}

/* --- every sample, cut and damaged --- */

static int load_samples(void **state)
{
    (void)state;
    samples_load("collapsed");
    return 0;
}

/* A clean error, or a profile that obeys the laws. */
static void check_ending(const char *path, struct pk_str bytes, struct pk_read_options options)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_error error = {0};
    struct pk_profile *profile;

    limits.inflate = 16 << 20;
    profile = read_bytes(bytes, options, &limits, &error);
    if (profile ? !pk_validate(profile, &error)
                : error.status != PK_INPUT || !error.text[0] || !error.file)
        fail_msg("%s, %zu bytes: status %d, %s", path, bytes.size, (int)error.status, error.text);
    pk_profile_free(profile);
}

static void every_prefix_of_every_sample_ends_cleanly(void **state)
{
    (void)state;
    samples_needed();
    for (size_t i = 0; i < samples.size; i++) {
        struct pk_str bytes = pk_buf_view(&samples.data[i].bytes);
        size_t places = (bytes.size > 65536 ? 100 : 2000) / support_every();
        size_t step = bytes.size / places + 1;

        for (size_t size = 0; size <= bytes.size; size += step)
            check_ending(samples.data[i].path, pk_str_slice(bytes, 0, size), plain_options());
    }
}

static void damaged_samples_end_cleanly(void **state)
{
    static const char spice[] = ";;  \n\t0919.eE-+#:LPT_[k]()\xff\0\r";
    uint64_t seed = 42;
    (void)state;

    samples_needed();
    for (size_t i = 0; i < samples.size; i++) {
        struct pk_str bytes = pk_buf_view(&samples.data[i].bytes);
        int rounds = (bytes.size > 65536 ? 10 : 500) / (int)support_every();

        for (int round = 0; round < rounds && bytes.size; round++) {
            struct pk_buf copy = {0};
            uint64_t hits = 1 + next_random(&seed) % 8;
            struct pk_read_options options = {.is_strict = round % 7 == 0,
                                              .keeps_going = round % 2 == 0,
                                              .strips_offsets = round % 3 == 0};

            pk_buf_str(&copy, bytes);
            while (hits--) {
                size_t at = (size_t)(next_random(&seed) % bytes.size);

                copy.data[at] = hits % 2 ? (char)next_random(&seed)
                                         : spice[next_random(&seed) % (sizeof spice - 1)];
            }
            check_ending(samples.data[i].path, pk_buf_view(&copy), options);
            pk_buf_fini(&copy);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_reads_the_same_after_any_other),
        cmocka_unit_test(every_prefix_of_every_sample_ends_cleanly),
        cmocka_unit_test(damaged_samples_end_cleanly),
    };

    return cmocka_run_group_tests(tests, load_samples, samples_free);
}
