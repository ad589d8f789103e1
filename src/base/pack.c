/*
 * gzip and zstd: see pack.h. The levels are those that the tools of these names take when nothing
 * is said: what a profile gains by higher ones is little, and a run would wait for it.
 *
 * Traps: zlib writes the time of its caller into a gzip header only where it is given one, so no
 * header is. zstd asks for memory at the first step and not when it begins; its answer says so.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "base/pack.h"

#define ZLIB_CONST /* its input is const, as it should be */
#include <zlib.h>
#ifdef HAVE_ZSTD
#include <zstd.h>
#endif

#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"

#define GZIP_WINDOW (16 + 15)     /* 16: a gzip header; 15: the largest window */
#define GZIP_MEMORY 8             /* zlib's own choice */
#define AT_ONCE ((size_t)1 << 30) /* zlib counts in unsigned int */

struct pk_pack {
    enum pk_pack_kind kind;
    union {
        z_stream gzip;
#ifdef HAVE_ZSTD
        ZSTD_CStream *zstd;
#endif
    } of;
};

static const struct extension {
    struct pk_str text;
    size_t cut; /* bytes of it that only tell the packing */
    enum pk_pack_kind kind;
} extensions[] = {
    {PK_STR(".svgz"), 1, PK_PACK_GZIP},
    {PK_STR(".gz"), 3, PK_PACK_GZIP},
    {PK_STR(".zst"), 4, PK_PACK_ZSTD},
};

enum pk_pack_kind pk_pack_for_path(struct pk_str *path)
{
    for (size_t i = 0; i < sizeof extensions / sizeof *extensions; i++) {
        if (!pk_str_ends(*path, extensions[i].text))
            continue;
        *path = pk_str_slice(*path, 0, path->size - extensions[i].cut);
        return extensions[i].kind;
    }
    return PK_PACK_NONE;
}

bool pk_pack_is_there(enum pk_pack_kind kind, const char **name)
{
    *name = kind == PK_PACK_ZSTD ? "zstd" : "gzip";
#ifdef HAVE_ZSTD
    return true;
#else
    return kind != PK_PACK_ZSTD;
#endif
}

/* ---- gzip */

/* Memory of zlib comes from pk_realloc, which never gives NULL and checks the product. */
static void *take(void *unused, unsigned count, unsigned size)
{
    (void)unused;
    return pk_realloc(NULL, count, size);
}

static void release(void *unused, void *memory)
{
    (void)unused;
    pk_free(memory);
}

/* Fails only for want of memory, which ends in `take`, or for wrong numbers. */
static void gzip_begin(z_stream *z)
{
    *z = (z_stream){.zalloc = take, .zfree = release};
    deflateInit2(z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP_WINDOW, GZIP_MEMORY,
                 Z_DEFAULT_STRATEGY);
}

/* As much as an unsigned int holds; the rest is taken by the next step. */
static unsigned at_once(size_t size)
{
    return (unsigned)(size < AT_ONCE ? size : AT_ONCE);
}

static bool gzip_step(z_stream *z, struct pk_pack_io *io, bool is_end)
{
    unsigned in = at_once(io->in_size), room = at_once(io->out_room);
    int result;

    z->next_in = io->in;
    z->avail_in = in;
    z->next_out = io->out;
    z->avail_out = room;
    result = deflate(z, is_end && in == io->in_size ? Z_FINISH : Z_NO_FLUSH);
    io->in = z->next_in;
    io->in_size -= in - z->avail_in;
    io->out = z->next_out;
    io->out_room -= room - z->avail_out;
    return is_end && result != Z_STREAM_END;
}

/* ---- zstd */

#ifdef HAVE_ZSTD
/* The checksum is one that the tool writes too: a damaged file is then found. */
static ZSTD_CStream *zstd_begin(void)
{
    ZSTD_CStream *stream = ZSTD_createCStream();

    if (!stream)
        pk_out_of_memory();
    ZSTD_CCtx_setParameter(stream, ZSTD_c_checksumFlag, 1);
    return stream;
}

/* Of its errors only the one of memory can come: the parameters are constants. */
static bool zstd_step(ZSTD_CStream *stream, struct pk_pack_io *io, bool is_end)
{
    ZSTD_inBuffer in = {io->in, io->in_size, 0};
    ZSTD_outBuffer out = {io->out, io->out_room, 0};
    size_t left = ZSTD_compressStream2(stream, &out, &in, is_end ? ZSTD_e_end : ZSTD_e_continue);

    if (ZSTD_isError(left))
        pk_out_of_memory();
    io->in += in.pos;
    io->in_size -= in.pos;
    io->out += out.pos;
    io->out_room -= out.pos;
    return is_end && left > 0;
}
#endif

/* ---- both */

struct pk_pack *pk_pack_new(enum pk_pack_kind kind)
{
    struct pk_pack *pack = pk_calloc(1, sizeof *pack);

    pack->kind = kind;
#ifdef HAVE_ZSTD
    if (kind == PK_PACK_ZSTD)
        pack->of.zstd = zstd_begin();
#endif
    if (kind == PK_PACK_GZIP)
        gzip_begin(&pack->of.gzip);
    return pack;
}

void pk_pack_free(struct pk_pack *pack)
{
    if (!pack)
        return;
#ifdef HAVE_ZSTD
    if (pack->kind == PK_PACK_ZSTD)
        ZSTD_freeCStream(pack->of.zstd);
#endif
    if (pack->kind == PK_PACK_GZIP)
        deflateEnd(&pack->of.gzip);
    pk_free(pack);
}

bool pk_pack_step(struct pk_pack *pack, struct pk_pack_io *io, bool is_end)
{
#ifdef HAVE_ZSTD
    if (pack->kind == PK_PACK_ZSTD)
        return zstd_step(pack->of.zstd, io, is_end);
#endif
    return gzip_step(&pack->of.gzip, io, is_end);
}
