/*
 * Every call that may fail does, one after the other, for every sample and every output:
 * RELIABILITY.md sections 1, 4 and 6. Memory that runs out ends in status 70; input that cannot be
 * read in 3; output that cannot be written in 4; each with one line, no part of a result, nothing
 * left behind and the older output as it was. What can be tried again (EINTR, EAGAIN, short counts)
 * changes no byte.
 *
 * PLACES is how many places are tried in each case (default 5), spread over all there are.
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
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "cmd/cmd.h"
#include "render/writers.h"
#include "tests/faults/matrix.h"
#include "tests/faults/run.h"
#include "tests/folder.h"

#define STREAM_BUFFER 65536u /* a result no longer than this is not begun before it is whole */
#define MOST_TOLD 20u

#ifdef PK_SANITIZED
#define PLACES 1u /* each run takes twenty times as long */
#else
#define PLACES 5u
#endif

enum { SAME = 0, INPUT = 3, OUTPUT = 4, MEMORY = 70 };

struct row { /* a way to fail, and the status of the run that it ends in */
    enum fault_call call;
    int number;
    unsigned count;
    int on_input, on_output;
};

static struct fault_run clean, run;
static struct pk_buf clean_file, file; /* what was written with -o */
static unsigned runs, complaints;

static unsigned places(void)
{
    const char *text = getenv("PLACES");

    return text ? (unsigned)strtoul(text, NULL, 10) : PLACES;
}

/* ---- what a run may leave */

static void read_target(struct pk_buf *out)
{
    FILE *stream = fopen(MATRIX_TARGET, "rb");
    char block[4096];
    size_t got;

    pk_buf_reset(out);
    while (stream && (got = fread(block, 1, sizeof block, stream)) > 0)
        pk_buf_add(out, block, got);
    if (stream)
        fclose(stream);
}

static void run_case(const struct matrix_case *one, const struct fault *fault,
                     struct fault_run *into, struct pk_buf *written)
{
    if (one->to_file)
        write_file(MATRIX_TARGET, MATRIX_OLD);
    fault_run(one->words, fault, into);
    runs++;
    if (one->to_file)
        read_target(written);
}

static bool is_equal(const struct pk_buf *a, const struct pk_buf *b)
{
    return pk_str_equal(pk_buf_view(a), pk_buf_view(b));
}

/* Tell what is wrong in full, since the test goes on; at most MOST_TOLD times. */
static void complain(const struct matrix_case *one, const struct fault *fault, const char *what)
{
    if (complaints++ >= MOST_TOLD)
        return;
    fprintf(stderr, "%s:", what);
    for (size_t i = 0; one->words[i]; i++)
        fprintf(stderr, " %s", one->words[i]);
    fprintf(stderr, "\n  call %d, number %u (%u of them), errno %d, signal %d\n", (int)fault->call,
            fault->at, fault->count, fault->number, fault->signal);
    fprintf(stderr, "  status %d, %zu bytes of %zu on stdout, stderr: %.300s\n", run.status,
            run.out.size, clean.out.size, run.err.size ? run.err.data : "nothing\n");
}

/* The notes of a run that worked, as far as they had come, then `status` in one line and perhaps a
 * hint. */
static bool is_one_error(const char *text, int number, int status)
{
    const char *error = text, *known = clean.err.size ? clean.err.data : "", *end, *hint;

    while (*known && *known == *error) {
        size_t line = strcspn(known, "\n") + 1;

        if (strncmp(known, error, line) != 0)
            break;
        known += line;
        error += line;
    }
    if (status == MEMORY)
        return strcmp(error, "profkit: out of memory\n") == 0;
    end = strchr(error, '\n');
    if (strncmp(error, "profkit: ", 9) != 0 || !end || strstr(error, "warning:"))
        return false;
    hint = strcasestr(error, strerror(number));
    if (!hint || hint > end) /* the reason is told */
        return false;
    return !end[1] || (strncmp(end + 1, "  hint: ", 8) == 0 && strchr(end + 1, '\n')[1] == '\0');
}

/* What was on stdout before a failure: nothing, or whole buffers of a long result. */
static bool is_no_result(const struct pk_str out, bool may_be_part)
{
    if (!pk_str_starts(pk_buf_view(&clean.out), out))
        return false;
    return out.size == 0 || may_be_part || out.size % STREAM_BUFFER == 0;
}

