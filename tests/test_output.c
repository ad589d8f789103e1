/*
 * Whole or not there: what is in the folder after each way an output can end. Ways that end the
 * process run in a child, whose status and leftovers are looked at from outside.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/output.h"
#include "tests/folder.h"

#define OLD "the old content\n"
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

/* ---- files */

static void output_shows_the_new_file_at_commit_and_not_before(void **state)
{
    struct pk_error error = {0};
    struct pk_output *output;
    uint64_t bytes = 0;
    (void)state;

    write_file("out", OLD);
    output = pk_output_open("out", &error);
    assert_non_null(output);
    fputs(NEW, pk_output_stream(output));
    fflush(pk_output_stream(output));
    assert_file("out", OLD);
    assert_int_equal(count_files(), 2);
    assert_true(pk_output_commit(output, &bytes, &error));
    assert_int_equal(bytes, strlen(NEW));
    assert_file("out", NEW);
    assert_int_equal(count_files(), 1);
    unlink("out");
}

static void output_aborted_leaves_things_as_they_were(void **state)
{
    struct pk_error error = {0};
    struct pk_output *output;
    (void)state;

    write_file("out", OLD);
    for (int i = 0; i < 2; i++) {
        output = pk_output_open(i ? "other" : "out", &error);
        fputs(NEW, pk_output_stream(output));
        if (i)
            fflush(pk_output_stream(output));
        pk_output_abort(output);
    }
    pk_output_abort(NULL);
    assert_file("out", OLD);
    assert_int_equal(count_files(), 1);
    unlink("out");
}

static void output_counts_and_keeps_large_content(void **state)
{
    struct pk_error error = {0};
    struct pk_output *output = pk_output_open("out", &error);
    uint64_t bytes = 0;
    struct stat status;
    (void)state;

    for (int i = 0; i < 100000; i++)
        fprintf(pk_output_stream(output), "%06d\n", i);
    assert_true(pk_output_commit(output, &bytes, &error));
    assert_int_equal(bytes, 700000);
    assert_int_equal(stat("out", &status), 0);
    assert_int_equal(status.st_size, 700000);
    unlink("out");
}

static void output_obeys_umask_and_keeps_the_mode_of_a_target(void **state)
{
    static const struct {
        mode_t mask, old, expected; /* old 0: no file before */
    } cases[] = {
        {022, 0, 0644},    {077, 0, 0600},    {0, 0, 0666},
        {022, 0600, 0600}, {077, 0664, 0664}, {022, 0755, 0755},
    };
    mode_t before = umask(0);
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_error error = {0};
        struct stat status;

        umask(cases[i].mask);
        if (cases[i].old) {
            write_file("out", OLD);
            assert_int_equal(chmod("out", cases[i].old), 0);
        }
        assert_null(write_output("out", NEW, &error));
        assert_int_equal(stat("out", &status), 0);
        assert_int_equal(status.st_mode & 07777, cases[i].expected);
        unlink("out");
    }
    umask(before);
}

static int read_only_target_is_refused(void)
{
    struct pk_error error = {0};

    if (geteuid() == 0 && seteuid(65534) != 0)
        return 1;
    return write_output("out", NEW, &error) &&
                   strcmp(error.text, "cannot write: permission denied") == 0
               ? 0
               : 2;
}

static void output_does_not_replace_a_read_only_file(void **state)
{
    (void)state;

    write_file("out", OLD);
    assert_int_equal(chmod("out", 0444), 0);
    assert_int_equal(in_child(read_only_target_is_refused), 0);
    assert_file("out", OLD);
    unlink("out");
    unlink("stderr");
}

