/*
 * From a builder to a profile: the canonical order, then the tables. Order is what makes equal
 * profiles equal bytes: frames by (name, file, line, module, kind), metrics by their place in their
 * files, slices and facts by their texts. Nothing here may depend on ids of the builder, since they
 * depend on the order of reading.
 *
 * A profile whose slices were recorded at different rungs gets a part for each rung, and sums of
 * the parts as its own tables.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "model/freeze_private.h"
#include "model/validate.h"

/* The question every sum asks of every row; a slice without the metric is left out of its sums. */
bool pk_freeze_says(const struct pk_freezing *freezing, uint32_t slice, enum pk_rung rung,
                    uint32_t m)
{
    const struct pk_builder_slice *s = &freezing->builder->slices.data[slice];
    uint32_t metric = freezing->metric_of[m];

    return freezing->is_chosen[slice] && s->rung == rung &&
           (s->metrics[metric / 64] >> (metric % 64) & 1);
}

/* --- metrics, slices, origin
 * --------------------------------------------------------------------------- */

static int compare_uint(uint32_t a, uint32_t b)
{
    return (a > b) - (a < b);
}

/* Files name their main metric first: their order is kept, and bytes decide between files. */
static bool metric_before(const struct pk_builder *b, uint32_t left, uint32_t right)
{
    const struct pk_metric *x = &b->metrics.data[left], *y = &b->metrics.data[right];
    int order = compare_uint(b->magnitudes.data[left].rank, b->magnitudes.data[right].rank);

    if (!order)
        order = pk_str_compare(x->name, y->name);
    return order ? order < 0 : x->unit < y->unit;
}

static void freeze_metrics(struct pk_freezing *f, struct pk_profile *profile)
{
    const struct pk_builder *b = f->builder;

    profile->n_metrics = (uint32_t)b->metrics.size;
    profile->metrics = PK_NEW_ARRAY(&profile->arena, struct pk_metric, profile->n_metrics);
    profile->ranks = PK_NEW_ARRAY(&profile->arena, uint32_t, profile->n_metrics);
    profile->totals = PK_NEW_ARRAY(&profile->arena, int64_t, profile->n_metrics);
    f->metric_of = pk_calloc(profile->n_metrics, sizeof *f->metric_of);
    for (uint32_t i = 0; i < profile->n_metrics; i++) { /* at most 256: insertion sort */
        uint32_t at = i;

        for (; at > 0 && metric_before(b, i, f->metric_of[at - 1]); at--)
            f->metric_of[at] = f->metric_of[at - 1];
        f->metric_of[at] = i;
    }
    for (uint32_t i = 0; i < profile->n_metrics; i++) {
        profile->metrics[i] = b->metrics.data[f->metric_of[i]];
        profile->metrics[i].name = pk_arena_str(&profile->arena, profile->metrics[i].name);
        profile->ranks[i] = b->magnitudes.data[f->metric_of[i]].rank;
    }
}

/* The builder sorted the labels already. */
static struct pk_slice copy_slice(struct pk_arena *arena, const struct pk_slice *slice)
{
    struct pk_label *labels = PK_NEW_ARRAY(arena, struct pk_label, slice->n_labels);

    for (uint32_t i = 0; i < slice->n_labels; i++)
        labels[i] = (struct pk_label){pk_arena_str(arena, slice->labels[i].key),
                                      pk_arena_str(arena, slice->labels[i].value)};
    return (struct pk_slice){pk_arena_str(arena, slice->process),
                             pk_arena_str(arena, slice->thread), labels, slice->n_labels};
}

struct ordered_slice {
    struct pk_str text;
    const struct pk_builder_slice *slice;
    uint32_t id;
};

/* The serialised form compares all parts at once, with equal slices side by side. */
static int order_slices(const void *left, const void *right)
{
    const struct ordered_slice *a = left, *b = right;

    return pk_str_compare(a->text, b->text);
}

