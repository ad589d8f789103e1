/*
 * The same profile by other names: functions taken together to files, modules or classes, recursion
 * taken together, inlined functions handed to the one that was compiled. Every value stays where it
 * was; sums are conserved on every rung. What a name means is the caller's business (labels belong
 * to render). Layer: analyze; uses model.
 *
 * The profile must keep its record (PK_KEEP_RECORD). What comes out is a builder with all the rest
 * of the profile too: metrics, slices, facts, losses, moments where the profile has some. It is
 * never NULL, but may have failed; free it with pk_builder_free.
 */
#ifndef PK_ANALYZE_REGROUP_H
#define PK_ANALYZE_REGROUP_H

#include <stdbool.h>
#include <stdint.h>

#include "model/builder.h" /* IWYU pragma: export */

struct pk_regrouping {
    const struct pk_frame *frames; /* [frame] what it becomes; equal ones are one group. NULL: all
                                      stay */
    const bool *is_outermost; /* [frame] it is on a stack before any other of its group, and once:
                                 its inclusive is that of the group. NULL: none */
    bool joins;          /* a group that calls itself becomes one: neighbours on a stack, edges */
    bool keeps_lines;    /* lines still say something: those of stacks, and the LINES table */
    bool merges_inlined; /* frames of kind PK_KIND_INLINED become the one they stand in */
    const struct pk_frame *leaves; /* what nodes call besides, which gets their self: */
    const uint32_t *leaf;          /* [node of pk_record_tree] index into leaves; PK_NONE: nothing.
                                      NULL: all */
};

/* Regroup. */
struct pk_builder *pk_regroup(const struct pk_profile *profile,
                              const struct pk_regrouping *regrouping,
                              const struct pk_limits *limits);

/* Every executed line as a frame of its own, named as its function; the line of the frame is the
 * executing one, 0 where it is not known. Of calls between functions nobody knows which line of the
 * callee they led to, so slices of that rung become FLAT ones. */
struct pk_builder *pk_regroup_lines(const struct pk_profile *profile,
                                    const struct pk_limits *limits);

/* Whether lines were recorded: in stacks, or as costs of lines. */
bool pk_regroup_has_lines(const struct pk_profile *profile);

#endif
