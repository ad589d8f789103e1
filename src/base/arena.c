/*
 * Memory that never fails: see arena.h. Blocks double up to 1 MiB, so a profile of n bytes costs
 * O(log n) calls of malloc at first and then one per MiB; a request larger than a block gets a
 * block of its own.
 */
#include "base/arena.h"

#include <errno.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "base/error.h"
#include "base/large.h"

#define FIRST_BLOCK ((size_t)4096)
#define LARGEST_BLOCK ((size_t)1 << 20)
#define PAGE ((size_t)4096)
#define LARGE PK_LARGE_PAGE
#define HEAP (128 << 20)
#define LEAST_HEAP (64 << 20)

struct pk_arena_block {
    struct pk_arena_block *previous;
    size_t used, room;
    alignas(max_align_t) unsigned char bytes[];
};

void (*pk_arena_before_end)(void);

/* The one place where memory that cannot be had ends the program. No buffers, no locale, no cleanup
 * that could ask for memory again: temporaries of an open output are removed by its atexit handler.
 */
_Noreturn void pk_out_of_memory(void)
{
    static bool is_ending;
    static _Thread_local bool is_mine;

    if (is_mine) /* again while ending */
        _exit(PK_INTERNAL);
    while (__atomic_test_and_set(&is_ending, __ATOMIC_SEQ_CST)) /* another thread does it */
        pause();
    is_mine = true;
    if (pk_arena_before_end)
        pk_arena_before_end();
    fputs("profkit: out of memory\n", stderr);
    exit(PK_INTERNAL);
}

/* Large arrays are filled from front to end, and up to a half of that was the kernel giving them
 * page by page: ask for large ones. It is advice; a system that cannot or must not follow goes on
 * as before. Trap: all pages of the mapping, as malloc cannot grow one of which only a part was
 * advised. */
static void advise(void *memory, size_t size)
{
#ifdef MADV_HUGEPAGE
    size_t before = (uintptr_t)memory % PAGE, rest = (before + size) % PAGE;
    int kept = errno;

    if (size >= LARGE)
        (void)madvise((char *)memory - before, before + size + (rest ? PAGE - rest : 0),
                      MADV_HUGEPAGE);
    errno = kept;
#else
    (void)memory;
    (void)size;
#endif
}

#if defined(__GLIBC__) && defined(MADV_HUGEPAGE)
/* The largest heap that there are addresses for, by trying; 0: none. */
static int heap_size(void)
{
    for (int size = HEAP; size >= LEAST_HEAP; size /= 2)
        if (sbrk(size + 2 * (int)LARGE) != (void *)-1) { /* given back at once */
            sbrk(-size - 2 * (int)LARGE);
            return size;
        }
    return 0;
}
#endif

/* All but large arrays share one heap as long as it has room, taken here in one piece: what is not
 * used of it costs no memory. Threads share it too.
 *
 * Trap: a large page must not be begun by small ones, and malloc writes behind each piece. So the
 * first piece, which nobody uses, ends a small page before the first large one. */
void pk_arena_prepare(void)
{
#if defined(__GLIBC__) && defined(MADV_HUGEPAGE)
    static void *volatile unused; /* kept: what is freed would be given out again */
    uintptr_t start = (uintptr_t)sbrk(0), end;
    int size = heap_size();

    if (size == 0)
        return;
    mallopt(M_ARENA_MAX, 1);
    mallopt(M_MMAP_THRESHOLD, (int)PK_LARGE_LEAST);
    mallopt(M_TRIM_THRESHOLD, 2 * size);
    mallopt(M_TOP_PAD, size);
    unused = pk_alloc(2 * LARGE - start % LARGE - PAGE);
    mallopt(M_TOP_PAD, LARGE);
    end = (uintptr_t)sbrk(0);
    start += LARGE - start % LARGE;
    if (unused && end > start)
        (void)madvise((void *)start, end - start, MADV_HUGEPAGE);
#endif
}

/* Every request of the program passes here. */
static void *checked(void *memory, size_t size)
{
    if (!memory)
        pk_out_of_memory();
    advise(memory, size);
    return memory;
}

/* The bytes that a piece of malloc has. */
static size_t usable(void *memory)
{
#ifdef __GLIBC__
    return memory ? malloc_usable_size(memory) : 0;
#else
    (void)memory;
    return 0; /* nothing is large then */
#endif
}

