/*
 * Joining builders. Parallel reading, merging of many files and shards on many machines are this
 * one function, so it must not matter in which order and grouping it is called: ids are translated
 * by value, sums are exact, and "missing" absorbs what it meets (a sum of which one part is unknown
 * is unknown).
 *
 * A slice that lacks a metric altogether is left out of that metric's sums, so slices are joined
 * only with slices that say the same metrics; others stay apart under the same process, thread and
 * labels.
 *
 * Self is the exception, of functions as of stacks: who lacks it adds nothing to the total either,
 * and totals must add up. (A stack row that lacks a metric had no sample of it; a function without
 * an entry of its own has no self in its producer's total.)
 */
#include "model/builder_private.h"

#include <stdint.h>
#include <string.h>

struct translation { /* ids of `from` to ids of `into` */
    uint32_t *texts, *metrics, *frames, *nodes, *edges, *slices;
};

/* The bytes of an interned text of either builder. */
static struct pk_str text_of(const struct pk_builder *builder, uint32_t id)
{
    return pk_intern_text(&builder->texts, id);
}

static uint32_t *room(uint32_t count)
{
    return pk_calloc(count, sizeof(uint32_t));
}

/* 0 when it does not fit. */
static int64_t power_of_ten(int exponent)
{
    int64_t power = 1;

    while (exponent-- > 0)
        if (__builtin_mul_overflow(power, 10, &power))
            return 0;
    return power;
}

/* Values of `from` are multiplied by this for the scale of `into`; 0 when it does not fit. */
static int64_t rescaling(const struct pk_builder *into, uint32_t mine,
                         const struct pk_builder *from, uint32_t metric)
{
    return power_of_ten(from->metrics.data[metric].scale - into->metrics.data[mine].scale);
}

/* Weigh all of a metric at once: every later sum of its values is below this one. Values that a
 * missing one absorbs are weighed too, or the order of merging would decide who fails. */
static void merge_magnitudes(struct pk_builder *into, uint32_t mine, const struct pk_builder *from,
                             uint32_t metric)
{
    int64_t factor = rescaling(into, mine, from, metric);

    for (unsigned family = 0; family < PK_FAMILIES; family++) {
        int64_t weight = (int64_t)from->magnitudes.data[metric].sum[family];

        if (!factor || __builtin_mul_overflow(weight, factor, &weight))
            weight = INT64_MAX;
        if (!factor) /* refused whatever else there is */
            pk_builder_weigh(into, mine, (enum pk_family)family, 1);
        pk_builder_weigh(into, mine, (enum pk_family)family, weight);
    }
}

/* Texts, metrics and frames: everything that is known by value. */
static void merge_names(struct pk_builder *into, const struct pk_builder *from,
                        struct translation *t)
{
    t->texts = room((uint32_t)from->texts.texts.size);
    for (uint32_t i = 0; i < from->texts.texts.size; i++)
        t->texts[i] = pk_intern_id(&into->texts, text_of(from, i));
    t->metrics = room((uint32_t)from->metrics.size);
    for (uint32_t i = 0; i < from->metrics.size; i++) {
        size_t before = into->metrics.size;
        uint32_t id = t->metrics[i] = pk_builder_metric(into, &from->metrics.data[i]);
        uint32_t rank = from->magnitudes.data[i].rank;

        if (id >= before || rank < into->magnitudes.data[id].rank)
            into->magnitudes.data[id].rank = rank;
        merge_magnitudes(into, id, from, i);
    }
    t->frames = room(from->frames.size);
    for (uint32_t i = 0; i < from->frames.size; i++) {
        const struct pk_frame_key *key = pk_map_key(&from->frames, i);

        t->frames[i] =
            pk_builder_frame(into, &(struct pk_frame){.name = text_of(from, key->name),
                                                      .file = text_of(from, key->file),
                                                      .module = text_of(from, key->module),
                                                      .line = key->line,
                                                      .kind = (enum pk_frame_kind)key->kind});
    }
}