/* What each slice adds up to: self rows and stacks, by profile metric. */
static void slice_sums(const struct pk_freezing *f, const struct pk_rows *rows,
                       struct pk_profile *profile)
{
    for (uint32_t row = 0; row < rows->keys.size; row++) {
        const struct pk_row_key *key = pk_map_key(&rows->keys, row);

        if (!f->is_chosen[key->slice])
            continue;
        for (uint32_t m = 0; m < profile->n_metrics; m++)
            pk_sum_add(&profile->slice_totals[m][f->slice_id[key->slice]],
                       pk_rows_group(rows, row, PK_SELF_GROUP)[f->metric_of[m]]);
    }
}

/* Slices that differ only in rung or in the metrics they say are one to a reader of the profile. */
static void freeze_slices(struct pk_freezing *f, struct pk_profile *profile)
{
    const struct pk_builder *b = f->builder;
    struct ordered_slice *order = pk_calloc(b->slices.size, sizeof *order);
    uint32_t n = 0;

    f->slice_id = pk_calloc(b->slices.size, sizeof *f->slice_id);
    for (uint32_t i = 0; i < b->slices.size; i++)
        if (f->is_chosen[i])
            order[n++] = (struct ordered_slice){pk_intern_text(&b->texts, b->slices.data[i].text),
                                                &b->slices.data[i], i};
    qsort(order, n, sizeof *order, order_slices);
    profile->slices = PK_NEW_ARRAY(&profile->arena, struct pk_slice, n);
    for (uint32_t i = 0; i < n; i++) {
        if (i == 0 || order_slices(&order[i - 1], &order[i]) != 0)
            profile->slices[profile->n_slices++] =
                copy_slice(&profile->arena, &order[i].slice->slice);
        f->slice_id[order[i].id] = profile->n_slices - 1;
    }
    profile->slice_totals = PK_NEW_ARRAY(&profile->arena, int64_t *, profile->n_metrics);
    for (uint32_t m = 0; m < profile->n_metrics; m++)
        profile->slice_totals[m] = pk_freeze_column(&profile->arena, profile->n_slices);
    slice_sums(f, &b->self_rows, profile);
    slice_sums(f, &b->stack_rows, profile);
    pk_free(order);
}

/* Facts are a set of pairs. */
static int order_facts(const void *left, const void *right)
{
    const struct pk_fact *a = left, *b = right;
    int order = pk_str_compare(a->key, b->key);

    return order ? order : pk_str_compare(a->value, b->value);
}

static int order_tallies(const void *left, const void *right)
{
    return strcmp(((const struct pk_profile_tally *)left)->key,
                  ((const struct pk_profile_tally *)right)->key);
}

/* Positions in notes refer to one file; merging has dropped them where there were several. */
static void freeze_origin(const struct pk_builder *b, struct pk_profile *profile)
{
    profile->n_facts = b->facts.size;
    profile->facts = PK_NEW_ARRAY(&profile->arena, struct pk_fact, b->facts.size);
    for (uint32_t i = 0; i < b->facts.size; i++) {
        const uint32_t *pair = pk_map_key(&b->facts, i);

        profile->facts[i] =
            (struct pk_fact){pk_arena_str(&profile->arena, pk_intern_text(&b->texts, pair[0])),
                             pk_arena_str(&profile->arena, pk_intern_text(&b->texts, pair[1]))};
    }
    qsort(profile->facts, profile->n_facts, sizeof *profile->facts, order_facts);
    profile->n_tallies = (uint32_t)b->tallies.size;
    profile->tallies = PK_NEW_ARRAY(&profile->arena, struct pk_profile_tally, profile->n_tallies);
    for (uint32_t i = 0; i < profile->n_tallies; i++)
        profile->tallies[i] = (struct pk_profile_tally){
            pk_arena_str(&profile->arena, pk_str_of(b->tallies.data[i].key)).data,
            b->tallies.data[i].n};
    qsort(profile->tallies, profile->n_tallies, sizeof *profile->tallies, order_tallies);
    pk_notes_merge(&profile->notes, &b->notes);
    pk_notes_sort(&profile->notes);
}