static void check_failure(const struct matrix_case *one, const struct fault *fault, int status)
{
    if (run.status != status)
        complain(one, fault, "not the right status");
    else if (!is_one_error(run.err.size ? run.err.data : "", fault->number, status))
        complain(one, fault, "not one error line");
    /* Writes fail at any byte, and the close of stdout behind the last. */
    if (!is_no_result(pk_buf_view(&run.out),
                      fault->call == FAULT_WRITE || fault->call == FAULT_CLOSE))
        complain(one, fault, "a part of a result");
    if (one->to_file && !pk_str_equal(pk_buf_view(&file), PK_STR(MATRIX_OLD)))
        complain(one, fault, "the older output is gone");
}

static void check_same(const struct matrix_case *one, const struct fault *fault)
{
    if (run.status != 0)
        complain(one, fault, "not tried again");
    else if (!is_equal(&run.out, &clean.out) || !is_equal(&run.err, &clean.err) ||
             (one->to_file && !is_equal(&file, &clean_file)))
        complain(one, fault, "not the same bytes");
}

/* ---- the places of a case */

/* The i-th of `n` places among `total`, from 0; the start wanders with the case, so that all cases
 * together meet them all. */
static unsigned place(unsigned i, unsigned n, unsigned total, unsigned number)
{
    if (total <= n)
        return i;
    return (unsigned)(((uint64_t)i * total / n + (uint64_t)number * 7) % total);
}

static int files_there;

/* In how many pieces another program gives its answer is not ours to say, nor how many calls take
 * them.
 */
static bool is_answered(const struct matrix_case *one)
{
    return strcmp(one->words[1], "graph") == 0 && strcmp(one->words[3], "svg") == 0;
}

static void try_fault(const struct matrix_case *one, const struct row *row, unsigned at)
{
    struct fault fault = {row->call, at, row->count, row->number, 0};
    int status;

    run_case(one, &fault, &run, &file);
    status = run.report.on_output ? row->on_output : row->on_input;
    if (!run.report.is_hit && is_answered(one))
        check_same(one, &fault);
    else if (!run.report.is_hit)
        complain(one, &fault, "a run of other calls");
    else if (status == SAME)
        check_same(one, &fault);
    else
        check_failure(one, &fault, status);
    if (count_files() != files_there + one->to_file)
        complain(one, &fault, "a file is left");
}

/* The places of all rows are laid end to end, and tried as far as there is time. */
static void try_case(const struct matrix_case *one, const struct row *rows, size_t n_rows)
{
    unsigned total = 0, n = places();

    for (size_t i = 0; i < n_rows; i++)
        total += clean.report.calls[rows[i].call];
    for (unsigned i = 0; i < n && i < total; i++) {
        unsigned at = place(i, n, total, one->number);
        const struct row *row = rows;

        for (; at >= clean.report.calls[row->call]; row++)
            at -= clean.report.calls[row->call];
        try_fault(one, row, at + 1);
    }
}

/* What a machine or a build need not have, unless it is there to test everything. */
static bool is_missing(const struct fault_run *without)
{
    static const char *const parts[] = {"which this build cannot unpack", "this build has no PNG",
                                        "there is no program dot", "there is no font"};
    const char *ci = getenv("CI");
    bool may_be = !ci || strcmp(ci, "true") != 0;

    for (size_t i = 0; i < sizeof parts / sizeof *parts && without->status; i++)
        if (strstr(without->err.data, parts[i]))
            return i == 0 || may_be;
    return false;
}

/* Without a fault: what is compared with, and how many calls there are. False when this build
 * cannot read the input. */
static bool run_clean(const struct matrix_case *one)
{
    run_case(one, &(struct fault){0}, &clean, &clean_file);
    if (is_missing(&clean))
        return false;
    if (clean.status != 0)
        fprintf(stderr, "%s %s: %s\n", one->words[1], one->words[2], clean.err.data);
    assert_int_equal(clean.status, 0);
    assert_true(clean.out.size > 0 || one->to_file);
    /* Or the linker did not give us the calls. */
    assert_true(clean.report.calls[FAULT_MEMORY] > 50 && clean.report.calls[FAULT_READ] > 0);
    assert_true(clean.report.calls[FAULT_WRITE] > 0);
    assert_int_equal(clean.report.calls[FAULT_RENAME], one->to_file);
    assert_int_equal(clean.report.calls[FAULT_SYNC], one->to_file);
    return true;
}