/* Parents have lower ids than children, so a parent is translated before it is asked for. */
static void merge_shapes(struct pk_builder *into, const struct pk_builder *from,
                         struct translation *t)
{
    t->nodes = room(from->nodes.size);
    for (uint32_t i = 0; i < from->nodes.size; i++) {
        struct pk_node_key key = *(const struct pk_node_key *)pk_map_key(&from->nodes, i);
        uint32_t parent = key.parent == PK_NONE ? PK_NONE : t->nodes[key.parent];

        t->nodes[i] = pk_builder_node(into, parent, t->frames[key.frame], key.line);
    }
    t->edges = room(from->edges.size);
    for (uint32_t i = 0; i < from->edges.size; i++) {
        const struct pk_edge_key *key = pk_map_key(&from->edges, i);

        t->edges[i] = pk_builder_edge_id(into, t->frames[key->caller], t->frames[key->callee]);
    }
}

struct closed_slice { /* the identity of a slice whose file was read to its end */
    uint64_t metrics[4];
    uint32_t text, rung;
};

/* Zeroed padding is part of the key: there is none in this struct. */
static struct closed_slice closed(const struct pk_builder_slice *slice)
{
    struct closed_slice key = {.text = slice->text, .rung = (uint32_t)slice->rung};

    memcpy(key.metrics, slice->metrics, sizeof key.metrics);
    return key;
}

/* What a slice of `from` says, it says in the metrics of the other builder. */
static void add_metrics(struct pk_builder_slice *slice, const struct pk_builder_slice *theirs,
                        const struct pk_builder *from, const struct translation *t)
{
    for (uint32_t m = 0; m < from->metrics.size; m++)
        if (theirs->metrics[m / 64] >> (m % 64) & 1)
            slice->metrics[t->metrics[m] / 64] |= UINT64_C(1) << (t->metrics[m] % 64);
}

static void merge_slices(struct pk_builder *into, const struct pk_builder *from,
                         struct translation *t)
{
    struct pk_map index;

    pk_map_init(&index, sizeof(struct closed_slice));
    for (size_t i = 0; i < into->slices.size; i++) {
        struct closed_slice key = closed(&into->slices.data[i]);

        pk_map_add(&index, &key, NULL); /* ids of the index are ids of slices: no two are equal */
    }
    t->slices = room((uint32_t)from->slices.size);
    for (uint32_t i = 0; i < from->slices.size; i++) {
        struct pk_builder_slice slice = {.rung = from->slices.data[i].rung};
        struct closed_slice key;
        bool is_new;

        pk_builder_enter(into, &from->slices.data[i].slice);
        slice.slice = into->slice;
        slice.text = into->slice_text;
        add_metrics(&slice, &from->slices.data[i], from, t);
        key = closed(&slice);
        t->slices[i] = pk_map_add(&index, &key, &is_new);
        if (is_new)
            pk_array_push(&into->slices, slice);
        into->slices.data[t->slices[i]].has_lines |= from->slices.data[i].has_lines;
    }
    pk_map_fini(&index);
    pk_builder_enter(into, &(struct pk_slice){0});
}

/* Slices of a part are those of the whole, which is still being read: they say what both say. */
static void join_slices(struct pk_builder *whole, const struct pk_builder *part,
                        struct translation *t)
{
    struct pk_slice before = whole->slice;

    t->slices = room((uint32_t)part->slices.size);
    for (uint32_t i = 0; i < part->slices.size; i++) {
        pk_builder_enter(whole, &part->slices.data[i].slice);
        t->slices[i] = pk_builder_current(whole, part->slices.data[i].rung);
        add_metrics(&whole->slices.data[t->slices[i]], &part->slices.data[i], part, t);
    }
    pk_builder_enter(whole, &before);
}

/* One group of a row. A row that both have follows the strict rule of missing. Nothing here can
 * overflow: the magnitudes were added first. */
static void merge_group(struct pk_builder *into, struct pk_rows *rows, uint32_t mine, bool is_new,
                        const struct pk_builder *from, const int64_t *values, unsigned group,
                        enum pk_family family, const struct translation *t)
{
    int64_t *sums = pk_rows_edit(rows, mine, group);

