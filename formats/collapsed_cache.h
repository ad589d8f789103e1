/*
 * Whole stacks of a collapsed file that were read lately, found by their bytes. Profilers that
 * write a line for each sample write the same few thousand stacks again and again; a file whose
 * lines all differ stops asking after a few megabytes. Layer: formats; uses base, model/builder for
 * the types.
 */
#ifndef PK_FORMATS_COLLAPSED_CACHE_H
#define PK_FORMATS_COLLAPSED_CACHE_H

#include "base/array.h" /* IWYU pragma: export */

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"      /* IWYU pragma: export */
#include "model/builder.h" /* IWYU pragma: export */

struct pk_collapsed_kept { /* one stack */
    uint64_t hash;
    uint32_t at, size; /* its bytes in the store; a free slot has size 0 */
    uint32_t items, n; /* its frames in `items`, and behind them its lines where it has some */
    bool has_lines;
};

struct pk_collapsed_cache { /* begin with zero */
    struct pk_collapsed_kept *slots;
    char *store;
    size_t n, stored;
    PK_ARRAY(uint32_t) items;
    uint64_t hits; /* since it was empty */
    bool is_off;   /* too few lines come again */
};

/* Free everything and leave an empty cache. */
void pk_collapsed_cache_fini(struct pk_collapsed_cache *cache);

/* The stack of these bytes (at least one), or NULL; valid until the next add. `hash` is for that.
 */
const struct pk_collapsed_kept *pk_collapsed_cache_find(struct pk_collapsed_cache *cache,
                                                        struct pk_str text, uint64_t *hash);

/* Keep a stack that was not found: `n` frames, root first, and their lines or NULL. */
void pk_collapsed_cache_add(struct pk_collapsed_cache *cache, struct pk_str text, uint64_t hash,
                            const pk_frame_id *frames, const uint32_t *lines, uint32_t n);

#endif
