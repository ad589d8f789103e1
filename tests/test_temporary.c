/*
 * Temporary files and the ways a process can end: after each of them the folder is looked at from
 * outside.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/temporary.h"
#include "tests/folder.h"

#define OLD "the old content\n"
#define NEW "new\n"

/* One beside "out" that holds NEW; NULL on failure. */
static struct pk_temporary *new_beside_out(void)
{
    int fd = -1;
    struct pk_temporary *temporary = pk_temporary_new("out", 0666, &fd);

    if (!temporary || write(fd, NEW, strlen(NEW)) != (ssize_t)strlen(NEW) || close(fd) != 0)
        return NULL;
    return temporary;
}

static void temporary_takes_the_place_of_its_target_at_once(void **state)
{
    struct pk_temporary *temporary = new_beside_out();
    (void)state;

    write_file("out", OLD);
    assert_int_equal(count_files(), 2);
    assert_true(pk_temporary_rename(temporary, "out"));
    assert_file("out", NEW);
    assert_int_equal(count_files(), 1);
    unlink("out");
}

static void temporary_removed_leaves_nothing(void **state)
{
    (void)state;

    pk_temporary_remove(new_beside_out());
    pk_temporary_remove(NULL);
    assert_int_equal(count_files(), 0);
}

static void temporary_stays_when_it_cannot_be_renamed(void **state)
{
    struct pk_temporary *temporary = new_beside_out();
    (void)state;

    assert_false(pk_temporary_rename(temporary, "missing/out"));
    assert_int_equal(errno, ENOENT);
    assert_int_equal(count_files(), 1);
    pk_temporary_remove(temporary);
    assert_int_equal(count_files(), 0);
}

static void temporary_is_made_in_the_folder_of_its_target(void **state)
{
    struct pk_temporary *temporary;
    int fd = -1;
    (void)state;

    assert_int_equal(mkdir("folder", 0700), 0);
    temporary = pk_temporary_new("folder/out", 0600, &fd);
    assert_non_null(temporary);
    assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC); /* no child gets it */
    close(fd);
    assert_int_equal(count_files(), 1);
    assert_int_not_equal(rmdir("folder"), 0);
    pk_temporary_remove(temporary);
    assert_int_equal(rmdir("folder"), 0);
    assert_null(pk_temporary_new("folder/out", 0600, &fd));
    assert_int_equal(errno, ENOENT);
}

static void temporary_folder_ends_with_the_last_slash(void **state)
{
    static const struct {
        const char *path;
        size_t size;
    } cases[] = {{"", 0}, {"out", 0}, {"/", 1}, {"/out", 1}, {"a/b/out", 4}, {"a//out", 3}};
    char path[PK_TEMPORARY_PATH + 10];
    int fd;
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(pk_temporary_folder(cases[i].path), cases[i].size);
    memset(path, '/', sizeof path);
    path[sizeof path - 1] = '\0';
    assert_null(pk_temporary_new(path, 0600, &fd));
    assert_int_equal(errno, ENAMETOOLONG);
}

static void temporary_names_are_never_the_same(void **state)
{
    struct pk_temporary *files[16];
    int fd;
    (void)state;

    for (int i = 0; i < 16; i++) {
        files[i] = new_beside_out();
        assert_non_null(files[i]);
    }
    assert_int_equal(count_files(), 16);
    assert_null(pk_temporary_new("out", 0666, &fd)); /* a documented number at a time */
    assert_int_equal(errno, EMFILE);
    for (int i = 0; i < 16; i++)
        pk_temporary_remove(files[i]);
    assert_int_equal(count_files(), 0);
    pk_temporary_remove(new_beside_out()); /* and again */
}

/* ---- ends of the process */

static int signal_to_send;
static bool is_ignored;

static int end_by_signal(void)
{
    if (is_ignored)
        signal(signal_to_send, SIG_IGN);
    pk_temporary_prepare_process();
    if (!new_beside_out() || !new_beside_out())
        return 1;
    raise(signal_to_send);
    return count_files() == 4 ? 9 : 2; /* out, stderr, two temporaries */
}

