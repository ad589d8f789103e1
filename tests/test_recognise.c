/*
 * What an input is, from its first bytes. Inputs are the shortest texts that a format's note calls
 * enough, and beside each the near miss that must not be taken for it. Every file of the shared
 * corpus is classified too.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "formats/readers.h"
#include "tests/corpus.h"
#include "tests/skip.h"

#define BYTES(literal) literal, sizeof(literal) - 1

/* The name of what an input is taken for, or "unknown", "tie". */
static const char *classify_input(struct pk_input *input)
{
    struct pk_error error = {0};
    const struct pk_reader *reader = pk_reader_detect(input, &error);

    if (reader)
        return reader->name;
    if (strstr(error.text, "this could be"))
        return "tie";
    return strstr(error.text, "empty file") ? "empty" : "unknown";
}

struct recognise_case {
    const char *bytes;
    size_t size;
    const char *name;
};

static void check_cases(const struct recognise_case *cases, size_t n)
{
    struct pk_limits limits = pk_limits_default();

    for (size_t i = 0; i < n; i++) {
        struct pk_input *input = pk_input_memory("t", cases[i].bytes, cases[i].size, &limits);
        const char *name = classify_input(input);

        if (strcmp(name, cases[i].name) != 0)
            fail_msg("%.60s: %s instead of %s", cases[i].bytes, name, cases[i].name);
        pk_input_free(input);
    }
}

#define CHECK(cases) check_cases(cases, sizeof(cases) / sizeof *(cases))

static void wrong_files_are_known_by_their_magic(void **state)
{
    static const struct recognise_case cases[] = {
        {BYTES("PERFILE2\x68\0\0\0"), "perf.data"},
        {BYTES("gmon\1\0\0\0"), "gmon.out"},
        {BYTES("FLR\0\0\2\0\1"), "jfr"},
        {BYTES("PK\3\4\24\0"), "zip"},
        {BYTES("SQLite format 3\0"), "sqlite"},
        {BYTES("JAVA PROFILE 1.0.2\0"), "hprof"},
        {BYTES("JAVA PROFILE 1.0.1, created Fri"), "hprof"},
        {BYTES("\x5e\x97\xca\xfd\1"), "sysprof-capture"},
        {BYTES("v8-version,6,8,275\n"), "v8-log"},
        {BYTES("\x80\x04\x95\x10\0\0\0\0\0\0\0}"), "pickle"},
        {BYTES("\x80\x02}q"), "pickle"},
        {BYTES("\xa7\x0d\r\n\0\0\0\0\0\0\0\0"), "pyc"}, /* 3.11 */
        {BYTES("\x03\xf3\r\n\0\0\0\0c"), "pyc"},        /* 2.7 */
        {BYTES("ab\r\n;c 12\r\n"), "unknown"},
        {BYTES("MOJ\3"), "mojo"},
        {BYTES("\0\0\0\0\0\0\0\0\3\0\0\0\0\0\0\0\0\0\0\0"), "gperftools"},
        {BYTES("7z\xbc\xaf\x27\x1c"), "packed"},
        {BYTES("\x89PNG\r\n\x1a\n"), "picture"},
        {BYTES("%PDF-1.7\n"), "picture"},
        {BYTES(""), "empty"},
        {BYTES("\1\2\3\4"), "unknown"},
    };
    (void)state;

    CHECK(cases);
}

static void pprof_is_known_by_its_fields(void **state)
{
    static const struct recognise_case cases[] = {
        /* sample_type {1, 2}, sample { location_id, value }, string_table "" */
        {BYTES("\x0a\x04\x08\x01\x10\x02\x12\x04\x08\x01\x10\x07\x32\0"), "pprof"},
        {BYTES("\x48\xd6\x9d\x01\x0a\x04\x08\x01\x10\x02\x32\0"), "pprof"}, /* time first */
        {BYTES("\x0a\x04\x08\x01\x10\x02\x12\x7f\x08\x01\x10\x07\x32\0"),
         "unknown"}, /* cut, though it is all */
        {BYTES("\x0a\x04\x08\x01\x10\x02\x82\x01\x04\x08\x01\x10\x07"), "unknown"}, /* field 16 */
        {BYTES("\x0a\x04\x08\x01\x10\x02\x10\x04\x32\0"),
         "unknown"}, /* a sample must have a length */
        {BYTES("\nHello;world 3\n"), "folded"},
        /* letters that are fields of a Profile, the last of which is as long as the rest */
        {BYTES("HaHbZ9;3456789012345678901234567890123456789012345678901234 12\n"), "folded"},
    };
    (void)state;

    CHECK(cases);
}

