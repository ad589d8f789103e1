/*
 * One frame of a collapsed stack: its text to name, file, executing line and kind, by the dialects
 * of the tools that write the format. A text that no dialect claims is a plain name, kept byte for
 * byte. The inverse is pk_label_folded (render/label.h). Layer: formats; uses model/profile for the
 * types, base.
 */
#ifndef PK_FORMATS_COLLAPSED_FRAME_H
#define PK_FORMATS_COLLAPSED_FRAME_H

#include "model/builder.h" /* IWYU pragma: export */

#include <stddef.h>
#include <stdint.h>

/* How a stack begins decides how its frames are read. */
enum pk_collapsed_dialect {
    PK_COLLAPSED_PLAIN,
    PK_COLLAPSED_AUSTIN1, /* "Thread 5616a7fa3550;f (file.py);L12": lines are frames of their own */
    PK_COLLAPSED_AUSTIN,  /* "P123;T0:124;file.py:f:12": austin 2 and 3 */
};

struct pk_collapsed_frame {
    struct pk_frame frame; /* borrows from the text; frame.line stays 0 */
    uint32_t line;         /* executing line, or 0 */
};

/* The dialect of a stack, from its first frames. */
enum pk_collapsed_dialect pk_collapsed_frame_dialect(struct pk_str stack);

/* PK_KIND_PROCESS or PK_KIND_THREAD for a frame that stands for one; else PK_KIND_FUNCTION. Only
 * the first frames of a stack can be roots: `position` counts from 0, and all frames before it were
 * roots. */
enum pk_frame_kind pk_collapsed_frame_root(struct pk_str text, size_t position,
                                           enum pk_collapsed_dialect dialect);

/* True for "L12", which in austin 1 is the executing line of the frame before. */
bool pk_collapsed_frame_is_line(struct pk_str text, uint32_t *line);

/* Read any frame that is no root. `strips_offsets` drops "+0x1f" and "+31" from the end of the
 * name. */
struct pk_collapsed_frame pk_collapsed_frame_parse(struct pk_str text,
                                                   enum pk_collapsed_dialect dialect,
                                                   bool strips_offsets);

#endif
