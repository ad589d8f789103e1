/*
 * Results that are whole or not there: see output.h and RELIABILITY.md section 4. A regular file is
 * replaced by rename; a descriptor (stdout, /dev/fd/N), a device or a FIFO is written to directly.
 *
 * Every stream is a stdio stream over our own write, so that the reason and not only the fact of a
 * failed write is known at commit, and the bytes are counted.
 *
 * Traps: rename would replace a symbolic link by a file, so links are followed first, dangling ones
 * by hand; /dev/stdout is a link too, but to a descriptor. SIGXFSZ would kill at the file size
 * limit; ignored, it becomes an error of write.
 */
#include "base/output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/code.h"
#include "base/error.h"
#include "base/oserror.h"
#include "base/pack.h"
#include "base/pager.h"
#include "base/scan.h"
#include "base/str.h"
#include "base/temporary.h"

#define LINKS 40 /* as many as the kernel follows */
#define STREAM_BUFFER ((size_t)64 << 10)

struct pk_output {
    const char *name; /* for messages: the caller's path, or "stdout" */
    int fd;
    FILE *stream;
    char *buffer;          /* of the stream */
    struct pk_pack *pack;  /* what is written passes through it; NULL: goes as it is */
    unsigned char *packed; /* what comes out of it */
    const char *pager;     /* the command of what shows it at commit, or NULL */
    struct pk_buf page;    /* what it will show */
    char *target;          /* what is renamed over; NULL: written to directly */
    struct pk_temporary *temporary;
    bool is_stdout, is_aborted;
    uint64_t bytes;
    int failure; /* errno of the first failed write */
};

/* Give a closed standard descriptor to /dev/null, opened the wrong way round: what reads it ends at
 * once and what writes to it fails, as on a closed one. */
static void occupy(int fd, int flags)
{
    if (fcntl(fd, F_GETFD) == -1 && errno == EBADF)
        (void)!open("/dev/null", flags); /* the lowest free descriptor is this one */
}

/* exit() flushes every stream, also those of a run that fails in the middle: the rest of a result
 * that nobody committed goes nowhere. */
static volatile bool is_ending;

static void stop_writing(void)
{
    is_ending = true;
}

/* A closed stdout would else become the number of the next file opened, and the result would be
 * written over it. */
void pk_output_prepare_process(void)
{
    occupy(STDIN_FILENO, O_RDONLY);
    occupy(STDOUT_FILENO, O_RDONLY);
    occupy(STDERR_FILENO, O_WRONLY);
    pk_temporary_prepare_process();
    atexit(stop_writing);
    signal(SIGXFSZ, SIG_IGN);
}

/* ---- the stream */

/* All of the bytes to the descriptor, or a failure, whose reason is kept. */
static void write_out(struct pk_output *output, const void *bytes, size_t size)
{
    size_t done = 0;

    if (output->pager) {
        pk_buf_add(&output->page, bytes, size);
        done = size;
    }
    while (done < size && output->failure == 0 && !output->is_aborted) {
        ssize_t wrote = write(output->fd, (const char *)bytes + done, size - done);
        struct pollfd wait = {.fd = output->fd, .events = POLLOUT};

        if (wrote > 0)
            done += (size_t)wrote;
        else if (wrote == 0)
            output->failure = EIO; /* says nothing and would go on for ever */
        else if (errno == EAGAIN || errno == EWOULDBLOCK)
            poll(&wait, 1, -1);
        else if (errno != EINTR)
            output->failure = errno;
    }
    output->bytes += done;
}

/* The same through the packing; at the end with what it still holds. */
static void write_packed(struct pk_output *output, const char *bytes, size_t size, bool is_end)
{
    struct pk_pack_io io = {.in = (const unsigned char *)bytes, .in_size = size};
    bool has_more = true;

    while (has_more && output->failure == 0 && !output->is_aborted) {
        io.out = output->packed;
        io.out_room = STREAM_BUFFER;
        has_more = pk_pack_step(output->pack, &io, is_end) || io.in_size > 0;
        write_out(output, output->packed, STREAM_BUFFER - io.out_room);
    }
}

/* The write of the stream: all of it, or 0 for a failure. */
static ssize_t write_all(void *cookie, const char *bytes, size_t size)
{
    struct pk_output *output = cookie;

    if (is_ending)
        return (ssize_t)size;
    if (output->pack)
        write_packed(output, bytes, size, false);
    else
        write_out(output, bytes, size);
    if (output->failure)
        errno = output->failure;
    return output->failure ? 0 : (ssize_t)size;
}

/* Fill the error and name the output; always false. EBADF of stdout is what was closed at the
 * start. */
static bool fail(const struct pk_output *output, const char *what, int number,
                 struct pk_error *error)
{
    char text[PK_OSERROR_ROOM];

