/*
 * What readers read: see input.h. Decides what can be opened, what is looked at before it is read,
 * and when bytes are text in UTF-16; the bytes themselves come from source.
 *
 * Traps: opening must not read, or a FIFO would be waited for before its turn. Descriptor 0 is
 * never closed: the next file opened would become stdin.
 */
#include "base/input.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/oserror.h"
#include "base/source.h"
#include "base/str.h"
#include "base/utf16.h"

#define MOST_AT_ONCE (UINT64_C(256) << 20) /* a size may be a lie: that of a file with holes */
#define BLOCK ((size_t)256 << 10)
#define UTF16_BLOCK ((size_t)4096)

struct pk_input {
    char *name;
    struct pk_source source;
    uint64_t device, inode;

    bool is_started, is_read;
    size_t head_size;
    bool head_is_all;
    unsigned char head[PK_INPUT_HEAD];
    char *text_head; /* where the head is UTF-16 */
    size_t text_head_size;

    bool is_text;
    struct pk_utf16 utf16;
    char *text; /* converted: bytes [text_at, text_end) wait to be read */
    size_t text_at, text_end;
};

/* ---- opening */

/* An input without a source yet. The name is copied: callers build paths in buffers they reuse. */
static struct pk_input *input_new(const char *name, const struct pk_limits *limits)
{
    struct pk_input *input = pk_calloc(1, sizeof *input);
    size_t size = strlen(name) + 1;

    input->name = pk_alloc(size);
    memcpy(input->name, name, size);
    input->source.limits = *limits;
    input->source.fd = -1;
    return input;
}

/* open(2) of a FIFO waits for a writer, and a signal (SIGWINCH, say) may end the wait. */
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

/* `path` must outlive the error, not the input. An empty path is ENOENT, as everywhere; only "-" is
 * special, "./-" is a file of that name. */
struct pk_input *pk_input_open(const char *path, const struct pk_limits *limits,
                               struct pk_error *error)
{
    bool is_stdin = strcmp(path, "-") == 0;
    const char *name = is_stdin ? "stdin" : path;
    int fd = is_stdin ? STDIN_FILENO : open_again(path), number = 0;
    struct pk_input *input;
    struct stat status = {0};

    /* A directory can be opened and fails only at the first read, with a text that helps less. */
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
    input->source.fd = fd;
    input->device = status.st_dev;
    input->inode = status.st_ino;
    /* Only of a regular file does the size mean anything; 0 stands for unknown. */
    if (S_ISREG(status.st_mode))
        input->source.size = (uint64_t)status.st_size;
    return input;
}

/* `bytes` are borrowed until the input is freed. Device and inode stay 0, and pk_input_identity
 * tells that by its result. */
struct pk_input *pk_input_memory(const char *name, const void *bytes, size_t size,
                                 const struct pk_limits *limits)
{
    struct pk_input *input = input_new(name, limits);

    input->source.memory = bytes;
    input->source.size = size;
    return input;
}

/* Descriptors are this file's to close, buffers of packed bytes the source's to free. */
void pk_input_free(struct pk_input *input)
{
    if (!input)
        return;
    /* Memory has -1; standard descriptors stay (see above). */
    if (input->source.fd > STDERR_FILENO)
        close(input->source.fd);
    pk_source_fini(&input->source);
    pk_free(input->text);
    pk_free(input->text_head);
    pk_free(input->name);
    pk_free(input);
}

/* ---- what readers call */

/* Find out about packings and keep the head; before the first look, not at open, which must not
 * block. */
static void start(struct pk_input *input)
{
    const struct pk_source_window *last;

    if (input->is_started)
        return;
    input->is_started = true;
    pk_source_start(&input->source, PK_INPUT_HEAD);
    last = pk_source_peek(&input->source, 0);
    input->head_size = last->end < PK_INPUT_HEAD ? last->end : PK_INPUT_HEAD;
    memcpy(input->head, last->data, input->head_size);
}

const char *pk_input_name(const struct pk_input *input)
{
    return input->name;
}

const struct pk_limits *pk_input_limits(const struct pk_input *input)
{
    return &input->source.limits;
}

struct pk_str pk_input_head(struct pk_input *input)
{
    start(input);
    return (struct pk_str){(const char *)input->head, input->head_size};
}

/* The bid of every text reader asks for it, so the converted head is kept; it stays valid until the
 * input is freed. */