static void markup_is_known_by_its_first_element(void **state)
{
    static const struct recognise_case cases[] = {
        {BYTES("<?xml version=\"1.0\"?><svg xmlns:fg=\"http://github.com/jonhoo/inferno\">"),
         "svg"},
        {BYTES("<svg width=\"1\">\n<!-- Flame graph stack visualization. -->"), "svg"},
        {BYTES("<svg width=\"1\"><circle/></svg>"), "other-svg"},
        {BYTES("<profile>\n <size>12</size>"), "sysprof"},
        {BYTES("<?xml version=\"1.0\"?>\n<trace-query-result>\n"), "xctrace"},
        {BYTES("<?xml version=\"1.0\"?>\n<trace-toc>"), "xctrace-toc"},
        {BYTES("  <!DOCTYPE HTML><p>"), "html"},
        {BYTES("<!-- saved -->\n<html lang=\"en\">"), "html"},
        {BYTES("<?xml version=\"1.0\"?><rss>"), "xml"},
        {BYTES("<module> (a.py:6);f (b.py:2) 3\n<module> (a.py:6) 1\n"), "folded"}, /* py-spy */
        {BYTES("<svgs;f 3\n"), "folded"},
        {BYTES("<profile>\n"), "unknown"},
    };
    (void)state;

    CHECK(cases);
}

static void json_is_known_by_its_keys(void **state)
{
    static const struct recognise_case cases[] = {
        {BYTES("{\"$schema\": \"https://www.speedscope.app/file-format-schema.json\"}"),
         "speedscope"},
        {BYTES("{\"profiles\":[],\"shared\":{}}"), "speedscope"},
        {BYTES("{\"profiles\":[{\"type\":\"sampled\",\"unit\":\"none\",\"startValue\":0"),
         "speedscope"},
        {BYTES("{\"nodes\":[{\"id\":1,\"callFrame\":{\"functionName\""), "cpuprofile"},
        {BYTES("{\"head\":{\"functionName\":\"(root)\""), "cpuprofile"},
        {BYTES("{\"profile\":{\"nodes\":[],\"samples\":[]"), "cpuprofile"},
        {BYTES("{\"traceEvents\": [\n"), "chrome-trace"},
        {BYTES("[\n  {\"pid\": 0, \"ph\": \"B\"}"), "chrome-trace"},
        {BYTES("{\"meta\":{\"interval\":1},\"threads\":[]}"), "firefox"},
        {BYTES("{\"meta\":{\"interval\":1,\"stackwalk\":1,"), "firefox"},
        {BYTES("{\"resourceSpans\":[{\"resource\":{}}]}\n{\"resourceSpans\":[]}\n"), "otlp"},
        {BYTES("{\"data\":[{\"traceID\":\"1\",\"spans\":[]}]}"), "jaeger"},
        {BYTES("[{\"traceId\":\"1\",\"id\":\"2\"}]"), "zipkin"},
        {BYTES("[[{\"traceId\":\"1\",\"id\":\"2\"}]]"), "zipkin"},
        {BYTES("{\"type\": \"attached_probes\", \"data\": {\"probes\": 1}}\n"), "bpftrace-json"},
        {BYTES("{\"start_time\":1.5,\"sample_count\":432,\"root_frame\":{}}"), "pyinstrument"},
        {BYTES("{\"samples\": \"a string with { and \\\"nodes\\\": 1\"}"), "json"},
        {BYTES("{}"), "json"},
        {BYTES("[]"), "json"},
        {BYTES("[unknown];f 3\n[unknown];g 4\n"), "folded"},
        {BYTES("{closure};f 3\n"), "unknown"}, /* the note refuses "{" at a line's start */
    };
    (void)state;

    CHECK(cases);
}

