/*
 * The calls that the linker puts in place of the real ones: see calls.h. Each counts itself, fails
 * when its turn has come, and else does what it was asked to.
 *
 * Traps: the test itself is linked the same way, hence nothing is counted before faults_begin. A
 * failed close has closed nevertheless, as Linux does.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "tests/faults/calls.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/poll.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef HAVE_ZSTD
#include <zstd.h>
#include <zstd_errors.h>
#endif

#include "tests/map_calls.h"

/* REAL(TYPE, NAME, PARAMETERS): declare the call of the system and the one in its place. The names
 * are the linker's. */
#define REAL(type, name, ...)        \
    type __real_##name(__VA_ARGS__); \
    type __wrap_##name(__VA_ARGS__);

REAL(void *, malloc, size_t)
REAL(void *, calloc, size_t, size_t)
REAL(void *, realloc, void *, size_t)
REAL(FILE *, fopencookie, void *, const char *, cookie_io_functions_t)
REAL(int, open, const char *, int, ...)
REAL(int, openat, int, const char *, int, ...)
REAL(int, stat, const char *, struct stat *)
REAL(int, fstat, int, struct stat *)
REAL(ssize_t, read, int, void *, size_t)
REAL(ssize_t, write, int, const void *, size_t)
REAL(int, fsync, int)
REAL(int, close, int)
REAL(int, rename, const char *, const char *)
REAL(ssize_t, readlink, const char *, char *, size_t)
REAL(int, faccessat, int, const char *, int, int)
REAL(int, fchmod, int, mode_t)
REAL(int, fchown, int, uid_t, gid_t)
REAL(int, fcntl, int, int, ...)
REAL(ssize_t, getrandom, void *, size_t, unsigned)
REAL(int, pipe2, int[2], int)
REAL(int, socketpair, int, int, int, int[2])
REAL(int, posix_spawnp, pid_t *, const char *, const posix_spawn_file_actions_t *,
     const posix_spawnattr_t *, char *const *, char *const *)
REAL(int, poll, struct pollfd *, nfds_t, int)
REAL(ssize_t, send, int, const void *, size_t, int)
REAL(ssize_t, recv, int, void *, size_t, int)
REAL(pid_t, waitpid, pid_t, int *, int)
REAL(DIR *, opendir, const char *)
REAL(struct dirent *, readdir, DIR *)
#ifdef HAVE_ZSTD
REAL(ZSTD_CStream *, ZSTD_createCStream, void)
REAL(size_t, ZSTD_compressStream2, ZSTD_CCtx *, ZSTD_outBuffer *, ZSTD_inBuffer *,
     ZSTD_EndDirective)
REAL(ZSTD_DStream *, ZSTD_createDStream, void)
REAL(size_t, ZSTD_decompressStream, ZSTD_DStream *, ZSTD_outBuffer *, ZSTD_inBuffer *)
#endif

static struct fault plan;
static struct fault_report *seen; /* NULL: do not count */

void faults_begin(const struct fault *fault, struct fault_report *report)
{
    plan = *fault;
    seen = report;
}

#ifdef PK_COVERAGE
/* What the counts of lines are written with is no part of the program. Such functions run behind
 * those of atexit and before the writing. */
__attribute__((destructor)) static void end(void)
{
    seen = NULL;
}
#endif

/* Count a call; true when it is to fail, then errno is set. */
static bool strikes(enum fault_call call, bool is_output)
{
    unsigned number;

    if (!seen)
        return false;
    number = ++seen->calls[call];
    seen->calls[FAULT_ANY]++;
    if (plan.call == FAULT_ANY)
        number = seen->calls[FAULT_ANY];
    else if (plan.call != call)
        return false;
    if (plan.at == 0 || number < plan.at || number - plan.at >= plan.count)
        return false;
    seen->is_hit = true;
    seen->on_output = is_output;
    if (plan.signal) {
        raise(plan.signal);
        return false;
    }
    errno = plan.number;
    return true;
}

