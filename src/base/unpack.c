/*
 * gzip, zstd, xz, bz2: see unpack.h. Each packing is a row of three functions (begin a member,
 * step, end); what they share, the row of members and the padding between them, is written once in
 * pk_unpack_step; the modes of the libraries that do the same for one packing are not used.
 *
 * Traps: memory. A zstd or xz header names a window of up to gigabytes before any byte arrived.
 * Windows over 128 MiB (zstd --long=27, above what xz -9 makes) are refused; below that the
 * libraries take it at once, but pages that are never written cost nothing. No size of a trailer or
 * header is used for anything else. A stream that starts with "BZh" may be text, so the magic
 * number of its first block is looked at too.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "base/unpack.h"

#define ZLIB_CONST /* its input is const, as it should be */
#include <zlib.h>
#ifdef HAVE_ZSTD
#include <zstd.h>
#include <zstd_errors.h>
#endif
#ifdef HAVE_LZMA
#include <lzma.h>
#endif
#ifdef HAVE_BZ2
#include <bzlib.h>
#endif

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

#define GZIP_WINDOW (16 + 15) /* 16: gzip and nothing else; 15: all window sizes */
#define WINDOW_LOG 27         /* zstd: 128 MiB */
#define XZ_MEMORY (((uint64_t)1 << WINDOW_LOG) + (1 << 20)) /* the same and what goes with it */
#define AT_ONCE ((size_t)1 << 30) /* the older libraries count in unsigned int */

enum state { GOES_ON, MEMBER_ENDED, DAMAGED };

struct pk_unpack {
    const struct packing *packing;
    bool is_between;     /* no member is open */
    bool has_begun;      /* `of` holds memory of the library */
    const char *problem; /* set with DAMAGED */
    char text[80];       /* where `problem` had to be changed */
    union {
        z_stream gzip;
#ifdef HAVE_ZSTD
        ZSTD_DStream *zstd;
#endif
#ifdef HAVE_LZMA
        lzma_stream xz;
#endif
#ifdef HAVE_BZ2
        bz_stream bz2;
#endif
    } of;
};

/* One row of the table at the end of this file. `end` is called only after a `begin`, once for all
 * members. */
struct packing {
    const char *name;
    void (*begin)(struct pk_unpack *); /* NULL: not in this build */
    enum state (*step)(struct pk_unpack *, struct pk_unpack_io *);
    void (*end)(struct pk_unpack *);
};

/* `problem` is borrowed: the texts of the libraries are constants, as ours are. */
static enum state fail(struct pk_unpack *unpack, const char *problem)
{
    unpack->problem = problem;
    return DAMAGED;
}

/* Move both ends by what a library has left of them. */
static void advance(struct pk_unpack_io *io, const void *in, const void *out)
{
    size_t used = (size_t)((const unsigned char *)in - io->in);
    size_t made = (size_t)((const unsigned char *)out - io->out);

    io->in += used;
    io->in_size -= used;
    io->out += made;
    io->out_room -= made;
}

/* As much as an unsigned int holds; the rest is taken by the next step. */
static unsigned at_once(size_t size)
{
    return (unsigned)(size < AT_ONCE ? size : AT_ONCE);
}

/* ---- gzip */

/* Memory of the libraries comes from pk_realloc, which never gives NULL and checks the product. */
static void *gzip_alloc(void *unused, unsigned count, unsigned size)
{
    (void)unused;
    return pk_realloc(NULL, count, size);
}

static void release(void *unused, void *memory)
{
    (void)unused;
    pk_free(memory);
}

/* A member of a row of gzip members is a stream of its own, with its own window; the memory of the
 * first one serves all. */
static void gzip_begin(struct pk_unpack *unpack)
{
    z_stream *z = &unpack->of.gzip;

    if (unpack->has_begun) {
        inflateReset(z);
        return;
    }
    *z = (z_stream){.zalloc = gzip_alloc, .zfree = release};
    inflateInit2(z, GZIP_WINDOW); /* fails only without memory */
}

