/*
 * Names of copies and parts that a compiler made of a function: "find.part.0", "find.cold",
 * "find.constprop.0.isra.0", also inside of "find(int) [clone .part.0]". gcc and clang; a method
 * called partition is none. Layer: base.
 */
#ifndef PK_BASE_CLONE_H
#define PK_BASE_CLONE_H

#include <stddef.h>

#include "base/str.h" /* IWYU pragma: export */

/* The words that are put behind a dot, each with it; NULL ends them. */
extern const char *const pk_clone_words[];

/* Where the first of them begins, name.size when there is none. */
size_t pk_clone_at(struct pk_str name);

#endif
