/*
 * Entries of pstats files as nearly all of them are: taken from the bytes, without a value for each
 * number, and many together. Layer: formats; part of the pstats reader.
 */
#ifndef PK_FORMATS_PSTATS_USUAL_H
#define PK_FORMATS_PSTATS_USUAL_H

#include "formats/pstats_table.h" /* IWYU pragma: export */

struct pk_pstats_usual;

/* Begin, for a decoder that stands within the outer dict; free with pk_pstats_usual_free. */
struct pk_pstats_usual *pk_pstats_usual_new(struct pk_pstats_table *table,
                                            struct pk_marshal *marshal);
void pk_pstats_usual_free(struct pk_pstats_usual *usual);

/* Take all entries that follow up to the first in which anything is unusual, or to the end. The
 * decoder then stands there, and nothing of that one is in the table: pk_marshal_next and
 * pk_pstats_table_add have to see what it is. */
void pk_pstats_usual_take(struct pk_pstats_usual *usual);

#endif