    if (error->status == PK_OK)
        error->file = output->name;
    if (output->is_stdout && number == EBADF)
        return pk_error_set(error, PK_OUTPUT, pk_place_none(), "%s: it is closed", what);
    return pk_error_set(error, PK_OUTPUT, pk_place_none(), "%s: %s", what,
                        pk_oserror_text(text, number));
}

/* ---- opening */

/* The descriptor that a name like /dev/stdout or /dev/fd/5 stands for, or -1. Such names are links
 * to what the descriptor has open, and opening that anew would begin at its first byte. */
static int descriptor_of(const char *path)
{
    static const struct pk_str folders[] = {PK_STR("/dev/fd/"), PK_STR("/proc/self/fd/")};
    struct pk_str name = pk_str_of(path);
    int64_t number;

    if (pk_str_equal(name, PK_STR("/dev/stdout")))
        return STDOUT_FILENO;
    if (pk_str_equal(name, PK_STR("/dev/stderr")))
        return STDERR_FILENO;
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++)
        if (pk_str_starts(name, folders[i]) &&
            pk_scan_int(pk_str_slice(name, folders[i].size, name.size), &number, NULL) &&
            number >= 0 && number <= INT_MAX)
            return (int)number;
    return -1;
}

/* `size` bytes with a NUL behind them; the caller frees. */
static char *copy_of(const char *from, size_t size)
{
    char *copy = pk_alloc(size + 1);

    memcpy(copy, from, size);
    copy[size] = '\0';
    return copy;
}

/* Where `path` really leads when it ends in links, existing or not: owned by the caller. NULL sets
 * errno. */
static char *follow_links(const char *path)
{
    char *at = copy_of(path, strlen(path));

    /* The last component only; the folders before it are the kernel's to follow at open. */
    for (int links = 0; links < LINKS; links++) {
        char link[PK_TEMPORARY_PATH];
        ssize_t size = readlink(at, link, sizeof link);
        size_t folder = size > 0 && link[0] != '/' ? pk_temporary_folder(at) : 0;
        struct pk_buf next = {0};

        if (size < 0 && (errno == EINVAL || errno == ENOENT))
            return at;  /* no link: an existing file, or none */
        if (size < 0) { /* perhaps one, which must not be replaced */
            int number = errno;

            pk_free(at);
            errno = number;
            return NULL;
        }
        pk_buf_add(&next, at, folder);
        pk_buf_add(&next, link, (size_t)size);
        pk_free(at);
        at = copy_of(next.data, next.size);
        pk_buf_fini(&next);
    }
    pk_free(at);
    errno = ELOOP;
    return NULL;
}

/* Create the temporary beside output->target. `old` is what is there now, or NULL. Sets errno on
 * failure. */
static bool create_temporary(struct pk_output *output, const struct stat *old)
{
    mode_t mode = old ? old->st_mode & 0777 : 0666;

    output->temporary = pk_temporary_new(output->target, mode, &output->fd);
    if (!output->temporary)
        return false;
    /* The owner first, since that clears bits of the mode; as anybody but root it may well fail. */
    if (old && (old->st_uid != geteuid() || old->st_gid != getegid()))
        (void)!fchown(output->fd, old->st_uid, old->st_gid);
    return !old || fchmod(output->fd, mode) == 0;
}

/* Find out what the path is and open it or its temporary. Sets errno on failure. */
static bool open_target(struct pk_output *output, const char *path)
{
    int fd = descriptor_of(path);
    struct stat old;
    bool is_there;

    if (fd >= 0) {
        output->fd = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
        return output->fd >= 0;
    }
    /* stat follows links: what counts is what they lead to. */
    is_there = stat(path, &old) == 0;
    if (!is_there && (errno != ENOENT || *path == '\0'))
        return false;
    if (is_there && !S_ISREG(old.st_mode)) {
        do
            output->fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
        while (output->fd < 0 && errno == EINTR);
        return output->fd >= 0;
    }
    /* Rename asks the folder only; who made a file read-only wants to keep it. */
    if (is_there && faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) != 0)
        return false;
    output->target = follow_links(path);
    return output->target && create_temporary(output, is_there ? &old : NULL);
}

/* Only memory: descriptor, stream and temporary have gone before, each in its own way. */
static void output_free(struct pk_output *output)
{
    pk_buf_fini(&output->page);
    pk_pack_free(output->pack);
    pk_free(output->packed);
    pk_free(output->target);
    pk_free(output->buffer);
    pk_free(output);
}

/* Close without commit and remove the temporary. */
static void drop(struct pk_output *output)
{
    output->is_aborted = true; /* what the buffer holds goes nowhere */
    if (output->stream)
        fclose(output->stream);
    if (output->fd >= 0 && !output->is_stdout)
        close(output->fd);
    pk_temporary_remove(output->temporary);
    output_free(output);
}

/* `path` is borrowed for messages until commit or abort. The stream buffers in full, terminals
 * included: a small table is one write. */
