/*
 * Families of functions: what a function is for, known by its name: "reads files", "compiles a
 * regular expression". Names of one family in pstats, callgrind, perf and collapsed files are
 * listed in families.xml (so that a rule need not know how each profiler spells them). A function
 * may be in several. Layer: rules; uses model.
 */
#ifndef PK_RULES_FAMILIES_H
#define PK_RULES_FAMILIES_H

#include "base/error.h"    /* IWYU pragma: export */
#include "model/profile.h" /* IWYU pragma: export */
#include "rules/rules.h"   /* IWYU pragma: export */

enum pk_family { /* the ids of families.xml, in this order in pk_family_ids */
                 PK_FAMILY_STAT,
                 PK_FAMILY_MAKE_FOLDER,  /* of stat: fails where the folder exists, */
                 PK_FAMILY_FOLDER_CHECK, /* and then asks one of these */
                 PK_FAMILY_EXISTS,       /* of stat: whether there is something of that name */
                 PK_FAMILY_OPEN,
                 PK_FAMILY_READ,
                 PK_FAMILY_RAW_READ, /* of read: a system call for each */
                 PK_FAMILY_WRITE,
                 PK_FAMILY_RAW_WRITE, /* of write: a system call for each */
                 PK_FAMILY_SYNC,
                 PK_FAMILY_DATABASE,
                 PK_FAMILY_QUERY,      /* of database: one round trip for one statement */
                 PK_FAMILY_FETCH_ROW,  /* one row of an answer */
                 PK_FAMILY_FETCH_ROWS, /* many, or all */
                 PK_FAMILY_NETWORK,
                 PK_FAMILY_REQUEST, /* of network: there and back, or a new connection */
                 PK_FAMILY_SEND,    /* of network */
                 PK_FAMILY_RECEIVE, /* of network */
                 PK_FAMILY_CACHE,
                 PK_FAMILY_LOG_FRONT,
                 PK_FAMILY_LOG_EMIT,
                 PK_FAMILY_FORMAT,
                 PK_FAMILY_REGEX_COMPILE,
                 PK_FAMILY_REGEX_MISS,  /* of regex-compile: what Python's cache does not hold */
                 PK_FAMILY_REGEX_BUILD, /* of regex-compile: where there is no cache */
                 PK_FAMILY_REGEX_MATCH,
                 PK_FAMILY_ENCODE,
                 PK_FAMILY_DECODE,
                 PK_FAMILY_PARSE, /* of decode: a whole text, not the next part of one */
                 PK_FAMILY_COPY,
                 PK_FAMILY_DEEPCOPY,
                 PK_FAMILY_BLOCK_COPY, /* of copy: bytes as they are */
                 PK_FAMILY_CONCAT,     /* a longer text out of two, which are both copied */
                 PK_FAMILY_KEEP,       /* what is given stays */
                 PK_FAMILY_ALLOCATE,
                 PK_FAMILY_FREE,
                 PK_FAMILY_GC,
                 PK_FAMILY_LOCK,
                 PK_FAMILY_LOCK_TAKE, /* of lock, without the giving back */
                 PK_FAMILY_EXCEPTION,
                 PK_FAMILY_THROW, /* of exception: one that is raised */
                 PK_FAMILY_REFLECTION,
                 PK_FAMILY_COMPARE,
                 PK_FAMILY_SEARCH, /* of compare: looks at each element from the front */
                 PK_FAMILY_SHIFT,  /* moves the elements behind, when there are any */
                 PK_FAMILY_WALK,   /* along a linked list, to its end or its n-th element */
                 PK_FAMILY_SORT,   /* of compare */
                 PK_FAMILY_STRLEN, /* looks for the end of a text */
                 PK_FAMILY_IMPORT,
                 PK_FAMILY_SPAWN,
                 PK_FAMILY_SLEEP,
                 PK_FAMILY_POLL,
                 PK_FAMILY_DNS,
                 PK_FAMILY_COMPRESS,
                 PK_FAMILY_CRYPTO,
                 PK_FAMILY_STRPTIME,
                 PK_FAMILY_DATABASE_CLIENT, /* whole libraries: the boundary of a service */
                 PK_FAMILY_NETWORK_CLIENT,
                 PK_FAMILY_CACHE_CLIENT,
                 PK_FAMILY_MESSAGE_CLIENT,
                 PK_FAMILIES
};

#define PK_FAMILY_BIT(family) (UINT64_C(1) << (family))

/* The ids as families.xml has them, by enum pk_family. */
extern const char *const pk_family_ids[PK_FAMILIES];

struct pk_families; /* opaque; belongs to one thread, for its patterns do */

/* The families the program knows. Free with pk_families_free. */
struct pk_families *pk_families_new(void);

/* Those of rules, which become part of them; NULL fills `error` (PK_INPUT), and they are freed. */
struct pk_families *pk_families_of_rules(struct pk_rules *rules, struct pk_error *error);

/* Compile all patterns, which else waits until one is asked for, so that a mistake in one is known:
 * false fills `error` (PK_INPUT). */
bool pk_families_compile(struct pk_families *families, struct pk_error *error);
void pk_families_free(struct pk_families *families);

/* What the file calls a family: "opens files". */
struct pk_str pk_families_title(const struct pk_families *families, enum pk_family family);

/* The families of one function as a set of PK_FAMILY_BIT; 0 when its name says nothing. */
uint64_t pk_families_of(const struct pk_families *families, const struct pk_frame *frame);

/* The same for all functions of a profile, by id, in the arena. */
uint64_t *pk_families_of_profile(const struct pk_families *families,
                                 const struct pk_profile *profile, struct pk_arena *arena);

#endif
