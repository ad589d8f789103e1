/*
 * The hot loop of collapsed stacks: a stack text to frame ids. Neighbouring lines share most of
 * their path, so frames whose text stands in the same place as in the line before are not looked at
 * again, and every other text is parsed once and then found by its bytes. Nothing is allocated for
 * a line that brings no news. Layer: formats; uses base, model/builder.
 */
#ifndef PK_FORMATS_COLLAPSED_STACK_H
#define PK_FORMATS_COLLAPSED_STACK_H

#include "base/intern.h" /* IWYU pragma: export */

#include <stddef.h>
#include <stdint.h>

#include "formats/collapsed_cache.h" /* IWYU pragma: export */
#include "formats/collapsed_frame.h" /* IWYU pragma: export */
#include "model/builder.h"           /* IWYU pragma: export */

struct pk_collapsed_known { /* what a frame text was found to be; zero: not parsed yet */
    uint32_t frame;         /* frame id + 1 */
    uint32_t line;
    bool takes_line; /* it has a file and no line, so "L12" can follow */
};

struct pk_collapsed_token { /* one text between ";" of the stack read last */
    size_t end;             /* where it ends in the text */
    uint32_t depth;         /* frames up to here: a folded "L12" adds none */
    uint32_t lined;         /* how many of these have a line */
    bool is_root;           /* it and all before it are process or thread roots */
    bool takes_line;        /* as above, of the last frame */
};

struct pk_collapsed_stack {
    struct pk_builder *builder; /* borrowed */
    bool strips_offsets;
    bool saw_py_spy, saw_async, saw_austin; /* unmistakable marks of a producer */
    size_t most_texts;                      /* that are known at a time */
    struct pk_intern texts;
    PK_ARRAY(struct pk_collapsed_known) known[2]; /* by text id; [1] in lines of austin 2 and 3 */
    struct pk_buf text;                           /* of the stack read last */
    enum pk_collapsed_dialect dialect;
    PK_ARRAY(struct pk_collapsed_token) tokens;
    PK_ARRAY(pk_frame_id) frames; /* the result, root first */
    PK_ARRAY(uint32_t) lines;
    bool has_lines; /* some frame of the result has one */
    struct pk_collapsed_cache cache;
};

/* Begin with frames of `builder`. */
void pk_collapsed_stack_init(struct pk_collapsed_stack *stack, struct pk_builder *builder,
                             bool strips_offsets);

/* Free all but the builder. */
void pk_collapsed_stack_fini(struct pk_collapsed_stack *stack);

/* Read one stack text into stack->frames and lines; false when it has more than `limit` frames.
 * Empty frames at the front and one at the end are dropped. */
bool pk_collapsed_stack_read(struct pk_collapsed_stack *stack, struct pk_str text, uint64_t limit);

/* Frames of the builder have other ids now. */
void pk_collapsed_stack_forget(struct pk_collapsed_stack *stack);

/* The executing lines for pk_builder_stack, or NULL when no frame of the stack has one. */
const uint32_t *pk_collapsed_stack_lines(const struct pk_collapsed_stack *stack);

#endif