/* Descriptors that are only written to are outputs; stdout may be open both ways, and so are the
 * streams of a child process, which are none. */
static bool is_written(int fd)
{
    int number = errno, flags = __real_fcntl(fd, F_GETFL);
    struct stat status;
    bool is_stream = __real_fstat(fd, &status) == 0 && S_ISSOCK(status.st_mode);

    errno = number;
    return fd != STDIN_FILENO && flags >= 0 && (flags & O_ACCMODE) != O_RDONLY && !is_stream;
}

/* ---- memory */

void *__wrap_malloc(size_t size)
{
    return strikes(FAULT_MEMORY, false) ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return strikes(FAULT_MEMORY, false) ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return strikes(FAULT_MEMORY, false) ? NULL : __real_realloc(old, size);
}

static bool map_fails(void)
{
    return strikes(FAULT_MAP, false);
}

static bool move_fails(void)
{
    return strikes(FAULT_MAP, false);
}

FILE *__wrap_fopencookie(void *cookie, const char *mode, cookie_io_functions_t functions)
{
    return strikes(FAULT_LIBRARY, false) ? NULL : __real_fopencookie(cookie, mode, functions);
}

#ifdef HAVE_ZSTD
ZSTD_CStream *__wrap_ZSTD_createCStream(void)
{
    return strikes(FAULT_LIBRARY, true) ? NULL : __real_ZSTD_createCStream();
}

size_t __wrap_ZSTD_compressStream2(ZSTD_CCtx *stream, ZSTD_outBuffer *out, ZSTD_inBuffer *in,
                                   ZSTD_EndDirective end)
{
    if (strikes(FAULT_LIBRARY, true))
        return (size_t)-ZSTD_error_memory_allocation;
    return __real_ZSTD_compressStream2(stream, out, in, end);
}

ZSTD_DStream *__wrap_ZSTD_createDStream(void)
{
    return strikes(FAULT_LIBRARY, false) ? NULL : __real_ZSTD_createDStream();
}

size_t __wrap_ZSTD_decompressStream(ZSTD_DStream *stream, ZSTD_outBuffer *out, ZSTD_inBuffer *in)
{
    if (strikes(FAULT_LIBRARY, false))
        return (size_t)-ZSTD_error_memory_allocation; /* the form that its errors have */
    return __real_ZSTD_decompressStream(stream, out, in);
}
#endif

/* ---- files */

int __wrap_open(const char *path, int flags, ...)
{
    mode_t mode = 0;
    va_list rest;

    va_start(rest, flags);
    if (flags & O_CREAT)
        mode = va_arg(rest, mode_t);
    va_end(rest);
    return strikes(FAULT_OPEN, (flags & O_ACCMODE) != O_RDONLY) ? -1
                                                                : __real_open(path, flags, mode);
}

/* Only files that exist are opened this way. */
int __wrap_openat(int folder, const char *path, int flags, ...)
{
    return strikes(FAULT_BELOW, false) ? -1 : __real_openat(folder, path, flags);
}

/* Names are asked about where an output goes, in search of an input, or whether a named input of
 * tests/faults/matrix.c is a folder. */
int __wrap_stat(const char *path, struct stat *status)
{
    bool is_input = strstr(path, "samples/") || strstr(path, "input.");

    return strikes(FAULT_STAT, !is_input) ? -1 : __real_stat(path, status);
}

int __wrap_fstat(int fd, struct stat *status)
{
    return strikes(FAULT_STAT, is_written(fd)) ? -1 : __real_fstat(fd, status);
}

ssize_t __wrap_read(int fd, void *bytes, size_t room)
{
    if (!strikes(FAULT_READ, false))
        return __real_read(fd, bytes, room);
    return plan.number == FAULT_SHORT && room > 0 ? __real_read(fd, bytes, 1) : -1;
}

ssize_t __wrap_write(int fd, const void *bytes, size_t size)
{
    if (!strikes(FAULT_WRITE, true))
        return __real_write(fd, bytes, size);
    return plan.number == FAULT_SHORT && size > 0 ? __real_write(fd, bytes, 1) : -1;
}

