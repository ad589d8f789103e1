/*
 * The walk below a folder: see below.h. Each component is opened on its own, from the descriptor of
 * the one before it and without following links, so there is no moment at which a name is looked at
 * and opened later.
 *
 * Rejected: openat2 with RESOLVE_BENEATH. It would allow links that stay inside, but older kernels
 * and many containers lack it, and what is read must not depend on the machine.
 *
 * Trap: a directory is asked for with O_DIRECTORY | O_NOFOLLOW, and Linux then says ENOTDIR for a
 * link, not ELOOP.
 */
#include "base/below.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h> /* ssize_t */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LONGEST_NAME 255u /* NAME_MAX of every file system at hand */
#define BLOCK ((size_t)64 << 10)

/* Always false, as in error.h. */
static bool refuse(struct pk_below *below, const char *why)
{
    size_t size = strnlen(why, sizeof below->why - 1);

    memcpy(below->why, why, size);
    below->why[size] = '\0';
    return false;
}

/* The errors of a missing file are those after which another path may be tried. */
static bool refuse_errno(struct pk_below *below, int number)
{
    if (number == ELOOP)
        return refuse(below, "a symbolic link, which is not followed");
    below->is_absent = number == ENOENT || number == ENOTDIR;
    if (below->is_absent)
        return refuse(below, "no such file");
    pk_oserror_text(below->why, number);
    return false;
}

/* openat without interruptions; for reading, and never waiting for the other end of a pipe. */
static int open_again(int folder, const char *name, int flags)
{
    int fd;

    do {
        /* With a mode, or the C library puts a checking call of another name in its place. */
        fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | flags, 0);
    } while (fd < 0 && errno == EINTR);
    return fd;
}

/* The next component of `path` from `*at` on, or a missing string behind the last. */
static struct pk_str next_component(struct pk_str path, size_t *at)
{
    size_t from;

    do {
        while (*at < path.size && path.data[*at] == '/')
            (*at)++;
        from = *at;
        while (*at < path.size && path.data[*at] != '/')
            (*at)++;
    } while (*at == from + 1 && path.data[from] == '.');
    return *at > from ? pk_str_slice(path, from, *at) : PK_STR_NULL;
}

/* Before anything is opened: what there is outside must not show in what is told either. */
static bool check_path(struct pk_below *below, struct pk_str path)
{
    size_t at = 0;
    struct pk_str component = next_component(path, &at);

    if (path.size && path.data[0] == '/')
        return refuse(below, "its path is absolute");
    if (!component.data)
        return refuse(below, "its path is empty");
    if (memchr(path.data, '\0', path.size))
        return refuse(below, "its path has a NUL in it");
    for (; component.data; component = next_component(path, &at))
        if (pk_str_equal(component, PK_STR("..")))
            return refuse(below, "its path has \"..\" in it");
    return true;
}

/* A component as a C string; false where no file can have the name. */
static bool take_name(struct pk_below *below, struct pk_str component, char *name)
{
    if (component.size > LONGEST_NAME)
        return refuse_errno(below, ENOENT);
    memcpy(name, component.data, component.size);
    name[component.size] = '\0';
    return true;
}

/* The descriptor of the file, or -1. */
static int walk(const char *root, struct pk_str path, struct pk_below *below)
{
    char name[LONGEST_NAME + 1];
    size_t at = 0;
    struct pk_str component = next_component(path, &at);
    int folder = open_again(AT_FDCWD, root, O_DIRECTORY);

    if (folder < 0)
        refuse_errno(below, errno);
    while (folder >= 0) {
        struct pk_str next = next_component(path, &at);
        bool is_last = !next.data;
        int inner = -1;

        if (take_name(below, component, name)) {
            inner = open_again(folder, name, O_NOFOLLOW | (is_last ? 0 : O_DIRECTORY));
            if (inner < 0)
                refuse_errno(below, errno);
        }
        close(folder);
        if (is_last || inner < 0)
            return inner;
        folder = inner;
        component = next;
    }
    return -1;
}

/* All of it, in blocks: a size that the file states may be wrong by the time it is read. */
static bool read_all(int fd, size_t most, struct pk_below *below)
{
    for (;;) {
        ssize_t got;

        pk_buf_reserve(&below->bytes, BLOCK);
        got = read(fd, below->bytes.data + below->bytes.size, BLOCK);
        if (got < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (got < 0)
            return refuse_errno(below, errno);
        if (got == 0)
            return true;
        below->bytes.size += (size_t)got;
        below->bytes.data[below->bytes.size] = '\0';
        if (below->bytes.size > most)
            return refuse(below, "the file is too large");
    }
}

bool pk_below_read(const char *root, struct pk_str path, size_t most, struct pk_below *below)
{
    struct stat status;
    bool done = false;
    int fd;

    memset(below, 0, sizeof *below);
    if (!check_path(below, path))
        return false;
    fd = walk(root, path, below);
    if (fd < 0)
        return false;
    if (fstat(fd, &status) != 0)
        refuse_errno(below, errno);
    else if (!S_ISREG(status.st_mode))
        refuse(below, "not a regular file");
    else if ((uint64_t)status.st_size > most)
        refuse(below, "the file is too large");
    else
        done = read_all(fd, most, below);
    below->modified = done ? (int64_t)status.st_mtime : 0;
    close(fd);
    return done;
}
