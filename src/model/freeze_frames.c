/*
 * The frames of a profile: which there are, their texts, and their canonical order (by name, file,
 * line, module, kind).
 *
 * A file may have ten million functions, and this is where builder and profile both have them. So
 * the texts of a builder that is taken are not copied but change their owner, frames are put in
 * order where they stand, by numbers, and the builder's own go before that.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "model/freeze_private.h"

/* --- texts --- */

void pk_freeze_own_texts(struct pk_freezing *freezing, struct pk_profile *profile)
{
    struct pk_builder *b = freezing->taken;

    if (!b) {
        freezing->kept = pk_calloc(freezing->builder->texts.texts.size, sizeof *freezing->kept);
        return;
    }
    profile->texts = b->texts.arena;
    pk_arena_init(&b->texts.arena);
}

/* Copied once, since many functions share a file. */
struct pk_str pk_freeze_text(const struct pk_freezing *freezing, struct pk_profile *profile,
                             uint32_t text)
{
    struct pk_str *kept;

    if (freezing->taken)
        return pk_intern_text(&freezing->builder->texts, text);
    kept = &freezing->kept[text];
    if (!kept->data)
        *kept = pk_arena_str(&profile->arena, pk_intern_text(&freezing->builder->texts, text));
    return *kept;
}

/* --- which there are --- */

/* Frames that chosen stacks pass through. Callers stand before their callees, so going backwards
 * every node is known when it is met. */
static void mark_stacks(const struct pk_freezing *f, bool *used)
{
    const struct pk_builder *b = f->builder;
    bool *seen = pk_calloc(b->nodes.size, sizeof *seen);

    for (uint32_t i = 0; i < b->stack_rows.keys.size; i++) {
        const struct pk_row_key *key = pk_map_key(&b->stack_rows.keys, i);

        if (f->is_chosen[key->slice])
            seen[key->item] = true;
    }
    for (uint32_t i = b->nodes.size; i-- > 0;) {
        const struct pk_node_key *node = pk_map_key(&b->nodes, i);

        if (!seen[i])
            continue;
        used[node->frame] = true;
        if (node->parent != PK_NONE)
            seen[node->parent] = true;
    }
    pk_free(seen);
}

/* Only frames that chosen rows speak of: a filtered profile must not show what it does not hold. */
static void mark_used(const struct pk_freezing *f, bool *used)
{
    const struct pk_builder *b = f->builder;

    mark_stacks(f, used);
    for (uint32_t i = 0; i < b->self_rows.keys.size; i++) {
        const struct pk_row_key *key = pk_map_key(&b->self_rows.keys, i);

        if (f->is_chosen[key->slice])
            used[key->item] = true;
    }
    for (uint32_t i = 0; i < b->edge_rows.keys.size; i++) {
        const struct pk_row_key *key = pk_map_key(&b->edge_rows.keys, i);
        const struct pk_edge_key *edge = pk_map_key(&b->edges, key->item);

        if (f->is_chosen[key->slice])
            used[edge->caller] = used[edge->callee] = true;
    }
    for (uint32_t id = 0; id < b->pending.list.size; id++) {
        const struct pk_stack_entry *entry = &b->pending.list.data[id];

        for (uint32_t i = 0; f->is_chosen[entry->slice] && i < entry->n; i++)
            used[b->pending.items.data[entry->start + i]] = true;
    }
    for (uint32_t i = 0; i < b->line_rows.keys.size; i++) {
        const struct pk_line_key *key = pk_map_key(&b->line_rows.keys, i);

        if (!f->is_chosen[key->slice])
            continue;
        used[key->frame] = true;
        if (key->callee != PK_NONE)
            used[key->callee] = true;
    }
}

/* --- their order --- */

static int compare_uint(uint32_t a, uint32_t b)
{
    return (a > b) - (a < b);
}

/* The canonical order; validate.c has its own copy of it, on purpose. */
static int order_frames(const void *left, const void *right, void *frames)
{
    const struct pk_frame *a = (const struct pk_frame *)frames + *(const uint32_t *)left;
    const struct pk_frame *b = (const struct pk_frame *)frames + *(const uint32_t *)right;
    int order = pk_str_compare(a->name, b->name);

    if (!order)
        order = pk_str_compare(a->file, b->file);
    if (!order)
        order = compare_uint(a->line, b->line);
    if (!order)
        order = pk_str_compare(a->module, b->module);
    return order ? order : compare_uint((uint32_t)a->kind, (uint32_t)b->kind);
}

/* --- sorting: names stand anywhere in memory, so a few bytes of each are looked at at a time ---
 */

#define CHUNK sizeof(uint64_t)
#define AHEAD 16u /* names that memory may fetch meanwhile */
#define MANY 64u  /* from so many on counting is faster than comparing */
#define CHUNKS 4u /* of a name that are compared as numbers; then frames are, one with another */

struct placed {
    uint64_t chunk; /* of the name, its first byte foremost, with zeros behind its end */
    uint32_t frame;
};

static int order_chunks(const void *left, const void *right)
{
    const struct placed *a = left, *b = right;

    return (a->chunk > b->chunk) - (a->chunk < b->chunk);
}

static int order_placed(const void *left, const void *right, void *frames)
{
    return order_frames(&((const struct placed *)left)->frame,
                        &((const struct placed *)right)->frame, frames);
}