/* A product that wraps would give too little room: that is memory that cannot be had. */
static size_t product(size_t count, size_t size)
{
    size_t bytes;

    if (__builtin_mul_overflow(count, size, &bytes) || bytes > PTRDIFF_MAX)
        pk_out_of_memory();
    return bytes;
}

/* NULL where it is not large enough for a mapping of its own, or there is none. */
static void *large(size_t bytes)
{
    return bytes < PK_LARGE_LEAST ? NULL : pk_large_new(bytes);
}

void *pk_alloc(size_t size)
{
    void *memory = large(size);

    return memory ? memory : checked(malloc(size ? size : 1), size);
}

void *pk_calloc(size_t count, size_t size)
{
    size_t bytes = product(count, size);
    void *memory = large(bytes);

    return memory ? memory : checked(calloc(count ? count : 1, size ? size : 1), bytes);
}

/* What becomes large leaves the heap of malloc, and what once was stays where it is. */
void *pk_realloc(void *old, size_t count, size_t size)
{
    size_t bytes = product(count, size), kept = pk_large_room(old);
    void *memory;

    if (kept) {
        memory = pk_large_resize(old, bytes ? bytes : 1);
        if (!memory)
            pk_out_of_memory();
        return memory;
    }
    memory = large(bytes);
    if (!memory)
        return checked(realloc(old, bytes ? bytes : 1), bytes);
    kept = usable(old);
    if (kept)
        memcpy(memory, old, kept < bytes ? kept : bytes);
    free(old);
    return memory;
}

void pk_free(void *memory)
{
    if (!pk_large_free(memory))
        free(memory);
}

void pk_arena_init(struct pk_arena *arena)
{
    arena->last = NULL;
}

/* The arena is empty afterwards and may be used again. */
void pk_arena_fini(struct pk_arena *arena)
{
    struct pk_arena_block *block = arena->last;

    while (block) {
        struct pk_arena_block *previous = block->previous;

        pk_free(block);
        block = previous;
    }
    arena->last = NULL;
}

/* The last block is the largest but for one that a large piece asked for; what of it was handed out
 * is cleared, as a fresh block is. */
void pk_arena_reset(struct pk_arena *arena)
{
    struct pk_arena_block *last = arena->last;
    struct pk_arena older = {last ? last->previous : NULL};

    if (!last)
        return;
    pk_arena_fini(&older);
    memset(last->bytes, 0, last->used);
    last->used = 0;
    last->previous = NULL;
}

/* The old block keeps what it has; its unused rest is lost, at most half of all. */
static struct pk_arena_block *block_new(struct pk_arena *arena, size_t size)
{
    size_t room = arena->last ? 2 * arena->last->room : FIRST_BLOCK;
    struct pk_arena_block *block;

    if (room > LARGEST_BLOCK)
        room = LARGEST_BLOCK;
    if (room < size)
        room = size;
    block = pk_calloc(1, sizeof *block + room);
    block->room = room;
    block->previous = arena->last;
    arena->last = block;
    return block;
}

/* Zeroed: blocks come from calloc and no piece is handed out twice. So a struct in an arena starts
 * like a static one. */
static void *piece(struct pk_arena *arena, size_t size, size_t alignment)
{
    struct pk_arena_block *block = arena->last;
    size_t at;

    if (size > PTRDIFF_MAX / 2)
        pk_out_of_memory();
    size += size == 0; /* an address of its own */
    at = block ? (block->used + alignment - 1) & ~(alignment - 1) : 0;
    if (!block || at > block->room || block->room - at < size) {
        block = block_new(arena, size);
        at = 0;
    }
    block->used = at + size;
    return block->bytes + at;
}

void *pk_arena_alloc(struct pk_arena *arena, size_t size)
{
    return piece(arena, size, alignof(max_align_t));
}

void *pk_arena_array(struct pk_arena *arena, size_t count, size_t size)
{
    return pk_arena_alloc(arena, product(count, size));
}

/* The missing string stays missing. The NUL behind the copy comes from the zeroed block. Strings
 * stand side by side: aligned like structs they would take half as much again. */
struct pk_str pk_arena_str(struct pk_arena *arena, struct pk_str s)
{
    char *copy;

    if (!s.data)
        return s;
    copy = piece(arena, s.size + 1, 1);
    if (s.size)
        memcpy(copy, s.data, s.size);
    return (struct pk_str){copy, s.size};
}
