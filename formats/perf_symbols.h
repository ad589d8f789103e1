/*
 * Frame texts to frame ids. What a text says (symbol, dso, inlined or not) has an id of its own, so
 * that places in one function are one; perf_cache.h keeps most texts from being parsed again.
 * Nothing is allocated for a line that brings no news. Layer: formats; uses base, model/builder,
 * perf_frame.
 */
#ifndef PK_FORMATS_PERF_SYMBOLS_H
#define PK_FORMATS_PERF_SYMBOLS_H

#include "base/intern.h" /* IWYU pragma: export */
#include "base/map.h"    /* IWYU pragma: export */

#include <stdint.h>

#include "formats/perf_cache.h" /* IWYU pragma: export */
#include "formats/perf_frame.h" /* IWYU pragma: export */
#include "formats/perf_paths.h" /* IWYU pragma: export */
#include "formats/reader.h"     /* IWYU pragma: export */

struct pk_perf_text { /* what a text was found to say, without its offset; no padding */
    uint32_t symbol, module, address; /* ids of `texts`; the address only where it is asked for */
    uint32_t is_inlined;
};

struct pk_perf_run { /* the frames of one line, outermost first, in `ids` */
    uint32_t start, n;
};

struct pk_perf_line { /* what a frame line is */
    uint32_t text;
    pk_frame_id frame; /* its only frame where nothing else tells more about it, or PK_NONE */
    uint32_t place;    /* in the cache, or PK_NONE */
};

struct pk_perf_symbols {
    struct pk_builder *builder; /* borrowed */
    struct pk_perf_folding folding;
    bool is_java;      /* of the samples that follow; only when folding */
    size_t most_texts; /* that are known at a time */
    struct pk_intern texts;
    struct pk_map known;           /* struct pk_perf_text to text ids */
    PK_ARRAY(uint32_t) plain[2];   /* [text] run + 1 of its frames where nothing else tells them
                                      apart; [1] of Java */
    struct pk_perf_cache cache[2]; /* likewise, of the lines seen lately */
    struct pk_perf_paths paths[2]; /* likewise, of paths; their places are in the cache */
    struct pk_map keys;            /* of frames with a source file or inlined: to runs */
    PK_ARRAY(uint32_t) key_runs;
    PK_ARRAY(struct pk_perf_run) runs;
    PK_ARRAY(pk_frame_id) ids;
    struct pk_buf name;
};

/* Begin with frames of `builder`. */
void pk_perf_symbols_init(struct pk_perf_symbols *symbols, struct pk_builder *builder,
                          const struct pk_perf_folding *folding);

/* Free all but the builder. */
void pk_perf_symbols_fini(struct pk_perf_symbols *symbols);

/* What was seen lately of the samples that follow. */
static inline struct pk_perf_cache *pk_perf_symbols_cache(struct pk_perf_symbols *symbols)
{
    return &symbols->cache[symbols->is_java];
}

static inline struct pk_perf_paths *pk_perf_symbols_paths(struct pk_perf_symbols *symbols)
{
    return &symbols->paths[symbols->is_java];
}

/* Forget all texts when there are many: between stacks, as their ids are then void. */
void pk_perf_symbols_forget(struct pk_perf_symbols *symbols);
void pk_perf_symbols_spare(struct pk_perf_symbols *symbols);

/* The id of a frame's text; pk_perf_symbols_known tells what it says, until the next text. */
uint32_t pk_perf_symbols_text(struct pk_perf_symbols *symbols, struct pk_str address,
                              struct pk_str text);
const struct pk_perf_text *pk_perf_symbols_known(const struct pk_perf_symbols *symbols,
                                                 uint32_t text);

/* The same by way of the lines seen lately. Not where addresses are asked for. */
struct pk_perf_line pk_perf_symbols_line(struct pk_perf_symbols *symbols,
                                         const struct pk_perf_usual *usual);

/* The frames of a text: `module` (a text id) is whose code an inlined frame is in; `file` (a text
 * id, 0: not known) comes from its source line. */
struct pk_perf_run pk_perf_symbols_frames(struct pk_perf_symbols *symbols, uint32_t text,
                                          uint32_t module, uint32_t file, bool is_inlined);

#endif