static void output_names_what_cannot_be_written(void **state)
{
    static const struct {
        const char *path, *text;
    } cases[] = {
        {".", "cannot write: is a directory"},
        {"missing/out", "cannot write: no such file or directory"},
        {"file/out", "cannot write: not a directory"},
        {"", "cannot write: no such file or directory"},
        {"loop", "cannot write: too many levels of symbolic links"},
        {"/dev/fd/987", "cannot write: bad file descriptor"},
    };
    (void)state;

    write_file("file", OLD);
    assert_int_equal(symlink("loop", "loop"), 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_error error = {0};

        assert_null(pk_output_open(cases[i].path, &error));
        assert_int_equal(error.status, PK_OUTPUT);
        assert_string_equal(error.text, cases[i].text);
        assert_string_equal(error.file, cases[i].path);
    }
    assert_int_equal(count_files(), 2);
    unlink("file");
    unlink("loop");
}

static void output_goes_through_links_to_what_they_mean(void **state)
{
    static const struct {
        const char *link, *to, *file;
        bool is_there;
    } cases[] = {
        {"link", "folder/out", "folder/out", true},
        {"link", "folder/out", "folder/out", false}, /* dangling */
        {"folder/link", "out", "folder/out", false}, /* relative to the link, not to us */
        {"folder/link", "../out", "out", true},
        {"link", "folder/second", "folder/out", true}, /* which is a link to out */
    };
    (void)state;

    assert_int_equal(mkdir("folder", 0700), 0);
    assert_int_equal(symlink("out", "folder/second"), 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_error error = {0};
        struct stat status;

        if (cases[i].is_there)
            write_file(cases[i].file, OLD);
        assert_int_equal(symlink(cases[i].to, cases[i].link), 0);
        assert_null(write_output(cases[i].link, NEW, &error));
        assert_int_equal(lstat(cases[i].link, &status), 0);
        assert_true(S_ISLNK(status.st_mode));
        assert_int_equal(lstat(cases[i].file, &status), 0);
        assert_true(S_ISREG(status.st_mode));
        assert_file(cases[i].file, NEW);
        unlink(cases[i].file);
        unlink(cases[i].link);
    }
    unlink("folder/second");
    assert_int_equal(rmdir("folder"), 0); /* and no temporary is left in it */
}

static void output_fails_cleanly_when_it_cannot_be_renamed(void **state)
{
    struct pk_error error = {0};
    struct pk_output *output = pk_output_open("out", &error);
    (void)state;

    fputs(NEW, pk_output_stream(output));
    assert_int_equal(mkdir("out", 0700), 0);
    assert_false(pk_output_commit(output, NULL, &error));
    assert_int_equal(error.status, PK_OUTPUT);
    assert_string_equal(error.text, "cannot rename the finished file: is a directory");
    assert_int_equal(rmdir("out"), 0);
    assert_int_equal(count_files(), 0);
}

static int file_size_limit_is_an_error(void)
{
    struct rlimit limit = {1000, 1000};
    struct pk_error error = {0};
    struct pk_output *output;

    pk_output_prepare_process();
    output = pk_output_open("out", &error);
    setrlimit(RLIMIT_FSIZE, &limit);
    for (int i = 0; i < 100000; i++)
        fputs("0123456789\n", pk_output_stream(output));
    return !pk_output_commit(output, NULL, &error) &&
                   strcmp(error.text, "cannot write: file too large") == 0
               ? 0
               : 1;
}

static void output_past_the_file_size_limit_is_an_error(void **state)
{
    (void)state;

    write_file("out", OLD);
    assert_int_equal(in_child(file_size_limit_is_an_error), 0);
    assert_file("out", OLD);
    unlink("stderr");
    assert_int_equal(count_files(), 1);
    unlink("out");
}

/* ---- what is not a file */

static void output_to_a_full_device_tells_why(void **state)
{
    (void)state;

    for (int i = 0; i < 2; i++) { /* small: fails at commit; large: long before */
        struct pk_error error = {0};
        struct pk_output *output = pk_output_open("/dev/full", &error);
        struct stat status;

        assert_non_null(output);
        for (int line = 0; line < (i ? 100000 : 1); line++)
            fputs("main;parse 3\n", pk_output_stream(output));
        assert_false(pk_output_commit(output, NULL, &error));
        assert_int_equal(error.status, PK_OUTPUT);
        assert_string_equal(error.text, "cannot write: no space left on device");
        assert_string_equal(error.file, "/dev/full");
        assert_int_equal(stat("/dev/full", &status), 0);
        assert_true(S_ISCHR(status.st_mode));
    }
}

