/*
 * Several threads that read one text. Each takes the next part of it, which is whole records, and
 * workers it to a run of its own; what the runs found is joined by the caller afterwards. Reading,
 * unpacking and cutting is done by one thread at a time, beside the parsing of the others. The
 * calling thread is one of them, and where no other can be had it does all of the work. Layer:
 * base; uses scan.
 */
#ifndef PK_BASE_POOL_H
#define PK_BASE_POOL_H

#include "base/array.h" /* IWYU pragma: export */

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/scan.h" /* IWYU pragma: export */

#define PK_POOL_MOST 256 /* threads */

struct pk_pool_worker {   /* what one thread works with; owned by the caller */
    struct pk_scan *scan; /* begins as zero with an error of its own; holds the part at hand */
    void *run;            /* handed to `read` */
};

/* Read all lines of worker->scan; false stops the pool: the scan's error says why. */
typedef bool pk_pool_reader(struct pk_pool_worker *worker);

struct pk_pool { /* set the first five, the rest to zero */
    struct pk_scan *whole;
    pk_scan_cutter *cut;
    pk_pool_reader *read;
    size_t size; /* bytes of a part, about */
    uint64_t
        turns; /* not 0: without threads, workers take turns in an order that follows from it */

    pthread_mutex_t mutex;
    bool is_over;
    PK_ARRAY(uint64_t) lines; /* of each part; afterwards: in front of it */
};

/* Read parts with `n` workers until none can be cut or one fails, then leave `whole` behind the
 * last. Lines and places of a worker count from the start of a part until pk_pool_place tells where
 * they are. False fills the error of `whole` with the failure that comes first in the text. */
bool pk_pool_run(struct pk_pool *pool, struct pk_pool_worker *workers, unsigned n);

/* Which part a scan of a worker is at: 0, 1, ... in the order of the text. */
uint32_t pk_pool_part(const struct pk_scan *scan);

/* The line of the file that a line of a worker is; and the same of a place. After the run. */
uint64_t pk_pool_line(const struct pk_pool *pool, uint64_t line);
struct pk_place pk_pool_place(const struct pk_pool *pool, struct pk_place place);

/* All notes of a worker get the place of the file. */
void pk_pool_place_notes(const struct pk_pool *pool, struct pk_notes *notes);

/* Free what the run left. */
void pk_pool_fini(struct pk_pool *pool);

struct pk_pool_kind { /* how a format is read in parts; `whole` is the reading that they are of */
    pk_scan_cutter *cut;
    pk_pool_reader *read;
    struct pk_pool_worker (*begin)(const void *whole);
    /* What has to be known of all before one can be joined; may be NULL. */
    void (*settle)(void *whole, const struct pk_pool_worker *workers, unsigned n);
    void (*join)(void *whole, const struct pk_pool *pool, struct pk_pool_worker *worker);
    void (*end)(struct pk_pool_worker *worker);
};

/* Begin `n` workers, let them read parts of what `scan` has left, join what they found unless one
 * failed, and end each as soon as it was joined: what it holds is held twice until then. The other
 * arguments are those of struct pk_pool. */
bool pk_pool_read(struct pk_scan *scan, const struct pk_pool_kind *kind, void *whole, unsigned n,
                  size_t size, uint64_t turns);

/* How many threads can run at once here, at most PK_POOL_MOST. */
unsigned pk_pool_processors(void);

#endif
