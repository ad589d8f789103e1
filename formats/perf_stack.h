/*
 * The frames of one record of perf script, as they come in (innermost first), and then as a stack
 * of the model, root first. Layer: formats; uses base, perf_symbols, perf_usual.
 */
#ifndef PK_FORMATS_PERF_STACK_H
#define PK_FORMATS_PERF_STACK_H

#include "base/array.h" /* IWYU pragma: export */

#include <stddef.h>
#include <stdint.h>

#include "formats/perf_symbols.h" /* IWYU pragma: export */
#include "formats/perf_usual.h"   /* IWYU pragma: export */

struct pk_perf_slot { /* one frame line */
    uint64_t address; /* to know a line that was printed twice, nothing else */
    uint32_t text;
    uint32_t file, line; /* of its source line; 0: not known */
    pk_frame_id frame;   /* its only frame, where its text tells it; else PK_NONE */
    uint32_t place;      /* of its text in the cache, where it is usual; else PK_NONE */
    bool is_inlined;
};

struct pk_perf_stack {
    struct pk_perf_symbols symbols;
    PK_ARRAY(struct pk_perf_slot) slots; /* innermost first */
    PK_ARRAY(pk_frame_id) frames;        /* the result, root first */
    PK_ARRAY(uint32_t) lines;
    bool has_lines;
    bool is_plain;                        /* every slot has its frame, and no source line */
    PK_ARRAY(struct pk_perf_usual) usual; /* lines that are looked up together */
};

/* Begin with frames of `builder`. */
void pk_perf_stack_init(struct pk_perf_stack *stack, struct pk_builder *builder,
                        const struct pk_perf_folding *folding);

/* Free all but the builder. */
void pk_perf_stack_fini(struct pk_perf_stack *stack);

/* Begin the next record. */
void pk_perf_stack_clear(struct pk_perf_stack *stack);

/* Add the next frame line: its address and what stands behind. */
void pk_perf_stack_push(struct pk_perf_stack *stack, struct pk_str address, struct pk_str text);

/* Add the frame lines at the front of `text`, as many as are complete, look as nearly all do and
 * fit into `limit` frames; what they are does not depend on any other line. Returns the bytes read
 * and adds to `lines`. */
size_t pk_perf_stack_usual(struct pk_perf_stack *stack, struct pk_str text, uint64_t limit,
                           uint64_t *lines);

/* The line below a frame says where in its source it is. */
void pk_perf_stack_srcline(struct pk_perf_stack *stack, struct pk_str line);

/* True when the frame added last has a text that begins with "[unknown]". */
bool pk_perf_stack_ends_unknown(const struct pk_perf_stack *stack);

/* Fill frames and lines below a root frame (PK_NONE: none). */
void pk_perf_stack_finish(struct pk_perf_stack *stack, pk_frame_id root);

/* The executing lines for pk_builder_stack, or NULL when none is known. */
const uint32_t *pk_perf_stack_lines(const struct pk_perf_stack *stack);

#endif
