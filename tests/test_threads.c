/*
 * What is read does not depend on how many threads read: every file of the shared corpus and of
 * samples/, and random ones that hold all that makes reading in parts hard, cut into parts as small
 * as a few records. Profiles are compared in their canonical text, which holds notes and their
 * places, and refusals in what is said.
 *
 * Environment: PROFKIT_SHARED, srcdir, CI, PROFKIT_CASES.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "corpus.h"
#include "formats/readers.h"
#include "model/dump.h"
#include "skip.h"
#include "support.h"

#define RANDOM_FILES 150u

struct outcome {
    struct pk_buf text;
    bool is_read;
};

/* The profile as text, or the error as a user would see it. */
static struct outcome read_with(const struct pk_reader *reader, struct pk_str bytes,
                                struct pk_read_options options, bool keeps_times)
{
    const struct pk_limits limits = pk_limits_default();
    struct pk_error error = {0};
    struct pk_input *input = pk_input_memory("x", bytes.data, bytes.size, &limits);
    struct pk_reading reading = {
        .input = input, .builder = pk_builder_new(&limits), .options = options};
    struct pk_profile *profile = NULL;
    struct outcome outcome = {0};

    if (keeps_times)
        pk_builder_keep_times(reading.builder);
    if (pk_reader_run(&reading, reader, &error))
        profile = pk_builder_freeze(reading.builder, NULL, NULL, &error);
    outcome.is_read = profile != NULL;
    if (profile)
        pk_dump_profile(profile, &outcome.text);
    else
        pk_buf_printf(&outcome.text, "%d %d:%llu:%llu %s\n%s", (int)error.status,
                      (int)error.place.kind, (unsigned long long)error.place.line,
                      (unsigned long long)error.place.column, error.text, error.hint);
    pk_profile_free(profile);
    pk_builder_free(reading.builder);
    pk_input_free(input);
    return outcome;
}

/* Whether several threads, with parts of `part` bytes, say the same, and the same in turns, where
 * parts are spread as chance seldom does; true when it was a profile. */
static bool compare(const char *name, const struct pk_reader *reader, struct pk_str bytes,
                    struct pk_read_options options, size_t part, bool keeps_times)
{
    static const struct {
        unsigned threads;
        uint64_t turns;
    } ways[] = {{2, 0}, {8, 0}, {2, 1}, {3, 2}, {8, 3}};
    struct outcome alone = read_with(reader, bytes, options, keeps_times);
    bool is_read = alone.is_read;

    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        struct outcome together;

        options.pool = (struct pk_read_pool){ways[i].threads, part / 2, part, ways[i].turns};
        together = read_with(reader, bytes, options, keeps_times);
        if (!pk_str_equal(pk_buf_view(&alone.text), pk_buf_view(&together.text)))
            fail_msg("%s: %u threads, parts of %zu bytes\n--- one thread\n%.3000s\n--- several\n"
                     "%.3000s",
                     name, ways[i].threads, part, alone.text.data, together.text.data);
        pk_buf_fini(&together.text);
    }
    pk_buf_fini(&alone.text);
    return is_read;
}

/* --- files of others --- */

static unsigned files_read;

static bool is_of_threads(const char *path)
{
    return strstr(path, "/perf/") || strstr(path, "/collapsed/") || strstr(path, "samples/");
}

static void compare_file(const char *path)
{
    static const size_t parts[] = {700, 9000};
    const struct pk_limits limits = pk_limits_default();
    struct pk_error error = {0};
    struct pk_input *input = pk_input_open(path, &limits, &error);
    const struct pk_reader *reader = input ? pk_reader_detect(input, &error) : NULL;
    struct pk_buf bytes = {0};

    if (reader && (reader == &pk_reader_perf || reader == &pk_reader_collapsed) &&
        pk_input_read_all(input, &bytes, &error))
        for (size_t i = 0; i < 2; i++)
            files_read += compare(path, reader, pk_buf_view(&bytes), (struct pk_read_options){0},
                                  parts[i], i == 0);
    pk_buf_fini(&bytes);
    pk_input_free(input);
}

static void files_of_other_projects_read_the_same(void **state)
{
    (void)state;
    if (corpus_is_missing())
        skip_because("no corpus: set PROFKIT_SHARED");
    files_read = 0;
    corpus_each_of(corpus_shared(), "corpus", is_of_threads, compare_file);
    corpus_each_of(corpus_shared(), "formats/samples", is_of_threads, compare_file);
    corpus_each_of(corpus_source(), "samples", is_of_threads, compare_file);
    print_message("%u readings of files compared\n", files_read);
    assert_true(files_read > 250);
}

/* --- random files --- */

static void add_perf_header(struct support_random *random, struct pk_buf *out, uint64_t *time,
                            uint32_t back)
{
    static const char *const events[] = {"cycles", "cpu-clock", "page-faults", "cycles:u"};
    static const char *const threads[] = {"app 7/7", "app 7/8", "a b 9/9", "java 3/3"};
    bool is_back = support_below(random, back) == 0;

    *time += support_below(random, 5000);
    pk_buf_printf(out, "%s [000] %llu.%06llu: ", threads[support_below(random, 4)],
                  (unsigned long long)((*time - (is_back ? 900 : 0)) / 1000000),
                  (unsigned long long)((*time - (is_back ? 900 : 0)) % 1000000));
    if (support_below(random, 3))
        pk_buf_printf(out, "%10u ", support_below(random, 3) ? 250 : support_below(random, 4));
    pk_buf_printf(out, "%s: \n", events[support_below(random, support_below(random, 9) ? 2 : 4)]);
}

