/*
 * One .pk file in the making, for the out_pk files alone: out_pk.c makes the frame of the file and
 * the names, out_pk_rows.c what stands in numbers only.
 */
#ifndef PK_RENDER_OUT_PK_PRIVATE_H
#define PK_RENDER_OUT_PK_PRIVATE_H

#include "base/intern.h" /* IWYU pragma: export */
#include "base/pkfile.h" /* IWYU pragma: export */
#include "base/varint.h" /* IWYU pragma: export */

#include <stdint.h>
#include <stdio.h>

#include "model/record.h"   /* IWYU pragma: export */
#include "model/timeline.h" /* IWYU pragma: export */

struct pk_packing {
    const struct pk_profile *profile;
    FILE *to;
    uint32_t checksum;      /* of all that was written */
    struct pk_intern texts; /* every text of the file */
    uint32_t *reference;    /* [interned id] its number in the file; 0 is the missing text */
    struct pk_buf part;     /* what stands in the part being made */
};

/* Append the number of a text that was collected before. */
void pk_packing_text(struct pk_packing *packing, struct pk_str text);

/* Write the part that was made, with its tag; nothing when it is empty. */
void pk_packing_emit(struct pk_packing *packing, enum pk_pkfile_part tag);

/* Make and write the parts from edges to rows. */
void pk_packing_edges(struct pk_packing *packing);
void pk_packing_nodes(struct pk_packing *packing);
void pk_packing_lines(struct pk_packing *packing);
void pk_packing_slices(struct pk_packing *packing);
void pk_packing_rows(struct pk_packing *packing);

/* Make and write the part of moments, which comes last. */
void pk_packing_moments(struct pk_packing *packing);

#endif