static int end_by_closed_pipe(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    sigprocmask(SIG_BLOCK, &set, NULL); /* as some parents hand it down */
    pk_temporary_prepare_process();
    if (!new_beside_out())
        return 1;
    pk_temporary_die_of_pipe();
}

static int end_by_exit(void)
{
    pk_temporary_prepare_process();
    if (!new_beside_out())
        return 1;
    exit(70);
}

/* The old file as it was, nothing else, and not a word. */
static void assert_old_file_only(void)
{
    assert_file("stderr", "");
    unlink("stderr");
    assert_file("out", OLD);
    assert_int_equal(count_files(), 1);
}

static void temporary_goes_when_a_signal_ends_the_process(void **state)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};
    (void)state;

    write_file("out", OLD);
    is_ignored = false;
    for (size_t i = 0; i < 4; i++) {
        int status;

        signal_to_send = numbers[i];
        status = in_child(end_by_signal);
        assert_true(WIFSIGNALED(status));
        assert_int_equal(WTERMSIG(status), numbers[i]);
        assert_old_file_only();
    }
    unlink("out");
}

static void temporary_outlives_a_signal_ignored_from_the_start(void **state)
{
    char name[300];
    DIR *folder;
    const struct dirent *entry;
    (void)state;

    write_file("out", OLD);
    is_ignored = true;
    signal_to_send = SIGHUP; /* nohup */
    assert_int_equal(in_child(end_by_signal), 9 << 8);
    folder = opendir("."); /* the child ended by _exit, which nothing can notice */
    while ((entry = readdir(folder)) != NULL) {
        snprintf(name, sizeof name, "%s", entry->d_name);
        if (strncmp(name, ".profkit-", 9) == 0)
            unlink(name);
    }
    closedir(folder);
    assert_old_file_only();
    unlink("out");
}

static void temporary_goes_when_a_closed_pipe_ends_the_process(void **state)
{
    int status;
    (void)state;

    write_file("out", OLD);
    status = in_child(end_by_closed_pipe);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGPIPE);
    assert_old_file_only();
    unlink("out");
}

static void temporary_goes_at_exit(void **state)
{
    (void)state;

    write_file("out", OLD);
    assert_int_equal(in_child(end_by_exit), 70 << 8);
    assert_old_file_only();
    unlink("out");
}

static int end_a_child_and_rename(void)
{
    struct pk_temporary *temporary;
    pid_t child;
    int status;

    pk_temporary_prepare_process();
    temporary = new_beside_out();
    child = fork();
    if (child == 0)
        raise(SIGTERM);
    if (waitpid(child, &status, 0) != child || !WIFSIGNALED(status))
        return 1;
    return temporary && pk_temporary_rename(temporary, "out") ? 0 : 2;
}

static void temporary_is_not_removed_by_the_end_of_a_child(void **state)
{
    (void)state;

    assert_int_equal(in_child(end_a_child_and_rename), 0);
    assert_file("out", NEW);
    unlink("out");
    unlink("stderr");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(temporary_takes_the_place_of_its_target_at_once),
        cmocka_unit_test(temporary_removed_leaves_nothing),
        cmocka_unit_test(temporary_stays_when_it_cannot_be_renamed),
        cmocka_unit_test(temporary_is_made_in_the_folder_of_its_target),
        cmocka_unit_test(temporary_folder_ends_with_the_last_slash),
        cmocka_unit_test(temporary_names_are_never_the_same),
        cmocka_unit_test(temporary_goes_when_a_signal_ends_the_process),
        cmocka_unit_test(temporary_outlives_a_signal_ignored_from_the_start),
        cmocka_unit_test(temporary_goes_when_a_closed_pipe_ends_the_process),
        cmocka_unit_test(temporary_goes_at_exit),
        cmocka_unit_test(temporary_is_not_removed_by_the_end_of_a_child),
    };

    /* A parent may hand down ignored signals, as nohup does. */
    signal(SIGHUP, SIG_DFL);
    signal(SIGINT, SIG_DFL);
    signal(SIGPIPE, SIG_DFL);
    return cmocka_run_group_tests(tests, folder_setup, folder_teardown);
}
