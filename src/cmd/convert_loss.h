/*
 * What forms of a profile cannot hold: of one profile, said on stderr after a conversion, and of
 * every pair of formats, for convert --list. Layer: cmd.
 */
#ifndef PK_CMD_CONVERT_LOSS_H
#define PK_CMD_CONVERT_LOSS_H

#include "cmd/common.h" /* IWYU pragma: export */

/* Append "call counts, the unit (ns)": what the profile has and the writer cannot hold; nothing
 * when it holds all. */
void pk_convert_loss(const struct pk_loaded *loaded, const struct pk_writer *writer,
                     struct pk_buf *out);

/* Append a table of what each target keeps and loses of each kind of source. */
void pk_convert_list(struct pk_buf *out);

#endif
