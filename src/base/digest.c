/*
 * Digests of files: see digest.h.
 */
#include "base/digest.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/arena.h"
#include "base/oserror.h"

enum { BLOCK = 1 << 16 };

/* All of a descriptor; false leaves the reason in errno. */
static bool add_bytes(int fd, XXH3_state_t *state)
{
    char block[BLOCK];
    ssize_t n;

    XXH3_128bits_reset(state);
    while ((n = read(fd, block, sizeof block)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        XXH3_128bits_update(state, block, (size_t)n);
    }
    return true;
}

/* The order of bytes is fixed, whatever the machine has. */
static void print(const XXH3_state_t *state, char digest[PK_DIGEST_SIZE + 1])
{
    XXH128_canonical_t canonical;

    XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(state));
    for (size_t i = 0; i < sizeof canonical.digest; i++)
        snprintf(digest + 2 * i, 3, "%02x", canonical.digest[i]);
}

/* Without O_NONBLOCK a FIFO without a writer would be waited for. The state is
 * the library's to make: its size is no part of what it promises. */
bool pk_digest_file(const char *path, char digest[PK_DIGEST_SIZE + 1], struct pk_error *error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    XXH3_state_t *state = XXH3_createState();
    struct stat status;
    bool is_known = fd >= 0 && fstat(fd, &status) == 0, done;
    bool is_regular = is_known && S_ISREG(status.st_mode);
    char why[PK_OSERROR_ROOM];

    done = is_regular && state && add_bytes(fd, state);
    pk_oserror_text(why, errno);
    if (fd >= 0)
        close(fd);
    if (!state)
        pk_out_of_memory();
    if (done)
        print(state, digest);
    else if (is_known && !is_regular)
        pk_error_set(error, PK_INPUT, pk_place_none(), "is no regular file, so it has no digest");
    else
        pk_error_set(error, PK_INPUT, pk_place_none(), "%s", why);
    if (!done)
        error->file = error->file ? error->file : path;
    XXH3_freeState(state);
    return done;
}