static uint64_t chunk_of(struct pk_str name, size_t from)
{
    unsigned char bytes[CHUNK] = {0};
    uint64_t chunk = 0;

    if (from < name.size)
        memcpy(bytes, name.data + from, name.size - from < CHUNK ? name.size - from : CHUNK);
    for (size_t i = 0; i < CHUNK; i++)
        chunk = chunk << 8 | bytes[i];
    return chunk;
}

/* By chunk, byte by byte from the last on: comparing would guess wrong every other time. */
static void sort_many(struct placed *placed, struct placed *spare, uint32_t n)
{
    static const unsigned values = 256;

    for (unsigned shift = 0; shift < 8 * CHUNK; shift += 8) {
        uint32_t at[256] = {0}, sum = 0;

        for (uint32_t i = 0; i < n; i++)
            at[placed[i].chunk >> shift & 255]++;
        if (at[placed[0].chunk >> shift & 255] == n)
            continue;
        for (unsigned value = 0; value < values; value++) {
            uint32_t count = at[value];

            at[value] = sum;
            sum += count;
        }
        for (uint32_t i = 0; i < n; i++)
            spare[at[placed[i].chunk >> shift & 255]++] = placed[i];
        memcpy(placed, spare, n * sizeof *placed);
    }
}

/* Frames whose names are equal up to the `from`th byte. Two that a chunk tells apart are in order
 * by it, as zeros are no more than any byte; the rest is for the next chunk to say. */
static void sort(struct placed *placed, struct placed *spare, uint32_t n, size_t from,
                 struct pk_frame *frames)
{
    uint32_t end;

    if (from == CHUNKS * CHUNK) {
        qsort_r(placed, n, sizeof *placed, order_placed, frames);
        return;
    }
    for (uint32_t i = 0; i < n && from > 0; i++)
        __builtin_prefetch(&frames[placed[i].frame]);
    for (uint32_t i = 0; i < n; i++) {
        if (i + AHEAD < n)
            __builtin_prefetch(frames[placed[i + AHEAD].frame].name.data + from);
        placed[i].chunk = chunk_of(frames[placed[i].frame].name, from);
    }
    if (n >= MANY)
        sort_many(placed, spare, n);
    else
        qsort(placed, n, sizeof *placed, order_chunks);
    for (uint32_t i = 0; i < n; i = end) {
        end = i + 1;
        while (end < n && placed[end].chunk == placed[i].chunk)
            end++;
        if (end > i + 1)
            sort(placed + i, spare, end - i, from + CHUNK, frames);
    }
}

/* The frames as they are to stand. */
static uint32_t *order_of(struct pk_frame *frames, uint32_t n)
{
    struct placed *placed = pk_calloc(n, sizeof *placed), *spare = pk_calloc(n, sizeof *spare);
    uint32_t *order = pk_calloc(n, sizeof *order);

    for (uint32_t i = 0; i < n; i++)
        placed[i].frame = i;
    sort(placed, spare, n, 0, frames);
    pk_free(spare);
    for (uint32_t i = 0; i < n; i++)
        order[i] = placed[i].frame;
    pk_free(placed);
    return order;
}

/* Where each frame is to stand becomes its id. */
static void number(struct pk_freezing *f, const uint32_t *order, uint32_t n, size_t n_builder)
{
    uint32_t *place = pk_calloc(n, sizeof *place);

    for (uint32_t i = 0; i < n; i++)
        place[order[i]] = i;
    for (size_t i = 0; i < n_builder; i++)
        if (f->frame_id[i] != PK_NONE)
            f->frame_id[i] = place[f->frame_id[i]];
    pk_free(place);
}

/* Circle by circle: each frame moves to where the one before it in the circle has left. */
static void move_frames(struct pk_frame *frames, uint32_t *order, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        struct pk_frame first = frames[i];
        uint32_t at = i;

        while (order[at] != i) {
            uint32_t from = order[at];

            frames[at] = frames[from];
            order[at] = at;
            at = from;
        }
        frames[at] = first;
        order[at] = at;
    }
}

/* The frames in the order of the builder, and for each of its ids the place among them. */
static void copy_frames(struct pk_freezing *f, struct pk_profile *profile)
{
    const struct pk_builder *b = f->builder;
    bool *used = pk_calloc(b->frames.size, sizeof *used);
    uint32_t n = 0;

    mark_used(f, used);
    f->frame_id = pk_calloc(b->frames.size, sizeof *f->frame_id);
    for (uint32_t i = 0; i < b->frames.size; i++)
        f->frame_id[i] = used[i] ? n++ : PK_NONE;
    pk_free(used);
    profile->n_frames = n;
    profile->frames = PK_NEW_ARRAY(&profile->arena, struct pk_frame, n);
    for (uint32_t i = 0; i < b->frames.size; i++) {
        const struct pk_frame_key *key = pk_map_key(&b->frames, i);

        if (f->frame_id[i] == PK_NONE)
            continue;
        profile->frames[f->frame_id[i]] =
            (struct pk_frame){.name = pk_freeze_text(f, profile, key->name),
                              .file = pk_freeze_text(f, profile, key->file),
                              .module = pk_freeze_text(f, profile, key->module),
                              .line = key->line,
                              .kind = (enum pk_frame_kind)key->kind};
    }
}

void pk_freeze_frames(struct pk_freezing *freezing, struct pk_profile *profile)
{
    size_t n_builder = freezing->builder->frames.size;
    uint32_t *order;

    copy_frames(freezing, profile);
    pk_freeze_release_frames(freezing);
    order = order_of(profile->frames, profile->n_frames);
    number(freezing, order, profile->n_frames, n_builder);
    move_frames(profile->frames, order, profile->n_frames);
    pk_free(order);
}
