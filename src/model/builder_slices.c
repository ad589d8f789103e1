/*
 * The slices of a builder: equal ones are one, and a slice is split by the rung it is recorded at.
 * Each is found by a text that spells it out, so that a map of ids serves.
 */
#include <stdint.h>
#include <string.h>

#include "model/builder_private.h"

/* Lengths in front, so that no two slices share a text whatever bytes their names hold. */
static void serialise(struct pk_buf *out, struct pk_str s)
{
    pk_buf_char(out, s.data ? 's' : '-');
    pk_buf_int(out, (int64_t)s.size);
    pk_buf_char(out, ' ');
    pk_buf_str(out, s);
}

/* The interned copy, which lives as long as the builder. */
static struct pk_str keep(struct pk_builder *builder, struct pk_str s)
{
    return pk_intern_text(&builder->texts, pk_intern_id(&builder->texts, s));
}

/* By key, then value: labels are a set. */
static int label_order(const struct pk_label *a, const struct pk_label *b)
{
    int order = pk_str_compare(a->key, b->key);

    return order ? order : pk_str_compare(a->value, b->value);
}

/* Labels are few: insertion sort, so that equal sets are equal slices. */
static const struct pk_label *keep_labels(struct pk_builder *builder, const struct pk_slice *slice)
{
    struct pk_label *labels = PK_NEW_ARRAY(&builder->arena, struct pk_label, slice->n_labels);

    for (uint32_t i = 0; i < slice->n_labels; i++) {
        struct pk_label label = {keep(builder, slice->labels[i].key),
                                 keep(builder, slice->labels[i].value)};
        uint32_t at = i;

        for (; at > 0 && label_order(&label, &labels[at - 1]) < 0; at--)
            labels[at] = labels[at - 1];
        labels[at] = label;
    }
    return labels;
}

/* The slice itself is only made when something is recorded in it. */
void pk_builder_enter(struct pk_builder *builder, const struct pk_slice *slice)
{
    struct pk_buf text = {0};
    struct pk_slice kept = {.process = keep(builder, slice->process),
                            .thread = keep(builder, slice->thread)};

    if (slice->n_labels) {
        kept.labels = keep_labels(builder, slice);
        kept.n_labels = slice->n_labels;
    }
    serialise(&text, kept.process);
    serialise(&text, kept.thread);
    for (uint32_t i = 0; i < kept.n_labels; i++) {
        serialise(&text, kept.labels[i].key);
        serialise(&text, kept.labels[i].value);
    }
    builder->slice = kept;
    builder->slice_text = pk_intern_id(&builder->texts, pk_buf_view(&text));
    for (unsigned rung = 0; rung <= PK_TREE; rung++)
        builder->current[rung] = PK_NONE;
    pk_buf_fini(&text);
}

void pk_builder_slice(struct pk_builder *builder, const struct pk_slice *slice)
{
    pk_builder_enter(builder, slice);
}

/* Closed slices stay out of slice_index, as merged ones do: several may share text and rung. */
uint32_t pk_builder_closed_slice(struct pk_builder *builder, const struct pk_slice *slice,
                                 enum pk_rung rung, const uint64_t metrics[4])
{
    struct pk_builder_slice closed = {.rung = rung};

    pk_builder_enter(builder, slice);
    closed.slice = builder->slice;
    closed.text = builder->slice_text;
    memcpy(closed.metrics, metrics, sizeof closed.metrics);
    pk_array_push(&builder->slices, closed);
    return (uint32_t)builder->slices.size - 1;
}

void pk_builder_resume(struct pk_builder *builder, uint32_t closed)
{
    const struct pk_builder_slice *slice = &builder->slices.data[closed];

    builder->slice = slice->slice;
    builder->slice_text = slice->text;
    builder->rung = slice->rung;
    for (unsigned rung = 0; rung <= PK_TREE; rung++)
        builder->current[rung] = PK_NONE;
    builder->current[slice->rung] = closed;
}

/* Slices of one text but different rungs are two slices; the rung is known only now. */
uint32_t pk_builder_current(struct pk_builder *builder, enum pk_rung rung)
{
    if (builder->current[rung] == PK_NONE) {
        uint32_t key[2] = {builder->slice_text, (uint32_t)rung};
        bool is_new;
        uint32_t id = pk_map_add(&builder->slice_index, key, &is_new);

        if (is_new) {
            pk_array_push(&builder->slice_ids, (uint32_t)builder->slices.size);
            pk_array_push(&builder->slices,
                          ((struct pk_builder_slice){
                              .slice = builder->slice, .text = builder->slice_text, .rung = rung}));
        }
        builder->current[rung] = builder->slice_ids.data[id];
    }
    return builder->current[rung];
}

void pk_builder_recorded_at(struct pk_builder *builder, enum pk_rung rung)
{
    builder->rung = rung;
}