    for (uint32_t m = 0; m < from->metrics.size; m++) {
        int64_t value = values[m], *sum = &sums[t->metrics[m]];

        if (!is_new && family != PK_FAMILY_SELF && (*sum == PK_MISSING || value == PK_MISSING)) {
            *sum = PK_MISSING;
            continue;
        }
        if (value == PK_MISSING)
            continue;
        value *= rescaling(into, t->metrics[m], from, m);
        *sum = *sum == PK_MISSING ? value : *sum + value;
    }
    pk_rows_done(rows, mine, group);
}

/* One row of self values or of an edge. */
static void merge_row(struct pk_builder *into, struct pk_rows *rows, const struct pk_builder *from,
                      const struct pk_rows *theirs, uint32_t row, struct pk_row_key key,
                      const struct translation *t, const enum pk_family family[2])
{
    bool is_new;
    uint32_t mine = pk_rows_at(rows, key.slice, key.item, &is_new);

    for (unsigned group = 0; group < theirs->groups; group++)
        merge_group(into, rows, mine, is_new, from, pk_rows_group(theirs, row, group), group,
                    family[group], t);
    for (unsigned i = 0; i < rows->tail; i++) {
        int64_t *sum = &pk_rows_counters(rows, mine)[i];
        int64_t value = pk_rows_counters(theirs, row)[i];

        if (is_new)
            *sum = value;
        else if (*sum == PK_MISSING || value == PK_MISSING ||
                 __builtin_add_overflow(*sum, value, sum))
            *sum = PK_MISSING;
    }
}

/* Stacks that are no nodes yet stay that. */
static void merge_stacks(struct pk_builder *into, const struct pk_builder *from,
                         const struct translation *t)
{
    PK_ARRAY(uint32_t) frames = {0};

    for (uint32_t id = 0; id < from->pending.list.size; id++) {
        const struct pk_stack_entry *entry = &from->pending.list.data[id];
        const uint32_t *items = from->pending.items.data + entry->start;
        uint32_t mine;
        bool is_new;

        frames.size = 0;
        pk_array_reserve(&frames, entry->n);
        for (uint32_t i = 0; i < entry->n; i++)
            frames.data[i] = t->frames[items[i]];
        mine = pk_pending_add(into, t->slices[entry->slice], frames.data,
                              entry->has_lines ? items + entry->n : NULL, entry->n, &is_new);
        merge_group(into, &into->pending_rows, mine, is_new, from,
                    pk_rows_group(&from->pending_rows, id, PK_SELF_GROUP), PK_SELF_GROUP,
                    PK_FAMILY_SELF, t);
    }
    pk_array_fini(&frames);
}

static void merge_rows(struct pk_builder *into, struct pk_rows *rows, const struct pk_builder *from,
                       const struct pk_rows *theirs, const uint32_t *items,
                       const struct translation *t, const enum pk_family family[2])
{
    for (uint32_t row = 0; row < theirs->keys.size; row++) {
        struct pk_row_key key = *(const struct pk_row_key *)pk_map_key(&theirs->keys, row);

        key.slice = t->slices[key.slice];
        key.item = items[key.item];
        merge_row(into, rows, from, theirs, row, key, t, family);
    }
}

/* LINES rows, brought to the metrics and scales of `into` one by one. */
static void merge_lines(struct pk_builder *into, const struct pk_builder *from,
                        const struct translation *t)
{
    const struct pk_line_rows *rows = &from->line_rows;
    int64_t *values = pk_calloc(into->metrics.size, sizeof *values);

    for (uint32_t row = 0; row < rows->keys.size; row++) {
        struct pk_line_key key = *(const struct pk_line_key *)pk_map_key(&rows->keys, row);
        const struct pk_builder_slice *slice = &from->slices.data[key.slice];

        for (uint32_t m = 0; m < into->metrics.size; m++)
            values[m] = PK_MISSING;
        for (uint32_t m = 0; m < from->metrics.size; m++) {
            int64_t value = pk_line_rows_value(rows, row, slice, m);

            if (value != PK_MISSING)
                values[t->metrics[m]] = value * rescaling(into, t->metrics[m], from, m);
        }
        key.slice = t->slices[key.slice];
        key.frame = t->frames[key.frame];
        key.file = t->texts[key.file];
        key.callee = key.callee == PK_NONE ? PK_NONE : t->frames[key.callee];
        pk_line_rows_merge(into, key, values, pk_line_rows_calls(rows, row));
    }
    pk_free(values);
}

