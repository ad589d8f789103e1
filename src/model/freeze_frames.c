/*
 * The frames of a profile: which there are, their texts, and their canonical order (by name, file,
 * line, module, kind).
 *
 * A file may have ten million functions, and this is where builder and profile both have them. So
 * the texts of a builder that is taken are not copied but change their owner, and what is put in
 * order are numbers, which go before there are frames twice.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/sort.h"
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

/* --- their order: names stand anywhere in memory, so a few bytes of each are looked at at a time
 * --- */

#define CHUNK sizeof(uint64_t)
#define AHEAD 16u /* names that memory may fetch meanwhile */
#define CHUNKS 4u /* of a name that are compared as numbers; then frames are, one with another */

static struct pk_str text_of(const struct pk_builder *b, uint32_t text)
{
    return pk_intern_text(&b->texts, text);
}

static int compare_uint(uint32_t a, uint32_t b)
{
    return (a > b) - (a < b);
}

/* The canonical order; validate.c has its own copy of it, on purpose. */
static int order_frames(const void *left, const void *right, void *freezing)
{
    const struct pk_builder *b = ((const struct pk_freezing *)freezing)->builder;
    const struct pk_frame_key *l = pk_map_key(&b->frames, ((const struct pk_sorted *)left)->id);
    const struct pk_frame_key *r = pk_map_key(&b->frames, ((const struct pk_sorted *)right)->id);
    int order = pk_str_compare(text_of(b, l->name), text_of(b, r->name));

    if (!order)
        order = pk_str_compare(text_of(b, l->file), text_of(b, r->file));
    if (!order)
        order = compare_uint(l->line, r->line);
    if (!order)
        order = pk_str_compare(text_of(b, l->module), text_of(b, r->module));
    return order ? order : compare_uint(l->kind, r->kind);
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

/* Frames of the builder and their names, which are equal up to the `from`th byte: the key is the
 * chunk there, its first byte foremost, with zeros behind its end. Two that a chunk tells apart are
 * in order by it, as zeros are no more than any byte; the rest is for the next chunk to say. */
static void sort(struct pk_sorted *placed, struct pk_sorted *spare, uint32_t n, size_t from,
                 struct pk_freezing *f)
{
    const struct pk_builder *b = f->builder;
    uint32_t end;

    if (from == CHUNKS * CHUNK) {
        qsort_r(placed, n, sizeof *placed, order_frames, f);
        return;
    }
    for (uint32_t i = 0; i < n; i++) {
        if (i + 2 * AHEAD < n)
            __builtin_prefetch(&b->texts.texts.data[placed[i + 2 * AHEAD].other]);
        if (i + AHEAD < n)
            __builtin_prefetch(text_of(b, placed[i + AHEAD].other).data + from);
        placed[i].key = chunk_of(text_of(b, placed[i].other), from);
    }
    pk_sort(placed, spare, n);
    for (uint32_t i = 0; i < n; i = end) {
        end = i + 1;
        while (end < n && placed[end].key == placed[i].key)
            end++;
        if (end > i + 1)
            sort(placed + i, spare, end - i, from + CHUNK, f);
    }
}

/* The frames of the builder that are used, as they are to stand. */
static uint32_t *order_of(struct pk_freezing *f, const bool *used, uint32_t *n)
{
    const struct pk_builder *b = f->builder;
    struct pk_sorted *placed = pk_calloc(b->frames.size, sizeof *placed), *spare;
    uint32_t *order;

    *n = 0;
    for (uint32_t i = 0; i < b->frames.size; i++) {
        const struct pk_frame_key *key = pk_map_key(&b->frames, i);

        if (used[i])
            placed[(*n)++] = (struct pk_sorted){.id = i, .other = key->name};
    }
    spare = pk_calloc(*n, sizeof *spare);
    sort(placed, spare, *n, 0, f);
    pk_free(spare);
    order = pk_calloc(*n, sizeof *order);
    for (uint32_t i = 0; i < *n; i++)
        order[i] = placed[i].id;
    pk_free(placed);
    return order;
}

/* What copying will look at; first the frame, and nearer to that its name. */
static void expect(const struct pk_builder *b, const uint32_t *order, uint32_t n, uint32_t i)
{
    const struct pk_frame_key *key;

    if (i + 2 * AHEAD < n)
        __builtin_prefetch(pk_map_key(&b->frames, order[i + 2 * AHEAD]));
    if (i + AHEAD >= n)
        return;
    key = pk_map_key(&b->frames, order[i + AHEAD]);
    __builtin_prefetch(&b->texts.texts.data[key->name]);
}

/* Where each frame is to stand becomes its id. */
void pk_freeze_frames(struct pk_freezing *f, struct pk_profile *profile)
{
    const struct pk_builder *b = f->builder;
    bool *used = pk_calloc(b->frames.size, sizeof *used);
    uint32_t *order;

    mark_used(f, used);
    order = order_of(f, used, &profile->n_frames);
    pk_free(used);
    f->frame_id = pk_calloc(b->frames.size, sizeof *f->frame_id);
    memset(f->frame_id, 0xff, b->frames.size * sizeof *f->frame_id); /* PK_NONE */
    profile->frames = PK_NEW_ARRAY(&profile->arena, struct pk_frame, profile->n_frames);
    for (uint32_t i = 0; i < profile->n_frames; i++) {
        const struct pk_frame_key *key = pk_map_key(&b->frames, order[i]);

        expect(b, order, profile->n_frames, i);
        f->frame_id[order[i]] = i;
        profile->frames[i] = (struct pk_frame){.name = pk_freeze_text(f, profile, key->name),
                                               .file = pk_freeze_text(f, profile, key->file),
                                               .module = pk_freeze_text(f, profile, key->module),
                                               .line = key->line,
                                               .kind = (enum pk_frame_kind)key->kind};
    }
    pk_free(order);
    pk_freeze_release_frames(f);
}
