/*
 * Where bytes come from: see input.h. A row of windows: the first is filled from the file or the
 * memory, each further one by unpacking the one before it, and the last is what readers get. How
 * many there are is decided once, by the magic number at the start of each; what RELIABILITY.md
 * sections 2 and 3 say of packed input is decided in pull_unpacked.
 *
 * Traps: a pipe gives what it has, so a short read is not the end; a signal may interrupt any call;
 * somebody may have made stdin non-blocking. Descriptor 0 is never closed: the next file opened
 * would become stdin.
 */
#include "base/input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/oserror.h"
#include "base/unpack.h"
#include "base/utf16.h"

#define BLOCK ((size_t)256 << 10)
#define PACKINGS 2                      /* one inside the other, at most */
#define RATIO_FREE ((uint64_t)10 << 20) /* bytes unpacked before the ratio is looked at */

struct window { /* bytes [at, end) wait to be taken */
    unsigned char *data;
    size_t at, end, room;
    bool is_dry; /* nothing more comes in: the end, or a failure */
};

struct pk_input {
    char *name;
    struct pk_limits limits;
    int fd; /* -1: memory */
    const unsigned char *memory;
    uint64_t size; /* of the file or the memory; 0: unknown */
    uint64_t device, inode;

    struct window windows[PACKINGS + 1];
    struct pk_unpack *unpack[PACKINGS]; /* makes windows[i + 1] from windows[i] */
    enum pk_unpack_kind packing[PACKINGS];
    uint64_t unpacked[PACKINGS]; /* bytes that came out of each */
    int depth;                   /* packings in use; windows[depth] is what readers get */
    uint64_t taken;              /* bytes read from the file or the memory */
    bool is_started, is_text, is_read, is_truncated;
    struct pk_error failure; /* the first; told when the bytes before it are used up */

    size_t head_size;
    bool head_is_all;
    unsigned char head[PK_INPUT_HEAD];
    char *text_head;
    size_t text_head_size;

    struct pk_utf16 utf16; /* pk_input_as_text only */
    struct window text;
};

/* ---- opening */

static struct pk_input *input_new(const char *name, const struct pk_limits *limits)
{
    struct pk_input *input = pk_calloc(1, sizeof *input);
    size_t size = strlen(name) + 1;

    input->name = pk_alloc(size);
    memcpy(input->name, name, size);
    input->limits = *limits;
    input->fd = -1;
    return input;
}

static int open_again(const char *path)
{
    int fd;

    do
        fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    while (fd < 0 && errno == EINTR);
    return fd;
}

/* The name outlives the error: it is the caller's path or a literal. */
static bool fail_open(struct pk_error *error, const char *name, int number)
{
    char text[PK_OSERROR_ROOM];

    if (error->status == PK_OK)
        error->file = name;
    return pk_error_set(error, PK_INPUT, pk_place_none(), "%s", pk_oserror_text(text, number));
}

struct pk_input *pk_input_open(const char *path, const struct pk_limits *limits,
                               struct pk_error *error)
{
    bool is_stdin = strcmp(path, "-") == 0;
    const char *name = is_stdin ? "stdin" : path;
    int fd = is_stdin ? STDIN_FILENO : open_again(path), number = 0;
    struct pk_input *input;
    struct stat status = {0};

    if (fd < 0 || fstat(fd, &status) != 0)
        number = errno;
    else if (S_ISDIR(status.st_mode))
        number = EISDIR;
    if (number) {
        if (fd >= 0 && !is_stdin)
            close(fd);
        fail_open(error, name, number);
        return NULL;
    }
    input = input_new(name, limits);
    input->fd = fd;
    input->device = status.st_dev;
    input->inode = status.st_ino;
    if (S_ISREG(status.st_mode))
        input->size = (uint64_t)status.st_size;
    return input;
}

