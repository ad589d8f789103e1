/*
 * A row of windows: see source.h. The first is filled from the file or the memory, each further one
 * by unpacking the one before it, and the last is what is taken. How many there are is decided
 * once, by the magic number at the start of each. RELIABILITY.md sections 2 and 3 (cut and damaged
 * streams, the limits of unpacking) are kept here.
 *
 * Traps: a pipe gives what it has, so a short read is not the end; a signal may interrupt any call;
 * somebody may have made stdin non-blocking. Bytes that came out before some damage are still good
 * for the next level, so a failure dries up one window and not all.
 */
#include "base/source.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/poll.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/oserror.h"
#include "base/progress.h"
#include "base/unpack.h"

#define BLOCK ((size_t)256 << 10)
#define RATIO_FREE ((uint64_t)10 << 20) /* bytes unpacked before the ratio is looked at */

uint64_t pk_source_offset(const struct pk_source *source)
{
    return source->taken - (source->windows[0].end - source->windows[0].at);
}

/* read(2) without its surprises: interruptions and descriptors that do not block. */
static ssize_t read_again(int fd, void *bytes, size_t room)
{
    ssize_t got;

    while ((got = read(fd, bytes, room)) < 0) {
        struct pollfd wait = {.fd = fd, .events = POLLIN};

        if (errno == EAGAIN || errno == EWOULDBLOCK)
            poll(&wait, 1, -1);
        else if (errno != EINTR)
            break;
    }
    return got;
}

/* Bytes of the file or the memory as they are; at most one read, so a pipe is never waited for
 * longer than for its next bytes. */
static size_t pull_file(struct pk_source *source, unsigned char *bytes, size_t room)
{
    char text[PK_OSERROR_ROOM];
    ssize_t got;

    if (source->fd < 0) {
        uint64_t left = source->size - source->taken;

        if (room > left)
            room = (size_t)left;
        if (room > 0)
            memcpy(bytes, source->memory + source->taken, room);
        source->taken += room;
        return room;
    }
    got = read_again(source->fd, bytes, room);
    if (got < 0) {
        pk_error_set(&source->failure, PK_INPUT, pk_place_offset(source->taken), "cannot read: %s",
                     pk_oserror_text(text, errno));
        return 0;
    }
    source->taken += (uint64_t)got;
    pk_progress_read(source->taken, source->size);
    return (size_t)got;
}

/* Count `made` more bytes of a packing against the limits; the sum cannot wrap, it is limited. Both
 * packings are compared with the bytes of the file, so that two ratios do not multiply. */
static bool is_within_limits(struct pk_source *source, int level, size_t made)
{
    const struct pk_limits *limits = &source->limits;
    uint64_t sum = source->unpacked[level] += made, allowed;

    if (sum > limits->inflate)
        return pk_limits_error(&source->failure, pk_place_offset(pk_source_offset(source)),
                               "inflate", limits->inflate, "bytes after unpacking");
    /* The product of an offset and a limit that the user raised may not fit. */
    if (__builtin_mul_overflow(pk_source_offset(source), limits->ratio, &allowed))
        allowed = UINT64_MAX;
    if (sum > RATIO_FREE && sum > allowed)
        return pk_limits_error(&source->failure, pk_place_offset(pk_source_offset(source)), "ratio",
                               limits->ratio, "unpacked bytes per packed byte");
    return true;
}

static size_t pull(struct pk_source *source, int level, unsigned char *bytes, size_t room);

/* Put more packed bytes into an empty window; false at their end. */
static bool refill(struct pk_source *source, int level)
{
    struct pk_source_window *window = &source->windows[level];
    size_t room = level > 0 ? source->step : window->room;

    /* Empty before the call: what it reports as our place in the file must not count old bytes. */
    window->at = 0;
    window->end = 0;
    window->end = pull(source, level, window->data, room);
    return window->end > 0;
}

/* One step from windows[level] to `bytes`: how many were made. Damage leaves what came out before
 * it. */