static void text_formats_are_known_by_their_lines(void **state)
{
    static const struct recognise_case cases[] = {
        {BYTES("# callgrind format\nevents: Ir\n"), "callgrind"},
        {BYTES("version: 1\ncreator: xdebug 2.5\ncmd: a\n"), "callgrind"},
        {BYTES("events: Ticks\nfn=f\n5 90\n"), "callgrind"},
        {BYTES("desc: I1 cache: 1\ncmd: a\nevents: Ir\n"), "callgrind"}, /* cachegrind */
        {BYTES("desc: (none)\ncmd: a\ntime_unit: i\n"), "massif"},
        {BYTES("events: 5\n"), "unknown"},
        {BYTES("v 10400 3\nX ./a\nI 1000 ff\n"), "heaptrack"},
        {BYTES("v 1.2 3\nX ./a\n"), "unknown"},
        {BYTES("Flat profile:\n\nEach sample"), "gprof"},
        {BYTES("\t\t     Call graph (explanation follows)\n"), "gprof"},
        {BYTES("index % time    self  children    called     name\n"), "gprof"},
        {BYTES("granularity: each sample hit covers 4 bytes\n"), "gprof"},
        {BYTES("# ========\n# captured on: Thu Aug 17\n"), "perf"},
        {BYTES("sh 4356 [000]  2037.703132: sched:x:\n\tffff81 f+0x3 (k)\n"), "perf"},
        {BYTES("gzip 29247  1959.753124:  2000000 cpu-clock:   5631408de308 [unknown] "
               "(/usr/bin/gzip)\n"),
         "perf"},
        {BYTES("gzip 29247  1959.753124: PERF_RECORD_MMAP2 29247\n"), "perf"},
        {BYTES("\n\tffffffff8175016a elf_load\n\tffffffff8175080a load\n"), "perf"},
        {BYTES("node-v011 31912 cpu-clock: \n            13a80b608e0a RegExp (/tmp/p.map)\n"),
         "perf"},
        /* records without frames, and frames without times */
        {BYTES("swapper     0 [001]    12.345678: sched:sched_switch: prev_comm=a 3.000000: (x)\n"),
         "perf"},
        {BYTES("  my thr 12 30941 13424.736728:    2000000 cpu-clock: \n"), "perf"},
        {BYTES("  my thr 12 30941 cpu-clock:      55ae79712646 f (/a b)\n"), "perf"},
        {BYTES("     55ae79712646 f (/a b)\n     55ae79712646 f (/a b)\n"), "perf"},
        {BYTES("\n\tffffffff8175016a\n\t    7f0ff46f2ad7\n"), "perf"},
        {BYTES("\n\tffffffff8175016a\n\tnot so\n"), "unknown"},
        {BYTES("          bash-12    [001] 1.345678: sched_switch: a\n"), "unknown"}, /* ftrace */
        {BYTES("add two (numbers)\nbad luck (x)\n"), "unknown"},
        {BYTES("\tffffffff8175016a elf_load\n\tnot an address\n\tnor this\n"), "unknown"},
        {BYTES("Attaching 1 probe...\n@[\n    f+12\n    g+3\n]: 4\n"), "bpftrace"},
        {BYTES("@stacks[\n    f+12\n]: 42\n"), "bpftrace"},
        {BYTES("CPU     ID                    FUNCTION:NAME\n"), "dtrace"},
        {BYTES("\n  test`baz\n  test`main\n  1\n"), "dtrace"},
        {BYTES("goroutine 18 [running]:\nmain.f()\n"), "stack-dump"},
        {BYTES("goroutine profile: total 25\n3 @ 0x43\n"), "stack-dump"},
        {BYTES("2024-01-01 00:00:00\nFull thread dump OpenJDK\n"), "stack-dump"},
        {BYTES("Thread 3 (Thread 0x7f (LWP 1)):\n#0  0x1 in f () at a.c:1\n"), "stack-dump"},
        {BYTES("Traceback (most recent call last):\n  File"), "stack-dump"},
        {BYTES("Current thread 0x7f (most recent call first):\n"), "stack-dump"},
    };
    (void)state;

    CHECK(cases);
}

static void printed_reports_are_known_too(void **state)
{
    static const struct recognise_case cases[] = {
        {BYTES("# To display\n#\n# Overhead  Command\n    5.00%  a  b\n"), "perf-report"},
        {BYTES("# To display\n#\n# Children      Self  Command  Symbol\n    5.00%  0.00%  a  b\n"),
         "perf-report"},
        {BYTES("# tracer: nop\n#\n"), "ftrace"},
        {BYTES("   4 function calls in 0.000 seconds\n\n   ncalls  tottime  percall  cumtime\n"),
         "pstats-text"},
        {BYTES("\tSun Aug 6 2023 Time and Allocation Profiling Report  (Final)\n"), "ghc-prof"},
        {BYTES("Analysis of sampling rg (pid 1) every 1 millisecond\nCall graph:\n"), "sample"},
        {BYTES("Function Stack,CPU Time:Self,Module\n"), "vtune"},
        {BYTES("\xef\xbb\xbfLevel,Function Name,Number of Calls\n"), "vsprof"},
        {BYTES("@ inst_retired.any [35705 samples]\n"), "pmcstat"},
        {BYTES("heap profile:    144:  8498176 [   144:  8498176] @ heapz\n"), "pprof-text"},
        {BYTES("--- contentionz 1 ---\n"), "pprof-text"},
    };
    (void)state;

    CHECK(cases);
}