static void add_perf_frames(struct support_random *random, struct pk_buf *out, bool has_lines)
{
    bool is_deep = support_below(random, 60) == 0; /* as the kernel cuts it */

    for (uint32_t n = is_deep ? 127 : support_below(random, 7); n > 0; n--) {
        uint32_t f = support_below(random, 12);

        if (f == 0)
            pk_buf_printf(out, "\t    7f00%08x [unknown] (/lib/x.so)\n", f);
        else
            pk_buf_printf(out, "\t    %012x f%u+0x%x (/bin/app)\n", 4096 * f + n, f, n);
        if (has_lines && support_below(random, 2))
            pk_buf_text(out, f ? "  app.c:12\n" : "\n");
    }
}

/* What stands between samples, or where it should not. */
static void add_perf_oddity(struct support_random *random, struct pk_buf *out)
{
    static const char *const oddities[] = {
        "\n",
        "\t  4005d0 stray (/bin/app)\n\n",
        "addr2line: no such file\n",
        "# cmdline : perf record x\n",
        "noise\n\n",
        "app 7/7 [000] 9.000001: PERF_RECORD_LOST lost 3\n",
        "\t\n",
        "  nowhere.c:3\n",
        "app 7/7 [000]  11.5: 99999999999999999999 cycles: \n",
    };

    pk_buf_text(out, oddities[support_below(random, support_below(random, 300) ? 8 : 9)]);
}

static void random_perf(struct support_random *random, struct pk_buf *out)
{
    uint64_t time = 1000000 * (uint64_t)support_below(random, 100) + 5000;
    uint32_t odd = support_below(random, 4) ? 20 + support_below(random, 100) : 0;
    uint32_t back = 4 + support_below(random, 20); /* at times just too often for a clock */
    uint32_t lines_from = support_below(random, 200);
    uint32_t n = 20 + support_below(random, 150);

    for (uint32_t i = 0; i < n; i++) {
        add_perf_header(random, out, &time, back);
        add_perf_frames(random, out, i > lines_from);
        if (support_below(random, 40) || i + 1 == n)
            pk_buf_char(out, '\n');
        if (odd && support_below(random, odd) == 0)
            add_perf_oddity(random, out);
    }
    if (support_below(random, 5) == 0)
        out->size -= support_below(random, 30);
}

static void add_line(struct support_random *random, struct pk_buf *out)
{
    for (uint32_t n = 1 + support_below(random, 6); n > 0; n--)
        pk_buf_printf(out, "f%u%s%s", support_below(random, 9),
                      support_below(random, 9) ? "" : " (a.py:3)", n > 1 ? ";" : "");
}

static void add_count(struct support_random *random, struct pk_buf *out)
{
    switch (support_below(random, 12)) {
    case 0:
        pk_buf_printf(out, " %u.%u\n", support_below(random, 50), support_below(random, 100));
        break;
    case 1:
        pk_buf_printf(out, " -%u\n", 1 + support_below(random, 50));
        break;
    default:
        pk_buf_printf(out, " %u\n", support_below(random, 50));
    }
}

static void random_collapsed(struct support_random *random, struct pk_buf *out)
{
    static const char *const oddities[] = {"\n",
                                           "no count\n",
                                           "f3;f4\n",
                                           "x\n",
                                           " 4\n",
                                           "f1;f2 3 4\n",
                                           "thread (0x12);f1 2\n",
                                           "[app];[app_[k] 3\n",
                                           "# mode: wall\n",
                                           "# key: value\n"};
    uint32_t odd = support_below(random, 4) ? 10 + support_below(random, 60) : 0;
    uint32_t kinds = support_below(random, 2) ? 8 : 10;
    bool is_austin = support_below(random, 4) == 0;

    for (uint32_t n = 20 + support_below(random, 300); n > 0; n--) {
        if (is_austin)
            pk_buf_printf(out, "P%u;T0:%u;", support_below(random, 2), support_below(random, 2));
        add_line(random, out);
        add_count(random, out);
        if (odd && support_below(random, odd) == 0)
            pk_buf_text(out, oddities[support_below(random, kinds)]);
        if (odd && kinds == 10 && support_below(random, 60) == 0)
            pk_buf_printf(out, "# key%u: value\n", support_below(random, 900));
    }
    if (support_below(random, 5) == 0)
        out->size -= support_below(random, 10);
}

static void random_files_read_the_same(const struct pk_reader *reader, uint64_t seed,
                                       void (*make)(struct support_random *, struct pk_buf *))
{
    struct support_random random = {seed};
    uint32_t n = support_cases(RANDOM_FILES), read = 0;

    for (uint32_t i = 0; i < n; i++) {
        struct pk_read_options options = {.is_strict = support_below(&random, 6) == 0,
                                          .keeps_going = support_below(&random, 3) == 0};
        struct pk_buf text = {0};
        char name[40];

        snprintf(name, sizeof name, "random file %u", i);
        make(&random, &text);
        options.perf_folding.is_on = support_below(&random, 3) == 0;
        read += compare(name, reader, pk_buf_view(&text), options,
                        200 + support_below(&random, 2000), support_below(&random, 2));
        pk_buf_fini(&text);
    }
    print_message("%u of %u random files are profiles\n", read, n);
    assert_true(read >= n / 3 && read <= n);
}

static void random_perf_scripts_read_the_same(void **state)
{
    (void)state;
    random_files_read_the_same(&pk_reader_perf, 2611, random_perf);
}

static void random_collapsed_stacks_read_the_same(void **state)
{
    (void)state;
    random_files_read_the_same(&pk_reader_collapsed, 1973, random_collapsed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_of_other_projects_read_the_same),
        cmocka_unit_test(random_perf_scripts_read_the_same),
        cmocka_unit_test(random_collapsed_stacks_read_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
