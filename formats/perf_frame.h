/*
 * One frame of perf script, from the text behind its address: "hot+0x21 (/srv/demo/p rog)". The
 * texts point into the line. Layer: formats; uses base, model/builder for the kinds.
 */
#ifndef PK_FORMATS_PERF_FRAME_H
#define PK_FORMATS_PERF_FRAME_H

#include "base/buf.h" /* IWYU pragma: export */

#include <stdbool.h>
#include <stdint.h>

#include "model/builder.h" /* IWYU pragma: export */

struct pk_perf_frame {
    struct pk_str symbol; /* without the offset; empty when none was printed */
    struct pk_str dso;    /* missing when the layout has none, or for inlined frames */
    bool is_inlined;      /* "(inlined)" */
};

struct pk_perf_srcline { /* "file.c:123" below a frame */
    struct pk_str file;  /* missing: perf did not know */
    uint32_t line;
    bool is_inlined;
};

/* Take a line's address off its front: hexadecimal digits (also 0x...) and a blank. False: the line
 * is no frame. Blanks before it are skipped. */
bool pk_perf_frame_address(struct pk_str line, struct pk_str *address, struct pk_str *text);

/* Split the text behind an address. */
struct pk_perf_frame pk_perf_frame_parse(struct pk_str text);

/* Split the line below a frame, blanks at its front included. */
struct pk_perf_srcline pk_perf_frame_srcline(struct pk_str line);

/* True when perf found no symbol. */
bool pk_perf_frame_is_unknown(const struct pk_perf_frame *frame);

/* Whose code the dso is: PK_KIND_KERNEL, PK_KIND_JIT or PK_KIND_FUNCTION. */
enum pk_frame_kind pk_perf_frame_kind(struct pk_str dso);

/* Take the outermost part off a chain "a->b->c" of inlined Java methods; false at its end. C++
 * names and what is not in a perf map stay whole. */
bool pk_perf_frame_part(struct pk_str *chain, bool is_chain, struct pk_str *part);

/* True when the symbol is such a chain. */
bool pk_perf_frame_is_chain(const struct pk_perf_frame *frame);

/* Append "[libfoo.so]" or "[unknown]": the name of a frame without a symbol. */
void pk_perf_frame_unknown(struct pk_str dso, struct pk_buf *out);

#endif