static size_t unpack_some(struct pk_source *source, int level, unsigned char *bytes, size_t room)
{
    struct pk_source_window *window = &source->windows[level];
    size_t left = window->end - window->at, made;
    struct pk_unpack_io io = {window->data + window->at, left, bytes, room};
    const char *problem = pk_unpack_step(source->unpack[level], &io);

    made = room - io.out_room;
    window->at = window->end - io.in_size;
    if (!problem && made == 0 && left > 0 && io.in_size == left)
        problem = "it never ends"; /* no library does this; a hang would be worse */
    if (problem)
        pk_error_set(&source->failure, PK_INPUT, pk_place_offset(pk_source_offset(source)),
                     "damaged %s data: %s", pk_unpack_name(source->packing[level]), problem);
    if (problem || !is_within_limits(source, level, made))
        source->windows[level + 1].is_dry = true;
    return made;
}

/* Unpack windows[level] into `bytes`: more than none, unless it ended or failed. */
static size_t pull_unpacked(struct pk_source *source, int level, unsigned char *bytes, size_t room)
{
    const struct pk_source_window *from = &source->windows[level], *to = from + 1;
    size_t made = unpack_some(source, level, bytes, room);

    while (made == 0 && !to->is_dry) {
        /* Asked for output before input: libraries hold some back when their room was full. */
        if (from->at == from->end && !refill(source, level)) {
            source->is_truncated |=
                source->failure.status == PK_OK && !pk_unpack_is_between(source->unpack[level]);
            return 0;
        }
        made = unpack_some(source, level, bytes, room);
    }
    return made;
}

/* More bytes of a window straight from its source: 0 at the end and after a failure, then for good.
 */
static size_t pull(struct pk_source *source, int level, unsigned char *bytes, size_t room)
{
    struct pk_source_window *window = &source->windows[level];
    size_t got;

    if (window->is_dry)
        return 0;
    got =
        level == 0 ? pull_file(source, bytes, room) : pull_unpacked(source, level - 1, bytes, room);
    if (got == 0)
        window->is_dry = true;
    return got;
}

/* Have at least `size` bytes in a window that nobody took from yet, fewer only at the end. */
static void fill(struct pk_source *source, int level, size_t size)
{
    struct pk_source_window *window = &source->windows[level];

    while (window->end < size) {
        /* Reading a whole block of a file costs nothing; unpacking one might. */
        size_t room = (level == 0 ? window->room : size) - window->end;
        size_t got = pull(source, level, window->data + window->end, room);

        if (got == 0)
            return;
        window->end += got;
    }
}

void pk_source_start(struct pk_source *source, size_t head)
{
    struct pk_source_window *last = source->windows;
    enum pk_unpack_kind kind = PK_UNPACK_NONE;

    source->step = head;
    for (;; last++) {
        last->room = BLOCK;
        last->data = pk_alloc(BLOCK);
        fill(source, source->depth, head);
        kind = pk_unpack_detect(last->data, last->end);
        if (kind == PK_UNPACK_NONE || source->depth == PK_SOURCE_PACKINGS)
            break;
        source->packing[source->depth] = kind;
        source->unpack[source->depth] = pk_unpack_new(kind, &source->failure);
        if (!source->unpack[source->depth])
            break;
        source->depth++;
    }
    source->step = BLOCK;
    if (kind == PK_UNPACK_NONE)
        return;
    last->end = 0; /* packed bytes are nobody's profile */
    last->is_dry = true;
    pk_error_set(&source->failure, PK_INPUT, pk_place_offset(0), "packed more than twice");
    pk_error_hint(&source->failure, "unpack it first");
}

struct pk_source_window *pk_source_peek(struct pk_source *source, size_t size)
{
    fill(source, source->depth, size);
    return &source->windows[source->depth];
}

size_t pk_source_take(struct pk_source *source, void *bytes, size_t room)
{
    struct pk_source_window *last = &source->windows[source->depth];

    if (last->at == last->end) {
        if (room >= last->room / 2) /* no copy for large buffers, though a rest be in them */
            return pull(source, source->depth, bytes, room);
        if (!refill(source, source->depth))
            return 0;
    }
    if (room > last->end - last->at)
        room = last->end - last->at;
    memcpy(bytes, last->data + last->at, room);
    last->at += room;
    return room;
}

void pk_source_fini(struct pk_source *source)
{
    for (int i = 0; i < PK_SOURCE_PACKINGS; i++)
        pk_unpack_free(source->unpack[i]);
    for (int i = 0; i <= PK_SOURCE_PACKINGS; i++)
        pk_free(source->windows[i].data);
}
