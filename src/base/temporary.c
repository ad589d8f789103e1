/*
 * Temporary files: see temporary.h. Their names lie in static slots, because a signal handler can
 * safely read nothing else, and a name is there before its file, so that no signal finds a file
 * without a name.
 *
 * Traps: a child between fork and exec shares handlers and slots, hence the process id. Only the
 * folder of the target will do: rename does not work across file systems.
 */
#include "base/temporary.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/progress.h"

#define SLOTS 16 /* files at one time */
#define PREFIX ".profkit-"
#define RANDOM_BYTES ((size_t)16)

struct pk_temporary {
    atomic_bool is_used;
    char path[PK_TEMPORARY_PATH];
};

static struct pk_temporary slots[SLOTS];
static volatile pid_t owner; /* the process they belong to */
static volatile pid_t child; /* that must not outlive it, or 0 */

/* Only what a signal handler may call: getpid, unlink, kill, lock-free atomics. */
static void remove_all(void)
{
    if (getpid() != owner)
        return;
    if (child > 0)
        kill(child, SIGKILL);
    for (int i = 0; i < SLOTS; i++)
        if (atomic_load(&slots[i].is_used))
            unlink(slots[i].path);
}

/* Installed with SA_RESETHAND: raised again, the signal does what it does by default. */
static void on_signal(int number)
{
    remove_all();
    pk_progress_wipe();
    raise(number);
}

static void catch_signal(int number)
{
    struct sigaction old, action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};

    sigemptyset(&action.sa_mask);
    /* Ignored from the start (nohup) stays ignored. */
    if (sigaction(number, NULL, &old) == 0 && old.sa_handler == SIG_DFL)
        sigaction(number, &action, NULL);
}

void pk_temporary_prepare_process(void)
{
    atexit(remove_all); /* for ends in the middle, such as no memory */
    catch_signal(SIGINT);
    catch_signal(SIGTERM);
    catch_signal(SIGHUP);
    catch_signal(SIGPIPE);
}

void pk_temporary_child(pid_t pid)
{
    owner = getpid();
    child = pid;
}

_Noreturn void pk_temporary_die_of_pipe(void)
{
    sigset_t set;

    remove_all();
    signal(SIGPIPE, SIG_DFL);
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    raise(SIGPIPE);
    _exit(128 + SIGPIPE);
}

static struct pk_temporary *free_slot(void)
{
    owner = getpid();
    for (int i = 0; i < SLOTS; i++)
        if (!atomic_load(&slots[i].is_used))
            return &slots[i];
    errno = EMFILE;
    return NULL;
}

size_t pk_temporary_folder(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? (size_t)(slash - path) + 1 : 0;
}

/* Write the name of a fresh file in the folder of `target` to `path`. False sets errno. */
static bool make_name(const char *target, char path[static PK_TEMPORARY_PATH])
{
    static const char digits[] = "0123456789abcdef";
    unsigned char noise[RANDOM_BYTES];
    size_t at = pk_temporary_folder(target);

    if (at + sizeof PREFIX + 2 * sizeof noise > PK_TEMPORARY_PATH) {
        errno = ENAMETOOLONG;
        return false;
    }
    /* The system call and not a counter or the time: nobody may lay a link there before us. */
    while (getrandom(noise, sizeof noise, 0) != (ssize_t)sizeof noise)
        if (errno != EINTR)
            return false;
    memcpy(path, target, at);
    memcpy(path + at, PREFIX, sizeof PREFIX - 1);
    at += sizeof PREFIX - 1;
    for (size_t i = 0; i < sizeof noise; i++) {
        path[at++] = digits[noise[i] >> 4];
        path[at++] = digits[noise[i] & 15];
    }
    path[at] = '\0';
    return true;
}

struct pk_temporary *pk_temporary_new(const char *target, mode_t mode, int *fd)
{
    struct pk_temporary *temporary = free_slot();

    if (!temporary || !make_name(target, temporary->path))
        return NULL;
    /* Before it exists: to remove what is not there does no harm, to miss what is there does. */
    atomic_store(&temporary->is_used, true);
    do
        *fd = open(temporary->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    while (*fd < 0 && errno == EINTR);
    if (*fd >= 0)
        return temporary;
    atomic_store(&temporary->is_used, false);
    return NULL;
}

bool pk_temporary_rename(struct pk_temporary *temporary, const char *target)
{
    if (rename(temporary->path, target) != 0)
        return false;
    atomic_store(&temporary->is_used, false);
    return true;
}

void pk_temporary_remove(struct pk_temporary *temporary)
{
    if (!temporary)
        return;
    unlink(temporary->path);
    atomic_store(&temporary->is_used, false);
}