/* All cases, or with a `step` of 2 only those to stdout (from 0) or to a file (from 1). */
static void try_cases(unsigned from, unsigned step, const struct row *rows, size_t n)
{
    struct matrix_case one;

    for (unsigned number = from; matrix_case(number, &one); number += step) {
        if (run_clean(&one))
            try_case(&one, rows, n);
        if (one.to_file)
            unlink(MATRIX_TARGET);
    }
}

static int reset(void **state)
{
    (void)state;
    runs = complaints = 0;
    unlink(MATRIX_TARGET); /* of a test that ended in the middle */
    return 0;
}

static void expect_no_complaint(void)
{
    print_message("%u runs, %u of them wrong\n", runs, complaints);
    assert_int_equal(complaints, 0);
}

/* ---- the tests */

static bool is_tried(const char *word)
{
    struct matrix_case one;

    for (unsigned number = 0; matrix_case(number, &one); number++)
        for (size_t i = 1; one.words[i]; i++) {
            const char *found = strcmp(one.words[i], "--json") == 0 ? "json" : one.words[i];

            if (strcmp(found, word) == 0)
                return true;
        }
    print_error("%s is missing in the outputs of tests/faults/matrix.c\n", word);
    return false;
}

static void every_command_and_format_is_tried(void **state)
{
    bool all = true;
    (void)state;

    for (size_t i = 0; pk_cmd_list[i]; i++)
        if (pk_cmd_list[i]->reads && pk_cmd_list[i]->writes)
            all &= is_tried(pk_cmd_list[i]->name);
    for (size_t i = 0; pk_writer_list[i]; i++)
        all &= is_tried(pk_writer_list[i]->name);
    assert_true(all);
}

static void memory_that_runs_out_ends_in_70(void **state)
{
    static const struct row once = {FAULT_MEMORY, ENOMEM, 1, MEMORY, MEMORY};
    static const struct row for_good = {FAULT_MEMORY, ENOMEM, FAULT_FOR_GOOD, MEMORY, MEMORY};
    static const struct row library = {FAULT_LIBRARY, ENOMEM, 1, MEMORY, MEMORY};
    (void)state;

    try_cases(0, 2, &library, 1);
    try_cases(0, 2, &once, 1);
    try_cases(1, 2, &for_good, 1);
    expect_no_complaint();
}

static void failures_of_the_system_end_in_3_or_4(void **state)
{
    static const struct row rows[] = {
        {FAULT_OPEN, EACCES, 1, INPUT, OUTPUT},
        {FAULT_OPEN, EMFILE, FAULT_FOR_GOOD, INPUT, OUTPUT},
        {FAULT_STAT, EIO, 1, INPUT, OUTPUT},
        {FAULT_READ, EIO, 1, INPUT, INPUT},
        {FAULT_READ, EIO, FAULT_FOR_GOOD, INPUT, INPUT},
        {FAULT_WRITE, ENOSPC, 1, OUTPUT, OUTPUT},
        {FAULT_WRITE, EIO, FAULT_FOR_GOOD, OUTPUT, OUTPUT},
        {FAULT_SYNC, EIO, 1, OUTPUT, OUTPUT},
        {FAULT_SYNC, ENOSPC, 1, OUTPUT, OUTPUT},
        {FAULT_CLOSE, EIO, 1, SAME, OUTPUT},
        {FAULT_RENAME, EACCES, 1, OUTPUT, OUTPUT},
        {FAULT_LINK, EIO, 1, OUTPUT, OUTPUT},
        {FAULT_ACCESS, EACCES, 1, OUTPUT, OUTPUT},
        {FAULT_MODE, EPERM, 1, OUTPUT, OUTPUT},
        {FAULT_SOCKET, EMFILE, 1, OUTPUT, OUTPUT},
        {FAULT_SPAWN, EAGAIN, 1, OUTPUT, OUTPUT},
        {FAULT_POLL, ENOMEM, 1, OUTPUT, OUTPUT},
        {FAULT_SEND, ENOBUFS, 1, OUTPUT, OUTPUT},
        {FAULT_RECEIVE, EIO, 1, OUTPUT, OUTPUT},
        {FAULT_WAIT, ECHILD, 1, OUTPUT, OUTPUT},
    };
    (void)state;

    try_cases(0, 1, rows, sizeof rows / sizeof *rows);
    expect_no_complaint();
}

