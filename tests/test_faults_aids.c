/*
 * Failing calls that the cases of tests/faults/matrix.c do not meet: folders, configuration, source
 * files, links. A file that nobody named must not fail in silence; an aid that cannot be had must
 * not take the numbers with it.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "tests/faults/try.h"
#include "tests/folder.h"

static void a_folder_that_cannot_be_read_is_told(void **state)
{
    static const struct try_row rows[] = {{FAULT_FOLDER, EACCES, 1, INPUT, INPUT},
                                          {FAULT_FOLDER, EIO, FAULT_FOR_GOOD, INPUT, INPUT},
                                          {FAULT_FOLDER, ENOMEM, 1, MEMORY, MEMORY}};
    struct matrix_case one = {.words = {"profkit", "hotspots", NULL}};
    (void)state;

    assert_true(try_without(&one));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (unsigned at = 1; at <= try_clean.report.calls[FAULT_FOLDER]; at++)
            try_fault(&one, &rows[i], at);
    try_expect_none();
}

/* A folder of runs: one that cannot be looked at is not left out in silence. */
static void runs_that_cannot_be_looked_at_are_told(void **state)
{
    static const struct try_row rows[] = {{FAULT_FOLDER, EACCES, 1, INPUT, INPUT},
                                          {FAULT_FOLDER, EIO, FAULT_FOR_GOOD, INPUT, INPUT},
                                          {FAULT_STAT, EIO, 1, INPUT, OUTPUT},
                                          {FAULT_READ, EIO, 1, INPUT, INPUT}};
    static const enum fault_call calls[] = {FAULT_FOLDER, FAULT_FOLDER, FAULT_STAT, FAULT_READ};
    struct matrix_case one = {
        .words = {"profkit", "diff", "--to", "text", "input.runs", "input.runs", NULL}};
    (void)state;

    assert_int_equal(mkdir("input.runs", 0700), 0);
    write_file("input.runs/1.folded", "main;f 100\n");
    write_file("input.runs/2.folded", "main;f 101\n");
    try_files++;
    assert_true(try_without(&one));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (unsigned at = 1; at <= try_clean.report.calls[calls[i]]; at++)
            try_fault(&one, &rows[i], at);
    try_files--;
    unlink("input.runs/1.folded");
    unlink("input.runs/2.folded");
    rmdir("input.runs");
    try_expect_none();
}

/* The sum stands before the manifest that names what is in it; a run that fails in between can be
 * done again. */
static void a_manifest_never_names_what_is_not_merged(void **state)
{
    static const char *const words[] = {"profkit",    "merge",    "-q", "--to",
                                        "pk",         "input.pk", "-o", MATRIX_TARGET,
                                        "--manifest", "m",        NULL};
    static const struct fault none = {0};
    static const struct {
        enum fault_call call;
        int number, status;
    } rows[] = {{FAULT_READ, EIO, INPUT},
                {FAULT_OPEN, EMFILE, 0},
                {FAULT_WRITE, ENOSPC, OUTPUT},
                {FAULT_SYNC, EIO, OUTPUT},
                {FAULT_RENAME, EACCES, OUTPUT}};
    (void)state;

    fault_run(words, &none, &try_clean);
    assert_int_equal(try_clean.status, 0);
    assert_int_equal(try_clean.report.calls[FAULT_RENAME], 2);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (unsigned at = 1; at <= try_clean.report.calls[rows[i].call]; at++) {
            const struct fault fault = {rows[i].call, at, 1, rows[i].number, 0};

            unlink(MATRIX_TARGET);
            unlink("m");
            fault_run(words, &fault, &try_run);
            if (try_run.report.is_hit)
                assert_true(rows[i].status ? try_run.status == rows[i].status
                                           : try_run.status == INPUT || try_run.status == OUTPUT);
            assert_true(try_run.status == 0 || access("m", F_OK) != 0);
            assert_true(access("m", F_OK) != 0 || access(MATRIX_TARGET, F_OK) == 0);
            assert_int_equal(count_files(), try_files + (access("m", F_OK) == 0) +
                                                (access(MATRIX_TARGET, F_OK) == 0));
        }
    unlink(MATRIX_TARGET);
    unlink("m");
}

/* The one place where the program reads files that nobody named: other tests have none of it. */
static void configuration_that_cannot_be_read_is_told(void **state)
{
    static const struct try_row memory = {FAULT_MEMORY, ENOMEM, 1, MEMORY, MEMORY};
    static const struct try_row rows[] = {
        {FAULT_READ, EIO, 1, INPUT, INPUT},       {FAULT_READ, EINTR, 2, SAME, SAME},
        {FAULT_READ, FAULT_SHORT, 1, SAME, SAME}, {FAULT_OPEN, EINTR, 1, SAME, SAME},
        {FAULT_OPEN, EMFILE, 1, INPUT, INPUT},    {FAULT_CLOSE, EIO, 1, SAME, OUTPUT}};
    struct matrix_case one = {.words = {"profkit", "hotspots", "input.pk", NULL}};
    const char *before = getenv("PLACES");
    char *kept = before ? strdup(before) : NULL;
    (void)state;

    write_file(".profkit", "[own]\nprefix = src/\n[modules]\nsrc/ = ours\n[thresholds]\ntop = 3\n");
    setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
    setenv("PLACES", "60", 1);
    unsetenv("PROFKIT_NO_CONFIG");
    try_files++;
    assert_true(try_without(&one));
    try_case(&one, rows, sizeof rows / sizeof *rows);
    try_case(&one, &memory, 1);
    setenv("PROFKIT_NO_CONFIG", "1", 1);
    if (kept)
        setenv("PLACES", kept, 1);
    else
        unsetenv("PLACES");
    free(kept);
    try_files--;
    unlink(".profkit");
    try_expect_none();
}

