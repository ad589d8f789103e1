/*
 * Every call that may fail does, one after the other, for every sample and every output:
 * RELIABILITY.md sections 1, 4 and 6. Input that cannot be read ends in status 3; output that
 * cannot be written in 4; each with one line, no part of a result, nothing left behind and the
 * older output as it was. What can be tried again (EINTR, EAGAIN, short counts) changes no byte.
 * Memory is in test_faults_memory.c, so that both run side by side.
 *
 * PLACES is how many places are tried in each case (default 5), spread over all there are. With
 * PROFKIT_EVERY=5 it is one in five cases or fewer, each output among them.
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

#include "base/buf.h"
#include "cmd/cmd.h"
#include "render/writers.h"
#include "tests/faults/try.h"
#include "tests/folder.h"

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

static const struct try_row failing[] = {
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

static const struct try_row again[] = {
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

/* ---- signals */

static void check_signal(const struct matrix_case *one, const struct fault *fault)
{
    struct pk_str err = pk_buf_view(&try_run.err);

    if (try_run.status == 0 && !try_run.report.is_hit && try_is_answered(one))
        return;
    if (try_run.status != 128 + fault->signal)
        try_complain(one, fault, "not ended by the signal");
    if (!pk_str_starts(pk_buf_view(&try_clean.err), err))
        try_complain(one, fault, "a signal with a message");
    if (!try_is_no_result(pk_buf_view(&try_run.out), true))
        try_complain(one, fault, "something else on stdout");
    /* Behind the rename it is the new one, whole. */
    if (one->to_file && !pk_str_equal(pk_buf_view(&try_file), PK_STR(MATRIX_OLD)) &&
        (!try_run.report.calls[FAULT_RENAME] || !try_is_equal(&try_file, &try_clean_file)))
        try_complain(one, fault, "the older output is gone");
    if (count_files() != try_files + one->to_file)
        try_complain(one, fault, "a file is left");
}

static void signal_at(const struct matrix_case *one, unsigned i, unsigned n)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};
    unsigned at = try_place(i, n, try_clean.report.calls[FAULT_ANY], one->number);
    struct fault fault = {FAULT_ANY, at + 1, 1, 0, signals[(i + one->number / 2) % 4]};

    try_on(one, &fault, &try_run, &try_file);
    check_signal(one, &fault);
}

/* Fewer places: most calls are for memory, and between two of those nothing differs. */
static void try_signals(const struct matrix_case *one)
{
    unsigned n = try_places() / 10 + 4;

    for (unsigned i = 0; i < n; i++)
        signal_at(one, i, n);
}

static void try_all(const struct matrix_case *one)
{
    try_case(one, failing, sizeof failing / sizeof *failing);
    try_case(one, again, sizeof again / sizeof *again);
    if (one->to_file)
        try_signals(one);
}

/* In one test, so that the run without a fault is done once for all of them. */
static void
failures_end_in_3_or_4_what_can_be_tried_again_is_and_signals_leave_nothing(void **state)
{
    (void)state;
    try_each(0, 1, try_all);
    try_expect_none();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_command_and_format_is_tried),
        cmocka_unit_test_setup(
            failures_end_in_3_or_4_what_can_be_tried_again_is_and_signals_leave_nothing, try_reset),
    };

    return cmocka_run_group_tests(tests, try_begin, try_end);
}
