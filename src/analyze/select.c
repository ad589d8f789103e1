/*
 * Choosing slices: see select.h. Names are matched once for each slice and once for each frame that
 * stands for a process or thread, never for each sample.
 */
#include "analyze/select.h"

#include <stddef.h>
#include <stdint.h>

/* The bit of a key: that of its earlier patterns, else the next; 0 when there are no more. */
static uint32_t bit_of(const struct pk_select *select, struct pk_str key)
{
    unsigned used = (unsigned)__builtin_popcount(select->wanted / PK_SELECT_LABEL);

    for (size_t i = 0; i < select->wants.size; i++) /* a handful: a linear search */
        if (select->wants.data[i].bit >= PK_SELECT_LABEL &&
            pk_str_equal(select->wants.data[i].key, key))
            return select->wants.data[i].bit;
    return used < PK_SELECT_KEYS ? PK_SELECT_LABEL << used : 0;
}

bool pk_select_add(struct pk_select *select, uint32_t bit, struct pk_str key,
                   struct pk_match *match)
{
    if (bit == PK_SELECT_LABEL)
        bit = bit_of(select, key);
    if (!bit)
        return false;
    pk_array_push(&select->wants, ((struct pk_select_want){bit, key, match}));
    select->wanted |= bit;
    return true;
}

void pk_select_fini(struct pk_select *select)
{
    for (size_t i = 0; i < select->wants.size; i++)
        pk_match_free(select->wants.data[i].match);
    pk_array_fini(&select->wants);
}

/* The bits of the patterns that a text fits; `bits` are those that are asked for. */
static uint32_t fit(const struct pk_select *select, uint32_t bits, struct pk_str key,
                    struct pk_str text, struct pk_error *error)
{
    uint32_t found = 0;

    for (size_t i = 0; i < select->wants.size && text.data; i++) {
        const struct pk_select_want *want = &select->wants.data[i];

        if (want->bit & bits && !(want->bit & found) &&
            (want->bit < PK_SELECT_LABEL || pk_str_equal(want->key, key)) &&
            pk_match_find(want->match, text, error))
            found |= want->bit;
    }
    return found;
}

static void look_at_slice(struct pk_selection *selection, const struct pk_select *select,
                          const struct pk_record_slice *record, uint32_t s, struct pk_error *error)
{
    const struct pk_slice *slice = &record->slice;
    uint32_t *has = &selection->slice[s], *asks = &selection->asks[s];

    *has = fit(select, PK_SELECT_PROCESS, PK_STR_NULL, slice->process, error) |
           fit(select, PK_SELECT_THREAD, PK_STR_NULL, slice->thread, error);
    for (uint32_t i = 0; i < slice->n_labels; i++)
        *has |= fit(select, ~(PK_SELECT_PROCESS | PK_SELECT_THREAD), slice->labels[i].key,
                    slice->labels[i].value, error);
    if (record->rung == PK_TREE)
        *asks = (slice->process.data ? 0 : PK_SELECT_PROCESS) |
                (slice->thread.data ? 0 : PK_SELECT_THREAD);
    *asks &= selection->wanted;
    selection->is_taken[s] = (*has | *asks) == selection->wanted;
}

/* Parents come first, so what a path has is what its caller has and its own frame. */
static void look_at_nodes(struct pk_selection *selection, const struct pk_select *select,
                          const struct pk_profile *profile, struct pk_error *error)
{
    const struct pk_tree *tree = pk_record_tree(profile);
    uint32_t *frames = pk_calloc(pk_profile_frames(profile), sizeof *frames);

    for (pk_frame_id f = 0; f < pk_profile_frames(profile) && error->status == PK_OK; f++) {
        const struct pk_frame *frame = pk_profile_frame(profile, f);

        if (frame->kind == PK_KIND_PROCESS || frame->kind == PK_KIND_THREAD)
            frames[f] =
                fit(select, frame->kind == PK_KIND_PROCESS ? PK_SELECT_PROCESS : PK_SELECT_THREAD,
                    PK_STR_NULL, frame->name, error);
    }
    selection->node = pk_calloc(tree ? tree->n : 0, sizeof *selection->node);
    for (pk_node_id i = 0; tree && i < tree->n; i++)
        selection->node[i] = frames[tree->frame[i]] |
                             (tree->parent[i] == PK_NONE ? 0 : selection->node[tree->parent[i]]);
    pk_free(frames);
}

bool pk_selection_init(struct pk_selection *selection, const struct pk_select *select,
                       const struct pk_profile *profile, struct pk_error *error)
{
    uint32_t n = pk_record_slices(profile);

    *selection = (struct pk_selection){.wanted = select->wanted,
                                       .slice = pk_calloc(n, sizeof *selection->slice),
                                       .asks = pk_calloc(n, sizeof *selection->asks),
                                       .is_taken = pk_calloc(n, sizeof *selection->is_taken)};
    for (uint32_t s = 0; s < n && error->status == PK_OK; s++)
        look_at_slice(selection, select, pk_record_slice(profile, s), s, error);
    if (error->status == PK_OK)
        look_at_nodes(selection, select, profile, error);
    return error->status == PK_OK;
}

void pk_selection_fini(struct pk_selection *selection)
{
    pk_free(selection->slice);
    pk_free(selection->asks);
    pk_free(selection->node);
    pk_free(selection->is_taken);
}

bool pk_selection_takes(const struct pk_selection *selection, uint32_t slice, pk_node_id node)
{
    uint32_t has = selection->slice[slice] | (selection->asks[slice] & selection->node[node]);

    return (has & selection->wanted) == selection->wanted;
}