static void programs_are_told_from_profiles_of_them(void **state)
{
    static const struct recognise_case cases[] = {
        {BYTES("\177ELF\2\1\1"), "elf"},
        {BYTES("import csv, io\n\nN = 3\n"), "python"},
        {BYTES("\"\"\"What it does.\"\"\"\r\nfrom os import path\r\n"), "python"},
        {BYTES("#!/usr/bin/env python3\nclass A:\n    pass\n"), "python"},
        {BYTES("def f(x): \n    return x\n"), "python"},
        {BYTES("#!/bin/sh\nexit 1\n"), "script"},
        {BYTES("importance of being\n"), "unknown"},
        {BYTES("from here to there\n"), "unknown"},
        {BYTES("class of 84\n"), "folded"},
        {BYTES("import os 3\nimport re;compile 5\n"), "folded"}, /* frames called so */
        {BYTES("main 1\nimport re\nf 2\ng 4\n"), "unknown"},
    };
    (void)state;

    CHECK(cases);
}

static void collapsed_is_what_is_left(void **state)
{
    static const struct recognise_case cases[] = {
        {BYTES("a;b 1\n"), "folded"},
        {BYTES("a;b 1"), "folded"},
        {BYTES("main 1\n"), "folded"}, /* every line fits, and holds a name */
        {BYTES("main 1\nother\n"), "unknown"},
        {BYTES("5 90\n6 12\n"), "unknown"}, /* numbers only, as in callgrind */
        {BYTES("12\n13\n"), "unknown"},
        {BYTES("  12\n  13\n"), "unknown"},
        {BYTES("a;b 1 2\na;c 0 1\n"), "folded"},
        {BYTES("a;b 1.5\na;c 1e3\na;d -2\na;e 2.\n"), "folded"},
        {BYTES("# mode: full\nP1;T2;a.py:f:1 10,0,5\n"), "folded"},
        {BYTES("a;b 1\na;b 1\nx\n"), "folded"}, /* damaged: the reader says where */
        {BYTES("a;b 1\nx\ny\n"), "unknown"},
        {BYTES("# Samples: 12\na;b 1\n"), "unknown"},
        {BYTES("a,b,1\nc,d,2\n"), "unknown"},                             /* CSV */
        {BYTES("      5 foo\n      3 bar\n"), "unknown"},                 /* uniq -c */
        {BYTES("      1,234      cycles:u   #    3.2 GHz\n"), "unknown"}, /* perf stat */
        {BYTES("\xff\xfe"
               "a\0;\0b\0 \0"
               "1\0\n\0"),
         "folded"},
        {BYTES("\0a\0;\0b\0 \0"
               "1\0\n\0a\0;\0c\0 \0"
               "2\0\n"),
         "folded"},
        {BYTES("int main(void)\n{\n    return 0;\n}\n"), "unknown"},
    };
    (void)state;

    CHECK(cases);
}

static void a_line_longer_than_the_window_can_be_a_deep_stack(void **state)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_buf stack = {0}, script = {0};
    struct pk_input *input;
    (void)state;

    for (int i = 0; i < 2000; i++) {
        pk_buf_text(&stack, "frame;");
        pk_buf_text(&script, "function f(){return 1};");
    }
    pk_buf_text(&stack, "leaf 3\n");
    input = pk_input_memory("t", stack.data, stack.size, &limits);
    assert_string_equal(classify_input(input), "folded");
    pk_input_free(input);
    input = pk_input_memory("t", script.data, script.size, &limits);
    assert_string_equal(classify_input(input), "unknown");
    pk_input_free(input);
    pk_buf_fini(&stack);
    pk_buf_fini(&script);
}

/* A line that the window cuts counts neither for nor against. */
static void the_cut_line_of_the_window_does_not_count(void **state)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_buf text = {0};
    struct pk_input *input;
    (void)state;

    pk_buf_text(&text, "main 5\n");
    while (text.size < 5000)
        pk_buf_text(&text, "x");
    pk_buf_text(&text, " 7\n");
    input = pk_input_memory("t", text.data, text.size, &limits);
    assert_string_equal(classify_input(input), "folded");
    pk_input_free(input);
    pk_buf_fini(&text);
}

