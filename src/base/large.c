/*
 * Mappings for large arrays: see large.h. There are never many of them, so a list tells which they
 * are; it is only asked of addresses where a large page begins, which few pieces of malloc have.
 *
 * Sanitizers look after malloc alone, so with them there are none.
 */
#include "base/large.h"

#include <errno.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define IS_WATCHED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
#define IS_WATCHED
#endif
#endif

#if defined(__GLIBC__) && defined(__linux__) && defined(MADV_HUGEPAGE) && !defined(IS_WATCHED)

#define MOST 64u /* of them at a time: behind that malloc has to do */

static struct mapping {
    void *memory;
    size_t size; /* whole large pages */
} mappings[MOST];
static unsigned n_mappings;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static size_t whole_pages(size_t size)
{
    size_t rest = size % PK_LARGE_PAGE;

    return rest ? size + PK_LARGE_PAGE - rest : size;
}

/* Addresses for `size` bytes from the begin of a large page on, taken by nobody else; NULL: none.
 * Memory is promised for them, so that what no machine has is refused and not found out later. */
static char *reserve(size_t size, int protection)
{
    char *all, *begin;
    size_t before;

    if (size > PTRDIFF_MAX - PK_LARGE_PAGE)
        return NULL;
    all = mmap(NULL, size + PK_LARGE_PAGE, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (all == MAP_FAILED)
        return NULL;
    before = (PK_LARGE_PAGE - (uintptr_t)all % PK_LARGE_PAGE) % PK_LARGE_PAGE;
    begin = all + before;
    if (before)
        munmap(all, before);
    if (PK_LARGE_PAGE - before)
        munmap(begin + size, PK_LARGE_PAGE - before);
    return begin;
}

/* The entry of a mapping, or NULL; the lock is held. */
static struct mapping *find(const void *memory)
{
    for (unsigned i = 0; i < n_mappings; i++)
        if (mappings[i].memory == memory)
            return &mappings[i];
    return NULL;
}

static bool may_be_one(const void *memory)
{
    return memory && (uintptr_t)memory % PK_LARGE_PAGE == 0;
}

void *pk_large_new(size_t size)
{
    size_t whole = whole_pages(size);
    int kept = errno;
    char *memory = reserve(whole, PROT_READ | PROT_WRITE);
    bool is_kept;

    if (memory)
        (void)madvise(memory, whole, MADV_HUGEPAGE);
    errno = kept; /* malloc leaves it alone, too */
    if (!memory)
        return NULL;
    pthread_mutex_lock(&lock);
    is_kept = n_mappings < MOST;
    if (is_kept)
        mappings[n_mappings++] = (struct mapping){memory, whole};
    pthread_mutex_unlock(&lock);
    if (is_kept)
        return memory;
    munmap(memory, whole);
    return NULL;
}

size_t pk_large_room(const void *memory)
{
    const struct mapping *mapping;
    size_t size = 0;

    if (!may_be_one(memory))
        return 0;
    pthread_mutex_lock(&lock);
    mapping = find(memory);
    size = mapping ? mapping->size : 0;
    pthread_mutex_unlock(&lock);
    return size;
}

/* Where it cannot grow its pages are moved to the begin of a large page again: elsewhere each large
 * one would have to be taken apart. */
static void *resize(void *memory, size_t old, size_t size)
{
    void *resized = mremap(memory, old, size, 0);
    char *target;

    if (resized != MAP_FAILED)
        return resized;
    target = reserve(size, PROT_NONE);
    if (!target)
        return NULL;
    resized = mremap(memory, old, size, MREMAP_MAYMOVE | MREMAP_FIXED, target);
    if (resized != MAP_FAILED)
        return resized;
    munmap(target, size);
    return NULL;
}

void *pk_large_resize(void *memory, size_t size)
{
    size_t whole = whole_pages(size);
    int kept = errno;
    struct mapping *mapping;
    void *resized = memory;

    /* Once it has moved another thread may get its addresses, so the list must know at once. */
    pthread_mutex_lock(&lock);
    mapping = find(memory);
    if (whole != mapping->size)
        resized = resize(memory, mapping->size, whole);
    if (resized)
        *mapping = (struct mapping){resized, whole};
    pthread_mutex_unlock(&lock);
    errno = kept;
    return resized;
}

bool pk_large_free(void *memory)
{
    struct mapping *mapping;
    size_t size = 0;

    if (!may_be_one(memory))
        return false;
    pthread_mutex_lock(&lock);
    mapping = find(memory);
    if (mapping) {
        size = mapping->size;
        *mapping = mappings[--n_mappings];
    }
    pthread_mutex_unlock(&lock);
    if (size)
        munmap(memory, size);
    return size > 0;
}

#else

void *pk_large_new(size_t size)
{
    (void)size;
    return NULL;
}

size_t pk_large_room(const void *memory)
{
    (void)memory;
    return 0;
}

void *pk_large_resize(void *memory, size_t size)
{
    (void)memory;
    (void)size;
    return NULL;
}

bool pk_large_free(void *memory)
{
    (void)memory;
    return false;
}

#endif
