/*
 * Decides how many paths are remembered: see perf_paths.h. 768 Ki lines in 3 MiB, which is 15,000
 * stacks of 50 lines that have nothing in common; when they are full all are forgotten. Where fewer
 * than one line in four is found, looking for paths costs as much as it saves: then they are not
 * looked for in the next million lines. What a program does changes, so that is not for good.
 */
#include "formats/perf_paths.h"

#include <stdint.h>
#include <string.h>

#include "base/arena.h"

#define PLACES ((size_t)768 << 10)
#define FIRST_SLOTS 1024u
#define LOOK (UINT64_C(128) << 10) /* lines */
#define REST (8 * LOOK)

void pk_perf_paths_fini(struct pk_perf_paths *paths)
{
    pk_free(paths->slots);
    pk_array_fini(&paths->places);
    *paths = (struct pk_perf_paths){0};
}

/* No line follows the leaf at the next position: its callers are all branches. */
static void forget(struct pk_perf_paths *paths, uint64_t age)
{
    if (!paths->slots) {
        paths->slots = pk_calloc(FIRST_SLOTS, sizeof *paths->slots);
        paths->mask = FIRST_SLOTS - 1;
    } else {
        memset(paths->slots, 0, ((size_t)paths->mask + 1) * sizeof *paths->slots);
    }
    paths->n = 0;
    paths->age = age;
    paths->places.size = 0;
    pk_array_push(&paths->places, PK_NONE);
    pk_array_push(&paths->places, PK_NONE);
}

void pk_perf_paths_begin(struct pk_perf_paths *paths, uint64_t age)
{
    if (!paths->slots || paths->age != age || paths->places.size >= PLACES)
        forget(paths, age);
}

void pk_perf_paths_count(struct pk_perf_paths *paths, size_t lines)
{
    if (paths->resting) {
        paths->resting -= lines < paths->resting ? lines : paths->resting;
        return;
    }
    paths->asked += lines;
    if (paths->asked < LOOK)
        return;
    if (paths->found < paths->asked / 4) {
        pk_perf_paths_fini(paths);
        paths->resting = REST;
    }
    paths->asked = paths->found = 0;
}

/* Where a branch is, or the free slot where it belongs. */
static struct pk_perf_branch *slot_of(const struct pk_perf_paths *paths, uint32_t from,
                                      uint32_t place)
{
    const uint32_t key[2] = {from, place};
    size_t slot = pk_map_hash(key, sizeof key) & paths->mask;

    while (paths->slots[slot].to &&
           (paths->slots[slot].from != from || paths->slots[slot].place != place))
        slot = (slot + 1) & paths->mask;
    return &paths->slots[slot];
}

static void grow(struct pk_perf_paths *paths)
{
    struct pk_perf_branch *old = paths->slots;
    size_t n_old = (size_t)paths->mask + 1;

    paths->slots = pk_calloc(2 * n_old, sizeof *paths->slots);
    paths->mask = (uint32_t)(2 * n_old - 1);
    for (size_t i = 0; i < n_old; i++)
        if (old[i].to)
            *slot_of(paths, old[i].from, old[i].place) = old[i];
    pk_free(old);
}

uint32_t pk_perf_paths_branch(const struct pk_perf_paths *paths, uint32_t from, uint32_t place)
{
    const struct pk_perf_branch *branch = slot_of(paths, from, place);

    return branch->to ? branch->to : PK_NONE;
}

uint32_t *pk_perf_paths_add(struct pk_perf_paths *paths, uint32_t from, uint32_t place, size_t n)
{
    size_t first = paths->places.size;

    if (n > PLACES)
        return NULL;
    if (paths->n >= paths->mask / 2)
        grow(paths);
    *slot_of(paths, from, place) = (struct pk_perf_branch){from, place, (uint32_t)first};
    paths->n++;
    pk_array_reserve(&paths->places, n + 1);
    paths->places.size += n + 1;
    paths->places.data[first + n] = PK_NONE;
    return paths->places.data + first;
}