static void output_to_a_fifo_is_written_into_it(void **state)
{
    struct pk_error error = {0};
    struct stat info;
    pid_t child;
    int status;
    (void)state;

    assert_int_equal(mkfifo("fifo", 0600), 0);
    child = fork();
    if (child == 0) {
        char found[100] = "";
        int fd = open("fifo", O_RDONLY);

        _exit(read(fd, found, sizeof found) == (ssize_t)strlen(NEW) && strcmp(found, NEW) == 0 ? 0
                                                                                               : 1);
    }
    assert_null(write_output("fifo", NEW, &error));
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(lstat("fifo", &info), 0);
    assert_true(S_ISFIFO(info.st_mode));
    assert_int_equal(count_files(), 1);
    unlink("fifo");
}

static void output_to_a_descriptor_goes_on_where_it_is(void **state)
{
    struct pk_error error = {0};
    char name[32];
    int fd = open("log", O_WRONLY | O_CREAT, 0600);
    (void)state;

    assert_int_equal(write(fd, "first\n", 6), 6);
    snprintf(name, sizeof name, "/dev/fd/%d", fd);
    assert_null(write_output(name, NEW, &error));
    assert_int_equal(write(fd, "last\n", 5), 5); /* and it stays open */
    close(fd);
    assert_file("log", "first\n" NEW "last\n");
    unlink("log");
}

/* ---- the input */

static void output_refuses_to_be_its_own_input(void **state)
{
    static const struct {
        const char *path;
        bool is_refused;
    } cases[] = {
        {"in", true},   {"./in", true},   {"soft", true},
        {"hard", true}, {"other", false}, {"fresh", false},
    };
    struct stat in;
    (void)state;

    write_file("in", OLD);
    write_file("other", OLD);
    assert_int_equal(symlink("in", "soft"), 0);
    assert_int_equal(link("in", "hard"), 0);
    assert_int_equal(stat("in", &in), 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_error error = {0};
        struct pk_output *output = pk_output_open(cases[i].path, &error);

        assert_int_equal(pk_output_refuse_input(output, in.st_dev, in.st_ino, &error),
                         !cases[i].is_refused);
        assert_int_equal(error.status, cases[i].is_refused ? PK_USAGE : PK_OK);
        pk_output_abort(output);
    }
    assert_file("in", OLD);
    unlink("in");
    unlink("other");
    unlink("soft");
    unlink("hard");
}

static void output_may_be_the_device_it_reads(void **state)
{
    struct pk_error error = {0};
    struct pk_output *output = pk_output_open("/dev/null", &error);
    struct stat null;
    (void)state;

    assert_int_equal(stat("/dev/null", &null), 0);
    assert_true(pk_output_refuse_input(output, null.st_dev, null.st_ino, &error));
    pk_output_abort(output);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(output_shows_the_new_file_at_commit_and_not_before),
        cmocka_unit_test(output_aborted_leaves_things_as_they_were),
        cmocka_unit_test(output_counts_and_keeps_large_content),
        cmocka_unit_test(output_obeys_umask_and_keeps_the_mode_of_a_target),
        cmocka_unit_test(output_does_not_replace_a_read_only_file),
        cmocka_unit_test(output_names_what_cannot_be_written),
        cmocka_unit_test(output_goes_through_links_to_what_they_mean),
        cmocka_unit_test(output_fails_cleanly_when_it_cannot_be_renamed),
        cmocka_unit_test(output_past_the_file_size_limit_is_an_error),
        cmocka_unit_test(output_to_a_full_device_tells_why),
        cmocka_unit_test(output_to_a_fifo_is_written_into_it),
        cmocka_unit_test(output_to_a_descriptor_goes_on_where_it_is),
        cmocka_unit_test(output_refuses_to_be_its_own_input),
        cmocka_unit_test(output_may_be_the_device_it_reads),
    };

    return cmocka_run_group_tests(tests, folder_setup, folder_teardown);
}
