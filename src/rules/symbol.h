/*
 * What a frame is called in its own language, whichever profiler wrote it: "<method 'execute' of
 * 'sqlite3.Cursor' objects>" of cProfile is sqlite3.Cursor.execute, "loads:299" of pprofile and
 * "py::loads:/usr/lib/python3/json/__init__.py" of perf are loads in that file, and
 * "__GI___libc_write" is write. Layer: rules; uses model.
 */
#ifndef PK_RULES_SYMBOL_H
#define PK_RULES_SYMBOL_H

#include "base/buf.h" /* IWYU pragma: export */

#include "model/profile.h" /* IWYU pragma: export */

enum pk_symbol_language {
    PK_SYMBOL_BUILTIN, /* written in C for Python: dotted, no file */
    PK_SYMBOL_PYTHON,  /* the last part of its name, and its file */
    PK_SYMBOL_C,       /* also C++ and whatever else has no language to be seen */
    PK_SYMBOL_KERNEL,
};

struct pk_symbol {
    enum pk_symbol_language language;
    struct pk_str name, file;
};

/* The symbol of a frame. Its texts are of the frame or in `room`, which is overwritten: they live
 * as long as both and until the next call with it. */
struct pk_symbol pk_symbol_of(const struct pk_frame *frame, struct pk_buf *room);

/* A C name without one more layer of what libraries and compilers wrap round it: "__GI_", leading
 * underscores, "64", "_nocancel", the instruction set. False when nothing is left to take off. */
bool pk_symbol_unwrap(struct pk_str *name);

#endif
