/*
 * How a way to fail is tried: see try.h. What is compared is all that a run leaves: its status,
 * both streams, the file that it writes and the folder around that.
 */
#include "tests/faults/try.h"

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "tests/faults/matrix.h"
#include "tests/folder.h"
#include "tests/support.h"

#define STREAM_BUFFER 65536u /* a result no longer than this is not begun before it is whole */
#define MOST_TOLD 20u

#ifdef PK_SANITIZED
#define PLACES 1u /* each run takes twenty times as long */
#else
#define PLACES 5u
#endif

struct fault_run try_clean, try_run;
struct pk_buf try_clean_file, try_file; /* what was written with -o */
static unsigned runs, complaints;

unsigned try_places(void)
{
    return support_count("PLACES", PLACES);
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

void try_on(const struct matrix_case *one, const struct fault *fault, struct fault_run *into,
            struct pk_buf *written)
{
    if (one->to_file)
        write_file(MATRIX_TARGET, MATRIX_OLD);
    fault_run(one->words, fault, into);
    runs++;
    if (one->to_file)
        read_target(written);
}

bool try_is_equal(const struct pk_buf *a, const struct pk_buf *b)
{
    return pk_str_equal(pk_buf_view(a), pk_buf_view(b));
}

void try_complain(const struct matrix_case *one, const struct fault *fault, const char *what)
{
    if (complaints++ >= MOST_TOLD)
        return;
    fprintf(stderr, "%s:", what);
    for (size_t i = 0; one->words[i]; i++)
        fprintf(stderr, " %s", one->words[i]);
    fprintf(stderr, "\n  call %d, number %u (%u of them), errno %d, signal %d\n", (int)fault->call,
            fault->at, fault->count, fault->number, fault->signal);
    fprintf(stderr, "  status %d, %zu bytes of %zu on stdout, stderr: %.300s\n", try_run.status,
            try_run.out.size, try_clean.out.size,
            try_run.err.size ? try_run.err.data : "nothing\n");
}

/* The notes of a run that worked, as far as they had come, then `status` in one line and perhaps a
 * hint. */
static bool is_one_error(const char *text, int number, int status)
{
    const char *error = text, *known = try_clean.err.size ? try_clean.err.data : "", *end, *hint;

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

bool try_is_no_result(const struct pk_str out, bool may_be_part)
{
    if (!pk_str_starts(pk_buf_view(&try_clean.out), out))
        return false;
    return out.size == 0 || may_be_part || out.size % STREAM_BUFFER == 0;
}

static void check_failure(const struct matrix_case *one, const struct fault *fault, int status)
{
    if (try_run.status != status)
        try_complain(one, fault, "not the right status");
    else if (!is_one_error(try_run.err.size ? try_run.err.data : "", fault->number, status))
        try_complain(one, fault, "not one error line");
    /* Writes fail at any byte, and the close of stdout behind the last. What a command says there
     * beside a file (reports of check) is whole before the file takes its place. */
    if (!try_is_no_result(pk_buf_view(&try_run.out),
                          fault->call == FAULT_WRITE || fault->call == FAULT_CLOSE ||
                              (one->to_file && try_run.out.size == try_clean.out.size)))
        try_complain(one, fault, "a part of a result");
    if (one->to_file && !pk_str_equal(pk_buf_view(&try_file), PK_STR(MATRIX_OLD)))
        try_complain(one, fault, "the older output is gone");
}

static void check_same(const struct matrix_case *one, const struct fault *fault)
{
    if (try_run.status != 0)
        try_complain(one, fault, "not tried again");
    else if (!try_is_equal(&try_run.out, &try_clean.out) ||
             !try_is_equal(&try_run.err, &try_clean.err) ||
             (one->to_file && !try_is_equal(&try_file, &try_clean_file)))
        try_complain(one, fault, "not the same bytes");
}

/* ---- the places of a case */

unsigned try_place(unsigned i, unsigned n, unsigned total, unsigned number)
{
    if (total <= n)
        return i;
    return (unsigned)(((uint64_t)i * total / n + (uint64_t)number * 7) % total);
}

int try_files;

bool try_is_answered(const struct matrix_case *one)
{
    return strcmp(one->words[1], "graph") == 0 && strcmp(one->words[3], "svg") == 0;
}

void try_fault(const struct matrix_case *one, const struct try_row *row, unsigned at)
{
    struct fault fault = {row->call, at, row->count, row->number, 0};
    int status;

    try_on(one, &fault, &try_run, &try_file);
    status = try_run.report.on_output ? row->on_output : row->on_input;
    if (!try_run.report.is_hit && try_is_answered(one))
        check_same(one, &fault);
    else if (!try_run.report.is_hit)
        try_complain(one, &fault, "a run of other calls");
    else if (status == SAME)
        check_same(one, &fault);
    else
        check_failure(one, &fault, status);
    if (count_files() != try_files + one->to_file)
        try_complain(one, &fault, "a file is left");
}

void try_case(const struct matrix_case *one, const struct try_row *rows, size_t n_rows)
{
    unsigned total = 0, n = try_places();

    for (size_t i = 0; i < n_rows; i++)
        total += try_clean.report.calls[rows[i].call];
    for (unsigned i = 0; i < n && i < total; i++) {
        unsigned at = try_place(i, n, total, one->number);
        const struct try_row *row = rows;

        for (; at >= try_clean.report.calls[row->call]; row++)
            at -= try_clean.report.calls[row->call];
        try_fault(one, row, at + 1);
    }
}

static bool has_words(const struct fault_run *run, const char *words)
{
    return strstr(run->err.data, words) != NULL;
}

/* What a machine need not have, unless it is there to test everything; and what a build was told to
 * do without. */
static bool is_missing(const struct fault_run *without)
{
    static const char *const parts[] = {"which this build cannot unpack", "there is no program dot",
                                        "there is no font"};
    const char *ci = getenv("CI");
    bool may_be = !ci || strcmp(ci, "true") != 0;

    if (without->status == 0)
        return false;
#ifndef HAVE_CAIRO
    if (has_words(without, "this build has no PNG"))
        return true;
#endif
    for (size_t i = 0; i < sizeof parts / sizeof *parts && may_be; i++)
        if (has_words(without, parts[i]))
            return true;
    return false;
}

bool try_without(const struct matrix_case *one)
{
    try_on(one, &(struct fault){0}, &try_clean, &try_clean_file);
    if (is_missing(&try_clean))
        return false;
    if (try_clean.status != 0)
        fprintf(stderr, "%s %s: %s\n", one->words[1], one->words[2], try_clean.err.data);
    assert_int_equal(try_clean.status, 0);
    assert_true(try_clean.out.size > 0 || one->to_file);
    /* Or the linker did not give us the calls. */
    assert_true(try_clean.report.calls[FAULT_MEMORY] > 50 &&
                try_clean.report.calls[FAULT_READ] > 0);
    assert_true(try_clean.report.calls[FAULT_WRITE] > 0);
    assert_int_equal(try_clean.report.calls[FAULT_RENAME], one->to_file);
    assert_int_equal(try_clean.report.calls[FAULT_SYNC], one->to_file);
    return true;
}

static unsigned common_divisor(unsigned a, unsigned b)
{
    while (b) {
        unsigned rest = a % b;

        a = b;
        b = rest;
    }
    return a;
}

/* One in how many cases is tried: nothing that divides what a sample has, so that all outputs come
 * up, each with another sample. */
static unsigned one_in(void)
{
    struct matrix_case one;
    unsigned total = 0, every;

    while (matrix_case(total, &one) && one.is_whole)
        total++;
    every = total / support_cases(total);
    every += !every;
    while (common_divisor(every, matrix_row()) > 1)
        every++;
    return every;
}

/* The case behind `number`; those that are no sample are few, and none is passed over. */
static unsigned next_case(unsigned number, unsigned step, unsigned every)
{
    struct matrix_case one;
    unsigned next = number + step;

    for (unsigned i = 1; i < every && matrix_case(next, &one) && one.is_whole; i++)
        next += step;
    return next;
}

void try_each(unsigned from, unsigned step, try_how *how)
{
    unsigned every = one_in();
    struct matrix_case one;

    if (every > 1)
        print_message("one in %u of the cases of samples\n", every);
    for (unsigned number = from; matrix_case(number, &one);) {
        unsigned next = one.is_whole ? next_case(number, step, every) : number + step;

        if (try_without(&one))
            how(&one);
        else
            print_message("left out: %s %s\n", one.words[1], one.words[2]);
        if (one.to_file)
            unlink(MATRIX_TARGET);
        number = next;
    }
}

int try_reset(void **state)
{
    (void)state;
    runs = complaints = 0;
    unlink(MATRIX_TARGET); /* of a test that ended in the middle */
    return 0;
}

void try_expect_none(void)
{
    print_message("%u runs, %u of them wrong\n", runs, complaints);
    assert_int_equal(complaints, 0);
}

int try_begin(void **state)
{
    if (folder_setup(state) != 0)
        return -1;
    matrix_begin();
    try_files = count_files();
    return 0;
}

int try_end(void **state)
{
    matrix_end();
    fault_run_fini(&try_clean);
    fault_run_fini(&try_run);
    pk_buf_fini(&try_clean_file);
    pk_buf_fini(&try_file);
    return folder_teardown(state);
}