static void what_can_be_tried_again_changes_nothing(void **state)
{
    static const struct row rows[] = {
        {FAULT_OPEN, EINTR, 2, SAME, SAME},        {FAULT_READ, EINTR, 2, SAME, SAME},
        {FAULT_READ, EAGAIN, 1, SAME, SAME},       {FAULT_READ, FAULT_SHORT, 1, SAME, SAME},
        {FAULT_WRITE, EINTR, 2, SAME, SAME},       {FAULT_WRITE, EAGAIN, 1, SAME, SAME},
        {FAULT_WRITE, FAULT_SHORT, 3, SAME, SAME}, {FAULT_SYNC, EINTR, 1, SAME, SAME},
        {FAULT_SYNC, EINVAL, 1, SAME, SAME}, /* a file system without it */
        {FAULT_CLOSE, EINTR, 1, SAME, SAME},       {FAULT_RANDOM, EINTR, 1, SAME, SAME},
        {FAULT_POLL, EINTR, 2, SAME, SAME},        {FAULT_SEND, EINTR, 1, SAME, SAME},
        {FAULT_SEND, FAULT_SHORT, 3, SAME, SAME},  {FAULT_RECEIVE, EINTR, 1, SAME, SAME},
        {FAULT_RECEIVE, EAGAIN, 1, SAME, SAME},    {FAULT_RECEIVE, FAULT_SHORT, 2, SAME, SAME},
        {FAULT_WAIT, EINTR, 2, SAME, SAME},        {FAULT_OWNER, EPERM, 1, SAME, SAME},
        {FAULT_COPY, EMFILE, 1, SAME, SAME},
    };
    (void)state;

    try_cases(0, 1, rows, sizeof rows / sizeof *rows);
    expect_no_complaint();
}

/* ---- what the cases do not meet */

static void a_folder_that_cannot_be_read_is_told(void **state)
{
    static const struct row rows[] = {{FAULT_FOLDER, EACCES, 1, INPUT, INPUT},
                                      {FAULT_FOLDER, EIO, FAULT_FOR_GOOD, INPUT, INPUT},
                                      {FAULT_FOLDER, ENOMEM, 1, MEMORY, MEMORY}};
    struct matrix_case one = {.words = {"profkit", "hotspots", NULL}};
    (void)state;

    assert_true(run_clean(&one));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (unsigned at = 1; at <= clean.report.calls[FAULT_FOLDER]; at++)
            try_fault(&one, &rows[i], at);
    expect_no_complaint();
}

