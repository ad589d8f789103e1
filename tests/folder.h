/*
 * A folder of its own for a test program that writes files, and a child process for what ends one.
 * Include it behind cmocka.h.
 */
#ifndef TESTS_FOLDER_H
#define TESTS_FOLDER_H

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Group fixtures: make a folder and go into it; leave it, which must be empty. */
static inline int folder_setup(void **state)
{
    static char folder[] = "test_folder.XXXXXX";

    *state = mkdtemp(folder);
    return *state && chdir(folder) == 0 && chmod(".", 0777) == 0 ? 0 : -1;
}

static inline int folder_teardown(void **state)
{
    return chdir("..") == 0 && rmdir(*state) == 0 ? 0 : -1;
}

static inline void write_file(const char *name, const char *text)
{
    FILE *file = fopen(name, "w");

    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static inline void assert_file(const char *name, const char *text)
{
    char found[200] = "";
    FILE *file = fopen(name, "r");

    assert_non_null(file);
    found[fread(found, 1, sizeof found - 1, file)] = '\0';
    fclose(file);
    assert_string_equal(found, text);
}

/* Names in the folder, without . and .. */
static inline int count_files(void)
{
    DIR *folder = opendir(".");
    int count = -2;

    assert_non_null(folder);
    while (readdir(folder))
        count++;
    closedir(folder);
    return count;
}

/* Run `work` in a child whose stderr goes to the file "stderr"; its wait status. */
static inline int in_child(int (*work)(void))
{
    int status = -1;
    pid_t child;

    fflush(NULL); /* or the child would write it again */
    child = fork();
    if (child == 0) {
        int fd = open("stderr", O_WRONLY | O_CREAT | O_TRUNC, 0600);

        dup2(fd, STDERR_FILENO);
        close(fd);
        _exit(work());
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

#endif
