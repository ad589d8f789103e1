/*
 * Running other programs: those of every system, which do one thing each.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/child.h"

/* Run words over an input; returns what came back as a string in `out`. */
static bool run(const char *const *words, struct pk_str input, unsigned seconds, size_t most,
                struct pk_buf *out, struct pk_error *error)
{
    const struct pk_child child = {.words = words, .seconds = seconds, .most = most};

    return pk_child_run(&child, input, out, error);
}

/* Fails with this text, and nothing else. */
static void check_failure(const char *const *words, struct pk_str input, unsigned seconds,
                          size_t most, const char *expected)
{
    struct pk_error error = {0};
    struct pk_buf out = {0};

    assert_false(run(words, input, seconds, most, &out, &error));
    assert_int_equal(error.status, PK_OUTPUT);
    assert_string_equal(error.text, expected);
    pk_buf_fini(&out);
}

static void what_goes_in_comes_back(void **state)
{
    static const char *const words[] = {"tr", "a-z", "A-Z", NULL};
    struct pk_error error = {0};
    struct pk_buf out = {0};

    (void)state;
    pk_buf_text(&out, "before ");
    assert_true(run(words, PK_STR("draw me"), 10, 100, &out, &error));
    assert_string_equal(out.data, "before DRAW ME");
    pk_buf_fini(&out);
}

/* More than any pipe or socket holds, both ways at once: who only writes would wait for ever. */
static void much_data_passes_both_ways(void **state)
{
    enum { SIZE = 8 << 20 };
    static const char *const words[] = {"cat", NULL};
    struct pk_error error = {0};
    struct pk_buf out = {0};
    char *bytes = pk_alloc(SIZE);

    (void)state;
    for (size_t i = 0; i < SIZE; i++)
        bytes[i] = (char)(i * 2654435761u >> 13);
    assert_true(run(words, (struct pk_str){bytes, SIZE}, 60, SIZE, &out, &error));
    assert_int_equal(out.size, SIZE);
    assert_memory_equal(out.data, bytes, SIZE);
    pk_free(bytes);
    pk_buf_fini(&out);
}

/* It is a right of a program not to read: no signal ends us, and what it says is taken. */
static void a_child_need_not_read(void **state)
{
    enum { SIZE = 4 << 20 };
    static const char *const words[] = {"echo", "done", NULL};
    struct pk_error error = {0};
    struct pk_buf out = {0};
    char *bytes = pk_calloc(SIZE, 1);

    (void)state;
    assert_true(run(words, (struct pk_str){bytes, SIZE}, 10, 100, &out, &error));
    assert_string_equal(out.data, "done\n");
    pk_free(bytes);
    pk_buf_fini(&out);
}

static void a_program_that_is_not_there_is_named(void **state)
{
    static const char *const words[] = {"no-such-program-here", NULL};

    (void)state;
    check_failure(words, PK_STR("x"), 10, 100, "there is no program no-such-program-here in PATH");
}

static void what_a_failing_program_says_is_quoted(void **state)
{
    static const char *const silent[] = {"false", NULL};
    static const char *const words[] = {"sh", "-c",
                                        "printf 'no \\033[1mmemory\\nmore\\n' >&2; exit 3", NULL};
    static const char *const killed[] = {"sh", "-c", "kill -9 $$", NULL};

    (void)state;
    check_failure(silent, PK_STR(""), 10, 100, "false failed");
    check_failure(words, PK_STR(""), 10, 100, "sh failed: 'no \\x1b[1mmemory'");
    check_failure(killed, PK_STR(""), 10, 100, "sh failed");
}

static void a_slow_program_is_stopped(void **state)
{
    static const char *const words[] = {"sleep", "100", NULL};
    time_t before = time(NULL);

    (void)state;
    check_failure(words, PK_STR("x"), 1, 100, "sleep was stopped after 1 seconds");
    assert_true(time(NULL) - before < 30);
}

static void a_program_without_end_is_stopped(void **state)
{
    static const char *const words[] = {"yes", NULL};

    (void)state;
    check_failure(words, PK_STR(""), 60, 1000000, "yes wrote more than 1000000 bytes, the limit");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_goes_in_comes_back),
        cmocka_unit_test(much_data_passes_both_ways),
        cmocka_unit_test(a_child_need_not_read),
        cmocka_unit_test(a_program_that_is_not_there_is_named),
        cmocka_unit_test(what_a_failing_program_says_is_quoted),
        cmocka_unit_test(a_slow_program_is_stopped),
        cmocka_unit_test(a_program_without_end_is_stopped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