/* --- tables
 * -------------------------------------------------------------------------------------------- */

/* The total is the sum of self of the part, by the law that holds on every rung. */
static void freeze_part(const struct pk_freezing *f, struct pk_profile *part, enum pk_rung rung)
{
    part->rung = rung;
    if (rung == PK_TREE)
        pk_freeze_tree(f, part);
    if (rung == PK_TREE && (f->is_mixed || !f->taken)) /* sums of parts need it, laws are checked */
        pk_derive_graph(part);
    if (rung != PK_TREE)
        pk_freeze_tables(f, part, rung);
    for (uint32_t m = 0; m < part->n_metrics; m++) {
        part->totals[m] = 0;
        if (!pk_profile_has_values(part, m))
            continue;
        for (uint32_t i = 0; part->flat.self[m] && i < part->n_frames; i++)
            if (part->flat.self[m][i] != PK_MISSING)
                part->totals[m] += part->flat.self[m][i];
    }
}

/* Names are borrowed from the whole, so ids mean the same in all parts. */
static struct pk_profile *new_part(const struct pk_profile *whole)
{
    struct pk_profile *part = pk_calloc(1, sizeof *part);

    *part = *whole; /* borrows the names; owns its tables */
    memset(&part->notes, 0, sizeof part->notes);
    memset(part->parts, 0, sizeof part->parts);
    pk_arena_init(&part->arena);
    part->totals = PK_NEW_ARRAY(&part->arena, int64_t, part->n_metrics);
    part->is_part = true;
    return part;
}

/* The rungs that chosen slices were recorded at. */
static void find_rungs(struct pk_freezing *f)
{
    unsigned rungs = 0;

    for (uint32_t i = 0; i < f->builder->slices.size; i++)
        if (f->is_chosen[i])
            f->has_rung[f->builder->slices.data[i].rung] = true;
    for (unsigned rung = PK_FLAT; rung <= PK_TREE; rung++)
        rungs += f->has_rung[rung];
    f->is_mixed = rungs > 1;
}

/* From the highest rung down, so that `rung` ends as the lowest one present. */
static void freeze_rungs(const struct pk_freezing *f, struct pk_profile *profile)
{
    for (unsigned rung = PK_TREE; rung >= PK_FLAT; rung--) {
        if (!f->has_rung[rung])
            continue;
        profile->rung = (enum pk_rung)rung;
        if (!f->is_mixed) {
            freeze_part(f, profile, (enum pk_rung)rung);
        } else {
            profile->parts[rung] = new_part(profile);
            freeze_part(f, profile->parts[rung], (enum pk_rung)rung);
        }
    }
    if (f->is_mixed)
        pk_combine_parts(profile);
    pk_freeze_totals(profile);
}

/* Rows that all stand at line 0 say no more than the functions do. */
static bool has_line_costs(const struct pk_freezing *f)
{
    for (uint32_t i = 0; i < f->builder->slices.size; i++)
        if (f->is_chosen[i] && f->builder->slices.data[i].has_lines)
            return true;
    return false;
}

/* Stacks become the tree itself where nothing else has a part in it; else nodes, in the order of
 * the profile's frames where all of them have a place in it, and nodes that stand as in a tree, as
 * those of a .pk file do, become it as they are. It changes how a builder holds what it
 * holds, not what that is, so to the outside it stays as it was; no builder is a constant. */
