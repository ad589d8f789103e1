/*
 * Results on stdout: full, closed, a pipe nobody reads, a pipe that does not block. Each in a child
 * process, whose status and stderr are looked at from outside.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/output.h"
#include "tests/folder.h"

#define NEW "new\n"

/* Write `text` to `path` and commit; NULL or the text of the error. */
static const char *write_output(const char *path, const char *text, struct pk_error *error)
{
    struct pk_output *output = pk_output_open(path, error);

    if (!output)
        return error->text;
    fputs(text, pk_output_stream(output));
    return pk_output_commit(output, NULL, error) ? NULL : error->text;
}

static const char *stdout_path; /* what the next child opens as its output */

static int write_to_stdout(void)
{
    struct pk_error error = {0};

    pk_output_prepare_process();
    printf("before "); /* by other means, still in the buffer */
    if (!write_output(stdout_path, NEW, &error))
        return 0;
    pk_error_print(&error, stderr);
    return (int)error.status;
}

static int write_to_stdout_file(void)
{
    int fd = open("stdout", O_WRONLY | O_CREAT | O_TRUNC, 0600);

    dup2(fd, STDOUT_FILENO);
    close(fd);
    return write_to_stdout();
}

static int write_to_full_stdout(void)
{
    struct pk_error error = {0};
    int fd = open("/dev/full", O_WRONLY);

    dup2(fd, STDOUT_FILENO);
    close(fd);
    if (!write_output(NULL, NEW, &error))
        return 0;
    pk_error_print(&error, stderr);
    return (int)error.status;
}

static int write_to_closed_stdout(void)
{
    struct pk_error error = {0};

    close(STDIN_FILENO);
    close(STDOUT_FILENO);
    pk_output_prepare_process();
    if (!write_output(NULL, NEW, &error))
        return 0;
    pk_error_print(&error, stderr);
    return (int)error.status;
}

static void output_to_stdout_has_three_names(void **state)
{
    static const char *const names[] = {NULL, "-", "/dev/stdout"};
    (void)state;

    for (size_t i = 0; i < 3; i++) {
        stdout_path = names[i];
        assert_int_equal(in_child(write_to_stdout_file), 0);
        assert_file("stdout", "before " NEW);
        assert_int_equal(count_files(), 2);
        unlink("stdout");
        unlink("stderr");
    }
}

static void output_to_a_bad_stdout_is_an_error(void **state)
{
    (void)state;

    assert_int_equal(in_child(write_to_full_stdout), PK_OUTPUT << 8);
    assert_file("stderr", "profkit: stdout: cannot write: no space left on device\n");
    assert_int_equal(in_child(write_to_closed_stdout), PK_OUTPUT << 8);
    assert_file("stderr", "profkit: stdout: cannot write: it is closed\n");
    unlink("stderr");
}

static int write_to_closed_pipe(void)
{
    struct pk_error error = {0};
    int ends[2];

    pk_output_prepare_process();
    pk_output_open("other", &error);
    if (pipe(ends) != 0)
        return 1;
    dup2(ends[1], STDOUT_FILENO);
    close(ends[0]);
    close(ends[1]);
    write_output("-", NEW, &error);
    pk_error_print(&error, stderr);
    return 2;
}

static int write_to_closed_pipe_ignoring_it(void)
{
    signal(SIGPIPE, SIG_IGN); /* as some parents hand it down */
    return write_to_closed_pipe();
}

static void output_to_a_closed_pipe_ends_by_sigpipe_and_in_silence(void **state)
{
    static int (*const ways[])(void) = {write_to_closed_pipe, write_to_closed_pipe_ignoring_it};
    (void)state;

    for (size_t i = 0; i < 2; i++) {
        int status = in_child(ways[i]);

        assert_true(WIFSIGNALED(status));
        assert_int_equal(WTERMSIG(status), SIGPIPE);
        assert_file("stderr", "");
        unlink("stderr");
        assert_int_equal(count_files(), 0); /* the temporary of "other" is gone too */
    }
}

static int write_much_to_a_pipe_that_does_not_block(void)
{
    struct pk_error error = {0};
    struct pk_output *output;
    size_t sum = 0;
    int ends[2];
    pid_t child;
    int status;

    if (pipe(ends) != 0 || fcntl(ends[1], F_SETFL, O_NONBLOCK) != 0)
        return 1;
    child = fork();
    if (child == 0) {
        char bytes[4096];
        ssize_t got;

        close(ends[1]);
        usleep(50000); /* until the pipe is full */
        while ((got = read(ends[0], bytes, sizeof bytes)) > 0)
            sum += (size_t)got;
        _exit(sum == 700000 ? 0 : 1);
    }
    close(ends[0]);
    dup2(ends[1], STDOUT_FILENO);
    close(ends[1]);
    output = pk_output_open(NULL, &error);
    for (int i = 0; i < 100000; i++)
        fprintf(pk_output_stream(output), "%06d\n", i);
    if (!pk_output_commit(output, NULL, &error))
        return 2;
    close(STDOUT_FILENO);
    return waitpid(child, &status, 0) == child ? status : 3;
}

static void output_waits_for_a_pipe_that_does_not_block(void **state)
{
    (void)state;

    assert_int_equal(in_child(write_much_to_a_pipe_that_does_not_block), 0);
    unlink("stderr");
}

static int descriptors_are_not_taken_by_files(void)
{
    struct pk_error error = {0};
    struct stat file, there;

    close(STDIN_FILENO);
    close(STDOUT_FILENO);
    close(STDERR_FILENO);
    pk_output_prepare_process();
    if (write_output("out", NEW, &error) || stat("/dev/null", &file) != 0)
        return 1;
    for (int fd = 0; fd <= 2; fd++)
        if (fstat(fd, &there) != 0 || there.st_rdev != file.st_rdev)
            return 2;
    printf("lost\n");
    fflush(stdout);
    fprintf(stderr, "lost\n");
    return 0;
}

static void output_never_lands_on_a_standard_descriptor(void **state)
{
    (void)state;

    assert_int_equal(in_child(descriptors_are_not_taken_by_files), 0);
    assert_file("out", NEW);
    unlink("out");
    unlink("stderr");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(output_to_stdout_has_three_names),
        cmocka_unit_test(output_to_a_bad_stdout_is_an_error),
        cmocka_unit_test(output_to_a_closed_pipe_ends_by_sigpipe_and_in_silence),
        cmocka_unit_test(output_waits_for_a_pipe_that_does_not_block),
        cmocka_unit_test(output_never_lands_on_a_standard_descriptor),
    };

    return cmocka_run_group_tests(tests, folder_setup, folder_teardown);
}