/* The one place where the program reads files that nobody named: other tests have none of it. */
static void configuration_that_cannot_be_read_is_told(void **state)
{
    static const struct row memory = {FAULT_MEMORY, ENOMEM, 1, MEMORY, MEMORY};
    static const struct row rows[] = {
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
    files_there++;
    assert_true(run_clean(&one));
    try_case(&one, rows, sizeof rows / sizeof *rows);
    try_case(&one, &memory, 1);
    setenv("PROFKIT_NO_CONFIG", "1", 1);
    if (kept)
        setenv("PLACES", kept, 1);
    else
        unsetenv("PLACES");
    free(kept);
    files_there--;
    unlink(".profkit");
    expect_no_complaint();
}

/* A source file is an aid: a run without it says so and has the same numbers. */
static void a_source_that_cannot_be_opened_leaves_the_numbers(void **state)
{
    static const char *const words[] = {"profkit", "annotate", "lines.folded", "main", NULL};
    static const struct fault none = {0};
    (void)state;

    write_file("lines.folded", "main (s.c:2) 100\n");
    write_file("s.c", "one\ntwo\n");
    fault_run(words, &none, &clean);
    assert_int_equal(clean.status, 0);
    assert_non_null(strstr(clean.out.data, "two"));
    assert_true(clean.report.calls[FAULT_BELOW] >= 2); /* the folder and the file */
    for (unsigned at = 1; at <= clean.report.calls[FAULT_BELOW]; at++) {
        const struct fault fails = {FAULT_BELOW, at, 1, EACCES, 0};
        const struct fault again = {FAULT_BELOW, at, 1, EINTR, 0};

        fault_run(words, &fails, &run);
        assert_int_equal(run.status, 0);
        assert_non_null(strstr(run.out.data, "100"));
        assert_null(strstr(run.out.data, "two"));
        assert_non_null(strstr(run.err.data, "without its text: permission denied"));
        fault_run(words, &again, &run);
        assert_true(is_equal(&run.out, &clean.out));
    }
    unlink("lines.folded");
    unlink("s.c");
}

/* A rename would put a file in its place, and what it leads to would be old for ever. */
static void a_link_that_cannot_be_read_is_not_replaced(void **state)
{
    static const struct row row = {FAULT_LINK, EIO, 1, OUTPUT, OUTPUT};
    struct matrix_case one = {.words = {"profkit", "info", "input.pk", "-o", "link.txt", NULL}};
    char leads_to[16] = "";
    (void)state;

    write_file("far.txt", MATRIX_OLD);
    assert_int_equal(symlink("far.txt", "link.txt"), 0);
    files_there += 2;
    for (unsigned at = 1; at <= 2; at++) {
        try_fault(&one, &row, at);
        assert_int_equal(readlink("link.txt", leads_to, sizeof leads_to), strlen("far.txt"));
        assert_file("far.txt", MATRIX_OLD);
    }
    files_there -= 2;
    unlink("link.txt");
    unlink("far.txt");
    expect_no_complaint();
}

/* ---- signals */

static void check_signal(const struct matrix_case *one, const struct fault *fault)
{
    struct pk_str err = pk_buf_view(&run.err);

    if (run.status == 0 && !run.report.is_hit && is_answered(one))
        return;
    if (run.status != 128 + fault->signal)
        complain(one, fault, "not ended by the signal");
    if (!pk_str_starts(pk_buf_view(&clean.err), err))
        complain(one, fault, "a signal with a message");
    if (!is_no_result(pk_buf_view(&run.out), true))
        complain(one, fault, "something else on stdout");
    /* Behind the rename it is the new one, whole. */
    if (one->to_file && !pk_str_equal(pk_buf_view(&file), PK_STR(MATRIX_OLD)) &&
        (!run.report.calls[FAULT_RENAME] || !is_equal(&file, &clean_file)))
        complain(one, fault, "the older output is gone");
    if (count_files() != files_there + one->to_file)
        complain(one, fault, "a file is left");
}

static void signal_at(const struct matrix_case *one, unsigned i, unsigned n)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};
    unsigned at = place(i, n, clean.report.calls[FAULT_ANY], one->number);
    struct fault fault = {FAULT_ANY, at + 1, 1, 0, signals[(i + one->number / 2) % 4]};

    run_case(one, &fault, &run, &file);
    check_signal(one, &fault);
}

/* Fewer places: most calls are for memory, and between two of those nothing differs. */
static void a_signal_at_any_call_leaves_nothing(void **state)
{
    struct matrix_case one;
    (void)state;

    for (unsigned number = 1; matrix_case(number, &one); number += 2) {
        unsigned n = places() / 10 + 4;

        if (run_clean(&one))
            for (unsigned i = 0; i < n; i++)
                signal_at(&one, i, n);
        unlink(MATRIX_TARGET);
    }
    expect_no_complaint();
}

/* ---- */

static int begin(void **state)
{
    if (folder_setup(state) != 0)
        return -1;
    matrix_begin();
    files_there = count_files();
    return 0;
}

static int end(void **state)
{
    matrix_end();
    fault_run_fini(&clean);
    fault_run_fini(&run);
    pk_buf_fini(&clean_file);
    pk_buf_fini(&file);
    return folder_teardown(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_command_and_format_is_tried),
        cmocka_unit_test_setup(memory_that_runs_out_ends_in_70, reset),
        cmocka_unit_test_setup(failures_of_the_system_end_in_3_or_4, reset),
        cmocka_unit_test_setup(what_can_be_tried_again_changes_nothing, reset),
        cmocka_unit_test_setup(a_folder_that_cannot_be_read_is_told, reset),
        cmocka_unit_test_setup(configuration_that_cannot_be_read_is_told, reset),
        cmocka_unit_test_setup(a_source_that_cannot_be_opened_leaves_the_numbers, reset),
        cmocka_unit_test_setup(a_link_that_cannot_be_read_is_not_replaced, reset),
        cmocka_unit_test_setup(a_signal_at_any_call_leaves_nothing, reset),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