int __wrap_fsync(int fd)
{
    return strikes(FAULT_SYNC, true) ? -1 : __real_fsync(fd);
}

int __wrap_close(int fd)
{
    bool fails = strikes(FAULT_CLOSE, is_written(fd));
    int result = __real_close(fd);

    if (!fails)
        return result;
    errno = plan.number;
    return -1;
}

int __wrap_rename(const char *from, const char *to)
{
    return strikes(FAULT_RENAME, true) ? -1 : __real_rename(from, to);
}

ssize_t __wrap_readlink(const char *path, char *link, size_t room)
{
    return strikes(FAULT_LINK, true) ? -1 : __real_readlink(path, link, room);
}

int __wrap_faccessat(int folder, const char *path, int mode, int flags)
{
    return strikes(FAULT_ACCESS, true) ? -1 : __real_faccessat(folder, path, mode, flags);
}

int __wrap_fchmod(int fd, mode_t mode)
{
    return strikes(FAULT_MODE, true) ? -1 : __real_fchmod(fd, mode);
}

int __wrap_fchown(int fd, uid_t user, gid_t group)
{
    return strikes(FAULT_OWNER, true) ? -1 : __real_fchown(fd, user, group);
}

/* Every command that the program gives takes a number or nothing. */
int __wrap_fcntl(int fd, int command, ...)
{
    int number;
    va_list rest;

    va_start(rest, command);
    number = command == F_GETFD || command == F_GETFL ? 0 : va_arg(rest, int);
    va_end(rest);
    return strikes(FAULT_COPY, is_written(fd)) ? -1 : __real_fcntl(fd, command, number);
}

ssize_t __wrap_getrandom(void *bytes, size_t size, unsigned flags)
{
    return strikes(FAULT_RANDOM, true) ? -1 : __real_getrandom(bytes, size, flags);
}

/* ---- a child process */

int __wrap_pipe2(int ends[2], int flags)
{
    return strikes(FAULT_SOCKET, true) ? -1 : __real_pipe2(ends, flags);
}

int __wrap_socketpair(int family, int type, int protocol, int pair[2])
{
    return strikes(FAULT_SOCKET, true) ? -1 : __real_socketpair(family, type, protocol, pair);
}

/* It gives the number of the error itself. */
int __wrap_posix_spawnp(pid_t *child, const char *file, const posix_spawn_file_actions_t *actions,
                        const posix_spawnattr_t *attributes, char *const *words,
                        char *const *environment)
{
    return strikes(FAULT_SPAWN, true)
               ? plan.number
               : __real_posix_spawnp(child, file, actions, attributes, words, environment);
}

int __wrap_poll(struct pollfd *polled, nfds_t count, int timeout)
{
    return strikes(FAULT_POLL, true) ? -1 : __real_poll(polled, count, timeout);
}

ssize_t __wrap_send(int fd, const void *bytes, size_t size, int flags)
{
    if (!strikes(FAULT_SEND, true))
        return __real_send(fd, bytes, size, flags);
    return plan.number == FAULT_SHORT && size > 0 ? __real_send(fd, bytes, 1, flags) : -1;
}

ssize_t __wrap_recv(int fd, void *bytes, size_t room, int flags)
{
    if (!strikes(FAULT_RECEIVE, true))
        return __real_recv(fd, bytes, room, flags);
    return plan.number == FAULT_SHORT && room > 0 ? __real_recv(fd, bytes, 1, flags) : -1;
}

pid_t __wrap_waitpid(pid_t child, int *status, int options)
{
    return strikes(FAULT_WAIT, true) ? -1 : __real_waitpid(child, status, options);
}

/* ---- folders */

DIR *__wrap_opendir(const char *path)
{
    return strikes(FAULT_FOLDER, false) ? NULL : __real_opendir(path);
}

struct dirent *__wrap_readdir(DIR *folder)
{
    return strikes(FAULT_FOLDER, false) ? NULL : __real_readdir(folder);
}
