/*
 * Strings to ids and back. Equal bytes get one id and one stable pointer; different bytes never
 * share. Id 0 is always the missing string, id 1 the empty one. Layer: base; uses arena, map.
 */
#ifndef PK_BASE_INTERN_H
#define PK_BASE_INTERN_H

#include "base/array.h" /* IWYU pragma: export */
#include "base/str.h"   /* IWYU pragma: export */

#include <stdint.h>

struct pk_intern {
    struct pk_arena arena;
    PK_ARRAY(struct pk_str) texts; /* by id */
    uint64_t *slots;               /* low half: id + 1, or 0; high half: of the hash */
    uint32_t slot_mask;
};

/* Begin with the missing and the empty string. */
void pk_intern_init(struct pk_intern *intern);

/* Free all strings and ids. */
void pk_intern_fini(struct pk_intern *intern);

/* Free what finds ids: from now on texts are only read. */
void pk_intern_seal(struct pk_intern *intern);

/* The id of these bytes, added when new. */
uint32_t pk_intern_id(struct pk_intern *intern, struct pk_str text);

/* These bytes will be asked for: memory may begin to fetch where they would be found. */
void pk_intern_expect(const struct pk_intern *intern, struct pk_str text);

/* The string of an id; its bytes live, NUL-terminated and unmoved, as long as the interner. */
struct pk_str pk_intern_text(const struct pk_intern *intern, uint32_t id);

#endif