/* Z_BUF_ERROR is no error: it only says that one of the two ends had no bytes left to work with. */
static enum state gzip_step(struct pk_unpack *unpack, struct pk_unpack_io *io)
{
    z_stream *z = &unpack->of.gzip;
    int result;

    z->next_in = io->in;
    z->avail_in = at_once(io->in_size);
    z->next_out = io->out;
    z->avail_out = at_once(io->out_room);
    result = inflate(z, Z_NO_FLUSH);
    advance(io, z->next_in, z->next_out);
    if (result == Z_STREAM_END)
        return MEMBER_ENDED;
    if (result == Z_OK || result == Z_BUF_ERROR)
        return GOES_ON;
    return fail(unpack, z->msg ? z->msg : "a preset dictionary is needed");
}

static void gzip_end(struct pk_unpack *unpack)
{
    inflateEnd(&unpack->of.gzip);
}

/* ---- zstd */

#ifdef HAVE_ZSTD
/* Without memory the handle stays NULL, which the first step finds: beginning cannot fail.
 * ZSTD_createDStream_advanced would take an allocator, but only as an unstable interface of the
 * static library. */
static void zstd_begin(struct pk_unpack *unpack)
{
    if (unpack->has_begun)
        return; /* a frame ends in a state that awaits the next */
    /* It takes no allocator of ours but in a part of its interface that is not stable. */
    unpack->of.zstd = ZSTD_createDStream();
    if (!unpack->of.zstd)
        pk_out_of_memory();
    ZSTD_DCtx_setParameter(unpack->of.zstd, ZSTD_d_windowLogMax, WINDOW_LOG);
}

/* The library returns 0 when a frame is complete and all of it was handed out, else a hint about
 * how much it would like next, which nobody needs here. */
static enum state zstd_step(struct pk_unpack *unpack, struct pk_unpack_io *io)
{
    ZSTD_inBuffer in = {io->in, io->in_size, 0};
    ZSTD_outBuffer out = {io->out, io->out_room, 0};
    size_t result;

    result = ZSTD_decompressStream(unpack->of.zstd, &out, &in);
    advance(io, io->in + in.pos, io->out + out.pos);
    if (ZSTD_getErrorCode(result) == ZSTD_error_memory_allocation)
        pk_out_of_memory();
    if (ZSTD_isError(result))
        return fail(unpack, ZSTD_getErrorName(result));
    return result == 0 ? MEMBER_ENDED : GOES_ON;
}

static void zstd_end(struct pk_unpack *unpack)
{
    ZSTD_freeDStream(unpack->of.zstd);
}
#endif

/* ---- xz */

#ifdef HAVE_LZMA
static void *xz_alloc(void *unused, size_t count, size_t size)
{
    (void)unused;
    return pk_realloc(NULL, count, size);
}

static const lzma_allocator xz_allocator = {xz_alloc, release, NULL};

/* Flags 0: no LZMA_CONCATENATED, so that each stream is a member like those of the others. A stream
 * that holds a decoder already is set up anew by this call, without lzma_end. */
static void xz_begin(struct pk_unpack *unpack)
{
    lzma_stream *xz = &unpack->of.xz;

    if (!unpack->has_begun) {
        *xz = (lzma_stream)LZMA_STREAM_INIT;
        xz->allocator = &xz_allocator;
    }
    (void)!lzma_stream_decoder(xz, XZ_MEMORY, 0); /* fails only without memory */
}

/* The library has numbers and no texts. */
static const char *xz_problem(lzma_ret result)
{
    switch (result) {
    case LZMA_FORMAT_ERROR:
        return "no xz stream begins here";
    case LZMA_OPTIONS_ERROR:
        return "an option or filter that is not known";
    case LZMA_MEMLIMIT_ERROR:
        return "unpacking takes more than 128 MiB of memory";
    default:
        return "the bytes or their checksum are wrong";
    }
}

