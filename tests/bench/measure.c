/*
 * Runs a command a number of times, its output thrown away, and prints what one run took: seconds
 * of CPU (all its processes), seconds of the clock, bytes of its largest process. measure TIMES
 * COMMAND...
 *
 * A program of its own, since a process counts the memory of the one that started it as its own
 * until it has become another: started from Python, everything takes 15 MiB.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec * 1e-6;
}

/* The status of the command, or that of a shell for one that cannot be started or was killed. */
static int run_once(char **command)
{
    pid_t child = fork();
    int status;

    if (child == 0) {
        int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);

        dup2(nowhere, STDOUT_FILENO);
        dup2(nowhere, STDERR_FILENO);
        execvp(command[0], command);
        _exit(127);
    }
    if (child < 0 || waitpid(child, &status, 0) != child)
        return 126;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int main(int argc, char **argv)
{
    int times = argc > 2 ? (int)strtol(argv[1], NULL, 10) : 0;
    struct timespec start, end;
    struct rusage usage;

    clock_gettime(CLOCK_MONOTONIC, &start);
    for (int i = 0; i < times; i++) {
        int status = run_once(argv + 2);

        if (status)
            return status;
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    getrusage(RUSAGE_CHILDREN, &usage);
    printf("%.6f %.6f %llu\n", (seconds(usage.ru_utime) + seconds(usage.ru_stime)) / times,
           ((double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) * 1e-9) /
               times,
           (unsigned long long)usage.ru_maxrss * 1024);
    return times > 0 ? 0 : 2;
}
