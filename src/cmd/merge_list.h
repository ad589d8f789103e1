/*
 * What a merge reads: operands, a list of files, a part of all of them. Layer:
 * cmd.
 */
#ifndef PK_CMD_MERGE_LIST_H
#define PK_CMD_MERGE_LIST_H

#include "cmd/common.h" /* IWYU pragma: export */

/* Add the names of --files-from to the operands, then keep the part that
 * --shard asks for. The names live in `arena`. False fills `error`: PK_INPUT
 * for a list that cannot be read, PK_USAGE for one without a file, or a part
 * that has none. */
bool pk_merge_list(struct pk_args *args, struct pk_arena *arena, struct pk_error *error);

#endif
