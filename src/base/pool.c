/*
 * Decides who reads what: see pool.h. Whoever is free takes the next part, so that a slow one
 * holds nobody up, and no queue has to be bounded.
 *
 * How many lines stand before a part is not known while the parts before it are still being read.
 * So lines are numbered by part, in bits above all that a part can hold: such numbers are in the
 * order of the text, and become those of the file when all are known.
 *
 * Traps: signals must come to the thread that was there first, whose handlers write to the terminal
 * and remove files. A thread that cannot be had is no error.
 */
#include "base/pool.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#define PART_BITS 36 /* lines of one part are below 2^36 */
#define LINE_MASK ((UINT64_C(1) << PART_BITS) - 1)

/* One thread of a run, or what stands for it where turns are taken. */
struct thread {
    struct pk_pool *pool;
    struct pk_pool_worker *worker;
    pthread_t id;
    bool is_started;
};

uint32_t pk_pool_part(const struct pk_scan *scan)
{
    return (uint32_t)(scan->line >> PART_BITS);
}

uint64_t pk_pool_line(const struct pk_pool *pool, uint64_t line)
{
    return pool->lines.data[line >> PART_BITS] + (line & LINE_MASK);
}

struct pk_place pk_pool_place(const struct pk_pool *pool, struct pk_place place)
{
    if (place.kind == PK_AT_LINE)
        place.line = pk_pool_line(pool, place.line);
    return place;
}

void pk_pool_place_notes(const struct pk_pool *pool, struct pk_notes *notes)
{
    for (size_t i = 0; i < notes->list.size; i++)
        notes->list.data[i].first = pk_pool_place(pool, notes->list.data[i].first);
}

/* The next part for a worker; false when there is none, or none is wanted any more. */
static bool take(struct pk_pool *pool, struct pk_scan *scan)
{
    bool is_taken;

    pthread_mutex_lock(&pool->mutex);
    is_taken = !pool->is_over && pk_scan_part(pool->whole, scan, pool->size, pool->cut);
    pool->is_over |= !is_taken;
    if (is_taken) {
        scan->line = (uint64_t)pool->lines.size << PART_BITS;
        pk_array_push(&pool->lines, 0);
    }
    pthread_mutex_unlock(&pool->mutex);
    return is_taken;
}

/* Read one part; false when there is none. */
static bool read_next(const struct thread *thread)
{
    struct pk_pool *pool = thread->pool;
    struct pk_scan *scan = thread->worker->scan;
    bool is_read;

    if (!take(pool, scan))
        return false;
    is_read = pool->read(thread->worker);
    pthread_mutex_lock(&pool->mutex);
    pool->lines.data[pk_pool_part(scan)] = scan->line & LINE_MASK;
    pool->is_over |= !is_read;
    pthread_mutex_unlock(&pool->mutex);
    return true;
}

/* What each thread does, the calling one too. */
static void *work(void *thread)
{
    while (read_next(thread))
        ;
    return NULL;
}

/* Which thread reads what is chance; tests need one that comes again. */
static void take_turns(const struct thread *threads, unsigned n, uint64_t state)
{
    const struct thread *next = threads;

    while (read_next(next)) {
        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        next = &threads[(state >> 33) % n];
    }
}

/* The first is the calling thread's. */
static void work_together(struct thread *threads, unsigned n)
{
    sigset_t all, before;

    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    for (unsigned i = 1; i < n; i++)
        threads[i].is_started = pthread_create(&threads[i].id, NULL, work, &threads[i]) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    work(&threads[0]);
    for (unsigned i = 1; i < n; i++)
        if (threads[i].is_started)
            pthread_join(threads[i].id, NULL);
}

/* Lines of each part become lines in front of it. */
static void number(struct pk_pool *pool)
{
    uint64_t before = pool->whole->line;

    for (size_t i = 0; i < pool->lines.size; i++) {
        uint64_t lines = pool->lines.data[i];

        pool->lines.data[i] = before;
        before += lines;
    }
    pk_scan_skip(pool->whole, 0, before - pool->whole->line);
}

/* The first failure in the text, which may not be the first in time. */
static bool judge(struct pk_pool *pool, const struct pk_pool_worker *workers, unsigned n)
{
    const struct pk_scan *first = NULL;

    for (unsigned i = 0; i < n; i++)
        if (workers[i].scan->error->status != PK_OK &&
            (!first || workers[i].scan->line < first->line))
            first = workers[i].scan;
    if (first) {
        *pool->whole->error = *first->error;
        pool->whole->error->place = pk_pool_place(pool, first->error->place);
    }
    return pool->whole->error->status == PK_OK;
}

bool pk_pool_run(struct pk_pool *pool, struct pk_pool_worker *workers, unsigned n)
{
    struct thread *threads = pk_calloc(n, sizeof *threads);

    pthread_mutex_init(&pool->mutex, NULL);
    for (unsigned i = 0; i < n; i++)
        threads[i] = (struct thread){.pool = pool, .worker = &workers[i]};
    if (pool->turns)
        take_turns(threads, n, pool->turns);
    else
        work_together(threads, n);
    pthread_mutex_destroy(&pool->mutex);
    pk_free(threads);
    number(pool);
    return judge(pool, workers, n);
}

void pk_pool_fini(struct pk_pool *pool)
{
    pk_array_fini(&pool->lines);
}

bool pk_pool_read(struct pk_scan *scan, const struct pk_pool_kind *kind, void *whole, unsigned n,
                  size_t size, uint64_t turns)
{
    struct pk_pool pool = {
        .whole = scan, .cut = kind->cut, .read = kind->read, .size = size, .turns = turns};
    struct pk_pool_worker *workers = pk_calloc(n, sizeof *workers);
    bool is_done;

    for (unsigned i = 0; i < n; i++)
        workers[i] = kind->begin(whole);
    is_done = pk_pool_run(&pool, workers, n);
    if (is_done && kind->settle)
        kind->settle(whole, workers, n);
    for (unsigned i = 0; i < n; i++) {
        if (is_done)
            kind->join(whole, &pool, &workers[i]);
        kind->end(&workers[i]);
    }
    pk_pool_fini(&pool);
    pk_free(workers);
    return is_done;
}

unsigned pk_pool_processors(void)
{
    cpu_set_t set;
    long n = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set)
                                                         : sysconf(_SC_NPROCESSORS_ONLN);

    return n < 1 ? 1 : n > PK_POOL_MOST ? PK_POOL_MOST : (unsigned)n;
}
