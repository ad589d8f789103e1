/*
 * Display names of frames, one rule for every view: Python "qualname  path:line", built-ins
 * "Class.method [C]", C++ without parameters and template arguments, Rust without hash, kernel
 * "[k]", inlined "(inl)", unresolved
 * "[libfoo.so]". Raw names stay what the file says; these are only for reading. Layer: render; uses
 * model.
 */
#ifndef PK_RENDER_LABEL_H
#define PK_RENDER_LABEL_H

#include "base/buf.h" /* IWYU pragma: export */

#include <stdint.h>

#include "model/profile.h" /* IWYU pragma: export */

enum pk_label_style {                 /* of names of C++ and Rust */
                      PK_LABEL_SHORT, /* without parameters and template arguments */
                      PK_LABEL_FULL,
                      PK_LABEL_NONE, /* as the file has them, mangled or not */
};

enum pk_label_owner { PK_OWNER_OWN, PK_OWNER_LIBRARY, PK_OWNER_RUNTIME };

/* Choose the style of all names from here on; said once, before the first of them. */
void pk_label_choose(enum pk_label_style style);

/* Append the display name, not escaped, without its place. Never empty. */
void pk_label_name(struct pk_buf *out, const struct pk_frame *frame);

/* Append the short form of a C++ or Rust name; any other name comes out as it is. Linear in its
 * size. */
void pk_label_short(struct pk_buf *out, struct pk_str name);

/* The name without the hash that Rust puts behind it. */
struct pk_str pk_label_without_hash(struct pk_str name);

/* Append what a mangled name of C++ or older Rust ("_ZN...") stands for, in full; false, and
 * nothing, where it is none or cannot be read. */
bool pk_label_demangle(struct pk_buf *out, struct pk_str name);

/* Append the class (or namespace) of a function; false, and nothing, where its name tells none. */
bool pk_label_class(struct pk_buf *out, const struct pk_frame *frame);

/* Append "path:line", shortened to the package root; nothing when there is no file. Not escaped. */
void pk_label_place(struct pk_buf *out, const struct pk_frame *frame);

/* The path without the current folder in front of it; borrowed from `path`. */
struct pk_str pk_label_path(struct pk_str path);

/* Append what a frame belongs to: its module, package, folder or namespace; nothing when nobody can
 * tell. */
void pk_label_module(struct pk_buf *out, const struct pk_frame *frame);

/* What own code begins with: file, module or name. With none the folder of the file tells. The list
 * is borrowed for good; call it once, before anything is asked. */
void pk_label_own(const char *const *prefixes, size_t n);

/* The module of what is in files that begin with `prefix`, of several the longest; both are
 * borrowed for good. Call it before anything is asked. */
void pk_label_map(const char *prefix, const char *module);

/* Whose code a frame is, told by pk_label_own or else by the folder of its file. */
enum pk_label_owner pk_label_owner(const struct pk_frame *frame);

/* Append a name in the one canonical collapsed form, which formats/collapsed.c reads back to the
 * same frame: "name (file:line)" with the executing line where `line` is not 0, "_[k]" and its like
 * for kinds. Escaped. */
void pk_label_folded(struct pk_buf *out, const struct pk_frame *frame, uint32_t line);

#endif