struct pk_str pk_input_text_head(struct pk_input *input)
{
    struct pk_str head = pk_input_head(input);
    struct pk_utf16 utf16 = {0};
    size_t mark;

    /* Its own converter: a look must not move the one that reads. */
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

/* Once reading has begun the window has moved on, so a first question that comes too late is
 * answered with false: "perhaps not". */
bool pk_input_head_is_all(struct pk_input *input)
{
    start(input);
    if (!input->is_read) {
        /* One byte more than the head tells; it waits in the window to be read. */
        const struct pk_source_window *last = pk_source_peek(&input->source, PK_INPUT_HEAD + 1);

        input->head_is_all = last->end == input->head_size && !input->source.is_truncated &&
                             input->source.failure.status == PK_OK;
    }
    return input->head_is_all;
}

/* Text readers call it before their first read. UTF-8 only loses its byte order mark here. */
void pk_input_as_text(struct pk_input *input)
{
    size_t mark;

    start(input);
    if (input->is_text) /* the mark is dropped once: a second one is text */
        return;
    input->is_text = true;
    input->utf16.order = pk_utf16_detect(input->head, input->head_size, &mark);
    pk_source_peek(&input->source, 0)->at += mark;
}

/* Convert the next block of UTF-16; false at the end and on failure. */
static bool convert_block(struct pk_input *input)
{
    unsigned char block[UTF16_BLOCK];
    size_t got;

    if (!input->text)
        input->text = pk_alloc(PK_UTF16_ROOM(UTF16_BLOCK));
    input->text_at = input->text_end = 0;
    /* One byte of a unit, or half a pair, makes no text yet; that is not the end. */
    do {
        got = pk_source_take(&input->source, block, sizeof block);
        input->text_end = got > 0 ? pk_utf16_convert(&input->utf16, block, got, input->text)
                                  : pk_utf16_finish(&input->utf16, input->text);
    } while (got > 0 && input->text_end == 0);
    return input->text_end > 0;
}

/* Through a buffer, because no character may be cut by the room of the caller. */
static size_t take_text(struct pk_input *input, void *bytes, size_t room)
{
    if (input->text_at == input->text_end && !convert_block(input))
        return 0;
    if (room > input->text_end - input->text_at)
        room = input->text_end - input->text_at;
    memcpy(bytes, input->text + input->text_at, room);
    input->text_at += room;
    return room;
}

/* 0 is the end or a failure: `error` tells which. A failure keeps coming back, so a caller that
 * overlooks it once cannot take the rest for complete. */
size_t pk_input_read(struct pk_input *input, void *bytes, size_t room, struct pk_error *error)
{
    const struct pk_error *failure = &input->source.failure;
    size_t got = 0;

    start(input);
    input->is_read = true;
    if (room > 0)
        got = input->utf16.order == PK_UTF16_NO ? pk_source_take(&input->source, bytes, room)
                                                : take_text(input, bytes, room);
    /* Our own copy stays: every later call tells it again. */
    if (got == 0 && failure->status != PK_OK && error->status == PK_OK) {
        pk_error_set(error, failure->status, failure->place, "%s", failure->text);
        if (failure->hint[0])
            pk_error_hint(error, "%s", failure->hint);
    }
    return got;
}

/* Without a limit of its own: how much may come out of a packed file is the source's to watch. */
bool pk_input_read_all(struct pk_input *input, struct pk_buf *out, struct pk_error *error)
{
    uint64_t size = input->source.size;
    size_t got;

    /* Room for all at once, where the file says how much that is: growing copies. */
    pk_buf_reserve(out, BLOCK + (size_t)(size < MOST_AT_ONCE ? size : MOST_AT_ONCE));
    do {
        pk_buf_reserve(out, BLOCK);
        got = pk_input_read(input, out->data + out->size, BLOCK, error);
        out->size += got;
        out->data[out->size] = '\0';
    } while (got > 0);
    return input->source.failure.status == PK_OK;
}

bool pk_input_is_truncated(const struct pk_input *input)
{
    return input->source.is_truncated;
}

uint64_t pk_input_position(const struct pk_input *input, uint64_t *total)
{
    if (total)
        *total = input->source.size;
    return pk_source_offset(&input->source);
}

bool pk_input_identity(const struct pk_input *input, uint64_t *device, uint64_t *inode)
{
    *device = input->device;
    *inode = input->inode;
    return input->source.fd >= 0;
}
