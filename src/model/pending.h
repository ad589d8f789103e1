/*
 * Stacks of a builder as they came: each distinct one once, with its frames in a row. Most samples
 * of a recording are of a stack that was seen before and cost one lookup of the whole; the tree,
 * where every frame would cost one, is made when all is read, out of stacks in order. Layer: model;
 * uses base. For builder*.c, merge.c and freeze.c alone.
 */
#ifndef PK_MODEL_PENDING_H
#define PK_MODEL_PENDING_H

#include "base/array.h" /* IWYU pragma: export */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/profile.h" /* IWYU pragma: export */

struct pk_builder;

struct pk_stack_entry {
    size_t start; /* in `items`: its frames, root first, then with has_lines as many lines */
    uint32_t n;
    uint32_t slice : 31;
    uint32_t has_lines : 1; /* some line is not 0 */
};

struct pk_pending {
    uint64_t *slots; /* low half: id + 1, or 0; high half: of the hash */
    size_t mask;
    PK_ARRAY(struct pk_stack_entry) list;
    PK_ARRAY(uint32_t) items;
};

struct pk_stack_order {
    uint64_t key; /* its next frame and line while it is sorted */
    uint32_t id;
    uint32_t shared; /* frames at the front, lines and all, that the stack before it has too */
};

/* The ids of all stacks (at least one) in order of their frames: of the rank [frame] of each, no
 * two alike, or of their ids where it is NULL. Those of other slices with the same frames stand
 * together. Free with pk_free. */
struct pk_stack_order *pk_pending_order(const struct pk_pending *pending, const uint32_t *rank);

/* The id of a stack of frames (at least one) in a slice of the builder, made when new; `lines` may
 * be NULL. Its values are that row of builder->pending_rows. */
uint32_t pk_pending_add(struct pk_builder *builder, uint32_t slice, const uint32_t *frames,
                        const uint32_t *lines, uint32_t n, bool *is_new);

/* Make nodes and rows of all stacks, and forget the stacks. `rank` [frame] orders frames, no two
 * alike, or is NULL; where the builder had no nodes they are then in preorder, children by rank and
 * line. A builder that `is_taken` is not added to any more. */
void pk_pending_settle(struct pk_builder *builder, const uint32_t *rank, bool is_taken);

/* Whether these stacks are all that the builder has of stacks, and none of them has lines. */
bool pk_pending_is_all(const struct pk_builder *builder);

/* Make the shape of the profile's tree of all stacks, and rows of its nodes, and forget the stacks:
 * nodes of the builder, of which the tree would be a copy, are left out. For a builder that is
 * taken and of which pk_pending_is_all holds; `rank` is as above. */
void pk_pending_lay_out(struct pk_builder *builder, const uint32_t *rank, struct pk_tree *tree,
                        struct pk_arena *arena);

/* Free everything. */
void pk_pending_fini(struct pk_pending *pending);

#endif
