/*
 * What the linker puts in place of mmap and mremap where a program is linked with --wrap of both:
 * they fail when the includer says so. Include it in one file of the program. The names are
 * the linker's.
 */
#ifndef TESTS_MAP_CALLS_H
#define TESTS_MAP_CALLS_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/types.h>

/* Of the includer: whether this call fails; errno is set then. */
static bool map_fails(void);
static bool move_fails(void);

void *__real_mmap(void *address, size_t size, int protection, int flags, int fd, off_t offset);
void *__wrap_mmap(void *address, size_t size, int protection, int flags, int fd, off_t offset);
void *__real_mremap(void *old, size_t size, size_t new_size, int flags, ...);
void *__wrap_mremap(void *old, size_t size, size_t new_size, int flags, ...);

void *__wrap_mmap(void *address, size_t size, int protection, int flags, int fd, off_t offset)
{
    return map_fails() ? MAP_FAILED : __real_mmap(address, size, protection, flags, fd, offset);
}

void *__wrap_mremap(void *old, size_t size, size_t new_size, int flags, ...)
{
    va_list rest;
    void *target = NULL;

    va_start(rest, flags);
    if (flags & MREMAP_FIXED)
        target = va_arg(rest, void *);
    va_end(rest);
    return move_fails() ? MAP_FAILED : __real_mremap(old, size, new_size, flags, target);
}

#endif