/* Sizes are size_t here, so unlike with zlib and bzip2 nothing has to be taken in parts. */
static enum state xz_step(struct pk_unpack *unpack, struct pk_unpack_io *io)
{
    lzma_stream *xz = &unpack->of.xz;
    lzma_ret result;

    xz->next_in = io->in;
    xz->avail_in = io->in_size;
    xz->next_out = io->out;
    xz->avail_out = io->out_room;
    /* Never LZMA_FINISH: that the input ended is found out by our caller, the same for all. */
    result = lzma_code(xz, LZMA_RUN);
    advance(io, xz->next_in, xz->next_out);
    if (result == LZMA_STREAM_END)
        return MEMBER_ENDED;
    if (result == LZMA_OK || result == LZMA_BUF_ERROR)
        return GOES_ON;
    return fail(unpack, xz_problem(result));
}

static void xz_end(struct pk_unpack *unpack)
{
    lzma_end(&unpack->of.xz);
}
#endif

/* ---- bz2 */

#ifdef HAVE_BZ2
static void *bz2_alloc(void *unused, int count, int size)
{
    (void)unused;
    return pk_realloc(NULL, (size_t)count, (size_t)size);
}

/* Zeros: no messages on stderr, and not the slower algorithm that saves memory: the faster one
 * takes 3.7 MB at most. */
static void bz2_begin(struct pk_unpack *unpack)
{
    bz_stream *bz = &unpack->of.bz2;

    if (unpack->has_begun)
        BZ2_bzDecompressEnd(bz); /* there is no reset */
    *bz = (bz_stream){.bzalloc = bz2_alloc, .bzfree = release};
    BZ2_bzDecompressInit(bz, 0, 0);
}

/* BZ_OK also without progress; that the input ended in the middle is found out by the caller, as
 * for the others. */
static enum state bz2_step(struct pk_unpack *unpack, struct pk_unpack_io *io)
{
    bz_stream *bz = &unpack->of.bz2;
    int result;

    bz->next_in = (char *)(uintptr_t)io->in; /* the library only reads it */
    bz->avail_in = at_once(io->in_size);
    bz->next_out = (char *)io->out;
    bz->avail_out = at_once(io->out_room);
    result = BZ2_bzDecompress(bz);
    advance(io, bz->next_in, bz->next_out);
    if (result == BZ_STREAM_END)
        return MEMBER_ENDED;
    if (result == BZ_OK)
        return GOES_ON;
    return fail(unpack, result == BZ_DATA_ERROR_MAGIC ? "no bz2 stream begins here"
                                                      : "the bytes or their checksum are wrong");
}

static void bz2_end(struct pk_unpack *unpack)
{
    BZ2_bzDecompressEnd(&unpack->of.bz2);
}
#endif

/* ---- all of them */

static const struct packing packings[] = {
    [PK_UNPACK_NONE] = {.name = "none"},
    [PK_UNPACK_GZIP] = {"gzip", gzip_begin, gzip_step, gzip_end},
#ifdef HAVE_ZSTD
    [PK_UNPACK_ZSTD] = {"zstd", zstd_begin, zstd_step, zstd_end},
#else
    [PK_UNPACK_ZSTD] = {.name = "zstd"},
#endif
#ifdef HAVE_LZMA
    [PK_UNPACK_XZ] = {"xz", xz_begin, xz_step, xz_end},
#else
    [PK_UNPACK_XZ] = {.name = "xz"},
#endif
#ifdef HAVE_BZ2
    [PK_UNPACK_BZ2] = {"bz2", bz2_begin, bz2_step, bz2_end},
#else
    [PK_UNPACK_BZ2] = {.name = "bz2"},
#endif
};

/* True for "BZh", a digit, and the magic number of a block or of the end, as far as the bytes go.
 */
