/*
 * A run in a child: see run.h. No exec, because a fork costs a tenth of it, and tens of thousands
 * are needed; the program has done nothing in the parent, so each child starts afresh.
 *
 * Traps: what the parent has in its stdio buffers would be written by each child; the report lies
 * in shared memory, since the child may end in any way.
 */
#include "tests/faults/run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECONDS 20u /* RELIABILITY.md section 1; the samples take milliseconds */
#define MOST_WORDS 32

static int memory_file(const char *name)
{
    int fd = memfd_create(name, MFD_CLOEXEC);

    assert_true(fd > STDERR_FILENO);
    return fd;
}

/* Give all of a file and begin it again. */
static void take_file(int fd, struct pk_buf *out)
{
    off_t size = lseek(fd, 0, SEEK_END);

    pk_buf_reset(out);
    pk_buf_reserve(out, (size_t)size + 1);
    assert_int_equal(pread(fd, out->data, (size_t)size, 0), size);
    out->size = (size_t)size;
    out->data[size] = '\0';
    assert_int_equal(ftruncate(fd, 0), 0);
    lseek(fd, 0, SEEK_SET);
}

static _Noreturn void become_program(const char *const *words, const struct fault *fault,
                                     struct fault_report *report, const int files[2])
{
    char *copy[MOST_WORDS + 1] = {NULL};
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC), argc = 0;

    /* nohup and a shell's & leave these ignored. */
    signal(SIGINT, SIG_DFL);
    signal(SIGHUP, SIG_DFL);
    signal(SIGPIPE, SIG_DFL);
    /* No core files, and an end of what hangs with or without work. */
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    alarm(3 * SECONDS);
    setrlimit(RLIMIT_CPU, &(struct rlimit){SECONDS, SECONDS});
    dup2(nothing, STDIN_FILENO);
    dup2(files[0], STDOUT_FILENO);
    dup2(files[1], STDERR_FILENO);
    close(nothing);
    for (; words[argc] && argc < MOST_WORDS; argc++)
        copy[argc] = strdup(words[argc]);
    faults_begin(fault, report);
    exit(profkit_main(argc, copy));
}

void fault_run(const char *const *words, const struct fault *fault, struct fault_run *run)
{
    static struct fault_report *report;
    static int files[2];
    int status = 0;
    pid_t child;

    if (!report) {
        files[0] = memory_file("stdout");
        files[1] = memory_file("stderr");
        report =
            mmap(NULL, sizeof *report, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        assert_true(report != MAP_FAILED);
    }
    *report = (struct fault_report){0};
    fflush(NULL);
    child = fork();
    if (child == 0)
        become_program(words, fault, report, files);
    assert_int_equal(waitpid(child, &status, 0), child);
    run->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    run->report = *report;
    take_file(files[0], &run->out);
    take_file(files[1], &run->err);
}

void fault_run_fini(struct fault_run *run)
{
    pk_buf_fini(&run->out);
    pk_buf_fini(&run->err);
}
