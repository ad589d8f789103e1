/*
 * Reading a file below a folder that the user named, by a path that a profile gives. The path comes
 * from somebody else, so nothing in it may lead out of the folder: no "..", and no symbolic link at
 * any step, not even one that stays inside (a link may change while it is looked at, and then no
 * check of where it leads is worth anything). The folder itself may be reached by links: it is the
 * user's. Only regular files are read, so that no pipe or device can stop or feed the program.
 * Layer: base; uses buf, oserror.
 */
#ifndef PK_BASE_BELOW_H
#define PK_BASE_BELOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"     /* IWYU pragma: export */
#include "base/oserror.h" /* IWYU pragma: export */

struct pk_below {              /* what came of it */
    struct pk_buf bytes;       /* the content; free with pk_buf_fini, also after a failure */
    int64_t modified;          /* when it was changed last, seconds since 1970 */
    bool is_absent;            /* there is no such file: another path may be tried */
    char why[PK_OSERROR_ROOM]; /* why it was not read, lower case, never a name of the profile */
};

/* Read the file at `path`, a relative path with '/', below the folder `root`. Empty components and
 * "." are passed over. A file larger than `most` bytes is refused, also one that grows past it
 * while it is read. False fills `why`. */
bool pk_below_read(const char *root, struct pk_str path, size_t most, struct pk_below *below);

#endif