struct pk_output *pk_output_open(const char *path, struct pk_error *error)
{
    struct pk_output *output = pk_calloc(1, sizeof *output);

    output->is_stdout = !path || strcmp(path, "-") == 0 || descriptor_of(path) == STDOUT_FILENO;
    output->name = output->is_stdout ? "stdout" : path;
    output->fd = output->is_stdout ? STDOUT_FILENO : -1;
    /* What was printed before stays before. */
    if (output->is_stdout ? fflush(stdout) != 0 : !open_target(output, path))
        goto failed;
    output->stream = fopencookie(output, "w", (cookie_io_functions_t){.write = write_all});
    if (!output->stream)
        pk_out_of_memory();
    output->buffer = pk_alloc(STREAM_BUFFER); /* setvbuf takes the size of no other */
    setvbuf(output->stream, output->buffer, _IOFBF, STREAM_BUFFER);
    return output;
failed:
    fail(output, "cannot write", errno, error);
    drop(output);
    return NULL;
}

/* By device and inode, not by name: links and "./" make many names of one file. False is a mistake
 * in the call, found before a byte was written. */
bool pk_output_refuse_input(const struct pk_output *output, uint64_t device, uint64_t inode,
                            struct pk_error *error)
{
    struct stat there;
    /* The target, not the temporary that is open in its place. */
    int failed = output->target ? stat(output->target, &there) : fstat(output->fd, &there);

    /* What is not there is no input; what cannot be asked might be. */
    if (failed && errno != ENOENT)
        return fail(output, "cannot write", errno, error);
    /* A terminal, pipe or device may well be both. */
    if (failed || !S_ISREG(there.st_mode) || there.st_dev != device || there.st_ino != inode)
        return true;
    if (error->status == PK_OK)
        error->file = output->name;
    pk_error_set(error, PK_USAGE, pk_place_none(), "the output is also an input");
    pk_error_hint(error, "name another file" PK_CODE("E051"));
    return false;
}

/* The room is taken here, so that nothing is asked for when the end is written. */
void pk_output_pack(struct pk_output *output, enum pk_pack_kind kind)
{
    if (kind == PK_PACK_NONE)
        return;
    output->pack = pk_pack_new(kind);
    output->packed = pk_alloc(STREAM_BUFFER);
}

/* Kept whole, since it is text that somebody is about to read: no more than a few screens. */
void pk_output_page(struct pk_output *output, const char *command)
{
    output->pager = command;
}

FILE *pk_output_stream(struct pk_output *output)
{
    return output->stream;
}

/* ---- the end */

/* Close what was written to. A copy of stdout is closed in its place: that tells the same errors,
 * and no file opened later becomes stdout. The errno value, or 0. */
static int close_checked(struct pk_output *output)
{
    int fd = output->is_stdout ? fcntl(output->fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1) : output->fd;

    output->fd = -1;
    return fd >= 0 && close(fd) != 0 && errno != EINTR ? errno : 0;
}

/* Bring everything to the file; what failed and errno, or NULL. */
static const char *finish(struct pk_output *output)
{
    bool is_bad = fflush(output->stream) != 0 || ferror(output->stream);
    int number = 0;

    if (output->pack && !is_bad) {
        write_packed(output, NULL, 0, true);
        is_bad = output->failure != 0;
    }
    /* Asked of the stream too: a failed write long ago left nothing that a flush would try again.
     */
    if (is_bad) {
        errno = output->failure ? output->failure : EIO;
        return "cannot write";
    }
    while (output->target && (number = fsync(output->fd)) != 0 && errno == EINTR)
        continue;
    /* A file system that cannot do it has said all it will ever say. */
    if (number != 0 && errno != EINVAL && errno != ENOTSUP)
        return "cannot write";
    number = close_checked(output);
    if (number) {
        errno = number;
        return "cannot close";
    }
    if (output->target) {
        if (!pk_temporary_rename(output->temporary, output->target))
            return "cannot rename the finished file";
        output->temporary = NULL;
    }
    return NULL;
}

/* A reader that went away (EPIPE on stdout, as with head) is no error to tell: the process ends by
 * SIGPIPE like any other filter. Frees the output, whatever comes of it. */
bool pk_output_commit(struct pk_output *output, uint64_t *bytes, struct pk_error *error)
{
    const char *problem = finish(output);

    if (!problem && output->pager &&
        !pk_pager_show(output->pager, pk_buf_view(&output->page), error))
        problem = "";
    if (problem && *problem == '\0') { /* the error is there already */
        drop(output);
        return false;
    }
    if (problem) {
        int number = errno;

        if (output->is_stdout && number == EPIPE)
            pk_temporary_die_of_pipe();
        fail(output, problem, number, error);
        drop(output);
        return false;
    }
    if (bytes)
        *bytes = output->bytes;
    fclose(output->stream);
    output_free(output);
    return true;
}

void pk_output_abort(struct pk_output *output)
{
    if (output)
        drop(output);
}
