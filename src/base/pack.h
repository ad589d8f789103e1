/*
 * The packings of outputs (gzip, zstd) behind one streaming call. The same bytes in give the same
 * bytes out: no time, no name and no size of the host stands in them. Private to output, but for
 * the name of a packing and whether this build has it. Layer: base; uses zlib and, where found,
 * zstd.
 */
#ifndef PK_BASE_PACK_H
#define PK_BASE_PACK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h" /* IWYU pragma: export */

enum pk_pack_kind { PK_PACK_NONE, PK_PACK_GZIP, PK_PACK_ZSTD };

struct pk_pack;

struct pk_pack_io { /* both ends of one step, moved past what was used */
    const unsigned char *in;
    size_t in_size;
    unsigned char *out;
    size_t out_room;
};

/* The packing that the end of a path asks for (".gz", ".svgz", ".zst"), which is then cut off it:
 * ".svg.gz" and ".svgz" leave ".svg". */
enum pk_pack_kind pk_pack_for_path(struct pk_str *path);

/* False when this build lacks it; `name` gets "gzip" or "zstd". */
bool pk_pack_is_there(enum pk_pack_kind kind, const char **name);

/* Begin a stream of a kind that is there; free with pk_pack_free. */
struct pk_pack *pk_pack_new(enum pk_pack_kind kind);

/* Free; NULL is allowed. */
void pk_pack_free(struct pk_pack *pack);

/* Pack until the input or the room is used up. With `is_end`, which comes with the last bytes or
 * behind them, true means that there is more to come: call again with room. Memory that is missing
 * ends the program. */
bool pk_pack_step(struct pk_pack *pack, struct pk_pack_io *io, bool is_end);

#endif
