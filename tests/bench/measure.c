/*
 * Runs a command a number of times, its output thrown away, and prints what one run took: seconds
 * of CPU (all its processes), seconds of the clock, bytes of its largest process. measure TIMES
 * COMMAND...
 *
 * One run before is not counted, unless it takes seconds: where a virtual machine gives its host
 * back what nobody has used for a while, the first run pays for getting that again (200 MB of
 * collapsed stacks took 0.69 s of CPU, and 0.39 s in all runs after it).
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

#define SLOW 5.0 /* seconds */

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

static struct taken {
    double cpu, wall;
} taken_so_far(void)
{
    struct timespec now;
    struct rusage usage;

    clock_gettime(CLOCK_MONOTONIC, &now);
    getrusage(RUSAGE_CHILDREN, &usage);
    return (struct taken){seconds(usage.ru_utime) + seconds(usage.ru_stime),
                          (double)now.tv_sec + (double)now.tv_nsec * 1e-9};
}

/* The run that is not counted; of a slow command it is the one that is. */
static int warm_up(char **command, int *times, struct taken *start)
{
    int status;

    *start = taken_so_far();
    status = run_once(command);
    if (status == 0 && taken_so_far().wall - start->wall > SLOW) {
        *times = 0;
        return 0;
    }
    *start = taken_so_far();
    return status;
}

int main(int argc, char **argv)
{
    int times = argc > 2 ? (int)strtol(argv[1], NULL, 10) : 0, status = 0;
    struct taken start, end;
    struct rusage usage;

    if (times <= 0)
        return 2;
    status = warm_up(argv + 2, &times, &start);
    for (int i = 0; i < times && status == 0; i++)
        status = run_once(argv + 2);
    if (status)
        return status;
    end = taken_so_far();
    getrusage(RUSAGE_CHILDREN, &usage);
    times += times == 0;
    printf("%.6f %.6f %llu\n", (end.cpu - start.cpu) / times, (end.wall - start.wall) / times,
           (unsigned long long)usage.ru_maxrss * 1024);
    return 0;
}
