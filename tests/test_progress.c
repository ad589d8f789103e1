/*
 * Progress: what a signal has printed, in a child whose stderr is a pipe; tests/terminal.py looks
 * at the bar on a terminal.
 */
#include "base/progress.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char seen[4096];

/* Have `act` run in a child; what it wrote to stderr is `seen` afterwards, its status the result.
 */
static int in_child(void (*act)(void))
{
    int ends[2], status = 0;
    size_t size = 0;
    ssize_t got;
    pid_t child;

    assert_int_equal(pipe(ends), 0);
    child = fork();
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        act();
        _exit(0);
    }
    close(ends[1]);
    while (size < sizeof seen - 1 && (got = read(ends[0], seen + size, sizeof seen - 1 - size)) > 0)
        size += (size_t)got;
    seen[size] = '\0';
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void wait_ms(long ms)
{
    nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, NULL);
}

/* ---- a line */

static void be_asked_while_reading(void)
{
    pk_progress_begin(PK_PROGRESS_OFF, 80);
    pk_progress_phase("reading", "a\x1b.folded", 2, 5);
    wait_ms(20);
    pk_progress_read(5000000, 20000000);
    raise(SIGUSR1);
}

static void a_signal_prints_one_line_with_names_escaped(void **state)
{
    double rate, left;
    char *at;
    (void)state;

    assert_int_equal(in_child(be_asked_while_reading), 0);
    assert_int_equal(strncmp(seen, "profkit: reading a\\x1b.folded (2 of 5)  25 %  ", 46), 0);
    rate = strtod(seen + 46, &at);
    assert_int_equal(strncmp(at, " MB/s  ", 7), 0);
    left = strtod(at + 7, &at);
    assert_string_equal(at, " s left\n");
    /* Three times as much is left; seconds are rounded up. */
    assert_true(rate > 0 && left >= 15 / rate && left <= 15 / rate + 1.1);
}

static void be_asked_without_a_size(void)
{
    pk_progress_begin(PK_PROGRESS_OFF, 80);
    pk_progress_phase("reading", "stdin", 1, 1);
    pk_progress_read(1234567, 0);
    raise(SIGUSR1);
}

static void without_a_size_there_is_no_share(void **state)
{
    (void)state;
    assert_int_equal(in_child(be_asked_without_a_size), 0);
    assert_int_equal(strncmp(seen, "profkit: reading stdin  1.2 MB  ", 32), 0);
    assert_null(strchr(seen, '%'));
    assert_null(strstr(seen, "left"));
}

static void be_asked_before_anything(void)
{
    pk_progress_begin(PK_PROGRESS_OFF, 80);
    raise(SIGUSR1);
    pk_progress_phase("adding up", NULL, 1, 1);
    raise(SIGUSR1);
}

static void a_phase_without_bytes_is_only_named(void **state)
{
    (void)state;
    assert_int_equal(in_child(be_asked_before_anything), 0);
    assert_string_equal(seen, "profkit: starting\nprofkit: adding up\n");
}

static void have_a_long_name(void)
{
    char name[5000];

    memset(name, 'x', sizeof name);
    memcpy(name + sizeof name - 8, "end.txt", 8);
    pk_progress_begin(PK_PROGRESS_OFF, 80);
    pk_progress_phase("reading", name, 1, 1);
    raise(SIGUSR1);
}

static void of_a_long_name_the_end_is_shown(void **state)
{
    (void)state;
    assert_int_equal(in_child(have_a_long_name), 0);
    assert_string_equal(seen, "profkit: reading xxxxxxxxxxxxxxxxxxxxxxxend.txt\n");
}

/* ---- a bar */

static void read_for_a_while(void)
{
    pk_progress_begin(PK_PROGRESS_BAR, 100);
    pk_progress_phase("reading", "file", 1, 1);
    for (uint64_t i = 1; i <= 140; i++) {
        pk_progress_read(i * 10000, 1400000);
        wait_ms(10);
    }
    pk_progress_clear();
}

static unsigned count(const char *text)
{
    unsigned n = 0;

    for (const char *at = seen; (at = strstr(at, text)); at++)
        n++;
    return n;
}

/* 1.4 s: nothing in the first, and at most ten a second in what is left (the machine may be slow,
 * so only the bound that does not depend on it is held). */
static void a_bar_comes_late_and_seldom_and_goes(void **state)
{
    (void)state;
    assert_int_equal(in_child(read_for_a_while), 0);
    assert_true(count("reading file [") >= 1 && count("reading file [") < 140 - 90);
    assert_int_equal(count("\n"), 0);
    assert_string_equal(seen + strlen(seen) - 4, "\r\x1b[K");
    assert_int_equal(count("  1 %"), 0); /* that was in the first second */
}

static void read_quickly(void)
{
    pk_progress_begin(PK_PROGRESS_BAR, 100);
    pk_progress_phase("reading", "file", 1, 1);
    for (uint64_t i = 1; i <= 1000; i++)
        pk_progress_read(i, 1000);
    pk_progress_phase("adding up", NULL, 1, 1);
    pk_progress_clear();
}

static void quick_work_says_nothing(void **state)
{
    (void)state;
    assert_int_equal(in_child(read_quickly), 0);
    assert_string_equal(seen, "");
}

/* ---- times */

static void times_add_up_by_verb(void **state)
{
    uint64_t reading, adding, none;
    (void)state;

    pk_progress_begin(PK_PROGRESS_OFF, 80);
    pk_progress_phase("reading", "a", 1, 2);
    wait_ms(30);
    pk_progress_phase("reading", "b", 2, 2);
    wait_ms(30);
    pk_progress_phase("adding up", NULL, 1, 1);
    pk_progress_phase(NULL, NULL, 1, 1);
    assert_string_equal(pk_progress_time(0, &reading), "reading");
    assert_string_equal(pk_progress_time(1, &adding), "adding up");
    assert_null(pk_progress_time(2, &none));
    assert_true(reading >= 60 && adding <= reading);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_signal_prints_one_line_with_names_escaped),
        cmocka_unit_test(without_a_size_there_is_no_share),
        cmocka_unit_test(a_phase_without_bytes_is_only_named),
        cmocka_unit_test(of_a_long_name_the_end_is_shown),
        cmocka_unit_test(a_bar_comes_late_and_seldom_and_goes),
        cmocka_unit_test(quick_work_says_nothing),
        cmocka_unit_test(times_add_up_by_verb),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