struct pk_input *pk_input_memory(const char *name, const void *bytes, size_t size,
                                 const struct pk_limits *limits)
{
    struct pk_input *input = input_new(name, limits);

    input->memory = bytes;
    input->size = size;
    return input;
}

void pk_input_free(struct pk_input *input)
{
    if (!input)
        return;
    if (input->fd > STDERR_FILENO)
        close(input->fd);
    for (int i = 0; i < PACKINGS; i++)
        pk_unpack_free(input->unpack[i]);
    for (int i = 0; i <= PACKINGS; i++)
        pk_free(input->windows[i].data);
    pk_free(input->text.data);
    pk_free(input->text_head);
    pk_free(input->name);
    pk_free(input);
}

/* ---- the row of windows */

/* Where we are in the file: the packed bytes that were used. */
static uint64_t offset(const struct pk_input *input)
{
    return input->taken - (input->windows[0].end - input->windows[0].at);
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

static size_t pull_file(struct pk_input *input, unsigned char *bytes, size_t room)
{
    char text[PK_OSERROR_ROOM];
    ssize_t got;

    if (input->fd < 0) {
        uint64_t left = input->size - input->taken;

        if (room > left)
            room = (size_t)left;
        if (room > 0)
            memcpy(bytes, input->memory + input->taken, room);
        input->taken += room;
        return room;
    }
    got = read_again(input->fd, bytes, room);
    if (got < 0) {
        pk_error_set(&input->failure, PK_INPUT, pk_place_offset(input->taken), "cannot read: %s",
                     pk_oserror_text(text, errno));
        return 0;
    }
    input->taken += (uint64_t)got;
    return (size_t)got;
}

/* Count `made` more bytes of a packing against the limits; the sum cannot wrap, it is limited. Both
 * packings are compared with the bytes of the file, so that two ratios do not multiply. */
static bool is_within_limits(struct pk_input *input, int level, size_t made)
{
    const struct pk_limits *limits = &input->limits;
    uint64_t sum = input->unpacked[level] += made, allowed;

    if (sum > limits->inflate)
        return pk_limits_error(&input->failure, pk_place_offset(offset(input)), "inflate",
                               limits->inflate, "bytes after unpacking");
    if (__builtin_mul_overflow(offset(input), limits->ratio, &allowed))
        allowed = UINT64_MAX;
    if (sum > RATIO_FREE && sum > allowed)
        return pk_limits_error(&input->failure, pk_place_offset(offset(input)), "ratio",
                               limits->ratio, "unpacked bytes per packed byte");
    return true;
}

static size_t pull(struct pk_input *input, int level, unsigned char *bytes, size_t room);

/* Put more packed bytes into an empty window; false at their end. */
static bool refill(struct pk_input *input, int level)
{
    struct window *window = &input->windows[level];
    /* While the kind of input is being found out, nothing is unpacked but the head. */
    size_t room = level > 0 && !input->is_started ? PK_INPUT_HEAD : window->room;

    window->at = 0;
    window->end = 0;
    window->end = pull(input, level, window->data, room);
    return window->end > 0;
}

/* One step from windows[level] to `bytes`: how many were made. Damage leaves what came out before
 * it. */
static size_t unpack_some(struct pk_input *input, int level, unsigned char *bytes, size_t room)
{
    struct window *window = &input->windows[level];
    size_t left = window->end - window->at, made;
    struct pk_unpack_io io = {window->data + window->at, left, bytes, room};
    const char *problem = pk_unpack_step(input->unpack[level], &io);

    made = room - io.out_room;
    window->at = window->end - io.in_size;
    if (!problem && made == 0 && left > 0 && io.in_size == left)
        problem = "it never ends"; /* no library does this; a hang would be worse */
    if (problem)
        pk_error_set(&input->failure, PK_INPUT, pk_place_offset(offset(input)),
                     "damaged %s data: %s", pk_unpack_name(input->packing[level]), problem);
    if (problem || !is_within_limits(input, level, made))
        input->windows[level + 1].is_dry = true;
    return made;
}

/* Unpack windows[level] into `bytes`: more than none, unless it ended or failed. */
static size_t pull_unpacked(struct pk_input *input, int level, unsigned char *bytes, size_t room)
{
    const struct window *from = &input->windows[level], *to = from + 1;
    size_t made = unpack_some(input, level, bytes, room);

    while (made == 0 && !to->is_dry) {
        if (from->at == from->end && !refill(input, level)) {
            input->is_truncated |=
                input->failure.status == PK_OK && !pk_unpack_is_between(input->unpack[level]);
            return 0;
        }
        made = unpack_some(input, level, bytes, room);
    }
    return made;
}

/* More bytes of a window straight from its source: 0 at the end and after a failure, then for good.
 */
static size_t pull(struct pk_input *input, int level, unsigned char *bytes, size_t room)
{
    struct window *window = &input->windows[level];
    size_t got;

    if (window->is_dry)
        return 0;
    got = level == 0 ? pull_file(input, bytes, room) : pull_unpacked(input, level - 1, bytes, room);
    if (got == 0)
        window->is_dry = true;
    return got;
}

/* Have at least `size` bytes in a window that nobody took from yet, fewer only at the end. */
static void fill(struct pk_input *input, int level, size_t size)
{
    struct window *window = &input->windows[level];

    while (window->end < size) {
        size_t room = (level == 0 ? window->room : size) - window->end;
        size_t got = pull(input, level, window->data + window->end, room);

        if (got == 0)
            return;
        window->end += got;
    }
}

/* Find out what is packed in what, unpacking no more than a head of each. */
static void start(struct pk_input *input)
{
    struct window *last = input->windows;
    enum pk_unpack_kind kind = PK_UNPACK_NONE;

    if (input->is_started)
        return;
    for (;; last++) {
        last->room = BLOCK;
        last->data = pk_alloc(BLOCK);
        fill(input, input->depth, PK_INPUT_HEAD);
        kind = pk_unpack_detect(last->data, last->end);
        if (kind == PK_UNPACK_NONE || input->depth == PACKINGS)
            break;
        input->packing[input->depth] = kind;
        input->unpack[input->depth] = pk_unpack_new(kind, &input->failure);
        if (!input->unpack[input->depth])
            break;
        input->depth++;
    }
    if (kind != PK_UNPACK_NONE) { /* packed bytes are nobody's profile */
        last->end = 0;
        last->is_dry = true;
        pk_error_set(&input->failure, PK_INPUT, pk_place_offset(0), "packed more than twice");
        pk_error_hint(&input->failure, "unpack it first");
    }
    input->is_started = true;
    input->head_size = last->end < PK_INPUT_HEAD ? last->end : PK_INPUT_HEAD;
    memcpy(input->head, last->data, input->head_size);
}

/* ---- what readers call */

const char *pk_input_name(const struct pk_input *input)
{
    return input->name;
}

const struct pk_limits *pk_input_limits(const struct pk_input *input)
{
    return &input->limits;
}

struct pk_str pk_input_head(struct pk_input *input)
{
    start(input);
    return (struct pk_str){(const char *)input->head, input->head_size};
}

struct pk_str pk_input_text_head(struct pk_input *input)
{
    struct pk_str head = pk_input_head(input);
    struct pk_utf16 utf16 = {0};
    size_t mark;

    utf16.order = pk_utf16_detect(head.data, head.size, &mark);
    head = pk_str_slice(head, mark, head.size);
    if (utf16.order == PK_UTF16_NO)
        return head;
    if (!input->text_head) {
        input->text_head = pk_alloc(PK_UTF16_ROOM(PK_INPUT_HEAD) + PK_UTF16_FINISH_ROOM);
        input->text_head_size = pk_utf16_convert(&utf16, head.data, head.size, input->text_head);
        if (input->head_size < PK_INPUT_HEAD) /* not cut by us */
            input->text_head_size +=
                pk_utf16_finish(&utf16, input->text_head + input->text_head_size);
    }
    return (struct pk_str){input->text_head, input->text_head_size};
}

bool pk_input_head_is_all(struct pk_input *input)
{
    start(input);
    if (!input->is_read) {
        /* One byte more than the head tells; it waits in the window to be read. */
        fill(input, input->depth, PK_INPUT_HEAD + 1);
        input->head_is_all = input->windows[input->depth].end == input->head_size &&
                             input->failure.status == PK_OK && !input->is_truncated;
    }
    return input->head_is_all;
}

void pk_input_as_text(struct pk_input *input)
{
    size_t mark;

    start(input);
    if (input->is_text)
        return;
    input->is_text = true;
    input->utf16.order = pk_utf16_detect(input->head, input->head_size, &mark);
    input->windows[input->depth].at += mark;
}

/* Bytes after unpacking, before any conversion of text. */
static size_t take(struct pk_input *input, void *bytes, size_t room)
{
    struct window *last = &input->windows[input->depth];

    if (last->at == last->end) {
        if (room >= last->room)
            return pull(input, input->depth, bytes, room);
        if (!refill(input, input->depth))
            return 0;
    }
    if (room > last->end - last->at)
        room = last->end - last->at;
    memcpy(bytes, last->data + last->at, room);
    last->at += room;
    return room;
}

/* Convert the next block of UTF-16 into the text window; false at the end and on failure. */
static bool convert_block(struct pk_input *input)
{
    struct window *text = &input->text;
    unsigned char block[4096];

    if (!text->data)
        text->data = pk_alloc(PK_UTF16_ROOM(sizeof block));
    text->at = text->end = 0;
    while (text->end == 0) {
        size_t got = take(input, block, sizeof block);

        if (got > 0) {
            text->end = pk_utf16_convert(&input->utf16, block, got, (char *)text->data);
        } else {
            if (input->failure.status == PK_OK)
                text->end = pk_utf16_finish(&input->utf16, (char *)text->data);
            return text->end > 0;
        }
    }
    return true;
}

static size_t take_text(struct pk_input *input, void *bytes, size_t room)
{
    struct window *text = &input->text;

    if (text->at == text->end && !convert_block(input))
        return 0;
    if (room > text->end - text->at)
        room = text->end - text->at;
    memcpy(bytes, text->data + text->at, room);
    text->at += room;
    return room;
}

size_t pk_input_read(struct pk_input *input, void *bytes, size_t room, struct pk_error *error)
{
    const struct pk_error *failure = &input->failure;
    size_t got = 0;

    start(input);
    input->is_read = true;
    if (room > 0)
        got = input->utf16.order == PK_UTF16_NO ? take(input, bytes, room)
                                                : take_text(input, bytes, room);
    if (got == 0 && failure->status != PK_OK && error->status == PK_OK) {
        pk_error_set(error, failure->status, failure->place, "%s", failure->text);
        if (failure->hint[0])
            pk_error_hint(error, "%s", failure->hint);
    }
    return got;
}

bool pk_input_read_all(struct pk_input *input, struct pk_buf *out, struct pk_error *error)
{
    size_t got;

    do {
        pk_buf_reserve(out, BLOCK);
        got = pk_input_read(input, out->data + out->size, BLOCK, error);
        out->size += got;
        out->data[out->size] = '\0';
    } while (got > 0);
    return input->failure.status == PK_OK;
}

bool pk_input_is_truncated(const struct pk_input *input)
{
    return input->is_truncated;
}

uint64_t pk_input_position(const struct pk_input *input, uint64_t *total)
{
    if (total)
        *total = input->size;
    return offset(input);
}

bool pk_input_identity(const struct pk_input *input, uint64_t *device, uint64_t *inode)
{
    *device = input->device;
    *inode = input->inode;
    return input->fd >= 0;
}
