/*
 * Frame texts to frame ids, the hot loop of perf script: the text behind an address is parsed once
 * and then found by its bytes; nothing is allocated for a line that brings no news. Layer: formats;
 * uses base, model/builder, perf_frame.
 */
#ifndef PK_FORMATS_PERF_SYMBOLS_H
#define PK_FORMATS_PERF_SYMBOLS_H

#include "base/intern.h" /* IWYU pragma: export */
#include "base/map.h"    /* IWYU pragma: export */

#include <stdint.h>

#include "formats/perf_frame.h" /* IWYU pragma: export */
#include "formats/reader.h"     /* IWYU pragma: export */

struct pk_perf_text {      /* what is known of one text */
    uint32_t module;       /* its dso, as an id of `texts` */
    uint32_t plain[2];     /* run + 1 of the frames where nothing else tells them apart; [1] Java */
    uint32_t address_size; /* bytes of an address at the front of the text, blank included */
    bool is_parsed, is_inlined;
};

struct pk_perf_run { /* the frames of one line, outermost first, in `ids` */
    uint32_t start, n;
};

struct pk_perf_symbols {
    struct pk_builder *builder; /* borrowed */
    struct pk_perf_folding folding;
    bool is_java; /* of the samples that follow; only when folding */
    struct pk_intern texts;
    PK_ARRAY(struct pk_perf_text) known; /* by text id */
    struct pk_map keys;                  /* of frames with a source file or inlined: to runs */
    PK_ARRAY(uint32_t) key_runs;
    PK_ARRAY(struct pk_perf_run) runs;
    PK_ARRAY(pk_frame_id) ids;
    struct pk_buf scratch, name;
};

/* Begin with frames of `builder`. */
void pk_perf_symbols_init(struct pk_perf_symbols *symbols, struct pk_builder *builder,
                          const struct pk_perf_folding *folding);

/* Free all but the builder. */
void pk_perf_symbols_fini(struct pk_perf_symbols *symbols);

/* The id of a frame's text; pk_perf_symbols_known tells what it is. */
uint32_t pk_perf_symbols_text(struct pk_perf_symbols *symbols, struct pk_str address,
                              struct pk_str text);
const struct pk_perf_text *pk_perf_symbols_known(const struct pk_perf_symbols *symbols,
                                                 uint32_t text);

/* The frames of a text: `module` (a text id) is whose code an inlined frame is in; `file` (a text
 * id, 0: not known) comes from its source line. */
struct pk_perf_run pk_perf_symbols_frames(struct pk_perf_symbols *symbols, uint32_t text,
                                          uint32_t module, uint32_t file, bool is_inlined);

#endif