/* Facts are a set, counters are sums. */
static void merge_origin(struct pk_builder *into, const struct pk_builder *from,
                         const struct translation *t)
{
    for (uint32_t i = 0; i < from->facts.size; i++) {
        const uint32_t *pair = pk_map_key(&from->facts, i);
        uint32_t mine[2] = {t->texts[pair[0]], t->texts[pair[1]]};

        pk_map_add(&into->facts, mine, NULL);
    }
    for (size_t i = 0; i < from->tallies.size; i++)
        pk_builder_tally(into, from->tallies.data[i].key, from->tallies.data[i].n);
}

static void translation_fini(struct translation *t)
{
    pk_free(t->texts);
    pk_free(t->metrics);
    pk_free(t->frames);
    pk_free(t->nodes);
    pk_free(t->edges);
    pk_free(t->slices);
}

/* A failed builder makes the sum fail: a part of it is not known. */
void pk_builder_merge(struct pk_builder *into, const struct pk_builder *from)
{
    static const enum pk_family self_family[2] = {PK_FAMILY_SELF, PK_FAMILY_INCL};
    static const enum pk_family edge_family[2] = {PK_FAMILY_EDGE_SELF, PK_FAMILY_EDGE_INCL};
    struct translation t = {0};

    if (pk_builder_failed(from, &into->error) || into->error.status != PK_OK)
        return;
    merge_names(into, from, &t);
    merge_shapes(into, from, &t);
    merge_slices(into, from, &t);
    if (into->error.status == PK_OK) {
        merge_rows(into, &into->self_rows, from, &from->self_rows, t.frames, &t, self_family);
        merge_rows(into, &into->edge_rows, from, &from->edge_rows, t.edges, &t, edge_family);
        merge_rows(into, &into->stack_rows, from, &from->stack_rows, t.nodes, &t, self_family);
        merge_stacks(into, from, &t);
        merge_lines(into, from, &t);
        pk_moments_merge(into, from, t.slices, t.nodes, t.metrics);
    }
    merge_origin(into, from, &t);
    pk_notes_merge(&into->notes, &from->notes);
    /* The path added last may be stale only in meaning, never in ids; forget it all the same. */
    into->last_frames.size = into->last_lines.size = into->last_nodes.size = 0;
    if (__builtin_add_overflow(into->magnitude_calls, from->magnitude_calls,
                               &into->magnitude_calls))
        pk_error_set(&into->error, PK_INPUT, pk_place_none(), "the sum of calls is beyond 64 bits");
    translation_fini(&t);
}

/* Sums are the same as between files; what differs is who shares a slice, and that notes of both
 * have places in one file. Stacks only: values of functions and edges follow another rule within a
 * file than between two. */
void pk_builder_join(struct pk_builder *whole, const struct pk_builder *part)
{
    static const enum pk_family family[2] = {PK_FAMILY_SELF, PK_FAMILY_INCL};
    struct translation t = {0};

    if (pk_builder_failed(part, &whole->error) || whole->error.status != PK_OK)
        return;
    merge_names(whole, part, &t);
    merge_shapes(whole, part, &t);
    join_slices(whole, part, &t);
    if (whole->error.status == PK_OK) {
        merge_rows(whole, &whole->stack_rows, part, &part->stack_rows, t.nodes, &t, family);
        merge_stacks(whole, part, &t);
        pk_moments_merge(whole, part, t.slices, t.nodes, t.metrics);
    }
    merge_origin(whole, part, &t);
    pk_notes_join(&whole->notes, &part->notes);
    whole->last_frames.size = whole->last_lines.size = whole->last_nodes.size = 0;
    translation_fini(&t);
}
