/*
 * Memory. An arena only grows and is freed in one call; the heap functions are malloc with a
 * promise: they never return NULL. Memory that cannot be had ends the program here, with one line
 * and exit status 70, so no caller carries dead branches. Layer: base; may use only libc.
 */
#ifndef PK_BASE_ARENA_H
#define PK_BASE_ARENA_H

#include <stddef.h>

#include "base/str.h" /* IWYU pragma: export */

struct pk_arena_block;

struct pk_arena {
    struct pk_arena_block *last; /* the block being filled; NULL when nothing was asked yet */
};

/* Arrange the heap for large arrays: for a program, before it asks for memory. */
void pk_arena_prepare(void);

/* Begin an empty arena; it takes no memory until the first alloc. */
void pk_arena_init(struct pk_arena *arena);

/* Free everything that came from the arena and leave it empty and usable. */
void pk_arena_fini(struct pk_arena *arena);

/* Take back everything that came from the arena, which keeps a block for what comes next. */
void pk_arena_reset(struct pk_arena *arena);

/* `size` zeroed bytes, aligned for any type, owned by the arena. Never NULL, also for size 0. */
void *pk_arena_alloc(struct pk_arena *arena, size_t size);

/* Zeroed room for `count` items of `size` bytes; ends the program when the product overflows. */
void *pk_arena_array(struct pk_arena *arena, size_t count, size_t size);

/* A copy of the bytes with a NUL behind them, owned by the arena; a missing string stays missing.
 */
struct pk_str pk_arena_str(struct pk_arena *arena, struct pk_str s);

/* `size` bytes of heap, not cleared; free with pk_free. Never NULL. */
void *pk_alloc(size_t size);

/* Zeroed heap room for `count` items of `size` bytes. Never NULL. */
void *pk_calloc(size_t count, size_t size);

/* Resize as realloc does; room for `count` items of `size` bytes. Never NULL. */
void *pk_realloc(void *old, size_t count, size_t size);

/* What to do before the program ends because memory cannot be had, so that its last line can be
 * read; NULL: nothing. It must not ask for memory. */
extern void (*pk_arena_before_end)(void);

/* End the program as the above do, where a library says that it got no memory. */
_Noreturn void pk_out_of_memory(void);

/* Free what pk_alloc, pk_calloc or pk_realloc gave; NULL is allowed. */
void pk_free(void *memory);

/* Typed shorthands: PK_NEW(arena, struct x) and PK_NEW_ARRAY(arena, int64_t, n), both zeroed. */
#define PK_NEW(arena, type) ((type *)pk_arena_alloc((arena), sizeof(type)))
#define PK_NEW_ARRAY(arena, type, count) ((type *)pk_arena_array((arena), (count), sizeof(type)))

#endif