/* A source file is an aid: a run without it says so and has the same numbers. */
static void a_source_that_cannot_be_opened_leaves_the_numbers(void **state)
{
    static const char *const words[] = {"profkit", "annotate", "lines.folded", "main", NULL};
    static const struct fault none = {0};
    (void)state;

    write_file("lines.folded", "main (s.c:2) 100\n");
    write_file("s.c", "one\ntwo\n");
    fault_run(words, &none, &try_clean);
    assert_int_equal(try_clean.status, 0);
    assert_non_null(strstr(try_clean.out.data, "two"));
    assert_true(try_clean.report.calls[FAULT_BELOW] >= 2); /* the folder and the file */
    for (unsigned at = 1; at <= try_clean.report.calls[FAULT_BELOW]; at++) {
        const struct fault fails = {FAULT_BELOW, at, 1, EACCES, 0};
        const struct fault again = {FAULT_BELOW, at, 1, EINTR, 0};

        fault_run(words, &fails, &try_run);
        assert_int_equal(try_run.status, 0);
        assert_non_null(strstr(try_run.out.data, "100"));
        assert_null(strstr(try_run.out.data, "two"));
        assert_non_null(strstr(try_run.err.data, "without its text: permission denied"));
        fault_run(words, &again, &try_run);
        assert_true(try_is_equal(&try_run.out, &try_clean.out));
    }
    unlink("lines.folded");
    unlink("s.c");
}

/* A rename would put a file in its place, and what it leads to would be old for ever. */
static void a_link_that_cannot_be_read_is_not_replaced(void **state)
{
    static const struct try_row row = {FAULT_LINK, EIO, 1, OUTPUT, OUTPUT};
    struct matrix_case one = {.words = {"profkit", "info", "input.pk", "-o", "link.txt", NULL}};
    char leads_to[16] = "";
    (void)state;

    write_file("far.txt", MATRIX_OLD);
    assert_int_equal(symlink("far.txt", "link.txt"), 0);
    try_files += 2;
    for (unsigned at = 1; at <= 2; at++) {
        try_fault(&one, &row, at);
        assert_int_equal(readlink("link.txt", leads_to, sizeof leads_to), strlen("far.txt"));
        assert_file("far.txt", MATRIX_OLD);
    }
    try_files -= 2;
    unlink("link.txt");
    unlink("far.txt");
    try_expect_none();
}

#ifndef PK_SANITIZED /* there malloc has all arrays */
/* A large array has a mapping of its own; without one it is of malloc. */
static void a_mapping_that_cannot_be_had_changes_nothing(void **state)
{
    static const char *const words[] = {"profkit", "hotspots", "stacks.folded", NULL};
    static const struct fault none = {0};
    (void)state;

    write_file("stacks.folded", "main;f 100\nmain;g 20\n");
    fault_run(words, &none, &try_clean);
    assert_int_equal(try_clean.status, 0);
    assert_true(try_clean.report.calls[FAULT_MAP] > 0); /* what lines are kept in */
    for (unsigned at = 1; at <= try_clean.report.calls[FAULT_MAP]; at++) {
        const struct fault once = {FAULT_MAP, at, 1, ENOMEM, 0};
        const struct fault for_good = {FAULT_MAP, at, FAULT_FOR_GOOD, ENOMEM, 0};

        fault_run(words, &once, &try_run);
        assert_true(try_run.status == 0 && try_is_equal(&try_run.out, &try_clean.out));
        fault_run(words, &for_good, &try_run);
        assert_true(try_run.status == 0 && try_is_equal(&try_run.out, &try_clean.out));
    }
    unlink("stacks.folded");
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_folder_that_cannot_be_read_is_told, try_reset),
        cmocka_unit_test_setup(runs_that_cannot_be_looked_at_are_told, try_reset),
        cmocka_unit_test_setup(a_manifest_never_names_what_is_not_merged, try_reset),
        cmocka_unit_test_setup(configuration_that_cannot_be_read_is_told, try_reset),
        cmocka_unit_test_setup(a_source_that_cannot_be_opened_leaves_the_numbers, try_reset),
        cmocka_unit_test_setup(a_link_that_cannot_be_read_is_not_replaced, try_reset),
#ifndef PK_SANITIZED
        cmocka_unit_test_setup(a_mapping_that_cannot_be_had_changes_nothing, try_reset),
#endif
    };

    return cmocka_run_group_tests(tests, try_begin, try_end);
}