/* --- the corpus --- */

/* What files of a folder of the corpus may be called; others of that folder are listed one by one.
 */
static const struct {
    const char *folder, *names;
} folders[] = {
    {"corpus/pstats", " pstats "},
    {"corpus/collapsed", " folded "},
    {"corpus/callgrind", " callgrind "},
    {"corpus/perf", " perf "},
    {"corpus/gprof", " gprof "},
    {"corpus/pprof", " pprof pprof-text gperftools "},
    {"corpus/speedscope", " speedscope "},
    {"corpus/cpuprofile", " cpuprofile "},
    {"corpus/trace-event", " chrome-trace "},
    {"corpus/firefox", " firefox "},
    {"corpus/svg", " svg "},
    {"corpus/sysprof", " sysprof "},
    {"corpus/xctrace", " xctrace "},
    {"corpus/dtrace", " dtrace "},
    {"corpus/sample", " sample "},
    {"corpus/vtune", " vtune "},
    {"corpus/vsprof", " vsprof "},
    {"corpus/ghcprof", " ghc-prof "},
    {"corpus/hprof", " hprof "},
    {"corpus/pyinstrument", " pyinstrument "},
    {"corpus/safari", " json "},
    {"corpus/pmcstat", " pmcstat "},
    {"formats/samples/pstats", " pstats "},
    {"formats/samples/collapsed", " folded svg "},
    {"formats/samples/callgrind", " callgrind "},
    {"formats/samples/perf", " perf "},
};

static const struct {
    const char *file, *name;
} exceptions[] = {
    {"callgrind/iai-empty/input.out", "empty"}, /* callgrind leaves one with --separate-threads */
    {"perf/inferno-no-events/input.txt", "empty"},
};

static unsigned n_classified;

static void classify_file(const char *path, const char *names)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_error error = {0};
    struct pk_input *input = pk_input_open(path, &limits, &error);
    char padded[64];

    assert_non_null(input);
    snprintf(padded, sizeof padded, " %s ", classify_input(input));
    pk_input_free(input);
    n_classified++;
    for (size_t i = 0; i < sizeof exceptions / sizeof *exceptions; i++) {
        if (strstr(path, exceptions[i].file)) {
            assert_non_null(strstr(padded, exceptions[i].name));
            return;
        }
    }
    if (!strstr(names, padded))
        fail_msg("%s: %s instead of %s", path, padded, names);
}

/* Sources of the programs that were profiled, and expected results, lie beside the samples. */
static bool is_input(const char *folder, const char *name)
{
    if (strstr(folder, "corpus/"))
        return strncmp(name, "input", 5) == 0;
    return !strstr(name, ".json") && !strstr(name, ".py.txt") && !strstr(name, ".c.txt") &&
           !strstr(name, ".h.txt") && !strstr(name, ".cpp.txt");
}

static void classify_folder(const char *folder, const char *names)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;

    if (!dir)
        fail_msg("no folder %s", folder);
    while ((entry = readdir(dir))) {
        char path[4096];
        struct stat status;

        if (entry->d_name[0] == '.' ||
            snprintf(path, sizeof path, "%s/%s", folder, entry->d_name) >= (int)sizeof path)
            continue;
        if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
            classify_folder(path, names);
        else if (is_input(folder, entry->d_name))
            classify_file(path, names);
    }
    closedir(dir);
}

static void every_file_of_the_corpus_is_what_its_folder_says(void **state)
{
    char path[4200];
    (void)state;

    if (corpus_is_missing())
        skip_because("no corpus");
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        snprintf(path, sizeof path, "%s/%s", corpus_shared(), folders[i].folder);
        classify_folder(path, folders[i].names);
    }
    print_message("%u files classified\n", n_classified);
    assert_true(n_classified > 250);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_files_are_known_by_their_magic),
        cmocka_unit_test(pprof_is_known_by_its_fields),
        cmocka_unit_test(markup_is_known_by_its_first_element),
        cmocka_unit_test(json_is_known_by_its_keys),
        cmocka_unit_test(text_formats_are_known_by_their_lines),
        cmocka_unit_test(printed_reports_are_known_too),
        cmocka_unit_test(programs_are_told_from_profiles_of_them),
        cmocka_unit_test(collapsed_is_what_is_left),
        cmocka_unit_test(a_line_longer_than_the_window_can_be_a_deep_stack),
        cmocka_unit_test(the_cut_line_of_the_window_does_not_count),
        cmocka_unit_test(every_file_of_the_corpus_is_what_its_folder_says),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
