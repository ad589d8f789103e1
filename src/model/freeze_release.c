/*
 * Giving back what freezing has used of a builder that nobody needs afterwards. A hostile file has
 * a few bytes for each function, edge or line, and both builder and profile have a place for each:
 * what the one no longer needs is what the other may take (RELIABILITY.md, memory).
 *
 * Each function does nothing for a builder that stays. The record reads all rows last, so where it
 * is made the rows stay until then.
 */
#include <stdbool.h>
#include <stddef.h>

#include "model/freeze_private.h"

void pk_freeze_release_lookups(const struct pk_freezing *freezing)
{
    struct pk_builder *b = freezing->taken;

    if (!b)
        return;
    pk_intern_seal(&b->texts);
    pk_map_seal(&b->frames);
    pk_map_seal(&b->nodes);
    pk_map_seal(&b->edges);
    pk_edge_runs_fini(&b->edge_runs);
    pk_rows_seal(&b->self_rows);
    pk_rows_seal(&b->edge_rows);
    pk_rows_seal(&b->stack_rows);
    pk_map_seal(&b->line_rows.keys);
    pk_free(b->pending.slots);
    b->pending.slots = NULL;
    pk_map_fini(&b->slice_index);
    pk_array_fini(&b->slice_ids);
    pk_array_fini(&b->last_frames);
    pk_array_fini(&b->last_lines);
    pk_array_fini(&b->last_nodes);
}

/* Lines read which slice they are of and the texts of their files until their table stands. */
static bool are_lines_kept(const struct pk_freezing *freezing)
{
    return freezing->keep.parts & (PK_KEEP_LINES | PK_KEEP_RECORD);
}

void pk_freeze_release_frames(const struct pk_freezing *freezing)
{
    if (freezing->taken)
        pk_map_fini(&freezing->taken->frames);
}

void pk_freeze_release_unwanted_lines(const struct pk_freezing *freezing)
{
    if (freezing->taken && !are_lines_kept(freezing))
        pk_line_rows_fini(&freezing->taken->line_rows);
}

void pk_freeze_release_texts(const struct pk_freezing *freezing)
{
    if (freezing->taken && !are_lines_kept(freezing))
        pk_intern_fini(&freezing->taken->texts);
}

void pk_freeze_release_nodes(const struct pk_freezing *freezing)
{
    if (freezing->taken && !(freezing->keep.parts & PK_KEEP_RECORD))
        pk_map_fini(&freezing->taken->nodes);
}

void pk_freeze_release_rows(const struct pk_freezing *freezing, const struct pk_rows *rows)
{
    struct pk_builder *b = freezing->taken;

    if (!b || freezing->is_mixed || freezing->keep.parts & PK_KEEP_RECORD)
        return;
    if (rows == &b->self_rows)
        pk_rows_fini(&b->self_rows);
    else if (rows == &b->edge_rows)
        pk_rows_fini(&b->edge_rows);
    else
        pk_rows_fini(&b->stack_rows);
}