static void settle_stacks(struct pk_freezing *f, struct pk_profile *profile)
{
    struct pk_builder *builder = (struct pk_builder *)(uintptr_t)f->builder;
    bool is_all = true;

    f->is_laid_out = f->taken && f->has_rung[PK_TREE] && !f->is_mixed && pk_pending_is_all(builder);
    if (f->is_laid_out) {
        pk_pending_lay_out(builder, f->frame_id, &profile->tree, &profile->arena);
        f->n_nodes = profile->tree.n;
        return;
    }
    for (uint32_t i = 0; i < builder->slices.size; i++)
        is_all &= f->is_chosen[i];
    pk_pending_settle(builder, is_all ? f->frame_id : NULL, f->taken != NULL);
    f->n_nodes = builder->nodes.size;
    f->is_laid_out = is_all && f->taken && f->has_rung[PK_TREE] && !f->is_mixed &&
                     pk_freeze_laid_nodes(f, &profile->tree, &profile->arena);
}

/* Ids of the builder are translated once, here; nothing later sees them. */
static struct pk_profile *freeze_chosen(struct pk_freezing *f)
{
    struct pk_profile *profile = pk_calloc(1, sizeof *profile);

    pk_arena_init(&profile->arena);
    pk_freeze_own_texts(f, profile);
    find_rungs(f);
    pk_freeze_release_lookups(f);
    pk_freeze_frames(f, profile);
    settle_stacks(f, profile);
    profile->has_line_costs = has_line_costs(f);
    profile->has_times = f->builder->moments.has_times;
    profile->span = f->builder->moments.span == PK_MISSING ? 0 : f->builder->moments.span;
    pk_freeze_release_unwanted_lines(f);
    freeze_metrics(f, profile);
    pk_freeze_choose_values(f, profile);
    freeze_slices(f, profile);
    freeze_origin(f->builder, profile);
    pk_freeze_release_texts(f);
    f->edge_id = pk_calloc(f->builder->edges.size, sizeof *f->edge_id);
    if (!f->is_laid_out || f->keep.parts & PK_KEEP_RECORD)
        f->node_id = pk_calloc(f->n_nodes, sizeof *f->node_id);
    freeze_rungs(f, profile);
    if (f->keep.parts & PK_KEEP_LINES)
        pk_freeze_lines(f, profile);
    if (f->keep.parts & PK_KEEP_RECORD)
        pk_freeze_record(f, profile);
    pk_free(f->kept);
    pk_free(f->frame_id);
    pk_free(f->slice_id);
    pk_free(f->edge_id);
    pk_free(f->node_id);
    pk_free(f->metric_of);
    return profile;
}

static struct pk_profile *freeze(struct pk_freezing f, pk_builder_choice *choice, void *context,
                                 struct pk_error *error)
{
    const struct pk_builder *builder = f.builder;
    struct pk_profile *profile = NULL;
    uint32_t chosen = 0;

    if (pk_builder_failed(builder, error))
        return NULL;
    f.is_chosen = pk_calloc(builder->slices.size, sizeof *f.is_chosen);
    for (uint32_t i = 0; i < builder->slices.size; i++) {
        f.is_chosen[i] = !choice || choice(&builder->slices.data[i].slice, context);
        chosen += f.is_chosen[i];
    }
    if (chosen == 0)
        pk_error_set(error, PK_INPUT, pk_place_none(),
                     builder->slices.size ? "no thread, process or label matches"
                                          : "no sample in this profile");
    else
        profile = freeze_chosen(&f);
    pk_free(f.is_chosen);
    if (profile && !pk_validate(profile, error)) {
        pk_profile_free(profile);
        profile = NULL;
    }
    return profile;
}

struct pk_profile *pk_builder_freeze(const struct pk_builder *builder, pk_builder_choice *choice,
                                     void *context, struct pk_error *error)
{
    return freeze((struct pk_freezing){.builder = builder, .keep = {.parts = PK_KEEP_ALL}}, choice,
                  context, error);
}

struct pk_profile *pk_builder_freeze_take(struct pk_builder *builder, struct pk_keeping keeping,
                                          struct pk_error *error)
{
    return freeze((struct pk_freezing){.builder = builder, .taken = builder, .keep = keeping}, NULL,
                  NULL, error);
}
