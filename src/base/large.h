/*
 * Large arrays, each in a mapping of its own that begins at a large page. malloc would do, but
 * where its own mappings begin, no large page does, and what it moves out of its heap is copied
 * into small ones. Here an array grows without a copy: its pages are moved. Layer: base; used by
 * arena alone.
 */
#ifndef PK_BASE_LARGE_H
#define PK_BASE_LARGE_H

#include <stdbool.h>
#include <stddef.h>

#define PK_LARGE_PAGE ((size_t)1 << 21)
#define PK_LARGE_LEAST (4 * PK_LARGE_PAGE) /* bytes of an array that should be one */

/* Zeroed room for so many bytes. NULL: the system has no such mappings, or none is left. */
void *pk_large_new(size_t size);

/* The room of one; 0: this memory is something else. Any address may be asked for. */
size_t pk_large_room(const void *memory);

/* The same with another size, mostly elsewhere; NULL, and all is as before, where that cannot be
 * had. */
void *pk_large_resize(void *memory, size_t size);

/* Give it back; false where it is something else. */
bool pk_large_free(void *memory);

#endif