static bool is_bz2(struct pk_str s)
{
    struct pk_str rest;

    if (!pk_str_starts(s, PK_STR("BZh")))
        return false;
    if (s.size == 3)
        return true;
    if (s.data[3] < '1' || s.data[3] > '9')
        return false;
    rest = pk_str_slice(s, 4, s.size < 10 ? s.size : 10);
    return pk_str_starts(PK_STR("1AY&SY"), rest) || pk_str_starts(PK_STR("\x17rE8P\x90"), rest);
}

/* True for a frame, and for one of the sixteen kinds of skippable frames (0x184D2A50 to 5F), which
 * pzstd puts in front of each. */
static bool is_zstd(struct pk_str s)
{
    return pk_str_starts(s, PK_STR("\x28\xb5\x2f\xfd")) ||
           (s.size >= 4 && (s.data[0] & 0xf0) == 0x50 &&
            pk_str_equal(pk_str_slice(s, 1, 4), PK_STR("\x2a\x4d\x18")));
}

/* Two bytes must do for gzip: the third is the method, and one that is not deflate is damage to be
 * told, not text. No format that profkit knows begins like this. */
enum pk_unpack_kind pk_unpack_detect(const void *bytes, size_t size)
{
    struct pk_str s = {bytes, size};

    if (pk_str_starts(s, PK_STR("\x1f\x8b")))
        return PK_UNPACK_GZIP;
    if (pk_str_starts(s, PK_STR("\xfd\x37\x7a\x58\x5a\0")))
        return PK_UNPACK_XZ;
    if (is_zstd(s))
        return PK_UNPACK_ZSTD;
    return is_bz2(s) ? PK_UNPACK_BZ2 : PK_UNPACK_NONE;
}

const char *pk_unpack_name(enum pk_unpack_kind kind)
{
    return packings[kind].name;
}

/* Nothing of the library is set up before the first byte: the stream may be empty. */
struct pk_unpack *pk_unpack_new(enum pk_unpack_kind kind, struct pk_error *error)
{
    struct pk_unpack *unpack;

    if (!packings[kind].begin) {
        pk_error_set(error, PK_INPUT, pk_place_offset(0),
                     "this file is packed with %s, which this build cannot unpack",
                     packings[kind].name);
        pk_error_hint(error, "unpack it first, or build with the %s library", packings[kind].name);
        return NULL;
    }
    unpack = pk_calloc(1, sizeof *unpack);
    unpack->packing = &packings[kind];
    unpack->is_between = true;
    return unpack;
}

void pk_unpack_free(struct pk_unpack *unpack)
{
    if (unpack && unpack->has_begun)
        unpack->packing->end(unpack);
    pk_free(unpack);
}

/* Some libraries begin their texts with a capital; ours never do. */
static const char *lower_first(struct pk_unpack *unpack)
{
    snprintf(unpack->text, sizeof unpack->text, "%s", unpack->problem);
    if (unpack->text[0] >= 'A' && unpack->text[0] <= 'Z')
        unpack->text[0] = (char)(unpack->text[0] - 'A' + 'a');
    return unpack->text;
}

/* Between members zeros are padding: tapes and block devices leave them, and gzip(1) skips them
 * too. In front of the first member they are not, or a file of zeros would be an empty one. */
const char *pk_unpack_step(struct pk_unpack *unpack, struct pk_unpack_io *io)
{
    if (unpack->is_between) {
        while (io->in_size > 0 && unpack->has_begun && *io->in == 0) { /* padding */
            io->in++;
            io->in_size--;
        }
        if (io->in_size == 0)
            return NULL;
        unpack->packing->begin(unpack);
        unpack->has_begun = true;
        unpack->is_between = false;
    }
    /* One member at most: what follows it is looked at by the next step, as at the first. */
    switch (unpack->packing->step(unpack, io)) {
    case GOES_ON:
        return NULL;
    /* The library keeps its memory for a next member. */
    case MEMBER_ENDED:
        unpack->is_between = true;
        return NULL;
    default:
        return lower_first(unpack);
    }
}

bool pk_unpack_is_between(const struct pk_unpack *unpack)
{
    return unpack->is_between;
}
